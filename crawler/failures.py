"""Why a request came to nothing, as a short counted reason and a sentence for people."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from crawler.addresses import GuardedResolver, PrivateAddressError
from crawler.hosts import HostHeldError


class RobotsDeniedError(IgnoreRequest):
    """robots.txt does not allow the address, or could not be read (``unreachable``)."""

    def __init__(self, host: str, unreachable: str | None) -> None:
        self.unreachable = unreachable
        super().__init__(f"robots.txt of {host} " + (f"answers {unreachable}" if unreachable else "does not allow this"))


class NotWebError(IgnoreRequest):
    """A page led to an address that is neither http nor https."""


class TimeIsUpError(IgnoreRequest):
    """The poll ended before the request was made."""


REFUSALS = frozenset({"http_401", "http_403", "http_406", "http_451", "robots"})
"""Reasons that mean no. 406 is what web application firewalls answer to programs. A 410 says that there is nothing, which is no refusal."""

_STATUS_SENTENCES = {
    401: "the server wants a login",
    403: "the server refuses us; that is a no",
    406: "the server refuses us; that is a no",
    451: "the server may not give us this; that is a no",
    404: "there is nothing at this address",
    410: "the address is gone for good",
    429: "the server asks us to come less often",
}

_NOT_WEB = "the address is not a web address"
_NAMED: tuple[tuple[str, str, str], ...] = (
    # names of exceptions of Scrapy, Twisted and Python; reason; sentence
    ("CannotResolveHostError DNSLookupError", "dns", "the name of the server is not known; check the address"),
    ("DownloadConnectionRefusedError ConnectionRefusedError", "refused", "the server refuses connections; is it running?"),
    ("DownloadTimeoutError TCPTimedOutError TimeoutError", "timeout", "the server did not answer in time"),
    ("DownloadCancelledError _DecompressionMaxSizeExceeded", "too_large", "the answer is larger than the limit"),
    ("SSLError OpenSSLError VerificationError CertificateError", "tls", "the secure connection failed; is the certificate valid?"),
    ("ResponseDataLossError", "truncated", "the connection broke in the middle of the answer"),
    ("BadGzipFile EOFError DecompressionError", "bad_encoding", "the compressed answer is damaged"),
    ("ResponseNeverReceived ConnectionLost ConnectionDone ResponseFailed", "dropped", "the server broke the connection"),
    ("UnsupportedURLSchemeError NotWebError", "not_web", _NOT_WEB),
    ("IgnoreRequest", "redirects", "the server redirects too often"),
    ("DownloadFailedError", "network", "the connection failed"),
)


def is_refusal(reason: str) -> bool:
    """Whether a failure means that the outlet does not want us there."""
    return reason in REFUSALS


def describe_status(status: int) -> tuple[str, str]:
    """Reason and sentence of an HTTP status that is not a success."""
    if status == 304:
        return "http_304", "the server says that nothing has changed, to a request that named nothing it could have changed from (HTTP 304)"
    if 300 <= status < 400:
        return f"http_{status}", f"the server sends us to something that is not a web address (HTTP {status})"
    if status >= 500:
        return f"http_{status}", f"the server has a problem of its own (HTTP {status})"
    return f"http_{status}", f"{_STATUS_SENTENCES.get(status, 'the server does not give this page')} (HTTP {status})"


def describe_failure(failure: Failure) -> tuple[str, str]:
    """Reason and sentence of a failed download."""
    chain = _chain(failure.value)
    error = failure.value
    for inner in chain:
        if isinstance(inner, PrivateAddressError):
            return "private_address", str(inner)
    if isinstance(error, RobotsDeniedError):
        return ("robots_unreachable" if error.unreachable else "robots"), str(error)
    if isinstance(error, HostHeldError):
        return "held", str(error)
    if isinstance(error, TimeIsUpError):
        return "time_is_up", "the time of the poll was up"
    if isinstance(error, ValueError):  # a redirect to a port beyond all ports, a label that no name may have
        return "not_web", _NOT_WEB
    reason, sentence = next(filter(None, map(_named, chain)), ("network", f"the request failed ({type(error).__name__})"))
    host = urlsplit(failure.request.url).hostname or ""  # type: ignore[attr-defined]
    if reason == "dns" and host in GuardedResolver.refused:
        return "private_address", str(PrivateAddressError(f"{host} ({GuardedResolver.refused[host]})"))
    return reason, sentence


def _named(error: BaseException) -> tuple[str, str] | None:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return next(((reason, sentence) for names, reason, sentence in _NAMED if kinds & set(names.split())), None)


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error and what is wrapped in it, outermost first; Twisted keeps the causes of a failed response in ``reasons``."""
    found: list[BaseException] = []
    while error is not None and len(found) < 8:
        found.append(error)
        reasons = getattr(error, "reasons", None)
        error = reasons[0].value if reasons else error.__cause__
    return sorted(found, key=lambda item: type(item).__name__ in ("DownloadFailedError", "ResponseFailed", "IgnoreRequest"))
