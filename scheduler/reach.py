"""Whether it is us who are cut off from the network, rather than every outlet at once. Pure.

A laptop that sleeps or a line that is down must not look like sixty failing outlets: nobody is told so, and no wait grows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.model import Outcome
from crawler.poll import Ended

NETWORK = frozenset({"dns", "timeout", "timed_out", "network", "dropped"})
"""Reasons that may be ours as well as the outlet's."""
_LEAST = 3  # outlets


@dataclass(slots=True)
class Reach:
    """``outlets``: how many are watched. Remembers which of them could not be reached since any of them last was."""

    outlets: int
    _missed: set[str] = field(default_factory=set)

    def note(self, ended: Ended) -> None:
        """A poll has ended."""
        if any(seen.outcome is not Outcome.FAILED or seen.reason not in NETWORK for seen in ended.observations):
            self._missed.clear()
        elif ended.run.outcome in (Outcome.FAILED, Outcome.TIMED_OUT):
            self._missed.add(ended.outlet.id)

    @property
    def is_cut_off(self) -> bool:
        """Nothing answers: at least three outlets, and half of all, were tried in vain since the last one answered."""
        return len(self._missed) >= max(_LEAST, self.outlets / 2)
