"""Pages in every character set of the region, with right, missing, wrong and contradicting declarations."""

from __future__ import annotations

import pytest

from crawler.extract.encoding import decode, to_utf8

TEXTS = {
    "ar": ("افتتاح الطريق الدولي", "أعلنت وزارة النقل اليوم افتتاح الطريق أمام الشاحنات، وقال المدير إن الأعمال أنجزت قبل موعدها."),
    "tr": ("Sınır kapısında yeni dönem", "Ticaret Bakanlığı, bekleme süresini kısaltacak uygulamayı duyurdu; şoförler içerik istedi."),
    "fa": ("پل جدید مرزی باز شد", "وزارت راه گفت که پل جدید مرزی از این هفته به روی کامیونها باز است و کارها به پایان رسید."),
    "ku": ("Pira nû vebû", "Wezareta veguhastinê ragihand ku pira nû ya li ser sînor vekirî ye û kar bi dawî bû; şofêr kêfxweş in."),
}  # fmt: skip
SETS = {
    "ar": ("windows-1256", "iso-8859-6", "utf-8", "utf-16-le", "utf-16-be", "utf-16"),
    "tr": ("windows-1254", "iso-8859-9", "utf-8", "utf-16-le", "utf-16-be", "utf-16"),
    "fa": ("windows-1256", "utf-8", "utf-16-le", "utf-16-be", "utf-16"),
    "ku": ("windows-1254", "iso-8859-9", "utf-8", "utf-16-le", "utf-16-be", "utf-16"),
}
WRONG = ("utf-8", "iso-8859-1", "windows-1252", "windows-1256", "windows-1254", "x-unknown")
PERSIAN_1256 = str.maketrans({"ی": "ي"})
CASES = [(language, charset) for language, charsets in SETS.items() for charset in charsets]


def written(language: str, charset: str) -> tuple[str, str]:
    """Title and text as far as the set can write them: windows-1256 has no Persian yeh, and Arabs use theirs."""
    title, text = TEXTS[language]
    return (
        (title.translate(PERSIAN_1256), text.translate(PERSIAN_1256)) if language == "fa" and charset == "windows-1256" else (title, text)
    )


def page(language: str, charset: str, meta: str | None, *, lang: str | None = None) -> bytes:
    title, text = written(language, charset)
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    return (
        f"<!doctype html><html{f' lang={lang}' if lang else ''}><head>{declared}<title>{title}</title></head>"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    ).encode(charset)


@pytest.mark.parametrize("meta", [None, "right", *WRONG])
@pytest.mark.parametrize("header", [None, "right", *WRONG])
@pytest.mark.parametrize(("language", "charset"), CASES)
def test_the_letters_are_right_whatever_header_and_page_claim(language: str, charset: str, header: str | None, meta: str | None) -> None:
    body = page(language, charset, charset if meta == "right" else meta, lang=language)
    text = decode(body, charset if header == "right" else header)
    title, paragraph = written(language, charset)
    assert f"<h1>{title}</h1><p>{paragraph}</p>" in text
    assert to_utf8(body, charset if header == "right" else header).decode("utf-8") == text


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_without_any_declaration_and_without_a_language(language: str, charset: str) -> None:
    title, paragraph = written(language, charset)
    assert f"<h1>{title}</h1><p>{paragraph}</p>" in decode(page(language, charset, None))


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("claim", [None, "windows-1256", "iso-8859-9"])
def test_utf8_with_a_few_broken_bytes_stays_utf8(language: str, claim: str | None) -> None:
    title, paragraph = TEXTS[language]
    body = page(language, "utf-8", claim) + b"<!-- \xff\xc7 -->" + paragraph.encode()[:-1] + "é".encode()[:1]
    text = decode(body, claim)
    assert f"<h1>{title}</h1><p>{paragraph}</p>" in text
    assert text.count("\ufffd") <= 4


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("codec", ["latin-1", "cp1252", "cp1256"])
def test_utf8_that_was_encoded_twice(language: str, codec: str) -> None:
    title, paragraph = TEXTS[language]
    twice = "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in page(language, "utf-8", "utf-8")).encode()
    text = decode(twice, "utf-8")
    assert f"<h1>{title}</h1><p>{paragraph}</p>" in text
    assert to_utf8(twice, "utf-8").decode() == text


def test_a_part_that_was_encoded_twice_in_a_page_that_is_right() -> None:
    right, wrong = TEXTS["ar"][0], TEXTS["ar"][1].encode().decode("latin-1")
    assert decode(f"<h1>{right}</h1><p>{wrong}</p>".encode()) == f"<h1>{right}</h1><p>{TEXTS['ar'][1]}</p>"


@pytest.mark.parametrize("language", TEXTS)
def test_what_is_utf8_already_is_handed_on_as_it_is(language: str) -> None:
    body = page(language, "utf-8", "windows-1256")
    assert to_utf8(body, "iso-8859-1") is body


@pytest.mark.parametrize("body", [b"", b"\x00", b"\xff\xfe", b"\xfe\xff\xd8", b"\x00" * 2000, b"<\x00" * 40, bytes(range(256)) * 20])
@pytest.mark.parametrize("claim", [None, "utf-16", "rot13", "zlib", "utf-7", "\x00", "x" * 300])
def test_nothing_raises(body: bytes, claim: str | None) -> None:
    assert isinstance(decode(body, claim), str)
    to_utf8(body, claim).decode("utf-8")
