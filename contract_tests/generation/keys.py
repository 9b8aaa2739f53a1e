"""Keys: what begins with the run's prefix, and what servers take for one another.

A key of digits alone begins with the prefix in digits, two for each character, and one that is a UUID
ends with the run's number, so that they belong to the run as well.
"""

from __future__ import annotations

import hashlib
import re

RUN = re.compile(r"ct([0-9a-f]{10})")  # the prefix of a run: its number in hexadecimal digits


def in_digits(text: str) -> str:
    """Return a text of ASCII in digits; of a text's beginning, the beginning of its digits."""
    return "".join(f"{ord(letter) - 32:02d}" for letter in text)


def in_letters(text: str) -> str:
    """Return a text of ASCII in letters, one for each of its digits."""
    return in_digits(text).translate(_LETTERS)


_LETTERS = str.maketrans("0123456789", "abcdefghij")


def as_uuid(text: str) -> str:
    """Return a UUID that stands for a text; that of a run's key ends with the run's number."""
    run = RUN.match(text)
    other = hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
    return (
        f"{other[:8]}-{other[8:12]}-4{other[12:15]}-8{other[15:18]}-{in_hex(run[0] if run else '')}"
    )


def in_hex(run: str) -> str:
    """Return the prefix of a run as it stands at the end of a UUID."""
    return "c7" + run.removeprefix("ct").rjust(10, "0")


def alike(prefix: str, longest: int) -> tuple[tuple[str, str], ...]:
    """Return pairs of keys that must not be taken for one another; so long may a key be."""
    long, end = "x" * 30, "x" * (longest - len(prefix) - 1)
    endings = (
        ("a", "A"),
        ("a.b", "a_b"),
        ("a-b", "a.b"),
        ("a-b", "a_b"),
        ("a_b", "axb"),
        ("a_1", "a_2"),
        ("a.1", "a.2"),
        ("a-1", "a-2"),
        ("1", "01"),
        ("1", "1.0"),
        ("a", "a-"),
        ("a", "a."),
        (f"{long}1", f"{long}2"),
        (f"{end}1", f"{end}2"),
        ("ab", "ba"),
        ("e", "e1"),
        ("e1", "e"),
    )
    uuid = as_uuid(prefix)
    return (
        *((prefix + one, prefix + two) for one, two in endings),
        *numerals(in_digits(prefix)),
        (uuid, uuid.upper()),
        (uuid, uuid.replace("-", "")),
        (uuid, f"{uuid}0"),
    )


def mistaken(prefix: str) -> tuple[tuple[str | int, str | int], ...]:
    """Return pairs of keys that most contracts refuse, of which the last is one and the same."""
    digits = in_digits(prefix) or "0"
    return (
        (prefix, f"{prefix} "),
        (f"{prefix}\u00e9", f"{prefix}e\u0301"),
        (digits, int(digits)),
        (prefix, f"{prefix}\n"),
        (f"{prefix} x", f"{prefix} x"),
    )


def forms(prefix: str, longest: int) -> tuple[tuple[str, str], ...]:
    """Return keys of forms that servers treat in ways of their own, each with its name."""
    digits = in_digits(prefix)
    return (
        ("digits alone", digits),
        ("digits after a zero", f"0{digits}"),
        ("a UUID", as_uuid(prefix)),
        ("letters alone", in_letters(prefix)),
        ("marks in a row", f"{prefix}a..b--c__d"),
        ("a point before it", f".{prefix}"),
        ("a point after it", f"{prefix}."),
        ("a dash before it", f"-{prefix}"),
        ("a dash after it", f"{prefix}-"),
        ("a line before it", f"_{prefix}"),
        ("a line after it", f"{prefix}_"),
        ("the longest", prefix.ljust(longest, "x")),
    )


def numerals(number: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of keys that are equal, or nearly, to who reads them as numbers."""
    return (
        (number, f"0{number}"),
        (f"0{number}", number),
        (number, f"{number}.0"),
        (f"{number}0", f"{number}e1"),
        (f"{number}1", f"{number}2"),
    )
