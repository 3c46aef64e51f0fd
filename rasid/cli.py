"""The command line: names, arguments, help and exit codes. What a command does stands in ``rasid/commands``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import RasidError, UsageError
from rasid import exits
from rasid.terminal import prepare_streams

_settings: dict[str, Any] = {"config": None}

app = typer.Typer(
    name="rasid",
    help="Watches news outlets and tells you, once and at once, about every new Turkey–Syria story.",
    epilog="Start with: rasid demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _group(name: str, text: str) -> typer.Typer:
    group = typer.Typer(help=text, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.add_typer(group, name=name, invoke_without_command=True)
    return group


outlets = _group("outlets", "Known outlets: list, show, check, add. Example: rasid outlets check")
topics = _group("topics", "What is watched for: list, show, backtest, rematch, evaluate. Example: rasid topics show turkey-syria")
alerts = _group("alerts", "Deliveries: list, send a test, try dead letters again. Example: rasid alerts test desk")
config = _group("config", "The configuration: check, show, init. Example: rasid config check")
db = _group("db", "The database: upgrade, backup, prune, reindex. Example: rasid db backup rasid-backup.db")

ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="The configuration file; default $RASID_CONFIG, then ./rasid.toml.", show_default=False),
]
MOST = 1_000_000
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]


def _path(given: Path | None) -> Path | None:
    return given if given is not None else _settings["config"]


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
    _settings["config"] = config


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
        run.run(_path(config))
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

    crawl.run(_path(config), target, jsonl=jsonl, dry_run=dry_run, since=since)


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
        raise typer.Exit(1 if cases.diff(_path(config), folder=folder, reveal=reveal, as_json=as_json) else 0)
    if file is None or url is None:
        raise UsageError(f"{'FILE' if file is None else '--url'} is missing; give a saved page and its address, or --diff")
    if record is not None:
        cases.record(_path(config), file, url=url, name=record, folder=folder, held_back=held_back, force=force)
        return
    inspect.extract_file(_path(config), file, url=url, as_json=as_json)


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

    explain.explain(_path(config), what, jsonl=jsonl)


@app.command("why-not", epilog="Example: rasid why-not https://www.example.org/news/1, or: rasid why-not 4711")
def why_not(
    what: Annotated[str, typer.Argument(metavar="URL|ID", help="An address, an article's id (ours or the one it came with), or alert:ID.")],
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Why something did not alert: seen, read, matched, told? Answers from what is stored, without network."""
    from rasid.commands import why_not

    why_not.run(_path(config), what, topic=topic, as_json=as_json)


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

    search.run(_path(config), words, since=since, outlet=outlet, topic=topic, limit=limit, ranked=ranked, as_json=as_json)


@app.command(epilog="Example: rasid status --json")
def status(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Outlets with their last and next poll and health, and the depth of the outbox."""
    from rasid.commands import status

    status.run(_path(config), as_json=as_json)


@app.command(epilog="Example: rasid polls taif_post --limit 20")
def polls(
    outlet: Annotated[str | None, typer.Argument(help="Only this outlet.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """The ledger: what every poll saw, and what became of each entry."""
    from rasid.commands import polls

    polls.show(_path(config), outlet, limit=limit, as_json=as_json)


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
        feedback.show(_path(config), topic=topic, limit=limit, as_json=as_json)
    else:
        feedback.judge(_path(config), article, judgement, topic=topic, note=note, as_json=as_json)


# --------------------------------------------------------------------------- outlets


@outlets.callback()
def _outlets(context: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    _settings["config"] = _path(config)
    if context.invoked_subcommand is None:
        outlets_list(as_json=as_json)
    elif as_json:
        raise UsageError(f"--json goes behind {context.invoked_subcommand!r}")


@outlets.command("list", epilog="Example: rasid outlets list --json")
def outlets_list(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Every known outlet."""
    from rasid.commands import outlets

    outlets.show_all(_path(config), as_json=as_json)


@outlets.command("show", epilog="Example: rasid outlets show arab48")
def outlets_show(outlet_id: Annotated[str, typer.Argument(metavar="ID")], config: ConfigPath = None) -> None:
    """Everything that is known about one outlet, as JSON."""
    from rasid.commands import outlets

    outlets.show_one(_path(config), outlet_id)


@outlets.command("check", epilog="Example: rasid outlets check taif_post arab48")
def outlets_check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Outlets to check; default all enabled.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Fetches each source once and reports status, entries and newest age; finds the address of outlets that have none."""
    from rasid.commands import outlets_check

    outlets_check.check(_path(config), ids or [], as_json=as_json)


@outlets.command("add", epilog="Example: rasid outlets add https://www.example.org/ --dry-run")
def outlets_add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The home page, a section, a feed, a sitemap or a WordPress interface.")],
    outlet_id: Annotated[str | None, typer.Option("--id", help="Its id; default made of the host.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(help="Its name; default what its pages say.", show_default=False)] = None,
    language: Annotated[list[str] | None, typer.Option(help="ar, tr, en, ckb, ...; may be repeated.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the TOML and write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the outlet if it is known already.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Finds the feeds, WordPress, sitemaps or listing of a new outlet and writes it into the configuration."""
    from rasid.commands import outlets_add as command

    command.run(_path(config), command.Wish(url, outlet_id, name, tuple(language or ()), dry_run, force, as_json))


# --------------------------------------------------------------------------- topics


@topics.callback()
def _topics(context: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    _settings["config"] = _path(config)
    if context.invoked_subcommand is None:
        topics_list(as_json=as_json)
    elif as_json:
        raise UsageError(f"--json goes behind {context.invoked_subcommand!r}")


@topics.command("list", epilog="Example: rasid topics list --json")
def topics_list(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Every topic, with its sides and threshold."""
    from rasid.commands import topics

    topics.show_all(_path(config), as_json=as_json)


@topics.command("show", epilog="Example: rasid topics show turkey-syria")
def topics_show(topic: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False, config: ConfigPath = None) -> None:
    """One topic: its sides, how many terms speak for each, and samples of them."""
    from rasid.commands import topics

    topics.show_one(_path(config), topic, as_json=as_json)


@topics.command("backtest", epilog="Example: rasid topics backtest turkey-iraq --since 30d --file turkey-iraq.toml")
def topics_backtest(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="Its id; may be left out with --file.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was first seen since: 2026-11-24, 2026-11-24T08:00, or 30d.")] = None,
    file: Annotated[Path | None, typer.Option(help="A topic that is not in rasid.toml yet: a file with [[topics]].")] = None,
    limit: Annotated[int, typer.Option(min=0, max=MOST, help="At most so many samples of each kind.")] = 10,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """What a topic would have alerted of, among what is stored. Stores nothing."""
    from rasid.commands import topics

    topics.backtest(_path(config), topic, since=since, file=file, limit=limit, as_json=as_json)


@topics.command("rematch", epilog="Example: rasid topics rematch turkey-iraq --since 30d")
def topics_rematch(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="Only this one; default all.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was first seen since: 2026-11-24, 2026-11-24T08:00, or 30d.")] = None,
    alert: Annotated[bool, typer.Option("--alert", help="Alert once of each story that newly matches.")] = False,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """After a topic changed: judges again what is stored. Silent unless asked; goes on where it was interrupted."""
    from rasid.commands import topics

    topics.rematch(_path(config), topic, since=since, alert=alert, as_json=as_json)


@topics.command("evaluate", epilog="Example: rasid topics evaluate turkey-syria")
def topics_evaluate(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="Only this one; default all that were judged.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Precision and recall over what people judged with 'rasid feedback'."""
    from rasid.commands import feedback

    feedback.evaluate(_path(config), topic, as_json=as_json)


# --------------------------------------------------------------------------- alerts


@alerts.callback()
def _alerts(context: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    _settings["config"] = _path(config)
    if context.invoked_subcommand is None:
        alerts_list(as_json=as_json)
    elif as_json:
        raise UsageError(f"--json goes behind {context.invoked_subcommand!r}")


@alerts.command("list", epilog="Example: rasid alerts list --state dead")
def alerts_list(
    state: Annotated[str | None, typer.Option(help="pending, delivered or dead.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Deliveries, newest first."""
    from rasid.commands import alerts

    alerts.show(_path(config), state=state, limit=limit, as_json=as_json)


@alerts.command("test", epilog="Example: rasid alerts test desk")
def alerts_test(channel: Annotated[str, typer.Argument(metavar="CHANNEL")], config: ConfigPath = None) -> None:
    """Sends a test message to a channel."""
    from rasid.commands import alerts

    alerts.send_test(_path(config), channel)


@alerts.command("retry", epilog="Example: rasid alerts retry --channel desk")
def alerts_retry(channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None, config: ConfigPath = None) -> None:
    """Puts dead letters back into the outbox."""
    from rasid.commands import alerts

    alerts.retry(_path(config), channel)


# --------------------------------------------------------------------------- config


@config.callback()
def _config(context: typer.Context, config: ConfigPath = None) -> None:
    _settings["config"] = _path(config)
    if context.invoked_subcommand is None:
        config_check()


@config.command("check", epilog="Example: rasid config check --config rasid.toml")
def config_check(config: ConfigPath = None) -> None:
    """Reports every problem of the configuration at once, with file and key."""
    from rasid.commands import config as command

    command.check(_path(config))


@config.command("show", epilog="Example: rasid config show")
def config_show(config: ConfigPath = None) -> None:
    """The configuration as it counts, as JSON, with secrets masked."""
    from rasid.commands import config as command

    command.show(_path(config))


@config.command("init", epilog="Example: rasid config init")
def config_init(path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("rasid.toml")) -> None:
    """Writes a commented configuration to start from; never overwrites one."""
    from rasid.commands import config as command

    command.init(path)


# --------------------------------------------------------------------------- db


@db.callback()
def _db(context: typer.Context, config: ConfigPath = None) -> None:
    _settings["config"] = _path(config)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@db.command("upgrade", epilog="Example: rasid db upgrade")
def db_upgrade(config: ConfigPath = None) -> None:
    """Brings the database to the newest schema; the daemon does so by itself at its start."""
    from rasid.commands import db as command

    command.upgrade(_path(config))


@db.command("backup", epilog="Example: rasid db backup rasid-backup.db")
def db_backup(path: Annotated[Path, typer.Argument(help="The copy to write.")], config: ConfigPath = None) -> None:
    """Writes a consistent copy of a SQLite database while the daemon runs."""
    from rasid.commands import db as command

    command.backup(_path(config), path)


@db.command("prune", epilog="Example: rasid db prune --older-than 180d")
def db_prune(
    older_than: Annotated[str, typer.Option(help="Age of what goes, like 180d.")] = "180d",
    config: ConfigPath = None,
) -> None:
    """Deletes old poll runs and old articles that never alerted; what was seen stays known."""
    from rasid.commands import db as command

    command.prune(_path(config), older_than)


@db.command("reindex", epilog="Example: rasid db reindex")
def db_reindex(config: ConfigPath = None) -> None:
    """Makes the search index anew, while the daemon runs; needed only when a version says so."""
    from rasid.commands import search

    search.reindex(_path(config))


def main() -> None:
    """The program: one sentence on stderr and the right exit code, whatever happens."""
    prepare_streams()
    sys.exit(exits.code_of(lambda: app(standalone_mode=False)))
