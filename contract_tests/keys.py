"""Keys: what begins with the run's prefix, and what servers take for one another.

A key of digits alone begins with the prefix in digits, two for each character, so that it belongs to
the run as well.
"""

from __future__ import annotations


def in_digits(text: str) -> str:
    """Return a text of ASCII in digits; of a text's beginning, the beginning of its digits."""
    return "".join(f"{ord(letter) - 32:02d}" for letter in text)


def alike(prefix: str, room: int) -> tuple[tuple[str, str], ...]:
    """Return pairs of keys that must not be taken for one another.

    So many letters may follow the prefix that a key begins with.
    """
    long, longest = "x" * 30, "x" * max(0, room - 1)
    endings = (
        ("a", "A"),
        ("a.b", "a_b"),
        ("a-b", "a.b"),
        ("1", "01"),
        ("1", "1.0"),
        ("a", "a-"),
        ("a", "a."),
        (f"{long}1", f"{long}2"),
        (f"{longest}1", f"{longest}2"),
        ("ab", "ba"),
        ("e", "e1"),
    )
    return (
        *((prefix + one, prefix + two) for one, two in endings),
        *numerals(in_digits(prefix)),
    )


def numerals(number: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of keys that are equal, or nearly, to who reads them as numbers."""
    return (
        (number, f"0{number}"),
        (number, f"{number}.0"),
        (f"{number}0", f"{number}e1"),
        (f"{number}1", f"{number}2"),
    )
