"""Whether `nullable` does anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

DECIDING: Final = frozenset(("allOf", "anyOf", "oneOf", "enum", "not"))
"""Keywords beside which a `nullable` without a type is one that somebody counts on."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find `nullable` where the version at hand does not read it."""
    document = contract.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        if not isinstance(schema.get("nullable"), bool):
            continue
        at = (*place, "nullable")
        if document.version != "3.0":
            yield Fault(at, *of_later_versions(document.version, schema["nullable"]), at_key=True)
        elif (
            schema["nullable"] is True
            and "type" not in schema
            and "$ref" not in schema
            and not DECIDING.isdisjoint(schema)
        ):
            yield Fault(
                at,
                "nullable has no effect without a type beside it: null is not taken here",
                "write the type beside it, in each branch that shall take null, or leave it out",
                at_key=True,
            )


def of_later_versions(version: str, wants_null: bool) -> tuple[str, str]:
    """What is wrong with `nullable` in OpenAPI 3.1 and later, and its mend."""
    mend = "add 'null' to the type: [string, 'null']" if wants_null else "leave it out"
    return f"OpenAPI {version} has no nullable, so it is ignored", mend


RULE: Final = Rule(
    id="idle-nullable",
    severity="warning",
    sentence="nullable stands beside a type, and in OpenAPI 3.0 only.",
    why="Elsewhere it is ignored: null is refused, though the author thinks that it is taken.",
    breaks=shop(
        ("price: {type: number,", "price: {type: number, ▸nullable: true,"),
    ),
    keeps=shop(
        ("openapi: 3.1.1", "openapi: 3.0.4"),
        ("price: {type: number,", "price: {type: number, nullable: true,"),
    ),
    faults=faults,
)
