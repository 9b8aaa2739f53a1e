"""Which hosts webhooks may be sent to: those of this machine, and those that the user allows."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit


def why_not(url: str, allowed: Sequence[str]) -> str | None:
    """Return why nothing is sent to a URL, None where that is allowed; `allowed` are names, with `*` for any letters."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError:
        return f"{url} is no URL"
    if parts.scheme not in ("http", "https") or not host:
        return f"{url} is no URL of http or https"
    if is_loopback(host) or any(fnmatchcase(host, pattern.lower()) for pattern in allowed):
        return None
    return f"{host} is not this machine; --webhook-hosts {host} allows it"


def is_loopback(host: str) -> bool:
    """Tell whether a name is one of this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
