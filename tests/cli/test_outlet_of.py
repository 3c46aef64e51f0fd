"""Whose an address is, where editions share a host and channels share Telegram."""

from __future__ import annotations

import pytest

from core.config import build_outlet
from core.model import Outlet, Source, SourceKind
from rasid.commands.crawl import outlet_of
from spiders.definitions import builtin_outlets

OUTLETS = [build_outlet(config) for config in builtin_outlets()]


@pytest.mark.parametrize(
    ("address", "outlet"),
    [
        ("https://www.aa.com.tr/ar/سياسة/عنوان/3100217", "aa_ar"),
        ("https://www.aa.com.tr/tr/gundem/baslik/3100217", "aa_tr"),
        ("https://aa.com.tr/en/world/title/3100217", "aa_en"),
        ("https://www.bbc.com/turkce/articles/c1", "bbc_tr"),
        ("https://www.yenisafak.com/dunya/baslik-4700117", "yeni_safak"),
        ("https://www.yenisafak.com/ar/news/3600117", "yenisafak_ar"),
        ("https://npasyria.com/210017/", "npa_ar"),
        ("https://npasyria.com/en/220017/", "npa_en"),
        ("https://m.star.com.tr/dunya/x-haber-1900117/", "star_tr"),
        ("https://feeds.bbci.co.uk/turkce/rss.xml", "bbc_tr"),
        ("https://t.me/s/HawarNews", "anha"),
        ("https://t.me/s/somebody_else", "site_t_me"),
        ("https://nobody.example/x", "site_nobody_example"),
    ],
)
def test_whose_an_address_is(address: str, outlet: str) -> None:
    assert outlet_of(OUTLETS, address).id == outlet


def test_an_outlet_without_a_home_is_known_by_the_host_of_its_source() -> None:
    wire = Outlet("wire", "Wire", None, ("ar",), (Source("wire:feed:x", SourceKind.FEED, "https://wire.example/feed/"),))
    assert outlet_of([*OUTLETS, wire], "https://www.wire.example/a/1").id == "wire"
