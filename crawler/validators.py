"""Whether a source is due in a poll, and whether its validators have to be verified now. Pure.

Both look only at what the cadence has written into the source's state.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.polls import SourceState

_SLACK = 0.25  # of the shortest interval: what falls due so soon is asked in this poll too
_MOST_SLACK = 60.0  # seconds


def is_due(state: SourceState | None, at: datetime, *, shortest: float) -> bool:
    """Whether the source's time has come at the instant ``at``, or nearly. ``shortest``: seconds, the outlet's shortest interval."""
    if state is None or state.next_poll_at is None:
        return True
    return state.next_poll_at <= at + timedelta(seconds=min(_SLACK * shortest, _MOST_SLACK))


def must_verify(state: SourceState, now: datetime) -> bool:
    """Whether the next request must be unconditional: enough answers without a body, or a silence that has become surprising."""
    if not state.unverified:
        return False
    return state.unverified >= state.verify_after or (state.verify_at is not None and now >= state.verify_at)
