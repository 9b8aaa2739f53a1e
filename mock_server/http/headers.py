"""Headers of requests, and what stands in them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from mock_server.http.asgi import Scope

_KNOWN = "understudy.headers"


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by their lower-case names; repeated ones are joined."""
    known: dict[str, str] | None = scope.get(_KNOWN)
    if known is not None:
        return known
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    scope[_KNOWN] = headers
    return headers


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the cookies of a request by name; none when the header is malformed."""
    if "cookie" not in headers:
        return {}
    try:
        parsed: SimpleCookie = SimpleCookie(headers["cookie"])
    except CookieError:
        return {}
    return {name: str(morsel.value) for name, morsel in parsed.items()}


def basic_of(authorization: str) -> tuple[str, str] | None:
    """Return the two halves of an HTTP Basic header (RFC 7617), None when it is malformed."""
    try:
        decoded = base64.b64decode(authorization[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, colon, secret = decoded.partition(":")
    return (name, secret) if colon else None


def is_basic(authorization: str) -> bool:
    """Tell whether an Authorization header is of HTTP Basic."""
    return authorization[:6].lower() == "basic "
