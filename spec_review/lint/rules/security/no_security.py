"""Whether operations say who may call them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import File, Operation, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.rules.security.undefined_security_scheme import (
    SCHEME,
    requirements,
    schemes,
)
from spec_review.lint.samples import shop
from spec_review.output.wording import first_few
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find operations without `security` in a contract that speaks of it; those of one file are one cause."""
    document = contract.document
    is_spoken_of = bool(schemes(document)) or any(requirements(document))
    if "security" in document.data or not is_spoken_of:
        return
    silent: dict[Pointer, list[Operation]] = {}
    for operation in document.operations():
        if "security" not in operation.value:
            first = operation.pointer[:1]
            file = first if first and isinstance(first[0], File) else ()
            silent.setdefault(file, []).append(operation)
    for operations in silent.values():
        names = first_few([operation.name for operation in operations], 3)
        asks = "asks" if len(operations) == 1 else "ask"
        yield Fault(
            operations[0].pointer,
            f"{names} {asks} for no credentials, and nothing says that this is meant",
            "write security, or security: [] where anybody may call",
            at_key=True,
        )


RULE: Final = Rule(
    id="no-security",
    severity="warning",
    sentence="A contract that asks for credentials says for every operation which it takes, or that it takes none.",
    why="One that was forgotten is open to everybody, and looks like one that is meant to be.",
    breaks=shop(
        SCHEME,
        ("security: []\n", ""),
        ("    get:\n", "    ▸get:\n"),
        (
            "paths:\n",
            "paths:\n" + LATEST.replace("getLatest\n", "getLatest\n      security: [{key: []}]\n"),
        ),
    ),
    keeps=shop(),
    faults=faults,
)
