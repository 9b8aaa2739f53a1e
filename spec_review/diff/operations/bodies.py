"""The bodies of requests and answers: whether they must be there, their media types and schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import READER, SAFE, SENDER, TO_BUILD, UNCLEAR_READER, Verdicts
from spec_review.diff.versions import Pair
from spec_review.reading.parts import Direction
from spec_review.reading.values import mapping


def request_body_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """The body of the request; that of a webhook is read by the partner."""
    direction: Direction = "response" if pair.new.is_webhook else "request"
    harm = READER if pair.new.is_webhook else SENDER
    places = pair.versions.followed(*pair.at("requestBody"))
    before = mapping(pair.versions.old.value(places[0]))
    after = mapping(pair.versions.new.value(places[1]))
    must_before, must_after = before.get("required") is True, after.get("required") is True
    if before and not after:
        yield pair.change(
            "request-body-removed",
            f"{pair.name} takes no request body any more",
            harm if must_before else Verdicts(sender="unclear"),
            places[0],
            pair.new.pointer,
            is_removed=True,
        )
        return
    if after and not before:
        takes = "takes and requires" if must_after else "takes"
        yield pair.change(
            "request-body-added",
            f"{pair.name} {takes} a request body now",
            harm if must_after else TO_BUILD,
            pair.old.pointer,
            places[1],
        )
        return
    name = f"the request body of {pair.name}"
    if must_before != must_after:
        yield pair.change(
            "request-body-required" if must_after else "request-body-optional",
            f"{name} is required now" if must_after else f"{name} is no longer required",
            harm if must_after else TO_BUILD,
            (*places[0], "required"),
            (*places[1], "required"),
        )
    yield from content_changes(pair, context, places, direction, name)


def content_changes(
    pair: OperationPair, context: Context, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """The media types of a body, and the schema of each."""
    old, new = (*places[0], "content"), (*places[1], "content")
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    waiting = {normalized(media): media for media in after}
    for media in before:
        same = waiting.pop(normalized(media), None)
        if same is not None:
            there = (*old, media), (*new, same)
            yield from media_type_changes(pair, context, there, direction, name)
            continue
        yield pair.change(
            "request-media-type-removed"
            if direction == "request"
            else "response-media-type-removed",
            f"{name} is no longer {media}",
            SENDER if direction == "request" else READER,
            (*old, media),
            new,
            is_removed=True,
        )
    for media in waiting.values():
        yield pair.change(
            "request-media-type-added" if direction == "request" else "response-media-type-added",
            f"{name} may be {media} now" if before else f"{name} has a body now, {media}",
            TO_BUILD if direction == "request" or not before else UNCLEAR_READER,
            old,
            (*new, media),
        )


def media_type_changes(
    pair: OperationPair, context: Context, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """The schemas of one media type."""
    old, new = places
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    for word in ("schema", "itemSchema"):
        if word in before and word in after:
            context.usage.reach((*old, word), (*new, word), direction, pair.name)
        elif word in after:
            yield pair.change(
                "request-schema-added" if direction == "request" else "response-schema-added",
                f"{name} has a schema now",
                SENDER if direction == "request" else SAFE,
                old,
                (*new, word),
            )
        elif word in before:
            yield pair.change(
                "request-schema-removed" if direction == "request" else "response-schema-removed",
                f"{name} has no schema any more",
                SAFE if direction == "request" else READER,
                (*old, word),
                new,
                is_removed=True,
            )


def normalized(media: str) -> str:
    """A media type without its spelling and its charset."""
    return re.sub(r";\s*charset=utf-8$", "", media.lower().strip())
