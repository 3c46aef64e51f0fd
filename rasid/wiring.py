"""Builds the concrete objects out of a configuration. Heavy imports happen inside, when the object is wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from core.clock import Clock, SystemClock
from core.config import Config, load_config, survey_config
from core.errors import ConfigError, UsageError
from core.model import Outlet
from core.settings import BUILTIN_TOPIC, ChannelConfig, WebsubConfig
from rasid import __version__

if TYPE_CHECKING:
    from alerts.dispatcher import Dispatcher
    from alerts.notifier import Notifier
    from crawler.context import Context
    from storage import Store
    from web.websub import Subscriber

CONSOLE = ChannelConfig(id="console", notifier="console")
"""Who hears when nobody is configured."""


def find_config(path: Path | None) -> Path | None:
    """The configuration file: the one asked for, else ``$RASID_CONFIG``, else ``./rasid.toml`` if there is one, else None."""
    if path is not None:
        return path
    if os.environ.get("RASID_CONFIG"):
        return Path(os.environ["RASID_CONFIG"])
    here = Path("rasid.toml")
    return here if here.exists() else None


def read_config(path: Path | None) -> Config:
    """The configuration over the built-in outlets. Raises ConfigError."""
    from spiders.definitions import builtin_outlets

    return load_config(find_config(path), builtin_outlets())


def survey(path: Path | None) -> tuple[Config, list[str]]:
    """What can be understood of the configuration, and its problems. Raises ConfigError when it cannot be read at all."""
    from spiders.definitions import builtin_outlets

    return survey_config(find_config(path), builtin_outlets())


def open_configured_store(config: Config) -> Store:
    """The store of the configuration, migrated. Raises StoreError."""
    from storage import open_store

    return open_store(config.store.url)


def with_home(outlet: Outlet, home: str) -> Outlet:
    """The outlet at that address, its relative sources made absolute."""
    return replace(outlet, home=home, sources=tuple(replace(source, url=urljoin(home, source.url)) for source in outlet.sources))


def known_outlets(config: Config, store: Store) -> list[Outlet]:
    """The outlets of the configuration; those without an address get the one that ``rasid outlets check`` has confirmed."""
    from storage import polls

    with store.read() as connection:
        states = polls.load_outlets(connection)
    confirmed = {outlet_id: state.home for outlet_id, state in states.items() if state.home}
    return [
        with_home(outlet, confirmed[outlet.id]) if outlet.needs_address and outlet.id in confirmed else outlet for outlet in config.outlets
    ]


def channels_of(config: Config) -> tuple[ChannelConfig, ...]:
    """The configured channels; the console when there are none."""
    return tuple(channel for channel in config.channels if channel.enabled) or (CONSOLE,)


def display_names(outlets: Sequence[Outlet]) -> dict[str, str]:
    """Names of outlets for readers; one of low reliability says so."""
    return {o.id: f"{o.name} (low reliability)" if o.reliability == "low" else o.name for o in outlets}


def build_context(config: Config, store: Store, *, wake: Callable[[], None] = lambda: None, clock: Clock | None = None) -> Context:
    """What crawls share. Raises ConfigError when a topic is wrong."""
    from alerts.routing import route
    from crawler.context import Context
    from crawler.detect import build_detector
    from crawler.normalise.source_names import outlet_aliases
    from crawler.reading import PageReader
    from storage import health

    channels = channels_of(config)
    context = Context(
        store=store,
        polling=config.polling,
        clock=clock or SystemClock(),
        detector=build_detector(config.topics),
        route=lambda topic: route(topic, channels),
        wake=wake,
        version=__version__,
        reader=PageReader(outlet_aliases(config.outlets)),
    )
    with store.read() as connection:
        context.hosts.restore(health.load_hosts(connection).values())
    return context


def build_channels(config: Config) -> dict[str, Notifier]:
    """The notifier of each channel. Raises ConfigError with every problem of every channel."""
    from alerts import build_notifiers

    return build_notifiers(channels_of(config))


def build_dispatcher(
    config: Config, store: Store, outlets: Sequence[Outlet], notifiers: Mapping[str, Notifier] | None = None
) -> Dispatcher:
    """Delivers the outbox of the store to the configured channels, or to the given ``notifiers``."""
    from alerts.dispatcher import Dispatcher

    owner = f"{os.getpid()}-{os.urandom(4).hex()}"
    chosen = build_channels(config) if notifiers is None else notifiers
    return Dispatcher(store, chosen, clock=SystemClock(), owner=owner, names=display_names(outlets))


def build_subscriber(config: Config, store: Store, outlets: Sequence[Outlet], poll_now: Callable[[str], None]) -> Subscriber | None:
    """What listens to WebSub hubs; None when it is not configured. Raises ConfigError when its secret cannot be read or is short."""
    if config.websub is None:
        return None
    from crawler.addresses import is_public
    from crawler.context import agent_name
    from web.websub import Subscriber

    return Subscriber(
        store,
        outlets,
        callback=config.websub.callback,
        listen=config.websub.address,
        poll_now=poll_now,
        clock=SystemClock(),
        secret=websub_secret(config.websub),
        user_agent=agent_name(__version__, config.polling.contact),
        is_public=is_public,
        allow_private=config.polling.allow_private_addresses,
    )


def websub_secret(websub: WebsubConfig) -> bytes:
    """What hubs sign with. Raises ConfigError when it cannot be read or is short."""
    try:
        secret = websub.secret.read().encode()
    except ConfigError as error:
        raise ConfigError([f"websub.secret: {problem}" for problem in error.problems]) from None
    if len(secret) < 16:
        raise ConfigError(["websub.secret is shorter than 16 characters; a random one keeps strangers from calling"])
    return secret


def choose_outlet(outlets: Sequence[Outlet], outlet_id: str) -> Outlet:
    """The outlet with that id. Raises UsageError with a near one."""
    import difflib

    found = {outlet.id: outlet for outlet in outlets}
    if outlet_id in found:
        return found[outlet_id]
    near = difflib.get_close_matches(outlet_id, found, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "run 'rasid outlets list' to see them all"
    raise UsageError(f"no outlet is called {outlet_id!r}; {hint}")


def choose_topic(config: Config, topic_id: str) -> str:
    """The id, when there is such a topic. Raises UsageError with a near one."""
    import difflib

    known = list(dict.fromkeys((BUILTIN_TOPIC, *(topic.id for topic in config.topics))))
    if topic_id in known:
        return topic_id
    near = difflib.get_close_matches(topic_id, known, n=1)
    raise UsageError(
        f"no topic is called {topic_id!r}; " + (f"did you mean {near[0]!r}?" if near else f"the topics are: {', '.join(known)}")
    )


def outlet_ids_for_scrapy() -> list[str]:
    """What ``scrapy list`` shows."""
    return [outlet.id for outlet in read_config(None).outlets]


def private_addresses_for_scrapy() -> bool:
    """Whether ``scrapy`` may go to private addresses."""
    return read_config(None).polling.allow_private_addresses


def context_for_scrapy(outlet_id: str) -> dict[str, Any]:
    """What ``scrapy crawl <id>`` needs to do the same as ``rasid crawl <id>``."""
    from crawler.poll import Order
    from crawler.recorder import Recorder

    config = read_config(None)
    store = open_configured_store(config)
    context = build_context(config, store)
    outlet = choose_outlet(known_outlets(config, store), outlet_id)
    if outlet.needs_address:
        raise UsageError(f"{outlet.id} has no address yet; give it a home in rasid.toml or run 'rasid outlets check {outlet.id}'")
    order = Order(outlet, SystemClock().now(), config.polling.of(outlet).time_limit)
    return {"context": context, "recorder": Recorder(context), "orders": [order]}
