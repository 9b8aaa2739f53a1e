"""A story is played with keys of its own, and everything it creates is written to the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_tests.http.partners import Partners
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.scenarios.letters import split
from contract_tests.scenarios.stories import OTHER_STORIES, STORIES, is_plain, play
from tests.contract_tests.contracts import CLIENT, V2
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.sessions import KNOWN, OTHER, session_of


def test_the_ledger_tells_every_submission_with_keys_that_carry_the_run(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    with Server() as server:
        session = session_of(V2, server.base_url, ledger=ledger)
        play(session, CLIENT, ("A, B", "A"), Suite.CASES)
    entries = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    sent, accepted = entries[::2], entries[1::2]
    assert [len(entry["keys"]) for entry in sent] == [2, 1]
    assert all(key[0].startswith("ct0123456789-") for entry in sent for key in entry["keys"])
    assert all("status_check_id" in entry["as"] for entry in accepted)
    assert {entry["run"] for entry in entries} == {"ct0123456789"}


@pytest.mark.parametrize(
    ("fault", "steps", "requirement"),
    [
        ("saved-twin-completed", ("A", "A"), "outcome.twin-saved"),
        ("rivals-failed", ("A, A'",), "outcome.rival-in-request"),
        ("failed-poisons", ("A!", "A"), "outcome.invalid"),
    ],
)
def test_a_story_that_ends_otherwise_names_the_row(
    fault: str, steps: tuple[str, ...], requirement: str
) -> None:
    with Server({fault}) as server, pytest.raises(Broken) as caught:
        play(session_of(V2, server.base_url), CLIENT, steps, Suite.CASES)
    finding = caught.value.finding
    assert (finding.requirement.id, finding.plain) == (requirement, True)
    assert finding.suite is Suite.CASES


def test_a_partner_to_whom_a_record_is_new_is_named_as_such() -> None:
    with Server({"records-shared"}) as server:
        session = session_of(V2, server.base_url, partners=Partners(KNOWN, OTHER))
        with pytest.raises(Broken) as caught:
            play(session, CLIENT, ("b: A", "A"), Suite.CASES)
    assert caught.value.finding.requirement.id == "access.partner-records"


def test_every_story_has_letters_that_are_known() -> None:
    for steps in (*STORIES, *OTHER_STORIES):
        for step in steps:
            assert all(letter[0] in "ABCDEF?" for letter in split(step.removeprefix("b:")))
    assert is_plain(("A", "A'"))
    assert not is_plain(("A", "A~"))
