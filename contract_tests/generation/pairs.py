"""Pairs of items that are, or nearly are, identical."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.objects import instants_of
from contract_tests.generation.spelling import Style
from contract_tests.generation.unknown_members import unknown_pairs
from contract_tests.generation.values import Item, drop, is_number, leaves, path_text, put
from contract_tests.reading.schemas import Path, Schema, nodes


@dataclass(frozen=True)
class Pair:
    """Two items to be given one key; whether they are identical the oracle says."""

    about: str
    one: Item
    two: Item
    style: Style = Style.PLAIN  # how the second is written


def pairs(maker: ItemMaker) -> Iterator[Pair]:
    """Yield pairs of valid items, nearly or truly identical."""
    for about, one, two in _pairs(maker):
        if maker.validity.is_valid(one) and maker.validity.is_valid(two):
            yield Pair(about, one, two)
    extended = {**maker.full, "x_number": 100, "x_text": "na/ïve"}
    item = extended if maker.validity.is_valid(extended) else maker.full
    for style in Style:
        if style is not Style.PLAIN:
            yield Pair(f"written with {style}", item, item, style)


def _pairs(maker: ItemMaker) -> Iterator[tuple[str, Item, Item]]:
    full = maker.full
    for path, value, known in nodes(full, maker.submission.item_schema):
        if isinstance(value, list):
            yield from _array_pairs(full, path, value)
        if isinstance(value, dict):
            yield from _period_pairs(full, path, value, known)
        if isinstance(value, dict) and path:
            yield (
                f"{path_text(path)} with one more member",
                full,
                put(full, path, {**value, "x_more": 1}),
            )
    for path, value in leaves(full):
        name = path_text(path)
        if isinstance(value, str):
            for about, other in _text_changes(value):
                yield f"{name} {about}", full, put(full, path, other)
            accents = (put(full, path, f"{value}{letter}") for letter in "éè")
            yield f"{name} with another accent", *accents
        elif is_number(value):
            yield from (
                (f"{name} {about}", put(full, path, one), put(full, path, two))
                for about, one, two in _number_pairs(value)
            )
    for path, _ in list(leaves(full)):
        if len(path) == 1:
            yield f"without {path_text(path)}", full, drop(full, path)
    for name in full:
        yield f"without {name}", full, drop(full, (name,))
    for about, one, two in unknown_pairs():
        yield f"unknown member {about}", {**full, **one}, {**full, **two}


def _number_pairs(value: float) -> Iterator[tuple[str, float, float]]:
    yield "a hundredth more", 100, 100.01
    yield "a thousandth more", 100, 100.001
    yield "as 100 and 100.0", 100, 100.0
    yield "one more", value, value + 1
    yield "a little more", 100, 100.0000001
    for large in (2**53, 10**16):
        yield f"about {large}", large, large + 1


def _period_pairs(
    full: Item, path: Path, value: Item, known: Schema
) -> Iterator[tuple[str, Item, Item]]:
    """Yield pairs that differ in one of two instants only: a month and its first or its last day."""
    names = instants_of(value, known)
    if len(names) != 2:
        return
    month = ("2024-01-01T00:00:00.000Z", "2024-01-31T23:59:59.999Z")
    for day in (("2024-01-01T00:00:00.000Z", "2024-01-01T23:59:59.999Z"),
                ("2024-01-31T00:00:00.000Z", "2024-01-31T23:59:59.999Z")):  # fmt: skip
        one, two = ({**value, **dict(zip(names, both, strict=True))} for both in (month, day))
        yield (
            f"{path_text(path)} with another end or start",
            put(full, path, one),
            put(full, path, two),
        )


def _array_pairs(full: Item, path: Path, value: list[object]) -> Iterator[tuple[str, Item, Item]]:
    first = value[0] if value else None
    if isinstance(first, str):
        many = put(full, path, [first, f"{first}2"])
        yield f"{path_text(path)} in another order", many, put(full, path, [f"{first}2", first])
        yield f"{path_text(path)} repeated", full, put(full, path, [*value, first])
        yield f"{path_text(path)} longer", full, many
    elif isinstance(first, dict):
        for other in _others(first):
            many = put(full, path, [first, other])
            yield f"{path_text(path)} in another order", many, put(full, path, [other, first])
        yield f"{path_text(path)} repeated", full, put(full, path, [*value, first])


def _others(entry: Item) -> Iterator[Item]:
    """Yield the entry with one text or number changed, whether it is valid or not."""
    for name, value in entry.items():
        if isinstance(value, str):
            yield {**entry, name: f"{value}2"}
        elif is_number(value):
            yield {**entry, name: value + 1}


def _text_changes(value: str) -> Iterator[tuple[str, str]]:
    yield "in upper case", value.upper()
    yield "in lower case", value.lower()
    yield "with a space after it", f"{value} "
    if value.isdigit():
        yield "with a leading zero", f"0{value}"
    yield "with another last letter", value[:-1] + ("8" if value.endswith("7") else "7")
    if re.match(r"\d{4}-\d\d-\d\dT", value):
        bare = re.sub(r"(\.\d+)?(Z|[+-]\d\d:\d\d)$", "", value)
        for zone in ("Z", ".000Z", ".0Z", "+00:00"):
            yield f"as {zone}", bare + zone
