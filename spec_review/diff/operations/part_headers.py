"""The headers of the parts of a multipart body (OpenAPI 3.1.1, "Encoding Object", `headers`)."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.diff.verdicts import READER, SAFE, UNCLEAR_READER, UNCLEAR_SENDER, Verdicts
from spec_review.diff.versions import Pair
from spec_review.reading.following import followed
from spec_review.reading.parts import Direction
from spec_review.reading.values import mapping


def part_header_changes(
    pair: OperationPair, context: Context, encodings: Pair, direction: Direction, said: str
) -> Iterator[Change]:
    """Headers of one part that are gone, new, must be there, or have other values."""
    old, new = pair.versions.old, pair.versions.new
    before, after = headers_at(old, encodings[0]), headers_at(new, encodings[1])
    for key in dict.fromkeys((*before, *after)):
        name = f"the header {key} of {said}"
        if key in before and key in after:
            yield from changes_of_part_header(
                pair, context, (before[key], after[key]), direction, name
            )
        elif key in before:
            verdicts = verdicts_of_removed(direction, must=is_required(old, before[key]))
            yield pair.change(
                "encoding-changed", f"{name} is gone", verdicts, before[key], encodings[1], is_removed=True
            )  # fmt: skip
        else:
            must = is_required(new, after[key])
            sentence = f"{name} is new and {'required' if must else 'optional'}"
            verdicts = verdicts_of_effect("narrows", direction) if must else SAFE
            yield pair.change("encoding-changed", sentence, verdicts, encodings[0], after[key])


def headers_at(document: Document, encoding: Pointer) -> dict[str, Pointer]:
    """The headers of a part by name in small letters; its Content-Type is no header of its own."""
    place = (*encoding, "headers")
    names = mapping(document.value(place))
    found = {name.lower(): followed(document, (*place, name)) for name in names}
    return {name: header for name, header in found.items() if name != "content-type"}


def is_required(document: Document, header: Pointer) -> bool:
    """Whether a header must be there."""
    return mapping(document.value(header)).get("required") is True


def verdicts_of_removed(direction: Direction, *, must: bool) -> Verdicts:
    """What it is for whom that a header of a part is gone."""
    if direction == "request":
        return UNCLEAR_SENDER
    return READER if must else UNCLEAR_READER


def changes_of_part_header(
    pair: OperationPair, context: Context, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """One header that a part has in both."""
    old, new = places
    was, now = is_required(pair.versions.old, old), is_required(pair.versions.new, new)
    if was != now:
        sentence = f"{name} {'must be there' if now else 'may be absent'} now"
        verdicts = verdicts_of_effect("narrows" if now else "widens", direction)
        there = (*old, "required"), (*new, "required")
        yield pair.change("encoding-changed", sentence, verdicts, *there)
    context.usage.reach((*old, "schema"), (*new, "schema"), direction, pair.name, "text")
