"""The tables and keys of ``rasid.toml`` and of outlet definitions, and what each may be.

Knows no file. Secrets stand outside: a key holds ``{ env = "NAME" }`` or ``{ file = "PATH" }``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date as calendar_date
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urljoin, urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from core.errors import ConfigError
from core.model import Outlet, Rules, SourceKind

_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
BUILTIN_TOPIC = "turkey-syria"
HEALTH = "health"
"""Not a topic: a channel that names it hears of outlets that fail, fall silent, move or recover."""
_MAX_INTERVAL = 30 * 86400.0
_DATABASE = re.compile(r"sqlite(\+\w+)?://(/.*)?$|postgresql(\+\w+)?://", re.DOTALL)
_MAX_AGE = 36500 * 86400.0


def parse_interval(value: object) -> float:
    """Seconds of ``30s``, ``5m``, ``2h``, ``1d`` (or combined, ``1h30m``).

    Raises ValueError with a sentence that says the form.
    """
    seconds = _seconds(value)
    if not 0 < seconds <= _MAX_INTERVAL:
        raise ValueError(f"{value!r} is out of range; an interval lies between 1s and 30d")
    return seconds


def parse_age(text: str) -> timedelta:
    """How long ago: written like an interval, up to a hundred years.

    Raises ValueError with a sentence that says the form.
    """
    seconds = _seconds(text)
    if not 0 < seconds <= _MAX_AGE:
        raise ValueError(f"{text!r} is out of range; an age lies between 1s and 36500d")
    return timedelta(seconds=seconds)


def _seconds(value: object) -> float:
    text = str(value).strip().lower()
    if isinstance(value, bool) or not text or _INTERVAL.sub("", text).strip():
        raise ValueError(f"{value!r} is not an interval; write it like 30s, 5m or 2h")
    return sum(float(number) * _UNITS[unit] for number, unit in _INTERVAL.findall(text))


Interval = Annotated[float, BeforeValidator(parse_interval)]


def is_web_address(value: str, *, base: str = "") -> bool:
    """Whether it can be asked: http or https, a host, and where a port is named, one that can be. A relative one counts from ``base``."""
    try:
        parts = urlsplit(urljoin(base, value))
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and port != 0 and not any(map(str.isspace, parts.netloc))


_Polls = Annotated[int, Field(ge=1, le=1000)]
_Pages = Annotated[int, Field(ge=0, le=1000)]
_Entries = Annotated[int, Field(ge=0, le=10_000)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Secret(Strict):
    """A secret by reference: ``{ env = "NAME" }`` or ``{ file = "path" }``. ``read`` fetches it; ``repr`` never shows it."""

    env: str | None = None
    file: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_literal(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError('a secret does not stand in the file; write { env = "NAME" } or { file = "path" }')
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Secret:
        if (self.env is None) == (self.file is None):
            raise ValueError('write exactly one of { env = "NAME" } and { file = "path" }')
        return self

    def read(self) -> str:
        """The secret itself.

        Raises ConfigError when the variable is unset, or the file cannot be read or is empty.
        """
        if self.env is not None:
            value = os.environ.get(self.env, "")
            if not value.strip():
                raise ConfigError([f"the environment variable {self.env} is not set; set it and start again"])
            return value
        try:
            value = Path(str(self.file)).expanduser().read_text(encoding="utf-8-sig").strip()
        except OSError as error:
            raise ConfigError([f"cannot read the secret file {self.file}: {error.strerror}"]) from error
        except UnicodeDecodeError:  # not chained: it holds the bytes
            raise ConfigError([f"the secret file {self.file} is not UTF-8 text; save it as UTF-8"]) from None
        if not value:
            raise ConfigError([f"the secret file {self.file} is empty; write the secret into it"])
        return value


class StoreConfig(Strict):
    url: str = "sqlite:///rasid.db"

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not _DATABASE.match(value):
            raise ValueError("not a database address; write it like sqlite:///rasid.db or postgresql+psycopg://user@host/rasid")
        return value


OF_OUTLETS = ("min_interval", "max_interval", "pace", "time_limit", "spacing", "verify_every", "gap_pages", "seed_limit", "page_limit")
"""Keys of ``[polling]`` that an outlet may have for itself; ``contact`` and ``allow_private_addresses`` hold for the whole process."""


class PollingConfig(Strict):
    contact: str = ""
    min_interval: Interval = 300.0
    max_interval: Interval = 7200.0
    pace: Interval | None = None
    """Interval of a source with six entries an hour; others follow by the square root of their rate. None: min_interval."""
    time_limit: Interval = 180.0
    """Wall-clock limit of one poll of one outlet."""
    spacing: Interval = 1.0
    """Least time between two requests to the same host."""
    verify_every: _Polls = 40
    """At the latest every so many polls a source is asked without conditions, to see whether its validators tell the truth."""
    gap_pages: _Pages = 50
    """At most so many older pages are read to fill a gap."""
    seed_limit: _Entries = 200
    """At most so many entries of a source are fetched the first time it is read; older ones are only remembered."""
    page_limit: Interval = 5.0
    """Seconds of CPU that reading one page may take; one that takes more is failed and not tried again."""
    allow_private_addresses: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> PollingConfig:
        if self.min_interval > self.max_interval:
            raise ValueError("min_interval is larger than max_interval; swap them")
        return self

    def of(self, outlet: Outlet) -> PollingConfig:
        """What counts for the outlet: its own values, else these."""
        own = {name: value for name in OF_OUTLETS if (value := getattr(outlet, name)) is not None}
        return self.model_copy(update=own) if own else self


class WebsubConfig(Strict):
    """Pushes from WebSub hubs, which bring the next poll forward. ``callback`` leads from outside to ``listen``, through a proxy."""

    callback: str
    listen: str = "127.0.0.1:8478"
    secret: Secret

    @field_validator("callback")
    @classmethod
    def _reachable(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{value!r} is not a callback address; write it like https://desk.example.org/websub")
        return value

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 <= int(port) < 65536:
            raise ValueError(f"{value!r} is not a host and a port; write it like 127.0.0.1:8478")
        return value

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class RulesConfig(Strict):
    title: str | None = None
    lead: str | None = None
    body: str | None = None
    author: str | None = None
    date: str | None = None
    image: str | None = None
    tags: str | None = None
    remove: tuple[str, ...] = ()
    cut_after: tuple[str, ...] = ()
    cut_before: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title_suffixes: tuple[str, ...] = ()
    published_label: str | None = None

    @field_validator("cut_after", "cut_before", "wrappers", "drop", "published_label")
    @classmethod
    def _compile(cls, value: Any) -> Any:
        for pattern in (value,) if isinstance(value, str) else value or ():
            _check_regex(pattern)
        return value

    def build(self, older: Iterable[OldRulesConfig] = ()) -> Rules:
        return Rules(**self.model_dump(), older=tuple(old.build() for old in older))


class OldRulesConfig(RulesConfig):
    """``[[old_rules]]``: the rules for pages of an earlier theme of the site, published up to ``valid_until``."""

    valid_until: calendar_date


class SourceConfig(Strict):
    kind: SourceKind
    url: str
    article: str | None = None
    links: str | None = None
    zone: str | None = None
    zone_override: str | None = None
    full_text: bool = False
    fallback: bool = False
    summary_is_lead: bool = True
    older: str | None = None

    @field_validator("older")
    @classmethod
    def _numbered(cls, value: str | None) -> str | None:
        if value is not None and "{page}" not in value:
            raise ValueError(f"{value!r} has no {{page}} in it; write it like /news?page={{page}}")
        return value

    @field_validator("url", "older")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not is_web_address(value, base="https://home.invalid/"):
            raise ValueError(f"{value!r} is not a web address; only http and https are polled, at a host and a port that can be")
        return _with_small_scheme(value)

    @field_validator("article")
    @classmethod
    def _regex(cls, value: str | None) -> str | None:
        if value is not None:
            _check_regex(value)
        return value

    @field_validator("zone", "zone_override")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        return _check_zone(value)


class OutletConfig(Strict):
    """An outlet as written in a TOML file: a whole one, or changes to a built-in one by ``id``."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str | None = None
    home: str | None = None
    languages: tuple[str, ...] | None = None
    enabled: bool | None = None
    sources: tuple[SourceConfig, ...] | None = None
    rules: RulesConfig | None = None
    old_rules: tuple[OldRulesConfig, ...] | None = None
    identity: tuple[str, ...] | None = None
    candidate_homes: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    reliability: Literal["low", "normal", "high"] | None = None
    zone: str | None = None
    note: str | None = None
    min_interval: Interval | None = None
    max_interval: Interval | None = None
    pace: Interval | None = None
    time_limit: Interval | None = None
    spacing: Interval | None = None
    verify_every: _Polls | None = None
    gap_pages: _Pages | None = None
    seed_limit: _Entries | None = None
    page_limit: Interval | None = None

    @field_validator("home")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        return _check_web_address(value) if value else None

    @field_validator("candidate_homes")
    @classmethod
    def _web_addresses(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return tuple(map(_check_web_address, value)) if value is not None else None

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        return _check_zone(value)


class ChannelConfig(BaseModel):
    """One ``[[channels]]`` table. Keys beyond these belong to the notifier, which validates them itself."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    notifier: str
    topics: tuple[str, ...] = (BUILTIN_TOPIC,)
    enabled: bool = True

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the notifier."""
        return dict(self.model_extra or {})


class TermConfig(Strict):
    """A group of spellings of a user-defined topic: ``terms`` speak for ``side`` with ``weight``."""

    side: str
    terms: tuple[str, ...]
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0


class TopicConfig(Strict):
    """A topic of the user's: two or more sides, weighted terms, exclusions. ``sides`` may name built-in ones (turkey, syria)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str = ""
    sides: tuple[str, ...] = Field(min_length=2)
    threshold: Annotated[float, Field(gt=0, le=1)] = 0.5
    terms: tuple[TermConfig, ...] = ()
    exclusions: tuple[str, ...] = ()

    @field_validator("id")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value == HEALTH:
            raise ValueError(f"{value!r} is what channels hear of outlets that fail; choose another id")
        return value


class ConfigFile(Strict):
    """All that a ``rasid.toml`` may hold."""

    store: StoreConfig = StoreConfig()
    polling: PollingConfig = PollingConfig()
    websub: WebsubConfig | None = None
    builtin_outlets: bool = True
    """False: only the outlets of this file are known."""
    outlets: tuple[OutletConfig, ...] = ()
    channels: tuple[ChannelConfig, ...] = ()
    topics: tuple[TopicConfig, ...] = ()


def _check_web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError(f"{value!r} is not a web address; write it like https://www.example.org/")
    return _with_small_scheme(value)


def _with_small_scheme(address: str) -> str:
    """``HTTPS://…`` is the same address."""
    scheme = urlsplit(address).scheme
    return scheme + address[len(scheme) :]


def _check_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None


@cache
def _zones() -> frozenset[str]:
    """The names of all zones; to list them takes 25 ms."""
    return frozenset(available_timezones())


def _check_zone(value: str | None) -> str | None:
    if value is not None and value not in _zones():
        raise ValueError(f"{value!r} is not a time zone; write it like Europe/Istanbul")
    return value
