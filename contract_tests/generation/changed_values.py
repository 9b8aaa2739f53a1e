"""Another value for what is no text of a client's own: the other truth, another number, another of those that are listed."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.generation.values import is_number
from contract_tests.reading.schemas import Schema


def others_than(value: object, known: Schema) -> Iterator[object]:
    """Yield values that a schema may take in the place of one, the likeliest first; none for a text that is not listed."""
    if isinstance(known.get("enum"), list):
        yield from (one for one in known["enum"] if one is not None and one != value)
    elif isinstance(value, bool):
        yield not value
    elif is_number(value):
        step = known.get("multipleOf", 1)
        yield value + step
        yield value - step
