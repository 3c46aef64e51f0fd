"""The command line: names, arguments, help and exit codes. What a command does stands in ``rasid/commands``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.errors import RasidError, UsageError
from rasid import exits
from rasid.groups import GROUPS
from rasid.options import MOST, AsJson, ConfigPath, Limit
from rasid.terminal import prepare_streams

app = typer.Typer(
    name="rasid",
    help="Watches news outlets and tells you, once and at once, about every new Turkey–Syria story.",
    epilog="Start with: rasid demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in GROUPS:
    app.add_typer(group)


def _version(wanted: bool) -> None:
    if wanted:
        from rasid import __version__

        typer.echo(f"rasid {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    config: ConfigPath = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    del config, version  # their callbacks have seen to them


@app.command(epilog="Example: rasid demo")
def demo(keep: Annotated[bool, typer.Option("--keep", help="Run on until Ctrl-C.")] = False) -> None:
    """Shows the whole job in half a minute, on a small newsroom of its own: no accounts, no network."""
    from rasid.commands import demo

    demo.run(keep=keep)


@app.command(epilog="Example: rasid run --config rasid.toml")
def run(config: ConfigPath = None) -> None:
    """The daemon: polls the outlets and delivers alerts until SIGTERM or Ctrl-C."""
    from rasid.commands import run

    try:
        run.run(config)
    except BrokenPipeError as error:  # of other commands nobody wants to read more; the daemon must not end unnoticed
        raise RasidError("the daemon ended, because nobody reads what it writes any more; start it again") from error


@app.command(epilog="Example: rasid crawl arab48 --since 2d, or: rasid crawl https://example.org/feed --dry-run")
def crawl(
    target: Annotated[str, typer.Argument(metavar="OUTLET|URL", help="An outlet's id, or the address of a feed, a listing or an article.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object per article instead of a table.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing and alert nobody.")] = False,
    since: Annotated[str | None, typer.Option(help="Only entries published since: 2026-11-24, 2026-11-24T08:00, or 2d.")] = None,
    config: ConfigPath = None,
) -> None:
    """Polls one outlet, or fetches one address, now, through the same pipeline as the daemon."""
    from rasid.commands import crawl

    crawl.run(config, target, jsonl=jsonl, dry_run=dry_run, since=since)


@app.command(epilog="Example: rasid extract page.html --url https://www.arab48.com/..., or: rasid extract --diff")
def extract(
    file: Annotated[Path | None, typer.Argument(help="A saved page; not with --diff.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="The address it was saved from; chooses the outlet's rules.", show_default=False)] = None,
    as_json: AsJson = False,
    record: Annotated[str | None, typer.Option(metavar="ID/CASE", help="Record the page as a case.", show_default=False)] = None,
    held_back: Annotated[bool, typer.Option("--held-back", help="With --record: keep the case out of tuning.")] = False,
    force: Annotated[bool, typer.Option("--force", help="With --record: overwrite the case.")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Replay every recorded case and show what differs; exit code 1 if something does.")
    ] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="With --diff: show held-back cases, too.")] = False,
    folder: Annotated[
        Path | None, typer.Option("--cases", metavar="FOLDER", help="Where cases are; default tests/data/outlets.", show_default=False)
    ] = None,
    config: ConfigPath = None,
) -> None:
    """What extraction makes of a saved page, and which method found each field; records pages as cases and replays them."""
    from rasid.commands import cases, inspect

    _refuse_lonely(
        ("--held-back", held_back, "--record", record), ("--force", force, "--record", record), ("--reveal", reveal, "--diff", diff)
    )
    if diff:
        if file is not None or record is not None:
            raise UsageError("--diff replays recorded cases and takes neither a FILE nor --record; give one or the other")
        raise typer.Exit(1 if cases.diff(config, folder=folder, reveal=reveal, as_json=as_json) else 0)
    if file is None or url is None:
        raise UsageError(f"{'FILE' if file is None else '--url'} is missing; give a saved page and its address, or --diff")
    if record is not None:
        cases.record(config, file, url=url, name=record, folder=folder, held_back=held_back, force=force)
        return
    inspect.extract_file(config, file, url=url, as_json=as_json)


def _refuse_lonely(*options: tuple[str, bool, str, object]) -> None:
    """Raises UsageError for an option that means something only with another."""
    for name, given, other, with_it in options:
        if given and not with_it:
            raise UsageError(f"{name} goes with {other}; see 'rasid extract --help'")


@app.command(epilog="Example: rasid explain 'a headline in quotes', or: rasid explain page.html, or: rasid explain items.jsonl --jsonl")
def explain(
    what: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A saved page or text (first line is the title), an address, - , or a headline.")
    ],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read objects {id,title,lead,body,lang?}, write one verdict each.")] = False,
    config: ConfigPath = None,
) -> None:
    """Why a text would, or would not, alert."""
    from rasid.commands import explain

    explain.explain(config, what, jsonl=jsonl)


@app.command("why-not", epilog="Example: rasid why-not https://www.example.org/news/1, or: rasid why-not 4711")
def why_not(
    what: Annotated[str, typer.Argument(metavar="URL|ID", help="An address, an article's id (ours or the one it came with), or alert:ID.")],
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Why something did not alert: seen, read, matched, told? Answers from what is stored, without network."""
    from rasid.commands import why_not

    why_not.run(config, what, topic=topic, as_json=as_json)


@app.command(epilog="Example: rasid search سوريا معبر --since 7d, or: rasid search '\"Turkish army\" idl*' --ranked")
def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS...", help='All must occur. A "phrase" in quotes, begin*, this OR that.', show_default=False),
    ],
    since: Annotated[str | None, typer.Option(help="Only what was first seen since: 2026-11-24, 2026-11-24T08:00, or 2d.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Only this outlet.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only what matched this topic.")] = None,
    limit: Limit = 20,
    ranked: Annotated[bool, typer.Option("--ranked", help="The most fitting first instead of the newest.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Full-text search of what is stored; folds Arabic and Turkish the way detection does."""
    from rasid.commands import search

    search.run(config, words, since=since, outlet=outlet, topic=topic, limit=limit, ranked=ranked, as_json=as_json)


@app.command(epilog="Example: rasid ingest articles.jsonl, or: zcat archive.jsonl.gz | rasid ingest - --silent --json")
def ingest(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="One object {id,outlet,title,body,url?,lang?,published_at?} a line.")],
    silent: Annotated[bool, typer.Option("--silent", help="Store and match, but alert nobody.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Takes in articles from a file as if they had just been read from their outlets: folds, matches, stores, alerts."""
    from rasid.commands import ingest

    ingest.run(config, file, silent=silent, as_json=as_json)


@app.command(epilog="Example: rasid export articles --since 7d, or: rasid export alerts --format csv > alerts.csv")
def export(
    what: Annotated[str, typer.Argument(metavar="articles|stories|alerts", help="What of the stored.")],
    since: Annotated[
        str | None, typer.Option(help="Only what was first seen, or alerted, since: 2026-11-24, 2026-11-24T08:00, or 2d.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="jsonl|csv", help="JSON lines, or a table for spreadsheets.")] = "jsonl",
    config: ConfigPath = None,
) -> None:
    """What is stored, oldest first, for other programs."""
    from rasid.commands import export

    export.run(config, what, since=since, form=form)


@app.command(epilog="Example: rasid status --json")
def status(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Outlets with their last and next poll and health, and the depth of the outbox."""
    from rasid.commands import status

    status.run(config, as_json=as_json)


@app.command(epilog="Example: rasid polls taif_post --limit 20")
def polls(
    outlet: Annotated[str | None, typer.Argument(help="Only this outlet.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """The ledger: what every poll saw, and what became of each entry."""
    from rasid.commands import polls

    polls.show(config, outlet, limit=limit, as_json=as_json)


@app.command(epilog="Example: rasid feedback 4711 relevant --note 'border crossing', or: rasid feedback list")
def feedback(
    article: Annotated[str, typer.Argument(metavar="ARTICLE|list", help="An article's id or address, or alert:ID; or the word list.")],
    judgement: Annotated[str, typer.Argument(metavar="relevant|not", help="What you think of it.")] = "",
    topic: Annotated[str | None, typer.Option(help="The topic; default that of the alert or match.")] = None,
    note: Annotated[str, typer.Option(help="Why, for whoever reads the judgements.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="With list: at most so many.")] = 50,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Notes whether an article belongs to a topic; the last judgement counts. 'rasid topics evaluate' sums up."""
    from rasid.commands import feedback

    if article == "list" and not judgement:
        feedback.show(config, topic=topic, limit=limit, as_json=as_json)
    else:
        feedback.judge(config, article, judgement, topic=topic, note=note, as_json=as_json)


def main() -> None:
    """The program: one sentence on stderr and the right exit code, whatever happens."""
    prepare_streams()
    sys.exit(exits.code_of(lambda: app(standalone_mode=False)))
