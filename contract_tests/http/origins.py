"""Where a reference leads: to the server that was asked, or elsewhere."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

_FOLLOWED = frozenset(
    {"self", "next", "prev", "previous", "first", "last", "edit", "status", "monitor"}
)
"""Relations of `Link` that lead on with the same work; others may lead to whatever helps to read."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port of a URL (RFC 6454 section 4)."""

    scheme: str
    host: str
    port: int


def origin_of(url: str) -> Origin | None:
    """Return the origin of an http or https URL, None of anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    return Origin(parts.scheme, host.lower(), port or _PORTS[parts.scheme])


def is_near(url: str) -> bool:
    """Whether a URL leads to this machine."""
    origin = origin_of(url)
    try:
        return origin is not None and (
            origin.host == "localhost" or ipaddress.ip_address(origin.host).is_loopback
        )
    except ValueError:
        return False


def leads_elsewhere(base_url: str, reference: str) -> bool:
    """Whether a reference that an answer holds leads to another origin than that of the base URL."""
    told = _as_read(reference)
    try:
        # With a scheme it stands by itself: `http:///x` leads browsers to the host x.
        whole = told if urlsplit(told).scheme else urljoin(base_url, told)
    except ValueError:
        return True
    return origin_of(whole) != origin_of(base_url)


def _as_read(reference: str) -> str:
    r"""Return a reference as browsers read it: without what they skip, `\` for `/`."""
    kept = "".join(one for one in reference if one not in "\t\r\n").strip(" ")
    return kept.replace("\\", "/")


def references(status: int, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield where the headers of an answer send a client next: `Location` but for redirections, and `Link`."""
    if "location" in headers and not 300 <= status < 400:
        yield headers["location"]
    for target, parameters in re.findall(r"<([^>]*)>([^<]*)", headers.get("link", "")):
        relation = re.search(
            r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", parameters, re.IGNORECASE
        )
        named = (relation[1] or relation[2] or "").lower().split() if relation else []
        if _FOLLOWED & set(named):
            yield target
