"""Nothing is lost when the daemon is killed or a channel is down, and repeats are rare and counted."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import Daemon, FakeOutlet, FakeTelegram, SmtpSink, outlet_table, running_daemon, simple_page, wait_until, write_config

KILLS = 30
SUBJECTS = ["ملف المياه", "حركة المعابر", "عودة اللاجئين", "خط الغاز", "التبادل التجاري", "أمن الحدود", "الرحلات الجوية", "ترميم الجسور"]
CITIES = ["حلب", "إدلب", "عفرين", "جرابلس", "اللاذقية", "الرقة", "دير الزور", "حمص", "درعا", "منبج"]


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    server = FakeTelegram()
    yield server
    server.close()


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    server = SmtpSink()
    yield server
    server.stop()


@pytest.fixture
def outlet() -> Iterator[FakeOutlet]:
    made = FakeOutlet("wire")
    made.publish(
        "/0/",
        simple_page("خبر قديم عن افتتاح حديقة عامة في الحي الجنوبي", ["افتتحت البلدية صباح اليوم حديقة عامة جديدة في الحي الجنوبي."]),
        "قديم",
    )
    yield made
    made.site.close()


def publish_story(outlet: FakeOutlet, number: int) -> str:
    """A story of its own about Turkey and Syria; its title ends in its number."""
    rng = random.Random(number)
    subject, city = SUBJECTS[number % len(SUBJECTS)], CITIES[number // len(SUBJECTS) % len(CITIES)]
    title = f"أنقرة ودمشق تبحثان {subject} في {city} بند رقم {number}"
    paragraphs = [
        f"بحث وفد تركي مع مسؤولين سوريين {subject} في محيط {city}، وفق ما قال مصدر حضر الاجتماع {number}.",
        " ".join(f"{rng.choice(SUBJECTS)} {rng.choice(CITIES)} {rng.randrange(10_000)}" for _ in range(25)),
        f"ومن المقرر أن تستأنف الاجتماعات بين تركيا وسوريا بعد {rng.randrange(2, 90)} يوماً في {rng.choice(CITIES)}.",
    ]
    outlet.publish(f"/story/{number}/", simple_page(title, paragraphs), title)
    return title


def numbers(texts: list[str]) -> Counter[int]:
    return Counter(int(text.split("بند رقم ")[1].split("\u2069")[0].split("<")[0].split()[0]) for text in texts)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_thirty_times_every_alert_arrives(
    tmp_path: Path, telegram: FakeTelegram, outlet: FakeOutlet, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_config(tmp_path, outlets=[outlet_table(outlet)], telegram=telegram)
    rng = random.Random(20261124)
    daemon = Daemon(config)
    daemon.start()
    wait_until(lambda: "outcome=ok" in daemon.log, what="the silent first poll")
    published = 0
    for _ in range(KILLS):
        for _ in range(3):
            publish_story(outlet, published)
            published += 1
        before = len(telegram.messages)
        wait_until(lambda: "started" in daemon.log.rpartition("killed")[2] or daemon.alive, what="a living daemon")
        if rng.random() < 0.6:  # in the middle of delivering ...
            wait_until(lambda seen=before: len(telegram.messages) > seen, what="the first of the new alerts")
            time.sleep(rng.uniform(0.0, 0.05))
        else:  # ... or of polling, or of starting
            time.sleep(rng.uniform(0.3, 2.5))
        daemon.kill()
        last_start = len(daemon.log)
        daemon.start()
    wait_until(lambda: len(numbers(telegram.texts)) == published, seconds=60, what=f"all {published} alerts after {KILLS} kills")
    wait_until(lambda: "watching" in daemon.log[last_start:], what="the last start")
    assert daemon.stop() == 0
    counted = numbers(telegram.texts)
    repeats = sum(counted.values()) - len(counted)
    with capsys.disabled():
        print(f"\n{KILLS} kills, {published} alerts, {repeats} repeats")  # noqa: T201
    assert set(counted) == set(range(published))
    assert repeats <= KILLS // 10


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_channels_that_fail_get_everything_afterwards_in_order(
    tmp_path: Path, telegram: FakeTelegram, smtp: SmtpSink, outlet: FakeOutlet
) -> None:
    config = write_config(tmp_path, outlets=[outlet_table(outlet)], telegram=telegram, smtp=smtp)
    with running_daemon(config) as daemon:
        wait_until(lambda: "outcome=ok" in daemon.log, what="the silent first poll")
        telegram.script = ["429", "500", "drop", "429"]
        smtp.inbox.script = ["421 4.3.2 closing, come back later", "450 4.2.0 greylisted", "451 4.3.0 local error"]
        for number in range(4):
            publish_story(outlet, number)
            time.sleep(1.2)  # so that each is found by a poll of its own
        wait_until(lambda: telegram.refused >= 2 and smtp.inbox.refused >= 2, what="refusals")
        smtp.stop()
        telegram.down = True
        for number in range(4, 8):
            publish_story(outlet, number)
            time.sleep(1.2)
        time.sleep(8)
        telegram.down = False
        smtp.start()
        wait_until(lambda: len(telegram.messages) >= 8 and len(smtp.mails) >= 8, seconds=60, what="eight alerts on both channels")
        assert daemon.stop() == 0
    assert list(numbers(telegram.texts).elements()) == list(range(8))
    assert list(numbers([str(mail["Subject"]) for mail in smtp.mails]).elements()) == list(range(8))
