"""Whether a representation may show each state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lives.samples import orders
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.lives import Life
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states that the schema of the member which shows them does not list."""
    for life in contract.lives:
        if life.state is None:
            continue
        for values in shown_values(contract.document, life):
            for state in life.states:
                if state not in values:
                    yield Fault(
                        (*life.pointer, "states", state),
                        f"the schema of `{life.state}` does not list {state}",
                        f"add it to the enum, which has {', '.join(map(str, values))}",
                        at_key=True,
                    )
            break


def shown_values(document: Document, life: Life) -> Iterator[list[Any]]:
    """The values that answers of operations of a resource list for its state."""
    for operation in document.operations():
        words = mapping(operation.value).get("x-resource")
        listed = words if isinstance(words, list) else [words]
        if not any(
            mapping(one).get("lifecycle") == life.name and "each" not in mapping(one)
            for one in listed
        ):
            continue
        for code, place in document.members((*operation.pointer, "responses")).items():
            if code.startswith("2"):
                found = enum_at(document, place, life.state or "")
                if found is not None:
                    yield found


def enum_at(document: Document, response: Pointer, state: str) -> list[Any] | None:
    """The values of a member in the JSON of a response, None where they are not listed."""
    for media in document.members((*response, "content")).values():
        place: Pointer | None = followed_or_none(document, (*media, "schema"))
        for name in state.split("/")[1:]:
            if place is None:
                return None
            place = followed_or_none(document, (*place, "properties", name))
        values = mapping(document.value(place)).get("enum") if place is not None else None
        if isinstance(values, list):
            return values
    return None


RULE: Final = Rule(
    id="life-state-value",
    severity="error",
    sentence="The schema of the member that shows the state of a resource lists each of its states.",
    why="An answer that shows the state would not fit the contract, so the state is not shown as it is.",
    breaks=orders(
        ("        Forgotten: {final: true}\n", "        ▸Forgotten: {final: true}\n"),
        ("enum: [Placed, Paid, Sent, Forgotten]", "enum: [Placed, Paid, Sent]"),
    ),
    keeps=orders(),
    faults=faults,
)
