"""Whether every link leads to an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Operation, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.findings import Fix
from spec_review.output.wording import did_you_mean, first_few, joined, nearest
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find links to operations that are not there, and parameters that they do not have."""
    document = contract.document
    operations = {each.id: each for each in document.operations() if each.id}
    for place in document.objects("link"):
        link = mapping(document.value(place))
        name = link.get("operationId")
        if "$ref" in link or not isinstance(name, str):
            continue
        if name in operations:
            yield from faults_of_link(document, place, operations[name])
        else:
            near = nearest(name, operations)
            yield Fault(
                (*place, "operationId"),
                f"the link leads to {name}, which is no operation of this contract",
                f"did you mean {near}?"
                if near
                else f"the operations are {first_few([*operations])}",
                fix=Fix(near) if near else None,
            )


def faults_of_link(document: Document, place: Pointer, operation: Operation) -> Iterator[Fault]:
    """Find parameters that the operation does not have, else those that are not filled in."""
    given = mapping(document.value((*place, "parameters")))
    known = {each.name: each.value for each in document.parameters(operation)}
    bare = {name: name.partition(".")[2] or name for name in given}
    for name in given:
        if name not in known and bare[name] not in known:
            yield Fault(
                (*place, "parameters", name),
                f"{operation.name} has no parameter {name}",
                did_you_mean(name, known, f"its parameters are {joined(sorted(known))}"),
                at_key=True,
            )
            return
    for name, value in known.items():
        if value.get("required") is True and name not in {*given, *bare.values()}:
            yield Fault(
                place,
                f"the link does not fill in {name}, which {operation.name} requires",
                f"add {name} to its parameters",
                at_key=True,
            )


RULE: Final = Rule(
    id="unknown-link",
    severity="error",
    sentence="Every link leads to an operation of the contract and fills in its parameters.",
    why="Tools that follow links stop there, and readers search in vain.",
    breaks=parcels(
        ("parameters: {id: $response.body#/id}", "parameters: {▸number: $response.body#/id}")
    ),
    keeps=parcels(),
    faults=faults,
)
