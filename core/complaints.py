"""What is wrong with a configuration, in sentences of TOML: where it is, what was meant, what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from core.settings import (
    ChannelConfig,
    ConfigFile,
    OldRulesConfig,
    OutletConfig,
    PollingConfig,
    RulesConfig,
    SourceConfig,
    StoreConfig,
    TermConfig,
    TopicConfig,
    WebsubConfig,
)


def describe_validation(label: str, error: ValidationError, model: type[BaseModel] | None = None) -> list[str]:
    """One sentence for each problem pydantic found in ``model``, with ``label`` in front; used by notifiers for their options."""
    return sentences(label, error, model.model_fields if model is not None else ())


def sentences(label: str, error: ValidationError, known: Iterable[str] = (), data: Mapping[str, Any] | None = None) -> list[str]:
    """The same; ``known``: the keys that one may have meant, ``data``: the file, by which tables are named by their ids."""
    return [f"{label}: {_sentence(problem, known, data or {})}" for problem in error.errors(include_url=False, include_input=False)]


def _sentence(problem: Mapping[str, Any], known: Iterable[str], data: Mapping[str, Any]) -> str:
    location = [str(part) for part in problem["loc"]]
    where = ".".join(_named(problem["loc"], data))
    if problem["type"] == "extra_forbidden":
        return f"unknown key {where}{did_you_mean(location[-1], list(known) or _keys_at(location))}"
    if problem["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {_said(problem)}" if where else _said(problem)


def _named(location: Sequence[str | int], data: Mapping[str, Any]) -> Iterator[str]:
    """Where a problem is; outlets, channels and topics by their id where they have one, else by their number."""
    for index, part in enumerate(location):
        ids = ids_in(data, str(location[0]), every=True) if index == 1 and location[0] in NAMED_TABLES else []
        name = ids[part] if isinstance(part, int) and part < len(ids) else ""
        yield name if re.fullmatch(r"[\w-]{1,60}", name) else str(part)


def ids_in(data: Mapping[str, Any], kind: str, *, every: bool = False) -> list[str]:
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
    model: type[BaseModel] = OutletConfig if location[0] not in ConfigFile.model_fields and len(location) > 1 else ConfigFile
    for part in location[:-1]:
        inner = _TABLES.get(part)
        model = inner or model
    if len(location) == 1:
        return {*ConfigFile.model_fields, *OutletConfig.model_fields}
    return model.model_fields


_ARRAYS = {"outlets", "outlets.sources", "outlets.old_rules", "sources", "old_rules", "channels", "topics", "topics.terms"}
NAMED_TABLES = ("outlets", "channels", "topics")
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


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
