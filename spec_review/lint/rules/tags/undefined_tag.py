"""Whether the tags of operations are declared, where any are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract
from spec_review.reading.values import elements, mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find tags that are not declared in a document that declares some, each where it is used first."""
    document = contract.document
    declared = [mapping(document.value(place)).get("name") for place in document.objects("tag")]
    names = {name for name in declared if isinstance(name, str)}
    told: set[str] = set()
    for place in document.objects("operation") if names else ():
        for index, name in enumerate(elements(mapping(document.value(place)).get("tags"))):
            if not isinstance(name, str) or name in names or name in told:
                continue
            told.add(name)
            near = nearest(name, names, 0.8)
            yield Fault(
                (*place, "tags", index),
                f"the tag {name} is not declared, though others are",
                f"did you mean {near}?" if near else "add it to tags",
                fix=Fix(near) if near else None,
            )


RULE: Final = Rule(
    id="undefined-tag",
    severity="warning",
    sentence="A document that declares tags declares all that its operations have.",
    why="A misspelt tag makes a group of one, in the wrong place and without a text.",
    breaks=shop(
        ("paths:\n", "tags: [{name: things}]\npaths:\n"),
        ("      summary: Show a thing\n", "      summary: Show a thing\n      tags: [▸thngs]\n"),
    ),
    keeps=shop(
        ("paths:\n", "tags: [{name: things}]\npaths:\n"),
        ("      summary: Show a thing\n", "      summary: Show a thing\n      tags: [things]\n"),
    ),
    faults=faults,
    preset="recommended",
)
