"""Keywords that no other file of this folder knows: compared by meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from spec_review.diff.schemas.differences import Effect, Nested, SchemaDifference
from spec_review.diff.schemas.sides import Sides, every, matched_places
from spec_review.reading.parts import DESCRIPTIVE, LOWER, Part
from spec_review.reading.values import text

COMPARED: Final = frozenset(
    (
        "type", "nullable", "enum", "const", "properties", "required", "items", "allOf", "oneOf",
        "anyOf", "additionalProperties", "pattern", "format", "uniqueItems", "multipleOf", "default",
        "deprecated", "readOnly", "writeOnly", "$ref", "x-rules", "x-silence", "discriminator",
        "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs", "contentEncoding", "contentMediaType", "contentSchema",
        *LOWER, *LOWER.values(),
    )
)  # fmt: skip
"""The keywords that are looked at one by one."""


def other_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """One difference for all other keywords; what it means is for the values to say."""
    before, after = other_keywords(sides.before), other_keywords(sides.after)
    words = [word for word in sorted({*before, *after}) if before.get(word) != after.get(word)]
    if not words:
        return
    old, new = sides.places(words[0])
    sentence = f"{sides.name(new, old)} says {', '.join(words)} otherwise"
    yield SchemaDifference("keywords", "unclear", sentence, old, new)


def other_keywords(side: Sequence[Part]) -> dict[str, str]:
    """The keywords that are not compared one by one, with what they say as text."""
    found: dict[str, str] = {}
    for part in side:
        for word, value in part.value.items():
            if word not in COMPARED and word not in DESCRIPTIVE and not word.startswith("x-"):
                found[word] = found.get(word, "") + json.dumps(value, sort_keys=True)
    return found


CONTENT: Final = ("contentEncoding", "contentMediaType")
"""Keywords that say what a text holds."""


def content_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """What a text holds, and in which encoding: not judged by validators, but on the wire."""
    for word in CONTENT:
        before, after = said(sides.before, word), said(sides.after, word)
        if before == after or is_respelt(sides, word, before, after):
            continue
        old, new = sides.places(word)
        was = f", it was {before}" if before else ""
        sentence = f"{sides.name(new, old)} has the {word} {after or 'none'} now{was}"
        effect: Effect = "both" if before and after else "narrows" if after else "widens"
        yield SchemaDifference("content", effect, sentence, old, new, is_beyond_values=True)
    for pair in matched_places(
        sides.versions, every(sides.before, "contentSchema"), every(sides.after, "contentSchema")
    ):
        yield Nested(sides.versions.schemas(*pair))


RESPELT: Final = {
    "contentEncoding": ("base64", "byte"),
    "contentMediaType": ("application/octet-stream", "binary"),
}
"""Contents of a text that OpenAPI 3.0 said by a format (OpenAPI 3.1.1, "Migrating binary descriptions from OAS 3.0")."""


def is_respelt(sides: Sides, word: str, before: str, after: str) -> bool:
    """Whether one side says by the format of OpenAPI 3.0 what the other says of the content."""
    value, name = RESPELT[word]
    bare = sides.before if not before else sides.after
    return {before, after} == {"", value} and any(part.value.get("format") == name for part in bare)


def said(side: Sequence[Part], word: str) -> str:
    """What the parts give a keyword with a text, as text."""
    return ", ".join(
        dict.fromkeys(text(part.value.get(word)) for part in side if word in part.value)
    )
