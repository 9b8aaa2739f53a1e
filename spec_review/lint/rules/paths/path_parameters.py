"""Whether a path and its parameters name the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Operation
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.templates import TEMPLATE
from spec_review.lint.samples import shop
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.values import elements


def faults(contract: Contract) -> Iterator[Fault]:
    """Find names in paths that are not declared, and path parameters without a place."""
    document = contract.document
    for operation in document.operations():
        names = TEMPLATE.findall(operation.path)
        parameters = [each for each in document.parameters(operation) if each.where == "path"]
        declared = [parameter.name for parameter in parameters]
        for name in names:
            if name not in declared and not has_unresolved_parameter(document, operation):
                yield Fault(
                    operation.pointer,
                    f"{operation.name} does not declare {name}, which its path names",
                    did_you_mean(name, declared, f"add a parameter {name} in: path"),
                    at_key=True,
                )
        for parameter in parameters:
            if parameter.name not in names:
                yield Fault(
                    (*parameter.pointer, "name"),
                    f"{parameter.name} does not stand in the path {operation.path}",
                    did_you_mean(parameter.name, names, "leave it out"),
                )


def has_unresolved_parameter(document: Document, operation: Operation) -> bool:
    """Tell whether a parameter is a reference that leads nowhere, and so might be any."""
    return any(
        followed_or_none(document, (*holder, "parameters", index)) is None
        for holder in (operation.item, operation.pointer)
        for index in range(len(elements(document.value((*holder, "parameters")))))
    )


RULE: Final = Rule(
    id="path-parameters",
    severity="error",
    sentence="The names in a path and its path parameters are the same.",
    why="A name that nobody declares is never filled in, and a parameter without a place never sent.",
    breaks=shop(
        ("    get:\n      operationId: getThing", "    ▸get:\n      operationId: getThing"),
        ("/things/{id}:", "/things/{id}/{colour}:"),
    ),
    keeps=shop(),
    faults=faults,
)
