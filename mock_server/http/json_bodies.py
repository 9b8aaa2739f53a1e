"""The JSON of requests, read once and strictly.

The parser refuses duplicate members, NaN, lone surrogates and invalid UTF-8, and says where.
"""

from __future__ import annotations

import json
import re
from typing import Any

import jiter
import msgspec

from mock_server.http import problems
from mock_server.http.problems import Fault, Problem

# Signs of a number that may be too large for a double, or too long to print; looked at closely only then.
_LARGE_EXPONENT = re.compile(rb"[eE]\+?[0-9]{3}")
_LONG_NUMBER = re.compile(rb"[0-9.]{300}")
# The same signs in a text whose digits and points have all become zeros, where finding them takes no time.
_TO_ZEROS = bytes.maketrans(b"123456789.E", b"0000000000e")
_ZEROS = b"0" * 300
_LONGEST_INTEGER = 4300


def parse_json(raw: bytes) -> object:
    """Return the value of a JSON text. Raises Problem 400 with line and column."""
    if not raw.strip(b" \t\r\n"):
        raise _malformed("the body is empty")
    try:
        value = msgspec.json.decode(raw)
        if b"\\" not in raw and msgspec.json.encode(value).count(b'"') == raw.count(b'"'):
            return value  # no member stands twice, or one of them would be lost
    except (msgspec.MsgspecError, UnicodeDecodeError, OverflowError, RecursionError):
        pass
    return _parse_closely(raw)


def _parse_closely(raw: bytes) -> object:
    """Return the value at twice the cost, and say what is wrong and where."""
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
    return Problem(problems.MALFORMED_JSON, Fault("#", why))


def _refuse_unprintable(value: object) -> None:
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
