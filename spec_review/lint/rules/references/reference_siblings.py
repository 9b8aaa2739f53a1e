"""Whether something stands beside a `$ref` that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import KINDS
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.wording import joined
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

SPOKEN: Final = frozenset(
    ("description", "summary", "title", "example", "examples", "externalDocs", "deprecated")
)
"""Members that decide nothing."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find members beside a reference that are ignored; in OpenAPI 3.0 all are."""
    document = contract.document
    is_old = document.version == "3.0"
    for kind in KINDS:
        # A path item may have members of its own, and a schema of 3.1 is no Reference Object.
        if kind == "path item" or (kind == "schema" and not is_old):
            continue
        read = frozenset() if is_old else frozenset(("summary", "description"))
        for place in document.objects(kind):
            value = mapping(document.value(place))
            if not isinstance(value.get("$ref"), str):
                continue
            idle = [name for name in value if name != "$ref" and name not in read]
            idle = [name for name in idle if not name.startswith("x-")]
            if idle:
                verb = "stands" if len(idle) == 1 else "stand"
                is_mild = SPOKEN.issuperset(idle)
                yield Fault(
                    (*place, idle[0]),
                    f"{joined(idle)} {verb} beside a $ref and is ignored"
                    if len(idle) == 1
                    else f"{joined(idle)} {verb} beside a $ref and are ignored",
                    "write allOf: [{$ref: ...}] beside it" if kind == "schema" else "leave it out",
                    at_key=True,
                    severity="note" if is_mild else None,
                    kind="spoken" if is_mild else "deciding",
                )


RULE: Final = Rule(
    id="reference-siblings",
    severity="warning",
    sentence="Nothing stands beside a $ref where it is ignored.",
    why="What is written there holds for no reader that keeps to the standard.",
    breaks=shop(
        (
            "        - $ref: '#/components/parameters/Language'\n",
            "        - $ref: '#/components/parameters/Language'\n          ▸required: true\n",
        )
    ),
    keeps=shop(
        (
            "        - $ref: '#/components/parameters/Language'\n",
            "        - $ref: '#/components/parameters/Language'\n          description: Of it.\n",
        )
    ),
    faults=faults,
    kinds=("deciding", "spoken"),
    narrowed={"essential": ("deciding",)},
)
