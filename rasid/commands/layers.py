"""What the layers of extraction say of a page, side by side, and where they disagree: the second half of ``rasid extract``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.model import Claim, Outlet
from core.text import folded_words
from rasid.terminal import print_table, say, shorten

_SAME_SIZE = 1.25
"""Bodies whose sizes differ by no more than a quarter agree: one layer has a subheading more."""


def layers_of(body: bytes, url: str, outlet: Outlet) -> list[Claim]:
    """The claims of all layers about the page. Raises ExtractionError."""
    from crawler.extract import compare

    return list(compare(body, url=url, rules=outlet.rules))


def as_json(claims: Sequence[Claim], now: datetime) -> dict[str, Any]:
    """``layers``: field -> layer -> value; ``disagreements``: the fields whose layers do not say the same."""
    layers: dict[str, dict[str, Any]] = {}
    for claim in claims:
        layers.setdefault(claim.field, {})[claim.layer] = int(claim.value) if claim.field == "body" else claim.value
    return {"layers": layers, "disagreements": disagreements(claims, now)}


def print_disagreements(claims: Sequence[Claim], now: datetime) -> None:
    """A table of the fields on which layers disagree; one line when they agree."""
    fields = disagreements(claims, now)
    if not fields:
        say("layers           agree")
        return
    rows = [
        (claim.field, claim.layer, shorten(claim.value, 90) if claim.field != "body" else f"{claim.value} characters")
        for claim in claims
        if claim.field in fields
    ]
    print_table("layers disagree", ("field", "layer", "says"), rows)


def disagreements(claims: Sequence[Claim], now: datetime) -> list[str]:
    """The fields on which at least two layers disagree."""
    fields = dict.fromkeys(claim.field for claim in claims)
    return [name for name in fields if _disagree(name, [claim.value for claim in claims if claim.field == name], now)]


def _disagree(name: str, values: Sequence[str], now: datetime) -> bool:
    if name == "body":
        sizes = [int(value) for value in values]
        return max(sizes) > _SAME_SIZE * min(sizes)
    if name in ("published", "modified"):
        return len({_day(value, now) for value in values}) > 1
    keys = [" ".join(folded_words(value)) for value in values]
    if name == "title":  # a title with the outlet's name at its end agrees with one without
        return any(one not in two and two not in one for one in keys for two in keys)
    return len(set(keys)) > 1


def _day(text: str, now: datetime) -> str:
    from crawler.normalise.dates import parse_date

    at = parse_date(text, now=now, zone=None).at
    return at.date().isoformat() if at else text
