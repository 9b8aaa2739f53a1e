"""A validator that is as small as a value allows says of the value what the whole one says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.contracts.contract import read_contract
from mock_server.contracts.proofs import Proofs
from mock_server.contracts.schemas import Schemas
from mock_server.contracts.validator import NOTHING
from openapi_documents import parse

NULL = {"$ref": "#/$defs/null"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"a": NULL}}, {"a": 1}),
        ({"patternProperties": {"^a": NULL}}, {"a": 1}),
        ({"additionalProperties": NULL}, {"a": 1}),
        ({"unevaluatedProperties": NULL}, {"a": 1}),
        ({"propertyNames": NULL}, {"a": 1}),
        ({"dependentSchemas": {"a": NULL}}, {"a": 1}),
        ({"items": NULL}, [1]),
        ({"prefixItems": [NULL]}, [1]),
        ({"contains": NULL}, [1]),
        ({"unevaluatedItems": NULL}, [1]),
        ({"allOf": [NULL]}, 1),
        ({"anyOf": [NULL]}, 1),
        ({"oneOf": [NULL, {"type": "string"}]}, 1),
        ({"not": {"not": NULL}}, 1),
        ({"if": NULL, "else": False}, 1),
        ({"if": True, "then": NULL}, 1),
        ({"if": False, "else": NULL}, 1),
        ({"$ref": "#/$defs/list"}, [1]),
    ],
    ids=str,
)
def test_it_knows_every_word_that_leads_to_a_definition(schema: Any, value: object) -> None:
    definitions = {"start": schema, "null": {"type": "null"}, "list": {"items": NULL}}
    root = {"$ref": "#/$defs/start", "$defs": definitions}
    assert not NOTHING.compiled(root).is_valid(value)
    assert not Proofs(root).fits(root, value)


def test_of_a_contract_whose_schemas_reach_hundreds_of_others_too() -> None:
    things = {
        f"Thing{number}": {
            "required": ["size"],
            "properties": {
                "size": {"type": "integer"},
                "next": {"$ref": f"#/components/schemas/Thing{(number + 1) % 200}"},
            },
        }
        for number in range(200)
    }
    head = {"openapi": "3.1.1", "info": {"title": "t", "version": "1"}, "paths": {}}
    document = {**head, "x-silences": [], "components": {"schemas": things}}
    contract = read_contract(parse(json.dumps(document), "contract.json"), "contract")
    check = Schemas(contract.document, contract.rules).check(
        ("components", "schemas", "Thing0"), None, "response"
    )
    good, bad = {"size": 1, "next": {"size": 2}}, {"size": 1, "next": {"size": "2"}}
    for _ in range(120):  # often enough for the whole of it to be compiled
        assert (check.accepts(good), check.accepts(bad)) == (True, False)
    (found,) = check.violations(bad)
    assert found.pointer == "#/next/size"
