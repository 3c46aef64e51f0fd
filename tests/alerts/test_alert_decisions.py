"""Routing, waits, building notifiers, and what may be imported when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from alerts import build_notifiers, channels
from alerts.retry import LONGEST_ASKED, wait_after
from alerts.routing import route
from core.errors import ConfigError
from core.settings import ChannelConfig

TOKEN = {"env": "RASID_TEST_TOKEN"}


def channel(id: str, notifier: str = "console", **rest: Any) -> ChannelConfig:
    return ChannelConfig(id=id, notifier=notifier, **rest)


def test_a_topic_goes_to_the_enabled_channels_that_want_it() -> None:
    known = [channel("a"), channel("b", topics=("other",)), channel("c", enabled=False), channel("d", topics=("other", "turkey-syria"))]
    assert route("turkey-syria", known) == ("a", "d")
    assert route("nothing", known) == ()


def test_waits_double_up_to_their_limit() -> None:
    waits = [wait_after(n, delivery_id=3) for n in range(1, 40)]
    for wait, plain in zip(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256] + [300] * 30, strict=True):
        assert wait == pytest.approx(plain, rel=0.11)
    assert waits == [wait_after(n, delivery_id=3) for n in range(1, 40)]
    assert len({wait_after(5, delivery_id=n) for n in range(20)}) > 1


@pytest.mark.parametrize(("asked", "wait"), [(45.0, 45.0), (1e9, LONGEST_ASKED), (float("inf"), LONGEST_ASKED)])
def test_what_the_channel_asks_for_is_obeyed(asked: float, wait: float) -> None:
    assert wait_after(1, delivery_id=1, retry_after=asked) == wait


def test_a_shorter_wish_of_the_channel_does_not_shorten_the_wait() -> None:
    assert wait_after(5, delivery_id=1, retry_after=2.0) >= 16


def test_all_problems_of_all_channels_come_at_once() -> None:
    wrong = [
        channel("x", "telegrm"),
        channel("y", "telegram", chat_idd="1", token=TOKEN),
        channel("z", "email", host="h", to=["no address"]),
        channel("w", "telegram", chat_id="1", token="123:SECRET"),
    ]
    with pytest.raises(ConfigError) as raised:
        build_notifiers(wrong)
    text = str(raised.value)
    for part in ("'telegram'", "channels.y", "chat_idd", "'chat_id'", "channels.z", "from", "channels.w"):
        assert part in text
    assert "SECRET" not in text


MAIL = {"host": "h", "from": "r@example.org", "to": ["a@example.org"]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": ["a@example.org, b@example.org"]}, "write each address as its own item"),
        ({"to": ["a@example.org,b@example.org"]}, "write each address as its own item"),
        ({"to": ["a@example.org;b@example.org"]}, "write each address as its own item"),
        ({"to": ["a@example.org b@example.org"]}, "write each address as its own item"),
        ({"to": ["Desk <a@example.org>, b@example.org"]}, "write each address as its own item"),
        ({"to": ["a@example.org,"]}, "write each address as its own item"),
        ({"to": "x@y"}, 'to: write a list: to = ["x@y"]'),
        ({"to": ["a b@example.org"]}, "is not an e-mail address"),
        ({"to": ["@example.org"]}, "is not an e-mail address"),
        ({"from": "r@example.org, s@example.org"}, "is not an e-mail address"),
    ],
)
def test_addresses_that_would_get_no_mail_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        build_notifiers([channel("mail", "email", **{**MAIL, **changes})])
    assert len(raised.value.problems) == 1
    assert words in raised.value.problems[0]


@pytest.mark.parametrize("address", ["a@example.org", "Desk <a@example.org>", '"Desk, Ankara; @night" <a@example.org>', "<a@example.org>"])
def test_addresses_may_have_names(address: str) -> None:
    assert set(build_notifiers([channel("mail", "email", **{**MAIL, "from": address, "to": [address]})])) == {"mail"}


def test_an_unset_secret_is_a_configuration_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASID_TEST_TOKEN", raising=False)
    with pytest.raises(ConfigError, match="RASID_TEST_TOKEN"):
        build_notifiers([channel("y", "telegram", chat_id="1", token=TOKEN)])


class Plugin:
    """A notifier of somebody else's."""

    @classmethod
    def from_options(cls, _channel: str, _options: Mapping[str, Any], **_more: Any) -> Plugin:
        return cls()


def test_a_plug_in_is_found_through_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    sys.modules["rasid_test_plugin"] = sys.modules[__name__]
    point = EntryPoint("pigeon", "rasid_test_plugin:Plugin", "rasid.notifiers")
    broken = EntryPoint("broken", "rasid_test_plugin:Missing", "rasid.notifiers")
    monkeypatch.setattr(channels, "entry_points", lambda group: [point, broken])
    assert isinstance(build_notifiers([channel("p", "pigeon")])["p"], Plugin)
    with pytest.raises(ConfigError, match="broken"):
        build_notifiers([channel("p", "broken")])
    with pytest.raises(ConfigError, match="pigeon"):
        build_notifiers([channel("p", "nothing-like-it")])


@pytest.mark.parametrize("module", ["alerts", "alerts.routing", "alerts.dispatcher"])
def test_importing_loads_no_network_library(module: str) -> None:
    code = f"import sys, {module}; print(*{{'aiohttp', 'aiosmtplib', 'jinja2'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "", f"importing {module} loads {found.stdout}; import it inside the function that needs it"
