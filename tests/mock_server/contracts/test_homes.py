"""What is only referred to is compiled once; what is said on the way to it holds as well."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.contracts.contract import read_contract
from mock_server.contracts.homes import home_of
from mock_server.contracts.schemas import Schemas
from openapi_documents import Document, Pointer, parse

BASE = ("components", "schemas", "Base")


def contract(**schemas: Any) -> Document:
    return parse(
        json.dumps(
            {
                "openapi": "3.1.1",
                "info": {"title": "t", "version": "1"},
                "paths": {},
                "components": {
                    "schemas": {"Body": {"$ref": "#/components/schemas/Way"}, **schemas}
                },
            }
        ),
        "contract.json",
    )


def place(name: str) -> Pointer:
    return ("components", "schemas", name)


def test_a_row_of_bare_references_leads_to_one_home() -> None:
    document = contract(Way={"$ref": "#/components/schemas/Base"}, Base={"type": "string"})

    assert [home_of(document, place(name)) for name in ("Body", "Way", "Base")] == [BASE] * 3


@pytest.mark.parametrize(
    ("said", "refused", "taken"),
    [
        ({"unevaluatedProperties": False}, {"a": 1, "b": 2}, {"a": 1}),
        ({"maxProperties": 1}, {"a": 1, "b": 2}, {"a": 1}),
        ({"required": ["b"]}, {"a": 1}, {"b": 1}),
        ({"not": {"required": ["b"]}}, {"b": 1}, {"a": 1}),
    ],
    ids=str,
)
def test_what_is_said_beside_a_reference_on_the_way_holds(
    said: dict[str, Any], refused: object, taken: object
) -> None:
    base = {"type": "object", "properties": {"a": {"type": "integer"}}}
    document = contract(Way={"$ref": "#/components/schemas/Base", **said}, Base=base)
    read = read_contract(document, "contract")
    check = Schemas(document, read.rules).check(place("Body"), None)

    assert home_of(document, place("Body")) == place("Way")
    assert (check.accepts(refused), check.accepts(taken)) == (False, True)


def test_a_resource_of_its_own_on_the_way_is_no_home() -> None:
    document = contract(
        Way={"$ref": "#/components/schemas/Base"}, Base={"$id": "https://x.example/base"}
    )

    assert home_of(document, place("Body")) == place("Body")


def test_references_in_a_circle_have_no_home() -> None:
    document = contract(Way={"$ref": "#/components/schemas/Body"})

    assert home_of(document, place("Body")) == place("Body")
