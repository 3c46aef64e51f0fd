"""Character sets: pages read rightly by ``decode`` beside charset-normalizer and what is declared; ``repair`` beside ftfy.

The pages are made of the sentences in a file (tests/data/language/acceptance.jsonl unless named), in every character set that can
write them, under every pair of header and ``meta`` that is absent, right or wrong. The misread texts are the same sentences; the
right ones, which nobody may touch, are all texts of tests/data.

usage: python -m bench.encodings [FILE.jsonl]
"""

from __future__ import annotations

import codecs
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.peers import add_peers
from core.mojibake import repair
from crawler.extract.encoding import decode

DATA = Path(__file__).parents[1] / "tests" / "data"
SETS = {
    "ar": ("windows-1256", "iso-8859-6"),
    "fa": ("windows-1256",),
    "tr": ("windows-1254", "iso-8859-9"),
    "ku": ("windows-1254", "iso-8859-9"),
}
CLAIMS = (None, "right", "utf-8", "iso-8859-1", "windows-1256", "windows-1254")
MISREAD = ("latin-1", "cp1252", "cp1254", "cp1256")
Page = tuple[str, bytes, str | None, str]
"""Character set, bytes, what the header declares, the sentence that must be read."""


def sentences(path: Path) -> dict[str, list[str]]:
    rows = [row for line in path.read_text("utf-8").splitlines() if (row := json.loads(line))["language"]]
    return {
        language: [row["text"] for row in rows if row["language"] == language]
        for language in dict.fromkeys(row["language"] for row in rows)
    }


def pages(texts: dict[str, list[str]]) -> Iterator[Page]:
    for language, sample in texts.items():
        for charset in (*SETS.get(language, ()), "utf-8", "utf-16-le"):
            for text in sample:
                written = text.replace("ی", "ي").replace("\u200c", " ") if charset == "windows-1256" and language == "fa" else text
                for meta in CLAIMS:
                    claim = charset if meta == "right" else meta
                    declared = f'<meta charset="{claim}">' if claim else ""
                    body = f'<html lang="{language}"><head>{declared}</head><body><p>{written}</p></body></html>'.encode(charset, "ignore")
                    seen = written.encode(charset, "ignore").decode(charset)
                    for header in CLAIMS:
                        yield charset, body, charset if header == "right" else header, seen


def as_declared(body: bytes, header: str | None) -> str:
    """Header, then ``meta``, then UTF-8."""
    meta = re.search(rb'charset="([\w-]+)"', body[:1024])
    name = header or (meta[1].decode() if meta else "utf-8")
    return body.decode(codecs.lookup(name).name, "replace")


def charset_normalizer(body: bytes, header: str | None) -> str:
    from charset_normalizer import from_bytes

    return str(from_bytes(body).best() or "")


def misread(text: str, codec: str) -> str:
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())


def compare_pages(texts: dict[str, list[str]]) -> None:
    every = list(pages(texts))
    print(f"{len(every)} pages")
    candidates: dict[str, tuple[Callable[[bytes, str | None], str], int]] = {
        "decode": (decode, 1), "as declared": (as_declared, 1), "charset-normalizer": (charset_normalizer, 40),
    }  # fmt: skip
    for name, (candidate, step) in candidates.items():
        sample = every[::step]
        started = time.perf_counter()
        right = Counter(charset for charset, body, header, text in sample if text in candidate(body, header))
        seconds = time.perf_counter() - started
        total = Counter(charset for charset, *_ in sample)
        shares = ", ".join(f"{charset} {right[charset]}/{total[charset]}" for charset in total)
        print(f"  {name:18s} {sum(right.values()) / len(sample):6.1%}  {len(sample) / seconds:8.0f}/s  {shares}")


def compare_repairs(by_language: dict[str, list[str]]) -> None:
    import ftfy  # type: ignore[import-not-found,import-untyped,unused-ignore]

    texts = [text for sample in by_language.values() for text in sample if not text.isascii()]
    wrong = {codec: [(misread(text, codec), text) for text in texts] for codec in MISREAD}
    wrong["twice"] = [(misread(misread(text, "cp1252"), "cp1252"), text) for text in texts]
    singles = {"cp1256": "ar", "cp1254": "tr"}
    wrong |= {
        f"{codec} as latin-1": [(text.encode(codec).decode("latin-1"), text) for text in by_language[language] if not text.isascii()]
        for codec, language in singles.items()
    }
    values = {
        value for path in DATA.glob("*/*.jsonl") for line in path.read_text("utf-8").splitlines() for value in json.loads(line).values()
    }
    clean = [value for value in values if isinstance(value, str) and not value.isascii()]
    print(f"misread texts put right; {len(clean)} right texts")
    candidates: dict[str, Callable[[str], str]] = {"repair": repair, "ftfy": ftfy.fix_encoding}
    for name, candidate in candidates.items():
        counts = ", ".join(f"{kind} {sum(candidate(bad) == good for bad, good in pairs)}/{len(pairs)}" for kind, pairs in wrong.items())
        started = time.perf_counter()
        harmed = sum(candidate(text) != text for text in clean)
        rate = len(clean) / (time.perf_counter() - started)
        print(f"  {name:18s} {counts}; harmed {harmed}; {rate:.0f}/s")


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA / "language" / "acceptance.jsonl"
    add_peers()
    compare_pages(sentences(path))
    compare_repairs(sentences(path))


if __name__ == "__main__":
    main()
