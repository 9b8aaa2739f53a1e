r"""Patterns of JSON Schema (ECMA-262, with Unicode) as Python's `re` spells them.

`$` is the end and no line break before it, `\d` and `\w` are ASCII, `.` is no line separator, `\p{...}`
is written out as the characters that it means.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

import regex

Ranges = tuple[tuple[int, int], ...]
"""Characters, by the first and the last of each run."""

_LAST: Final = sys.maxunicode
_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORDS: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACES: Final[Ranges] = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CLASSES: Final = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}
_CONTROLS: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0, "b": 8}
_TOKEN: Final = re.compile(
    r"""\\(?:
        (?P<property>[pP]\{[^}]*\})
      | c(?P<control>[A-Za-z])
      | u\{(?P<point>[0-9A-Fa-f]+)\}
      | u(?P<high>[dD][89abAB][0-9A-Fa-f]{2})\\u(?P<low>[dD][c-fC-F][0-9A-Fa-f]{2})
      | u(?P<four>[0-9A-Fa-f]{4})
      | x(?P<two>[0-9A-Fa-f]{2})
      | k<(?P<named>[^>]*)>
      | (?P<number>[1-9][0-9]*)
      | (?P<other>.)
    )
    | (?P<group>\(\?<(?![=!]))
    | (?P<plain>.)""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=4096)
def for_python(pattern: str) -> str:
    """Return a pattern that means to `re.search` what the given one means to ECMA-262.

    Raises ValueError for a property of characters that is not known.
    """
    return "".join(_Translation(pattern).pieces())


class _Translation:
    def __init__(self, pattern: str) -> None:
        self._tokens = list(_TOKEN.finditer(pattern))
        self._next = 0

    def pieces(self) -> Iterator[str]:
        while self._next < len(self._tokens):
            token = self._take()
            plain = token["plain"]
            if plain == "[":
                yield self._class()
            elif plain in ("$", "."):
                yield r"\Z" if plain == "$" else _written(_LINE_ENDS, is_negated=True)
            elif plain == "{" and self._follows(","):
                yield r"\{"
            elif plain is not None:
                yield plain
            elif token["group"]:
                yield "(?P<"
            elif token["named"] is not None:
                yield f"(?P={token['named']})"
            elif token["number"]:
                yield token[0]
            elif token["other"] in ("b", "B"):
                yield f"(?a:{token[0]})"
            else:
                ranges = _ranges(token)
                yield _character(ranges[0][0]) if _is_one(ranges) else _written(ranges)

    def _class(self) -> str:
        is_negated = self._follows("^")
        if is_negated:
            self._take()
        found: list[tuple[int, int]] = []
        while self._next < len(self._tokens) and not self._follows("]"):
            first = _ranges(self._take())
            if self._follows("-") and not self._follows("]", 1) and _is_one(first):
                dash = self._take()
                last = _ranges(self._take()) if self._next < len(self._tokens) else first
                if _is_one(last):
                    found.append((first[0][0], last[0][0]))
                    continue
                first = (*first, *_ranges(dash), *last)
            found += first
        if self._next < len(self._tokens):
            self._take()
        return _written(tuple(found), is_negated)

    def _take(self) -> re.Match[str]:
        self._next += 1
        return self._tokens[self._next - 1]

    def _follows(self, sign: str, after: int = 0) -> bool:
        at = self._next + after
        return at < len(self._tokens) and self._tokens[at]["plain"] == sign


def _ranges(token: re.Match[str]) -> Ranges:
    """Return the characters that a token means, in a class of characters or by itself."""
    other = token["other"] or ""
    if token["property"]:
        found, is_negated = _property(token["property"][2:-1]), token["property"][0] == "P"
    elif other and other in "dwsDWS":
        found, is_negated = _CLASSES[other.lower()], other.isupper()
    elif token["number"]:  # a reference back, which a class does not have
        found, is_negated = tuple((ord(one), ord(one)) for one in token[0]), False
    else:
        point = _point(token)
        found, is_negated = ((point, point),), False
    return _others(found) if is_negated else found


def _point(token: re.Match[str]) -> int:
    """Return the one character that a token means."""
    if token["high"]:
        high, low = int(token["high"], 16) & 0x3FF, int(token["low"], 16) & 0x3FF
        return 0x10000 + (high << 10) + low
    for name in ("point", "four", "two"):
        if token[name]:
            return int(token[name], 16)
    if token["control"]:
        return ord(token["control"]) % 32
    other = token["other"]
    return _CONTROLS[other] if other in _CONTROLS else ord(other or token["plain"] or token[0][0])


@cache
def _property(name: str) -> Ranges:
    everything = "".join(map(chr, range(_LAST + 1)))
    try:
        found = regex.finditer(rf"\p{{{name}}}+", everything)
    except regex.error:
        raise ValueError(f"no characters are known by {name}") from None
    return tuple((one.start(), one.end() - 1) for one in found)


def _others(ranges: Ranges) -> Ranges:
    """Return all characters but some; the ranges are in order."""
    found: list[tuple[int, int]] = []
    begin = 0
    for first, last in ranges:
        if begin < first:
            found.append((begin, first - 1))
        begin = last + 1
    return (*found, (begin, _LAST)) if begin <= _LAST else tuple(found)


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _written(ranges: Ranges, is_negated: bool = False) -> str:
    if not ranges:  # no character is in [], and every one in [^]
        return r"[\s\S]" if is_negated else "(?!)"
    inside = "".join(
        _character(first) if first == last else f"{_character(first)}-{_character(last)}"
        for first, last in ranges
    )
    return f"[{'^' if is_negated else ''}{inside}]"


def _character(point: int) -> str:
    return chr(point) if point < 128 and chr(point).isalnum() else f"\\U{point:08x}"
