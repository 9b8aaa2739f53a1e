"""A fault of an Arazzo description, and the faults of its form: what stands where, and under which names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from openapi_documents.arazzo.description import Description, Step, Workflow, listed, text_at
from openapi_documents.errors import Position
from openapi_documents.mending import did_you_mean
from openapi_documents.node import Node, described
from openapi_documents.pointers import Pointer

Kind = Literal["form", "operation", "parameter", "expression", "criterion"]


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place; `mend` is "" where only the author can know."""

    kind: Kind
    position: Position
    place: Pointer
    sentence: str
    mend: str = ""


def at_value(kind: Kind, node: Node, sentence: str, mend: str = "") -> Fault:
    """Return a fault that stands at a value."""
    return Fault(kind, node.position, node.place, sentence, mend)


_ACTION: Final = frozenset(
    {
        "name",
        "type",
        "workflowId",
        "stepId",
        "retryAfter",
        "retryLimit",
        "criteria",
        "reference",
        "value",
    }
)
_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "description": frozenset({"arazzo", "info", "sourceDescriptions", "workflows", "components"}),
    "source": frozenset({"name", "url", "type"}),
    "workflow": frozenset(
        {"workflowId", "summary", "description", "inputs", "dependsOn", "steps", "successActions",
         "failureActions", "outputs", "parameters"}
    ),
    "step": frozenset(
        {"stepId", "description", "operationId", "operationPath", "workflowId", "parameters", "requestBody",
         "successCriteria", "onSuccess", "onFailure", "outputs"}
    ),
    "parameter": frozenset({"name", "in", "value", "reference"}),
    "request body": frozenset({"contentType", "payload", "replacements"}),
    "criterion": frozenset({"context", "condition", "type"}),
    "action": _ACTION,
}  # fmt: skip
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "description": ("arazzo", "info", "sourceDescriptions", "workflows"),
    "source": ("name", "url"),
    "workflow": ("workflowId", "steps"),
    "step": ("stepId",),
    "criterion": ("condition",),
}
_NAMERS: Final = ("operationId", "operationPath", "workflowId")
_VERSION: Final = re.compile(r"1\.0\.\d+")


def faults_of_form(description: Description) -> Iterator[Fault]:
    """Yield what is wrong with names and places, whatever they lead to."""
    root = description.document.root
    yield from _members(root, "description")
    version = text_at(root, "arazzo")
    if version and not _VERSION.fullmatch(version):
        yield at_value(
            "form", root["arazzo"], f"Arazzo {version} is not known", "Write arazzo: 1.0.1"
        )
    for source in listed(root, "sourceDescriptions"):
        yield from _members(source, "source")
    yield from _twice(listed(root, "sourceDescriptions"), "name")
    yield from _twice(listed(root, "workflows"), "workflowId")
    for workflow in description.workflows:
        yield from _of_workflow(workflow)


def _of_workflow(workflow: Workflow) -> Iterator[Fault]:
    yield from _members(workflow.node, "workflow")
    yield from _twice([step.node for step in workflow.steps], "stepId")
    for step in workflow.steps:
        yield from _of_step(step)


def _of_step(step: Step) -> Iterator[Fault]:
    yield from _members(step.node, "step")
    namers = [name for name in _NAMERS if name in step.node]
    if len(namers) != 1:
        said = " and ".join(namers) or f"none of {', '.join(_NAMERS)}"
        yield at_value("form", step.node, f"the step {step.id} has {said}; exactly one is expected")
    for parameter in listed(step.node, "parameters"):
        yield from _members(parameter, "parameter")
    for criterion in step.criteria:
        yield from _members(criterion, "criterion")
    for name in ("onSuccess", "onFailure"):
        for action in listed(step.node, name):
            yield from _members(action, "action")
    body = step.node.get("requestBody")
    if body is not None:
        yield from _members(body, "request body")


def _members(node: Node, kind: str) -> Iterator[Fault]:
    if not isinstance(node.value, dict):
        yield at_value("form", node, f"{described(node.value)} stands here, a mapping is expected")
        return
    for name in node.value:
        if name not in _MEMBERS[kind] and not name.startswith("x-"):
            place = (*node.place, name)
            mend = did_you_mean(name, sorted(_MEMBERS[kind]))
            sentence = f"a {kind} of Arazzo has no member {name}"
            yield Fault("form", node.document.key_position(place), place, sentence, mend)
    for name in _REQUIRED.get(kind, ()):
        if name not in node.value:
            yield at_value("form", node, f"the {kind} has no {name}")


def _twice(nodes: list[Node], name: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for node in nodes:
        value = text_at(node, name)
        if value and value in seen:
            yield at_value("form", node[name], f"the {name} {value} stands here a second time")
        seen.add(value)
