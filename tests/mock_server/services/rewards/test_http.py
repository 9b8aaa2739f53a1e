"""The rewards contract over HTTP: envelopes, tokens before anything else, and errors in one form."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from mock_server.embedded import SandboxWorld
from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.mock_server.samples import OPENAPI
from tests.mock_server.services.rewards.samples import ANSWERS, CONTRACT, EXAMPLES, LOGIN, example

BASE = "/crmapi/rest/v2"
PREVIEW, CREATE = "/customer_events/purchases/preview", "/customer_events/purchases/create"
SHOW = "/customer_events/purchases/show"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    server = Embedded(Settings(contracts=(OPENAPI / "rewards-v2.yaml",), database="sqlite://"))
    with httpx.Client(base_url=server.url + BASE) as http:
        yield http
    server.stop()


@pytest.fixture
def token(client: httpx.Client) -> str:
    return str(client.post("/authentication/token", json=LOGIN).json()["data"]["token"])


def refused(answer: httpx.Response, status: int, code: str) -> str:
    told = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert told["data"] == {}
    assert told["status"]["code"] == code
    assert told["status"]["description"]
    assert told["status"]["message"]
    return str(told["status"]["message"])


def test_both_published_examples_give_the_printed_amounts(client: httpx.Client, token: str) -> None:
    for name in ("example-1", "example-2"):
        answer = client.post(PREVIEW, json={**example(name), "token": token})
        expected = ANSWERS[name]["value"]
        assert answer.status_code == 200
        assert answer.json()["status"] == expected["status"]
        data = answer.json()["data"]
        assert {member: data[member] for member in expected["data"]} == expected["data"]


def test_a_purchase_goes_from_login_to_release(client: httpx.Client, token: str) -> None:
    body = {**example("example-2"), "token": token}
    created = client.post(CREATE, json=body).json()["data"]
    shown = client.get(SHOW, params={"token": token, "id": created["id"]}).json()["data"]
    assert shown == created
    assert client.post("/authentication/token/release", json={"token": token}).json() == {
        "data": {},
        "status": {"code": "OK", "description": "", "message": ""},
    }
    refused(client.post(PREVIEW, json=body), 401, "INVALID_TOKEN")


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "x-breaks" in EXAMPLES[name]])
def test_an_example_that_breaks_a_rule_is_refused_with_its_message(
    client: httpx.Client, token: str, name: str
) -> None:
    answer = client.post(PREVIEW, json={**example(name), "token": token})
    message = refused(answer, 400, "INVALID_REQUEST")
    rules = [
        rule
        for schema in CONTRACT["components"]["schemas"].values()
        for rule in schema.get("x-rules", ())
    ]
    (broken,) = [rule for rule in rules if rule["id"] == EXAMPLES[name]["x-breaks"]]
    assert broken["message"] in message


def test_the_token_is_looked_at_before_the_purchase(client: httpx.Client) -> None:
    for body in ({}, {"token": "x"}, {"token": 7}, {"token": None, "products_set": "nonsense"}):
        refused(client.post(PREVIEW, json=body), 401, "INVALID_TOKEN")
    refused(client.get(SHOW), 401, "INVALID_TOKEN")
    refused(client.get(SHOW, params={"token": "x"}), 401, "INVALID_TOKEN")


def test_each_fault_is_told_with_its_member(client: httpx.Client, token: str) -> None:
    body = {**example("example-1"), "token": token}
    body["accounts_receivable_identifier"] = {"number": "A", "name": "B"}
    body["products_set"][1]["quantity"] = 0
    del body["reference_number"]
    message = refused(client.post(PREVIEW, json=body), 400, "INVALID_REQUEST")
    for member in (
        "#/accounts_receivable_identifier",
        "#/products_set/1/quantity",
        "#/reference_number is required",
    ):
        assert member in message


def test_what_is_not_there_is_told_with_its_member(client: httpx.Client, token: str) -> None:
    body = {**example("example-1"), "token": token}
    body["products_set"][1]["product_identifier"] = {"code": "X"}
    message = refused(client.post(PREVIEW, json=body), 400, "UNKNOWN_PRODUCT")
    assert message == "#/products_set/1/product_identifier/code no product has the code X"


def test_what_http_refuses_stands_in_the_envelope_too(client: httpx.Client, token: str) -> None:
    refused(client.get(PREVIEW), 405, "METHOD_NOT_ALLOWED")
    refused(client.post("/customer_events/purchases/nothing", json={}), 404, "NOT_FOUND")
    raw = json.dumps({**example("example-1"), "token": token}).encode()
    text = {"content-type": "text/plain"}
    refused(client.post(PREVIEW, content=raw, headers=text), 415, "UNSUPPORTED_MEDIA_TYPE")
    plain = {"content-type": "application/json"}
    for broken in (
        b"",
        b"{",
        raw[:-1],
        raw + b"}",
        b'{"token": NaN}',
        b'{"a": 1, "a": 1}',
        b"\xff",
    ):
        refused(client.post(PREVIEW, content=broken, headers=plain), 400, "INVALID_REQUEST")
    large = b'"' + b"x" * 11_000_000 + b'"'
    refused(client.post(PREVIEW, content=large, headers=plain), 413, "REQUEST_TOO_LARGE")


def test_show_tells_which_parameter_is_missing(client: httpx.Client, token: str) -> None:
    answer = client.get(SHOW, params={"token": token})
    assert "id is required" in refused(answer, 400, "INVALID_REQUEST")
    answer = client.get(SHOW, params={"token": token, "id": "X"})
    assert "no purchase has the id X" in refused(answer, 400, "UNKNOWN_PURCHASE")


def test_amounts_are_read_as_they_are_written(client: httpx.Client, token: str) -> None:
    body = {**example("example-1"), "token": token}
    for name in ("total_amount", "net_amount", "vat_amount"):
        del body[name]
    text = json.dumps(body).replace('"total_amount": 400', '"total_amount": 4.0000e2')
    answer = client.post(
        PREVIEW, content=text.encode(), headers={"content-type": "Application/JSON; charset=utf-8"}
    )
    assert answer.json()["data"]["total_award_amount"] == 43.2


# At the controls.


def root_of(client: httpx.Client) -> str:
    return str(client.base_url).removesuffix(BASE).removesuffix(BASE + "/")


def test_a_purchase_is_explained_over_http(client: httpx.Client, token: str) -> None:
    created = client.post(CREATE, json={**example("example-2"), "token": token}).json()["data"]
    url = f"{root_of(client)}/_sandbox/rewards/purchases/{created['id']}"
    told = client.get(url, params={"token": token}).json()
    offers = {offer["name"]: offer for offer in told["offers"]}
    assert (offers["Test"]["applied"], offers["Test"]["award"]) == (True, 0.15)
    assert offers["Ten off at the till"]["reasons"] == [
        "it spends instantly, and disable_instant_spend is true"
    ]
    assert client.get(url).status_code == 401
    unknown = f"{root_of(client)}/_sandbox/rewards/purchases/X"
    assert client.get(unknown, params={"token": token}).status_code == 404


def test_the_rewards_world_is_reset_over_http(client: httpx.Client, token: str) -> None:
    body = {**example("example-2"), "token": token} | {"fields_set": "wallet_balance"}
    client.post(CREATE, json=body)
    assert client.post(PREVIEW, json=body).json()["data"] != {"wallet_balance": 3256.81}
    url = f"{root_of(client)}/_sandbox/rewards/reset"
    assert client.post(url, json={"token": "x"}).status_code == 401
    assert client.post(url, json={"token": token}).status_code == 204
    assert client.post(PREVIEW, json=body).json()["data"] == {"wallet_balance": 3256.81}


def test_the_sandbox_fixture_knows_the_rewards_world(sandbox: SandboxWorld) -> None:
    northwind = sandbox.rewards()
    body = {**example("example-2"), "token": northwind.token()}
    with httpx.Client(base_url=northwind.url) as http:
        before = http.post(PREVIEW, json=body).json()["data"]["wallet_balance"]
        http.post(CREATE, json=body)
        northwind.reset()
        assert http.post(PREVIEW, json=body).json()["data"]["wallet_balance"] == before
    (applied,) = [offer for offer in northwind.explain(body) if offer["applied"]]
    assert applied["name"] == "Test"
