"""What is wrong with an instance, in sentences that name the member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from openapi_documents.pointers import escape


class Violation(NamedTuple):
    """One fault of an instance: where, and the sentence without the place.

    `is_rule` tells a rule's own message, which stands behind a colon, from a sentence about the member.
    """

    path: tuple[str | int, ...]
    sentence: str
    is_rule: bool = False

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer in a URI fragment."""
        return "#" + "".join(f"/{escape(str(part))}" for part in self.path)

    def named(self, spelling: str | None) -> str:
        """Return the sentence with the member's name before it, as `validation_errors` shows it."""
        name = spell(self.path, spelling)
        if not name:
            return self.sentence
        return f"{name}: {self.sentence}" if self.is_rule else f"{name} {self.sentence}"


def spell(path: tuple[str | int, ...], spelling: str | None) -> str:
    """Write a path as people do: `revenue_claims[0].total_amount`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = _camel_case(part) if spelling == "camelCase" else part
            text += f".{name}" if text else name
    return text


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def violations_of(error: Any) -> Iterator[Violation]:
    """Yield what an error of jsonschema-rs says."""
    path = tuple(error.instance_path)
    kind = error.kind.name
    details = error.kind.as_dict()
    if kind == "required":
        yield Violation((*path, details["property"]), "is required")
    elif kind in ("additionalProperties", "unevaluatedProperties"):
        for name in details["unexpected"]:
            yield Violation((*path, name), "is not allowed")
    elif kind == "x-rules":
        yield Violation(path, details["message"], is_rule=True)
    else:
        yield Violation(path, _sentence(kind, details))


_SENTENCES = {
    "const": "must be {expected_value}",
    "format": "must be a valid {format}",
    "pattern": "must match {pattern}",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {multiple_of}",
    "uniqueItems": "must not hold the same value twice",
    "oneOf": "must fit exactly one of the allowed forms",
    "anyOf": "must fit one of the allowed forms",
    "falseSchema": "is not allowed",
}
_COUNTS = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minProperties": ("at least", "member"),
    "maxProperties": ("at most", "member"),
}


def _sentence(kind: str, details: Mapping[str, Any]) -> str:
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map(defaultdict(str, details))
    if kind in _COUNTS:
        bound, noun = _COUNTS[kind]
        limit = details.get("limit")
        return f"must have {bound} {limit} {noun}" + ("" if limit == 1 else "s")
    if kind == "enum":
        return f"must be one of {', '.join(str(option) for option in details['options'])}"
    if kind == "type":
        return f"must be {_article(details)}"
    return f"does not fit the schema ({kind})"


def _article(details: Mapping[str, Any]) -> str:
    types = details.get("types") or ["value of another type"]
    return " or ".join(f"{'an' if str(name)[0] in 'aeio' else 'a'} {name}" for name in types)
