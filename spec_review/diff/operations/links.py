"""The links from an answer to the next operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import SAFE, UNCLEAR_READER
from spec_review.diff.versions import Pair
from spec_review.reading.values import mapping


def link_changes(
    pair: OperationPair, context: Context, places: Pair, name: str
) -> Iterator[Change]:
    """Links that are gone, new, or lead elsewhere."""
    old, new = (*places[0], "links"), (*places[1], "links")
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    for link in before:
        if link not in after:
            sentence = f"{name} links to {link} no longer"
            there = (*old, link), new
            yield pair.change("link-removed", sentence, UNCLEAR_READER, *there, is_removed=True)
            continue
        both = pair.versions.followed((*old, link), (*new, link))
        first, second = (
            mapping(pair.versions.old.value(both[0])),
            mapping(pair.versions.new.value(both[1])),
        )
        what = difference(context, first, second)
        if what:
            sentence = f"the link {link} of {name} {what}"
            yield pair.change("link-changed", sentence, UNCLEAR_READER, *both)
    for link in after:
        if link not in before:
            sentence = f"{name} links to {link} now"
            yield pair.change("link-added", sentence, SAFE, places[0], (*new, link))


def difference(context: Context, old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """What a link does otherwise, "" when nothing."""
    was, now = old.get("operationId"), new.get("operationId")
    if was != now and context.new_ids.get(str(was)) != now:
        return f"leads to {now} now, it led to {was}"
    if old.get("operationRef") != new.get("operationRef"):
        return "leads elsewhere"
    if old.get("server") != new.get("server"):
        return "leads to another server"
    words = ("parameters", "requestBody")
    return "takes other values" if any(old.get(word) != new.get(word) for word in words) else ""
