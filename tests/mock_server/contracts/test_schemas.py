"""The compiled schemas of a contract."""

from __future__ import annotations

import gc
import json
import weakref

from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import read_contract
from mock_server.contracts.schemas import Schemas
from openapi_documents import parse

AMOUNT = {"x-rules": [{"id": "positive", "rule": "self > 0", "message": "must be positive"}]}
DOCUMENT = {
    "openapi": "3.1.1",
    "info": {"title": "t", "version": "1"},
    "paths": {},
    "x-silences": [],
    "components": {"schemas": {"Amount": AMOUNT}},
}


def test_schemas_with_rules_are_given_back_to_the_machine() -> None:
    """A sandbox that follows the edits of a large contract would keep every version of it."""
    contract = read_contract(parse(json.dumps(DOCUMENT), "contract.json"), "contract")
    schemas = Schemas(contract.document, contract.rules)
    check = schemas.check(("components", "schemas", "Amount"), Caller("partner-a", {}))
    assert [check.accepts(1), check.accepts(0)] == [True, False]

    kept = weakref.ref(schemas)
    del schemas, check
    gc.collect()
    assert kept() is None
