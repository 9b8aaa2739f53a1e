"""The bodies of requests and answers: whether they must be there, their media types and schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from spec_review.diff.changes import Change
from spec_review.diff.kinds import OperationKind
from spec_review.diff.operations.carried import says_nothing, wire_of
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.encodings import encoding_changes
from spec_review.diff.operations.media_types import matched_media, media_range
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.schemas.differences import Effect
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.diff.verdicts import (
    READER,
    SAFE,
    TO_BUILD,
    UNCLEAR_READER,
    UNCLEAR_SENDER,
    Verdicts,
)
from spec_review.diff.versions import Pair
from spec_review.reading.parts import Direction
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping

Event = Literal["type added", "type removed", "schema added", "schema removed"]

KINDS: Final[Mapping[tuple[bool, Event], OperationKind]] = {
    (True, "type added"): "request-media-type-added",
    (True, "type removed"): "request-media-type-removed",
    (True, "schema added"): "request-schema-added",
    (True, "schema removed"): "request-schema-removed",
    (False, "type added"): "response-media-type-added",
    (False, "type removed"): "response-media-type-removed",
    (False, "schema added"): "response-schema-added",
    (False, "schema removed"): "response-schema-removed",
}
"""What happened to a body, by whether it is that of the request."""


def request_body_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """The body of the request; that of a webhook is read by the partner."""
    narrowed = verdicts_of_effect("narrows", pair.asked)
    places = pair.versions.followed(*pair.at("requestBody"))
    before = mapping(pair.versions.old.value(places[0]))
    after = mapping(pair.versions.new.value(places[1]))
    must_before, must_after = before.get("required") is True, after.get("required") is True
    if before and not after:
        yield pair.change(
            "request-body-removed",
            f"{pair.name} {'has' if pair.new.is_webhook else 'takes'} no request body any more",
            verdicts_of_gone_body(pair.asked, must=must_before),
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
            narrowed if must_after else TO_BUILD,
            pair.old.pointer,
            places[1],
        )
        return
    name = f"the request body of {pair.name}"
    if must_before != must_after:
        yield pair.change(
            "request-body-required" if must_after else "request-body-optional",
            f"{name} is required now" if must_after else f"{name} is no longer required",
            narrowed if must_after else verdicts_of_effect("widens", pair.asked),
            (*places[0], "required"),
            (*places[1], "required"),
        )
    yield from content_changes(pair, context, places, pair.asked, name)


def verdicts_of_gone_body(direction: Direction, *, must: bool) -> Verdicts:
    """What it is for whom that there is no body any more."""
    if direction == "response":
        return READER if must else UNCLEAR_READER
    return Verdicts(sender="breaking") if must else UNCLEAR_SENDER


def content_changes(
    pair: OperationPair, context: Context, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """The media types of a body, and the schema of each."""
    old, new = (*places[0], "content"), (*places[1], "content")
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    matched = matched_media(before, after)
    is_asked = direction == pair.asked
    for media, same in matched.pairs:
        there = pair.versions.followed((*old, media), (*new, same))
        yield from media_type_changes(pair, context, there, direction, name)
        if media_range(media) == media_range(same):
            continue
        if media_range(same).holds(media_range(media)):
            yield pair.change(
                KINDS[is_asked, "type added"], f"{name} may be {same} now, it was {media}",
                TO_BUILD if direction == "request" else UNCLEAR_READER, (*old, media), (*new, same),
            )  # fmt: skip
        else:
            yield pair.change(
                KINDS[is_asked, "type removed"], f"{name} is {same} alone now, it was {media}",
                verdicts_of_narrower(media, same, direction), (*old, media), (*new, same),
            )  # fmt: skip
    for media in matched.removed:
        yield pair.change(
            KINDS[is_asked, "type removed"],
            f"{name} is no longer {media}",
            verdicts_of_removed_media(pair, direction, is_only=not after),
            (*old, media),
            new,
            is_removed=True,
        )
    for media in matched.added:
        yield pair.change(
            KINDS[is_asked, "type added"],
            f"{name} may be {media} now" if before else f"{name} has a body now, {media}",
            TO_BUILD if direction == "request" or not before else UNCLEAR_READER,
            old,
            (*new, media),
        )


def verdicts_of_narrower(old: str, new: str, direction: Direction) -> Verdicts:
    """A range of which one part is left; whether a type without a parameter is taken still stands nowhere."""
    is_range = "*" in (media_range(old).kind, media_range(old).subtype)
    if direction == "request" and not is_range:
        return UNCLEAR_SENDER
    return verdicts_of_effect("narrows", direction)


def verdicts_of_removed_media(
    pair: OperationPair, direction: Direction, *, is_only: bool
) -> Verdicts:
    """A request of this type is refused; an answer of this type can no longer be asked for.

    The requests of a webhook are not asked for: that they come in fewer types harms nobody.
    """
    if pair.new.is_webhook and direction == "response" and not is_only:
        return SAFE
    return verdicts_of_effect("narrows", "request") if direction == "request" else READER


def media_type_changes(
    pair: OperationPair, context: Context, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """The schemas and the encoding of one media type."""
    old, new = places
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    is_asked = direction == pair.asked
    media = media_range(last_name(old))
    versions = pair.versions
    for word in ("schema", "itemSchema"):
        if word in before and word in after:
            there = (*old, word), (*new, word)
            context.usage.reach(*there, direction, pair.name, wire_of(media))
        elif word in after:
            effect: Effect = (
                "none" if says_nothing(versions.new, (*new, word), media) else "narrows"
            )
            yield pair.change(
                KINDS[is_asked, "schema added"],
                f"{name} has a schema now",
                verdicts_of_effect(effect, direction),
                old,
                (*new, word),
            )
        elif word in before:
            effect = "none" if says_nothing(versions.old, (*old, word), media) else "widens"
            yield pair.change(
                KINDS[is_asked, "schema removed"],
                f"{name} has no schema any more",
                verdicts_of_effect(effect, direction),
                (*old, word),
                new,
                is_removed=True,
            )
    yield from encoding_changes(pair, context, places, direction, name)
