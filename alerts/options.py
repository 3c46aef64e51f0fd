"""Checks a channel's options for its notifier: every problem at once, as a sentence with channel and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.config import Secret, describe_validation
from core.errors import ConfigError


class Options(BaseModel):
    """Base of a notifier's options: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


O = TypeVar("O", bound=Options)  # noqa: E741 - the usual letter for it


def validate_options(model: type[O], channel: str, options: Mapping[str, Any]) -> O:
    """The options of the channel as the model wants them.

    Raises ConfigError, also when a secret cannot be read.
    """
    label = f"channels.{channel}"
    known = {field.alias or name for name, field in model.model_fields.items()}
    problems = [f"{label}: unknown key {key}{did_you_mean(key, known)}" for key in options if key not in known]
    try:
        found = model.model_validate({key: value for key, value in options.items() if key in known})
    except ValidationError as error:
        raise ConfigError(problems + describe_validation(label, error)) from None
    problems += _unreadable_secrets(label, found)
    if problems:
        raise ConfigError(problems)
    return found


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _unreadable_secrets(label: str, options: Options) -> list[str]:
    problems = []
    for name in type(options).model_fields:
        value = getattr(options, name)
        if isinstance(value, Secret):
            try:
                value.read()
            except ConfigError as error:
                problems += [f"{label}: {name}: {problem}" for problem in error.problems]
    return problems
