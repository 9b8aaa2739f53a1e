"""Examples of one name pair request and answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock_server.samples import document
from tests.mock_server.served import Serve


def named(**values: Any) -> dict[str, Any]:
    return {name: {"value": value} for name, value in values.items()}


def response(**values: Any) -> dict[str, Any]:
    content = {"application/json": {"examples": named(**values)}} if values else {}
    return {"description": "An answer.", "content": content}


READING = {
    "parameters": [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"},
         "examples": named(rex=1, none=404)},
        {"name": "lang", "in": "query", "schema": {"type": "string"}, "examples": named(rex="en")},
    ],
    "responses": {
        "200": response(any={"name": "Any"}, rex={"name": "Rex"}),
        "404": response(none={"message": "There is no such pet."}),
    },
}  # fmt: skip
MAKING = {
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "examples": named(cat={"kind": "cat"}, dog={"kind": "dog", "age": 1}),
            }
        }
    },
    "responses": {"201": response(dog={"id": 1, "kind": "dog"}, cat={"id": 2, "kind": "cat"})},
}


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/pets/1?lang=en", 200, {"name": "Rex"}),
        ("/pets/1?lang=de", 200, {"name": "Any"}),
        ("/pets/1", 200, {"name": "Any"}),
        ("/pets/2?lang=en", 200, {"name": "Any"}),
        ("/pets/404", 404, {"message": "There is no such pet."}),
    ],
)
def test_values_of_the_path_and_of_parameters_choose_the_example_and_the_code(
    served: Serve, path: str, status: int, body: Any
) -> None:
    http = served(document({"/pets/{id}": {"get": READING}}), stateless=True).http

    answer = http.get(path)

    assert (answer.status_code, answer.json()) == (status, body)


def test_a_preference_goes_before_a_pair(served: Serve) -> None:
    http = served(document({"/pets/{id}": {"get": READING}}), stateless=True).http

    assert http.get("/pets/404", headers={"Prefer": "example=rex"}).json() == {"name": "Rex"}
    assert http.get("/pets/404", headers={"Prefer": "code=200"}).json() == {"name": "Any"}


def test_a_body_chooses_its_answer(served: Serve) -> None:
    http = served(document({"/pets": {"post": MAKING}}), stateless=True).http

    assert http.post("/pets", json={"kind": "cat"}).json() == {"id": 2, "kind": "cat"}
    assert http.post("/pets", json={"age": 1, "kind": "dog"}).json() == {"id": 1, "kind": "dog"}
    assert http.post("/pets", json={"kind": "cow"}).json() == {"id": 1, "kind": "dog"}
