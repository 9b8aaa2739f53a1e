"""Whether examples fit their schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from openapi_documents import Pointer
from openapi_documents.dialect import Side
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import QUOTED, UNQUOTED, Fix
from spec_review.output.wording import first_few
from spec_review.reading.contract import Contract
from spec_review.reading.examples import Example
from spec_review.reading.validators import Misfit

LONGEST: Final = 160
"""How many letters of a validator's sentence are told."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find examples and defaults that their schema refuses, but for those that are meant to break something."""
    for example in contract.examples:
        if example.breaks:
            continue  # told by broken-example
        for misfits in by_place(misfits_of(contract, example)):
            name = "default" if example.pointer[-1] == "default" else "example"
            place = (*example.pointer, *misfits[0].path)
            missing = [misfit.missing for misfit in misfits]
            said = difference(misfits[0])
            if len(misfits) > 1:
                said = f"does not fit its schema: {first_few(missing, 4)} are required"
            is_format = misfits[0].keyword == "format"
            yield Fault(
                place,
                f"the {name} {said}",
                mend(contract, example, misfits[0]),
                severity="warning" if is_format else None,
                fix=other_type(contract.document.value(place), misfits[0]),
            )


def misfits_of(contract: Contract, example: Example) -> list[Misfit]:
    """How an example does not fit: one of an answer lacks what is only written, one that is sent what is only read.

    An example of a schema itself may be either.
    """
    validators = contract.validators
    found = validators.causes(example.schema, example.value)
    sides = sides_of(example) if found else ()
    by_side = [validators.causes(example.schema, example.value, side) for side in sides]
    return [] if not all(by_side) else next(iter(by_side), found)


def sides_of(example: Example) -> tuple[Side, ...]:
    """The messages that an example may be of."""
    holder = example.schema[:-1]
    if {"requestBody", "requestBodies"} & set(holder):
        return ("request",)
    return ("response",) if "responses" in holder else ("request", "response")


def by_place(misfits: Sequence[Misfit]) -> Iterator[list[Misfit]]:
    """The misfits of a value by their places: the members that are missing in one, or the first of the others."""
    together: dict[Pointer, list[Misfit]] = {}
    for misfit in misfits:
        together.setdefault(misfit.path, []).append(misfit)
    for found in together.values():
        missing = [misfit for misfit in found if misfit.missing]
        yield missing or found[:1]


def mend(contract: Contract, example: Example, misfit: Misfit) -> str:
    """How to mend an example: the value, or the mark of one that is meant to be refused."""
    written = contract.document.value((*example.pointer, *misfit.path))
    if misfit.types == ("string",) and isinstance(written, int | float):  # true and false as well
        return "write it in quotes"
    if other_type(written, misfit) is not None:
        return "write it without quotes"
    if example.pointer[-1] in ("value", "dataValue") and is_of_request(contract, example):
        return "correct it, or write x-breaks: schema beside its value if it shall be refused"
    return ""


def is_of_request(contract: Contract, example: Example) -> bool:
    """Tell whether an example is sent, so that it may be one that is meant to be refused."""
    holder = example.schema[:-1]
    parameters = contract.document.objects("parameter")
    return "requestBody" in holder or "requestBodies" in holder or holder in parameters


NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?")
"""A text that JSON and YAML read as a number, and as the same one, when it stands without quotes."""


def other_type(written: object, misfit: Misfit) -> Fix | None:
    """A number in quotes, where a text is wanted; without, where a text of digits stands for a number."""
    if misfit.types == ("string",):
        is_number = isinstance(written, int | float) and not isinstance(written, bool)
        return QUOTED if is_number else None
    found = NUMBER.fullmatch(written) if isinstance(written, str) else None
    if found is None or not {"number", "integer"} & set(misfit.types):
        return None
    is_whole = found["fraction"] is None
    return UNQUOTED if is_whole or "number" in misfit.types else None


def difference(misfit: Misfit) -> str:
    """How a value does not fit, in words."""
    if misfit.is_undecided:
        return "cannot be compared with the pattern of its schema in a reasonable time"
    return f"does not fit its schema: {misfit.sentence[:LONGEST]}"


RULE: Final = Rule(
    id="example-schema",
    severity="error",
    sentence="Every example and every default fits its schema.",
    why="People copy examples; one that is refused costs each of them an hour.",
    breaks=shop(("example: {id: a1, price: 5}", "example: {id: a1, price: ▸-5}")),
    keeps=shop(("example: {id: a1, price: 5}", "example: {id: a1, price: 0}")),
    faults=faults,
)
