"""The main job on real texts: five outlets in, one right alert out for each story, by the real daemon."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import open_store
from storage.articles import list_articles
from tests.harness import (
    FakeOutlet,
    FakeTelegram,
    SmtpSink,
    outlet_table,
    rasid,
    running_daemon,
    simple_page,
    wait_until,
    write_config,
)
from tests.seedpages import FLAVOURS, SeedPage, seed_page

SEED_OUTLETS = ("khaleej_alarabi", "united_muslim_world", "taif_post", "majallat_alyawm", "arab_khabar")
LISTED = ("united_muslim_world", "arab_khabar")
OLD = "افتتاح معرض الكتاب السنوي في المدينة القديمة"
UNRELATED = {
    "khaleej_alarabi": ("ارتفاع أسعار الخضار في الأسواق المركزية هذا الأسبوع", "/vegetables/"),
    "united_muslim_world": ("المنتخب الوطني يفوز بهدفين في مباراته الودية الأخيرة", "/90001"),
    "taif_post": ("نصائح الأطباء للوقاية من نزلات البرد في فصل الشتاء", "/winter-health/"),
    "majallat_alyawm": ("شركة تقنية تكشف عن هاتفها الجديد بشاشة قابلة للطي", "/new-phone/"),
    "arab_khabar": ("أمطار غزيرة متوقعة على السواحل نهاية الأسبوع الجاري", "/a/90005"),
}
FILLER = [
    "قال منظمون إن الإقبال فاق التوقعات هذا العام، وإن الأجنحة امتلأت منذ ساعات الصباح الأولى بالزوار والعائلات.",
    "وأضافوا أن البرنامج يستمر عشرة أيام ويضم ندوات وورشات للأطفال، مع دخول مجاني في عطلة نهاية الأسبوع.",
]


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    server = FakeTelegram()
    yield server
    server.close()


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    server = SmtpSink()
    yield server
    server.stop()


@pytest.fixture
def outlets() -> Iterator[dict[str, FakeOutlet]]:
    found = {name: FakeOutlet(name, "listing" if name in LISTED else "feed") for name in SEED_OUTLETS}
    found["copycat"] = FakeOutlet("copycat")
    for name, outlet in found.items():
        path = {"united_muslim_world": "/70001", "arab_khabar": "/a/70001"}.get(name, "/old-news/")
        outlet.publish(path, simple_page(f"{OLD} {name}", [f"{paragraph} {name}" for paragraph in FILLER]), f"{OLD} {name}")
    yield found
    for outlet in found.values():
        outlet.site.close()


def stored(config: Path) -> list[dict[str, Any]]:
    store = open_store(f"sqlite:///{config.parent / 'rasid.db'}")
    try:
        with store.begin() as connection:
            return list(list_articles(connection))
    finally:
        store.close()


def status(config: Path) -> dict[str, Any]:
    return dict(json.loads(rasid("status", "--json", config=config).stdout))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def wrapped(page: SeedPage, number: int) -> str:
    """The article again as a reposter of another kind would print it: words around it, a line of its own below."""
    paragraphs = [
        f"نقدم لكم متابعي موقعنا تفاصيل الخبر رقم {number} كما وردت إلينا من مصادرنا",
        *page.body,
        "تابعونا على مواقع التواصل ليصلكم كل جديد",
    ]
    return simple_page(f"{page.title} - نسخة", paragraphs)


@pytest.mark.parametrize("flavour", [FLAVOURS[0], FLAVOURS[2]])
def test_five_outlets_in_one_right_alert_out(
    tmp_path: Path, seeds: Path, telegram: FakeTelegram, smtp: SmtpSink, outlets: dict[str, FakeOutlet], flavour: Any
) -> None:
    tables = [outlet_table(outlets[name], builtin=True) for name in SEED_OUTLETS] + [outlet_table(outlets["copycat"])]
    config = write_config(tmp_path, outlets=tables, telegram=telegram, smtp=smtp)
    pages = [seed_page(number, seeds, flavour=flavour) for number in range(5)]
    with running_daemon(config) as daemon:
        wait_until(lambda: len(stored(config)) == 6, what="the first polls")
        assert not telegram.messages, "the first poll of an outlet is silent"

        for page in pages:
            outlets[page.outlet].publish(page.path, page.html, page.title)
        wait_until(lambda: len(telegram.messages) == 5 and len(smtp.mails) == 5, what="five alerts on two channels")
        for name, (title, path) in UNRELATED.items():
            outlets[name].publish(path, simple_page(title, [f"{title}. {FILLER[0]}", f"{FILLER[1]} {name}"]), title)
        for number, page in enumerate(pages):
            outlets["copycat"].publish(f"/copy/{number}/", wrapped(page, number), f"{page.title} - نسخة")
        wait_until(lambda: len(stored(config)) == 6 + 5 + 5 + 5, what="the unrelated articles and the copies")
        wait_until(
            lambda: all(o["last_outcome"] == "not_modified" for o in status(config)["outlets"] if o["last_poll_at"]), what="quiet polls"
        )
        assert daemon.stop() == 0

    rows = stored(config)
    by_url = {row["url"]: row for row in rows}
    for page in pages:
        row = by_url[outlets[page.outlet].url.rstrip("/") + page.path]
        assert row["title"] == page.title
        assert words(row["body"]) == words("\n".join(page.body))
        for unwanted in page.unwanted:
            assert unwanted not in row["body"]
        assert row["original_source"] == page.original_source
        assert row["topics"] == ["turkey-syria"]
        assert {evidence["side"] for evidence in row["matches"][0]["evidence"]} & {"turkey", "pair"}
        assert {evidence["side"] for evidence in row["matches"][0]["evidence"]} & {"syria", "pair"}
        assert row["lang"] == "ar"
    dates = [by_url[outlets[page.outlet].url.rstrip("/") + page.path]["published_at"] for page in pages]
    assert dates[0][:10] == "2026-01-11"
    assert dates[1:] == [None] * 4, "no date is invented where the page has none"
    assert [by_url[outlets[p.outlet].url.rstrip("/") + p.path]["original_source"] for p in pages][3:] == ["عرب 48", "عربي21"]

    copies = [row for row in rows if row["outlet"] == "copycat" and "/copy/" in row["url"]]
    assert {row["verdict"] for row in copies} <= {"near_duplicate", "duplicate"}
    assert len(telegram.messages) == 5, "nothing alerts twice, and nothing unrelated alerts"
    assert len(smtp.mails) == 5
    for page in pages:
        assert sum(html.escape(page.title, quote=False) in text for text in telegram.texts) == 1
    message_ids = [mail["Message-ID"] for mail in smtp.mails]
    assert len(set(message_ids)) == 5
    mail = smtp.mails[0]
    body = mail.get_body(("html",))
    assert body is not None
    assert 'dir="rtl"' in body.get_content()
    assert FakeTelegram.TOKEN not in daemon.log
    assert all("desk@example.org" in hit.user_agent for outlet in outlets.values() for hit in outlet.site.requests)
