"""Whether the patterns of schemas are patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regress

from openapi_documents import Pointer, shown
from openapi_documents.schemas.words import can_be_compiled
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

LONGEST: Final = 60
"""How many letters of a pattern are told."""

FOREIGN: Final = re.compile(r"(?<!\\)(?:\\\\)*(\\[AZzGhHQEXRK]|\[\[:\w+:\]\])")
"""What means something to other engines, and to ECMA-262 the letters as they stand."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find patterns that are no regular expression of ECMA-262, or that no memory holds."""
    document = contract.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            yield from faults_of((*place, "pattern"), pattern, at_key=False)
        for name in mapping(schema.get("patternProperties")):
            yield from faults_of((*place, "patternProperties", name), name, at_key=True)


def faults_of(place: Pointer, pattern: str, at_key: bool) -> Iterator[Fault]:
    """Find what is wrong with one pattern."""
    whole = shown(pattern)
    told = whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}..."
    refusal = refused(pattern, "")
    foreign = FOREIGN.search(pattern)
    if refusal and refused(pattern, "u"):
        said = f"the pattern {told} is no regular expression of ECMA-262: {refusal}"
        yield Fault(place, said, at_key=at_key)
    elif foreign is not None and refused(pattern, "u"):
        said = f"{foreign[1]} in the pattern {told} means nothing in ECMA-262 but its letters"
        yield Fault(place, said, "write ^, $ or the characters", at_key=at_key, severity="warning")
    elif len(pattern) > 2 and not can_be_compiled(pattern) and HUGE.search(pattern):
        yield Fault(place, f"the pattern {told} cannot be compiled in memory", at_key=at_key)


HUGE: Final = re.compile(r"\{\d{4,}")
"""Repeats that an engine writes out a thousand times and more."""


@lru_cache(maxsize=4096)
def refused(pattern: str, flags: str) -> str:
    """Why an engine of ECMA-262 does not take a pattern, "" when it does."""
    try:
        regress.Regex(pattern, flags)
    except regress.RegressError as error:
        return str(error).lower() or "it cannot be compiled"
    return ""


RULE: Final = Rule(
    id="schema-pattern",
    severity="error",
    sentence="Every pattern is a regular expression of ECMA-262, and one that memory holds.",
    why="Nobody can tell which values fit, so validators refuse the schema or take anything.",
    breaks=shop(("id: {type: string, d", "id: {type: string, pattern: ▸'(?P<a>[a-z])', d")),
    keeps=shop(("id: {type: string, d", "id: {type: string, pattern: '^(?<a>[a-z])', d")),
    faults=faults,
)
