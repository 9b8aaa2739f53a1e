"""Whether a parameter is declared twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.places import line_of
from spec_review.reading.values import elements


def faults(contract: Contract) -> Iterator[Fault]:
    """Find parameters of one name in one place."""
    document = contract.document
    for holder in (*document.objects("operation"), *document.objects("path item")):
        first: dict[tuple[str, str], Pointer] = {}
        for index in range(len(elements(document.value((*holder, "parameters"))))):
            place = (*holder, "parameters", index)
            value = document.resolved(place)
            if not isinstance(value, dict):
                continue
            where, name = str(value.get("in")), str(value.get("name"))
            key = (where, name.lower() if where == "header" else name)
            if key in first:
                other = document.key_position(first[key])
                line = line_of(other, document.key_position(place))
                yield Fault(
                    place,
                    f"the {where} parameter {key[1]} stands here a second time, first in {line}",
                    "leave out one of the two",
                    at_key=True,
                )
            first.setdefault(key, place)


RULE: Final = Rule(
    id="duplicate-parameter",
    severity="error",
    sentence="No operation has two parameters of one name in one place.",
    why="Tools take either of the two.",
    breaks=shop(
        (
            "        - $ref: '#/components/parameters/Language'\n",
            "        - $ref: '#/components/parameters/Language'\n"
            "        - ▸{name: language, in: query, description: Twice., schema: {type: string}, example: en}\n",
        )
    ),
    keeps=shop(
        (
            "        - $ref: '#/components/parameters/Language'\n",
            "        - $ref: '#/components/parameters/Language'\n"
            "        - {name: language, in: header, description: Once., schema: {type: string}, example: en}\n",
        )
    ),
    faults=faults,
)
