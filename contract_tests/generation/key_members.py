"""How a member of a key stands for a text: as it is, or in the nearest form that its schema takes."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contract_tests.generation.keys import as_uuid, in_digits, in_letters
from contract_tests.reading.patterns import matches
from contract_tests.reading.schemas import kinds

LIKE_KEYS = ("ct0123456789-1-k65", "ct0123456789-1204-q17.k", "ct9876543210-31s2.k66")
"""Keys as the suites make them: with the prefix of a run, and what comes after it.

A form is good when the schema takes all of these in it; they are short and longer, of two runs, with and without a dot.
"""
_HIGHEST = 2**48
"""Where no maximum is given: room for hashes that do not meet, and every reader of JSON knows such a number exactly."""
_LONGEST = 64
"""Letters of a member that says nothing of its length: few servers keep less."""
_LENGTHS = range(48, 7, -1)
"""Lengths that are tried in an alphabet, the longest first: in fewer than eight letters the keys of a run would meet."""
_ALPHABETS = ("0123456789abcdef", "0123456789ABCDEF", "0123456789", "abcdefghij", "ABCDEFGHIJ")


def takes(known: Mapping[str, Any], text: str) -> bool:
    """Whether a member takes a text as it is."""
    if "string" not in (kinds(known) or {"string"}) or known.keys() & {
        "enum",
        "const",
        "not",
        "format",
    }:
        return False
    fits = int(known.get("minLength", 0)) <= len(text) <= known.get("maxLength", len(text))
    return fits and ("pattern" not in known or matches(known["pattern"], text))


def forms(known: Mapping[str, Any]) -> Iterator[Callable[[str], object]]:
    """Yield the ways in which a member of a key may stand for a text, the nearest first."""
    if known.get("enum"):
        values = known["enum"]
        yield lambda text: values[
            int(re.sub(r"\D", "", text.rsplit("k", 1)[-1]) or 0) % len(values)
        ]
    elif kinds(known) & {"integer", "number"}:
        low, high = int(known.get("minimum", 1)), int(known.get("maximum", _HIGHEST))
        step = int(known.get("multipleOf", 1)) or 1
        yield lambda text: -(-(low + _hash(text) % max(1, high - low)) // step) * step
    else:
        longest = int(known.get("maxLength", _LONGEST))
        yield lambda text: text[-longest:]
        yield lambda text: text.replace(".", "-")
        yield lambda text: re.sub(r"\W|_", "", text)
        yield lambda text: re.sub(r"\W|_", "", text).upper()
        yield in_letters
        yield in_digits
        yield as_uuid
        yield lambda text: f"{text}@example.com"
        yield lambda text: f"https://example.com/{text}"
        for length, letters in itertools.product(_LENGTHS, _ALPHABETS):
            yield functools.partial(_in_alphabet, letters, length)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=24).digest(), "big")


def _in_alphabet(letters: str, length: int, text: str) -> str:
    """Return what stands for a text in few letters; of a run's key in digits, its prefix first."""
    number, made = _hash(text), ""
    for _ in range(length):
        number, place = divmod(number, len(letters))
        made += letters[place]
    run = in_digits(text[:12])
    prefixed = letters == _ALPHABETS[2] and length >= len(run) + 6
    return run + made[len(run) :] if prefixed else made


def others(known: Mapping[str, Any], value: object) -> Iterator[Any]:
    """Yield values of a member that differ from one, the likeliest to be valid first."""
    yield from (one for one in known.get("enum", ()) if one != value)
    if isinstance(value, str) and value:
        for letter in "0123456789aA":
            yield value[:-1] + letter
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value + known.get("multipleOf", 1)
