"""One table goes into a file that a person keeps; every other byte stays as it is."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigError
from rasid.tomlfile import array_table, put_table, read_text, replace_file, toml_string

KEPT = '''# ملفي
[polling]   # how often
contact = "desk@example.org"

# --- outlets [[outlets]] are below

[[outlets]]
id = "one"
name = "واحد"
drop = [
  ["[[outlets]]"],   # not a header
]
note = """
[[outlets]]
id = "two"
"""
  # inside one
  [[outlets.sources]]
  kind = "feed"
  url = "/a"

# --- the desk

[[channels]]
id = "desk"
notifier = "console"

# about two
[[ outlets ]]
id = "two"   # keep
  [outlets.rules]
  body = '[x]'
  [[outlets.sources]]
  kind = "feed"
  url = "/b"

# about the mail
[[channels]]
id = "mail"
notifier = 'console'
[["outlets"]]
id = "three"
# the end'''
NEW = {"id": "two", "name": "اثنان", "languages": ["ar"], "sources": [{"kind": "feed", "url": "/new"}, {"kind": "wordpress", "url": "/wp"}]}


def test_a_new_table_goes_to_the_end() -> None:
    new = {**NEW, "id": "four"}
    changed = put_table(KEPT, "outlets", new)
    assert changed.startswith(KEPT + "\n\n[[outlets]]\n")
    assert tomllib.loads(changed)["outlets"][3] == new


def test_a_known_table_is_replaced_and_nothing_else() -> None:
    changed = put_table(KEPT, "outlets", NEW)
    before, after = KEPT.index("[[ outlets ]]"), KEPT.index("\n# about the mail")
    assert changed == KEPT[:before] + array_table("outlets", NEW) + KEPT[after:]


@pytest.mark.parametrize("name", ["one", "three"])
def test_the_first_and_the_last_table_can_be_replaced(name: str) -> None:
    changed = put_table(KEPT, "outlets", {**NEW, "id": name})
    read, old = tomllib.loads(changed), tomllib.loads(KEPT)
    assert [outlet["id"] for outlet in read["outlets"]] == ["one", "two", "three"]
    assert next(outlet for outlet in read["outlets"] if outlet["id"] == name) == {**NEW, "id": name}
    assert (read["polling"], read["channels"], read["outlets"][1]) == (old["polling"], old["channels"], old["outlets"][1])
    for comment in ("# ملفي", "# how often", "# --- the desk", "# about two", "# about the mail", "# the end", "# keep"):
        assert comment in changed


def test_windows_line_ends_stay() -> None:
    changed = put_table(KEPT.replace("\n", "\r\n"), "outlets", NEW)
    assert changed.count("\n") == changed.count("\r\n")
    assert tomllib.loads(changed)["outlets"][1] == NEW


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "[polling]\n"])
def test_small_files(text: str) -> None:
    changed = put_table(text, "outlets", NEW)
    assert changed.startswith(text)
    assert tomllib.loads(changed)["outlets"] == [NEW]


@pytest.mark.parametrize("text", ['outlets = [{ id = "two" }]\n', 'outlets = [{ id = "one" }]\n', "outlets = []\n"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="edit it by hand"):
        put_table(text, "outlets", NEW)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60), st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_no_text_can_leave_its_string(name: str, url: str) -> None:
    new = {"id": "x", "name": name, "identity": [name, url], "sources": [{"kind": "feed", "url": url}]}
    assert tomllib.loads(put_table(KEPT, "outlets", new))["outlets"][3] == new
    assert "\n" not in toml_string(name)


@pytest.mark.parametrize("text", ["a\u202eb", "a\x7fb", "a\x85b", "a\u2028b"])
def test_what_hides_in_an_editor_is_written_visibly(text: str) -> None:
    assert toml_string(text).isprintable()
    assert tomllib.loads(f"x = {toml_string(text)}") == {"x": text}


def test_a_draft_that_does_not_load_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text("old = 1\n", encoding="utf-8")

    def refuse(draft: Path) -> None:
        assert draft.read_text(encoding="utf-8") == "new = 1\n"
        raise ConfigError(["no"])

    with pytest.raises(ConfigError):
        replace_file(path, "new = 1\n", refuse)
    assert path.read_text(encoding="utf-8") == "old = 1\n"
    assert os.listdir(tmp_path) == ["rasid.toml"]


def test_permissions_the_mark_and_a_link_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "rasid.toml"
    real.write_bytes(b"\xef\xbb\xbfold = 1\r\n")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_file(link, read_text(link) + "new = 1\r\n", tomllib_loads)
    assert link.is_symlink()
    assert real.read_bytes() == b"\xef\xbb\xbfold = 1\r\nnew = 1\r\n"
    assert real.stat().st_mode & 0o777 == 0o640


def tomllib_loads(path: Path) -> object:
    return tomllib.loads(path.read_text(encoding="utf-8-sig"))
