"""The words without which a costly pattern cannot match, found in one pass over a line."""

from __future__ import annotations

from functools import lru_cache

from ahocorasick_rs import AhoCorasick, Implementation

COPYRIGHT, APPEAL, FRAME, ASIDE, NOTICE, ABOUT, BIOGRAPHY = 1, 2, 4, 8, 16, 32, 64
_WORDS = {
    COPYRIGHT: (
        "©", "(c)", "(C)", "حقوق", "reserved", "Reserved", "RESERVED", "saklı", "Saklı", "SAKLI", "mahfuz", "parast", "مافەکان",
        "opyright",
    ),
    APPEAL: (
        "atreon", "PATREON", "uy ", "o-fi", "ubscri", "ign up", "igning up", "ecome", "upport", "abone", "üye", "destek", "اشترا",
        "اشترك", "سجل", "نضم", "تبرع", "دعم", "ساهم", "تطبيق", "app", "indir", "endam", "عضو", "مشترک", "کانال",
    ),
    FRAME: (
        "مشترك", "التالي", "الآتي", "abone", "subscribers",
    ),
    ASIDE: (
        "oogle", "OOGLE", "hatsapp", "hatsApp", "HATSAPP", "elegram", "ELEGRAM", "erez", "EREZ", "ookie", "OOKIE", "الارتباط", "الكوكيز",
    ),
    NOTICE: (
        "ecessarily", "خاطئ", "مغلوط", "خطأ", "معلوم", "rror", "istake", "naccura", "ncorrect", "pam", "hata", "yanlış", "eksik",
        "piştgir", "piştevan", "şaşî", "çewtî", "nivîskar", "هەڵە", "بۆچوون", "خطا", "اشتباه", "نویسنده", "عضویت", "ontribut", "produced",
        "unded", "upport", "onate", "ساهم", "شارك", "أسهم", "بدعم", "دعم", "تبرع", "katkı", "desteğ", "destek", "پشتگیری", "حمایت",
        "elegram", "hatsApp", "hatsapp", "acebook", "witter", "nstagram", "ouTube", "oogle", " Store", " Play", " X", "تلغرام",
        "تيليغرام", "تليغرام", "تليجرام", "واتس", "فيسبوك", "تويتر", "إكس", "غوغل", "جوجل", "تێل", "فەیسبووک", "تلگرام", "اینستاگرام",
        "يوتيوب", "author", "writer", "ontributor", "كاتب", "أصحاب", "صاحب", "بالضرورة", "تعبر", "يعبر", "yaza", "orumcuya", "ermission",
        "prohibited", "consent", "aterial", "zinsiz", "gösterilmeden", "aittir", "يمنع", "يحظر", "يجوز", "بلامانع", "مجاز", "پارێزراو",
        "محفوظ", "onay", "ayınlan", "silinir", "oderat", "تعليق", "rowser", "avaScript", "avascript", "تصفح", "جافا", "arayıcı", "rrow",
        "generated", "narrated", "آليا", "agree", "ubscriber", "member", "مشتركين", "emaining", " left", "bonelere", "yelere",
        "ontact us", "mail us", "oadcast", "ublish",
    ),
    ABOUT: ("مستقل", "ndependent", "INDEPENDENT", "onprofit", "NONPROFIT", "ağımsız", "AĞIMSIZ"),
    BIOGRAPHY: ("كاتب", "صحفي", "صحافي", "محرر", "إعلامي", "باحث", " is a", " IS A"),
}  # fmt: skip
_KINDS: dict[str, int] = {}
for _kind, _words in _WORDS.items():
    for _word in _words:
        _KINDS[_word] = _KINDS.get(_word, 0) | _kind
_EACH = tuple(_KINDS.values())
_AUTOMATON = AhoCorasick(list(_KINDS), implementation=Implementation.DFA)  # twice as fast


@lru_cache(maxsize=256)  # a line is asked about several times in a row
def signs_in(line: str) -> int:
    """The kinds of the words that stand in a line, as bits."""
    found = 0
    for which, _, _ in _AUTOMATON.find_matches_as_indexes(line, overlapping=True):
        found |= _EACH[which]
    return found
