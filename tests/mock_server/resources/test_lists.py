"""Lists without an envelope, and keys of a pattern."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.mock_server.served import serving

PLANTS = """
openapi: 3.1.0
info: {title: Plants, version: "1"}
paths:
  /plants:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: page, in: query, schema: {type: integer}}
        - {name: kind, in: query, schema: {type: string}}
      responses:
        "200":
          description: ok
          headers:
            X-Total-Count: {schema: {type: integer}}
            X-Total-Pages: {schema: {type: integer}}
            X-RateLimit-Limit: {schema: {type: integer}, example: 60}
          content:
            application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Plant"}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Plant"}}}}
      responses: {"201": {$ref: "#/components/responses/Plant"}}
  /plants/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {$ref: "#/components/responses/Plant"}}
    delete:
      responses: {"204": {description: gone}}
components:
  responses:
    Plant: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Plant"}}}}
  schemas:
    Plant:
      properties:
        id: {type: string, pattern: "^PL[0-9a-f]{12}$", readOnly: true}
        kind: {type: string, enum: [fern, moss]}
"""


@pytest.fixture(scope="module")
def plants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    file = tmp_path_factory.mktemp("plants") / "plants.yaml"
    Path(file).write_text(PLANTS, encoding="utf-8")
    with serving(file) as served, closing(served.partner()) as client:
        yield client


def test_headers_count_the_list(plants: httpx.Client) -> None:
    for kind in ("fern", "moss", "fern"):
        assert plants.post("/plants", json={"kind": kind}).status_code == 201
    whole = len(plants.get("/plants").json())
    ferns = len(plants.get("/plants", params={"kind": "fern"}).json())
    assert whole > ferns > 1
    asked: list[tuple[dict[str, str], int, int]] = [
        ({}, whole, 1),
        ({"limit": "1"}, whole, whole),
        ({"kind": "fern", "limit": "1"}, ferns, ferns),
    ]
    for query, total, pages in asked:
        told = plants.get("/plants", params=query).headers
        assert (told["X-Total-Count"], told["X-Total-Pages"]) == (str(total), str(pages)), query
        assert told["X-RateLimit-Limit"] == "60"


def test_a_key_of_a_pattern_is_not_given_again(plants: httpx.Client) -> None:
    keys = []
    for _ in range(5):
        keys.append(plants.post("/plants", json={"kind": "moss"}).json()["id"])
        assert plants.delete(f"/plants/{keys[-1]}").status_code == 204
    assert len(set(keys)) == 5
