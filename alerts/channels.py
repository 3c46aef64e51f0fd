"""Builds the notifier of each configured channel, from the entry points of the group ``rasid.notifiers``."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from core.errors import ConfigError
from core.settings import ChannelConfig

if TYPE_CHECKING:
    from alerts.notifier import Notifier

ENTRY_POINTS = "rasid.notifiers"


def build_notifiers(channels: Sequence[ChannelConfig]) -> dict[str, Notifier]:
    """The notifiers by channel id. Raises ConfigError with every problem of every channel."""
    found: dict[str, Notifier] = {}
    problems: list[str] = []
    for channel in channels:
        try:
            found[channel.id] = load_notifier(channel).from_options(channel.id, channel.options)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found


def load_notifier(channel: ChannelConfig) -> Any:
    """The class behind the channel's ``notifier``. Raises ConfigError when none is installed under that name."""
    installed = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    if channel.notifier not in installed:
        near = difflib.get_close_matches(channel.notifier, installed, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"installed are: {', '.join(sorted(installed))}"
        raise ConfigError([f"channels.{channel.id}: no notifier is called {channel.notifier!r}; {hint}"])
    try:
        return installed[channel.notifier].load()
    except (ImportError, AttributeError) as error:
        raise ConfigError([f"channels.{channel.id}: the notifier {channel.notifier!r} cannot be loaded: {error}"]) from error
