"""The same JSON value in other spellings: nothing that a reader of JSON may tell apart."""

from __future__ import annotations

import json
from enum import StrEnum

_plain = json.JSONEncoder(ensure_ascii=False).encode
_LARGEST = 10**6  # integers below are also written with a point or an exponent


class Style(StrEnum):
    """How a value is written."""

    PLAIN = "plain"
    REVERSED = "reversed"  # the members of objects
    FLOATS = "floats"
    EXPONENTS = "exponents"
    ESCAPES = "escapes"
    SPACES = "spaces"


def spell(value: object, style: Style = Style.PLAIN) -> str:
    """Return a value as JSON text."""
    if isinstance(value, dict):
        members = list(value.items())
        if style is Style.REVERSED:
            members.reverse()
        gap = " \n\t" if style is Style.SPACES else ""
        inner = ",".join(
            f"{gap}{_text(name, style)}:{gap}{spell(one, style)}" for name, one in members
        )
        return "{" + inner + gap + "}"
    if isinstance(value, list):
        return "[" + ",".join(spell(one, style) for one in value) + "]"
    if isinstance(value, str):
        return _text(value, style)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST:
        if style is Style.FLOATS:
            return f"{value}.0"
        if style is Style.EXPONENTS:
            return f"{value}e0"
    return _plain(value)


def _text(text: str, style: Style) -> str:
    if style is Style.ESCAPES:
        escaped = (f"\\u{ord(c):04x}" if ord(c) < 128 else c for c in text)
        return '"' + "".join(escaped).replace("\\u002f", "\\/") + '"'
    return _plain(text)
