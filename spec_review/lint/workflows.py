"""Workflows that an Arazzo description tells: whether everything that they name is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openapi_documents import Document
from openapi_documents.arazzo.checking import faults
from openapi_documents.arazzo.description import read_description
from openapi_documents.arazzo.faults import Kind
from spec_review.output.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class AboutWorkflows:
    """A rule about workflows."""

    id: str
    severity: Severity
    sentence: str
    why: str


_RULES: Final[dict[Kind, AboutWorkflows]] = {
    "form": AboutWorkflows(
        "workflow-form",
        "error",
        "An Arazzo description has the members that the specification knows.",
        "What is misspelt is left out by whoever plays it, without a word.",
    ),
    "operation": AboutWorkflows(
        "workflow-operation",
        "error",
        "Every source, operation, step and workflow that is named is there.",
        "A runner ends at the step, or plays another one.",
    ),
    "parameter": AboutWorkflows(
        "workflow-parameter",
        "error",
        "A step gives the parameters and the body that its operation describes, and all that it requires.",
        "The server refuses the step, or does not see what was meant.",
    ),
    "expression": AboutWorkflows(
        "workflow-expression",
        "error",
        "Every expression asks for something that was given before, or that the answer has.",
        "It gives nothing, and the step that uses it is sent without.",
    ),
    "criterion": AboutWorkflows(
        "workflow-criterion",
        "error",
        "Every criterion can be read, and can hold.",
        "The step fails whatever the server answers, or passes whatever it answers.",
    ),
}
ABOUT_WORKFLOWS: Final = tuple(_RULES.values())
"""The rules about workflows."""


def findings_of(document: Document) -> Iterator[Finding]:
    """Yield what is wrong in an Arazzo description."""
    for fault in faults(read_description(document)):
        rule = _RULES[fault.kind]
        yield Finding(
            rule.id, rule.severity, fault.position, fault.sentence, fault.mend, fault.place
        )
