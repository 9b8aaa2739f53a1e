"""Whether a tag is declared twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import REMOVED
from spec_review.reading.contract import Contract
from spec_review.reading.places import line_of
from spec_review.reading.values import elements, mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find names that two tags have, and tags that an operation lists twice."""
    document = contract.document
    first: dict[str, Pointer] = {}
    for place in document.objects("tag"):
        name = mapping(document.value(place)).get("name")
        if not isinstance(name, str):
            continue
        at = (*place, "name")
        if name in first:
            line = line_of(document.position(first[name]), document.position(at))
            said = f"{name} is declared a second time, first in {line}"
            yield Fault(at, said, "leave out one of the two")
        first.setdefault(name, at)
    for place in document.objects("operation"):
        listed = elements(mapping(document.value(place)).get("tags"))
        for index, name in enumerate(listed):
            if isinstance(name, str) and name in listed[:index]:
                said = f"the operation has the tag {name} already"
                yield Fault(
                    (*place, "tags", index), said, "leave it out", severity="warning", fix=REMOVED
                )


RULE: Final = Rule(
    id="duplicate-tag",
    severity="error",
    sentence="No two tags have the same name.",
    why="The specification forbids it; pages show the group twice, or lose one of the two texts.",
    breaks=shop(("paths:\n", "tags: [{name: a}, {name: ▸a}]\npaths:\n")),
    keeps=shop(("paths:\n", "tags: [{name: a}, {name: b}]\npaths:\n")),
    faults=faults,
)
