"""What schemas of a contract ask beyond JSON Schema, and what the server computes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mock_server.console.explained.basis import Basis, basis_of, way_to
from mock_server.contracts.contract import Contract
from mock_server.contracts.rules import WORD
from openapi_documents.vocabulary import Vocabulary


@dataclass(frozen=True)
class Rule:
    """A rule of a schema, with where that stands: what is told when it is broken, and its expression."""

    id: str
    schema: str
    message: str
    expression: str
    basis: Basis


@dataclass(frozen=True)
class Computed:
    """A member that the server computes: where its schema stands, and the expression."""

    schema: str
    expression: str


def rules_of(contract: Contract) -> Iterator[Rule]:
    """Yield the rules of a contract's schemas."""
    for schema in contract.rules.values():
        for node in contract.document.node(schema.place)[WORD].elements():
            yield Rule(
                node["id"].text(),
                way_to(schema.place),
                node["message"].text(),
                node["rule"].text(),
                basis_of(node),
            )


def computed_of(contract: Contract) -> Iterator[Computed]:
    """Yield what the server computes."""
    document, vocabulary = contract.document, Vocabulary(contract.document)
    for place in document.objects("schema"):
        value = document.value(place)
        if isinstance(value, dict) and "x-value" in value:
            node = vocabulary.word(document.node(place), "x-value")
            if node is not None:
                yield Computed(way_to(place), node.text())
