"""What a partner submitted, downloaded as cases: each can be played by what plays `fixtures/cases`."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mock_server.batches.case_player import Case, play_case, read_file
from tests.mock_server.samples import (
    CLAIMS,
    CLIENTS,
    CLIENTS_WITH_CLAIMS,
    claim,
    client,
    client_with_claims,
)
from tests.sandboxes import Partner, Sandbox

ITEMS = st.builds(client, st.sampled_from("ABC"), st.sampled_from(["LLC", "SoleTrader", "Shoe"]))
BATCHES = st.lists(st.lists(ITEMS | st.just({}), min_size=1, max_size=4), min_size=1, max_size=5)


def download(partner: Partner, **asked: str) -> str:
    answer = partner.get("/_sandbox/cases", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def cases(partner: Partner, **asked: str) -> list[Case]:
    return read_file(download(partner, **asked), "recorded")


def play_all(sandbox: Sandbox, found: list[Case], full: Partner) -> None:
    """Play each case, in a world that is full unless it wants a fresh one."""
    for case in found:
        is_fresh = case.members.get("fresh_world", False)
        play_case(sandbox, case, sandbox.partner() if is_fresh else full)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=BATCHES)
def test_whatever_was_submitted_can_be_played_again(
    shared_sandbox: Sandbox, batches: list[list[dict[str, Any]]]
) -> None:
    partner = shared_sandbox.partner()
    for batch in batches:
        partner.submit(CLIENTS, batch)
    partner.settle()
    found = cases(partner)
    assert sum(len(case.members["requests"]) for case in found) == len(batches)
    play_all(shared_sandbox, found, partner)


def test_submissions_that_share_a_key_are_one_case_and_others_are_not(
    shared_sandbox: Sandbox,
) -> None:
    partner = shared_sandbox.partner()
    for batch in ([client("A")], [client("B")], [client("A", "SoleTrader"), client("A")]):
        partner.submit(CLIENTS, batch)
    partner.settle()
    one, other = (case.members for case in cases(partner))
    assert one["expected"] == [["Completed"], ["Conflict", "Conflict"]]
    assert other["expected"] == [["Completed"]]
    assert one["name"] == "recorded 1: 1 Completed; then 2 Conflict"


def test_items_stand_there_as_they_were_sent(shared_sandbox: Sandbox) -> None:
    partner = shared_sandbox.partner()
    spelled = (
        json.dumps(client("A", size=100))[:-1].replace("100", "1e2").replace("A", r"\u0041", 1)
    )
    partner.submit(CLIENTS, f"[{spelled} }}]")
    partner.settle()
    (case,) = cases(partner)
    (text,) = case.letters.values()
    assert text.replace("{run}", "") == f"{spelled} }}"
    assert r'"{run}\u0041"' in text


def test_what_another_operation_saved_before_is_sent_first(shared_sandbox: Sandbox) -> None:
    partner = shared_sandbox.partner()
    partner.submit(CLIENTS, [client("A")])
    assert partner.post(CLIENTS_WITH_CLAIMS, [client_with_claims("A")]).status_code == 200
    partner.settle()
    found = cases(partner)
    assert [case.operation for case in found] == ["createClientsAndRevenueClaims"]
    assert found[0].members["saved_by"]["operation"] == "createPartnerClients"
    play_all(shared_sandbox, found, partner)


def test_a_key_that_is_the_whole_item_wants_a_fresh_world(shared_sandbox: Sandbox) -> None:
    partner = shared_sandbox.partner()
    path = "/api/v1/RevenueClaims"
    keyless = {name: one for name, one in claim().items() if name != "unique_reference"}
    partner.submit(path, [keyless, keyless])
    partner.settle()
    found = cases(partner)
    assert found[0].members["fresh_world"] is True
    play_all(shared_sandbox, found, partner)


def test_what_rests_on_a_record_that_nobody_sent_in_the_case_is_left_out(
    shared_sandbox: Sandbox,
) -> None:
    partner = shared_sandbox.partner()
    partner.submit(CLIENTS, [client(f"k{number}") for number in range(101)])
    partner.submit(CLIENTS, [client("k7")])
    partner.submit(CLIENTS, [client("alone")])
    partner.post("/_sandbox/scenarios", {"effect": {"settle_as": "Failed"}})
    partner.submit(CLIENTS, [client("chosen")])
    partner.settle()
    partner.submit(CLIENTS, [client("waiting")])
    text = download(partner)
    assert "Left out: 4 of them" in text
    assert [one["expected"] for one in yaml.safe_load(text)["cases"]] == [[["Completed"]]]


@pytest.mark.parametrize("operation", ["createRevenueClaims", None])
def test_the_operation_is_the_one_that_is_named_else_the_last_one(
    shared_sandbox: Sandbox, operation: str | None
) -> None:
    partner = shared_sandbox.partner()
    partner.submit(CLAIMS, [claim()])
    partner.submit(CLIENTS, [client("A")])
    partner.settle()
    asked = {"operation": operation} if operation else {}
    assert {case.operation for case in cases(partner, **asked)} == {
        operation or "createPartnerClients"
    }


def test_an_operation_to_which_nothing_was_sent_is_told_with_its_mend(
    shared_sandbox: Sandbox,
) -> None:
    partner = shared_sandbox.partner()
    assert partner.get("/_sandbox/cases").status_code == 404
    partner.submit(CLIENTS, [client("A")])
    answer = partner.get("/_sandbox/cases", params={"operation": "createPartnerClient"})
    assert answer.status_code == 400
    assert "Did you mean createPartnerClients?" in answer.text
