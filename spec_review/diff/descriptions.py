"""Changes of what is only said to people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import MISSING, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.verdicts import SAFE
from spec_review.diff.versions import Versions
from spec_review.reading.parts import DESCRIPTIVE

NAMING: Final = (("properties",), ("schemas",), ("parameters",), ("responses",))
"""Members whose own members are names, so that one called `title` is none."""


def description_changes(versions: Versions) -> Iterator[Change]:
    """One change for all that is only said to people: descriptions, titles, examples."""
    places = [
        ((*old, *inner), (*new, *inner))
        for old, new in versions.files()
        for inner in differing_descriptions(versions.old.value(old), versions.new.value(new), ())
    ]
    if places:
        words = sorted({str(old[-1]) for old, _ in places})
        count = f"{len(places)} places" if len(places) > 1 else "one place"
        sentence = f"the words of {count} changed ({', '.join(words)}); no promise did by that"
        related = tuple(new for _, new in places[1:])
        yield Change("words-changed", sentence, SAFE, *places[0], "words", related=related)


def is_spoken(name: object, holder: Pointer) -> bool:
    """Whether a member of what stands at a place is only said to people."""
    return name in DESCRIPTIVE and name != "xml" and holder[-1:] not in NAMING


def differing_descriptions(old: object, new: object, here: Pointer) -> Iterator[Pointer]:
    """The places that both have and where something said to people differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            if is_spoken(name, here):
                if old.get(name, MISSING) != new.get(name, MISSING):
                    yield (*here, name)
            elif name in old and name in new and old[name] != new[name]:
                yield from differing_descriptions(old[name], new[name], (*here, name))
    elif isinstance(old, list) and isinstance(new, list):
        for index, (first, second) in enumerate(zip(old, new, strict=False)):
            if first != second:
                yield from differing_descriptions(first, second, (*here, index))
