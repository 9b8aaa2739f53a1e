"""Several templates may fit one path."""

from __future__ import annotations

import pytest

from contract_tests.reading.templates import Templates
from tests.contract_tests.contracts import contract_from

PATHS = """
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /users/{id}: {get: {responses: {}}, delete: {responses: {}}}
  /users/me: {patch: {responses: {}}}
  /{kind}/me: {put: {responses: {}}}
  /users/{id}.json: {get: {responses: {}}}
  /a b/{x}-{y}: {get: {responses: {}}}
"""
TEMPLATES = Templates(contract_from(PATHS).operations)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/users/me", {"GET", "DELETE", "PATCH", "PUT"}),
        ("/users/7", {"GET", "DELETE"}),
        ("/users/", set()),
        ("/users", set()),
        ("/users/7/", set()),
        ("/parcels/me", {"PUT"}),
        ("/a%20b/1-2", {"GET"}),
        ("/users/a%2Fb", {"GET", "DELETE"}),
    ],
)
def test_the_methods_of_every_template_that_fits(path: str, methods: set[str]) -> None:
    assert TEMPLATES.methods(path) == methods


def test_the_most_exact_template_comes_first_with_what_stands_in_the_path() -> None:
    assert next(one.operation.path for one in TEMPLATES.fitting("/users/me")) == "/users/me"
    (first, *_) = TEMPLATES.fitting("/a b/one%2Ftwo-three-four")
    assert first.parameters == (("x", "one/two"), ("y", "three-four"))
