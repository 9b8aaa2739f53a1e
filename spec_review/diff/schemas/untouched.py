"""Schemas that both documents write alike: what lies below them is walked without being compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.diff.schemas.differences import Nested
from spec_review.diff.schemas.members import travels_only
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Direction
from spec_review.reading.values import mapping

SPEAKING: Final = frozenset(
    (
        "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "prefixItems", "contains",
        "patternProperties", "propertyNames", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems",
        "contentSchema", "discriminator",
    )
)  # fmt: skip
"""Keywords by which a schema says more than its members and elements do."""


def is_untouched(versions: Versions, old: object, new: object) -> bool:
    """Whether two schemas are written alike, and mean alike as far as they do not refer to others."""
    return (
        isinstance(new, dict)
        and versions.old.version == versions.new.version
        and not SPEAKING & new.keys()
        and old == new
    )


def referring(
    versions: Versions, schema: Mapping[str, object], here: Pair, only: Direction | None = None
) -> Iterator[Nested]:
    """The nearest schemas below one that both documents write alike which say more, each with its one direction."""
    for name, member in mapping(schema.get("properties")).items():
        there = below(here, "properties", name)
        direction = travels_only(versions, *there)
        if only is None or direction in (None, only):
            yield from referring_from(versions, member, there, only or direction)
    for word in ("items", "additionalProperties"):
        yield from referring_from(versions, schema.get(word), below(here, word), only)


def referring_from(
    versions: Versions, schema: object, here: Pair, only: Direction | None
) -> Iterator[Nested]:
    """The schema at a place if it says more, else the nearest ones below it."""
    if not isinstance(schema, dict):
        return
    if SPEAKING & schema.keys():
        yield Nested(versions.schemas(*here), only)
    else:
        yield from referring(versions, schema, here, only)


def below(here: Pair, *steps: str) -> Pair:
    """A pair of places some steps further, the same in both."""
    return (*here[0], *steps), (*here[1], *steps)
