"""Whether the keywords of schemas are keywords."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

KEYWORDS: Final = frozenset(
    (
        "$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$defs", "$comment",
        "$vocabulary", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas",
        "prefixItems", "items", "contains", "properties", "patternProperties",
        "additionalProperties", "propertyNames", "type", "enum", "const", "multipleOf", "maximum",
        "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern",
        "maxItems", "minItems", "uniqueItems", "maxContains", "minContains", "maxProperties",
        "minProperties", "required", "dependentRequired", "format", "contentEncoding",
        "contentMediaType", "contentSchema", "title", "description", "default", "deprecated",
        "readOnly", "writeOnly", "examples", "unevaluatedItems", "unevaluatedProperties",
        "discriminator", "xml", "externalDocs", "example",
    )
)  # fmt: skip
"""The keywords of JSON Schema 2020-12 and those that OpenAPI adds."""

FORMER: Final[Mapping[str, str]] = {
    "additionalItems": "write items, and prefixItems for the first ones",
    "dependencies": "write dependentRequired or dependentSchemas",
    "$recursiveRef": "write $dynamicRef",
    "$recursiveAnchor": "write $dynamicAnchor",
    "divisibleBy": "write multipleOf",
    "extends": "write allOf",
    "disallow": "write not",
}
"""Keywords of older drafts that JSON Schema 2020-12 does not have, and what took their place."""

LIKENESS: Final = 0.8
"""How near a word must be to a keyword to be taken for one."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find members of schemas that look like a keyword and are none; 3.0 has `openapi-form` for it."""
    document = contract.document
    if document.version == "3.0":
        return
    for place in document.objects("schema"):
        for word in mapping(document.value(place)):
            if word in KEYWORDS or word == "nullable" or word.startswith("x-"):
                continue
            at = (*place, word)
            near = near_keyword(word)
            if word in FORMER:
                said = f"JSON Schema 2020-12 has no keyword {word}, so it is ignored"
                yield Fault(at, said, FORMER[word], at_key=True)
            elif near is not None:
                said = f"{word} is no keyword of JSON Schema, so it is ignored"
                yield Fault(at, said, f"did you mean {near}?", at_key=True, fix=Fix(near))


def near_keyword(word: str) -> str | None:
    """The keyword that is probably meant, whatever its case; None for a word of somebody else."""
    folded = {keyword.lower(): keyword for keyword in KEYWORDS}
    near = nearest(word.lower(), folded, LIKENESS)
    return None if near is None else folded[near]


RULE: Final = Rule(
    id="misspelt-keyword",
    severity="warning",
    sentence="A member of a schema is a keyword, not almost one (OpenAPI 3.1 and 3.2).",
    why="JSON Schema ignores what it does not know, so the limit that was meant is not there.",
    breaks=shop(("id: {type: string, d", "id: {type: string, ▸minLenght: 2, d")),
    keeps=shop(("id: {type: string, d", "id: {type: string, minLength: 2, d")),
    faults=faults,
)
