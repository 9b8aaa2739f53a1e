"""A world is kept under a name, and gone back to."""

from __future__ import annotations

import httpx
import pytest

from tests.mock_server.samples import CLIENTS, client
from tests.sandboxes import Partner, Sandbox

NAME = "/_sandbox/snapshots/before"


@pytest.fixture
def partner(any_sandbox: Sandbox) -> Partner:
    return any_sandbox.partner()


def ask(partner: Partner, method: str, path: str) -> httpx.Response:
    return partner.http.request(method, path, headers=partner.headers)


def test_a_world_is_as_it_was(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("a"), client("a")])
    partner.settle()
    before = partner.world()
    assert ask(partner, "PUT", NAME).status_code == 200

    partner.outcome(CLIENTS, [client("b")])
    partner.post("/_sandbox/reset", b"")
    partner.submit(CLIENTS, [client("c")])
    assert ask(partner, "POST", f"{NAME}/restore").status_code == 204

    assert partner.world() == before
    assert partner.states(uri) == ["Completed", "Duplicate"]
    assert partner.outcome(CLIENTS, [client("a"), client("c")]) == ["Duplicate", "Completed"]


def test_what_was_not_settled_settles_again(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("a")])
    ask(partner, "PUT", NAME)
    partner.settle()
    for _ in range(2):
        assert ask(partner, "POST", f"{NAME}/restore").status_code == 204
        assert partner.states(uri) == ["Pending"]
        partner.settle()
        assert partner.states(uri) == ["Completed"]


def test_snapshots_are_listed_replaced_and_forgotten(partner: Partner) -> None:
    ask(partner, "PUT", NAME)
    partner.clock(advance=60)
    again = ask(partner, "PUT", NAME).json()
    assert ask(partner, "GET", "/_sandbox/snapshots").json() == [again]
    assert ask(partner, "DELETE", NAME).status_code == 204
    assert ask(partner, "GET", "/_sandbox/snapshots").json() == []
    for method, path in (("DELETE", NAME), ("POST", f"{NAME}/restore")):
        answer = ask(partner, method, path)
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "There is no snapshot before.",
        )


def test_nobody_goes_back_to_another_world(any_sandbox: Sandbox, partner: Partner) -> None:
    partner.submit(CLIENTS, [client("a")])
    ask(partner, "PUT", NAME)
    other = any_sandbox.partner()
    assert ask(other, "GET", "/_sandbox/snapshots").json() == []
    assert ask(other, "POST", f"{NAME}/restore").status_code == 404
    other.submit(CLIENTS, [client("mine")])
    ask(partner, "POST", f"{NAME}/restore")
    assert other.world()["submissions"] == 1


def test_a_name_is_of_few_letters(partner: Partner) -> None:
    for name in ("a%20b", "a" * 65, "%2e%2e%2f"):
        assert ask(partner, "PUT", f"/_sandbox/snapshots/{name}").status_code in (400, 404)
