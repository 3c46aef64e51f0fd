"""``rasid search`` as a person and a script use it."""

from __future__ import annotations

import json

from storage.schema import meta, search_texts
from tests.cli.conftest import Desk
from tests.harness import rasid

FIRST = "قصف شمال سوريا بعد هدوء طويل"
SECOND = "لقاء وبسوريا وفد تركي كبير"


def test_search_in_a_table_and_as_json(desk: Desk) -> None:
    desk.receive(FIRST, "أول الأخبار", path="a")
    desk.receive(SECOND, "ثاني الأخبار", path="b", outlet="other")
    shown = rasid("search", "سوريا", config=desk.config)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.index(SECOND) < shown.stdout.index(FIRST), "newest first"
    assert "https://wire.example/a" in shown.stdout
    assert "وكالة" in shown.stdout, "outlets are named for people"
    assert "\x1b" not in shown.stdout
    rows = json.loads(rasid("search", "سوريا", "--json", config=desk.config).stdout)
    assert [row["title"] for row in rows] == [SECOND, FIRST]
    for row in rows:
        assert [row["title"][start:end] for start, end in row["marks"]] == [word for word in row["title"].split() if word.endswith("سوريا")]
    assert [row["id"] for row in json.loads(rasid("search", '"شمال سوريا"', "--json", config=desk.config).stdout)] == [1]
    assert [row["id"] for row in json.loads(rasid("search", "سوريا", "--outlet", "other", "--json", config=desk.config).stdout)] == [2]
    assert len(json.loads(rasid("search", "سوريا", "--limit", "1", "--ranked", "--json", config=desk.config).stdout)) == 1


def test_nothing_found_and_wrong_use(desk: Desk) -> None:
    found = rasid("search", "نبراسكا", config=desk.config)
    assert (found.returncode, found.stdout.strip()) == (0, "nothing stored has these words")
    assert json.loads(rasid("search", "نبراسكا", "--json", config=desk.config).stdout) == []
    for arguments, words in (
        (["***"], "no word to search for"),
        (["a", "--limit", "0"], "greater than or equal to 1"),
        (["a", "--since", "soon"], "not a time"),
        (["a", "--topic", "turkey-syrian"], "did you mean 'turkey-syria'"),
        (["a", "--outlet", "wier"], "did you mean 'wire'"),
        ([], "missing argument"),
    ):
        result = rasid("search", *arguments, config=desk.config)
        assert result.returncode == 2, arguments
        assert words in result.stderr.lower()
        assert result.stderr.count("\n") == 1


def test_an_outdated_index_is_said_and_mended(desk: Desk) -> None:
    desk.receive(FIRST)
    with desk.store.begin() as connection:
        connection.execute(meta.update().where(meta.c.key == "search_folding").values(value="of old"))
        connection.execute(search_texts.update().values(title="x", body="x"))
    before = rasid("search", "سوريا", config=desk.config)
    assert "rasid db reindex" in before.stderr
    assert rasid("db", "reindex", config=desk.config).returncode == 0
    after = rasid("search", "سوريا", config=desk.config)
    assert (after.stderr, FIRST in after.stdout) == ("", True)
