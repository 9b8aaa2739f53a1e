"""Whether the operation that reads a record takes its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find operations that read a record without all of its key."""
    for record in contract.records:
        lifecycle = contract.lifecycle(record.lifecycle)
        names = {each.name for each in contract.document.parameters(record.operation)}
        for name in lifecycle.key if lifecycle is not None else ():
            if name not in names:
                yield Fault(
                    record.pointer,
                    f"{record.operation.name} does not take {name}, "
                    f"by which {record.lifecycle} is found",
                    did_you_mean(name, names, f"add a parameter {name}"),
                    at_key=True,
                )


RULE: Final = Rule(
    id="record-key",
    severity="error",
    sentence="The operation that reads a record takes the key of its lifecycle.",
    why="A record can only be found by its key.",
    breaks=parcels(
        ("  /parcels/{number}:", "  /parcels/{no}:"),
        ("{name: number, in: path,", "{name: no, in: path,"),
        ("      x-record-of: parcel", "      ▸x-record-of: parcel"),
    ),
    keeps=parcels(),
    faults=faults,
)
