"""What a message says, and that nothing fetched gets out of its place."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import render
from core.model import Alert, Notice

HOSTILE = "<script>alert(\"x\")</script> & 'q' \u202eevil\u202c \x1b[31m \u2066z"
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u061c\u200e\u200f")
_TAG = re.compile(r"<[^<>]*>")


def test_every_medium_shows_all_facts(make_alert: Callable[..., Alert]) -> None:
    facts = render.facts_of(make_alert(original_source="الجزيرة"))
    for shown in (render.as_text(facts), render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        for part in ("تركيا وسوريا", "طيف بوست", "2026-11-24 09:00 UTC", "turkey-syria", "both sides", "الجزيرة", "خبر قصير"):
            assert part in shown
        assert "https://example.org/a?x=1&y=2" in html.unescape(shown)


def test_an_unknown_time_is_said_to_be_when_we_saw_it(make_alert: Callable[..., Alert]) -> None:
    assert "seen 2026-11-24 09:00 UTC" in render.as_text(render.facts_of(make_alert(published_at=None))).replace("seen at", "seen")


def test_fetched_markup_is_escaped(make_alert: Callable[..., Alert]) -> None:
    facts = render.facts_of(make_alert(title=HOSTILE, lead=HOSTILE, outlet_name=HOSTILE, original_source=HOSTILE, reason=HOSTILE))
    for shown in (render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown
    for shown in (render.as_text(facts), render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        assert not BIDI & set(shown)
        assert "\x1b" not in shown


def make_notice(**changes: str) -> Notice:
    values = {"outlet": "x", "outlet_name": "طيف", "kind": "never_delivered", "title": "طيف: failing", "text": "one\ntwo", **changes}
    return Notice(3, created_at=datetime(2026, 11, 24, 9, tzinfo=UTC), **values)


def test_a_notice_says_the_same_everywhere_and_links_nowhere() -> None:
    facts = render.facts_of(make_notice(text="one\n\n https://x.example/feed answers HTTP 500 \ntwo"))
    assert (facts.subject, facts.url) == ("[Rasid] طيف: failing", "")
    assert facts.lead.splitlines() == ["one", "https://x.example/feed answers HTTP 500", "two"]
    for shown in (render.as_text(facts), render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        for part in ("طيف: failing", "2026-11-24 09:00 UTC", "health: never delivered", *facts.lead.splitlines()):
            assert part in shown
        assert "href" not in shown
        assert "Why:" not in shown


def test_what_a_notice_quotes_is_escaped_and_kept_in_its_line() -> None:
    facts = render.facts_of(make_notice(title=HOSTILE, text=f"{HOSTILE}\n{HOSTILE}", outlet_name=HOSTILE, kind="<i>"))
    for shown in (render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        assert "<script" not in shown
        assert shown.count("&lt;script&gt;") >= 4
        assert "health: &lt;i&gt;" in shown
    for shown in (render.as_text(facts), render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        assert not BIDI & set(shown)
        assert "\x1b" not in shown
    assert render.as_text(facts).count("\u2068") == render.as_text(facts).count("\u2069") == 4, "title, outlet, two lines"


def test_a_notice_of_a_whole_page_is_cut() -> None:
    assert len(render.as_telegram(render.facts_of(make_notice(text="word " * 5000)))) == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//no.scheme/", "https://", "http://[bad", ""])
def test_only_web_addresses_become_links(make_alert: Callable[..., Alert], url: str) -> None:
    facts = render.facts_of(make_alert(url=url))
    assert "href" not in render.as_mail_html(facts)
    assert "href" not in "\n".join(render.as_telegram(facts))


def test_a_link_cannot_leave_its_attribute(make_alert: Callable[..., Alert]) -> None:
    facts = render.facts_of(make_alert(url='https://example.org/" onclick="x'))
    for shown in (render.as_mail_html(facts), "\n".join(render.as_telegram(facts))):
        assert '" onclick="' not in shown


def test_an_address_stays_as_it_is(make_alert: Callable[..., Alert]) -> None:
    url = "https://example.org/news?id=1&section=world&copy=2"
    assert render.facts_of(make_alert(url=url)).url == url


def test_direction_follows_the_language(make_alert: Callable[..., Alert]) -> None:
    assert '<html lang="ar" dir="rtl">' in render.as_mail_html(render.facts_of(make_alert()))
    assert '<html lang="tr" dir="ltr">' in render.as_mail_html(render.facts_of(make_alert(language="tr", title="Suriye")))


def test_a_long_lead_is_cut_at_a_word(make_alert: Callable[..., Alert]) -> None:
    lead = render.facts_of(make_alert(lead="كلمة " * 400)).lead
    assert len(lead) <= 500
    assert lead.endswith("كلمة…")


@pytest.mark.parametrize("word", ["كلمة ", "x", "&"])
def test_a_whole_page_in_any_field_makes_one_short_message(make_alert: Callable[..., Alert], word: str) -> None:
    page = word * 30_000
    facts = render.facts_of(make_alert(title=page, original_source=page, reason=page, lead=page))
    assert max(len(facts.title), len(facts.subject)) <= 300
    assert (len(facts.source) <= 200, len(facts.reason) <= 500) == (True, True)
    for cut in (facts.title, facts.subject, facts.source, facts.reason):
        assert cut.endswith(word.strip() + "…")
    assert len(render.as_telegram(facts)) <= 3  # two when nothing has to be escaped
    notice = render.facts_of(make_notice(title=page))
    assert max(len(notice.title), len(notice.subject)) <= 300
    assert notice.subject.startswith(f"[Rasid] {word.strip()}")


@pytest.mark.parametrize("length", [300, 3000, 9000])
def test_no_address_is_too_long_to_be_told_whole(make_alert: Callable[..., Alert], length: int) -> None:
    url = f"https://example.org/?a=1&b={'9' * length}"
    parts = render.as_telegram(render.facts_of(make_alert(url=url)))
    assert all(render.utf16_length(part) <= render.TELEGRAM_LENGTH for part in parts)
    assert url in html.unescape("".join(parts))
    assert ("<a href" in parts[-1]) == (length <= 3000)


@given(st.lists(st.text(alphabet="ab &<>\"'اب😀\u0301", min_size=1, max_size=300), min_size=1, max_size=6), st.integers(60, 300))
def test_parts_are_short_well_formed_and_lose_nothing(texts: list[str], limit: int) -> None:
    lines = [f"<b>{html.escape(text, quote=False)}</b>" for text in texts]
    parts = render.pack_lines(lines, limit)
    assert all(render.utf16_length(part) <= limit for part in parts)
    for part in parts:
        assert _TAG.findall(part) == ["<b>", "</b>"] * part.count("<b>")
        assert "&" not in re.sub(r"&(amp|lt|gt|quot|#x27);", "", _TAG.sub("", part))
    shown = "".join(html.unescape(_TAG.sub("", part)) for part in parts)
    assert "".join(shown.split()) == "".join("".join(texts).split())


@given(st.text(max_size=9000), st.text(max_size=300))
def test_no_alert_is_too_long_for_telegram(title: str, source: str) -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 24, tzinfo=UTC)
    alert = Alert(1, 1, "t", at, 1, "o", "O", "https://example.org/", title, title, "ar", None, at, source, 1.0, title)
    parts = render.as_telegram(render.facts_of(alert))
    assert parts
    assert all(render.utf16_length(part) < 4096 for part in parts)
