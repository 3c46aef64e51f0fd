"""The page ``docs/outlets.md``: what the built-in outlets are, made of their definitions.

python -m spiders.catalogue [--write]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.config import build_outlet
from core.settings import OutletConfig, SourceConfig
from spiders.definitions import builtin_outlets

PAGE = Path(__file__).parents[1] / "docs" / "outlets.md"
CONFIDENCE = ("Verified", "Probable", "Guess")
"""What a note begins with: seen to work, with the date; in use by others; or nothing but an inference."""

_LANGUAGES = {"ar": "Arabic", "tr": "Turkish", "en": "English", "ckb": "Kurdish (Sorani)", "ku": "Kurdish (Kurmanji)"}
_COLUMNS = ("id", "name", "languages", "sources", "fallback", "zone fix", "state", "reliability", "notes")
_INTRODUCTION = """# Outlets

Made by `python -m spiders.catalogue --write` from `spiders/outlets/*.toml`; change those, not this page. How to add one:
[adding-an-outlet.md](adding-an-outlet.md).

**{total} outlets**: {polled} are polled by default, {waiting} wait for an address, {off} are off until you switch them on
(`enabled = true`). {by_language}.

* *Verified*: the source was seen to work, at the date given. *Probable*: others use it. *Guess*: an inference. All are other people's
  observations: `rasid outlets check` looks for itself, and the daemon tells when a source fails, falls silent or is stale.
* Each edition in a language is an outlet of its own (`aa_ar`, `aa_tr`, `aa_en`): it has its own newsroom, rhythm and health, its language
  decides where letters do not, and you can switch it off alone. In one outlet a dead edition would hide behind a live one. `sana` and
  `shafaq` are older than this rule and keep their ids.
* *Zone fix*: the source labels its times wrongly, and they are read in the zone named; "none given" means that they carry none.
* *Fallback*: read only while no other source of the outlet can be. A site that says no is not asked again for a day.
"""


def render(outlets: Sequence[OutletConfig]) -> str:
    """The page."""
    states = Counter(_state(outlet) for outlet in outlets)
    groups = {code: [outlet for outlet in outlets if _language(outlet) == code] for code in _LANGUAGES}
    head = _INTRODUCTION.format(
        total=len(outlets),
        polled=states["polled"],
        waiting=states["needs address"],
        off=states["off"],
        by_language="By language: " + ", ".join(f"{_LANGUAGES[code]} {len(group)}" for code, group in groups.items()),
    )
    return "\n".join([head, *(_section(code, group) for code, group in groups.items() if group)])


def _section(code: str, outlets: Sequence[OutletConfig]) -> str:
    lines = [f"## {_LANGUAGES[code]}", "", _line(_COLUMNS), _line("---" for _ in _COLUMNS)]
    return "\n".join([*lines, *(_line(_cells(outlet)) for outlet in outlets), ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(outlet: OutletConfig) -> Iterable[str]:
    sources = outlet.sources or ()
    name = outlet.name or outlet.id
    yield f"`{outlet.id}`"
    yield f"[{name}]({outlet.home})" if outlet.home else name
    yield ", ".join(outlet.languages or ())
    yield _kinds(source for source in sources if not source.fallback)
    yield _kinds(source for source in sources if source.fallback)
    yield _zone_fix(outlet)
    yield _state(outlet)
    yield outlet.reliability or "normal"
    yield " ".join((outlet.note or "").split()).replace("|", "\\|")


def _kinds(sources: Iterable[SourceConfig]) -> str:
    counts = Counter(source.kind.value for source in sources)
    return ", ".join(kind if count == 1 else f"{kind} ×{count}" for kind, count in counts.items()) or "–"


def _zone_fix(outlet: OutletConfig) -> str:
    sources = outlet.sources or ()
    fixes = [source.zone_override for source in sources if source.zone_override]
    fixes += [f"{source.zone} (none given)" for source in sources if source.zone]
    return ", ".join(dict.fromkeys(fixes)) or "–"


def _state(outlet: OutletConfig) -> str:
    if outlet.enabled is False:
        return "off"
    return "needs address" if build_outlet(outlet).needs_address else "polled"


def _language(outlet: OutletConfig) -> str:
    return (outlet.languages or ("",))[0]


def main(arguments: Sequence[str]) -> None:
    """Prints the page, or writes it."""
    page = render(builtin_outlets())
    if "--write" in arguments:
        PAGE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)


if __name__ == "__main__":
    main(sys.argv[1:])
