"""Texts made from a regular expression. Nothing is drawn at random, and nothing is promised: a validator decides."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from typing import Any, Final

import rstr

from mock_server.examples.limits import MANY


class _Chooser(random.Random):
    """What `rstr` takes for chance: a number that says each choice, a length for each repeat.

    Number 0 takes the first of everything, so the text is the plainest one; the other numbers count
    through the choices as the digits of a clock do.
    """

    def __init__(self, number: int, longer: int) -> None:
        super().__init__(0)
        self._number = number
        self._longer = longer

    def randint(self, a: int, b: int) -> int:
        return max(a, min(a + self._longer, b))

    def choice(self, seq: Any) -> Any:
        if all(isinstance(item, str) for item in seq):
            seq = sorted(set(seq), key=lambda letter: (not letter.isalnum(), letter))
        self._number, place = divmod(self._number, len(seq))
        return seq[place]


def matches(pattern: str, least: int) -> Iterator[str]:
    """Texts made from a regular expression, the shortest first; `least` letters are wanted."""
    made: set[str] = set()
    try:
        shortest = rstr.Rstr(_Chooser(0, 0)).xeger(_pythonic(pattern))
        lengths = dict.fromkeys((0, 1, 2, max(least - len(shortest), 0), least, 3, 5, 8))
        for number in range(MANY // 4):
            for longer in lengths if number < 20 else (0, 1, least):
                text = rstr.Rstr(_Chooser(number, longer)).xeger(_pythonic(pattern))
                if text not in made:
                    made.add(text)
                    yield text
                    yield text.ljust(least, "a")
        yield from (f"{shortest}{word(number)}" for number in range(1, MANY // 4))
    except (re.error, ValueError, KeyError, IndexError, OverflowError):
        return  # an expression that Python or rstr does not know


def numbered(pattern: str, number: int, least: int) -> Iterator[str]:
    """Texts made from a regular expression by a number that says each choice: a large one is hardly ever met again."""
    try:
        shortest = rstr.Rstr(_Chooser(0, 0)).xeger(_pythonic(pattern))
        for longer in dict.fromkeys((max(least - len(shortest), 0), 0, 8)):
            yield rstr.Rstr(_Chooser(number, longer)).xeger(_pythonic(pattern))
    except (re.error, ValueError, KeyError, IndexError, OverflowError):
        return


_CLASSES: Final = {
    "L": "a-zA-Z", "Letter": "a-zA-Z", "Alphabetic": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z",
    "N": "0-9", "Nd": "0-9", "P": "!-/", "S": "$+", "Sc": "$", "Z": " ", "Zs": " ",
    "M": "\u0300", "Mn": "\u0300",
}  # fmt: skip


_FLAGS: Final = re.compile(r"\(\?[ims]+\)")
"""Flags in the middle, which ECMA-262 does not know, but others write."""


def _pythonic(pattern: str) -> str:
    """An expression of ECMA-262 in Python's spelling.

    Named groups and the common Unicode classes.
    """
    text, inside, place = "", False, 0
    while place < len(pattern):
        here = pattern[place : place + 2]
        end = pattern.find("}", place)
        if here == "\\p" and end > 0:
            letters = _CLASSES.get(pattern[place + 3 : end].rpartition("=")[2], "a-zA-Z")
            text += letters if inside else f"[{letters}]"
            place = end + 1
            continue
        if here.startswith("\\"):
            text += here
            place += 2
            continue
        if flags := _FLAGS.match(pattern, place):
            place = flags.end()
            continue
        if pattern.startswith("(?<", place) and pattern[place + 3 : place + 4] not in {"=", "!"}:
            text += "(?P<"
            place += 3
            continue
        inside = here[0] == "[" or (inside and here[0] != "]")
        text += here[0]
        place += 1
    return text


def word(number: int) -> str:
    """Nothing, a, b, ..., z, aa, ab, ..."""
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = string.ascii_lowercase[place] + letters
    return letters
