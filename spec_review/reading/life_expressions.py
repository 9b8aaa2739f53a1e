"""The expressions of lives: what decides about a creation, guards a transition, counts, makes and computes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from openapi_documents import Node, Pointer
from openapi_documents.vocabulary import Vocabulary
from spec_review.reading.engines import Gives

NAMES: Final = ("self", "parent", "request", "partner", "totals", "now")
"""What an expression of a life may ask."""


class LifeExpression(NamedTuple):
    """An expression, where it stands, and what it has to give."""

    pointer: Pointer
    text: str
    gives: Gives


def read_life_expressions(vocabulary: Vocabulary) -> Iterator[LifeExpression]:
    """Every expression of the lives, the resources and the computed members of a document."""
    document = vocabulary.document
    components = document.root.get("components")
    lives = vocabulary.word(components, "x-lifecycles") if components is not None else None
    for life in _values(lives):
        for row in _values(life.get("outcomes")):
            yield from _text(_inside(row.get("when"), "rule"), "truth")
        for row in _values(life.get("transitions")):
            yield from _text(row.get("when"), "truth")
        for total in _values(life.get("totals")):
            for wanted in _values(total.get("where")):
                yield from _text(wanted, "anything")
    for operation in document.operations():
        word = vocabulary.word(document.node(operation.pointer), "x-resource")
        for use in [word] if word is not None and isinstance(word.value, dict) else _values(word):
            yield from _text(use.get("from"), "list")
    for place in document.objects("schema"):
        yield from _text(vocabulary.word(document.node(place), "x-value"), "anything")


def _values(node: Node | None) -> Iterator[Node]:
    """Yield what a mapping or a list holds; nothing for anything else."""
    if node is not None and isinstance(node.value, dict):
        yield from (one for _, one in node.members())
    elif node is not None and isinstance(node.value, list):
        yield from node.elements()


def _inside(node: Node | None, name: str) -> Node | None:
    return node.get(name) if node is not None else None


def _text(node: Node | None, gives: Gives) -> Iterator[LifeExpression]:
    if node is not None and isinstance(node.value, str):
        yield LifeExpression(node.place, node.value, gives)
