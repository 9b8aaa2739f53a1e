"""Whether a document of OpenAPI 3.0 has paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Document
from spec_review.lint.rule import Fault, Rule, Sample
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract

LIBRARY: Final = """\
openapi: ▸3.0.4
info: {title: Words, version: "1", description: Schemas for other documents.}
components:
  schemas:
    Name: {type: string, description: A name.}
"""
"""A document without operations."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find documents of 3.0 that hold components for others and nothing else."""
    if lacks_paths(contract.document):
        yield Fault(
            ("openapi",),
            "the document has components and no paths, which OpenAPI allows from 3.1 on only",
            "add paths: {}",
        )


def lacks_paths(document: Document) -> bool:
    """Tell whether a document of 3.0 is one of components only, with nothing said of operations."""
    data = document.data
    is_library = "components" in data and "security" not in data
    return document.version == "3.0" and is_library and "paths" not in data


RULE: Final = Rule(
    id="missing-paths",
    severity="warning",
    sentence="A document of OpenAPI 3.0 has paths, even if it only holds components for others.",
    why="Tools that keep to the standard refuse it, the others take it for what it is.",
    breaks=Sample(LIBRARY),
    keeps=shop(),
    faults=faults,
)
