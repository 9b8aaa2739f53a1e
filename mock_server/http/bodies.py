"""Reads a request's body: its size, its content type, and its JSON, strictly.

JSON is read once by a parser that refuses duplicate members, NaN, lone surrogates and invalid UTF-8 and says where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import jiter
import msgspec

from mock_server.http.problems import Fault, Problem

LIMIT = 10 * 1024 * 1024
_DRAIN_LIMIT = 64 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
# Signs of a number that may be too large for a double, or too long to print; looked at closely only then.
_LARGE_EXPONENT = re.compile(rb"[eE]\+?[0-9]{3}")
_LONG_NUMBER = re.compile(rb"[0-9.]{300}")
# The same signs in a text whose digits and points have all become zeros, where finding them takes no time.
_TO_ZEROS = bytes.maketrans(b"123456789.E", b"0000000000e")
_ZEROS = b"0" * 300
_LONGEST_INTEGER = 4300


async def read(receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> bytes:
    """Return the whole body. Raises Problem 413 above 10 MiB, after reading what still comes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "The client went away before the body was complete.")
        part = message.get("body", b"")
        size += len(part)
        if size <= LIMIT:
            parts.append(part)
        elif size > _DRAIN_LIMIT:
            break
        if not message.get("more_body"):
            break
    if size > LIMIT:
        raise Problem(413, f"The body is larger than {LIMIT} bytes.")
    return b"".join(parts)


def media_type(headers: Mapping[str, str], known: Mapping[str, Any]) -> str:
    """Return the media type of the body as the operation knows it, in lower case.

    Raises Problem 415 for another one, for another charset than UTF-8 and for a compressed body.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise Problem(415, f"The body is {encoding}-encoded; send it as it is.")
    given = headers.get("content-type", "")
    name, _, parameters = given.partition(";")
    name = name.strip().lower()
    _check_charset(parameters)
    if name in known:
        return name
    for pattern in (f"{name.split('/')[0]}/*", "*/*"):
        if name and pattern in known:
            return pattern
    came = f"is {name}" if name else "is missing"
    raise Problem(415, f"The content type {came}; {' or '.join(known)} is expected.")


def _check_charset(parameters: str) -> None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
            if charset not in ("utf-8", "utf8", "us-ascii"):
                raise Problem(415, f"The charset is {charset or 'empty'}; utf-8 is expected.")


def parse(raw: bytes, kind: str) -> Any:
    """Return the value of a body: of JSON, the value; of a form, its fields; else the text.

    Raises Problem 400 with the place for what is malformed.
    """
    if is_json(kind):
        return parse_json(raw)
    if kind == _FORM:
        return _parse_form(raw)
    return raw.decode("utf-8", "replace")


def is_json(kind: str) -> bool:
    """Tell whether bodies of this media type are JSON."""
    return kind in ("application/json", "*/*", "application/*") or kind.endswith("+json")


def is_checked(kind: str) -> bool:
    """Tell whether bodies of this media type are checked against a schema."""
    return is_json(kind) or kind == _FORM


def parse_json(raw: bytes) -> Any:
    """Return the value of a JSON text. Raises Problem 400 with line and column."""
    if not raw.strip(b" \t\r\n"):
        raise _malformed("the body is empty")
    try:
        value = jiter.from_json(
            raw, catch_duplicate_keys=True, allow_inf_nan=False, cache_mode="keys"
        )
    except ValueError as error:
        raise _malformed(str(error)) from None
    zeros = raw.translate(_TO_ZEROS)
    signs = b"0e000" in zeros or b"0e+000" in zeros or _ZEROS in zeros
    if signs and _holds_large_numbers(_outside_of_strings(raw)):
        _refuse_unprintable(value)
    return value


def canonical_number(text: str) -> int | float:
    """Return the value of a JSON number that has a fraction or an exponent: 100.0 is 100."""
    value = float(text)
    return int(value) if value.is_integer() else value


_comparable = msgspec.json.Decoder(float_hook=canonical_number)


def comparable(raw: bytes) -> Any:
    """Return the value of a JSON text, known to be good, in which equal numbers are the same."""
    try:
        return _comparable.decode(raw)
    except msgspec.ValidationError:  # an integer of thousands of digits
        return json.loads(raw, parse_float=canonical_number)


def _holds_large_numbers(text: bytes) -> bool:
    return bool(_LARGE_EXPONENT.search(text) or _LONG_NUMBER.search(text))


def _outside_of_strings(raw: bytes) -> bytes:
    """Return the text without its strings, or all of it when a backslash makes that hard to tell."""
    return raw if b"\\" in raw else b'"'.join(raw.split(b'"')[::2])


def _malformed(why: str) -> Problem:
    return Problem(400, "The body is not valid JSON.", (Fault("#", why),))


def _refuse_unprintable(value: Any) -> None:
    """Raise for a number that no double can hold, or an integer too long to be printed again."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, float):
            if item in (float("inf"), float("-inf")):
                raise _malformed("a number is too large")
        elif isinstance(item, int) and item.bit_length() > _LONGEST_INTEGER * 3.32:
            raise _malformed(f"an integer has more than {_LONGEST_INTEGER} digits")


def _parse_form(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(raw), errors="strict"
        )
    except ValueError as error:
        raise Problem(400, "The body is no valid form.", (Fault("#", str(error)),)) from None
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise Problem(400, "The body is no valid form.", (Fault(f"#/{name}", "stands twice"),))
        fields[name] = value
    return fields
