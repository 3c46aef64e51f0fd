"""``rasid config``: check, show, init."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.config import Config, sound_tables
from core.errors import ConfigError, UsageError
from core.masking import MASK, is_secret, mask_url
from rasid import wiring
from rasid.terminal import print_json, say


def check(path: Path | None) -> None:
    """Everything that can be wrong without contacting anybody. Raises ConfigError with all problems."""
    from alerts import build_notifiers
    from crawler.detect import build_detector

    channels, topics = sound_tables(wiring.find_config(path))
    config: Config | None = None
    problems: list[str] = []
    try:
        config = wiring.read_config(path)
    except ConfigError as error:
        problems += error.problems
    for attempt in (lambda: build_notifiers(channels), lambda: build_detector(topics)):
        try:
            attempt()
        except ConfigError as error:
            problems += error.problems
    if config is None or problems:
        raise ConfigError(problems)
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
            "channels": [
                _masked({"id": c.id, "notifier": c.notifier, "topics": c.topics, **c.options}) for c in wiring.channels_of(config)
            ],
            "topics": [topic.model_dump() for topic in config.topics],
            "outlets": {outlet.id: {"enabled": outlet.enabled, "home": outlet.home, "name": outlet.name} for outlet in config.outlets},
        }
    )


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
    if isinstance(value, dict) and set(value) <= {"env", "file"}:
        return value  # where the secret is, not what it is
    if is_secret(name):
        return MASK
    return mask_url(value) if isinstance(value, str) else value
