"""The cadence on a virtual clock: what a fortnight of 60 outlets costs in requests, and how late or never their entries are found.

python -m bench.cadence [--quick]

Made-up outlets publish 2 to 300 articles a day by day curves of their zone, in bursts, with silent nights and thin weekends; their
feeds show the last 10 to 50 entries. We are down for six hours once; two outlets answer 304 whatever they show; three are broken for a
day. Older entries are kept by WordPress (100 a page), a sitemap (all at once) or older pages of the feed, and by four outlets nowhere.

Ours are the real decisions (plan_source, must_verify, the bookkeeping of answers) and gap filling as the crawler does it. They are
compared, at the same number of requests, with fixed intervals and with Miniflux's entry-frequency scheduler, reimplemented from its
documentation (https://miniflux.app/docs/configuration.html, SCHEDULER_ENTRY_FREQUENCY_*: a week over the entries of the last week
times a factor, between a least and a greatest interval). Neither verifies validators nor fills gaps, as in the originals.

The first three days are for learning and are not counted. Delays leave out entries from the time when we or the outlet were down; losses
do not. Of what was never found, two parts stand apart: "lied" at the two outlets that answer 304 whatever they show, and "gone" at those
that keep nothing: what left the window while we or the outlet were down, not before. Nobody finds that. Everything else is "lost".
"""

from __future__ import annotations

import argparse
import bisect
import math
import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from core.model import Outcome, Source, SourceKind
from core.settings import PollingConfig
from crawler.answers import Answer, note_answer, note_body, note_unchanged
from crawler.poll import Observation
from crawler.validators import must_verify
from scheduler.cadence import Limits, plan_source
from storage.polls import SourceState

HOUR, DAY = 3600.0, 86400.0
START = datetime(2026, 11, 2, tzinfo=UTC)
WARM_UP, DOWN_AT, DOWN_FOR = 3 * DAY, 8.3 * DAY, 6 * HOUR
GAP_PAGES = PollingConfig().gap_pages
VERIFY_EVERY = PollingConfig().verify_every
CURVES = {
    # share of articles by hour of the day, local time
    "agency": [2, 1, 1, 1, 1, 2, 4, 6, 7, 8, 8, 8, 8, 8, 8, 8, 7, 7, 6, 6, 5, 5, 4, 3],
    "daily": [0, 0, 0, 0, 0, 1, 6, 10, 10, 9, 8, 8, 8, 8, 8, 8, 6, 4, 3, 2, 1, 0, 0, 0],
    "evening": [1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 7, 8, 9, 9, 8, 7, 5, 3],
    "robot": [4] * 24,
}


@dataclass(slots=True)
class Site:
    """An outlet: when it publishes (seconds from START), how many entries its feed shows, and how it misbehaves."""

    name: str
    times: list[float]
    window: int
    dated: bool = True
    lies: bool = False
    broken: tuple[float, float] = (math.inf, math.inf)
    page: float = 0.0
    """Older entries on a page of its second path, 0 without one."""


@dataclass(slots=True)
class Tally:
    """What a policy came to. ``delays``: seconds from publication to discovery; ``polls``: those that hosts that do not lie have answered.

    ``lost``: entries never found, but for those ``lied`` about by a 304, and those ``gone``: nowhere to be had after an outage.
    """

    requests: int = 0
    polls: int = 0
    unchanged: int = 0
    delays: list[float] = field(default_factory=list)
    lost: int = 0
    lied: int = 0
    gone: int = 0
    after_outage: int = 0

    def add(self, other: Tally) -> None:
        self.requests += other.requests
        self.polls += other.polls
        self.unchanged += other.unchanged
        self.delays += other.delays
        self.lost += other.lost
        self.lied += other.lied
        self.gone += other.gone
        self.after_outage += other.after_outage


# --------------------------------------------------------------------------- the outlets


def make_sites(seed: int, *, outlets: int, days: float) -> list[Site]:
    """The outlets of one world."""
    rng = random.Random(seed)
    sites = []
    for number in range(outlets):
        a_day = 2 * (300 / 2) ** (number / (outlets - 1))  # evenly on a logarithmic scale
        curve = rng.choice(["agency", "daily", "evening", "agency", "daily", "robot"])
        times = sorted(_publications(rng, a_day, CURVES[curve], days))
        window = rng.choice([10, 10, 15, 20, 20, 30, 50])
        sites.append(Site(f"o{number}", times, window, rng.random() < 0.8, page=rng.choice([100, math.inf, window])))
    for site in rng.sample(sites, min(4, outlets // 5)):
        site.page = 0
    for site in rng.sample(sites[outlets // 3 :], 2):
        site.lies = True
    for site in rng.sample(sites, 3):
        begins = rng.uniform(4, 7) * DAY
        site.broken = (begins, begins + DAY)
    return sites


def _publications(rng: random.Random, a_day: float, curve: list[float], days: float) -> Iterator[float]:
    """Clusters (breaking news, a desk that uploads its edition) at a rate that follows the hour and the weekday."""
    size = rng.choice([1.2, 1.6, 2.5])
    mean, weekend, zone = sum(curve) / 24, rng.choice([0.4, 0.7, 1.0]), 3 * HOUR
    peak = a_day / size / DAY * max(curve) / mean
    at = -2 * DAY
    while at < days * DAY:
        at += rng.expovariate(peak)
        local = at + zone
        share = curve[int(local % DAY // HOUR)] / max(curve) * (weekend if int(local // DAY) % 7 in (4, 5) else 1.0)
        if rng.random() < share:
            yield at
            moment = at
            while rng.random() < 1 - 1 / size:
                moment += rng.expovariate(1 / 400)
                yield moment


# --------------------------------------------------------------------------- policies


@dataclass(slots=True)
class Reader:
    """What a poller has of one site: entries up to ``seen`` are found or lost; ``body_seen``: what the last body showed."""

    site: Site
    seen: int = 0
    body_seen: int = -1
    distrusted: bool = False
    tally: Tally = field(default_factory=Tally)

    def answer(self, at: float, *, conditional: bool) -> int | None:
        """How many entries were published when it answered with a body, None for a 304. Raises ConnectionError when it is broken."""
        self._count(at)
        if self.site.broken[0] <= at < self.site.broken[1]:
            raise ConnectionError
        if at >= WARM_UP and not self.site.lies:
            self.tally.polls += 1
        count = bisect.bisect_right(self.site.times, at)
        if conditional and self.body_seen >= 0 and (self.site.lies or count == self.body_seen):
            if at >= WARM_UP and not self.site.lies:
                self.tally.unchanged += 1
            return None
        self.body_seen = count
        return count

    def read(self, count: int, at: float, *, fills_gaps: bool) -> tuple[int, bool]:
        """Takes what a body shows. Returns how many entries were new, and whether everything was found."""
        first, times = self.seen == 0, self.site.times
        begin = max(0, count - self.site.window) if first else self.seen
        missed = max(0, count - begin - self.site.window)
        if missed and fills_gaps and self.site.page:
            pages = math.ceil((missed + 1) / self.site.page)
            for _ in range(min(pages, GAP_PAGES)):
                self._count(at)
            missed = int(max(0, missed - GAP_PAGES * self.site.page))
        for published in times[begin + missed : count]:
            self._discover(published, at)
        for number in range(begin, begin + missed):
            self._lose(number)
        new, self.seen = count - begin, count
        return min(new, self.site.window), missed == 0

    def _lose(self, number: int) -> None:
        """An entry that had left the window before anybody looked."""
        if self.site.times[number] < WARM_UP:
            return
        if self.site.lies:
            self.tally.lied += 1
        elif not self.site.page and self._was_out_of_reach(number):
            self.tally.gone += 1
        else:
            self.tally.lost += 1

    def _was_out_of_reach(self, number: int) -> bool:
        """It came in an outage or was still in the window when it began, and had left the window when it was over."""
        times, window = self.site.times, self.site.window
        outages = [outage for outage in ((DOWN_AT, DOWN_AT + DOWN_FOR), self.site.broken) if math.isfinite(outage[1])]
        return any(
            times[number] < end
            and bisect.bisect_right(times, begin) <= number + window
            and number + window < bisect.bisect_right(times, end)
            for begin, end in outages
        )

    def _count(self, at: float) -> None:
        if at >= WARM_UP:
            self.tally.requests += 1

    def _discover(self, published: float, at: float) -> None:
        if published < WARM_UP:
            return
        broken = self.site.broken[0] <= published < self.site.broken[1]
        if DOWN_AT <= published < DOWN_AT + DOWN_FOR or broken:
            self.tally.after_outage += 1
        else:
            self.tally.delays.append(at - published)

    def end(self, at: float) -> Tally:
        """What is still undiscovered at the end is lost if it has left the window, and withheld by a liar if it is six hours old."""
        count = bisect.bisect_right(self.site.times, at)
        left = [number for number in range(self.seen, count) if self.site.times[number] >= WARM_UP]
        if self.site.lies:
            self.tally.lied += sum(self.site.times[number] < at - 6 * HOUR for number in left)
        else:
            self.tally.lost += sum(number < count - self.site.window for number in left)
        return self.tally


def run_fixed(site: Site, end: float, interval: float) -> Tally:
    """A poll every ``interval`` seconds, conditional, nothing verified, no gap filled."""
    return _run_plain(site, end, lambda reader, at: interval)


def run_miniflux(site: Site, end: float, factor: float) -> Tally:
    """Entry frequency: a week over (entries found in the last week times ``factor``), from 5 minutes to a day."""

    def interval(reader: Reader, at: float) -> float:
        found = reader.seen - bisect.bisect_left(site.times, at - 7 * DAY, 0, reader.seen)
        return min(max(7 * DAY / max(1e-9, found * factor), 300.0), DAY)

    return _run_plain(site, end, interval)


def _run_plain(site: Site, end: float, interval: Callable[[Reader, float], float]) -> Tally:
    reader, at = Reader(site), random.Random(site.name).uniform(0, 300)
    while at < end:
        try:
            count = reader.answer(at, conditional=True)
            if count is not None:
                reader.read(count, at, fills_gaps=False)
        except ConnectionError:
            pass
        at = _not_down(at + interval(reader, at))
    return reader.end(end)


def run_rasid(site: Site, end: float, pace: float) -> Tally:
    """The product's decisions with the default bounds of 5 minutes to 2 hours (wider where the pace lies outside them)."""
    reader, at = Reader(site), random.Random(site.name).uniform(0, 300)
    limits = Limits(min(300.0, pace), max(7200.0, 6 * pace), pace)
    source = Source(f"{site.name}:feed", SourceKind.FEED, f"https://{site.name}.example/feed")
    state = SourceState(source.id, site.name, source.url)
    while at < end:
        now = START + timedelta(seconds=at)
        seen = _poll(reader, source, state, at, now)
        state = plan_source(seen, at=now, limits=limits, outlet_id=site.name, held=0.0, verify_every=VERIFY_EVERY, exposed=not site.page)
        assert state.next_poll_at is not None
        at = _not_down((state.next_poll_at - START).total_seconds())
    return reader.end(end)


def _poll(reader: Reader, source: Source, before: SourceState, at: float, now: datetime) -> Observation:
    conditional = not reader.distrusted and not must_verify(before, now)
    try:
        known_before = reader.body_seen
        count = reader.answer(at, conditional=conditional)
    except ConnectionError:
        return Observation(source, before, note_answer(before, Answer(503, source.url), now), Outcome.FAILED, "http_503")
    answer = Answer(304 if count is None else 200, source.url, headers={"etag": '"x"'})
    state = note_answer(before, answer, now)
    if count is None or count == known_before:
        return Observation(source, before, note_unchanged(state, answer, now), Outcome.NOT_MODIFIED)
    if reader.site.lies and before.unverified:
        reader.distrusted = True
    first = before.last_ok_at is None
    new, complete = reader.read(count, at, fills_gaps=True)
    shown = min(reader.site.window, count)
    times = reader.site.times[count - min(new, shown) : count] if reader.site.dated else []
    body = note_body(state, answer, now, body_hash=b"x", entries=shown, wait=0.0)
    return Observation(
        source,
        before,
        replace(body, last_new_at=now) if new else body,
        Outcome.OK,
        shown=shown,
        known=0 if first else shown - min(new, shown),
        new=shown if first else new,
        published=tuple(START + timedelta(seconds=time) for time in times),
        complete=complete,
    )


def _not_down(at: float) -> float:
    return DOWN_AT + DOWN_FOR if DOWN_AT <= at < DOWN_AT + DOWN_FOR else at


# --------------------------------------------------------------------------- comparison


def run(policy: Callable[[Site, float, float], Tally], sites: list[Site], end: float, value: float) -> Tally:
    """All sites under one policy."""
    whole = Tally()
    for site in sites:
        whole.add(policy(site, end, value))
    return whole


def match(policy: Callable[[Site, float, float], Tally], sites: list[Site], end: float, requests: int, value: float) -> tuple[float, Tally]:
    """The policy with its one number so that it makes ``requests`` requests, within 1.5 %; the number and what it came to."""
    power = -1.0 if policy is run_rasid else 1.0
    best = (value, run(policy, sites, end, value))
    for _ in range(12):
        ratio = requests / best[1].requests
        if abs(ratio - 1) < 0.015:
            break
        value = best[0] * ratio**power
        best = (value, run(policy, sites, end, value))
    return best


def describe(name: str, tally: Tally) -> str:
    delays = sorted(tally.delays)
    median, late = statistics.median(delays), delays[int(len(delays) * 0.95)]
    entries = len(delays) + tally.after_outage + tally.lost + tally.lied + tally.gone
    share = f"{tally.unchanged / tally.polls:6.1%}"
    return (
        f"  {name:<34}{tally.requests:>9,}{share:>8}{entries:>9,}{tally.lost:>7,}{tally.lied:>7,}{tally.gone:>6,}"
        f"{median / 60:>9.1f}{late / 60:>8.1f}{delays[-1] / 60:>8.0f}"
    )


def compare_counts(*, seed: int, outlets: int, days: float, minutes: float) -> tuple[Tally, Tally]:
    """Ours and a fixed interval at the same number of requests, in one world."""
    sites, end = make_sites(seed, outlets=outlets, days=days), days * DAY
    fixed = run(run_fixed, sites, end, minutes * 60)
    return match(run_rasid, sites, end, fixed.requests, minutes * 60 / 2.2)[1], fixed


HEADING = (
    f"  {'policy':<34}{'requests':>9}{'304':>8}{'entries':>9}{'lost':>7}{'lied':>7}{'gone':>6}{'median':>9}{'p95':>8}{'max':>8}   (minutes)"
)


def compare(seed: int, minutes: float, outlets: int, days: float) -> str:
    """One block of the table: a fixed interval and the others at its number of requests."""
    sites, end = make_sites(seed, outlets=outlets, days=days), days * DAY
    fixed = run(run_fixed, sites, end, minutes * 60)
    pace, ours = match(run_rasid, sites, end, fixed.requests, minutes * 60 / 2.2)
    factor, theirs = match(run_miniflux, sites, end, fixed.requests, 1.0)
    ratio = statistics.median(ours.delays) / statistics.median(fixed.delays)
    return "\n".join(
        [
            f"budget of a fixed interval of {minutes:g} minutes, world {seed}",
            HEADING,
            describe(f"fixed {minutes:g} min", fixed),
            describe(f"miniflux, factor {factor:.2f}", theirs),
            describe(f"rasid, pace {pace / 60:.1f} min", ours),
            f"  our median is {ratio:.2f} times that of the fixed interval\n",
        ]
    )


def show_defaults(seed: int, outlets: int, days: float) -> str:
    """What the default settings cost and reach."""
    tally = run(run_rasid, make_sites(seed, outlets=outlets, days=days), days * DAY, PollingConfig().min_interval)
    return "\n".join([f"rasid as it comes, world {seed}", HEADING, describe("rasid, defaults", tally), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one world, fewer outlets and days")
    quick = parser.parse_args().quick
    outlets, days, seeds = (20, 10.0, (1,)) if quick else (60, 14.0, (1, 2))
    tasks = [(seed, minutes, outlets, days) for seed in seeds for minutes in (5, 15, 60)]
    with get_context("spawn").Pool(2) as pool:
        for line in pool.starmap(show_defaults, [(seed, outlets, days) for seed in seeds]):
            print(line)
        for block in pool.starmap(compare, tasks, chunksize=1):
            print(block)
    print("world 1 was looked at while the policy was made, world 2 was not")


if __name__ == "__main__":
    main()
