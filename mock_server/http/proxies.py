"""How a request was before a proxy in front of this server changed it: its scheme, its host, and the path before ours.

They decide nothing but how links are written, so they are taken from anybody: RFC 7239 (`Forwarded`), and the
`X-Forwarded-` headers that proxies sent before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mock_server.http.asgi import Scope
from mock_server.http.headers import headers_of

ORIGIN = "understudy.origin"
"""Where the scope of a request holds the scheme and host that a proxy said, if one did."""

_TELLING = frozenset(
    {"forwarded", *(f"x-forwarded-{name}" for name in ("proto", "host", "prefix", "port"))}
)
_PREFIX = re.compile(r"(/[\w.~!$&'()*+,;=:@%-]+)+", re.ASCII)
_HOST = re.compile(r"[\w.\-\[\]:]+", re.ASCII)
_FORWARDED = re.compile(r'(?i)(?:^|[;,])\s*(proto|host)=("?)([^";,]+)\2')


def is_prefix(path: str) -> bool:
    """Tell whether this server can be shown below a path: one that begins with a slash and does not end with one."""
    return _PREFIX.fullmatch(path) is not None


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Tell whether a request came through a proxy that says so, by the names of its headers in lower case."""
    return any(name == "forwarded" or name.startswith("x-forwarded-") for name in headers)


def as_seen_outside(scope: Scope, root_path: str) -> Scope:
    """Return the scope of a request with the scheme and host that its client used.

    `root_path` is the path below which a proxy shows this server; where it is empty, the proxy may say. Whether or
    not the proxy takes it away, the path is then what stands behind it.
    """
    headers = headers_of(scope)
    forwarded = not _TELLING.isdisjoint(headers)
    if not root_path and not forwarded:
        return scope
    told = _told(headers) if forwarded else {}
    prefix = root_path or told.get("prefix", "")
    seen = {**scope, "root_path": prefix}
    path, raw = scope["path"], scope["raw_path"]
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        seen["path"] = path.removeprefix(prefix) or "/"
        seen["raw_path"] = raw.removeprefix(prefix.encode()) or b"/"
    if told.get("proto") in ("http", "https"):
        seen["scheme"] = told["proto"]
    if "host" in told:
        seen[ORIGIN] = f"{seen['scheme']}://{told['host']}"
        others = [pair for pair in scope["headers"] if pair[0].lower() != b"host"]
        seen["headers"] = [*others, (b"host", told["host"].encode("latin-1"))]
    return seen


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what the first proxy says, as far as it can stand in a link: `proto`, `host` and `prefix`."""
    found = {name.lower(): value for name, _, value in _FORWARDED.findall(_first_hop(headers))}
    for name in ("proto", "host", "prefix"):
        text = headers.get(f"x-forwarded-{name}", "").split(",")[0].strip()
        if text:
            found[name] = text
    port = headers.get("x-forwarded-port", "").split(",")[0].strip()
    if port.isdecimal() and "host" in found and ":" not in found["host"]:
        usual = {"http": "80", "https": "443"}.get(found.get("proto", ""))
        found["host"] += "" if port == usual else f":{port}"
    found["proto"] = found.get("proto", "").lower()
    found["prefix"] = found.get("prefix", "").rstrip("/")
    shapes = {"host": _HOST, "prefix": _PREFIX}
    return {
        name: text
        for name, text in found.items()
        if name not in shapes or shapes[name].fullmatch(text)
    }


def _first_hop(headers: Mapping[str, str]) -> str:
    return headers.get("forwarded", "").split(",")[0]
