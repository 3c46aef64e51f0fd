"""Slotted dataclasses as rows: their fields are columns of the same names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Row, Table


def columns_of(table: Table, kind: type[Any]) -> list[Column[Any]]:
    """The columns of the fields, in their order."""
    return [table.c[name] for name in kind.__slots__]


def values_of(item: Any) -> dict[str, Any]:
    """The fields as a mapping; ``dataclasses.asdict`` would copy every value deeply."""
    return {name: getattr(item, name) for name in item.__slots__}


def fields_from(row: Row[Any], kind: type[Any]) -> dict[str, Any]:
    """What the row holds of the fields."""
    return {name: getattr(row, name) for name in kind.__slots__}
