"""Whether every key member is a required member of the items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.submissions.answers import judged
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract
from spec_review.reading.parts import CHOICES, parts, properties, required


def faults(contract: Contract) -> Iterator[Fault]:
    """Find key members that items do not have, or may leave out."""
    document = contract.document
    seen: set[tuple[Pointer, str]] = set()
    for submission, lifecycle in judged(contract):
        item = contract.item_schema(submission)
        if item is None:
            continue
        members = properties(parts(document, item, CHOICES))
        must = required(parts(document, item))
        for index, name in enumerate(lifecycle.key):
            if (item, name) in seen or (name in members and name in must):
                continue
            seen.add((item, name))
            if name not in members:
                yield Fault(
                    (*lifecycle.pointer, "key", index),
                    f"the items of {submission.operation.name} have no member {name}",
                    did_you_mean(name, members, f"their members are {joined(members)}"),
                )
            else:
                yield Fault(
                    (*item, "required") if "required" in document.value(item) else item,
                    f"{name} is the key of {lifecycle.name}, but an item may leave it out",
                    f"add {name} to required",
                    at_key=True,
                )


RULE: Final = Rule(
    id="key-member",
    severity="error",
    sentence="Every key member is a required member of the items.",
    why="An item without its key is Failed, although its schema lets it pass.",
    breaks=parcels(
        ("      required: [number, weight, lifters]", "      ▸required: [weight, lifters]")
    ),
    keeps=parcels(),
    faults=faults,
)
