"""Formats and patterns: what a document's own examples contradict is not asserted; a pattern means what ECMA-262 says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.contracts.contract import read_contract
from mock_server.contracts.validator import NOTHING
from openapi_documents import parse
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve


def body(schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object", "properties": {"t": schema}}}}
    return {"/a": {"post": answering("fine", requestBody={"content": content})}}


@pytest.mark.parametrize(
    "own", [{"example": "09:00:00"}, {"examples": ["09:00:00"]}, {"default": "09:00:00"}]
)
def test_a_format_that_the_own_example_does_not_have_is_told_and_not_asserted(
    served: Serve, own: dict[str, Any]
) -> None:
    schema = {"type": "string", "format": "time", **own}
    sandbox = served(document(body(schema)))

    (fault,) = sandbox.server.sandbox.contracts[0].faults.formats
    assert "has not the format time" in str(fault)
    for given, status in (("09:00:00", 200), ("noon", 200), (5, 400)):
        assert sandbox.http.post("/a", json={"t": given}).status_code == status


@pytest.mark.parametrize("own", [{}, {"example": "09:00:00Z"}])
def test_any_other_format_is_asserted(served: Serve, own: dict[str, Any]) -> None:
    sandbox = served(document(body({"type": "string", "format": "time", **own})))

    assert sandbox.http.post("/a", json={"t": "09:00:00Z"}).status_code == 200
    assert sandbox.http.post("/a", json={"t": "09:00:00"}).status_code == 400


def test_a_format_that_nobody_knows_is_no_fault() -> None:
    whole = json.dumps(document(body({"type": "string", "format": "unixtime", "example": "x"})))

    assert read_contract(parse(whole, "api.json"), "api").faults.formats == ()


@pytest.mark.parametrize(
    ("pattern", "fits", "others"),
    [
        ("^a+b*a+$", ["aa", "aba"], ["a"]),
        ("^[a-z0-9]+-?[a-z0-9]+$", ["ab", "a-b"], ["a", "-"]),
        # What only the other engine knows.
        ("^(?!b)[a-z]$", ["a"], ["b"]),
        (r"^(a|b)\1$", ["aa"], ["ab"]),
    ],
)
def test_a_pattern_takes_what_it_says(pattern: str, fits: list[str], others: list[str]) -> None:
    validator = NOTHING.compiled({"pattern": pattern})

    assert [text for text in (*fits, *others) if validator.is_valid(text)] == fits
