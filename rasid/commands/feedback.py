"""``rasid feedback`` and ``rasid topics evaluate``: what people judged, and how well topics agree with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.clock import SystemClock
from core.errors import UsageError
from core.settings import BUILTIN_TOPIC
from rasid import wiring
from rasid.commands.lookup import Meant, as_text, need_article
from rasid.marked import make_console, print_marked, print_sentence
from rasid.terminal import clock_time, iso, isolate, print_json, print_table, say, shorten

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.config import Config
    from core.model import Match
    from storage import Store
    from storage.judgements import Judgement

_WORDS = {"relevant": True, "yes": True, "not": False, "no": False, "irrelevant": False}
_LONGEST_NOTE = 1000
_RECALL = (
    "Recall is over the judged articles only: what nobody judged, and what was never fetched, is not in it. People judge mostly what "
    "alerted, so it flatters; judge some that did not alert too ('rasid search'). Verdicts are those of today's topics."
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a topic agrees with people. None where nothing was judged that could tell."""

    judged: int
    right_alerts: int
    missed: int
    wrong_alerts: int
    right_silences: int
    precision: float | None
    recall: float | None
    f1: float | None


def judge(path: Path | None, what: str, word: str, *, topic: str | None, note: str, as_json: bool) -> None:
    """Stores a judgement. Raises UsageError, and RasidError when the article is not stored."""
    from storage import judgements

    relevant = _WORDS.get(word.strip().lower())
    if relevant is None:
        raise UsageError(f"{word!r} is not a judgement; write 'relevant' or 'not'")
    config = wiring.read_config(path)
    if topic is not None:
        wiring.choose_topic(config, topic)
    store = wiring.open_configured_store(config)
    with store.begin() as connection:
        meant = need_article(connection, what)
        assert meant.article is not None
        chosen = topic or _topic_meant(connection, meant, config)
        number = judgements.add(
            connection,
            article=meant.article.id,
            topic=chosen,
            relevant=relevant,
            note=as_text(note)[:_LONGEST_NOTE],
            judged_by=_who(),
            judged_at=SystemClock().now(),
        )
    if as_json:
        print_json({"id": number, "article": meant.article.id, "topic": chosen, "relevant": relevant})
        return
    title = isolate(shorten(meant.article.title, 90))
    say(f"noted: article {meant.article.id} is {'' if relevant else 'not '}relevant to {chosen}: {title}")


def show(path: Path | None, *, topic: str | None, limit: int, as_json: bool) -> None:
    """Prints judgements, newest first, those that were replaced included."""
    from storage import judgements

    if limit < 1:
        raise UsageError(f"--limit {limit} is less than 1")
    store = wiring.open_configured_store(wiring.read_config(path))
    with store.read() as connection:
        rows = judgements.load(connection, topic=topic, limit=limit)
    if as_json:
        print_json([_row(row) for row in rows])
        return
    cells = [
        (
            clock_time(row.judged_at),
            row.judged_by,
            row.article,
            row.topic,
            _word(row.relevant) + ("" if row.counts else " (replaced)"),
            shorten(row.title, 70),
            shorten(row.note, 60),
        )
        for row in rows
    ]
    print_table("judgements", ("when", "who", "article", "topic", "judgement", "title", "note"), cells)


def evaluate(path: Path | None, topic: str | None, *, as_json: bool) -> None:
    """Prints precision and recall of today's topics over the judgements. Raises UsageError for an unknown topic."""
    config = wiring.read_config(path)
    if topic is not None:
        wiring.choose_topic(config, topic)
    store = wiring.open_configured_store(config)
    judged, verdicts = _verdicts(config, store, topic)
    reports = []
    for name in dict.fromkeys(row.topic for row in judged):
        pairs = [(row, verdicts[row.article, name]) for row in judged if row.topic == name and (row.article, name) in verdicts]
        wrong = [_disagreement(row, match) for row, match in pairs if row.relevant != match.relevant]
        agreement = agree((row.relevant, match.relevant) for row, match in pairs)
        reports.append({"topic": name, **asdict(agreement), "disagreements": wrong})
    if as_json:
        print_json({"recall_is_over": "the judged articles only", "topics": reports})
        return
    _print_reports(reports)


def agree(pairs: Iterable[tuple[bool, bool]]) -> Agreement:
    """Of pairs (judged relevant, found relevant)."""
    table = Counter(pairs)
    both, missed, wrong, neither = table[True, True], table[True, False], table[False, True], table[False, False]
    return Agreement(
        judged=both + missed + wrong + neither,
        right_alerts=both,
        missed=missed,
        wrong_alerts=wrong,
        right_silences=neither,
        precision=round(both / (both + wrong), 3) if both + wrong else None,
        recall=round(both / (both + missed), 3) if both + missed else None,
        f1=round(2 * both / (2 * both + missed + wrong), 3) if both + missed + wrong else None,
    )


def _verdicts(config: Config, store: Store, topic: str | None) -> tuple[list[Judgement], dict[tuple[int, str], Match]]:
    """The judgements that count, and what today's topics think of their articles; without those of topics that are gone."""
    from crawler.context import judge
    from crawler.detect import build_detector
    from storage import judgements, matches

    with store.read() as connection:
        judged = judgements.load(connection, topic=topic, history=False)
        texts = matches.read_these(connection, sorted({row.article for row in judged}))
    detector = build_detector(config.topics)
    return judged, {(text.id, match.topic): match for text in texts for match in judge(detector, text)}


def _topic_meant(connection: Connection, meant: Meant, config: Config) -> str:
    """That of the alert; else the only one that matches; else the built-in one."""
    from storage.matches import stored_matches

    assert meant.article is not None
    if meant.topic is not None:
        return meant.topic
    found = [topic for _, topic in stored_matches(connection, [meant.article.id])]
    if len(found) == 1:
        return found[0]
    if BUILTIN_TOPIC in found or not config.topics:
        return BUILTIN_TOPIC
    known = ", ".join((BUILTIN_TOPIC, *(topic.id for topic in config.topics if topic.id != BUILTIN_TOPIC)))
    raise UsageError(f"relevant to which topic? add --topic with one of: {known}")


def _who() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _row(row: Judgement) -> dict[str, Any]:
    return asdict(row) | {"judged_at": iso(row.judged_at)}


def _disagreement(row: Judgement, match: Match) -> dict[str, Any]:
    return {
        "article": row.article,
        "judged": _word(row.relevant),
        "score": match.score,
        "reason": match.reason,
        "outlet": row.outlet,
        "title": row.title,
        "url": row.url,
        "note": row.note,
    }


def _word(relevant: bool) -> str:
    return "relevant" if relevant else "not"


def _print_reports(reports: list[dict[str, Any]]) -> None:
    if not reports:
        say("nothing has been judged yet; judge an article with 'rasid feedback ID relevant' or 'rasid feedback ID not'")
        return
    console = make_console()
    for report in reports:
        rates = ", ".join(
            f"{label} {_share(report[name])}" for label, name in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))
        )
        print_sentence(console, f"{report['topic']}: {rates} over {report['judged']} judged articles", "bold")
        print_sentence(
            console,
            f"  relevant: {report['right_alerts']} found, {report['missed']} missed; "
            f"not relevant: {report['right_silences']} left out, {report['wrong_alerts']} found wrongly",
        )
        for item in report["disagreements"]:
            print_sentence(console, f"  article {item['article']} was judged {item['judged']}, score {item['score']:.2f}", "dim")
            for label, text in (("title", item["title"]), ("reason", item["reason"]), ("note", item["note"])):
                if text:
                    print_marked(console, label, text, ())
    print_sentence(console, _RECALL)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
