"""What a schema takes of a value that is written as text: in a path, a query, a header, a form.

There a number is a text of digits, so that a text without bounds takes each number, a single value is a list of one,
and null is nothing that is written (OpenAPI 3.1.1, "Style Values": form, simple and spaceDelimited write a list of
one as its element).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.reading.values import elements, text_or_texts

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
    kinds = [kind for kind in text_or_texts(kept.get("type")) if kind != "null"]
    if "type" in kept and len(kinds) < len(text_or_texts(kept["type"])):
        kept["type"] = kinds
    if kept.get("type") == []:
        return False
    if None in elements(kept.get("enum")):
        kept["enum"] = [value for value in elements(kept["enum"]) if value is not None]
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


def reading_texts(schema: object) -> object:
    """A schema written as above that must take texts: those of its listed values, whatever their type was.

    So a query of `boolean` may become one of the texts `true`, `false` and `all`, and the reverse.
    """
    if isinstance(schema, list):
        return [reading_texts(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        word: value if word in ("enum", "const") else reading_texts(value)
        for word, value in schema.items()
    }
    kinds = text_or_texts(kept.get("type"))
    listed = elements(kept.get("enum")) or ([kept["const"]] if "const" in kept else [])
    if not listed and set(kinds) == {"boolean"}:
        listed = [True, False]
    if not listed:
        return kept
    alike = [other for value in listed for other in alike_as_text(value)]
    return {"anyOf": [kept, {"enum": alike}]} if alike else kept


def alike_as_text(value: object) -> Iterator[object]:
    """The values of other types that are written as a value is."""
    if isinstance(value, str):
        try:
            read = json.loads(value)
        except ValueError:
            return
        if isinstance(read, bool | int | float) and json.dumps(read) == value:
            yield read
    elif isinstance(value, bool | int | float):
        yield json.dumps(value)
