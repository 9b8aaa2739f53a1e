"""The patterns of JSON Schema: which texts they match, in a time that has an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from re import _parser as sre_parse
from typing import Any

import regex

SECONDS = 1.0
"""What one search may take; patterns that people write take a thousandth of it."""
MOST_REPEATS = 100_000
"""How often a part of a pattern may stand, repeats within repeats counted."""
_EXPONENTIAL, _POLYNOMIAL = 30, 3000
"""Lengths of repeated letters at which patterns of either kind show that they never end."""


class PatternError(ValueError):
    """A pattern that cannot be compiled, or whose search has no end; the text says why."""


def translated(pattern: str) -> str:
    r"""Return a pattern of ECMA as Python spells it: `$` is the end, groups are named with a P."""
    kept = r"\\.|\[(?:\\.|[^\]])*\]"  # what is escaped, and classes of characters
    ended = re.sub(rf"{kept}|\$", lambda one: r"\Z" if one[0] == "$" else one[0], pattern)
    return re.sub(r"\(\?<(?![=!])", "(?P<", ended)


def parsed(pattern: str) -> object:
    """Return the parse tree of a pattern, empty for one that Python's own engine cannot read."""
    try:
        return sre_parse.parse(translated(pattern))
    except (re.error, ValueError, OverflowError, RecursionError):
        return ()


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> regex.Pattern[str]:
    r"""Compile a pattern with the meaning that it has in JSON Schema (`\d` is ASCII).

    Raises PatternError.
    """
    if _repeats(parsed(pattern)) > MOST_REPEATS:
        raise PatternError(
            f"the pattern {shortened(pattern)} repeats a part more than {MOST_REPEATS} times"
        )
    ascii_only = 0 if r"\p" in pattern.lower() else regex.ASCII
    try:
        return regex.compile(translated(pattern), ascii_only)
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise PatternError(f"the pattern {shortened(pattern)} cannot be read ({error})") from error


def _repeats(tree: Any) -> int:
    """Return how many parts a pattern has when its repeats are written out."""
    total = 0
    for op, argument in tree:
        name = str(op)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            low, high, inner = argument
            times = int(low) if high is sre_parse.MAXREPEAT else int(high)
            total += max(times, 1) * _repeats(inner)
        elif name == "SUBPATTERN":
            total += _repeats(argument[3])
        elif name == "BRANCH":
            total += sum(_repeats(one) for one in argument[1])
        elif name in {"ASSERT", "ASSERT_NOT"}:
            total += _repeats(argument[1])
        else:
            total += 1
    return total


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text. Raises PatternError when the search takes too long."""
    try:
        return compiled(pattern).search(text, timeout=SECONDS) is not None
    except TimeoutError as error:
        raise PatternError(
            f"the pattern {shortened(pattern)} takes more than {SECONDS:g} s "
            f"for a text of {len(text)} characters"
        ) from error


def require_end(pattern: str) -> None:
    """Search texts on which patterns without end get lost. Raises PatternError for one of those."""
    for text in _hostile(pattern):
        matches(pattern, text)


def _hostile(pattern: str) -> Iterator[str]:
    letters = dict.fromkeys(one for one in f"a{pattern}0" if one.isalnum())
    for letter in list(letters)[:6]:
        for length in (_EXPONENTIAL, _POLYNOMIAL):
            yield f"{letter * length}!"


def shortened(text: str, longest: int = 80) -> str:
    """Return a text as a sentence quotes it."""
    return text if len(text) <= longest else f"{text[:longest]}..."
