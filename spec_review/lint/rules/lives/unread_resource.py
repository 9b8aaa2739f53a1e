"""Whether what is made with a life can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Operation
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lives.samples import orders
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find operations that make something with a life which no operation reads."""
    operations = contract.document.operations()
    paths = {one.path.rstrip("/") for one in operations if one.method == "get"}
    for operation in operations:
        for name in made(operation, "create"):
            below = f"{operation.path.rstrip('/')}/{{"
            is_read = any(
                path.startswith(below) and path.count("{") == operation.path.count("{") + 1
                for path in paths
            )
            if not is_read and not any(name in made(other, "read") for other in operations):
                yield Fault(
                    (*operation.pointer, "x-resource"),
                    f"{operation.name} makes a {name} that no operation reads",
                    f"add a GET of one, or `x-resource: {{lifecycle: {name}, does: read}}` to the operation that reads it",
                    at_key=True,
                )


def made(operation: Operation, does: str) -> list[str]:
    """The lifecycles with which an operation says that it does something."""
    words = mapping(operation.value).get("x-resource")
    listed = [mapping(one) for one in (words if isinstance(words, list) else [words])]
    return [
        str(one["lifecycle"]) for one in listed if one.get("does") == does and "lifecycle" in one
    ]


RULE: Final = Rule(
    id="unread-resource",
    severity="warning",
    sentence="What an operation makes with a life, another one reads.",
    why="A life that nobody can look at says nothing: neither partners nor the judge see its states.",
    breaks=orders(
        (
            "      x-resource: {lifecycle: order, does: create}",
            "      ▸x-resource: {lifecycle: order, does: create}",
        ),
        ("    get:\n      operationId: showOrder", "    delete:\n      operationId: showOrder"),
        ("      x-resource: {lifecycle: order, does: read}\n", ""),
    ),
    keeps=orders(),
    faults=faults,
    preset="recommended",
)
