"""Whether every `$ref` leads to a file that may be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import ForbiddenReferenceError
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.references.walk import failures
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references out of the folders that may be read; those to the network are left alone."""
    for reference, error in failures(contract.document):
        if isinstance(error, ForbiddenReferenceError):
            yield Fault(reference.place, error.reason, error.mend)


RULE: Final = Rule(
    id="unfollowed-reference",
    severity="warning",
    sentence="Every $ref to a file leads below the folder of the document, or to a folder that is allowed.",
    why="No file outside is read, so whatever stands there is not reviewed.",
    breaks=shop(
        (
            "- $ref: '#/components/parameters/Language'",
            "- $ref: ▸'../common.yaml#/components/parameters/Language'",
        )
    ),
    keeps=shop(),
    faults=faults,
)
