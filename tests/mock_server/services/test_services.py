"""Which behaviour answers which contract: the word of the contract decides, and nothing else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import yaml

from mock_server.contracts.contract import CONTROL_SERVICES
from mock_server.services import SERVICES
from openapi_documents.vocabulary import table
from tests.mock_server.samples import OPENAPI, answering, document
from tests.mock_server.served import Serve

HAND_WRITTEN = (
    "createToken",
    "listPartners", "createPartner", "getClock", "setClock", "reset", "explainSubmission", "getWorld",
    "resetRewards", "explainPurchase",
    "login", "releaseToken", "previewPurchase", "createPurchase", "showPurchase",
)  # fmt: skip


def test_operations_that_are_called_as_ours_keep_their_own_examples(served: Serve) -> None:
    paths = {f"/{name}": {"post": answering(name, operationId=name)} for name in HAND_WRITTEN}
    sandbox = served(document(paths))

    for name in HAND_WRITTEN:
        answer = sandbox.http.post(f"/{name}")
        assert (answer.status_code, answer.json()) == (200, name)


def test_a_service_that_is_not_served_is_not_opened(served: Serve) -> None:
    sandbox = served(document({"/a": {"get": answering("a")}}))
    runtime = sandbox.server.sandbox.runtime

    assert runtime.services == {}
    with runtime.store.database.begin_read() as connection:
        assert not [name for name in sa.inspect(connection).get_table_names() if "rewards" in name]
    assert sandbox.http.post("/_sandbox/rewards/reset", json={"token": "t"}).status_code == 404


def test_a_service_answers_its_contract_whatever_the_file_is_called(served: Serve) -> None:
    rewards = yaml.safe_load((OPENAPI / "rewards-v2.yaml").read_text(encoding="utf-8"))
    sandbox = served(rewards, names=("points",))
    login = {"username": "rewards-user", "password": "rewards-secret", "organisation": "northwind"}

    answer = sandbox.http.post("/crmapi/rest/v2/authentication/token", json=login).json()
    assert answer["status"]["code"] == "OK"
    token = {"token": answer["data"]["token"]}
    assert sandbox.http.post("/_sandbox/rewards/reset", json=token).status_code == 204


def test_without_the_word_the_same_contract_is_answered_by_its_examples(served: Serve) -> None:
    rewards = yaml.safe_load((OPENAPI / "rewards-v2.yaml").read_text(encoding="utf-8"))
    del rewards["x-understudy-service"]
    sandbox = served(rewards)
    nobody = {"username": "nobody", "password": "x", "organisation": "nowhere"}

    assert sandbox.http.post("/crmapi/rest/v2/authentication/token", json=nobody).status_code == 200


def test_the_vocabulary_names_the_services_that_there_are() -> None:
    words = table()["$defs"]["words"]["properties"]
    named = words["x-understudy-service"]["enum"]

    assert set(named) == {*CONTROL_SERVICES, *(service.name for service in SERVICES)}


@pytest.mark.parametrize("name", ["sandbox", "identity"])
def test_a_contract_of_a_user_may_have_the_name_of_one_of_ours(served: Serve, name: str) -> None:
    sandbox = served(document({"/a": {"get": answering("mine")}}), names=(name,))

    assert sandbox.http.get("/a").json() == "mine"
    assert sandbox.http.get(f"/contracts/{name}.json").json()["info"]["title"] == "A test"
    assert sandbox.http.get(f"/contracts/understudy-{name}.json").status_code == 200
    assert sandbox.partner().get("/_sandbox/world").status_code == 200
