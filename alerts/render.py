"""An alert or a notice as text, as mail, as Telegram HTML and as JSON. Pure.

Nothing fetched is trusted: it is cleaned and escaped here, once for each.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from core.model import Alert, Evidence, Notice
from core.text import clean_line

if TYPE_CHECKING:
    from jinja2 import Template

TITLE_LENGTH, SOURCE_LENGTH, REASON_LENGTH, LEAD_LENGTH = 300, 200, 500, 500
# Encoded in an address rather than cleaned: clean_line resolves entities, and ?id=1&section=2 has one in it (&sect).
_NOT_IN_ADDRESS = re.compile(
    "[\u0000-\u0020\u007f-\u00a0\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff\ud800-\udfff\"'<>\\\\^`{|}]"
)
TELEGRAM_LENGTH = 4000  # of the 4,096 UTF-16 units that Telegram counts after parsing; ours are counted with the tags
_RTL_LANGUAGES = frozenset({"ar", "fa", "ur", "ckb", "he", "ps"})
_ISOLATE, _POP = "\u2068", "\u2069"  # first strong isolate: a foreign word cannot turn its neighbours around


@dataclass(frozen=True, slots=True)
class Facts:
    """What every medium shows, cleaned but not escaped. ``url`` is empty unless it is a web address.

    ``subject``: of an alert its headline; a notice says whose it is, among mails of other programs.
    """

    title: str
    outlet: str
    when: str
    topic: str
    reason: str
    source: str
    lead: str
    url: str
    rtl: bool
    language: str
    subject: str


def facts_of(item: Alert | Notice) -> Facts:
    """The cleaned facts of an alert or a notice."""
    return _facts_of_notice(item) if isinstance(item, Notice) else _facts_of_alert(item)


def _facts_of_notice(notice: Notice) -> Facts:
    lines = [shorten(clean_line(line), LEAD_LENGTH) for line in notice.text.splitlines()]
    title = clean_line(notice.title)
    return Facts(
        title=shorten(title, TITLE_LENGTH),
        outlet=clean_line(notice.outlet_name),
        when=_clock(notice.created_at),
        topic=f"health: {notice.kind.replace('_', ' ')}",
        reason="",
        source="",
        lead="\n".join(line for line in lines if line),
        url="",
        rtl=False,
        language="en",
        subject=shorten(f"[Rasid] {title}", TITLE_LENGTH),
    )


def _facts_of_alert(alert: Alert) -> Facts:
    title = shorten(clean_line(alert.title), TITLE_LENGTH)
    return Facts(
        title=title,
        outlet=clean_line(alert.outlet_name),
        when=_when(alert),
        topic=f"{alert.topic} ({alert.score:.2f})",
        reason=shorten(clean_line(alert.reason), REASON_LENGTH),
        source=shorten(clean_line(alert.original_source or ""), SOURCE_LENGTH),
        lead=shorten(clean_line(alert.lead or ""), LEAD_LENGTH),
        url=web_address(alert.url),
        rtl=(alert.language or "").split("-")[0] in _RTL_LANGUAGES,
        language=alert.language or "",
        subject=title,
    )


def shorten(text: str, length: int) -> str:
    """At most ``length`` characters, cut at a word unless less than half would be left."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if 2 * len(at_word) >= length else cut) + "…"


def web_address(url: str) -> str:
    """The address when it is one of the web, else nothing: no ``javascript:`` in a link."""
    cleaned = _NOT_IN_ADDRESS.sub(lambda found: quote(found[0], safe="", errors="ignore"), url.strip())
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return ""
    return cleaned if parts.scheme in ("http", "https") and parts.hostname else ""


def as_text(facts: Facts) -> str:
    """Plain text; foreign words are isolated, so that Arabic and English stand in their own order."""
    lines = [_isolated(facts.title), f"{_isolated(facts.outlet)} · {facts.when}"]
    if facts.source:
        lines.append(f"Source: {_isolated(facts.source)}")
    if facts.lead:
        lines += ["", *map(_isolated, facts.lead.splitlines())]
    lines += ["", f"{facts.topic}: {_isolated(facts.reason)}" if facts.reason else facts.topic, facts.url]
    return "\n".join(lines).rstrip()


def as_mail_html(facts: Facts) -> str:
    """The HTML part of a mail."""
    return _template("mail.html.j2").render(facts=facts)


def as_telegram(facts: Facts) -> tuple[str, ...]:
    """Telegram HTML in parts under its limit; a part never ends inside a tag or an entity, because lines are escaped one by one."""
    heading = f"<b>{_escaped(facts.title)}</b>"
    lines = [heading, f"{_escaped(facts.outlet)} · {_escape(facts.when)}"]
    if facts.source:
        lines.append(f"Source: {_escaped(facts.source)}")
    if facts.lead:
        lines += ["", *map(_escaped, facts.lead.splitlines())]
    lines += ["", f"<i>{_escape(facts.topic)}{': ' + _escaped(facts.reason) if facts.reason else ''}</i>"]
    if facts.url:
        lines.append(_telegram_link(facts.url))
    return pack_lines(lines)


def as_json(item: Alert | Notice, facts: Facts, message_id: str) -> str:
    """One JSON object, for programs; the same for the same item. ``text`` is the plain text, the only one with isolates in it, our own."""
    fields = _notice_fields(item, facts) if isinstance(item, Notice) else _alert_fields(item, facts)
    head = {"kind": "notice" if isinstance(item, Notice) else "alert", "id": message_id}
    return json.dumps({**head, **fields, "text": as_text(facts)}, ensure_ascii=False)


def _alert_fields(alert: Alert, facts: Facts) -> dict[str, Any]:
    return {
        "topic": alert.topic,
        "score": alert.score,
        "reason": facts.reason,
        "evidence": [_evidence_fields(found) for found in alert.evidence],
        "story": alert.story,
        "article": {
            "id": alert.article_id,
            "outlet": alert.outlet,
            "outlet_name": facts.outlet,
            "url": facts.url or None,
            "title": facts.title,
            "lead": facts.lead or None,
            "language": clean_line(facts.language) or None,
            "published_at": _iso(alert.published_at) if alert.published_at is not None else None,
            "first_seen_at": _iso(alert.first_seen_at),
            "original_source": facts.source or None,
        },
    }


def _evidence_fields(found: Evidence) -> dict[str, str]:
    words = {"term": found.term, "side": found.side, "field": found.field, "text": found.text}
    return {name: shorten(clean_line(value), SOURCE_LENGTH) for name, value in words.items()}


def _notice_fields(notice: Notice, facts: Facts) -> dict[str, Any]:
    return {
        "topic": "health",
        "condition": clean_line(notice.kind),
        "outlet": notice.outlet,
        "outlet_name": facts.outlet,
        "title": facts.title,
        "details": facts.lead,
        "created_at": _iso(notice.created_at),
    }


def _telegram_link(url: str) -> str:
    """A link with a short text; an address too long for one part stands there as text, whole."""
    link = f'<a href="{html.escape(url, quote=True)}">{_escape(shorten(url, 200))}</a>'
    return link if utf16_length(link) <= TELEGRAM_LENGTH else _escape(url)


def pack_lines(lines: list[str], limit: int = TELEGRAM_LENGTH) -> tuple[str, ...]:
    """Lines joined into as few parts as fit the limit; a line that is too long by itself is cut at words, its tags kept whole."""
    parts: list[str] = []
    current = ""
    for line in (piece for whole in lines for piece in _pieces(whole, limit)):
        joined = f"{current}\n{line}" if current else line
        if utf16_length(joined) > limit and current:
            parts.append(current)
            current = line
        else:
            current = joined
    return tuple(part for part in (*parts, current) if part.strip())


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def _pieces(line: str, limit: int) -> list[str]:
    """The line, or its plain text in pieces when it is too long: the tags around it go, no text does."""
    if utf16_length(line) <= limit:
        return [line]
    plain = html.unescape(_without_tags(line))
    pieces, current = [], ""
    for char in plain:
        escaped = _escape(char)
        if utf16_length(current) + utf16_length(escaped) > limit:
            pieces.append(current)
            current = ""
        current += escaped
    return [*pieces, current]


def _without_tags(line: str) -> str:
    return re.sub(r"<[^<>]*>", "", line)


def _when(alert: Alert) -> str:
    if alert.published_at is not None:
        return _clock(alert.published_at)
    return f"seen {_clock(alert.first_seen_at)}"


def _clock(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}{_POP}" if text else ""


def _escaped(text: str) -> str:
    return _escape(_isolated(text))


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    environment: Any = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template(name)  # type: ignore[no-any-return]
