"""Objects with two members varied at once: pairs of numbers, periods, and objects of another kind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from contract_tests.generation.candidate import Candidate, shown
from contract_tests.generation.instants import edges, periods
from contract_tests.generation.nearby import always
from contract_tests.generation.samples import sample
from contract_tests.generation.spelling import spell
from contract_tests.generation.values import Item, is_number, path_text, put
from contract_tests.reading.schemas import Schema, folded, nodes

_AMOUNTS = (-100, -0.01, 0, 0.0, 0.01, 100, 1e12)
_COUNTS = (-1000, -1, 0, 1, 1000)


def pairs_of_numbers(value: Item) -> Iterator[Candidate]:
    """Yield an object with two of its numbers small, large, zero and of other signs."""
    numbers = [name for name, member in value.items() if is_number(member)]
    for first, second in combinations(numbers, 2):
        for one in _AMOUNTS:
            for two in _COUNTS:
                about = f"{first} = {one}, {second} = {two}"
                yield Candidate((), about, {**value, first: one, second: two}, of_rules=True)


def extreme_pairs(value: Item) -> Iterator[Candidate]:
    """Yield those of the pairs of numbers in which one is far from zero."""
    numbers = [name for name, member in value.items() if is_number(member)]
    for one in pairs_of_numbers(value):
        if any(abs(one.item[name]) in {1000, 1e12} for name in numbers):
            yield one


def instants_of(value: Item, known: Schema) -> list[str]:
    """Return the members of an object that are instants."""
    properties = known.get("properties", {})
    return [name for name in value if folded(properties.get(name)).get("format") == "date-time"]


def pairs_of_instants(value: Item, known: Schema) -> Iterator[Candidate]:
    """Yield an object of two instants as periods that are whole, and as such that nearly are."""
    names = instants_of(value, known)
    if len(names) != 2:
        return
    first, second = names
    must = set(edges())
    for start, end in periods():
        about = f"{first} = {start}, {second} = {end}"
        item = {**value, first: start, second: end}
        yield Candidate((), about, item, must=(start, end) in must, of_rules=True)


def of_branch(name: str, value: Item, branch: object) -> Iterator[Candidate]:
    """Yield an object of another kind, that kind at its limits, and both kinds at once."""
    other = sample(branch)
    if not isinstance(other, dict):
        return
    about = f"{name} of another kind"
    yield Candidate((), about, other, must=True)
    yield Candidate((), f"{name} of two kinds at once", {**value, **other}, must=True)
    for where, inner, known in nodes(other, branch):
        for one in always(inner, known) if where else ():
            told = f"{about}, {path_text(where)} = {shown(one, spell(one))}"
            yield Candidate(where, told, put(other, where, one), must=True, of_rules=True)
