"""The groups of commands: ``rasid outlets``, ``topics``, ``alerts``, ``config``, ``db``. The bare name of a group lists, or checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.errors import UsageError
from rasid.options import MOST, AsJson, ConfigPath, Limit


def _group(name: str, text: str) -> typer.Typer:
    return typer.Typer(name=name, help=text, invoke_without_command=True, rich_markup_mode=None, pretty_exceptions_enable=False)


outlets = _group("outlets", "Known outlets: list, show, check, add. Example: rasid outlets check")
topics = _group("topics", "What is watched for: list, show, backtest, rematch, evaluate. Example: rasid topics show turkey-syria")
alerts = _group("alerts", "Deliveries: list, send a test, try dead letters again. Example: rasid alerts test desk")
config = _group("config", "The configuration: check, show, init. Example: rasid config check")
db = _group("db", "The database: upgrade, backup, prune, reindex. Example: rasid db backup rasid-backup.db")
GROUPS = (outlets, topics, alerts, config, db)


# --------------------------------------------------------------------------- outlets


@outlets.callback()
def _outlets(context: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    if context.invoked_subcommand is None:
        outlets_list(as_json=as_json, config=config)
    elif as_json:
        raise UsageError(f"--json goes behind {context.invoked_subcommand!r}")


@outlets.command("list", epilog="Example: rasid outlets list --json")
def outlets_list(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Every known outlet."""
    from rasid.commands import outlets

    outlets.show_all(config, as_json=as_json)


@outlets.command("show", epilog="Example: rasid outlets show arab48")
def outlets_show(outlet_id: Annotated[str, typer.Argument(metavar="ID")], config: ConfigPath = None) -> None:
    """Everything that is known about one outlet, as JSON."""
    from rasid.commands import outlets

    outlets.show_one(config, outlet_id)


@outlets.command("check", epilog="Example: rasid outlets check taif_post arab48")
def outlets_check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Outlets to check; default all enabled.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Fetches each source once and reports status, entries and newest age; finds the address of outlets that have none."""
    from rasid.commands import outlets_check

    outlets_check.check(config, ids or [], as_json=as_json)


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

    command.run(config, command.Wish(url, outlet_id, name, tuple(language or ()), dry_run, force, as_json))


# --------------------------------------------------------------------------- topics


@topics.callback()
def _topics(context: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    if context.invoked_subcommand is None:
        topics_list(as_json=as_json, config=config)
    elif as_json:
        raise UsageError(f"--json goes behind {context.invoked_subcommand!r}")


@topics.command("list", epilog="Example: rasid topics list --json")
def topics_list(as_json: AsJson = False, config: ConfigPath = None) -> None:
    """Every topic, with its sides and threshold."""
    from rasid.commands import topics

    topics.show_all(config, as_json=as_json)


@topics.command("show", epilog="Example: rasid topics show turkey-syria")
def topics_show(topic: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False, config: ConfigPath = None) -> None:
    """One topic: its sides, how many terms speak for each, and samples of them."""
    from rasid.commands import topics

    topics.show_one(config, topic, as_json=as_json)


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

    topics.backtest(config, topic, since=since, file=file, limit=limit, as_json=as_json)


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

    topics.rematch(config, topic, since=since, alert=alert, as_json=as_json)


@topics.command("evaluate", epilog="Example: rasid topics evaluate turkey-syria")
def topics_evaluate(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", help="Only this one; default all that were judged.")] = None,
    as_json: AsJson = False,
    config: ConfigPath = None,
) -> None:
    """Precision and recall over what people judged with 'rasid feedback'."""
    from rasid.commands import feedback

    feedback.evaluate(config, topic, as_json=as_json)


# --------------------------------------------------------------------------- alerts


@alerts.callback()
def _alerts(context: typer.Context, as_json: AsJson = False, config: ConfigPath = None) -> None:
    if context.invoked_subcommand is None:
        alerts_list(as_json=as_json, config=config)
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

    alerts.show(config, state=state, limit=limit, as_json=as_json)


@alerts.command("test", epilog="Example: rasid alerts test desk")
def alerts_test(channel: Annotated[str, typer.Argument(metavar="CHANNEL")], config: ConfigPath = None) -> None:
    """Sends a test message to a channel."""
    from rasid.commands import alerts

    alerts.send_test(config, channel)


@alerts.command("retry", epilog="Example: rasid alerts retry --channel desk")
def alerts_retry(channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None, config: ConfigPath = None) -> None:
    """Puts dead letters back into the outbox."""
    from rasid.commands import alerts

    alerts.retry(config, channel)


# --------------------------------------------------------------------------- config


@config.callback()
def _config(context: typer.Context, config: ConfigPath = None) -> None:
    if context.invoked_subcommand is None:
        config_check(config)


@config.command("check", epilog="Example: rasid config check --config rasid.toml")
def config_check(config: ConfigPath = None) -> None:
    """Reports every problem of the configuration at once, with file and key."""
    from rasid.commands import config as command

    command.check(config)


@config.command("show", epilog="Example: rasid config show")
def config_show(config: ConfigPath = None) -> None:
    """The configuration as it counts, as JSON, with secrets masked."""
    from rasid.commands import config as command

    command.show(config)


@config.command("init", epilog="Example: rasid config init")
def config_init(path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("rasid.toml")) -> None:
    """Writes a commented configuration to start from; never overwrites one."""
    from rasid.commands import config as command

    command.init(path)


# --------------------------------------------------------------------------- db


@db.callback()
def _db(context: typer.Context, config: ConfigPath = None) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@db.command("upgrade", epilog="Example: rasid db upgrade")
def db_upgrade(config: ConfigPath = None) -> None:
    """Brings the database to the newest schema; the daemon does so by itself at its start."""
    from rasid.commands import db as command

    command.upgrade(config)


@db.command("backup", epilog="Example: rasid db backup rasid-backup.db")
def db_backup(path: Annotated[Path, typer.Argument(help="The copy to write.")], config: ConfigPath = None) -> None:
    """Writes a consistent copy of a SQLite database while the daemon runs."""
    from rasid.commands import db as command

    command.backup(config, path)


@db.command("prune", epilog="Example: rasid db prune --older-than 180d")
def db_prune(
    older_than: Annotated[str, typer.Option(help="Age of what goes, like 180d.")] = "180d",
    config: ConfigPath = None,
) -> None:
    """Deletes old poll runs and old articles that never alerted; what was seen stays known."""
    from rasid.commands import db as command

    command.prune(config, older_than)


@db.command("reindex", epilog="Example: rasid db reindex")
def db_reindex(config: ConfigPath = None) -> None:
    """Makes the search index anew, while the daemon runs; needed only when a version says so."""
    from rasid.commands import search

    search.reindex(config)
