"""Keywords that no other file of this folder knows: compared by meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from spec_review.diff.schemas.containment import covers
from spec_review.diff.schemas.differences import SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.reading.parts import DESCRIPTIVE, LOWER, Part

COMPARED: Final = frozenset(
    (
        "type", "nullable", "enum", "const", "properties", "required", "items", "allOf", "oneOf",
        "anyOf", "additionalProperties", "pattern", "format", "uniqueItems", "multipleOf", "default",
        "deprecated", "readOnly", "writeOnly", "$ref", "x-rules", "x-silence", "discriminator",
        *LOWER, *LOWER.values(),
    )
)  # fmt: skip
"""The keywords that are looked at one by one."""


def other_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """One difference for all other keywords, where the schemas are not provably equal."""
    before, after = other_keywords(sides.before), other_keywords(sides.after)
    words = [word for word in sorted({*before, *after}) if before.get(word) != after.get(word)]
    if not words:
        return
    versions = sides.versions
    if covers(versions.new, sides.new, versions.old, sides.old) and covers(
        versions.old, sides.old, versions.new, sides.new
    ):
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
