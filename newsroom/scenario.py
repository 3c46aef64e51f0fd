"""The plot of the demo: what is published after the first poll, in which order, and what a watcher should make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsroom.articles import DemoOutlet


@dataclass(frozen=True, slots=True)
class Step:
    """One article appears.

    ``expect`` is what Rasid should do: ``alert`` (a new story), ``fold`` (into a story already told) or ``ignore``.
    """

    outlet: str
    article: str
    expect: str
    note: str


SCENARIO: tuple[Step, ...] = (
    Step("demo_khaleej", "border-protocol", "alert", "a new Turkey–Syria story"),
    Step("demo_manara", "48230", "ignore", "an earthquake study that names both countries in passing"),
    Step("demo_majalla", "border-protocol", "fold", "the first story again, inside a reposter's wrapper"),
    Step("demo_tayf", "returnees-convoy", "alert", "another Turkey–Syria story"),
    Step("demo_rasif", "3121907", "fold", "the first story again at an aggregator, with a second article below it"),
    Step("demo_bogaz", "pazar-fiyatlari-410302", "ignore", "vegetable prices, in Turkish"),
)


def opening_articles(outlets: Mapping[str, DemoOutlet]) -> dict[str, list[str]]:
    """What stands in each outlet before the plot begins, the newest first: everything that no step publishes."""
    later = {(step.outlet, step.article) for step in SCENARIO}
    return {
        outlet.id: sorted(
            (article for article in outlet.articles if (outlet.id, article) not in later),
            key=lambda article: outlet.articles[article].published,
            reverse=True,
        )
        for outlet in outlets.values()
    }
