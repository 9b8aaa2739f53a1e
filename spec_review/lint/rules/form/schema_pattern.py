"""Whether the patterns of schemas are patterns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents.schemas.words import can_be_compiled
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

LONGEST: Final = 60
"""How many letters of a pattern are told."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find patterns that no engine takes."""
    document = contract.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not can_be_compiled(pattern):
            yield Fault((*place, "pattern"), sentence(pattern))
        for name in mapping(schema.get("patternProperties")):
            if not can_be_compiled(name):
                yield Fault((*place, "patternProperties", name), sentence(name), at_key=True)


def sentence(pattern: str) -> str:
    """What is wrong with a pattern."""
    shown = pattern if len(pattern) <= LONGEST else f"{pattern[:LONGEST]}..."
    return f"the pattern {shown} cannot be compiled"


RULE: Final = Rule(
    id="schema-pattern",
    severity="error",
    sentence="Every pattern is a regular expression of ECMA-262, and one that memory holds.",
    why="Nobody can tell which values fit, so validators refuse the schema or take anything.",
    breaks=shop(("id: {type: string, d", "id: {type: string, pattern: ▸'[a-', d")),
    keeps=shop(("id: {type: string, d", "id: {type: string, pattern: '^[a-z]', d")),
    faults=faults,
)
