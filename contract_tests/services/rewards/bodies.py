"""Bodies of purchases: those of the contract's examples, their members, and products as lines."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.reading.contract import Contract, Media
from contract_tests.reading.schemas import Schema, members
from contract_tests.services.rewards.values import Body


@dataclass(frozen=True)
class Example:
    """An example of a body, and the rule that it breaks (or None)."""

    name: str
    breaks: str | None
    body: Body = field(repr=False)


def examples(contract: Contract, operation_id: str) -> Iterator[Example]:
    """Yield the examples of an operation's body that are objects."""
    operation = contract.operation(operation_id)
    media = operation.content() if operation else None
    for name, one in media.examples.items() if media else ():
        if isinstance(one.value, dict):
            yield Example(name, one.breaks, copy.deepcopy(one.value))


def members_of(contract: Contract, operation_id: str, *items: str) -> dict[str, Schema]:
    """Return the schemas of a body's members, or of the members of the items of one of them."""
    operation = contract.operation(operation_id)
    media = operation.content() if operation else None
    schema = contract.schemas.schema(media.schema, "request") if media and media.schema else {}
    for name in items:
        schema = schema["properties"][name]["items"]
    return dict(schema.get("properties", {}))


def answered_members(contract: Contract, operation_id: str) -> set[str]:
    """Return the members that the contract has for the data of an answer."""
    media = _answer(contract, operation_id)
    schema = contract.schemas.schema(media.schema, "response") if media and media.schema else {}
    return set(members(members(schema).get("data")))


def answered_examples(contract: Contract, operation_id: str) -> dict[str, Any]:
    """Return the examples of an operation's answer by their names."""
    media = _answer(contract, operation_id)
    return {name: one.value for name, one in media.examples.items()} if media else {}


def _answer(contract: Contract, operation_id: str) -> Media | None:
    operation = contract.operation(operation_id)
    response = operation.response(operation.success) if operation else None
    return response.of_type("application/json") if response else None


def line(product: str, total: int, vat: int | None = None) -> Body:
    """Return a product of a purchase; a fifth of it is VAT unless said otherwise."""
    tax = total // 5 if vat is None else vat
    return {
        "product_identifier": {"code": product},
        "net_amount": number(total - tax),
        "vat_amount": number(tax),
        "total_amount": number(total),
    }


def number(cents: int) -> int | float:
    """Return whole cents as the number that JSON writes for them."""
    return cents // 100 if cents % 100 == 0 else cents / 100
