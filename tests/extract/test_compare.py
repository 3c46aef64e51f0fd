"""Where layers disagree is shown, and only there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import ExtractionError
from core.model import Claim, Rules
from crawler.extract import compare
from rasid.commands.layers import disagreements
from tests.harness import rasid

NOW = datetime(2026, 11, 25, tzinfo=UTC)
URL = "https://news.example.org/a/1"
TITLE = "افتتاح الطريق الدولي أمام الشاحنات"
ONE = "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة."
TWO = "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل."


def page(*, day: str = "2026-03-03", headline: str = TITLE, author: str = "سلمى حداد") -> bytes:
    thing = {"@type": "NewsArticle", "headline": headline, "datePublished": f"{day}T10:00:00Z", "author": {"name": author}}
    return (
        f'<html><head><title>{TITLE} - الموقع</title><meta property="og:title" content="{TITLE} | الموقع">'
        f'<meta name="author" content="سلمى حداد">'
        f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script></head>'
        f'<body><div><h1>{TITLE}</h1><div class="post-date">3 مارس، 2026</div><div><p>{ONE}</p><p>{TWO}</p></div></div></body></html>'
    ).encode()


def said(claims: tuple[Claim, ...], name: str) -> dict[str, str]:
    return {claim.layer: claim.value for claim in claims if claim.field == name}


def test_every_layer_is_asked_for_every_field() -> None:
    claims = compare(page(), url=URL, rules=Rules(body="h1 + div + div", title="h1"))
    assert said(claims, "title") == {
        "rules": TITLE, "json-ld": TITLE, "meta": f"{TITLE} | الموقع", "text": TITLE, "document": f"{TITLE} - الموقع",
    }  # fmt: skip
    assert said(claims, "published") == {"json-ld": "2026-03-03T10:00:00Z", "text": "3 مارس، 2026"}
    assert set(said(claims, "body")) == {"rules", "trafilatura", "paragraphs"}
    assert set(said(claims, "body").values()) == {str(len(ONE) + len(TWO))}
    assert disagreements(claims, NOW) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"day": "2025-03-03"}, "published"), ({"headline": "عنوان آخر لخبر آخر تماما"}, "title"), ({"author": "سامي نور"}, "authors")],
)
def test_a_layer_that_says_something_else_is_shown(changed: dict[str, str], field: str) -> None:
    assert disagreements(compare(page(**changed), url=URL), NOW) == [field]


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(ExtractionError):
        compare(b"%PDF-1.7", url=URL)


def test_the_command_shows_layers_and_disagreements(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page(day="2025-03-03", author="\x1b[31mسامي"))
    config = tmp_path / "rasid.toml"
    config.write_text("")
    shown = rasid("extract", str(file), "--url", URL, config=config).stdout
    assert "layers disagree" in shown
    assert "2025-03-03T10:00:00Z" in shown
    assert "\x1b[31m" not in shown
    data = json.loads(rasid("extract", str(file), "--url", URL, "--json", config=config).stdout)
    assert data["layers"]["published"]["json-ld"] == "2025-03-03T10:00:00Z"
    assert data["disagreements"] == ["published", "authors"]
    assert data["provenance"]["published_at"] == "json-ld"
