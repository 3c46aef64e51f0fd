"""Which language a text is in: letters and frequent words first, the outlet's languages as a prior, langdetect where they don't decide.

Answers are ``ar tr en ckb ku fa ur de fr ru he`` (``ckb`` Sorani, ``ku`` Kurmanji) or None when unsure.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

SUPPORTED = frozenset(["ar", "tr", "en", "ckb", "ku", "fa", "ur", "de", "fr", "ru", "he"])
_SAMPLE = 400
_MIN_LETTERS = 3
_MIN_DETECT = 12
_SOME = 1.0
"""Less evidence than this is chance."""
_MIN_PROBABILITY = 0.9
_SHORT = 40
_TRIALS, _ITERATIONS = 3, 200
"""langdetect's own 7 and 1,000 cost milliseconds on the texts that it does not know, and change no sure answer."""
_LEAD = 2.0
"""The best language must have this many times the evidence of the next."""

_NOISE = re.compile(r"https?://\S+|[@]\w+|[\w.]+@[\w.]+|<[^>]{0,200}>|&\w+;")
_SCRIPTS = {
    "arabic": ((0x621, 0x64A), (0x66E, 0x6D3), (0x6D5, 0x6D5), (0x6FA, 0x6FF)),
    "latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F)),
    "hebrew": ((0x5D0, 0x5EA),),
    "cyrillic": ((0x400, 0x4FF),),
}
_SCRIPT_OF = {chr(code): name for name, ranges in _SCRIPTS.items() for first, last in ranges for code in range(first, last + 1)}
_LANGUAGES = {
    "arabic": ("ar", "fa", "ckb", "ur"),
    "latin": ("tr", "en", "ku", "de", "fr"),
    "hebrew": ("he",),
    "cyrillic": ("ru",),
}
_FOREIGN = frozenset("ټډړږښېۍۇۈڭﭖڄڃٻڀ")  # Pashto, Uyghur, Sindhi: not ours, and they look like ours
# Letters that speak for a language, with their weight. A letter that several languages share stands under each.
_LETTERS: dict[str, dict[str, float]] = {
    "ar": {"ةإ": 2.0, "ىأيك": 0.5, "ضظثذ": 0.3},
    "fa": {"پچژگ": 2.0, "یک": 0.7, "\u200c": 0.7},
    "ckb": {"ێۆڵڕە": 3.0, "ڤ": 1.0, "یکپچژگ": 0.4},
    "ur": {"ٹڈڑےں": 4.0, "ہھ": 1.5, "یکپچگ": 0.4},
    "tr": {"ğĞıİ": 3.0, "şŞçÇ": 0.7, "öüÖÜ": 0.8},
    "ku": {"êîûÊÎÛ": 1.5, "şŞçÇ": 0.7, "xwqXWQ": 0.2},
    "de": {"ß": 4.0, "äÄ": 2.0, "öüÖÜ": 0.8},
    "fr": {"àèùœÀÈÙŒ": 3.0, "éÉ": 1.5, "êîûçÊÇ": 0.3},
    "ru": {"ыэёъЫЭЁЪ": 2.0, "іїєґўјљњћђџ": -4.0},
}
_WEIGHTS: dict[str, list[tuple[str, float]]] = {}
for _language, _groups in _LETTERS.items():
    for _letters, _weight in _groups.items():
        for _letter in _letters:
            _WEIGHTS.setdefault(_letter, []).append((_language, _weight))
_TABLES: dict[str, Any] = tomllib.loads(files(__package__).joinpath("languages.toml").read_text("utf-8"))
_EVIDENCE: dict[str, list[tuple[str, float]]] = {}
for _table, _weight in (("frequent", 1.5), ("news", 1.0)):
    for _language, _words in _TABLES[_table].items():
        for _word in _words.split():
            if all(_known != _language for _known, _ in _EVIDENCE.get(_word, ())):
                # Words as short as "de" or "on" belong to many languages, also to those that we do not know.
                _EVIDENCE.setdefault(_word, []).append((_language, 1.0 if len(_word) <= 2 and _word.isascii() else _weight))
_NAMES = frozenset(_TABLES["names"].split())
_OUT_OF_PLACE = 0.3
"""What is left of the evidence for a language in a text with letters that it does not have."""
_OWN_LETTERS = {"ckb": "ێۆڵڕە", "ur": "ٹڈڑےںہھ"}
_WORD = re.compile(r"[^\W\d_]+")
_ARTICLES = ("ال", "وال", "بال", "فال", "كال", "لل", "ولل")
_TURKISH_SUFFIX = re.compile(r"[^\W\d_]{3}['’](?:nin|nın|nun|nün|[dt][ea](?:n|ki)?|y[eaiıuü])(?![^\W\d_])")  # Suriye'ye, Şam'da
_DETECTED = {
    "arabic": ("ar", "fa", "ur"),
    "latin": ("tr", "en", "de", "fr", "es", "it", "nl", "pt", "so", "id"),
    "cyrillic": ("ru", "uk", "bg", "mk"),
}
_UNDETECTED = ("ckb", "ku")  # langdetect has no profile of Kurdish and takes it for its neighbours
_ALIASES = {
    "kmr": "ku",
    "ara": "ar",
    "arb": "ar",
    "tur": "tr",
    "eng": "en",
    "fas": "fa",
    "per": "fa",
    "pes": "fa",
    "sorani": "ckb",
    "kurmanji": "ku",
    "iw": "he",
}


def identify(text: str, *, declared: str | None = None, expected: Sequence[str] = ()) -> str | None:
    """The language of ``text``, or None when unsure.

    ``declared`` is what the page or feed says, ``expected`` the outlet's languages: they decide only what letters leave open.
    """
    sample = text[:_SAMPLE]
    if any(mark in sample for mark in "/@<&"):
        sample = _NOISE.sub(" ", sample)
    letters = Counter(sample)
    script = _script(letters)
    if script is None or (script == "arabic" and not _FOREIGN.isdisjoint(letters)):
        return None
    if script == "hebrew":
        return "he"
    scores = _scores(sample, letters, script)
    best, lead = _best(scores)
    if best and scores[best] >= (1.5 if lead == math.inf else 2.0) and lead >= _LEAD:
        return best
    hints = _hints(declared, expected, script)
    if best and best in hints and scores[best] >= 1.0 and lead >= 1.0:
        return best
    if best in _UNDETECTED and scores[best] >= _SOME:
        return _from_hints(hints, scores)
    return _detect(sample, script, best) or _from_hints(hints, scores)


def language_code(tag: str | None, *, arabic_script: bool = False) -> str | None:
    """Our code for a language tag as pages declare it (``ar-SY``, ``ku-Arab``, ``tr_TR``); None for others."""
    if not tag:
        return None
    parts = re.split(r"[-_]", tag.strip().lower())
    code = _ALIASES.get(parts[0], parts[0])
    if code == "ku" and (arabic_script or "arab" in parts or "iq" in parts):
        code = "ckb"
    return code if code in SUPPORTED else None


def _script(letters: Mapping[str, int]) -> str | None:
    """The script of more than half of the letters."""
    counts = dict.fromkeys(_SCRIPTS, 0)
    for letter, count in letters.items():
        if name := _SCRIPT_OF.get(letter):
            counts[name] += count
    name = max(counts, key=lambda key: counts[key])
    return name if counts[name] >= _MIN_LETTERS and counts[name] > 0.5 * sum(counts.values()) else None


def _scores(sample: str, letters: Counter[str], script: str) -> dict[str, float]:
    """Evidence for every language of the script, from letters and frequent words."""
    scores = dict.fromkeys(_LANGUAGES[script], 0.0)
    words = _WORD.findall(sample if script == "arabic" else sample.replace("İ", "i").lower())
    names = Counter("".join(_NAMES.intersection(words))) if script == "latin" else Counter()
    for letter, count in letters.items():
        for language, weight in _WEIGHTS.get(letter, ()):
            if language in scores:
                scores[language] += weight * max(0, count - names[letter])
    for word in words:
        for language, weight in _EVIDENCE.get(word, ()):
            if language in scores:
                scores[language] += weight
    if script == "latin" and ("'" in letters or "’" in letters):
        scores["tr"] += 2.0 * len(_TURKISH_SUFFIX.findall(sample))
    if script == "latin" and any(letters[letter] > names[letter.lower()] for letter in "şŞğĞıİ"):
        scores["de"] *= _OUT_OF_PLACE
        scores["fr"] *= _OUT_OF_PLACE
    if script == "arabic":
        scores["ar"] += 1.5 * sum(len(word) > 3 and word.startswith(_ARTICLES) for word in words)
        _weigh_own_letters(scores, letters)
    return scores


def _weigh_own_letters(scores: dict[str, float], letters: Mapping[str, int]) -> None:
    """Sorani and Urdu cannot be written without letters of their own, and nobody else uses these."""
    for language, own in _OWN_LETTERS.items():
        count = sum(letters.get(letter, 0) for letter in own)
        others = [other for other in scores if other != language] if count >= 2 else [] if count else [language]
        for other in others:
            scores[other] *= _OUT_OF_PLACE


def _best(scores: dict[str, float]) -> tuple[str | None, float]:
    """The language with most evidence, and how many times that of the next."""
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] <= 0:
        return None, 0.0
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return ranked[0][0], ranked[0][1] / second if second > 0 else math.inf


def _hints(declared: str | None, expected: Sequence[str], script: str) -> list[str]:
    arabic = script == "arabic"
    codes = [language_code(tag, arabic_script=arabic) for tag in (*expected, declared)]
    return [code for code in dict.fromkeys(codes) if code and code in _LANGUAGES[script]]


def _from_hints(hints: list[str], scores: dict[str, float]) -> str | None:
    """The only language the outlet could mean, unless the letters speak for another."""
    if len(hints) != 1:
        return None
    return hints[0] if scores.get(hints[0], 0.0) >= max(scores.values()) / _LEAD or max(scores.values()) < _SOME else None


def _detect(sample: str, script: str, best: str | None) -> str | None:
    """langdetect's answer where it is sure; on a short text it may not contradict the ``best`` of our evidence."""
    from langdetect.lang_detect_exception import LangDetectException

    length = sum(map(str.isalpha, sample))
    if length < _MIN_DETECT or script not in _DETECTED:
        return None
    detector = _factory(script).create()
    detector.n_trial, detector.ITERATION_LIMIT = _TRIALS, _ITERATIONS
    detector.append(sample)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return None
    if not found or found[0].prob < _MIN_PROBABILITY:
        return None
    language = str(found[0].lang)
    if best and language != best and length < _SHORT:
        return None
    return language if language in SUPPORTED else None


@lru_cache(maxsize=4)
def _factory(script: str) -> Any:
    """langdetect with only the profiles that this script needs, and with a fixed seed: its default loads 55 and throws dice."""
    from langdetect.detector_factory import DetectorFactory

    profiles = files("langdetect").joinpath("profiles")
    factory = DetectorFactory()
    factory.load_json_profile([profiles.joinpath(name).read_text("utf-8") for name in _DETECTED[script]])
    factory.set_seed(0)
    return factory
