"""Classes that name furniture, however they are written, and classes of articles that look like them."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.extract.furniture import Judge, Mark


def mark_of(classes: str) -> Mark:
    node = LexborHTMLParser(f'<div class="{classes}">text</div>').css_first("div")
    assert node is not None
    return Judge().mark(node, "div")


@pytest.mark.parametrize(
    "classes",
    [
        "share-buttons", "ShareBar", "articleShare", "Article_shareBar__x1", "styles_PostSocial__ab", "relatedNews",
        "newsRelated", "c-tagsList", "post-views", "reading-time", "read-time", "font-size", "tts", "audio-player",
        "article-tools", "print-btn", "no-print", "d-print-none", "copy-link", "short-link", "report-error",
        "post-rating", "reactions", "photo-credit", "post-navigation", "next-post", "nav-links", "newsletterBox",
        "app-download", "download-app", "join-us", "follow", "reklam-alani", "sosyal", "e-bulten", "taboola", "yarpp",
        "paywall-overlay", "imageCaption", "breadcrumbList", "skip-link",
    ],
)  # fmt: skip
def test_furniture_is_skipped(classes: str) -> None:
    assert mark_of(classes) is Mark.SKIP


@pytest.mark.parametrize(
    "classes",
    [
        "views-row", "print-content", "printable", "withSidebar", "hasComments", "noSidebar", "paywall-content",
        "premium-content", "player", "tools-of-war", "followers", "shared-content", "listening", "newstext",
        "relatives", "abone-icerik", "creditor", "reader", "time-reading",
    ],
)  # fmt: skip
def test_what_may_hold_an_article_is_not(classes: str) -> None:
    assert mark_of(classes) is not Mark.SKIP


def test_a_very_long_class_is_read_too() -> None:
    assert mark_of("a" * 300 + " share-bar") is Mark.SKIP
