"""How an outlet is, and when people are told: once when something goes wrong for certain, once when it is right again. Pure.

Findings come from what a poll and the states say; conditions are findings that last, kept in the store. A poll that could not look
proves nothing: a condition stays open until something shows that it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from core.model import Condition, Finding, Outcome
from crawler.choosing import in_use
from crawler.failures import is_refusal
from crawler.poll import Ended, NewNotice, OpenCondition, SourceState

Missing = Callable[[SourceState], float]

CERTAIN_FAILURES = 3
CERTAIN_SOURCE_FAILURES = 5
CERTAIN_REFUSALS = 2
SILENT_AFTER, SILENT_BESIDE_OTHERS = 12.0, 25.0
"""Entries that were to be expected in a silence: e^-12 for a steady source; real ones come in bursts, so e^-5 would be every week."""
SILENT_SURE = 2.0
"""So many more are awaited before people are told: a site that was down, and we with it, needs a while to publish again."""
_SILENT_LEAST = timedelta(hours=3)
_STALE_AFTER = timedelta(days=14)
_NEVER_AFTER = timedelta(hours=24)
_THIN_LEAST, _THIN, _THICK = 10, 1 / 2, 1 / 3
_SKEWED_LEAST, _SKEWED, _STRAIGHT = 2, 1 / 2, 1 / 4
_NOT_READ = (Condition.IDENTITY_LOST.value, Condition.FAILING.value, Condition.REFUSED.value)
"""Faces of one trouble: one that turns into another is not over."""


def assess(ended: Ended, *, missing: Missing) -> tuple[Finding, ...]:
    """What is wrong with the outlet after this poll, the worst first.

    ``missing(state)``: how many entries the rhythm of a source lets expect since its last one.
    """
    used = [ended.sources[source.id] for source in in_use(ended.outlet, ended.sources) if source.id in ended.sources]
    found = {
        Condition.IDENTITY_LOST: _identity_lost(ended),
        Condition.FAILING: _failing(ended, used),
        Condition.REFUSED: _refused(ended, used),
        Condition.NEVER_DELIVERED: _never_delivered(ended, used),
        Condition.SILENT: _silent(ended, used, missing),
        Condition.STALE: _stale(ended, used),
        Condition.THINNING: _thinning(ended),
        Condition.CLOCK_SKEW: _clock_skew(ended, used),
    }
    return tuple(Finding(condition, *said) for condition, said in found.items() if said is not None)


def change(
    open_now: Sequence[OpenCondition], findings: Sequence[Finding], *, outlet_name: str, outlet_id: str, at: datetime
) -> tuple[tuple[OpenCondition, ...], tuple[NewNotice, ...]]:
    """The conditions from now on, the worst first, and what people are told: what has become certain, what is over.

    A condition that ends before anybody was told of it ends silently. What opens together is told together. A condition that comes
    back has to become certain again before it is told again; that, and the growing waits between failures, keep flapping rare.
    """
    before = {item.condition: item for item in open_now}
    found = {finding.condition.value for finding in findings}
    told = [finding for finding in findings if finding.certain and not _was_told(before.get(finding.condition.value))]
    over = [item for item in open_now if item.condition not in found and _was_told(item)]
    turned = [item for item in over if item.condition in _NOT_READ] if any(f.condition.value in _NOT_READ for f in told) else []
    after = tuple(_continue(finding, before.get(finding.condition.value), turned, outlet_id, at) for finding in findings)
    ended = [item for item in over if item not in turned]
    return after, (*_tell(outlet_name, outlet_id, told, turned), *_tell_recovery(outlet_name, ended, after, at))


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


# --------------------------------------------------------------------------- what cannot be read

Said = tuple[str, bool] | None
"""The reason in one sentence, and whether it is certain; None when nothing is wrong."""


def _identity_lost(ended: Ended) -> Said:
    if ended.run.outcome is not Outcome.SKIPPED:
        return None
    return (ended.run.note or "the home page does not show its masthead"), True


def _failing(ended: Ended, used: Sequence[SourceState]) -> Said:
    """A source among others that can be read is given more time than an outlet of which nothing can be read."""
    if ended.run.outcome is Outcome.SKIPPED:
        return None
    first = [state for state in used if not _is_fallback(ended, state)]
    bad = [state for state in first if _trouble(ended, state) is Condition.FAILING]
    if not bad:
        return _failing_altogether(ended, first)
    some = any(_trouble(ended, state) is None for state in first)
    worst = max(bad, key=lambda state: state.failures)
    count = f"{len(bad)} of {len(first)} sources: " if len(first) > 1 else ""
    since = f" since {_clock(worst.failing_since)}" if worst.failing_since else ""
    times = f"{worst.failures} times in a row" if worst.failures > 1 else "once"
    return f"{count}{worst.url} {_in_words(worst.reason)}, {times}{since}", worst.failures >= (
        CERTAIN_SOURCE_FAILURES if some else CERTAIN_FAILURES
    )


def _failing_altogether(ended: Ended, first: Sequence[SourceState]) -> Said:
    """The poll came to nothing without any of the sources being at fault, for example because it got to none of them."""
    came_to_nothing = ended.run.outcome in (Outcome.FAILED, Outcome.TIMED_OUT) and ended.state.failures > 0
    if not came_to_nothing or any(state.reason for state in first):
        return None
    return ended.run.note or "nothing could be read", ended.state.failures >= CERTAIN_FAILURES


def _refused(ended: Ended, used: Sequence[SourceState]) -> Said:
    refused = [state for state in used if _trouble(ended, state) is Condition.REFUSED]
    if not refused:
        return None
    worst = max(refused, key=lambda state: state.failures)
    reason = f"{worst.url} does not want us ({_name_refusal(worst.reason)}); {_instead(ended, used)}"
    return reason, worst.failures >= CERTAIN_REFUSALS


def _instead(ended: Ended, used: Sequence[SourceState]) -> str:
    """What is read while a source refuses us."""
    read = [state for state in used if not state.reason and state.last_ok_at is not None]
    spare = [state for state in read if _is_fallback(ended, state)]
    if spare:
        return f"{spare[0].url} is read instead"
    return "the other sources are read as before" if read else "no other source and no fallback source can be read"


def _trouble(ended: Ended, state: SourceState) -> Condition | None:
    """Why a source cannot be read. While its host wants to be left alone we do not ask, and the trouble from before goes on."""
    if is_refusal(state.reason):
        return Condition.REFUSED
    if state.reason == "held":
        if not state.failures:
            return None
        only_refused = _find_open(ended, Condition.REFUSED) is not None and _find_open(ended, Condition.FAILING) is None
        return Condition.REFUSED if only_refused else Condition.FAILING
    return Condition.FAILING if state.reason else None


# --------------------------------------------------------------------------- what is read and says nothing, or wrong things


def _never_delivered(ended: Ended, used: Sequence[SourceState]) -> Said:
    """Certain when a later poll finds it again."""
    open_now = _find_open(ended, Condition.NEVER_DELIVERED)
    for state in _judgeable(used, open_now):
        if state.last_new_at is None and not state.entries and _span(state.first_polled_at, state.last_ok_at) >= _NEVER_AFTER:
            return f"{state.url} answers, but has never listed an entry", open_now is not None
    return None


def _silent(ended: Ended, used: Sequence[SourceState], missing: Missing) -> Said:
    """Judged per outlet: a source that delivers excuses the others for longer."""
    open_now = _find_open(ended, Condition.SILENT)
    if ended.run.outcome is Outcome.SKIPPED and open_now is None:
        return None
    states = [state for state in _judgeable(used, open_now) if state.last_new_at is not None]
    silences = [(missing(state), state) for state in states]
    limit = SILENT_AFTER if all(count >= SILENT_AFTER for count, _ in silences) else SILENT_BESIDE_OTHERS
    quiet = [(count, state) for count, state in silences if count >= limit and _span(state.last_new_at, ended.at) >= _SILENT_LEAST]
    if not quiet:
        return _still_silent(open_now, states)
    count, state = max(quiet, key=lambda item: item[0])
    since = _clock(state.last_new_at)
    reason = f"{state.url} answers, but has listed nothing new since {since}; about {count:.0f} entries were to be expected"
    return reason, open_now is not None and _share_since(open_now.since_at, state.last_new_at, ended.at) * count >= SILENT_SURE


def _share_since(opened_at: datetime, last_new_at: datetime | None, at: datetime) -> float:
    """Which part of the silence has passed since it was first found."""
    silence = _span(last_new_at, at)
    return _span(opened_at, at) / silence if silence else 0.0


def _still_silent(open_now: OpenCondition | None, states: Sequence[SourceState]) -> Said:
    """In a long silence the rhythm forgets what there was to expect. Only a new entry ends it."""
    if open_now is None:
        return None
    named = [state for state in states if open_now.reason.startswith(f"{state.url} ")]
    if any(state.last_new_at is not None and state.last_new_at < open_now.since_at for state in named):
        return open_now.reason, open_now.told_at is not None
    return None


def _stale(ended: Ended, used: Sequence[SourceState]) -> Said:
    dated = [state for state in used if state.newest_entry_at is not None]
    if any(_span(state.newest_entry_at, ended.at) <= _STALE_AFTER for state in dated):
        return None
    judged = _judgeable(dated, _find_open(ended, Condition.STALE))
    old = [state for state in judged if _span(state.newest_entry_at, state.last_ok_at) > _STALE_AFTER]
    return (f"the newest entry of {old[0].url} is of {_clock(old[0].newest_entry_at)}", True) if old else None


def _thinning(ended: Ended) -> Said:
    letters = ended.state.extractions
    if len(letters) < _THIN_LEAST:
        return None
    share = letters.count("b") / len(letters)
    if share < (_THICK if _find_open(ended, Condition.THINNING) else _THIN):
        return None
    return f"{letters.count('b')} of the last {len(letters)} pages gave no article; has the site a new layout?", True


def _clock_skew(ended: Ended, used: Sequence[SourceState]) -> Said:
    share = _STRAIGHT if _find_open(ended, Condition.CLOCK_SKEW) else _SKEWED
    ahead = [state for state in used if state.future >= _SKEWED_LEAST and state.future >= share * state.entries]
    if not ahead:
        return None
    state = ahead[0]
    return f"{state.future} of {state.entries} entries of {state.url} are dated in the future; a zone_override may be missing", True


def _judgeable(states: Sequence[SourceState], open_now: OpenCondition | None) -> list[SourceState]:
    """Those that were read as they should be at their last poll; while the condition is open, a failure neither begins nor ends it."""
    return [state for state in states if state.last_ok_at is not None and (not state.reason or open_now is not None)]


def _find_open(ended: Ended, condition: Condition) -> OpenCondition | None:
    return next((item for item in ended.conditions if item.condition == condition.value), None)


def _is_fallback(ended: Ended, state: SourceState) -> bool:
    return any(source.id == state.id and source.fallback for source in ended.outlet.sources)


# --------------------------------------------------------------------------- being told


def _was_told(item: OpenCondition | None) -> bool:
    return item is not None and item.told_at is not None


def _continue(
    finding: Finding, known: OpenCondition | None, turned: Sequence[OpenCondition], outlet_id: str, at: datetime
) -> OpenCondition:
    """The condition from now on; one that another has turned into has lasted as long as that."""
    name = finding.condition.value
    heir = name in _NOT_READ and finding.certain
    since = known.since_at if known else min((item.since_at for item in turned if heir), default=at)
    told_at = known.told_at if known is not None and known.told_at is not None else at if finding.certain else None
    return OpenCondition(outlet_id, name, finding.reason, since, told_at)


def _tell(outlet_name: str, outlet_id: str, findings: Sequence[Finding], turned: Sequence[OpenCondition]) -> Iterator[NewNotice]:
    if not findings:
        return
    kinds = ", ".join(_spoken(finding.condition.value) for finding in findings)
    lines = [finding.reason for finding in findings]
    lines += [f"Before this it was {_spoken(item.condition)}, since {_clock(item.since_at)}." for item in turned]
    lost = any(finding.condition is Condition.IDENTITY_LOST for finding in findings)
    lines.append("Its sources are not read until its home page is its own again." if lost else "It is still polled.")
    lines.append(f"'rasid outlets check {outlet_id}' looks at each of its sources now.")
    yield NewNotice(findings[0].condition.value, f"{outlet_name}: {kinds}", "\n".join(lines))


def _tell_recovery(outlet_name: str, over: Sequence[OpenCondition], still: Sequence[OpenCondition], at: datetime) -> Iterator[NewNotice]:
    if not over:
        return
    lines = [f"{_spoken(item.condition)} is over; it lasted {_length(at - item.since_at)}" for item in over]
    lines += [f"still {_spoken(item.condition)}: {item.reason}" for item in still if item.told_at is not None]
    yield NewNotice("recovered", f"{outlet_name}: recovered", "\n".join(lines))


# --------------------------------------------------------------------------- words

_WORDS = {
    "timeout": "did not answer in time",
    "timed_out": "did not answer in time",
    "dns": "has a host name that is not known",
    "refused": "refuses connections",
    "dropped": "breaks the connection",
    "truncated": "breaks off in the middle of its answer",
    "tls": "has no valid secure connection",
    "redirects": "redirects too often",
    "robots_unreachable": "may not be asked while its robots.txt cannot be read",
    "held": "is left alone for now, as its host asked",
    "empty": "answers with nothing",
    "malformed": "answers with something garbled",
    "html_not_feed": "is a web page now, no feed",
    "html_not_sitemap": "is a web page now, no sitemap",
}


def _in_words(reason: str) -> str:
    """What a counted reason says of the source."""
    if reason.startswith("http_"):
        return f"answers HTTP {reason.removeprefix('http_')}"
    return _WORDS.get(reason) or f"cannot be read ({_spoken(reason)})"


def _name_refusal(reason: str) -> str:
    return f"HTTP {reason.removeprefix('http_')}" if reason.startswith("http_") else {"robots": "robots.txt"}.get(reason, reason)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _clock(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC") if at else "–"


def _span(since: datetime | None, until: datetime | None) -> timedelta:
    """How long it was between the two; nothing when one of them is not known."""
    return until - since if since is not None and until is not None else timedelta()


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
