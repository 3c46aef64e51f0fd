"""Judgements of people, and how topics agree with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import RasidError, UsageError
from rasid.commands import feedback
from rasid.commands.feedback import agree
from storage.pruning import prune
from storage.schema import judgements
from tests.cli.conftest import NOW, Desk
from tests.harness import rasid

SYRIA = "أردوغان يستقبل الشرع في أنقرة لبحث الحدود التركية السورية"
ARMY = "الجيش التركي يقصف مواقع قسد شمال سوريا"
OTHER = "نتائج مباريات الأسبوع في الدوري المحلي"
WEATHER = "موجة حر في إسطنبول ودرجات قياسية"
IRAQ = '[[topics]]\nid = "turkey-iraq"\nsides = ["turkey", "iraq"]\n'


def judge(desk: Desk, what: object, word: str, topic: str | None = None, note: str = "") -> Any:
    feedback.judge(desk.config, str(what), word, topic=topic, note=note, as_json=True)
    return desk.json()


def evaluate(desk: Desk, topic: str | None = None) -> Any:
    feedback.evaluate(desk.config, topic, as_json=True)
    return desk.json()["topics"]


def test_a_judgement_is_kept_and_the_last_one_counts(desk: Desk) -> None:
    desk.receive(SYRIA, path="a")
    assert judge(desk, 1, "not", note="  only a photo  ")["relevant"] is False
    assert judge(desk, "http://www.wire.example/a/", "relevant")["article"] == 1
    assert judge(desk, "alert:1", "relevant")["topic"] == "turkey-syria"
    feedback.show(desk.config, topic=None, limit=10, as_json=True)
    rows = desk.json()
    assert [(row["relevant"], row["counts"], row["note"]) for row in rows] == [
        (True, True, ""), (True, False, ""), (False, False, "only a photo"),
    ]  # fmt: skip
    assert all(row["judged_by"] and row["judged_at"] for row in rows)
    feedback.show(desk.config, topic=None, limit=10, as_json=False)
    assert desk.out().count("(replaced)") == 2


def test_the_topic_is_that_of_the_alert_or_the_match(desk: Desk) -> None:
    desk.configure(IRAQ)
    desk.receive("أنقرة وبغداد توقعان اتفاقا جديدا حول مياه دجلة", path="a")
    desk.receive(OTHER, path="b")
    assert judge(desk, 1, "relevant")["topic"] == "turkey-iraq"
    assert judge(desk, 2, "not", topic="turkey-iraq")["topic"] == "turkey-iraq"
    with pytest.raises(UsageError, match="relevant to which topic"):
        judge(desk, 2, "not")


@pytest.mark.parametrize(
    ("what", "word", "error", "words"),
    [
        ("1", "maybe", UsageError, "write 'relevant' or 'not'"),
        ("1", "", UsageError, "write 'relevant' or 'not'"),
        ("77", "not", RasidError, "no stored article"),
        ("alert:9", "not", RasidError, "no stored article"),
        ("https://wire.example/zzz", "relevant", RasidError, "why-not"),
    ],
)
def test_wrong_use(desk: Desk, what: str, word: str, error: type[Exception], words: str) -> None:
    desk.receive(OTHER)
    with pytest.raises(error, match=words):
        judge(desk, what, word)
    assert desk.count(judgements) == 0


def test_evaluation_over_the_judgements(desk: Desk) -> None:
    for title in (SYRIA, ARMY, OTHER, WEATHER):
        desk.receive(title)
    for number, word in ((1, "relevant"), (2, "not"), (3, "relevant"), (4, "not")):
        judge(desk, number, word, note=f"note {number}")
    (report,) = evaluate(desk)
    assert (report["judged"], report["right_alerts"], report["missed"], report["wrong_alerts"], report["right_silences"]) == (4, 1, 1, 1, 1)
    assert (report["precision"], report["recall"], report["f1"]) == (0.5, 0.5, 0.5)
    wrong = {item["article"]: (item["judged"], item["note"]) for item in report["disagreements"]}
    assert wrong == {2: ("not", "note 2"), 3: ("relevant", "note 3")}
    judge(desk, 2, "relevant")
    judge(desk, 3, "not")
    (report,) = evaluate(desk, "turkey-syria")
    assert (report["precision"], report["recall"], report["disagreements"]) == (1.0, 1.0, [])


def test_it_says_what_recall_means(desk: Desk) -> None:
    feedback.evaluate(desk.config, None, as_json=False)
    assert "nothing has been judged yet" in desk.out()
    desk.receive(SYRIA)
    judge(desk, 1, "relevant")
    feedback.evaluate(desk.config, None, as_json=False)
    assert "over the judged articles only" in desk.out()


def test_topics_that_are_gone_are_left_out(desk: Desk) -> None:
    desk.configure(IRAQ)
    desk.receive(SYRIA)
    judge(desk, 1, "not", topic="turkey-iraq")
    desk.configure()
    (report,) = evaluate(desk)
    assert (report["topic"], report["judged"], report["precision"]) == ("turkey-iraq", 0, None)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], (None, None, None)),
        ([(False, False)], (None, None, None)),
        ([(True, False)], (None, 0.0, 0.0)),
        ([(False, True)], (0.0, None, 0.0)),
        ([(True, True)] * 9 + [(True, False)] * 3 + [(False, True)], (0.9, 0.75, 0.818)),
    ],
)
def test_precision_and_recall(pairs: list[tuple[bool, bool]], expected: tuple[float | None, ...]) -> None:
    found = agree(pairs)
    assert (found.precision, found.recall, found.f1) == expected


def test_what_was_judged_is_not_pruned(desk: Desk) -> None:
    desk.receive(OTHER, path="a")
    desk.receive(WEATHER, path="b")
    judge(desk, 1, "not")
    assert prune(desk.store, before=NOW + timedelta(days=1)).articles == 1
    assert evaluate(desk)[0]["right_silences"] == 1


def test_as_a_person_uses_it(desk: Desk) -> None:
    desk.receive(SYRIA)
    noted = rasid("feedback", "1", "relevant", "--note", "معبر", config=desk.config)
    assert (noted.returncode, noted.stderr) == (0, "")
    assert "article 1 is relevant to turkey-syria" in noted.stdout
    listed = rasid("feedback", "list", config=desk.config)
    assert "معبر" in listed.stdout
    assert rasid("feedback", "1", config=desk.config).returncode == 2
    assert rasid("feedback", "9", "not", config=desk.config).returncode == 1
    assert "recall" in rasid("topics", "evaluate", config=desk.config).stdout
