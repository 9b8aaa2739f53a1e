"""Whether what an operation requires of a resource is ever asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

_OF_BATCHES: Final = ("x-submission", "x-status-of", "x-record-of")
_SERVICE: Final = "x-understudy-service"


def faults(contract: Contract) -> Iterator[Fault]:
    """Find requirements of operations that have to do with batches, or that a service answers."""
    is_served = _SERVICE in mapping(contract.document.value(()))
    for place in dict.fromkeys(needed.pointer[:-2] for needed in contract.needs):
        words = mapping(contract.document.value(place))
        other = next((word for word in _OF_BATCHES if word in words), None)
        if other is not None or is_served:
            yield Fault(
                (*place, "x-requires"),
                f"nobody asks for what stands beside {other or _SERVICE}",
                "move it to an operation of a resource, or leave it out",
                at_key=True,
            )


RULE: Final = Rule(
    id="idle-requirement",
    severity="warning",
    sentence="What an operation requires of a resource is asked: not beside a word of batches, nor of a service.",
    why="Batches and hand-written services know nothing of resources, so the operation is never refused.",
    breaks=parcels(
        (
            "      x-submission: {",
            "      ▸x-requires: [{lifecycle: van, id: $request.header.Van, states: [Ready]}]\n      x-submission: {",
        ),
        (
            "  x-lifecycles:\n",
            "  x-lifecycles:\n    van:\n      key: [number]\n      states: {Ready: {initial: true}, Gone: {final: true}}\n"
            "      transitions: [{from: Ready, to: Gone, after: P1D}]\n",
        ),
    ),
    keeps=parcels(),
    faults=faults,
)
