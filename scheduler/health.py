"""How an outlet is, and when people are told: once when something goes wrong for certain, once when it is right again. Pure.

Findings come from what a poll and the states say; conditions are findings that last, kept in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from core.model import Condition, Finding, Outcome
from crawler.choosing import in_use, is_refusal
from crawler.poll import Ended, NewNotice, OpenCondition, SourceState

Expected = Callable[[SourceState, datetime, datetime], float]

CERTAIN_FAILURES = 3
CERTAIN_SOURCE_FAILURES = 5
SILENT_AFTER, SILENT_BESIDE_OTHERS = 12.0, 25.0
"""Entries that were to be expected in a silence: e^-12 for a steady source; real ones come in bursts, so e^-5 would be every week."""
_SILENT_LEAST = timedelta(hours=3)
_STALE_AFTER = timedelta(days=14)
_NEVER_AFTER = timedelta(hours=24)
_THIN_LEAST, _THIN, _THICK = 10, 1 / 2, 1 / 3


def assess(ended: Ended, *, expected: Expected) -> tuple[Finding, ...]:
    """What is wrong with the outlet after this poll, the worst first.

    ``expected(state, since, until)``: how many entries the rhythm of a source lets expect between two instants.
    """
    used = [ended.sources[source.id] for source in in_use(ended.outlet, ended.sources) if source.id in ended.sources]
    found = {
        Condition.IDENTITY_LOST: _identity_lost(ended),
        Condition.FAILING: _failing(ended, used),
        Condition.REFUSED: _refused(ended, used),
        Condition.NEVER_DELIVERED: _never_delivered(ended, used),
        Condition.SILENT: _silent(ended, used, expected),
        Condition.STALE: _stale(ended, used),
        Condition.THINNING: _thinning(ended),
        Condition.CLOCK_SKEW: _clock_skew(used),
    }
    return tuple(Finding(condition, *said) for condition, said in found.items() if said is not None)


def change(
    open_now: Sequence[OpenCondition], findings: Sequence[Finding], *, outlet_name: str, outlet_id: str, at: datetime
) -> tuple[tuple[OpenCondition, ...], tuple[NewNotice, ...]]:
    """The conditions from now on, the worst first, and what people are told: what has become certain, what is over.

    A condition that ends before anybody was told of it ends silently. What opens together is told together.
    """
    before = {item.condition: item for item in open_now}
    after, told = [], []
    for finding in findings:
        known = before.pop(finding.condition.value, None)
        since, told_at = (known.since_at, known.told_at) if known else (at, None)
        if told_at is None and finding.certain:
            told.append(finding)
            told_at = at
        after.append(OpenCondition(outlet_id, finding.condition.value, finding.reason, since, told_at))
    over = [item for item in before.values() if item.told_at is not None]
    return tuple(after), (*_tell(outlet_name, outlet_id, told), *_tell_recovery(outlet_name, over, after, at))


def describe_move(outlet_name: str, source_url: str, address: str) -> NewNotice:
    """A source has a new address for good."""
    text = (
        f"{source_url} has been redirected for good to {address}, and is asked there from now on. Please correct the outlet's definition."
    )
    return NewNotice("moved", f"{outlet_name}: a source has moved", text)


def describe_gap(outlet_name: str, source_url: str, since: datetime | None) -> NewNotice:
    """Entries were published that we may never have seen."""
    when = f"since {_clock(since)}" if since else "before this poll"
    text = (
        f"{source_url} showed nothing that was known, and its older pages did not lead back to known ground: entries {when} may be "
        "missing. A shorter min_interval, a larger polling.gap_pages or a second source helps."
    )
    return NewNotice("gap", f"{outlet_name}: entries may be missing", text)


# --------------------------------------------------------------------------- findings

Said = tuple[str, bool] | None


def _identity_lost(ended: Ended) -> Said:
    if ended.run.outcome is not Outcome.SKIPPED:
        return None
    return (ended.run.note or "the home page does not show its masthead"), True


def _failing(ended: Ended, used: Sequence[SourceState]) -> Said:
    if ended.run.outcome is Outcome.SKIPPED:
        return None
    first = [state for state in used if not _is_fallback(ended, state)]
    bad = [state for state in first if state.reason and state.reason != "held" and not is_refusal(state.reason)]
    if not first or (not bad and ended.run.outcome is Outcome.FAILED and not any(state.reason for state in first)):
        failed = ended.run.outcome is Outcome.FAILED
        return (ended.run.note or "nothing could be read", ended.state.failures >= CERTAIN_FAILURES) if failed else None
    if not bad:
        return None
    worst = max(bad, key=lambda state: state.failures)
    some = len(bad) < len(first)
    count = f"{len(bad)} of {len(first)} sources: " if some else ""
    since = f" since {_clock(worst.failing_since)}" if worst.failing_since else ""
    reason = f"{count}{worst.url}: {worst.reason}, {worst.failures} times in a row{since}"
    return reason, worst.failures >= (CERTAIN_SOURCE_FAILURES if some else CERTAIN_FAILURES)


def _refused(ended: Ended, used: Sequence[SourceState]) -> Said:
    refused = [state for state in used if is_refusal(state.reason)]
    if not refused:
        return None
    spare = [state for state in used if _is_fallback(ended, state) and not state.reason]
    instead = f"; {spare[0].url} is read instead" if spare else "; no fallback source can be read"
    worst = max(refused, key=lambda state: state.failures)
    return f"{worst.url} does not want us ({worst.reason}){instead}", worst.failures >= 2


def _never_delivered(ended: Ended, used: Sequence[SourceState]) -> Said:
    never = [
        state
        for state in used
        if state.last_ok_at is not None
        and not state.reason
        and state.last_new_at is None
        and not state.entries
        and state.first_polled_at is not None
        and ended.at - state.first_polled_at >= _NEVER_AFTER
    ]
    return (f"{never[0].url} answers, but has never listed an entry", True) if never else None


def _silent(ended: Ended, used: Sequence[SourceState], expected: Expected) -> Said:
    """Per outlet: one source that delivers excuses the others for longer."""
    good = [state for state in used if not state.reason and state.last_new_at is not None]
    silences = [(expected(state, state.last_new_at, ended.at), state) for state in good if state.last_new_at is not None]
    long = [(count, state) for count, state in silences if state.last_new_at and ended.at - state.last_new_at >= _SILENT_LEAST]
    limit = SILENT_AFTER if all(count >= SILENT_AFTER for count, _ in silences) else SILENT_BESIDE_OTHERS
    quiet = [(count, state) for count, state in long if count >= limit]
    if not quiet:
        return None
    count, state = max(quiet, key=lambda item: item[0])
    return (
        f"{state.url} answers, but has listed nothing new since {_clock(state.last_new_at)}; about {count:.0f} entries were to be expected",
        True,
    )


def _stale(ended: Ended, used: Sequence[SourceState]) -> Said:
    old = [
        state
        for state in used
        if state.newest_entry_at is not None and ended.at - state.newest_entry_at > _STALE_AFTER and not state.reason
    ]
    fresh = [state for state in used if state.newest_entry_at is not None and ended.at - state.newest_entry_at <= _STALE_AFTER]
    if not old or fresh:
        return None
    return f"the newest entry of {old[0].url} is of {_clock(old[0].newest_entry_at)}", True


def _thinning(ended: Ended) -> Said:
    letters = ended.state.extractions
    if len(letters) < _THIN_LEAST:
        return None
    open_already = any(item.condition == Condition.THINNING.value for item in ended.conditions)
    share = letters.count("b") / len(letters)
    if share < (_THICK if open_already else _THIN):
        return None
    return f"{letters.count('b')} of the last {len(letters)} pages gave no article; has the site a new layout?", True


def _clock_skew(used: Sequence[SourceState]) -> Said:
    ahead = [state for state in used if state.future >= 2 and state.future * 2 >= state.entries]
    if not ahead:
        return None
    state = ahead[0]
    return f"{state.future} of {state.entries} entries of {state.url} are dated in the future; a zone_override may be missing", True


# --------------------------------------------------------------------------- words


def _tell(outlet_name: str, outlet_id: str, findings: Sequence[Finding]) -> Iterator[NewNotice]:
    if not findings:
        return
    kinds = ", ".join(finding.condition.value.replace("_", " ") for finding in findings)
    reasons = "\n".join(finding.reason for finding in findings)
    text = f"{reasons}\nIt is still polled. 'rasid outlets check {outlet_id}' looks at each of its sources now."
    yield NewNotice(findings[0].condition.value, f"{outlet_name}: {kinds}", text)


def _tell_recovery(outlet_name: str, over: Sequence[OpenCondition], still: Sequence[OpenCondition], at: datetime) -> Iterator[NewNotice]:
    if not over:
        return
    lines = [f"{item.condition.replace('_', ' ')} is over; it lasted {_length(at - item.since_at)}" for item in over]
    lines += [f"still {item.condition.replace('_', ' ')}: {item.reason}" for item in still if item.told_at is not None]
    yield NewNotice("recovered", f"{outlet_name}: recovered", "\n".join(lines))


def _is_fallback(ended: Ended, state: SourceState) -> bool:
    return any(source.id == state.id and source.fallback for source in ended.outlet.sources)


def _clock(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "–"


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
