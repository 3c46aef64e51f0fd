"""The configuration: ``rasid.toml`` over the built-in outlets, read once, all problems at once. What may stand in it: settings.py.

Nothing here knows Scrapy, SQL or the network. Secrets are read from the environment or from files when they are needed, and never printed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pydantic import ValidationError

from core.complaints import NAMED_TABLES, did_you_mean, ids_in, sentences
from core.errors import ConfigError
from core.model import Outlet, Source
from core.settings import (
    BUILTIN_TOPIC,
    HEALTH,
    OF_OUTLETS,
    ChannelConfig,
    ConfigFile,
    OutletConfig,
    PollingConfig,
    RulesConfig,
    StoreConfig,
    TopicConfig,
    WebsubConfig,
)

_TABLES_OF_OUTLETS = {"sources", "rules", "old_rules"}


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
    problems += _unknown_topics(label, file, ids_in(data, "topics"))
    layers: dict[str, OutletConfig] = {outlet.id: outlet for outlet in builtin} if file.builtin_outlets else {}
    outlets: dict[str, Outlet] = {}
    for outlet in layers.values():
        outlets[outlet.id] = build_outlet(outlet)
    for change in file.outlets:
        base = layers.get(change.id)
        if base is None and not (change.name and change.sources):
            near = did_you_mean(change.id, layers)
            problems.append(f"{label}: outlets.{change.id}: a new outlet needs at least name and sources{near}")
            continue
        whole = change if base is None else _changed(base, change)
        if whole.max_interval is not None and (whole.min_interval or file.polling.min_interval) > whole.max_interval:
            problems.append(f"{label}: outlets.{change.id}: min_interval is larger than max_interval; change one of them")
        outlets[change.id] = build_outlet(whole, home_is_users=change.home is not None)
    return Config(file.store, file.polling, tuple(outlets.values()), file.channels, file.topics, path, file.websub), problems


def _understood(label: str, data: dict[str, Any]) -> tuple[ConfigFile, list[str]]:
    """The file without what is wrong in it, and what that is: one mistake hides no other."""
    try:
        return ConfigFile.model_validate(data), []
    except ValidationError as error:
        rest = _without(data, {_wrong_part(problem) for problem in error.errors(include_url=False)})
        file, more = _understood(label, rest) if rest != data else (ConfigFile(), [])
        return file, sentences(label, error, data=data) + more


def _wrong_part(problem: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where a problem ends: an unknown key, one of several tables, a table."""
    location: tuple[str | int, ...] = problem["loc"]
    if problem["type"] == "extra_forbidden":
        return location
    return location[:2] if location[:1] and location[0] in NAMED_TABLES else location[:1]


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
        raise ConfigError(sentences(str(path), error)) from None


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
        return ConfigFile.model_validate(written).topics
    except ValidationError as error:
        raise ConfigError(sentences(str(path), error, data=written)) from None


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


def _unknown_topics(label: str, file: ConfigFile, defined: Iterable[str]) -> list[str]:
    """Topics that a channel wants and nobody defines: such a channel would stay silent for ever."""
    known = [BUILTIN_TOPIC, HEALTH, *defined]
    return [
        f"{label}: channels.{channel.id}: no topic is called {topic!r}{did_you_mean(topic, known)}"
        for channel in file.channels
        for topic in channel.topics
        if topic not in known
    ]


def _repeated(file: ConfigFile) -> list[tuple[str, str]]:
    found = []
    for kind, ids in (
        ("outlet", [o.id for o in file.outlets]),
        ("channel", [c.id for c in file.channels]),
        ("topic", [t.id for t in file.topics]),
    ):
        found += [(kind, name) for name in sorted(set(ids)) if ids.count(name) > 1]
    return found
