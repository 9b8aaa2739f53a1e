"""The headers of an answer."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import READER, SAFE, UNCLEAR_READER
from spec_review.diff.versions import Pair
from spec_review.reading.following import followed
from spec_review.reading.values import mapping


def header_changes(
    pair: OperationPair, context: Context, places: Pair, name: str
) -> Iterator[Change]:
    """Headers that are gone, new, or may be absent now, whatever their spelling."""
    old, new = (*places[0], "headers"), (*places[1], "headers")
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    waiting = {header.lower(): header for header in after}
    for header in before:
        first = followed(pair.versions.old, (*old, header))
        must = mapping(pair.versions.old.value(first)).get("required") is True
        same = waiting.pop(header.lower(), None)
        if same is None:
            yield pair.change(
                "response-header-removed",
                f"{name} has no header {header} any more",
                READER if must else UNCLEAR_READER,
                first,
                new,
                is_removed=True,
            )
            continue
        both = pair.versions.followed((*old, header), (*new, same))
        yield from changes_of_header(pair, context, both, f"the header {header} of {name}")
    for header in waiting.values():
        sentence = f"{name} has the header {header} now"
        yield pair.change("response-header-added", sentence, SAFE, places[0], (*new, header))


def changes_of_header(
    pair: OperationPair, context: Context, places: Pair, name: str
) -> Iterator[Change]:
    """One header that both answers have."""
    old, new = places
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    if before.get("required") is True and after.get("required") is not True:
        sentence = f"{name} may be absent now"
        yield pair.change("response-header-optional", sentence, READER, (*old, "required"), new)
    if "schema" in before and "schema" in after:
        context.usage.reach((*old, "schema"), (*new, "schema"), "response", pair.name)
