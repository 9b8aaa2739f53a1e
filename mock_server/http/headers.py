"""Headers of requests, and what stands in them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from mock_server.http.asgi import Scope

_KNOWN = "understudy.headers"


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the headers of a request by their lower-case names; repeated ones are joined.

    By commas (RFC 9110, section 5.3), but for cookies, which HTTP/2 divides at semicolons (RFC 9113, section 8.2.3).
    """
    known: dict[str, str] | None = scope.get(_KNOWN)
    if known is not None:
        return known
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        sign = ";" if name == "cookie" else ","
        headers[name] = f"{headers[name]}{sign} {value}" if name in headers else value
    scope[_KNOWN] = headers
    return headers


def cookie_pairs(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the cookies of a request, names and values as they are written (RFC 6265, section 5.4)."""
    pairs = (pair.partition("=") for pair in headers.get("cookie", "").split(";"))
    return [(name.strip(), _unquoted(value.strip())) for name, equals, value in pairs if equals]


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


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
