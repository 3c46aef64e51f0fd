"""The configuration: what a person may write in ``rasid.toml`` and in an outlet's TOML, validated once, all problems at once.

``load_config`` reads one file over the built-in outlets; nothing here knows Scrapy, SQL or the network.
Secrets are read from the environment or from files when they are needed, and never printed.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urljoin, urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.errors import ConfigError
from core.model import Outlet, Rules, Source, SourceKind

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


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Secret(_Strict):
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


class StoreConfig(_Strict):
    url: str = "sqlite:///rasid.db"

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not _DATABASE.match(value):
            raise ValueError("not a database address; write it like sqlite:///rasid.db or postgresql+psycopg://user@host/rasid")
        return value


OF_OUTLETS = ("min_interval", "max_interval", "pace", "time_limit", "spacing", "verify_every", "gap_pages", "seed_limit", "page_limit")
"""Keys of ``[polling]`` that an outlet may have for itself; ``contact`` and ``allow_private_addresses`` hold for the whole process."""


class PollingConfig(_Strict):
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


class WebsubConfig(_Strict):
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


class RulesConfig(_Strict):
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


class SourceConfig(_Strict):
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


class OutletConfig(_Strict):
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


class TermConfig(_Strict):
    """A group of spellings of a user-defined topic: ``terms`` speak for ``side`` with ``weight``."""

    side: str
    terms: tuple[str, ...]
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0


class TopicConfig(_Strict):
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


class _File(_Strict):
    store: StoreConfig = StoreConfig()
    polling: PollingConfig = PollingConfig()
    websub: WebsubConfig | None = None
    builtin_outlets: bool = True
    """False: only the outlets of this file are known."""
    outlets: tuple[OutletConfig, ...] = ()
    channels: tuple[ChannelConfig, ...] = ()
    topics: tuple[TopicConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the user decided, validated. ``path`` is the file it came from, or None for the embedded defaults."""

    store: StoreConfig
    polling: PollingConfig
    outlets: tuple[Outlet, ...]
    channels: tuple[ChannelConfig, ...]
    topics: tuple[TopicConfig, ...] = ()
    path: Path | None = None
    websub: WebsubConfig | None = None

    def outlet(self, outlet_id: str) -> Outlet | None:
        """The outlet with that id, or None."""
        return next((outlet for outlet in self.outlets if outlet.id == outlet_id), None)


def load_config(path: Path | None, builtin: Iterable[OutletConfig] = ()) -> Config:
    """The configuration in ``path`` (None: the embedded defaults) over the ``builtin`` outlets.

    Raises ConfigError that lists every problem with file and key.
    """
    config, problems = survey_config(path, builtin)
    if problems:
        raise ConfigError(problems)
    return config


def survey_config(path: Path | None, builtin: Iterable[OutletConfig] = ()) -> tuple[Config, list[str]]:
    """What can be understood of the configuration, and every problem of the rest.

    Raises ConfigError when there is no file or it is no TOML.
    """
    data = {} if path is None else read_toml(path, "; run 'rasid config init' to write one")
    label = str(path) if path is not None else "defaults"
    file, problems = _understood(label, data)
    problems += [f"{label}: {kind} {name!r} stands twice; ids are unique" for kind, name in _repeated(file)]
    problems += _unknown_topics(label, file, _ids_in(data, "topics"))
    layers: dict[str, OutletConfig] = {outlet.id: outlet for outlet in builtin} if file.builtin_outlets else {}
    outlets: dict[str, Outlet] = {}
    for outlet in layers.values():
        outlets[outlet.id] = build_outlet(outlet)
    for change in file.outlets:
        base = layers.get(change.id)
        if base is None and not (change.name and change.sources):
            near = _did_you_mean(change.id, layers)
            problems.append(f"{label}: outlets.{change.id}: a new outlet needs at least name and sources{near}")
            continue
        whole = change if base is None else _changed(base, change)
        if whole.max_interval is not None and (whole.min_interval or file.polling.min_interval) > whole.max_interval:
            problems.append(f"{label}: outlets.{change.id}: min_interval is larger than max_interval; change one of them")
        outlets[change.id] = build_outlet(whole, home_is_users=change.home is not None)
    return Config(file.store, file.polling, tuple(outlets.values()), file.channels, file.topics, path, file.websub), problems


def _understood(label: str, data: dict[str, Any]) -> tuple[_File, list[str]]:
    """The file without what is wrong in it, and what that is: one mistake hides no other."""
    try:
        return _File.model_validate(data), []
    except ValidationError as error:
        rest = _without(data, {_wrong_part(problem) for problem in error.errors(include_url=False)})
        file, more = _understood(label, rest) if rest != data else (_File(), [])
        return file, _sentences(label, error, data=data) + more


def _wrong_part(problem: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where a problem ends: an unknown key, one of several tables, a table."""
    location: tuple[str | int, ...] = problem["loc"]
    if problem["type"] == "extra_forbidden":
        return location
    return location[:2] if location[:1] and location[0] in _NAMED_TABLES else location[:1]


def _without(value: Any, gone: set[tuple[str | int, ...]], at: tuple[str | int, ...] = ()) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, gone, (*at, key)) for key, item in value.items() if (*at, key) not in gone}
    if isinstance(value, list):
        return [_without(item, gone, (*at, index)) for index, item in enumerate(value) if (*at, index) not in gone]
    return value


def _changed(base: OutletConfig, change: OutletConfig) -> OutletConfig:
    """The built-in outlet with what the user says of it; sources and rules are replaced as a whole."""
    whole = base.model_copy(update=change.model_dump(exclude_unset=True, exclude=_TABLES_OF_OUTLETS))
    kept = {key: getattr(change, key) for key in sorted(_TABLES_OF_OUTLETS) if getattr(change, key) is not None}
    return whole.model_copy(update=kept)


def build_outlet(config: OutletConfig, *, home_is_users: bool = False) -> Outlet:
    """The frozen outlet of its definition. Source addresses relative to ``home`` become absolute when there is a home."""
    sources = tuple(
        Source(
            id=f"{config.id}:{source.kind.value}:{source.url}",
            kind=source.kind,
            url=urljoin(config.home, source.url) if config.home else source.url,
            article=source.article,
            links=source.links,
            zone=source.zone or config.zone,
            zone_override=source.zone_override,
            full_text=source.full_text,
            fallback=source.fallback,
            summary_is_lead=source.summary_is_lead,
            older=source.older,
        )
        for source in config.sources or ()
    )
    return Outlet(
        id=config.id,
        name=config.name or config.id,
        home=config.home,
        languages=config.languages or (),
        sources=sources,
        rules=(config.rules or RulesConfig()).build(config.old_rules or ()),
        identity=config.identity or (),
        candidate_homes=config.candidate_homes or (),
        aliases=config.aliases or (),
        enabled=True if config.enabled is None else config.enabled,
        reliability=config.reliability or "normal",
        zone=config.zone,
        home_is_users=home_is_users,
        **{name: getattr(config, name) for name in OF_OUTLETS},
    )


def read_outlet(path: Path) -> OutletConfig:
    """The outlet definition in one TOML file, whose name is the outlet's id.

    Raises ConfigError.
    """
    data = read_toml(path)
    data.setdefault("id", path.stem)
    if data["id"] != path.stem:
        raise ConfigError([f"{path}: id is {data['id']!r}, but the file name says {path.stem!r}; they must be the same"])
    try:
        return OutletConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_sentences(str(path), error)) from None


def read_topics(path: Path) -> tuple[TopicConfig, ...]:
    """The topics of a file: its ``[[topics]]`` tables as in rasid.toml, or one topic whose keys stand alone.

    Raises ConfigError.
    """
    data = read_toml(path)
    tables = data.get("topics", [{"id": path.stem, **data}])
    if not isinstance(tables, list) or not tables:
        raise ConfigError([f"{path}: there is no topic in it; write [[topics]] with id and sides"])
    written = {"topics": tables}
    try:
        return _File.model_validate(written).topics
    except ValidationError as error:
        raise ConfigError(_sentences(str(path), error, data=written)) from None


def read_toml(path: Path, when_missing: str = "") -> dict[str, Any]:
    """The tables of a TOML file. ``when_missing``: what to do when it does not exist.

    Raises ConfigError when it is missing, unreadable or malformed.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError([f"{path} does not exist{when_missing}"]) from None
    except OSError as error:
        raise ConfigError([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{path} is not UTF-8 text; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path} is not valid TOML: {error}"]) from None


def describe_validation(label: str, error: ValidationError, model: type[BaseModel] | None = None) -> list[str]:
    """One sentence for each problem pydantic found in ``model``, with ``label`` in front; used by notifiers for their options."""
    return _sentences(label, error, model.model_fields if model is not None else ())


def _sentences(label: str, error: ValidationError, known: Iterable[str] = (), data: Mapping[str, Any] | None = None) -> list[str]:
    return [f"{label}: {_sentence(problem, known, data or {})}" for problem in error.errors(include_url=False, include_input=False)]


def _sentence(problem: Mapping[str, Any], known: Iterable[str], data: Mapping[str, Any]) -> str:
    location = [str(part) for part in problem["loc"]]
    where = ".".join(_named(problem["loc"], data))
    if problem["type"] == "extra_forbidden":
        return f"unknown key {where}{_did_you_mean(location[-1], list(known) or _keys_at(location))}"
    if problem["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {_said(problem)}" if where else _said(problem)


def _named(location: Sequence[str | int], data: Mapping[str, Any]) -> Iterator[str]:
    """Where a problem is; outlets, channels and topics by their id where they have one, else by their number."""
    for index, part in enumerate(location):
        ids = _ids_in(data, str(location[0]), every=True) if index == 1 and location[0] in _NAMED_TABLES else []
        name = ids[part] if isinstance(part, int) and part < len(ids) else ""
        yield name if re.fullmatch(r"[\w-]{1,60}", name) else str(part)


def _ids_in(data: Mapping[str, Any], kind: str, *, every: bool = False) -> list[str]:
    """The ids as they are written; with ``every`` an empty one for each table that has none."""
    tables = data.get(kind)
    ids = [table.get("id") if isinstance(table, dict) else None for table in tables] if isinstance(tables, list) else []
    return [name if isinstance(name, str) else "" for name in ids if every or isinstance(name, str)]


def _said(problem: Mapping[str, Any]) -> str:
    """What is wrong, in words of TOML instead of Python's."""
    kind, location = problem["type"], problem["loc"]
    path = ".".join(part for part in location if isinstance(part, str))
    if kind == "model_type":
        return f"write it as [[{path}]]" if isinstance(location[-1], int) else f"write it as [{path}], once"
    if kind == "tuple_type":
        return f"write it as [[{path}]]" if path in _ARRAYS else f'write a list, like {location[-1]} = ["..."]'
    if kind == "string_pattern_mismatch":
        signs = [sign for sign, may in (("_", "_" in problem["ctx"]["pattern"]), ("-", "-]" in problem["ctx"]["pattern"])) if may]
        return f"begin with a letter from a to z and go on with such letters, digits, {' and '.join(signs)}"
    if kind == "too_short":
        return f"write at least {problem['ctx']['min_length']}"
    return _WORDS.get(kind) or str(problem["msg"]).removeprefix("Value error, ").replace("Input should be", "it should be")


def _keys_at(location: list[str]) -> Iterable[str]:
    """The keys allowed where ``location`` points, found by walking the models."""
    model: type[BaseModel] = OutletConfig if location[0] not in _File.model_fields and len(location) > 1 else _File
    for part in location[:-1]:
        inner = _TABLES.get(part)
        model = inner or model
    if len(location) == 1:
        return {*_File.model_fields, *OutletConfig.model_fields}
    return model.model_fields


_ARRAYS = {"outlets", "outlets.sources", "outlets.old_rules", "sources", "old_rules", "channels", "topics", "topics.terms"}
_NAMED_TABLES = ("outlets", "channels", "topics")
_WORDS = {
    "string_type": "write a text in quotes",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number",
    "float_parsing": "write a number",
}
_TABLES_OF_OUTLETS = {"sources", "rules", "old_rules"}
_TABLES: dict[str, type[BaseModel]] = {
    "store": StoreConfig,
    "polling": PollingConfig,
    "outlets": OutletConfig,
    "sources": SourceConfig,
    "rules": RulesConfig,
    "old_rules": OldRulesConfig,
    "websub": WebsubConfig,
    "channels": ChannelConfig,
    "topics": TopicConfig,
    "terms": TermConfig,
}


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _unknown_topics(label: str, file: _File, defined: Iterable[str]) -> list[str]:
    """Topics that a channel wants and nobody defines: such a channel would stay silent for ever."""
    known = [BUILTIN_TOPIC, HEALTH, *defined]
    return [
        f"{label}: channels.{channel.id}: no topic is called {topic!r}{_did_you_mean(topic, known)}"
        for channel in file.channels
        for topic in channel.topics
        if topic not in known
    ]


def _repeated(file: _File) -> list[tuple[str, str]]:
    found = []
    for kind, ids in (
        ("outlet", [o.id for o in file.outlets]),
        ("channel", [c.id for c in file.channels]),
        ("topic", [t.id for t in file.topics]),
    ):
        found += [(kind, name) for name in sorted(set(ids)) if ids.count(name) > 1]
    return found


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
