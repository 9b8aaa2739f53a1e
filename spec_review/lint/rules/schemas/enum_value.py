"""Whether the values that a schema lists fit it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import shown
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import QUOTED
from spec_review.output.wording import listed_values
from spec_review.reading.contract import Contract
from spec_review.reading.validators import Misfit
from spec_review.reading.values import elements, mapping

LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""

OTHERS: Final = frozenset(
    ("type", "pattern", "minimum", "maximum", "minLength", "maxLength", "exclusiveMinimum")
) | {"exclusiveMaximum", "multipleOf", "format", "nullable"}
"""Keywords beside which a listed value may be one that never fits."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find values of `enum` and `const` that their own schema refuses."""
    document = contract.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        if OTHERS.isdisjoint(schema) or ("$ref" in schema and document.version == "3.0"):
            continue
        listed = [((*place, "enum", i), v) for i, v in enumerate(elements(schema.get("enum")))]
        if "const" in schema and document.version != "3.0":
            listed.append(((*place, "const"), schema["const"]))
        for at, value in listed:
            for misfit in contract.validators.causes(place, value)[:1]:
                if misfit.keyword not in ("enum", "const"):
                    yield Fault(
                        at,
                        sentence(value, misfit),
                        mend(value, misfit),
                        fix=QUOTED if is_number_for_text(value, misfit) else None,
                    )


def sentence(value: object, misfit: Misfit) -> str:
    """Why a listed value is never taken."""
    why = shown(misfit.sentence)[:LONGEST]
    return f"{listed_values([value])} is listed and yet refused by its own schema: {why}"


def mend(value: object, misfit: Misfit) -> str:
    """What to write instead, as far as it is plain."""
    if value is None:
        return "let the type take null, or leave it out"
    if is_number_for_text(value, misfit):
        return "write it in quotes"
    return "leave it out, or mend the schema"


def is_number_for_text(value: object, misfit: Misfit) -> bool:
    """Tell whether a number stands where a text is wanted."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and misfit.types == ("string",)


RULE: Final = Rule(
    id="enum-value",
    severity="warning",
    sentence="Every value of an enum or const fits the rest of its schema.",
    why="A value that the same schema refuses can never be sent, though it is offered.",
    breaks=shop(
        (
            "id: {type: string, description: Its number.}",
            "id: {type: string, description: Its number., enum: [a1, ▸2]}",
        )
    ),
    keeps=shop(
        (
            "id: {type: string, description: Its number.}",
            "id: {type: string, description: Its number., enum: [a1, '2']}",
        )
    ),
    faults=faults,
)
