"""What a schema takes of a value that is written as text: in a path, a query, a header, a form.

There a number is a text of digits, so that a text without bounds takes each number, and a single value is
a list of one (OpenAPI 3.1.1, "Style Values": form, simple and spaceDelimited write a list of one as its element).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from spec_review.reading.values import text_or_texts

TEXT_BOUNDS: Final = frozenset(
    (
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "enum",
        "const",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "$ref",
    )
)
"""Keywords that may keep the text of a number out."""

BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
"""Keywords of numbers; where any text is taken they bound nothing."""

SCALARS: Final = ("string", "number", "integer", "boolean")


def written(schema: object) -> object:
    """A plain schema of a value that travels as text."""
    if not isinstance(schema, dict):
        return schema
    kept = {word: written_below(word, value) for word, value in schema.items()}
    kinds = text_or_texts(kept.get("type"))
    if "string" in kinds and not TEXT_BOUNDS & kept.keys():
        kept = {word: value for word, value in kept.items() if word not in BOUNDS}
        kept["type"] = list(dict.fromkeys((*kinds, *SCALARS)))
    if "array" in kinds and takes_one(kept):
        single = kept.get("items", True)
        rest = [kind for kind in kinds if kind != "array"]
        choices = [{**kept, "type": "array"}, single]
        return {"anyOf": [*choices, {**kept, "type": rest}] if rest else choices}
    return kept


def takes_one(schema: Mapping[str, object]) -> bool:
    """Whether a list may have one element, whatever else it must be."""
    least, most = schema.get("minItems", 0), schema.get("maxItems", 1)
    if not isinstance(least, int) or not isinstance(most, int):
        return False
    return least <= 1 <= most and not {"prefixItems", "contains"} & schema.keys()


def written_below(word: str, value: object) -> object:
    """The value of a keyword, its schemas rewritten."""
    if word in ("properties", "patternProperties", "dependentSchemas") and isinstance(value, dict):
        return {name: written(member) for name, member in value.items()}
    if word in ("allOf", "anyOf", "oneOf", "prefixItems") and isinstance(value, list):
        return [written(member) for member in value]
    if word in ("items", "additionalProperties", "then", "else"):
        return written(value)
    return value
