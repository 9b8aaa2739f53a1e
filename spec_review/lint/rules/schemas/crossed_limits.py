"""Whether some value lies between the limits of a schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping, number

PAIRS: Final = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)
"""Limits that both belong to what they limit."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find lower limits above the upper ones."""
    document = contract.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        if "$ref" in schema and document.version == "3.0":
            continue
        for lower, upper in (*PAIRS, *ranges(schema)):
            least, most = number(schema.get(lower)), number(schema.get(upper))
            is_open = any(is_exclusive(schema, word) for word in (lower, upper))
            if least is None or most is None or least < most or (least == most and not is_open):
                continue
            yield Fault(
                (*place, lower),
                f"{lower} is {least} and {upper} is {most}, so nothing fits",
                "exchange the two, or correct one of them",
            )


def ranges(schema: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The lower and upper bounds of a number that a schema has."""
    for lower in ("minimum", "exclusiveMinimum"):
        for upper in ("maximum", "exclusiveMaximum"):
            if lower in schema and upper in schema:
                yield lower, upper


def is_exclusive(schema: Mapping[str, object], word: str) -> bool:
    """Tell whether a bound does not belong to what it limits, in the spelling of any version."""
    flag = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}.get(word)
    return word.startswith("exclusive") or (flag is not None and schema.get(flag) is True)


RULE: Final = Rule(
    id="crossed-limits",
    severity="error",
    sentence="The lower limit of a schema is not above its upper one.",
    why="No value lies between them, so what the schema describes can never be sent.",
    breaks=shop(
        (
            "price: {type: number, description: What it costs., minimum: 0}",
            "price: {type: number, description: What it costs., minimum: ▸9, maximum: 5}",
        ),
        ("example: {id: a1, price: 5}", "example: {id: a1}"),
    ),
    keeps=shop(
        (
            "price: {type: number, description: What it costs., minimum: 0}",
            "price: {type: number, description: What it costs., minimum: 5, maximum: 5}",
        )
    ),
    faults=faults,
)
