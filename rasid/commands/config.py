"""``rasid config``: check, show, init."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.config import Config
from core.errors import ConfigError, UsageError
from core.masking import MASK, is_secret, mask_url
from core.model import Outlet
from core.settings import OF_OUTLETS, ChannelConfig, PollingConfig
from rasid import wiring
from rasid.terminal import print_json, say


def check(path: Path | None) -> None:
    """Everything that can be wrong without contacting anybody. Raises ConfigError with all problems."""
    from alerts import build_notifiers
    from crawler.detect import build_detector
    from crawler.extract.selectors import wrong_selectors

    config, problems = wiring.survey(path)
    file = str(config.path or "defaults")
    for attempt in (
        lambda: build_notifiers(config.channels),
        lambda: build_detector(config.topics),
        lambda: wiring.websub_secret(config.websub) if config.websub else None,
    ):
        try:
            attempt()
        except ConfigError as error:
            problems += error.problems
    problems += [problem for outlet in config.outlets for problem in wrong_selectors(outlet)]
    if problems:
        raise ConfigError([problem if problem.startswith(file) else f"{file}: {problem}" for problem in problems])
    enabled = sum(outlet.enabled and not outlet.needs_address for outlet in config.outlets)
    waiting = [outlet.id for outlet in config.outlets if outlet.enabled and outlet.needs_address]
    say(f"{config.path or 'no file, embedded defaults'}: no problems; {enabled} outlets, {len(config.channels)} channels")
    if waiting:
        say(f"without an address yet: {', '.join(waiting)}; run 'rasid outlets check'")


def show(path: Path | None) -> None:
    """Prints the configuration as it counts; secrets are masked."""
    config = wiring.read_config(path)
    print_json(
        {
            "path": str(config.path) if config.path else None,
            "store": {"url": mask_url(config.store.url)},
            "polling": config.polling.model_dump(),
            "websub": config.websub.model_dump(exclude_none=True) if config.websub else None,
            "channels": [_channel(channel) for channel in _channels(config)],
            "topics": [topic.model_dump() for topic in config.topics],
            "outlets": {outlet.id: _outlet(outlet, config.polling.of(outlet)) for outlet in config.outlets},
        }
    )


def _channels(config: Config) -> tuple[ChannelConfig, ...]:
    """Those that are disabled, too, and the console where it stands in for them."""
    return (*config.channels, *(channel for channel in wiring.channels_of(config) if channel not in config.channels))


def _channel(channel: ChannelConfig) -> dict[str, Any]:
    head = {"id": channel.id, "notifier": channel.notifier, "enabled": channel.enabled, "topics": channel.topics}
    return _masked(head | {name: _without_keys(name, value) for name, value in channel.options.items()})


def _without_keys(name: str, value: Any) -> Any:
    """An option of a channel without what opens a door whatever it is called: the values of headers, the queries of addresses."""
    if name == "headers":
        return {header: content if _is_place(content) else MASK for header, content in value.items()} if isinstance(value, dict) else MASK
    address, sign, _ = value.partition("?") if isinstance(value, str) and "://" in value else (value, "", "")
    return f"{address}?{MASK}" if sign else value


def _outlet(outlet: Outlet, polling: PollingConfig) -> dict[str, Any]:
    """Without the rules for its pages, which 'rasid outlets show' has."""
    found = asdict(outlet) | {name: getattr(polling, name) for name in OF_OUTLETS}
    found["sources"] = [_masked({name: value for name, value in source.items() if name != "id"}) for source in found["sources"]]
    return _masked({name: value for name, value in found.items() if name not in ("id", "rules")})


def init(path: Path) -> None:
    """Writes the template. Raises UsageError when the file exists."""
    template = Path(__file__).parent.parent / "rasid.example.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template.read_text(encoding="utf-8"))
    except FileExistsError:
        raise UsageError(f"{path} exists already; it is not overwritten") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    say(f"written: {path}; edit it, then run 'rasid config check'")


def _masked(options: dict[str, Any]) -> dict[str, Any]:
    return {name: _mask(name, value) for name, value in options.items()}


def _mask(name: str, value: Any) -> Any:
    if _is_place(value):
        return value
    if is_secret(name):
        return MASK
    return mask_url(value) if isinstance(value, str) else value


def _is_place(value: Any) -> bool:
    """Whether it says where a secret is, not what it is."""
    return isinstance(value, dict) and set(value) <= {"env", "file"}
