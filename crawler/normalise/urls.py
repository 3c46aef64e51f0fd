"""One address for one article: repairs links, encodes consistently, drops tracking, and unites AMP and mobile twins.

Knows text only; nothing is fetched, so a redirect or a ``<link rel=canonical>`` is the caller's business.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

_INVISIBLE = re.compile("[\u0000-\u0020\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.I)
# http://www.arab48.comأخبار/2026/10/09/… : the slash after the host is missing
_NO_SLASH = re.compile(r"^(https?://[a-z0-9.-]+\.[a-z]{2,})(?=[^a-z0-9./:?#@\\_-])", re.I)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.I)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_TRACKING = re.compile(
    r"utm_.*|mtm_.*|pk_.*|at_[a-z_0-9]+|ns_[a-z]+|fb_[a-z_]+|hsa_.*|_hs\w+|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid"
    r"|igshid|mibextid|mc_[ce]id|traffic_source|ref|ref_src|ref_url|referr?er|ocid|icid|cmpid|cmp|xtor|maca|smid|s_cid|spm|_ga|_gl|guccounter"
    r"|guce_referr?er.*|__twitter_impression|replytocom|amp|amp_markup|wpamp|usqp|share_?from",
    re.I,
)
_AMP_VALUES = frozenset({"outputtype=amp", "output=amp", "view=amp", "mode=amp", "m=amp"})
_TWIN_HOST = re.compile(r"^(?:m|amp|mobile|mobil)\.(?=.)")
_ANY_PREFIX = re.compile(r"^(?:(?:www\d?|m|amp|mobile|mobil)\.)+(?=[^.]+\.)")
_SECOND_LEVEL = frozenset(["com", "net", "org", "gov", "edu", "co", "ac", "info", "gen", "web", "bel", "k12", "tv", "mil", "sch"])
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.I)
_UNSETTLED = re.compile(r"&(?:amp|#0*38|#x0*26);|;jsessionid=|/\.{1,2}(?:[/?]|$)", re.I)
"""What only decoding has brought to light (``%3Bjsessionid=``): such an address changes when it is made canonical once more."""
_SAFE_IN_PATH = "!$&'()*+,;=:@-._~"
_SAFE_IN_QUERY = "!$'()*,:@-._~/?"


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The address under which the article is known, or None when it is not a web address.

    ``www.`` and the trailing slash stay as they are; ``url_key`` ignores them.
    """
    try:
        parts = urlsplit(_absolute(_repair(url), base))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host:
        return None
    name = _host(host)
    if name is None:
        return None
    place = name if port in (None, 80, 443) else f"{name}:{port}"
    query = "&".join(_kept(parts.query))
    return f"{scheme}://{place}{_path(parts.path)}" + (f"?{query}" if query else "")


def url_key(url: str) -> bytes:
    """16 bytes that are equal for twins: ignores scheme, ``www.``, ``m.``, trailing slash and the order of parameters."""
    canonical = canonical_url(url)
    return _hash(url.strip()) if canonical is None else _key(canonical)


def key_of(canonical: str) -> bytes:
    """``url_key`` of what ``canonical_url`` gave, without doing that work twice."""
    return url_key(canonical) if _UNSETTLED.search(canonical) else _key(canonical)


def _key(canonical: str) -> bytes:
    parts = urlsplit(canonical)
    host = _ANY_PREFIX.sub("", parts.netloc)
    query = "&".join(sorted(parts.query.split("&")))
    return _hash(f"{host}{parts.path.rstrip('/')}?{query}")


def site_of(url: str) -> str:
    """The registrable domain of an address (``star.com.tr``), or the whole host where that cannot be told; "" without a host."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    return ".".join(labels[-_registrable(labels) :])


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def _repair(url: str) -> str:
    url = _INVISIBLE.sub(" ", url).strip().replace("\\", "/")
    while (once := _AMPERSAND.sub("&", url)) != url:
        url = once
    return _NO_SLASH.sub(r"\1/", url)


def _absolute(url: str, base: str | None) -> str:
    if base and not _SCHEME.match(url):
        return urljoin(_repair(base), url)
    if url.startswith("//"):
        return "https:" + url
    return url


def _host(host: str) -> str | None:
    host = host.lower().rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    if not _HOST.fullmatch(host):
        return None
    rest = _TWIN_HOST.sub("", host)
    labels = rest.split(".")
    if rest != host and len(labels) >= 2 and len(labels) == _registrable(labels):
        return f"www.{rest}"
    return host


def _registrable(labels: list[str]) -> int:
    """How many labels at the end make the domain that somebody can register."""
    return 3 if len(labels) >= 3 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else min(2, len(labels))


def _path(path: str) -> str:
    segments: list[str] = []
    parts = _SESSION.sub("", path).split("/")[1:]
    for part in parts:
        name = _encode(part, _SAFE_IN_PATH)
        if name == "..":
            del segments[-1:]
        elif name not in (".", ""):
            segments.append(name)
    slash = "/" if parts and parts[-1] in ("", ".", "..") else ""
    segments = _without_amp(segments)
    return "/" + "/".join(segments) + (slash if segments else "")


def _without_amp(segments: list[str]) -> list[str]:
    while len(segments) > 1 and segments[0].lower() == "amp":
        segments = segments[1:]
    while len(segments) > 1 and segments[-1].lower() == "amp":
        segments = segments[:-1]
    segments = ["story" if part == "storyamp" else part for part in segments]
    while len(segments) > 1 or (segments and len(segments[0]) > 4):
        name = segments[-1].removesuffix(".amp")
        if name.endswith(".amp.html"):
            name = name.removesuffix(".amp.html") + ".html"
        if name == segments[-1] or not name:
            break
        segments[-1] = name
    return segments


def _kept(query: str) -> Iterator[str]:
    for part in query.split("&"):
        name, equals, value = part.partition("=")
        name, value = _query(name, _SAFE_IN_QUERY), _query(value, _SAFE_IN_QUERY + "=")
        if not part or (not name and not value) or _TRACKING.fullmatch(name) or f"{name}={value}".lower() in _AMP_VALUES:
            continue
        yield f"{name}={value}" if equals else name


def _query(text: str, safe: str) -> str:
    return _encode(text.replace("+", "%20"), safe)


def _encode(text: str, safe: str) -> str:
    """Percent-encoding made one: whatever was encoded or raw, letters come out raw if ASCII and encoded otherwise."""
    return quote(unquote_to_bytes(text.encode("utf-8", "replace")), safe=safe)
