"""What a place in a schema is called: by the schema that has a name, or by what holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi_documents import File, Pointer, load
from spec_review.diff.comparison import compare
from spec_review.diff.schemas.wording import name_of

SCHEMA = ("components", "schemas", "Order")
BODY = ("paths", "/a", "post", "requestBody", "content", "application/json", "schema")
FILE = File("shop/schemas/order.yaml")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (SCHEMA, "`Order`"),
        ((*SCHEMA, "properties", "lines", "items", "properties", "sum"), "`Order.lines[].sum`"),
        ((*SCHEMA, "allOf", 1, "properties", "sum"), "`Order.sum`"),
        ((*SCHEMA, "oneOf", 1), "`Order (form 2)`"),
        ((*BODY, "properties", "sum"), "`request.sum`"),
        ((FILE,), "`order`"),
        ((FILE, "properties", "sum"), "`order.sum`"),
        ((FILE, "Order", "properties", "sum"), "`Order.sum`"),
        ((FILE, "definitions", "Order"), "`Order`"),
        ((FILE, *SCHEMA, "properties", "sum"), "`Order.sum`"),
        ((FILE, "get", *BODY[3:], "properties", "sum"), "`request.sum`"),
    ],
)
def test_a_place_is_called_by_the_nearest_name(place: Pointer, name: str) -> None:
    assert name_of(place) == name


def test_other_files_are_named_as_they_are_seen_from_the_root(tmp_path: Path) -> None:
    for version, words in (("old", "{}"), ("new", "{minLength: 0}")):
        (tmp_path / version / "parts").mkdir(parents=True)
        (tmp_path / version / "parts" / "a.yaml").write_text(words)
        (tmp_path / version / "root.yaml").write_text(
            "openapi: 3.1.1\ninfo: {title: A, version: '1'}\n"
            "paths: {/: {get: {parameters: [{name: a, in: query, schema: {$ref: parts/a.yaml}}]}}}\n"
        )
    found = compare(load(tmp_path / "old" / "root.yaml"), load(tmp_path / "new" / "root.yaml"))

    assert [each.change.sentence for each in found.changes] == [
        "something is written otherwise and means the same: `parts/a.yaml#/minLength`"
    ]
