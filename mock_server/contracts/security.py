"""The security schemes of a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Scheme(NamedTuple):
    """How a request carries credentials.

    `kind` is `bearer`, `basic`, `apikey` or another word; `location` and `parameter` are those of an API key.
    `token_path` is the path at which client credentials get a token; the host is ours.
    """

    name: str
    kind: str
    location: str = ""
    parameter: str = ""
    token_path: str | None = None
    opens_administration: bool = False


def read_scheme(name: str, raw: Mapping[str, Any], opens_administration: bool) -> Scheme:
    """Return the scheme that a Security Scheme Object describes."""
    kind = _kind(raw)
    return Scheme(
        name=name,
        kind=kind,
        location=str(raw.get("in", "")),
        parameter=str(raw.get("name", "")),
        token_path=_token_path(raw),
        opens_administration=opens_administration and kind == "apikey",
    )


def _kind(raw: Mapping[str, Any]) -> str:
    declared = str(raw.get("type", "")).lower()
    if declared in ("oauth2", "openidconnect"):
        return "bearer"
    if declared == "http":
        return str(raw.get("scheme", "")).lower()
    return declared


def _token_path(raw: Mapping[str, Any]) -> str | None:
    value: Any = raw
    for name in ("flows", "clientCredentials", "tokenUrl"):
        value = value.get(name) if isinstance(value, Mapping) else None
    try:
        return "/" + urlsplit(value).path.lstrip("/") if isinstance(value, str) else None
    except ValueError:
        return None
