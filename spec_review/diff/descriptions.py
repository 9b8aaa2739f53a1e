"""Changes of what is only said to people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.verdicts import SAFE
from spec_review.reading.parts import DESCRIPTIVE

NAMING: Final = frozenset(("properties", "schemas", "parameters", "responses"))
"""Members whose own members are names, so that one called `title` is none."""


def description_changes(old: Document, new: Document) -> Iterator[Change]:
    """One change for all that is only said to people: descriptions, titles, examples."""
    places = list(differing_descriptions(old.data, new.data, ()))
    if places:
        words = sorted({str(place[-1]) for place in places})
        count = f"{len(places)} places" if len(places) > 1 else "one place"
        sentence = f"the words of {count} changed ({', '.join(words)}); no promise did by that"
        yield Change("words-changed", sentence, SAFE, places[0], places[0], "words")


def differing_descriptions(old: object, new: object, here: Pointer) -> Iterator[Pointer]:
    """The places that both have and where something said to people differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        holds_names = bool(here) and here[-1] in NAMING
        for name in dict.fromkeys((*old, *new)):
            is_spoken = name in DESCRIPTIVE and not holds_names
            if name not in old or name not in new:
                if is_spoken:
                    yield (*here, name)
            elif old[name] != new[name]:
                if is_spoken and name != "externalDocs":
                    yield (*here, name)
                else:
                    yield from differing_descriptions(old[name], new[name], (*here, name))
    elif isinstance(old, list) and isinstance(new, list):
        for index, (first, second) in enumerate(zip(old, new, strict=False)):
            if first != second:
                yield from differing_descriptions(first, second, (*here, index))
