"""How the parts of a form are written (OpenAPI 3.1.1, "Encoding Object")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.media_types import matched_media, media_range
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.operations.part_headers import part_header_changes
from spec_review.diff.schemas.differences import Effect
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.diff.verdicts import SAFE
from spec_review.diff.versions import Pair
from spec_review.output.wording import listed_values
from spec_review.reading.parts import TYPES, Direction, parts, properties, single, taken_types
from spec_review.reading.places import last_name
from spec_review.reading.values import elements, mapping, text

STYLE: Final = ("style", "explode", "allowReserved")
"""Keywords that say how a part is written as text; a media type beside them is ignored."""


@dataclass(frozen=True)
class Part:
    """One part of a form: its encoding, the schema of its values (None where none is named), and its places."""

    encodings: tuple[Mapping[str, object], Mapping[str, object]]
    schemas: tuple[Pointer | None, Pointer | None]
    places: Pair
    is_multipart: bool

    @property
    def is_in_both(self) -> bool:
        """Whether both forms name the part, or neither does."""
        return (self.schemas[0] is None) == (self.schemas[1] is None)


def encoding_changes(
    pair: OperationPair, context: Context, places: Pair, direction: Direction, name: str
) -> Iterator[Change]:
    """Parts that are of another media type now, written in another style, or have other headers."""
    kinds = {media_range(last_name(place)) for place in places}
    if not all(one.kind == "multipart" or one.subtype == "x-www-form-urlencoded" for one in kinds):
        return
    documents = pair.versions.old, pair.versions.new
    schemas = [part_schemas(*each) for each in zip(documents, places, strict=True)]
    written = [encoded_parts(*each) for each in zip(documents, places, strict=True)]
    for steps in dict.fromkeys((*written[0], *written[1])):
        old, new = (*places[0], *steps), (*places[1], *steps)
        part = Part(
            (mapping(documents[0].value(old)), mapping(documents[1].value(new))),
            (schemas[0].get(steps), schemas[1].get(steps)),
            (old, new),
            any(one.kind == "multipart" for one in kinds),
        )
        said = f"{in_words(steps)} in {name}"
        if part.is_in_both:
            yield from type_changes(pair, part, direction, said)
            yield from style_changes(pair, part, direction, said)
            if part.is_multipart:
                yield from part_header_changes(pair, context, part.places, direction, said)
        elif part.encodings[0] != part.encodings[1]:
            sentence = (
                f"{said} is {'gone' if part.schemas[1] is None else 'new'}, and how it is written"
            )
            yield pair.change("encoding-changed", sentence, SAFE, *part.places)


def encoded_parts(document: Document, media_type: Pointer) -> list[Pointer]:
    """Where, below a media type, it is said how parts are written: of a name, of a number, of all the others."""
    said = mapping(document.value(media_type))
    found: list[Pointer] = [("encoding", name) for name in mapping(said.get("encoding"))]
    found += [("prefixEncoding", at) for at in range(len(elements(said.get("prefixEncoding"))))]
    return [*found, ("itemEncoding",)] if "itemEncoding" in said else found


def in_words(steps: Pointer) -> str:
    """A part as one calls it."""
    if steps[0] == "prefixEncoding":
        return f"part {int(str(steps[1])) + 1}"
    return str(steps[1]) if steps[0] == "encoding" else "each further part"


def part_schemas(document: Document, media_type: Pointer) -> dict[Pointer, Pointer]:
    """The schemas of the parts that a form names or numbers."""
    said = parts(document, (*media_type, "schema"))
    found: dict[Pointer, Pointer] = {
        ("encoding", name): places[0] for name, places in properties(said).items()
    }
    for part in said:
        for at in range(len(elements(part.value.get("prefixItems")))):
            found["prefixEncoding", at] = (*part.pointer, "prefixItems", at)
    items = single(said, "items")
    items = (*media_type, "itemSchema") if items is None else items
    return {**found, ("itemEncoding",): items}


def type_changes(
    pair: OperationPair, part: Part, direction: Direction, said: str
) -> Iterator[Change]:
    """Another media type; what follows from another schema is told by the schema."""
    if all("contentType" not in each or is_styled(each) for each in part.encodings):
        return
    before, after = (
        text(encoding.get("contentType")) or (usual_type_of(document, schema) if schema else "")
        for encoding, document, schema in zip(
            part.encodings, (pair.versions.old, pair.versions.new), part.schemas, strict=True
        )
    )
    effect = effect_of_types(before, after)
    if effect != "none":
        sentence = f"{said} is {after or 'of any type'} now, it was {before or 'of any type'}"
        yield encoding_change(pair, sentence, effect, direction, part.places, "contentType")


def style_changes(
    pair: OperationPair, part: Part, direction: Direction, said: str
) -> Iterator[Change]:
    """Another style: in a query string it is one of lists and objects, in a part of its own of any value."""
    kinds = common_types(pair, part.schemas)
    of_style = frozenset(TYPES) if part.is_multipart else {"array", "object"}
    before, after = part.encodings
    for word in STYLE:
        was, now = form_value(before, word), form_value(after, word)
        concerned = {"string"} if word == "allowReserved" else of_style
        follows = word == "explode" and form_value(before, "style") != form_value(after, "style")
        if was == now or follows or not kinds & concerned:
            continue
        sentence = f"{said} is written with {word} {listed_values([now])} now, it was {listed_values([was])}"
        effect: Effect = "widens" if word == "allowReserved" and now is True else "both"
        yield encoding_change(pair, sentence, effect, direction, part.places, word)


def is_styled(encoding: Mapping[str, object]) -> bool:
    """Whether an encoding names a style, beside which its media type is ignored."""
    return any(word in encoding for word in STYLE)


def common_types(
    pair: OperationPair, schemas: tuple[Pointer | None, Pointer | None]
) -> frozenset[str]:
    """The types of the values that a part had and may still have."""
    old, new = schemas
    if old is None or new is None:
        return frozenset(TYPES)
    return taken_types(pair.versions.old, old) & taken_types(pair.versions.new, new)


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


def usual_type_of(document: Document, schema: Pointer) -> str:
    """The media type that a value of a schema is written in within a form."""
    said = parts(document, schema)
    kinds = taken_types(document, schema) - {"null"}
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
