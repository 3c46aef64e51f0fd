"""Tells the short lines of a page's furniture: buttons, counters, credits, stamps, pointers, appeals and notices.

Words, not sentences: a line that is put together of nothing but the words of buttons is a button, whatever their order. The words stand
in ``labels.toml``; they are compared folded, so one spelling is enough.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from core.text import fold
from crawler.extract.signs import ABOUT, NOTICE, signs_in
from crawler.extract.sources import AGENCY

_LONGEST_BUTTON = 100
_LONGEST_CAPTION = 160
_LONGEST_POINTER = 200
_LONGEST_NOTICE = 300
_LONGEST_REMARK = 30
_MOST_WORDS = 16
_MOST_IN_CREDIT = 9
_WORD = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(r"(?<=[a-zçğıöşü])(?=[A-ZÇĞİÖŞÜ])")
_QUOTES = ("«", "“", '"', "‘", "„")
_SENTENCE_END = (".", "؟", "?", "!", "،", ":")
_HEAD = re.compile(r"[\W_]*([^:：|]{2,40}?)\s*[:：|]+\s*(.*)$")
_TABLES: dict[str, dict[str, Any]] = tomllib.loads(files(__package__).joinpath("labels.toml").read_text("utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(" ".join(table.get(name, "") for table in _TABLES.values()))))


def _phrases(name: str) -> frozenset[str]:
    text = fold(";".join(table.get(name, "") for table in _TABLES.values()))
    return frozenset(" ".join(words) for phrase in text.split(";") if (words := _WORD.findall(phrase)))


def _rows(name: str) -> tuple[tuple[frozenset[str], ...], ...]:
    rows = [row for table in _TABLES.values() for row in table.get(name, ())]
    return tuple(tuple(frozenset(fold(group).split()) for group in row.split("+")) for row in rows)


_STRONG, _WEAK, _COUNTERS = _words("strong"), _words("weak"), _words("counters")
_WHOLE, _CREDITS, _POINTERS, _REMARKS = _phrases("whole"), _phrases("credits"), _phrases("pointers"), _phrases("remarks")
_STEMS, _WEAK_STEMS = tuple(_words("stems")), tuple(_words("weak_stems"))
_ASK, _OURS, _PLACES = _words("ask"), _words("ours"), _words("places")
_NOTICES, _ABOUT = _rows("notices"), _rows("about")
_FIRST = _STRONG | _WEAK | {phrase.split()[0] for phrase in _WHOLE | _CREDITS}
"""What lines of these words can begin with."""

_POINTER = re.compile(
    r"[\W_]*(?:home|haberler|ana\s?sayfa|serrûpel|الرئيسية|سەرەکی|دەستپێک|خانه|صفحه\s+(?:اصلی|نخست))\s*[»>›/|\\]|"
    r"[\W_]*و?[أإاآ]?(?:[أإاآ]?قر[أإاآؤ](?:وا|ي)?|طالع|شاهد|[أا]نظر)\s+(?:[أا]يض(?:ا|اً|ًا)|كذلك|المزيد\s+(?:عن|حول|من|في))\s*[:：]?\s*\S"
    r"|[\W_]*[أإاآ]?قر[أإاآؤ](?:وا)?\s+(?:في|على)\s+\S.{0,30}?[:：]"
    r"|[\W_]*(?:(?:also\s+read|read\s+also|see\s+also)\b|read\s+more\s+(?:about|on|from|in)\b|more\s+by\s+\S+|follow\s+@\w)"
    r"|[\W_]*view\s+all\s+(?:posts|articles|stories)\b|[\W_]*(?:كل|جميع|مزيد\s+من)\s+مقالات\s+\S"
    r"|[\W_]*(?:ilgili\s+haber|şunları\s+da\s+oku\w*)\s*[:：]?\s*\S|filed\s+under\b|copyright\s+\S+"
    r"|[\W_]*(?:هەروەها|ئەمەش|زیاتر)\s+بخوێن(?:ەرەوە|ەوە|نەوە|نەرەوە)|[\W_]*(?:بیشتر|همچنین)\s+بخوانید",
    re.IGNORECASE,
)

_AGENCY = (
    rf"(?:{AGENCY}|فارس|getty(?:\s+images)?|shutterstock|nurphoto|غيتي|جيتي|[أإا]نترنت|الإنترنت|"
    r"أرشيف|ارشيف|أرشيفية|archive|file|arşiv|ئەرشیف|آرشیو)"
)
_AGENCIES_ALONE = re.compile(rf"[\W_]*(?:rt\b|{_AGENCY})(?:[\s,،;/|+&–-]+(?:و\s*)?{_AGENCY})*[\W_]*$", re.IGNORECASE)
_CREDITED = re.compile(
    rf"[(\[]\s*(?:(?:photo|image|file|credit|foto|fotoğraf|تصوير|صورة|الصورة)\b[^()\[\]]{{0,50}}|[^()\[\]/.]{{0,30}}/\s*{_AGENCY}|{_AGENCY}"
    rf"|(?<=\[)(?:[^()\[\]]{{0,40}}\b{_AGENCY}(?:\s+photo)?|[^()\[\]/]{{2,40}}/[^()\[\]/]{{2,30}}))(?:\s*[/,،]\s*[\w ]{{2,30}})?\s*[)\]]$",
    re.IGNORECASE,
)
_CREDIT_BEHIND = re.compile(rf"^[^.]{{10,}}\s[/|–—-]\s?{_AGENCY}$", re.IGNORECASE)
_PICTURED = re.compile(
    r"[\W_]*(?:صورة\s+(?:\(?[أا]رشيفية|تعبيرية|توضيحية|من\s+ال[أا]رشيف|متداولة|تظهر|ملتقطة)|file\s+photo|file\s*[-–—:]|archive\s+(?:photo|image)|"
    r"photo(?:graph)?s?\s+(?:by|courtesy|credit)|image\s+(?:by|courtesy|credit)|courtesy\s+(?:of|photo)|illustrative\s+(?:photo|image)|"
    r"pictured\s*[:：]|image\s+source|صدر\s+الصورة|تصوير\s+\S+\s+\S+$|(?:temsili|arşiv)\s+(?:fotoğraf|görsel))",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"[\W_]*(?:(?:first\s+)?published|posted|(?:last\s+)?updated|last\s+modified|(?:تم\s+)?(?:نشر|النشر|التحديث)|تاريخ\s+النشر|[أاآ]خر\s+تحديث|giriş|(?:son\s+)?güncelleme"
    r"|güncellendi|yayın\w*|eklenme|oluşturulma|hat\s+(?:nûkirin|weşandin)|تاریخ\s+انتشار|آخرین\s+به|بڵاوکراوە\w*|نوێکراوە\w*)\b\D{0,25}[\d٠-٩۰-۹]+\D{1,15}[\d٠-٩۰-۹]",
    re.IGNORECASE,
)
_CLOCKED = re.compile(r"(?=.*(?:20\d\d|٢٠[٠-٩]{2}|1[34]\d\d|۱[۳۴][۰-۹]{2}))(?=.*[\d٠-٩۰-۹]{1,2}[:.][\d٠-٩۰-۹]{2}(?![\d٠-٩۰-۹./])).{8,60}$")
_AGED = re.compile(
    r"[\W_]*(?:[أاآ]خر\s+تحديث\s*[:：]?\s*|(?:last\s+)?(?:updated|published)\s*[:：]?\s*|son\s+güncelleme\s*[:：]?\s*)?(?:منذ\s+\S+(?:\s+\S+)?|\d+\s*(?:saat|dakika|dk|gün|hafta)\s+önce|\d+\s*(?:hours?|minutes?|mins?|days?|weeks?)\s+ago|berî\s+\d+\s+\w+"
    r"|[\d۰-۹]+\s*(?:ساعت|دقیقه|روز)\s+(?:پیش|قبل))[\W_]*$",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"[\W_]*(?:additional\s+)?(?:reporting|writing|editing)\s+by\s+\S|[\W_]*(?:written|edited|translated)\s+by\s+\S+(?:\s+\S+){0,4}$"
    r"|[\W_]*[^\W\d_]{1,3}[./][^\W\d_]{1,3}[./]?(?:\s*/?\s*[^\W\d_]{1,3}[./]\s?[^\W\d_]{1,3})?[\W_]*(?:\([^()]{2,50}\))?[\W_]*$|(?-i:(?:By|BY)\s+[A-Z]\S+(?:\s+[A-Z]\S+){1,2}$)",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"[\W_]*(?:https?://)?(?:pic\.twitter\.com|t\.me)/|[\W_]*[—–-]\s?.{1,60}\(?@\w+\)?|.{1,60}\(\W{0,6}@\W{0,6}[\w.]+\W{0,6}\).{0,12}(?:\S+\s){0,4}\S*[\d٠-٩]{4}\W*$"
    r"|.{0,60}(?:shared\s+by|tarafından\s+paylaşıl|منشور\s+بواسطة).{0,60}$|.{0,60}paylaştığı\s+bir\s+gönderi"
    r"|posted\s+by\s.{2,40}\son\s.{5,40}$|(?:view\s+(?:this\s+post\s+)?on|bu\s+gönderiyi|عرض\s+هذا\s+المنشور|skip\s+\w+\s+post|end\s+of\s+\w+\s+post)\b"
    r"|(?:تخطى|نهاية)\s+\S+\s+(?:المحتوى|مشاركة)|(?:allow|هل\s+تسمح\s+بعرض)\b.{0,30}(?:content|المحتوى)|\w+'[dt][ae]\s+görüntüle$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"[\W_]*(?:viewed\s+|read\s+)?(?:\d[\d.,]*|[٠-٩۰-۹]+)\s*[kmb]?\s*\w+[\W_]*$|(?:\w+\s+){1,2}\(?[\d٠-٩۰-۹][\d٠-٩۰-۹.,]*\)?$",
    re.IGNORECASE,
)
_SIZES = re.compile(r"[\W_]*(?:[^\W\d_](?![^\W_])[\W_]*){2,6}$")
_OTHER_LANGUAGE = re.compile(
    r"(?=.*(?:ترجم|çevril|çeviri|translated)).{0,60}(?:الذكاء\s+الاصطناعي|yapay\s+zek[aâ]|\bby\s+ai\b|artificial\s+intelligence)|"
    r"[\W_]*(?:اقرأ\s+(?:الخبر\s+)?(?:بال|باللغة)\S+|read\s+(?:this\s+)?(?:article\s+)?in\s+(?:arabic|turkish|english|kurdish|french|german)"
    r"|(?:انتهای|پایان)\s+(?:پیام|خبر|گزارش)\b.{0,20}|haberi\s+\S+\s+oku|[أا]?قر[أا]\s+هذا\s+(?:الخبر|المقال)\s+بال\S+|(?:sponsored|presented|powered)\s+by\s+\S+(?:\s+\S+){0,3}|(?:english|arabic|turkish)\s+version)[\W_]*$",
    re.IGNORECASE,
)

_key = lru_cache(maxsize=2048)(fold)
_LABELS = (_STAMP, _CLOCKED, _AGED, _SIGNED, _OTHER_LANGUAGE, _SIZES, _POSTED)


def is_furniture(text: str) -> bool:
    """Whether a line is a part of the page and not of the article, by its words alone."""
    size = len(text)
    if size >= _LONGEST_NOTICE:
        return False
    if size < _LONGEST_BUTTON and not text.startswith(_QUOTES) and _is_label(text):
        return True
    if ":" in text[:_LONGEST_REMARK] and _is_remark(text):
        return True
    if not text.endswith(".") and ((size < _LONGEST_POINTER and _is_pointer(text)) or (size < _LONGEST_CAPTION and _PICTURED.match(text))):
        return True
    return bool(signs_in(text) & NOTICE) and (_asks_to_follow(text) or _is_notice(text))


def is_post(text: str) -> bool:
    """Whether a line says whose post in a social network stands above it."""
    return len(text) < _LONGEST_BUTTON and ("@" in text or "t.me/" in text or "twitter.com" in text) and _POSTED.match(text) is not None


def is_invitation(text: str) -> bool:
    """Whether a line is a button's words that ask the reader for something: a heading of a form."""
    return len(text) < _LONGEST_BUTTON and not _ASK.isdisjoint(words := _WORD.findall(fold(text))) and _is_button(words)


def is_about(text: str) -> bool:
    """Whether a line presents the outlet itself."""
    if len(text) >= _LONGEST_NOTICE or not signs_in(text) & ABOUT:
        return False
    words = frozenset(_WORD.findall(fold(text)))
    return any(not any(group.isdisjoint(words) for group in row) for row in _ABOUT)


def is_credit(text: str) -> bool:
    """Whether a line ends with whose picture it describes, or names nothing but agencies. At an article's end that is its source."""
    if len(text) >= _LONGEST_NOTICE:
        return False
    if text.endswith((")", "]")):
        start = max(text.rfind("("), text.rfind("["))
        if start >= 0 and (text[start] == "[" or "." not in text[:start]) and _CREDITED.match(text, start):
            return True
    if len(text) < _LONGEST_CAPTION and not text.endswith(".") and _CREDIT_BEHIND.search(text):
        return True
    return len(text) < _LONGEST_BUTTON and _AGENCIES_ALONE.match(text) is not None


def _is_label(text: str) -> bool:
    if text.endswith(".") and "@" not in text and (first := _WORD.search(text)) and _key(first[0]) not in _FIRST:
        return False  # nearly all sentences, and their other words need no folding
    words = _WORD.findall(fold(text))
    if not words:
        return False
    if len(words) <= _MOST_WORDS and (
        _is_button(words) or (_GLUED.search(text) and _is_button(_WORD.findall(fold(_GLUED.sub(" ", text)))))
    ):
        return True
    if " ".join(words) in _WHOLE:
        return True
    if len(words) <= _MOST_IN_CREDIT and _has_head(text, _CREDITS, _MOST_IN_CREDIT):
        return True
    if ("@" in text or text.endswith(("?", "؟"))) and _POSTED.match(text):
        return True
    if text.endswith(_SENTENCE_END):
        return False
    return any(pattern.match(text) for pattern in _LABELS) or (_COUNTED.match(text) is not None and not _COUNTERS.isdisjoint(words))


def _is_button(words: list[str]) -> bool:
    strong = False
    for word in words:
        if word in _STRONG or word.startswith(_STEMS):
            strong = True
        elif len(word) > 1 and word not in _WEAK and not word.removeprefix("ال").startswith(_WEAK_STEMS):
            return False
    return strong


def _has_head(text: str, heads: frozenset[str], most: int) -> bool:
    """Whether a line is one of ``heads``, a colon, and a few words that are no sentence."""
    match = _HEAD.match(text)
    if match is None or match[2].endswith(_SENTENCE_END) or len(match[2].split()) > most:
        return False
    return " ".join(_WORD.findall(fold(match[1]))) in heads


def _is_pointer(text: str) -> bool:
    if text.endswith("،"):
        return False
    return _POINTER.match(text) is not None or _has_head(text.replace("..", ":", 1), _POINTERS, 30)


def _is_remark(text: str) -> bool:
    return " ".join(_WORD.findall(fold(text[: text.index(":")]))) in _REMARKS


def _asks_to_follow(text: str) -> bool:
    if len(text) >= _LONGEST_POINTER:
        return False
    words = frozenset(_WORD.findall(fold(text)))
    if _PLACES.isdisjoint(words) or _ASK.isdisjoint(words):
        return False
    short = len(words) <= 9 and not text.endswith((".", ":", "،"))
    return not _OURS.isdisjoint(words) or (short and _leads_to_place(text))


def _leads_to_place(text: str) -> bool:
    """Whether a short line begins or ends with what is asked: *Follow the Post on X*."""
    words = _WORD.findall(fold(text))
    return (len(words) <= 6 and words[0] in _ASK and not _PLACES.isdisjoint(words[-2:])) or (words[-1] in _ASK and len(words) <= 8)


def _is_notice(text: str) -> bool:
    words = frozenset(_WORD.findall(fold(text)))
    return any(not any(group.isdisjoint(words) for group in row) for row in _NOTICES)
