"""Whether an answer can show an item that is invalid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.submissions.answers import judged, members_in_arrays, success_codes
from spec_review.lint.rules.submissions.status_states import answering
from spec_review.lint.samples import parcels
from spec_review.reading.bodies import json_schema
from spec_review.reading.contract import Contract
from spec_review.reading.following import followed_or_none
from spec_review.reading.parts import parts


def faults(contract: Contract) -> Iterator[Fault]:
    """Find members of answers that must be valid items, where invalid ones end in a state."""
    document = contract.document
    seen: set[Pointer] = set()
    for submission, lifecycle in judged(contract):
        item = contract.item_schema(submission)
        if item is None or not any(row.when == "invalid" for row in lifecycle.outcomes):
            continue
        for operation in answering(contract, submission):
            for code in success_codes(operation):
                schema = json_schema(document, (*operation.pointer, "responses", code))
                places = members_in_arrays(document, schema) if schema is not None else ()
                for place in places:
                    if place not in seen and demands(document, place, item):
                        seen.add(place)
                        yield Fault(
                            place,
                            f"an item that is invalid does not fit {place[-1]} in the answer of {operation.name}",
                            "let it be anyOf the item and {type: object}",
                            at_key=True,
                        )


def demands(document: Document, place: Pointer, item: Pointer) -> bool:
    """Tell whether whatever fits the schema at a place fits that of an item."""
    side = parts(document, place)
    choices = [
        [followed_or_none(document, (*part.pointer, word, index)) for index in range(len(listed))]
        for part in side
        for word in ("anyOf", "oneOf")
        if isinstance(listed := part.value.get(word), list)
    ]
    return any(part.pointer == item for part in side) or any(
        bool(branches) and all(branch == item for branch in branches) for branches in choices
    )


RULE: Final = Rule(
    id="echoed-item",
    severity="warning",
    sentence="Where invalid items end in a state, an answer that shows items can show them.",
    why="A server that echoes what was sent breaks the schema of its own answer, and a generated client fails on it.",
    breaks=parcels(
        (
            "              data: {type: object, description: The parcel as it was sent.}",
            "              ▸data: {$ref: '#/components/schemas/Parcel'}",
        ),
        (
            "result: [{data: {}, status",
            "result: [{data: {number: a1, weight: 2, lifters: 1}, status",
        ),
    ),
    keeps=parcels(
        (
            "              data: {type: object, description: The parcel as it was sent.}",
            "              data: {description: As it was sent., anyOf: [{$ref: '#/components/schemas/Parcel'}, {type: object}]}",
        ),
    ),
    faults=faults,
)
