"""``rasid ingest`` and ``rasid export``: articles in from a file, and out again, through the real command and a real database."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from core.errors import RasidError, UsageError
from core.model import Outlet
from rasid.commands import export, ingest
from rasid.commands.ingest import LineError, OutletNames, Report, outlet_id_of, read_lines, supplied_of
from storage.schema import alerts, articles, deliveries, entries, matches, revisions, stories
from tests.harness import ROOT, SmtpSink, rasid, write_config

TITLE = "أردوغان والشرع يبحثان في أنقرة فتح معبرين جديدين على الحدود التركية السورية"
FIRST = "استقبل الرئيس التركي رجب طيب أردوغان نظيره السوري أحمد الشرع في أنقرة، وبحثا فتح معبرين على الحدود بين البلدين قبل نهاية العام."
SECOND = "وقال الجانبان إن العمل يبدأ في الربيع المقبل بعد ترميم الطريق المؤدي إلى المعبر وتجهيز ساحات الشحن وقاعات المسافرين."
STORY = {"id": "s-1", "outlet": "north_wire", "title": TITLE, "body": f"{FIRST}\n{SECOND}", "published_at": "2026-11-20 09:30"}
OLIVES = {
    "id": "o-1",
    "outlet": "north_wire",
    "title": "موسم الزيتون في الساحل يبدأ متأخرا هذا العام",
    "body": "بدأ القطاف بعد أمطار طويلة.",
}


@pytest.fixture
def give(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Writes the articles (or raw lines) into a file, takes it in, and gives the report."""
    monkeypatch.setattr(ingest, "configure_logs", lambda level: None)  # it would outlive the test

    def run(*items: Any, silent: bool = False, fails: bool = False) -> Any:
        file = desk.folder / "in.jsonl"
        file.write_bytes(b"".join((i if isinstance(i, bytes) else json.dumps(i).encode()) + b"\n" for i in items))
        desk.out()
        if fails:
            with pytest.raises(RasidError, match="mend them"):
                ingest.run(desk.config, str(file), silent=silent, as_json=True)
        else:
            ingest.run(desk.config, str(file), silent=silent, as_json=True)
        return desk.json()

    return run


def exported(desk: Any, what: str = "articles", since: str | None = None) -> list[dict[str, Any]]:
    desk.out()
    export.run(desk.config, what, since=since, form="jsonl")
    return [json.loads(line) for line in desk.out().splitlines()]


# --------------------------------------------------------------------------- the whole way


def test_a_repost_in_another_outlet_is_folded_and_alerted_once(tmp_path: Path) -> None:
    sink = SmtpSink()
    config = write_config(tmp_path, outlets=[], smtp=sink)
    repost = {
        "id": "77", "outlet": "south_paper", "title": "قمة أنقرة: معبران جديدان قبل نهاية العام",
        "body": f"<p>{FIRST}</p><script>alert(1)</script><p>{SECOND}</p><p>المصدر: عربي21</p>",
    }  # fmt: skip
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in (STORY, repost, OLIVES))
    done = rasid("ingest", "-", config=config, stdin=lines)
    assert done.returncode == 0, done.stderr
    assert "seen=3 new=3 known=0 revised=0 filtered=0 failed=0 duplicates=1 matched=2 alerted=1" in done.stdout
    assert len(sink.mails) == 1
    first, second, third = (json.loads(line) for line in rasid("export", "articles", config=config).stdout.splitlines())
    assert (first["external_id"], second["external_id"], third["external_id"]) == ("s-1", "77", "o-1")
    assert first["story"] == second["story"] != third["story"]
    assert (second["verdict"], second["repeats"], second["original_source"]) == ("duplicate", first["id"], "عربي21")
    assert second["body"] == f"{FIRST}\n{SECOND}"
    assert (first["lang"], first["published_at"], third["topics"]) == ("ar", "2026-11-20T09:30:00+00:00", [])
    told, quiet = (json.loads(line) for line in rasid("export", "stories", config=config).stdout.splitlines())
    assert (told["first_article"], told["articles"], told["outlets"]) == (first["id"], 2, ["north_wire", "south_paper"])
    assert (told["topics"], quiet["topics"], quiet["articles"]) == (["turkey-syria"], [], 1)
    (alert,) = (json.loads(line) for line in rasid("export", "alerts", config=config).stdout.splitlines())
    assert (alert["story"], alert["article"], alert["outlet"], alert["title"]) == (told["id"], first["id"], "north_wire", TITLE)
    assert alert["deliveries"] == [{"channel": "mail", "state": "delivered"}]
    sink.stop()


def test_what_comes_out_is_judged_as_explain_judges_it(tmp_path: Path) -> None:
    texts = [
        STORY,
        OLIVES,
        {"id": "e-1", "outlet": "x", "title": "Ankara and Damascus sign a rail accord", "body": "The line to Aleppo will reopen."},
        {"id": "e-2", "outlet": "y", "title": "Turkish club signs Syrian striker on loan", "body": ""},
        {"id": "e-3", "outlet": "z", "title": "Trabzon'da çay hasadı başladı", "lead": "Üreticiler fiyatı bekliyor.", "body": ""},
    ]  # fmt: skip
    lines = "".join(json.dumps(item) + "\n" for item in texts)
    config = write_config(tmp_path, outlets=[])
    assert rasid("ingest", "-", "--silent", config=config, stdin=lines).returncode == 0
    told = [json.loads(line) for line in rasid("explain", "-", "--jsonl", config=config, stdin=lines).stdout.splitlines()]
    kept = [json.loads(line) for line in rasid("export", "articles", config=config).stdout.splitlines()]
    assert [row["external_id"] for row in kept] == [verdict["id"] for verdict in told] == [text["id"] for text in texts]
    assert [bool(row["topics"]) for row in kept] == [verdict["relevant"] for verdict in told]
    assert [row["lang"] for row in kept] == [verdict["lang"] for verdict in told]
    assert {verdict["relevant"] for verdict in told} == {True, False}


def test_a_wrapped_repost_is_unwrapped_as_after_a_crawl(desk: Any, give: Any) -> None:
    frame = f"تفاصيل {TITLE} وقد تم طرح الخبر عبر عربي21 .. تابع {TITLE} والتفاصيل عبر ناقل الأخبار"
    report = give(STORY, {"id": "9", "outlet": "copier", "title": "عاجل", "body": f"{FIRST}\nاقرأ أيضا: خبر آخر عن الطقس\n{frame}"})
    assert (report["duplicates"], report["alerted"]) == (1, 1)
    first, second = exported(desk)
    assert (second["story"], second["repeats"], second["original_source"]) == (first["story"], first["id"], "عربي21")
    assert second["body"] == FIRST


def test_silent_stores_and_matches_and_alerts_nobody(desk: Any, give: Any) -> None:
    report = give(STORY, silent=True)
    assert (report["new"], report["matched"], report["alerted"]) == (1, 1, 0)
    assert (desk.count(articles), desk.count(matches), desk.count(alerts), desk.count(deliveries)) == (1, 1, 0, 0)
    report = give(STORY | {"id": "s-2", "outlet": "other"})
    assert (report["duplicates"], report["alerted"]) == (1, 0), "a story that was taken in silently is known"


def test_alerts_wait_for_the_daemon_that_runs(desk: Any, give: Any) -> None:
    from storage.lock import single_instance

    with single_instance(desk.store):
        assert give(STORY)["alerted"] == 1
    (row,) = exported(desk, "alerts")
    assert row["deliveries"] == [{"channel": "desk", "state": "pending"}]


# --------------------------------------------------------------------------- the same article again


def test_the_same_id_of_an_outlet_is_known(desk: Any, give: Any) -> None:
    give(STORY)
    report = give(STORY, STORY | {"url": "https://north.example/1"})
    assert (report["seen"], report["known"], report["new"], report["alerted"]) == (2, 2, 0, 0)
    assert (desk.count(articles), desk.count(entries), desk.count(alerts)) == (1, 1, 1)
    assert give(STORY | {"outlet": "other_wire"})["new"] == 1, "another outlet has ids of its own"


def test_a_changed_text_is_a_revision(desk: Any, give: Any) -> None:
    give(STORY)
    report = give(STORY | {"body": f"{FIRST}\n{SECOND}\nوأكد الوزيران لاحقا أن المعبر الثالث مؤجل إلى العام القادم بسبب الكلفة."})
    assert (report["revised"], report["new"], report["alerted"]) == (1, 0, 0)
    assert (desk.count(articles), desk.count(revisions)) == (1, 1)
    (row,) = exported(desk)
    assert (row["external_id"], row["verdict"]) == ("s-1", "new")
    assert "المعبر الثالث" in row["body"]


def test_one_address_is_one_article_and_gets_the_id(desk: Any, give: Any) -> None:
    desk.receive(TITLE, f"{FIRST}\n{SECOND}", path="news/1")
    report = give(STORY | {"outlet": "wire", "url": "https://www.wire.example/news/1?utm_source=x"})
    assert (report["known"] + report["revised"], report["new"], report["alerted"]) == (1, 0, 0)
    (row,) = exported(desk)
    assert row["external_id"] == "s-1"
    assert give(STORY | {"id": "s-2", "outlet": "wire", "url": "https://wire.example/news/1/"})["known"] == 1
    assert exported(desk)[0]["external_id"] == "s-1"


def test_an_article_that_was_pruned_stays_known(desk: Any, give: Any) -> None:
    from storage.articles import prune_articles

    give(OLIVES)
    with desk.store.begin() as connection:
        assert prune_articles(connection, [1]) == 1
    assert give(OLIVES)["known"] == 1
    assert desk.count(articles) == 0


def test_headlines_without_a_body_stay_apart(desk: Any, give: Any) -> None:
    titles = [f"خبر قصير رقم {number} عن السوق" for number in range(70)]
    report = give(*({"id": str(n), "outlet": "wire", "title": title} for n, title in enumerate(titles)), OLIVES | {"body": ""})
    assert (report["new"], report["duplicates"]) == (71, 0)
    assert give(OLIVES | {"id": "o-2", "outlet": "other", "body": ""})["duplicates"] == 1
    assert desk.count(stories) == 71


# --------------------------------------------------------------------------- lines


def test_bad_lines_are_named_and_the_others_go_through(tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    bad = [
        "no json",
        "[1, 2]",
        '{"id": "1", "outlet": "x"}',
        '{"id": "2", "title": "x"}',
        '{"id": "3", "outlet": "x", "title": 5}',
        "[" * 9000,
    ]
    lines = [json.dumps(STORY), "", *bad, json.dumps({"outlet": "x", "title": "no id"}), json.dumps(OLIVES)]
    file.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    config = write_config(tmp_path, outlets=[])
    done = rasid("ingest", str(file), config=config)
    assert done.returncode == 1
    named = [line.split(":")[1].strip() for line in done.stderr.splitlines() if line.startswith("rasid: line ")]
    assert named == ["line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9"]
    assert "7 of 9 lines were not taken in" in done.stderr
    assert "Traceback" not in done.stderr
    assert "seen=9 new=2 known=0 revised=0 filtered=0 failed=7" in done.stdout
    assert sqlite3.connect(tmp_path / "rasid.db").execute("select count(*) from articles").fetchone() == (2,)
    again = json.loads(rasid("ingest", str(file), "--json", config=config).stdout)
    assert (again["known"], again["failed"], again["problems"][0]["line"]) == (2, 7, 3)


def test_an_endless_line_is_a_problem_and_never_held_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(io.BytesIO):
        asked: ClassVar[list[int]] = []

        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked.append(size or -1)
            return super().readline(size)

    monkeypatch.setattr(ingest, "MAX_LINE", 10)
    stream = Watched(b"x" * 95 + b"\n" + b"0123456789\n" + b"short\n" + b"012345678\n" + b"y" * 11)
    assert list(read_lines(stream, "f")) == [(1, None), (2, None), (3, b"short\n"), (4, b"012345678\n"), (5, None)]
    assert set(stream.asked) == {11}
    with pytest.raises(LineError, match="is longer than"):
        supplied_of(None)


def test_markup_and_odd_text_are_only_text(desk: Any, give: Any) -> None:
    bold = "<b>Market</b> <img src=x onerror=alert(1)> opens"
    lines = "<i>First line of the text is here.</i>\nSecond line of the text is here too."
    alone = "Only a body, whose beginning is the title."
    give(
        {"id": "a\u0000\ud800b", "outlet": "wire", "title": bold, "body": "a < b and c > d holds in every case of the day"},
        {"id": "2", "outlet": "wire", "title": "Second", "body": lines},
        {"id": "3", "outlet": "wire", "body": alone, "url": "javascript:alert(1)", "tags": ["x", 5], "lang": "xx"},
    )  # fmt: skip
    first, second, third = exported(desk)
    assert (first["external_id"], first["title"]) == ("ab", "Market opens")
    assert first["body"] == "a < b and c > d holds in every case of the day"
    assert second["body"] == "First line of the text is here.\nSecond line of the text is here too."
    assert third["title"] == alone
    assert third["url"] == "urn:rasid:wire:3"


def test_markup_built_to_be_slow_fails_alone(desk: Any, give: Any) -> None:
    report = give({"id": "1", "outlet": "wire", "title": "x", "body": "<div>" * 100_000}, OLIVES, fails=True)
    assert (report["new"], report["failed"]) == (1, 1)
    assert report["problems"][0]["line"] == 1
    assert "such markup is not read" in report["problems"][0]["problem"]


def test_an_error_of_ours_harms_one_article(desk: Any, give: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler import intake

    real = intake.Recorder.store_article

    def broken(self: Any, connection: Any, article: Any, *rest: Any, **options: Any) -> Any:
        stored = real(self, connection, article, *rest, **options)
        if options["external_id"] == "o-1":
            raise ValueError("after it was written")
        return stored

    monkeypatch.setattr(intake.Recorder, "store_article", broken)
    report = give(OLIVES, STORY, fails=True)
    assert (report["new"], report["failed"], report["alerted"]) == (1, 1, 1)
    assert [row["external_id"] for row in exported(desk)] == ["s-1"], "nothing of the other one is left"


@pytest.mark.parametrize("file", ["absent.jsonl", "."])
def test_a_file_that_cannot_be_read_is_wrong_use(tmp_path: Path, file: str) -> None:
    done = rasid("ingest", str(tmp_path / file), config=write_config(tmp_path, outlets=[]))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("rasid: cannot read ")
    assert not (tmp_path / "rasid.db").exists()


# --------------------------------------------------------------------------- outlets


@pytest.mark.parametrize(
    ("written", "made"),
    [("north_wire", "north_wire"), ("North Wire!", "north_wire"), ("İstanbul Gündemi", "istanbul_gundemi"), ("24 Saat", "outlet_24_saat")],
)
def test_an_outlet_becomes_an_id(written: str, made: str) -> None:
    assert outlet_id_of(written) == made


def test_an_arabic_name_gets_an_id_that_stays() -> None:
    made = outlet_id_of("صحيفة الضفة")
    assert made == outlet_id_of("صحيفة الضفّة") != outlet_id_of("صحيفة أخرى")
    assert made.startswith("outlet_")


def test_known_outlets_are_found_and_others_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    known = Outlet("taif", "طيف", None, ("ar",), aliases=("Taif Post",))
    names = OutletNames([known], Report(quiet=False))
    assert [names.find(name) for name in ("taif", "طيف", "taif post")] == [known] * 3
    made = [names.find("North Wire"), names.find("North Wire"), names.find("plain")]
    assert [outlet.id for outlet in made] == ["north_wire", "north_wire", "plain"]
    assert capsys.readouterr().err == "rasid: the outlet 'North Wire' is kept as north_wire\n"
    with pytest.raises(LineError, match="names no outlet"):
        names.find(" ")


# --------------------------------------------------------------------------- export


def test_a_table_for_spreadsheets_runs_nothing(tmp_path: Path) -> None:
    items = [
        STORY,
        OLIVES | {"title": '=HYPERLINK("http://x", "y") says the trader'},
        {"id": "-3", "outlet": "x", "title": "@all: read, please"},
    ]
    config = write_config(tmp_path, outlets=[])
    rasid("ingest", "-", "--silent", config=config, stdin="".join(json.dumps(item) + "\n" for item in items))
    command = [sys.executable, "-m", "rasid", "--config", str(config), "export", "articles", "--format", "csv"]
    raw = subprocess.run(
        command, cwd=ROOT, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, capture_output=True, check=True
    ).stdout
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))
    assert tuple(rows[0]) == export.COLUMNS["articles"]
    assert raw.startswith(b"id,external_id,")
    assert raw.endswith(b"\r\n")
    assert (rows[0]["title"], rows[0]["body"], rows[0]["topics"]) == (TITLE, STORY["body"], "turkey-syria")
    assert [row["title"][:2] for row in rows[1:]] == ["'=", "'@"]
    assert rows[2]["external_id"] == "'-3"


def test_lists_in_cells_are_joined() -> None:
    assert export.cell_of(["a", "b"]) == "a; b"
    assert (
        export.cell_of([{"channel": "desk", "state": "delivered"}, {"channel": "mail", "state": "dead"}]) == "desk: delivered; mail: dead"
    )
    assert export.cell_of(["=1", "b"]) == "'=1; b"
    assert [export.cell_of(value) for value in (None, 0.5, -1, "\tx", "x=")] == ["", 0.5, -1, "'\tx", "x="]


def test_json_is_whole_in_a_plain_locale(tmp_path: Path) -> None:
    config = write_config(tmp_path, outlets=[])
    rasid("ingest", "-", "--silent", config=config, stdin=json.dumps(STORY))
    command = [sys.executable, "-m", "rasid", "--config", str(config), "export", "articles"]
    raw = subprocess.run(
        command, cwd=ROOT, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, capture_output=True, check=True
    ).stdout
    assert json.loads(raw.decode("ascii"))["title"] == TITLE


def test_everything_comes_out_oldest_first_in_batches(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_BATCH", 2)
    for number in range(5):
        desk.receive(f"{number} أخبار السوق المحلية في المدينة القديمة {number * 'س'}", silent=True)
    assert [row["id"] for row in exported(desk)] == [row["id"] for row in exported(desk, "stories")] == [1, 2, 3, 4, 5]
    assert [row["id"] for row in exported(desk, since="2026-11-24T09:04")] == [4, 5]
    assert [row["id"] for row in exported(desk, "stories", since="2026-11-24T09:05")] == [5]
    assert exported(desk, "alerts") == []


def test_alerts_since(desk: Any) -> None:
    desk.receive(TITLE, FIRST)
    assert [row["topic"] for row in exported(desk, "alerts", since="2026-11-24T09:01")] == ["turkey-syria"]
    assert exported(desk, "alerts", since="2026-11-24T09:02") == []


@pytest.mark.parametrize(("what", "form", "hint"), [("story", "jsonl", "choose one of"), ("articles", "xml", "choose jsonl or csv")])
def test_what_cannot_be_exported_is_wrong_use(desk: Any, what: str, form: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        export.run(desk.config, what, since=None, form=form)


def test_a_reader_who_has_had_enough_is_no_error(tmp_path: Path) -> None:
    config = write_config(tmp_path, outlets=[])
    items = ({"id": str(n), "outlet": "x", "title": f"Item {n} {'of the day ' * 40}", "body": f"{n} " * 900} for n in range(120))
    assert rasid("ingest", "-", "--silent", config=config, stdin="".join(json.dumps(item) + "\n" for item in items)).returncode == 0
    for form in ("jsonl", "csv"):
        command = [sys.executable, "-m", "rasid", "--config", str(config), "export", "articles", "--format", form]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1)
        process.stdout.close()
        assert (process.stderr.read(), process.wait(30)) == (b"", 0)
        process.stderr.close()
