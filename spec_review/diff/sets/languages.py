"""The texts that patterns take: whether those of one are all among those of another.

Patterns are ECMA-262 and search; automata are compared whole (`interegular`). What has no automaton of a
decent size (lookaround inside, backreferences, long counted repetitions) is not compared.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

import interegular
from interegular.fsm import FSM, anything_else

ANY: Final = "(?:.|\n)*"

LONGEST: Final = 400
"""Of a pattern that is made an automaton."""

LARGEST_COUNT: Final = 100
"""Of the repetitions that a pattern counts, all of them together."""

LARGEST_AUTOMATON: Final = 600
"""In states."""

LARGEST_PRODUCT: Final = 20_000
"""In states, of two automata that are compared or taken from each other."""

TRIED_COUNTS: Final = (4, 7)
"""How often counted repetitions repeat at most where the growth of an automaton is measured."""

MOST_GROWTH: Final = 4
"""How much larger the second of these automata may be: two counts within each other make it three times as large."""

UNLIKE: Final = re.compile(r"\\[pPbBkux1-9c]|\(\?<|\(\?[=!]|\[\^?\]")
"""What `interegular` has not, or reads otherwise than ECMA-262."""


@lru_cache(maxsize=2048)
def automaton(pattern: str) -> FSM | None:
    """The automaton of all texts in which a pattern is found; None when it has none of a decent size."""
    if len(pattern) > LONGEST or UNLIKE.search(pattern) or counted(pattern) > LARGEST_COUNT:
        return None
    body, is_open, is_closed = anchored(pattern)
    if body is None:
        return None
    whole = f"{'' if is_open else ANY}(?:{body}){'' if is_closed else ANY}"
    try:
        if multiplies(whole):
            return None
        made = interegular.parse_pattern(whole).to_fsm().reduce()
    except Exception:
        return None
    return made if len(made.states) <= LARGEST_AUTOMATON else None


def multiplies(pattern: str) -> bool:
    """Whether the automaton grows by a factor with each step of what is counted, as that of `(a|b)*a(a|b){9}` does."""
    few, more = (capped(pattern, most) for most in TRIED_COUNTS)
    if more == pattern:
        return False
    sizes = [len(interegular.parse_pattern(each).to_fsm().reduce().states) for each in (few, more)]
    return sizes[1] > MOST_GROWTH * sizes[0]


def capped(pattern: str, most: int) -> str:
    """The pattern with counted repetitions that repeat so often at most."""

    def with_less(found: re.Match[str]) -> str:
        return "{" + re.sub(r"\d+", lambda number: str(min(int(number[0]), most)), found[1]) + "}"

    return re.sub(r"\{(\d+(?:,\d*)?)\}", with_less, pattern)


def counted(pattern: str) -> int:
    """How often the counted repetitions of a pattern repeat, all together."""
    return sum(
        max(int(number) for number in re.findall(r"\d+", counts))
        for counts in re.findall(r"\{(\d+(?:,\d*)?)\}", pattern)
    )


def anchored(pattern: str) -> tuple[str | None, bool, bool]:
    """The pattern without its outermost anchors, and which it had; None when others stand inside."""
    is_open = pattern.startswith("^")
    body = pattern[1:] if is_open else pattern
    is_closed = body.endswith("$") and not re.search(r"(?<!\\)(?:\\\\)*\\\$$", body)
    body = body[:-1] if is_closed else body
    bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", body)
    if "^" in bare or "$" in bare or ("|" in top_level(bare) and (is_open or is_closed)):
        return None, is_open, is_closed
    return body, is_open, is_closed


def top_level(bare: str) -> str:
    """What stands outside of all groups."""
    depth, kept = 0, []
    for letter in bare:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if not depth:
            kept.append(letter)
    return "".join(kept)


@lru_cache(maxsize=4096)
def is_within(narrow: str, wide: str) -> bool:
    """Whether every text that one pattern takes is provably taken by the other."""
    if narrow == wide:
        return True
    first, second = automaton(narrow), automaton(wide)
    if first is None or second is None or not are_comparable(first, second):
        return False
    return bool(first.issubset(second))


def are_comparable(first: FSM, second: FSM) -> bool:
    """Whether two automata can be taken together in decent time."""
    return len(first.states) * len(second.states) <= LARGEST_PRODUCT


@lru_cache(maxsize=2048)
def takes_all(pattern: str) -> bool:
    """Whether a pattern takes every text."""
    return is_within("", pattern)


@lru_cache(maxsize=2048)
def lengths(pattern: str) -> tuple[int, int | None]:
    """The least and the greatest length of what a pattern takes; None when there is no greatest."""
    made = automaton(pattern)
    if made is None or made.empty():
        return 0, None
    least = next(length for length in range(len(made.states) + 1) if takes_length(made, length))
    try:
        return least, longest(made)
    except OverflowError:
        return least, None


def takes_length(made: FSM, length: int) -> bool:
    """Whether an automaton takes a text of a length."""
    states = {made.initial}
    for _ in range(length):
        states = {state for each in states for state in made.map.get(each, {}).values()}
    return bool(states & set(made.finals))


def longest(made: FSM) -> int:
    """The length of the longest text. Raises OverflowError when there is none."""
    live = {state for state in made.states if made.islive(state)}
    depth: dict[object, int] = {}
    states, length, last = {made.initial}, 0, 0
    while states:
        if length > len(made.states):
            raise OverflowError
        last = length if states & set(made.finals) else last
        states = {
            state for each in states for state in made.map.get(each, {}).values() if state in live
        }
        length += 1
    return max(last, *depth.values(), 0) if depth else last


def texts_of(pattern: str, *, outside: Collection[str] = (), most: int = 8) -> list[str]:
    """A few short texts that a pattern takes and none of the others does."""
    made = automaton(pattern)
    for other in outside:
        second = automaton(other)
        if made is not None and second is not None and are_comparable(made, second):
            made = made.difference(second)
    return [] if made is None else list(islice(shortest_texts(made), most))


def shortest_texts(made: FSM) -> Iterator[str]:
    """For each state in which an automaton may end, the shortest text that leads there."""
    reached = {made.initial: ""}
    waiting = deque([made.initial])
    while waiting:
        state = waiting.popleft()
        if state in made.finals:
            yield reached[state]
        for step, after in made.map.get(state, {}).items():
            if after not in reached:
                reached[after] = reached[state] + letter_of(made, step)
                waiting.append(after)


def letter_of(made: FSM, step: object) -> str:
    """The plainest letter of a step."""
    letters = [one for one in made.alphabet.by_transition[step] if one is not anything_else]
    plain = [one for one in letters if one.isascii() and one.isalnum()]
    return min(plain or letters, default="~")
