"""Which channels hear of a topic. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.settings import ChannelConfig


def route(topic: str, channels: Sequence[ChannelConfig]) -> tuple[str, ...]:
    """The ids of the enabled channels that want the topic, in the order of the configuration."""
    return tuple(channel.id for channel in channels if channel.enabled and topic in channel.topics)
