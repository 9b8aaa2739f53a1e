"""Whether what is saved can be read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.reading.contract import Contract

_RECORD: Final = "      summary: Read a parcel\n      x-record-of: parcel\n"


def faults(contract: Contract) -> Iterator[Fault]:
    """Find collections that nothing reads, and nobody says why."""
    read_back = {
        lifecycle.records
        for record in contract.records
        if (lifecycle := contract.lifecycle(record.lifecycle)) is not None
    }
    for lifecycle in contract.lifecycles:
        if lifecycle.saves and lifecycle.records not in read_back and not lifecycle.silences:
            yield Fault(
                (*lifecycle.pointer, "records"),
                f"no operation reads a record of {lifecycle.records} back",
                f"add an operation with x-record-of: {lifecycle.name}, "
                "or an x-silence that says why there is none",
            )


RULE: Final = Rule(
    id="record-operation",
    severity="error",
    sentence="What is saved can be read back, or an x-silence says why not.",
    why="Otherwise nobody can see what a Completed item became.",
    breaks=parcels(
        (_RECORD, "      summary: Read a parcel\n"),
        ("      records: parcels", "      records: ▸parcels"),
    ),
    keeps=parcels(
        (_RECORD, "      summary: Read a parcel\n"),
        ("      records: parcels", "      records: parcels\n      x-silence: P1"),
    ),
    faults=faults,
)
