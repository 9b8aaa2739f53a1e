"""Operations at a path that names no resource, whose body says which one is meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.mock_server.served import serving

STORE = """
openapi: 3.0.4
info: {title: Pets, version: "1"}
paths:
  /pet:
    post: {requestBody: {$ref: "#/components/requestBodies/Pet"}, responses: {"200": {$ref: "#/components/responses/Pet"}}}
    put:
      requestBody: {$ref: "#/components/requestBodies/Pet"}
      responses: {"200": {$ref: "#/components/responses/Pet"}, "404": {description: no such pet}}
    patch:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Change"}}}}
      responses: {"200": {$ref: "#/components/responses/Pet"}, "404": {description: no such pet}}
  /pet/{petId}:
    get:
      parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {$ref: "#/components/responses/Pet"}, "404": {description: no such pet}}
  /tag:
    post: {requestBody: {$ref: "#/components/requestBodies/Tag"}, responses: {"200": {$ref: "#/components/responses/Tag"}}}
    put: {requestBody: {$ref: "#/components/requestBodies/Tag"}, responses: {"200": {$ref: "#/components/responses/Tag"}}}
  /tag/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {$ref: "#/components/responses/Tag"}, "404": {description: no such tag}}
components:
  requestBodies:
    Pet: {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
    Tag: {content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
  responses:
    Pet: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
    Tag: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Tag"}}}}
  schemas:
    Pet:
      type: object
      required: [name]
      properties: {id: {type: integer, example: 10}, name: {type: string}, status: {type: string}}
    Change:
      type: object
      properties: {id: {type: integer}, status: {type: string}}
    Tag:
      type: object
      properties: {id: {type: integer}, name: {type: string}}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    file = tmp_path_factory.mktemp("store") / "store.yaml"
    file.write_text(STORE, encoding="utf-8")
    with serving(file) as served, closing(served.partner()) as client:
        yield client


def test_the_one_that_the_body_names_is_replaced(store: httpx.Client) -> None:
    made = store.post("/pet", json={"name": "Rex", "status": "new"}).json()
    answer = store.put("/pet", json={"id": made["id"], "name": "Max"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Max")
    kept = store.get(f"/pet/{made['id']}").json()
    assert (kept["name"], kept["id"]) == ("Max", made["id"])


def test_some_members_of_it_are_changed(store: httpx.Client) -> None:
    made = store.post("/pet", json={"name": "Rex", "status": "new"}).json()
    assert store.patch("/pet", json={"id": made["id"], "status": "sold"}).status_code == 200
    kept = store.get(f"/pet/{made['id']}").json()
    assert (kept["name"], kept["status"]) == ("Rex", "sold")


@pytest.mark.parametrize("sent", [{"id": 4711, "name": "Max"}, {"name": "Max"}])
def test_one_that_is_not_there_is_not_found_where_the_contract_knows_that(
    store: httpx.Client, sent: dict[str, object]
) -> None:
    assert store.put("/pet", json=sent).status_code == 404
    assert store.get("/pet/4711").status_code == 404


def test_one_that_is_not_there_is_made_where_the_contract_knows_of_no_such_error(
    store: httpx.Client,
) -> None:
    assert store.put("/tag", json={"id": 4711, "name": "red"}).status_code == 200
    assert store.get("/tag/4711").json() == {"id": 4711, "name": "red"}
    made = store.put("/tag", json={"name": "blue"}).json()
    assert store.get(f"/tag/{made['id']}").json()["name"] == "blue"
