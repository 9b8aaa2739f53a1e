"""Whatever stands in a contract is read, or refused in one sentence with its file and line."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.trials import require_rules_end
from contract_tests.generation.variations import Variations
from contract_tests.http.messages import Reply
from contract_tests.judging.documented import Documented
from contract_tests.reading.reader import contract_of
from openapi_documents import DocumentError, parse
from tests.contract_tests.contracts import ATTRIBUTES

Path = tuple[str | int, ...]
WRONG: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "text",
    [],
    {},
    ["x"],
    {"x": 1},
    [None],
    [[]],
)


def nodes(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the place of every value but the whole."""
    inner: Any = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    for name, one in inner:
        yield (*path, name)
        yield from nodes(one, (*path, name))


ORDERS = """
openapi: 3.1.0
info: {title: Orders, version: "1"}
servers: [{url: /}]
security: [{token: []}]
paths:
  /orders:
    post:
      operationId: sendOrders
      x-submission: {lifecycle: order, processing: asynchronous}
      x-idempotency-key: Retry-Key
      x-silence: [S1]
      requestBody:
        content:
          application/json:
            schema:
              type: array
              minItems: 1
              maxItems: 9
              items:
                type: object
                required: [k, size]
                properties:
                  k: {type: string, pattern: "^[a-z0-9-]+$", maxLength: 40}
                  size: {type: integer, minimum: 1, x-silence: S2}
                  day: {type: string, format: date}
                  parts: {type: array, items: {oneOf: [{type: string}, {type: "null"}]}}
                x-rules: [{id: small, rule: self.size < 9, message: too big, source: page 1}]
            examples:
              one: {value: [{k: a, size: 1, day: "2025-03-01", parts: [x]}]}
              other: {value: [{k: b, size: 9}], x-breaks: small}
      responses:
        "202":
          description: ok
          headers: {X-Left: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}
          links: {look: {operationId: seeOrders, parameters: {id: $response.body#/id}}}
  /orders/{id}:
    get:
      operationId: seeOrders
      x-status-of: [sendOrders]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: state, in: query, schema: {type: string, enum: [Waits, Saved, Wrong]}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Look"}}}}}
components:
  securitySchemes: {token: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}}
  schemas:
    Look: {type: object, properties: {status: {type: string}, result: {type: array, items: {type: object}}}}
  x-lifecycles:
    order:
      records: orders
      key: [k]
      states: {Waits: {initial: true}, Saved: {saved: true}, Wrong: {}, Twin: {}}
      outcomes:
        - {when: invalid, then: Wrong}
        - {when: twin-saved, then: Twin}
        - {when: rival-saved, then: Twin, silence: S1}
        - {when: otherwise, then: Saved}
x-silences:
  - {id: S1, question: q, choice: c, alternatives: [a], about: outcome, instead: [{state: Saved, record: replaced}], basis: b}
  - {id: S2, question: q, choice: c, alternatives: [a], about: schema, instead: [{schema: {minimum: 0}}], basis: b}
"""
"""A contract with each of our words, as small as it can be: it is read hundreds of times."""
WHOLE = contract_of(parse(ORDERS, "orders.yaml")).document.data
PLACES = list(nodes(WHOLE))


def changed(path: Path, value: object) -> str:
    document = copy.deepcopy(WHOLE)
    place: Any = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return json.dumps(document, default=str)


def used(text: str) -> None:
    """Read a contract and make of it whatever a run does before it sends anything."""
    known = contract_of(parse(text, "orders.json"))
    require_rules_end(known)
    answers = Documented(known.schemas)
    for submission in known.submissions:
        maker = ItemMaker(submission, ATTRIBUTES)
        if maker.usable:
            assert Variations(maker).all
            assert maker.variants
    for operation in known.operations:
        for status in (200, 202, 404):
            answers.faults(operation, Reply(status, {"content-type": "application/json"}, b"{}"))
        assert all(isinstance(one.values, tuple) for one in operation.parameters)


def test_the_contract_that_is_changed_can_be_used() -> None:
    (submission,) = contract_of(parse(ORDERS, "orders.yaml")).submissions
    assert ItemMaker(submission, ATTRIBUTES).usable
    used(json.dumps(WHOLE))


@given(st.sampled_from(PLACES), st.sampled_from(WRONG))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_value_of_another_type_is_read_or_refused_in_one_sentence(
    path: Path, value: object
) -> None:
    told = ""
    try:
        used(changed(path, value))
    except DocumentError as error:
        told = str(error)
    assert not told or re.fullmatch(r"orders\.json:\d+: [^\n]+", told), told


@pytest.mark.parametrize("value", WRONG[:-1])
def test_so_is_a_document_that_is_something_else(value: object) -> None:
    with pytest.raises(DocumentError):
        contract_of(parse(json.dumps(value), "orders.json"))
