"""Alerts by e-mail: text and HTML, right-to-left, one connection for many messages, a stable Message-ID."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from alerts.notifier import read_options
from alerts.render import as_mail_html, as_text, facts_of
from core.clock import Clock, SystemClock
from core.errors import ConfigError, PermanentDeliveryError, TransientDeliveryError
from core.model import Alert, Message, Notice, Receipt
from core.settings import Interval, Secret

if TYPE_CHECKING:
    from aiosmtplib import SMTP


_LOGIN_WANTED = 530
_QUOTED = re.compile(r'"[^"]*"')
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class EmailOptions(BaseModel):
    """The keys of an e-mail channel."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str | None = None
    password: Secret | None = None
    sender: str = Field(alias="from")
    to: tuple[str, ...] = Field(min_length=1)
    timeout: Interval = 30.0

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        if (self.username is None) != (self.password is None):
            missing = "password" if self.password is None else "username"
            raise ValueError(f"{missing} is missing; a login needs username and password")
        return self

    @field_validator("to", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError(f'write a list: to = ["{value}"]')
        return value

    @field_validator("to")
    @classmethod
    def _one_in_each(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if _several(address):
                raise ValueError(f"{address!r} holds several addresses; write each address as its own item")
            _check_address(address)
        return value

    @field_validator("sender")
    @classmethod
    def _sender(cls, value: str) -> str:
        _check_address(value)
        return value


class EmailNotifier:
    """One channel. A connection is kept between messages and opened anew when the server has closed it."""

    def __init__(self, options: EmailOptions, clock: Clock | None = None) -> None:
        self._options = options
        self._clock = clock or SystemClock()
        self._smtp: SMTP | None = None
        self._recipients = [parseaddr(address)[1] for address in options.to]

    @classmethod
    def from_options(cls, channel: str, options: Mapping[str, Any]) -> Self:
        return cls(read_options(EmailOptions, channel, options))

    async def open(self) -> None:
        return None

    def render(self, item: Alert | Notice, message_id: str) -> Message:
        facts = facts_of(item)
        return Message(message_id, facts.subject, (as_text(facts),), html=as_mail_html(facts), language=facts.language or None)

    async def send(self, message: Message, taken: list[str]) -> Receipt:
        """``taken``: the recipients the server has it for."""
        import aiosmtplib

        recipients = [address for address in self._recipients if address not in taken]
        if not recipients:  # whoever was missing is no recipient of this channel any more
            return Receipt(message.id)
        try:
            smtp = await self._connect()
            answers, _ = await smtp.send_message(self._mail(message), recipients=recipients)
            refused = {address: answer.code for address, answer in answers.items()}
        except asyncio.CancelledError:
            await self.close()  # the answer to this message must not be read as the answer to the next
            raise
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = {refusal.recipient: refusal.code for refusal in error.recipients}
            await self._reset()
        except aiosmtplib.SMTPAuthenticationError as error:
            await self.close()
            raise TransientDeliveryError(f"the mail server does not accept our login ({error.code}); check username and password") from None
        except aiosmtplib.SMTPResponseException as error:
            if error.code == _LOGIN_WANTED:
                await self.close()
                raise TransientDeliveryError(_login_wanted(error.message)) from None
            if error.code >= 500 and isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError):
                await self._reset()
                raise PermanentDeliveryError(f"the mail server refuses the message: {error.code} {_line(error.message)}") from None
            await self.close()
            raise TransientDeliveryError(f"the mail server does not serve us now: {error.code} {_line(error.message)}") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            raise TransientDeliveryError(_trouble(error, self._options)) from None
        taken.extend(address for address in recipients if address not in refused)
        if _LOGIN_WANTED in refused.values():
            raise TransientDeliveryError(_login_wanted(_refusals(refused)))
        if any(code < 500 for code in refused.values()):
            raise TransientDeliveryError(f"the mail server refuses some recipients for now: {_refusals(refused)}")
        if not taken:
            raise PermanentDeliveryError(f"the mail server refuses the recipients: {_refusals(refused)}")
        return Receipt(message.id, f"refused: {_refusals(refused)}" if refused else "")

    async def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    async def _connect(self) -> SMTP:
        import aiosmtplib

        from alerts.notifiers.smtp import PatientSMTP

        if self._smtp is not None and self._smtp.is_connected:
            try:
                await self._smtp.noop()
            except (aiosmtplib.SMTPException, OSError):
                await self.close()
            else:
                return self._smtp
        options = self._options
        login = self._login()
        smtp = PatientSMTP(
            hostname=options.host,
            port=options.port,
            timeout=options.timeout,
            use_tls=options.security == "tls",
            start_tls=options.security == "starttls",
        )
        await smtp.connect()
        self._smtp = smtp
        if login is not None:
            await smtp.login(*login)
        return smtp

    def _login(self) -> tuple[str, str] | None:
        username, secret = self._options.username, self._options.password
        if username is None or secret is None:
            return None
        try:
            return username, secret.read()
        except ConfigError as error:
            raise TransientDeliveryError(str(error)) from None

    async def _reset(self) -> None:
        """Forgets the refused message; the connection stays for the next."""
        import aiosmtplib

        try:
            if self._smtp is not None:
                await self._smtp.rset()
        except (aiosmtplib.SMTPException, OSError):
            await self.close()

    def _mail(self, message: Message) -> EmailMessage:
        options = self._options
        mail = EmailMessage()
        mail["Subject"] = _header(message.subject)
        mail["From"] = options.sender
        mail["To"] = ", ".join(options.to)
        mail["Date"] = format_datetime(self._clock.now().astimezone(UTC))
        mail["Message-ID"] = f"<{message.id}@{parseaddr(options.sender)[1].rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.language and _LANGUAGE.fullmatch(message.language):
            mail["Content-Language"] = message.language
        mail.set_content("\n".join(message.texts))
        if message.html is not None:
            mail.add_alternative(message.html, subtype="html")
        return mail


def _several(text: str) -> bool:
    """Whether more than one address stands there; a name in quotes may hold anything."""
    unquoted = _QUOTED.sub("", text)
    return unquoted.count("@") > 1 or any(char in unquoted for char in ",;")


def _check_address(text: str) -> None:
    """Raises ValueError unless one address stands there, with or without a name."""
    found = parseaddr(text)[1]
    if _several(text) or not _ADDRESS.fullmatch(found) or found not in text or any(char in text for char in "\r\n"):
        raise ValueError(f"{text!r} is not an e-mail address")


def _header(text: str) -> str:
    """Fetched text on one line. EmailMessage would decode an encoded word in it, and with it line ends and further headers."""
    return " ".join(text.split()).replace("=?", "= ?")


def _trouble(error: Exception, options: EmailOptions) -> str:
    """What stands between us and the mail server, and what to change."""
    import ssl

    import aiosmtplib

    server, said, cause = f"the mail server {options.host}", _line(str(error)), error.__cause__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = _line(cause.verify_message)
        return f"the certificate of {server} is not accepted: {why}; set host to the name it is made out to, or renew it"
    if isinstance(cause, ssl.SSLError):
        return f'{server} does not speak TLS on port {options.port}; set security = "starttls", or the port where it does'
    if "STARTTLS extension" in said:
        return f'{server} does not offer STARTTLS on port {options.port}; set security = "tls" and port = 465, or security = "none"'
    if "AUTH extension" in said or "authentication method" in said:
        return f'{server} offers no login on this connection; set security = "starttls" or "tls", or remove username and password'
    reached = isinstance(error, aiosmtplib.SMTPException) and not isinstance(error, aiosmtplib.SMTPConnectError)
    return f"no delivery through {server}: {said}" if reached else f"cannot reach {server}: {said}"


def _login_wanted(said: str) -> str:
    return f"the mail server wants a login or encryption first: {_line(said)}; check username, password and security"


def _refusals(refused: Mapping[str, int]) -> str:
    return ", ".join(f"{address} ({code})" for address, code in refused.items())


def _line(text: str) -> str:
    return " ".join(str(text).split())[:200]
