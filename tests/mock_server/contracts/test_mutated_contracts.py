"""Edits a copy of version 2 as a user would, in the YAML alone, and sees the mock follow."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from tests.mock_server.samples import CLAIMS, CLIENTS, V2, claim, client
from tests.mock_server.served import serving
from tests.sandboxes import Partner, StartSandbox, new_partner

FIRST_VERSION = V2.with_name("partner-client-service-v1.yaml")
PartnerOf = Callable[[str], Partner]


@pytest.fixture
def partner_of(tmp_path: Path) -> Iterator[PartnerOf]:
    """Serve the text of a contract, and give a partner with an empty world whose clock stands still."""
    with ExitStack() as servers:

        def partner(text: str) -> Partner:
            contract = tmp_path / "mine.yaml"
            contract.write_text(text, encoding="utf-8")
            served = servers.enter_context(serving(contract))
            return new_partner(served.http, served.server.sandbox.runtime.settings.admin_key)

        yield partner


def with_key(text: str, members: str) -> str:
    """Return the contract with another key for clients."""
    return text.replace("key: [partner_client_id]", f"key: {members}")


def with_rows_swapped(text: str, first: str, second: str) -> str:
    """Return the contract with two outcome rows of the clients in each other's place."""
    before, lifecycle, after = re.split(
        r"(    partner-client:\n.*?)(?=    revenue-claim:\n)", text, flags=re.S
    )
    head, *rows = re.split(r"(?=^ {8}- when: )", lifecycle, flags=re.M)
    conditions = [row.partition("when: ")[2].split()[0] for row in rows]
    one, other = conditions.index(first), conditions.index(second)
    rows[one], rows[other] = rows[other], rows[one]
    return before + head + "".join(rows) + after


def without_rule(text: str, rule: str) -> str:
    """Return the contract without one rule."""
    return re.sub(rf"^( +)- id: {rule}\n.*?(?=^\1- id: )", "", text, flags=re.M | re.S)


def test_another_key_makes_other_conflicts(partner_of: PartnerOf) -> None:
    partner = partner_of(with_key(V2.read_text(), "[entity_type]"))

    assert partner.outcome(CLIENTS, [client("A"), client("B")]) == ["Conflict", "Conflict"]
    assert partner.outcome(CLIENTS, [client("A"), client("A", "LLP")]) == ["Completed", "Completed"]
    assert partner.outcome(CLIENTS, [client("C", "LLP")]) == ["Duplicate"]
    assert partner.outcome(CLIENTS, [{"partner_client_id": "D"}]) == ["Failed"]


def test_a_key_of_two_members_is_a_pair(partner_of: PartnerOf) -> None:
    partner = partner_of(with_key(V2.read_text(), "[partner_client_id, entity_type]"))

    sent = [client("A"), client("A", "LLP"), client("A"), {**client("A"), "note": 1}]
    assert partner.outcome(CLIENTS, sent) == ["Conflict", "Completed", "Conflict", "Conflict"]


@pytest.mark.parametrize("key", ["[entity_type]", "[partner_client_id, entity_type]", "[]"])
def test_a_client_is_read_by_what_its_path_names_whatever_the_key_is(
    partner_of: PartnerOf, key: str
) -> None:
    partner = partner_of(with_key(FIRST_VERSION.read_text(), key))
    uri = partner.submit("/api/v1/Clients", [client("A")])
    partner.settle()
    (entry,) = partner.result(uri)
    assert entry["status"]["state"] == "Completed"
    answer = partner.get("/api/v1/Clients/A")
    assert (answer.status_code, "url" in entry) in ((200, True), (404, False))
    if "url" in entry:
        assert partner.get(entry["url"]).json() == client("A")


def test_an_empty_key_is_the_whole_item(partner_of: PartnerOf) -> None:
    partner = partner_of(with_key(V2.read_text(), "[]"))

    sent = [client("A"), client("A", "LLP"), client("A")]
    assert partner.outcome(CLIENTS, sent) == ["Completed", "Completed", "Duplicate"]


def test_swapped_rows_decide_in_the_new_order(partner_of: PartnerOf) -> None:
    text = with_rows_swapped(V2.read_text(), "rival-in-request", "invalid")
    assert text != V2.read_text()
    partner = partner_of(text)

    rivals = [client("A"), client("A", "no such form")]
    assert partner.outcome(CLIENTS, rivals) == ["Conflict", "Failed"]


def test_a_row_may_lead_to_another_state(partner_of: PartnerOf) -> None:
    row = "when: rival-saved\n          then: "
    partner = partner_of(V2.read_text().replace(f"{row}Duplicate", f"{row}Conflict"))

    assert partner.outcome(CLIENTS, [client("A")]) == ["Completed"]
    assert partner.outcome(CLIENTS, [client("A", "LLP")]) == ["Conflict"]


def test_a_rule_that_is_gone_is_not_asked(partner_of: PartnerOf) -> None:
    partner = partner_of(without_rule(V2.read_text(), "same-sign"))

    assert partner.outcome(CLAIMS, [claim(100, -1000)]) == ["Completed"]


def test_a_running_sandbox_follows_the_edits_of_its_contract(
    start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    contract = tmp_path / "mine.yaml"
    text = V2.read_text()
    contract.write_text(text)
    sandbox = start_sandbox(f"sqlite:///{tmp_path / 'reload.db'}", contract, "--reload")
    partner = sandbox.partner()
    old = partner.submit(CLIENTS, [client("old", "Partnership")])

    turns = count()

    def outcome_becomes(expected: list[str]) -> bool:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            key = f"turn-{next(turns)}"
            rivals = [client(key), client(key, "LLP")]
            if partner.outcome(CLIENTS, rivals) == expected:
                return True
            time.sleep(0.1)
        return False

    assert outcome_becomes(["Conflict", "Conflict"])
    contract.write_text(with_key(text, "[]"))
    assert outcome_becomes(["Completed", "Completed"])
    assert partner.states(old) == ["Completed"], "what was accepted before the edit is still there"

    printed = len(sandbox.lines)
    broken = text.replace("when: rival-in-request", "when: rival-in-reqest", 1)
    line = broken[: broken.index("rival-in-reqest")].count("\n") + 1
    contract.write_text(broken)
    complaint = sandbox.wait_for(rf"mine\.yaml:{line}\b", since=printed)
    assert "rival-in-request" in complaint, "the nearest known word is named"
    assert outcome_becomes(["Completed", "Completed"]), "the last good contract is kept"

    contract.write_text(text)
    assert outcome_becomes(["Conflict", "Conflict"])
    assert "Traceback" not in sandbox.printed()
