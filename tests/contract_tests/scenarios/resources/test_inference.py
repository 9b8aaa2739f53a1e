"""What the judge takes for a resource: what paths and schemas make certain, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.reading.contract import Contract
from contract_tests.reading.inference import resources_of, singletons_of
from contract_tests.reading.reader import read
from contract_tests.reading.resources import Does, Resource
from contract_tests.reading.spellings import key_names, one_of_many, same
from tests.mock_server.resources.conftest import CONSENTS, SHOP

THING = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}

NAMELESS = {"type": "object", "properties": {"name": {"type": "string"}}}


def contract(folder: Path, paths: dict[str, Any]) -> Contract:
    document = {"openapi": "3.1.1", "info": {"title": "T", "version": "1"}, "paths": paths}
    file = folder / "contract.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return read(str(file))


def resources(folder: Path, paths: dict[str, Any]) -> list[Resource]:
    return resources_of(contract(folder, paths))


def singletons(folder: Path, paths: dict[str, Any]) -> list[Resource]:
    return singletons_of(contract(folder, paths))


def body(schema: object) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def answering(schema: object) -> dict[str, Any]:
    return {"responses": {"200": {"description": "It.", **body(schema)}}}


def making(schema: object) -> dict[str, Any]:
    return {"requestBody": body(schema), **answering(schema)}


def test_a_shop_has_products_with_reviews_inside_and_carts_that_the_client_names() -> None:
    found = {one.name: one for one in resources_of(read(str(SHOP)))}
    products, carts, reviews = found["products"], found["carts"], found["reviews"]

    assert (products.key, reviews.within, carts.is_named) == (("id",), products.path, True)
    assert set(products.deeds) == {*Does} - {Does.ACT}
    assert products.deeds[Does.LIST].shown == ("products",)


def test_a_declared_life_belongs_to_what_its_word_or_its_name_says() -> None:
    consents, payments = resources_of(read(str(CONSENTS)))

    assert [one.life.name for one in (consents, payments) if one.life] == [
        "payment-consent",
        "payment",
    ]
    assert consents.key == ("Data", "ConsentId")


def test_an_envelope_around_the_representation_is_seen_through(tmp_path: Path) -> None:
    wrapped = {"type": "object", "properties": {"thing": THING}}
    (one,) = resources(
        tmp_path,
        {
            "/things": {"post": {"requestBody": body(THING), **answering(wrapped)}},
            "/things/{thing_id}": {"get": answering(wrapped)},
        },
    )

    assert one.read.shown == ("thing",)
    assert (one.deeds[Does.CREATE].sent, one.key) == ((), ("id",))


def test_what_is_made_as_an_array_is_judged_by_its_first_element(tmp_path: Path) -> None:
    several = {"type": "object", "properties": {"items": {"type": "array", "items": THING}}}
    (one,) = resources(
        tmp_path, {"/things": {"post": making(several)}, "/things/{id}": {"get": answering(THING)}}
    )

    assert one.deeds[Does.CREATE].sent == one.deeds[Does.CREATE].shown == ("items", 0)


def test_what_is_read_and_replaced_under_one_path_is_there_once(tmp_path: Path) -> None:
    operations = {"get": answering(NAMELESS), "put": making(NAMELESS)}
    needed = {"parameters": [{"name": "of", "in": "query", "required": True, "schema": {}}]}
    paths = {
        "/settings": operations,
        "/rate": {**operations, "get": {**answering(NAMELESS), **needed}},
        "/things": {**operations, "post": making(NAMELESS)},
        "/things/{id}": operations,
        "/report": {"get": answering(NAMELESS), "put": making({"type": "string"})},
    }
    (one,) = singletons(tmp_path, paths)

    assert (one.name, one.key, set(one.deeds)) == ("settings", (), {Does.READ, Does.REPLACE})


def test_an_envelope_around_request_and_answer_is_seen_through(tmp_path: Path) -> None:
    wrapped = {"type": "object", "properties": {"thing": THING}}
    listed = {"type": "object", "properties": {"things": {"type": "array", "items": THING}}}
    (one,) = resources(
        tmp_path,
        {
            "/things": {"post": making(wrapped), "get": answering(listed)},
            "/things/{thing_id}": {"get": answering(wrapped)},
        },
    )

    assert (one.key, one.read.shown) == (("id",), ("thing",))
    assert (one.deeds[Does.CREATE].sent, one.deeds[Does.LIST].shown) == (("thing",), ("things",))


@pytest.mark.parametrize(
    "paths",
    [
        {"/things/{id}": {"get": answering(THING)}},
        {"/things": {"post": making(THING)}, "/things/{id}": {"get": answering({"type": "string"})}},
        {"/things": {"post": making(THING)}, "/things/{serial}": {"get": answering(NAMELESS)}},
    ],
    ids=["nothing makes it", "it is no object", "no member is its key"],
)  # fmt: skip
def test_what_is_not_certain_is_left_out(tmp_path: Path, paths: dict[str, Any]) -> None:
    assert resources(tmp_path, paths) == []


def test_names_are_compared_by_their_words() -> None:
    assert same("petId", "pet_id")
    assert not same("petId", "pet")
    assert [one_of_many(name) for name in ("pets", "policies", "boxes", "status", "addresses")] == [
        "pet", "policy", "box", "status", "address",
    ]  # fmt: skip
    assert key_names("petId", "pets") == ["petid", "id"]


def test_a_change_without_a_body_says_nothing_of_what_should_be_kept(tmp_path: Path) -> None:
    (one,) = resources(
        tmp_path,
        {
            "/things": {"post": making(THING)},
            "/things/{id}": {"get": answering(THING), "patch": answering(THING)},
        },
    )

    assert set(one.deeds) == {Does.CREATE, Does.READ}
