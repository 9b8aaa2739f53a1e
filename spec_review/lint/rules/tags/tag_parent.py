"""Whether the tags of OpenAPI 3.2 form a tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find parents that are not declared, and tags that are above themselves."""
    document = contract.document
    parents: dict[str, str] = {}
    places: dict[str, Pointer] = {}
    names = [mapping(document.value(place)).get("name") for place in document.objects("tag")]
    for place in document.objects("tag"):
        tag = mapping(document.value(place))
        name, parent = tag.get("name"), tag.get("parent")
        if isinstance(name, str) and isinstance(parent, str):
            at = (*place, "parent")
            if parent not in names:
                known = [one for one in names if isinstance(one, str)]
                mend = did_you_mean(parent, known, "add it to tags")
                yield Fault(at, f"the parent {parent} is no tag of the document", mend)
            parents.setdefault(name, parent)
            places.setdefault(name, at)
    told: set[str] = set()
    for name in parents:
        way = [name]
        while way[-1] in parents and parents[way[-1]] not in way and way[-1] not in told:
            way.append(parents[way[-1]])
        if parents.get(way[-1]) == name and name not in told:
            said = f"the tag {name} is above itself: {' -> '.join((*way, name))}"
            yield Fault(places[name], said, "leave out one of these parents")
        told |= set(way)


RULE: Final = Rule(
    id="tag-parent",
    severity="error",
    sentence="The parent of a tag is a tag, and no tag is above itself (OpenAPI 3.2).",
    why="Pages that show the tags as a tree lose the branch, or never end.",
    breaks=shop(
        ("openapi: 3.1.1", "openapi: 3.2.0"),
        ("paths:\n", "tags: [{name: things}, {name: old things, parent: ▸thing}]\npaths:\n"),
    ),
    keeps=shop(
        ("openapi: 3.1.1", "openapi: 3.2.0"),
        ("paths:\n", "tags: [{name: things}, {name: old things, parent: things}]\npaths:\n"),
    ),
    faults=faults,
)
