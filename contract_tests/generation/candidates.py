"""Every candidate of a submission: its full item varied in one thing, wherever that is possible."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from contract_tests.generation import arrays, objects
from contract_tests.generation.candidate import Candidate, shown
from contract_tests.generation.items import ItemMaker, example_items
from contract_tests.generation.nearby import always, values
from contract_tests.generation.spelling import spell
from contract_tests.generation.values import drop, path_text, put
from contract_tests.reading.schemas import Path, Schema, nodes


def candidates(maker: ItemMaker) -> Iterator[Candidate]:
    """Yield candidates; that they are many is no harm, the validity says which side each is on."""
    for item in maker.bases:
        yield Candidate((), "an example", item)
    for path, value, known in nodes(maker.full, maker.submission.item_schema):
        if path:
            yield from _of_place(maker, path, value, known)
        for one in _of_structure(maker, path, value, known):
            yield one.within(maker.full, path)
    for item in example_items(maker.submission):
        yield Candidate((), "an example", item)
    yield from _several_faults(maker)


def _of_place(maker: ItemMaker, path: Path, value: object, known: Schema) -> Iterator[Candidate]:
    name = path_text(path)
    for other in always(value, known):
        about = f"{name} = {shown(other, spell(other))}"
        yield Candidate(path, about, put(maker.full, path, other), must=True)
    for other in values(value, known, maker.familiar(path)):
        about = f"{name} = {shown(other, spell(other))}"
        yield Candidate(path, about, put(maker.full, path, other))
    if isinstance(path[-1], str):
        yield Candidate(path, f"{name} missing", drop(maker.full, path))


def _of_structure(
    maker: ItemMaker, path: Path, value: object, known: Schema
) -> Iterator[Candidate]:
    name = path_text(path)
    if isinstance(value, dict):
        more = {**value, "x_unknown": {"deep": [1, None, "é"]}}
        yield Candidate((), f"{name} with an unknown member", more, unknown=True)
        yield from objects.pairs_of_numbers(value)
        yield from objects.pairs_of_instants(value, known)
        for branch in known.get("branches", ()):
            yield from objects.of_branch(name, value, branch)
    if isinstance(value, list) and value:
        yield from arrays.of_lengths(name, value, known)
        yield from arrays.of_second_entries(name, value, known, maker.familiar)


def _several_faults(maker: ItemMaker) -> Iterator[Candidate]:
    """Yield items with two members wrong, so that each has to be named."""
    names = [name for name in maker.full if name not in maker.submission.lifecycle.key]
    for one, two in pairwise(names):
        item = {**maker.full, one: None, two: None}
        yield Candidate((), f"{one} and {two} null", item, must=True)
