"""An Arazzo description as values: the sources it names, and its workflows, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError
from openapi_documents.load import load
from openapi_documents.node import Node
from openapi_documents.operations import Operation

HEADERS_OF_HTTP: Final = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that an operation need not describe: OpenAPI ignores them there."""


@dataclass(frozen=True)
class Source:
    """A description of operations that workflows stand on; `document` is None where it cannot be read."""

    name: str
    node: Node = field(repr=False)
    document: Document | None = field(repr=False)
    error: DocumentError | None = None


@dataclass(frozen=True)
class Found:
    """An operation that a step names, and the source that has it."""

    source: Source
    document: Document = field(repr=False)
    operation: Operation


@dataclass(frozen=True)
class Step:
    """A step of a workflow."""

    id: str
    node: Node = field(repr=False)

    @property
    def criteria(self) -> list[Node]:
        """What must hold for it to succeed."""
        return listed(self.node, "successCriteria")

    @property
    def outputs(self) -> Mapping[str, Node]:
        """What later steps may ask of it."""
        return named(self.node, "outputs")


@dataclass(frozen=True)
class Workflow:
    """A workflow: its steps in order, and the inputs and outputs that it declares."""

    id: str
    node: Node = field(repr=False)
    steps: tuple[Step, ...]

    @property
    def inputs(self) -> Mapping[str, Node]:
        """The inputs that are described, by name."""
        found = self.node.get("inputs")
        return named(found, "properties") if found is not None else {}


@dataclass(frozen=True)
class Description:
    """A whole description."""

    document: Document = field(repr=False)
    sources: tuple[Source, ...]
    workflows: tuple[Workflow, ...]

    def operation(self, step: Step) -> Found | None:
        """Return the operation that a step names, None where there is no such."""
        by_id, by_path = text_at(step.node, "operationId"), text_at(step.node, "operationPath")
        for source in self.sources:
            document = source.document
            if document is None:
                continue
            for operation in document.operations():
                if by_id and by_id in self._names(source, operation):
                    return Found(source, document, operation)
                if by_path and by_path == _path_of(source, operation):
                    return Found(source, document, operation)
        return None

    def operation_names(self) -> Iterator[str]:
        """Yield how operations may be named, by their ids."""
        for source in self.sources:
            for operation in source.document.operations() if source.document is not None else ():
                yield from self._names(source, operation)

    def _names(self, source: Source, operation: Operation) -> tuple[str, ...]:
        if not operation.id:
            return ()
        whole = f"$sourceDescriptions.{source.name}.{operation.id}"
        return (operation.id, whole) if len(self.sources) == 1 else (whole,)


def is_arazzo(document: Document) -> bool:
    """Tell whether a document says that it is Arazzo."""
    return "arazzo" in document.data


def read_description(document: Document) -> Description:
    """Return what a document describes; whatever has a wrong form is left out, for `faults` tells of it."""
    sources = tuple(_source(document, node) for node in listed(document.root, "sourceDescriptions"))
    workflows = tuple(
        Workflow(
            text_at(node, "workflowId"),
            node,
            tuple(Step(text_at(step, "stepId"), step) for step in listed(node, "steps")),
        )
        for node in listed(document.root, "workflows")
    )
    return Description(document, sources, workflows)


def _source(document: Document, node: Node) -> Source:
    name, url = text_at(node, "name"), text_at(node, "url")
    folder = Path(document.path).parent
    if text_at(node, "type") not in ("", "openapi") or not url:
        return Source(name, node, None)
    try:
        return Source(name, node, load(folder / url))
    except DocumentError as error:
        return Source(name, node, None, error)


def _path_of(source: Source, operation: Operation) -> str:
    path = operation.path.replace("~", "~0").replace("/", "~1")
    return f"{{$sourceDescriptions.{source.name}.url}}#/paths/{path}/{operation.method}"


def listed(node: Node, name: str) -> list[Node]:
    """Return the mappings in a list that a node has under a name, none where there is no list."""
    found = node.get(name) if isinstance(node.value, dict) else None
    if found is None or not isinstance(found.value, list):
        return []
    return [one for one in found.elements() if isinstance(one.value, dict)]


def named(node: Node, name: str) -> dict[str, Node]:
    """Return the members of a mapping that a node has under a name, none where there is no mapping."""
    found = node.get(name) if isinstance(node.value, dict) else None
    return dict(found.members()) if found is not None and isinstance(found.value, dict) else {}


def text_at(node: Node, name: str) -> str:
    """Return the text that a node has under a name, "" for none."""
    found = node.get(name) if isinstance(node.value, dict) else None
    return found.value if found is not None and isinstance(found.value, str) else ""
