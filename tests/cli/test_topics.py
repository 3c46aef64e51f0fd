"""Topics as data: list and show, backtests that store nothing, rematches that alert only when asked, also when they are killed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError, UsageError
from core.settings import TopicConfig
from crawler import rematching
from crawler.detect import build_detector
from rasid.commands import topics
from storage.schema import alerts, deliveries, matches, meta
from tests.cli.conftest import Desk
from tests.harness import ROOT, wait_until

IRAQ = '[[topics]]\nid = "turkey-iraq"\nsides = ["turkey", "iraq"]\n[[topics.terms]]\nside = "iraq"\nterms = ["كركوك", "Kerkük"]\n'
TURKEY_IRAQ = "أنقرة وبغداد توقعان اتفاقا جديدا حول مياه دجلة"
KIRKUK = "الجيش التركي يقصف مواقع في كركوك"
SYRIA = "أردوغان يستقبل الشرع في أنقرة لبحث الحدود التركية السورية"
OTHER = "نتائج مباريات الأسبوع في الدوري المحلي"


def body(about: str) -> str:
    """A text that is like no other."""
    return f"{about}. " + " ".join(f"{word}{number}" for number in range(20) for word in about.split()[-3:]) + "."


def receive(desk: Desk, *titles: str, **options: Any) -> list[Any]:
    return [desk.receive(title, body(title), **options) for title in titles]


# --------------------------------------------------------------------------- topics as data


def test_the_topic_of_the_documentation_judges_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(# rasid\.toml.*?)```", page, re.S)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 10, "ten lines are promised"
    topic = TopicConfig.model_validate(tomllib.loads(block[1])["topics"][0])
    detector = build_detector([topic])
    rows = re.findall(r"^\| (.+?) \| (alerts|silent) \|", page, re.M)
    assert len(rows) >= 8
    assert {verdict for _, verdict in rows} == {"alerts", "silent"}
    for title, verdict in rows:
        match = next(match for match in detector.match(title=title, lead=None, body="") if match.topic == topic.id)
        assert match.relevant == (verdict == "alerts"), (title, match.score, match.reason)


def test_list_and_show(desk: Desk) -> None:
    desk.configure(IRAQ, heard=("turkey-syria", "turkey-iraq"))
    topics.show_all(desk.config, as_json=True)
    rows = {row["id"]: row for row in desk.json()}
    assert list(rows) == ["turkey-syria", "turkey-iraq"]
    assert rows["turkey-syria"]["from"] == "built in"
    assert rows["turkey-iraq"]["channels"] == ["desk"]
    assert [side["id"] for side in rows["turkey-iraq"]["sides"]] == ["turkey", "iraq"]
    desk.configure()
    topics.show_all(desk.config, as_json=True)
    assert [row["id"] for row in desk.json()] == ["turkey-syria"]
    desk.configure(IRAQ)
    topics.show_one(desk.config, "turkey-iraq", as_json=True)
    shown = desk.json()
    own = [side for side in shown["sides"] if side["id"] == "iraq"][0]  # noqa: RUF015
    assert {"كركوك", "Kerkük"} <= set(own["samples"])
    assert own["terms"] > 2, "the gazetteer's terms for Iraq speak too"
    topics.show_one(desk.config, "turkey-iraq", as_json=False)
    assert "nobody hears of it" in desk.out()
    with pytest.raises(UsageError, match="did you mean 'turkey-iraq'"):
        topics.show_one(desk.config, "turkey-irak", as_json=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('sides = ["turkey", "iraq"]\nthreshold = 7\n', "threshold"),
        ('id = "x"\nsides = ["turkey"]\n', "sides"),
        ("topics = []\n", "no topic"),
        ("topics = 3\n", "no topic"),
        ('sides = ["turkey", "iraq"]\nthreshhold = 0.5\n', "did you mean 'threshold'"),
        ('sides = ["turkey", "irak"]\n', "nothing speaks for the side 'irak'"),
    ],
)
def test_a_wrong_topic_file_is_a_sentence(desk: Desk, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        topics.backtest(desk.config, None, since=None, file=file, limit=5, as_json=True)


# --------------------------------------------------------------------------- backtest


def backtest(desk: Desk, topic: str | None = None, file: Path | None = None, since: str | None = None, limit: int = 10) -> Any:
    topics.backtest(desk.config, topic, since=since, file=file, limit=limit, as_json=True)
    return desk.json()


def test_a_backtest_counts_stories_and_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    receive(desk, SYRIA, TURKEY_IRAQ, OTHER, KIRKUK)
    desk.receive(TURKEY_IRAQ, body(TURKEY_IRAQ) + " وأضاف المسؤول.", path="copy", outlet="other")
    file = tmp_path / "turkey-iraq.toml"
    file.write_text(IRAQ, encoding="utf-8")
    before = [desk.count(table) for table in (matches, alerts, deliveries, meta)]
    found = backtest(desk, file=file)
    assert [desk.count(table) for table in (matches, alerts, deliveries, meta)] == before
    assert (found["read"], found["matched"], found["alerts"], found["newly_matched"], found["no_longer_matched"]) == (5, 3, 2, 3, 0)
    assert found["by_outlet"] == {"wire": 2}, "the copy from the other outlet is no alert of its own"
    assert found["by_day"] == {"2026-11-24": 2}
    assert {sample["title"] for sample in found["samples"]["alerts"]} == {TURKEY_IRAQ, KIRKUK}
    assert backtest(desk, file=file, limit=1)["samples"]["alerts"] == [max(found["samples"]["alerts"], key=lambda sample: sample["id"])]
    assert backtest(desk, file=file, since="2026-11-25")["read"] == 0


def test_a_backtest_tells_the_difference_to_what_is_stored(desk: Desk) -> None:
    receive(desk, SYRIA, OTHER)
    assert backtest(desk, "turkey-syria")["newly_matched"] == 0
    desk.configure('[[topics]]\nid = "turkey-syria"\nsides = ["turkey", "syria"]\n' + f'exclusions = ["{SYRIA}"]\n')
    found = backtest(desk, "turkey-syria")
    assert (found["alerts"], found["no_longer_matched"]) == (0, 1)
    assert found["samples"]["no_longer_matched"][0]["title"] == SYRIA
    topics.backtest(desk.config, "turkey-syria", since=None, file=None, limit=5, as_json=False)
    assert "0 newly matched, 1 no longer matched" in desk.out()


def test_a_backtest_needs_to_know_which_topic(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which topic"):
        backtest(desk)
    file = tmp_path / "two.toml"
    file.write_text(IRAQ + IRAQ.replace("turkey-iraq", "second"), encoding="utf-8")
    with pytest.raises(UsageError, match="name one of them: turkey-iraq, second"):
        backtest(desk, file=file)
    with pytest.raises(UsageError, match="has no topic 'third'"):
        backtest(desk, "third", file=file)


# --------------------------------------------------------------------------- rematch


def rematch(desk: Desk, topic: str | None = "turkey-iraq", *, alert: bool = False, since: str | None = None) -> dict[str, int]:
    topics.rematch(desk.config, topic, since=since, alert=alert, as_json=True)
    found: dict[str, int] = desk.json()
    return found


def watch_iraq(desk: Desk) -> None:
    desk.configure(IRAQ, heard=("turkey-syria", "turkey-iraq"))


def test_a_rematch_is_silent_and_its_stories_are_known(desk: Desk) -> None:
    receive(desk, TURKEY_IRAQ, SYRIA, OTHER)
    assert desk.count(alerts) == 1
    watch_iraq(desk)
    found = rematch(desk)
    assert (found["read"], found["matched"], found["newly"], found["gone"], found["alerted"]) == (3, 1, 1, 0, 0)
    assert (desk.count(alerts), desk.count(matches)) == (1, 2)
    copy = desk.receive(TURKEY_IRAQ, body(TURKEY_IRAQ) + " وأضاف.", path="copy", outlet="other")
    assert copy.topics == ("turkey-iraq",)
    assert copy.alerted == (), "a later report of a story that a silent rematch matched does not alert"
    assert receive(desk, KIRKUK)[0].alerted == ("turkey-iraq",), "a new story does"
    assert rematch(desk, alert=True)["alerted"] == 0, "what is known does not alert later either"


def test_a_rematch_alerts_once_per_story_when_asked(desk: Desk) -> None:
    receive(desk, TURKEY_IRAQ, KIRKUK, SYRIA)
    desk.receive(TURKEY_IRAQ, body(TURKEY_IRAQ) + " وأضاف.", path="copy", outlet="other")
    watch_iraq(desk)
    found = rematch(desk, alert=True)
    assert (found["newly"], found["alerted"]) == (3, 2)
    assert (desk.count(alerts), desk.count(deliveries)) == (3, 3)
    again = rematch(desk, alert=True)
    assert (again["matched"], again["newly"], again["alerted"]) == (3, 0, 0)
    assert desk.count(alerts) == 3
    assert desk.receive(TURKEY_IRAQ, body(TURKEY_IRAQ) + " وختم.", path="third", outlet="third").alerted == ()


def test_what_no_longer_matches_goes_and_the_alert_stays(desk: Desk) -> None:
    watch_iraq(desk)
    receive(desk, TURKEY_IRAQ, SYRIA)
    assert (desk.count(alerts), desk.count(matches)) == (2, 2)
    desk.configure(IRAQ.replace("sides", f'exclusions = ["{TURKEY_IRAQ}"]\nsides'), heard=("turkey-syria", "turkey-iraq"))
    found = rematch(desk)
    assert (found["matched"], found["gone"]) == (0, 1)
    assert (desk.count(alerts), desk.count(matches)) == (2, 1), "the other topic's match is left alone"
    watch_iraq(desk)
    assert rematch(desk, alert=True)["alerted"] == 0, "the story has had its alert"


def test_nothing_changes_where_the_verdict_is_the_same(desk: Desk) -> None:
    watch_iraq(desk)
    receive(desk, TURKEY_IRAQ, SYRIA)
    with desk.store.begin() as connection:
        before = connection.execute(matches.select()).all()
    assert rematch(desk, None)["newly"] == 0
    with desk.store.begin() as connection:
        assert connection.execute(matches.select()).all() == before


def test_since_leaves_older_articles_alone(desk: Desk) -> None:
    receive(desk, TURKEY_IRAQ)
    watch_iraq(desk)
    assert rematch(desk, since="2026-11-25")["read"] == 0
    assert desk.count(matches) == 0


@pytest.mark.parametrize("alert", [False, True])
@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_a_killed_rematch_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch, alert: bool, killed_after: int) -> None:
    monkeypatch.setattr(rematching, "_BATCH", 2)
    places = ("أربيل", "بغداد", "كركوك")
    titles = [f"الجيش التركي يعلن مقتل {number} جنود في هجوم قرب {places[number % 3]} رقم {number * 37}" for number in range(3, 9)]
    for number, title in enumerate(titles):
        desk.receive(title, f"خبر مستقل عن واقعة أخرى {' '.join(f'تفصيل{number}و{i}' for i in range(60))}")
    desk.receive(titles[0], "نسخة ثانية من الخبر الأول", path="copy", outlet="other", original_title=titles[0])
    watch_iraq(desk)
    whole = backtest(desk, "turkey-iraq")
    real, steps = rematching.Rematch._put, 0

    def put(self: Any, *arguments: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == 2 * killed_after:
            raise KeyboardInterrupt
        real(self, *arguments)

    monkeypatch.setattr(rematching.Rematch, "_put", put)
    with pytest.raises(KeyboardInterrupt):
        rematch(desk, alert=alert)
    read_before = steps
    monkeypatch.setattr(rematching.Rematch, "_put", real)
    topics.rematch(desk.config, "turkey-iraq", since=None, alert=alert, as_json=True)
    captured = desk.capture.readouterr()
    assert ("interrupted" in captured.err) == (read_before > 2)
    assert desk.count(matches) == whole["matched"] >= 4
    assert desk.count(alerts) == (whole["alerts"] if alert else 0)
    assert desk.count(deliveries) == desk.count(alerts)
    with desk.store.begin() as connection:
        assert connection.execute(meta.select().where(meta.c.key == "rematch")).first() is None


def test_an_article_revised_meanwhile_is_judged_as_it_is_now(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.receive(TURKEY_IRAQ, body(TURKEY_IRAQ), path="a")
    watch_iraq(desk)
    real = rematching.Rematch._judge

    def judge(self: Any, text: Any) -> Any:
        found = real(self, text)
        if text.title == TURKEY_IRAQ:
            monkeypatch.setattr(rematching.Rematch, "_judge", real)
            desk.receive(OTHER, body(OTHER) * 3, path="a")
        return found

    monkeypatch.setattr(rematching.Rematch, "_judge", judge)
    assert rematch(desk, alert=True)["matched"] == 0
    assert (desk.count(matches), desk.count(alerts)) == (0, 0)


def test_kill_9_beside_a_writer_makes_one_alert_per_story(desk: Desk) -> None:
    places = ("العراق", "بغداد", "كركوك")

    def write(numbers: range) -> None:
        for number in numbers:
            title = (
                f"الجيش التركي يعلن مقتل {number} جنود في هجوم قرب {places[number % 3]}" if number % 2 else f"خبر رقم {number} عن الرياضة"
            )
            desk.receive(title, " ".join(f"تفصيل{number}و{i}" for i in range(30)), outlet=f"outlet{number % 4}")

    write(range(700))
    desk.configure(IRAQ)
    command = [sys.executable, "-m", "rasid", "--config", str(desk.config), "topics", "rematch", "turkey-iraq", "--alert", "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def begun() -> bool:
        with desk.store.begin() as connection:
            return connection.execute(meta.select().where(meta.c.key == "rematch")).first() is not None

    wait_until(lambda: begun() or process.poll() is not None, what="the first batch")
    write(range(700, 720))
    process.kill()
    process.wait()
    found = rematch(desk, alert=True)
    whole = backtest(desk, "turkey-iraq")
    assert found["read"] == 720
    assert desk.count(matches) == whole["matched"]
    assert desk.count(alerts) == whole["alerts"] == 360
    assert rematch(desk, alert=True)["newly"] == 0
