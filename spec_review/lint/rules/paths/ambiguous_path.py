"""Whether a request can fit two paths, neither of which is the more concrete one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.overlaps import overlaps
from spec_review.lint.rules.paths.templates import TEMPLATE
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.validators import Validators


def faults(contract: Contract) -> Iterator[Fault]:
    """Find paths that a request fits together with an earlier one, and nothing says which takes it."""
    schemas = path_schemas(contract.document)
    for one in overlaps(contract.document):
        if one.is_wider_above or not can_meet(contract.validators, schemas, one.above, one.below):
            continue
        yield Fault(
            ("paths", one.below),
            f"a request can fit both {one.above} and {one.below}, "
            "and nothing says which one takes it",
            "let their fixed parts differ",
            at_key=True,
        )


def path_schemas(document: Document) -> dict[tuple[str, str], list[Pointer]]:
    """The schemas of the parameters of paths, by path and name."""
    found: dict[tuple[str, str], list[Pointer]] = {}
    for operation in document.operations():
        for parameter in document.parameters(operation):
            if parameter.where == "path" and "schema" in parameter.value:
                key = (operation.path, parameter.name)
                found.setdefault(key, []).append((*parameter.pointer, "schema"))
    return found


def can_meet(
    validators: Validators,
    schemas: Mapping[tuple[str, str], Sequence[Pointer]],
    one: str,
    other: str,
) -> bool:
    """Tell whether the fixed parts of each path are values that the other one's parameters may have."""
    for path, beside in ((one, other), (other, one)):
        for segment, fixed in zip(path.split("/"), beside.split("/"), strict=True):
            found = TEMPLATE.fullmatch(segment)
            if found is None or TEMPLATE.search(fixed) is not None:
                continue
            places = schemas.get((path, found[1]), ())
            if places and not any(takes_text(validators, place, fixed) for place in places):
                return False
    return True


def takes_text(validators: Validators, schema: Pointer, text: str) -> bool:
    """Tell whether a part of a path is a value of a parameter, read as a text or as a number."""
    number = re.fullmatch(r"-?\d{1,15}", text)
    return validators.fits(schema, text) or (
        number is not None and validators.fits(schema, int(text))
    )


PRICES: Final = """\
  /{shelf}/latest:
    get:
      operationId: getLatest
      summary: Show the latest thing
      parameters:
        - {name: shelf, in: path, required: true, description: Its name., schema: {type: string}, example: a}
      responses: {'204': {description: There is none.}}
"""
"""A path that meets the one of the shop."""

RULE: Final = Rule(
    id="ambiguous-path",
    severity="warning",
    sentence="No request fits two paths of which neither is the more concrete one.",
    why="The specification leaves it to the tool, so servers and gateways choose differently.",
    breaks=shop(
        (
            "components:\n  parameters:",
            "  ▸" + PRICES.lstrip() + "components:\n  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            PRICES.replace("latest", "latest/one") + "components:\n  parameters:",
        )
    ),
    faults=faults,
)
