"""The headers of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.diff.changes import Change
from spec_review.diff.kinds import OperationKind
from spec_review.diff.operations.bodies import content_changes
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.operations.parameter_forms import kinds_of, text_schema
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.diff.verdicts import READER, SAFE, UNCLEAR_READER, Verdicts
from spec_review.diff.versions import Pair
from spec_review.reading.following import followed
from spec_review.reading.values import mapping


def header_changes(
    pair: OperationPair, context: Context, places: Pair, name: str
) -> Iterator[Change]:
    """Headers that are gone, new, or may be absent now, whatever their spelling."""
    old, new = (*places[0], "headers"), (*places[1], "headers")
    before = headers_of(pair.versions.old.value(old))
    after = headers_of(pair.versions.new.value(new))
    waiting = {header.lower(): header for header in after}
    for header in before:
        first = followed(pair.versions.old, (*old, header))
        must = mapping(pair.versions.old.value(first)).get("required") is True
        same = waiting.pop(header.lower(), None)
        if same is None:
            yield pair.change(
                "response-header-removed",
                f"{name} has no header {header} any more",
                verdicts_of_removed(pair, must=must),
                first,
                new,
                is_removed=True,
            )
            continue
        both = pair.versions.followed((*old, header), (*new, same))
        yield from changes_of_header(pair, context, both, f"the header {header} of {name}")
    for header in waiting.values():
        must = mapping(pair.versions.new.resolved((*new, header))).get("required") is True
        sentence = f"{name} has the {'required ' if must else ''}header {header} now"
        verdicts = (
            verdicts_of_effect("narrows", pair.answered) if must and pair.new.is_webhook else SAFE
        )
        yield pair.change("response-header-added", sentence, verdicts, places[0], (*new, header))


def headers_of(value: object) -> Mapping[str, object]:
    """The headers by name; `Content-Type` is none, whatever is written (OpenAPI 3.1.1, "Response Object")."""
    return {name: each for name, each in mapping(value).items() if name.lower() != "content-type"}


def verdicts_of_removed(pair: OperationPair, *, must: bool) -> Verdicts:
    """What it is for whom that a header is gone; those of an answer to a webhook are sent by the partner."""
    if pair.new.is_webhook:
        return Verdicts(sender="unclear")
    return READER if must else UNCLEAR_READER


VALUED: Final = frozenset(("schema", "content"))
"""Members that say what the value of a header is."""


def changes_of_header(
    pair: OperationPair, context: Context, places: Pair, name: str
) -> Iterator[Change]:
    """One header that both answers have."""
    old, new = places
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    was, now = (each.get("required") is True for each in (before, after))
    if was != now:
        sentence = f"{name} must be there now" if now else f"{name} may be absent now"
        effect = verdicts_of_effect("narrows" if now else "widens", pair.answered)
        kind: OperationKind = "response-header-required" if now else "response-header-optional"
        yield pair.change(kind, sentence, effect, (*old, "required"), (*new, "required"))
    if before.get("explode", False) != after.get("explode", False):
        sentence = f"{name} is written otherwise (explode)"
        kinds = kinds_of(pair.versions.old, old) | kinds_of(pair.versions.new, new)
        effect = verdicts_of_effect("both" if "object" in kinds else "none", pair.answered)
        yield pair.change(
            "response-header-form", sentence, effect, (*old, "explode"), (*new, "explode")
        )
    if bool(before.get("deprecated")) != bool(after.get("deprecated")):
        verb = "is deprecated now" if after.get("deprecated") else "is no longer deprecated"
        yield pair.change(
            "response-header-deprecated",
            f"{name} {verb}",
            SAFE,
            (*old, "deprecated"),
            (*new, "deprecated"),
        )
    if "schema" in before and "schema" in after:
        there = (*old, "schema"), (*new, "schema")
        context.usage.reach(*there, pair.answered, pair.name, "text")
    elif "content" in before and "content" in after:
        yield from content_changes(pair, context, places, pair.answered, name)
    elif before.keys() & VALUED and after.keys() & VALUED:
        plain = text_schema(pair.versions.old, old), text_schema(pair.versions.new, new)
        if plain[0] and plain[1]:
            context.usage.reach(plain[0], plain[1], pair.answered, pair.name, "text")
            return
        sentence = (
            f"{name} is written as {'a media type' if 'content' in after else 'plain text'} now"
        )
        effect = verdicts_of_effect("both", pair.answered)
        yield pair.change("response-header-form", sentence, effect, old, new)
    elif before.keys() & VALUED or after.keys() & VALUED:
        sentence = f"the value of {name} is described otherwise"
        effect = verdicts_of_effect("unclear", pair.answered)
        yield pair.change("response-header-form", sentence, effect, old, new)
