"""How the parts of a form are written (OpenAPI 3.1.1, "Encoding Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.media_types import matched_media, media_range
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.schemas.differences import Effect
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.diff.versions import Pair
from spec_review.reading.parts import Direction, parts, properties, single, types
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping, text


def encoding_changes(
    pair: OperationPair, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """Parts that are of another media type now, or written in another style."""
    kinds = {media_range(last_name(place)) for place in places}
    if not all(one.kind == "multipart" or one.subtype == "x-www-form-urlencoded" for one in kinds):
        return
    old, new = (*places[0], "encoding"), (*places[1], "encoding")
    before = mapping(pair.versions.old.value(old))
    after = mapping(pair.versions.new.value(new))
    for part in dict.fromkeys((*before, *after)):
        first, second = mapping(before.get(part)), mapping(after.get(part))
        there = (*old, part), (*new, part)
        types_before = first.get("contentType") or usual_type(pair.versions.old, places[0], part)
        types_after = second.get("contentType") or usual_type(pair.versions.new, places[1], part)
        effect = effect_of_types(text(types_before), text(types_after))
        if effect != "none":
            sentence = f"{part} in {name} is {types_after or 'of any type'} now, it was {types_before or 'of any type'}"
            yield encoding_change(pair, sentence, effect, direction, there, "contentType")
        for word in ("style", "explode", "allowReserved"):
            if form_value(first, word) != form_value(second, word):
                sentence = f"{part} in {name} is written otherwise ({word})"
                eased = word == "allowReserved" and form_value(second, word) is True
                effect = "widens" if eased else "both"
                yield encoding_change(pair, sentence, effect, direction, there, word)


def encoding_change(
    pair: OperationPair,
    sentence: str,
    effect: Effect,
    direction: Direction,
    places: Pair,
    word: str,
) -> Change:
    """A change of how a part is written."""
    verdicts = verdicts_of_effect(effect, direction)
    old, new = places
    return pair.change("encoding-changed", sentence, verdicts, (*old, word), (*new, word))


def effect_of_types(before: str, after: str) -> Effect:
    """What becomes of the media types that a part may have; "" stands for any."""
    if before == after:
        return "none"
    if not before or not after:
        return "narrows" if after else "widens"
    split = [[each.strip() for each in text.split(",") if each.strip()] for text in (before, after)]
    matched = matched_media(*split)
    widened = [
        same
        for media, same in matched.pairs
        if media_range(media) != media_range(same) and media_range(same).holds(media_range(media))
    ]
    narrowed = [
        same
        for media, same in matched.pairs
        if same not in widened and media_range(media) != media_range(same)
    ]
    is_narrower, is_wider = bool(matched.removed or narrowed), bool(matched.added or widened)
    return (
        "both"
        if is_narrower and is_wider
        else "narrows"
        if is_narrower
        else "widens"
        if is_wider
        else "none"
    )


def form_value(encoding: Mapping[str, object], word: str) -> object:
    """What an encoding says of a style, with what goes without saying."""
    style = encoding.get("style", "form")
    defaults = {"style": style, "explode": style == "form", "allowReserved": False}
    return encoding.get(word, defaults[word])


def usual_type(document: Document, media_type: Pointer, part: str) -> str:
    """The media type that a part has when nothing is said: by the type of its schema."""
    named = properties(parts(document, (*media_type, "schema"))).get(part)
    return usual_type_of(document, named[0]) if named else ""


def usual_type_of(document: Document, schema: Pointer) -> str:
    """The media type that a value of a schema is written in within a form."""
    said = parts(document, schema)
    kinds = types(said) - {"null"}
    if kinds == {"array"}:
        items = single(said, "items")
        return usual_type_of(document, items) if items else ""
    if kinds == {"object"}:
        return "application/json"
    is_binary = any(
        part.value.get("format") == "binary" or "contentEncoding" in part.value for part in said
    )
    if is_binary or len(kinds) > 4:
        return "application/octet-stream"
    return "text/plain" if kinds else ""
