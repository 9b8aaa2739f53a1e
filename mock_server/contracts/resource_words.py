"""The words by which an operation has to do with resources: what it does to one, what it requires, and its retries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_server.contracts.cel import Formula, read_formula
from mock_server.contracts.lives import Life
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath
from mock_server.contracts.totals import way_of
from openapi_documents import Document, DocumentError, Node
from openapi_documents.mending import did_you_mean
from openapi_documents.vocabulary import Vocabulary

WEBHOOKS = ("webhooks", "x-webhooks")
"""Where a document describes its webhooks; in OpenAPI 3.0 only others' words can."""


class ResourceWord(NamedTuple):
    """What an operation does to a resource, or to one for each element of an array of the request (`each`) or a list (`made`)."""

    lifecycle: str
    does: str
    each: MemberPath | None
    made: Formula | None


class Requirement(NamedTuple):
    """The operation is refused with a status unless the resource that an expression names is in one of the states."""

    lifecycle: str
    id: str
    states: tuple[str, ...]
    otherwise: int


@dataclass(frozen=True)
class Words:
    """What operations say of resources, by the names of the operations."""

    resources: Mapping[str, tuple[ResourceWord, ...]] = field(default_factory=dict)
    requirements: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict)


def read_words(
    vocabulary: Vocabulary, operations: Iterable[Operation], lives: Mapping[str, Life]
) -> Words:
    """Return the words of the operations. Raises DocumentError for a name of something that there is not."""
    operations = list(operations)
    document = vocabulary.document
    _check_operations(document, operations, lives)
    resources, requirements = {}, {}
    for operation in operations:
        if operation.broken is not None:
            continue
        node = document.node(operation.place)
        resource, requires = (
            vocabulary.word(node, "x-resource"),
            vocabulary.word(node, "x-requires"),
        )
        if resource is not None:
            resources[operation.name] = tuple(_resources(resource, lives))
        if requires is not None:
            requirements[operation.name] = tuple(_requirements(requires, lives))
    return Words(resources, requirements)


def _resources(node: Node, lives: Mapping[str, Life]) -> Iterator[ResourceWord]:
    for one in node.elements() if isinstance(node.value, list) else [node]:
        each, made = one.get("each"), one.get("from")
        yield ResourceWord(
            _life(one["lifecycle"], lives).name,
            one["does"].text(),
            way_of(each.text()) if each is not None else None,
            read_formula(made) if made is not None else None,
        )


def _requirements(node: Node, lives: Mapping[str, Life]) -> Iterator[Requirement]:
    for one in node.elements():
        life = _life(one["lifecycle"], lives)
        otherwise = one.get("otherwise")
        yield Requirement(
            life.name,
            one["id"].text(),
            tuple(_state(state, life) for state in one["states"].elements()),
            otherwise.integer() if otherwise is not None else 409,
        )


def _life(node: Node, lives: Mapping[str, Life]) -> Life:
    name = node.text()
    if name not in lives:
        raise node.error(
            f"there is no lifecycle {name} of a resource", did_you_mean(name, list(lives))
        )
    return lives[name]


def _state(node: Node, life: Life) -> str:
    if node.text() not in life.states:
        raise node.error(
            f"{life.name} has no state {node.text()}", did_you_mean(node.text(), list(life.states))
        )
    return node.text()


def _check_operations(
    document: Document, operations: Iterable[Operation], lives: Mapping[str, Life]
) -> None:
    """Raise DocumentError for a transition by an operation that there is not, and a notice that nobody describes."""
    known = [operation.id for operation in operations]
    described = _described(document, operations)
    for life in lives.values():
        for index, transition in enumerate(life.transitions):
            if transition.operation is not None and transition.operation not in known:
                node = life.node["transitions"].elements()[index]["by"]["operation"]
                raise _unknown(node, "operation", transition.operation, known)
        for index, notice in enumerate(life.notices):
            if notice.webhook not in described:
                node = life.node["notify"].elements()[index]["webhook"]
                raise _unknown(node, "webhook or callback", notice.webhook, described)


def _unknown(node: Node, kind: str, name: str, known: list[str]) -> DocumentError:
    return node.error(f"there is no {kind} {name}", did_you_mean(name, known))


def _described(document: Document, operations: Iterable[Operation]) -> list[str]:
    """Return the names of the webhooks and callbacks of a document."""
    found = [name for word in WEBHOOKS for name in document.members((word,))]
    for operation in operations:
        found += document.members((*operation.place, "callbacks"))
    return list(dict.fromkeys(found))
