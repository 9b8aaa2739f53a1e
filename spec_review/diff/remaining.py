"""What no other change accounts for: told all the same, so that nothing of a document changes in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openapi_documents import MISSING, Pointer, text_of
from spec_review.diff.changes import Change
from spec_review.diff.kinds import OtherKind
from spec_review.diff.verdicts import SAFE
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import DESCRIPTIVE

MOST_NAMED: Final = 3

SENTENCES: Final[dict[OtherKind, str]] = {
    "info-changed": "what is said of the document itself changed",
    "tags-changed": "operations are sorted otherwise",
    "extensions-changed": "words of others changed",
    "unused-changed": "schemas changed that no operation uses",
    "written-otherwise": "something is written otherwise and means the same",
}


UNORDERED: Final = ("enum", "required", "type")
"""Lists whose order says nothing."""


def remaining_changes(
    versions: Versions, told: Sequence[Change], compared: Iterable[Pair]
) -> Iterator[Change]:
    """One change for each kind of place that differs and that nobody has told.

    `compared` are the schemas that operations use.
    """
    used = {place for pair in compared for place in pair}
    known_old = {place for change in told for place in (change.old, *change.related)}
    known_new = {place for change in told for place in (change.new, *change.related)}
    found: dict[OtherKind, list[Pointer]] = {}
    for place in differing(versions.old.data, versions.new.data, ()):
        if not is_known(place, known_old) and not is_known(place, known_new):
            found.setdefault(kind_of(place, used), []).append(place)
    for kind, places in found.items():
        named = ", ".join(f"`{text_of(place)}`" for place in places[:MOST_NAMED])
        more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
        sentence = f"{SENTENCES[kind]}: {named}{more}"
        yield Change(kind, sentence, SAFE, places[0], places[0], "words", related=tuple(places[1:]))


def kind_of(place: Pointer, used: set[Pointer]) -> OtherKind:
    """What a place is about."""
    if any(isinstance(step, str) and step.startswith("x-") for step in place):
        return "extensions-changed"
    if place[0] in ("info", "openapi", "jsonSchemaDialect", "externalDocs"):
        return "info-changed"
    if "tags" in place:
        return "tags-changed"
    is_schema = place[:2] == ("components", "schemas")
    return "unused-changed" if is_schema and not is_known(place, used) else "written-otherwise"


def is_known(place: Pointer, known: set[Pointer]) -> bool:
    """Whether a place is known, or what holds it."""
    return any(place[:length] in known for length in range(len(place), 1, -1))


def differing(old: object, new: object, here: Pointer) -> Iterator[Pointer]:
    """The places that differ, the smallest that both or one have; what speaks to people is told elsewhere."""
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            if name in DESCRIPTIVE and name in old and name in new and name != "xml":
                continue
            yield from differing(old.get(name, MISSING), new.get(name, MISSING), (*here, name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        if here[-1] in UNORDERED and sorted(map(repr, old)) == sorted(map(repr, new)):
            return
        for index, (first, second) in enumerate(zip(old, new, strict=True)):
            yield from differing(first, second, (*here, index))
    else:
        yield here
