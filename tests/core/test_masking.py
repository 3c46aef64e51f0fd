"""No password of an address is shown, wherever it stands; what is no secret is."""

from __future__ import annotations

import pytest

from core.masking import mask_url

SHOWN = [
    ("postgresql+psycopg://u:hush@h/db", "postgresql+psycopg://u:********@h/db"),
    ("postgresql+psycopg://u:hu/sh@h:5432/db", "postgresql+psycopg://u:********@h:5432/db"),
    ("postgresql+psycopg://u:hu@sh@h/db", "postgresql+psycopg://u:********@h/db"),
    ("postgresql+psycopg://u:hu?sh@h/db", "postgresql+psycopg://u:********@h/db"),
    ("postgresql+psycopg://:hush@h/db", "postgresql+psycopg://:********@h/db"),
    ("postgresql+psycopg://h/db?user=u&password=hush", "postgresql+psycopg://h/db?user=u&password=********"),
    ("postgresql+psycopg:///db?password=hush&host=h", "postgresql+psycopg:///db?password=********&host=h"),
    ("postgresql+psycopg://h/db?PASS%77ord=hush", "postgresql+psycopg://h/db?PASS%77ord=********"),
    ("postgresql+psycopg://u:hush@h/db?password=hush", "postgresql+psycopg://u:********@h/db?password=********"),
    ("https://e.org/hook?token=hush#top", "https://e.org/hook?token=********#top"),
]
OPEN = [
    "sqlite:///rasid.db",
    "sqlite:////var/lib/a:b@c.db",
    "postgresql+psycopg://u@h:5432/db?sslmode=require",
    "https://e.org:8443/notify?to=desk@e.org",
    "Reports: see password=none",
]


@pytest.mark.parametrize(("address", "shown"), SHOWN)
def test_passwords_are_masked(address: str, shown: str) -> None:
    assert mask_url(address) == shown


@pytest.mark.parametrize("text", OPEN)
def test_the_rest_is_shown_as_it_is(text: str) -> None:
    assert mask_url(text) == text
