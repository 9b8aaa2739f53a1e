"""The `x-rules` of a contract's schemas, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mock_server.contracts.expressions import Expression, ExpressionError
from openapi_documents import Node, Pointer, text_of
from openapi_documents.vocabulary import Vocabulary

WORD = "x-rules"


class Rule(NamedTuple):
    """A rule: what an item is told that breaks it, the expression, and its text."""

    message: str
    expression: Expression
    text: str


class RuledSchema(NamedTuple):
    """A schema that has rules: its place, and the rules."""

    place: Pointer
    rules: tuple[Rule, ...]


# The schemas that have rules, by the text of their places.
Rules = Mapping[str, RuledSchema]


def read_rules(vocabulary: Vocabulary) -> Rules:
    """Return the rules of all schemas. Raises DocumentError for one that does not compile."""
    document = vocabulary.document
    found = {}
    for place in document.objects("schema"):
        value = document.value(place)
        if isinstance(value, dict) and WORD in value:
            node = vocabulary.word(document.node(place), WORD)
            if node is not None:
                rules = tuple(_rule(one) for one in node.elements())
                found[text_of(place)] = RuledSchema(place, rules)
    return found


def rules_at(rules: Rules, place: Pointer) -> tuple[Rule, ...]:
    """Return the rules of the schema at a place."""
    found = rules.get(text_of(place))
    return found.rules if found is not None else ()


def _rule(node: Node) -> Rule:
    text, name = node["rule"].text(), node["id"].text()
    try:
        expression = Expression(text)
    except ExpressionError as error:
        raise node["rule"].error(f"the rule {name} does not compile: {error}") from None
    if expression.type not in ("bool", "dyn"):
        raise node["rule"].error(
            f"the rule {name} gives a value of the type {expression.type}",
            "A rule is true or false",
        )
    return Rule(node["message"].text(), expression, text)
