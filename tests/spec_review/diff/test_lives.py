"""What changes in the lives of resources is behavioural, and shown by steps that the sandbox confirms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from openapi_documents import load
from spec_review.diff.changes import Change
from spec_review.diff.comparison import compare
from spec_review.simulation.guards import nested
from spec_review.simulation.life_wording import life_lines
from spec_review.simulation.lives import LifeStep, LifeWitness
from tests.mock_server.resources.consents import initiation, play, status
from tests.mock_server.served import Served
from tests.spec_review.commands import spec_review

CONSENTS = Path(__file__).parents[2] / "mock_server/resources/consents.yaml"
LIFE = "$.components['x-lifecycles']['payment-consent']"
GUARD = (
    "request.Data.ConsentId == self.Data.ConsentId",
    "self.Data.Initiation.InstructedAmount.Amount == '7.00'",
)
CHANGES = {
    "transition-guard": [f'when: "{GUARD[0]}"', f'when: "{GUARD[1]}"'],
    "transition-target": ["to: Rejected, by: {operation: deleteConsent}", "to: Consumed, by: {operation: deleteConsent}"],
    "transition-time": ["after: PT24H", "after: PT12H"],
    "transition-cause": ["by: {event: authorise}", "by: {event: approve}"],
    "transition-source": ["from: [AwaitingAuthorisation, Authorised], to: Rejected", "from: AwaitingAuthorisation, to: Rejected"],
    "requirement-changed": ["states: [Authorised]", "states: [Authorised, AwaitingAuthorisation]"],
    "row-decides-otherwise": ["then: Rejected}\n        - {when: otherwise", "refuse: 409}\n        - {when: otherwise"],
}  # fmt: skip


def edited(folder: Path, kind: str) -> Path:
    """The consents with one change."""
    old, new = CHANGES[kind]
    text = CONSENTS.read_text(encoding="utf-8")
    assert old in text
    file = folder / "consents.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def changes(old: Path, new: Path) -> list[Change]:
    return [one.change for one in compare(load(str(old)), load(str(new))).changes]


class Sandbox:
    """A sandbox that serves one of the two contracts, on which the steps of a witness are played."""

    def __init__(self, file: Path) -> None:
        self._server = Embedded(Settings(contracts=(file,), database="sqlite://", admin_key="k"))
        with httpx.Client(base_url=self._server.url) as http:
            self._bank = Served(self._server, http).partner()

    def played(self, witness: LifeWitness) -> list[str]:
        """The states after each step; two resources are led, for a guard may tell one from another."""
        amount = self._amount(witness)
        states, keys = [], ["", ""]
        for step in witness.steps:
            if step.kind == "make":
                answers = [
                    self._bank.post("/domestic-payment-consents", json={"Data": initiation(amount)})
                    for _ in keys
                ]
                if answers[0].status_code >= 400:
                    return [f"refused with {answers[0].status_code}"]
                keys = [one.json()["Data"]["ConsentId"] for one in answers]
            elif step.kind == "event":
                for key in keys:
                    play(self._bank, key, step.name)
            elif step.kind == "wait":
                self._bank.post("/_sandbox/clock", json={"advance": step.seconds})
            else:
                refused = self._operated(step, keys)
                if refused is not None:
                    states.append(f"refused with {refused}")
                    continue
            states.append(status(self._bank, keys[0]))
        return states

    def _operated(self, step: LifeStep, keys: list[str]) -> int | None:
        if step.name == "deleteConsent":
            self._bank.delete(f"/domestic-payment-consents/{keys[0]}")
            return None
        known: Any = nested(step.known)
        mine = known["self"].get("Data", {}).get("ConsentId")
        asked = known["request"].get("Data", {}).get("ConsentId")
        key = keys[0] if asked == mine else keys[1]
        answer = self._bank.post(
            "/domestic-payments", json={"Data": {"ConsentId": key, **initiation()}}
        )
        return answer.status_code if answer.status_code >= 400 else None

    @staticmethod
    def _amount(witness: LifeWitness) -> str:
        for step in witness.steps:
            for name, value in step.known:
                if name.endswith("InstructedAmount.Amount"):
                    return str(value)
        return "5.00"

    def stop(self) -> None:
        self._bank.close()
        self._server.stop()


@pytest.fixture(scope="module")
def before() -> Iterator[Sandbox]:
    sandbox = Sandbox(CONSENTS)
    yield sandbox
    sandbox.stop()


@pytest.mark.parametrize("kind", CHANGES)
def test_the_sandbox_confirms_the_steps_that_show_a_change(
    kind: str, before: Sandbox, tmp_path: Path
) -> None:
    new = edited(tmp_path, kind)
    (change,) = [one for one in changes(CONSENTS, new) if one.kind == kind]
    (witness,) = change.stories
    after = Sandbox(new)
    try:
        assert change.is_behavioural
        assert change.level == "breaking"
        assert before.played(witness) == list(witness.before)
        assert after.played(witness) == list(witness.after)
    finally:
        after.stop()


def test_a_witness_reads_as_steps_with_the_states_that_they_lead_to(tmp_path: Path) -> None:
    (change,) = [
        one for one in changes(CONSENTS, edited(tmp_path, "transition-time")) if one.stories
    ]

    assert list(life_lines(change.stories[0])) == [
        "for example, a payment-consent:",
        "  it is made: AwaitingAuthorisation",
        "  after 12 hours: AwaitingAuthorisation",
        "                  now Rejected",
    ]


def test_a_transition_that_is_written_otherwise_and_means_the_same_is_no_change(
    tmp_path: Path,
) -> None:
    text = CONSENTS.read_text(encoding="utf-8")
    file = tmp_path / "consents.yaml"
    file.write_text(
        text.replace("from: Authorised, to", "from: [Authorised], to"), encoding="utf-8"
    )

    assert [one for one in changes(CONSENTS, file) if one.area == "behaviour"] == []


def test_two_overlays_of_one_document_are_compared(tmp_path: Path) -> None:
    def overlay(name: str, after: str) -> str:
        transitions = [{"from": "AwaitingAuthorisation", "to": "Rejected", "after": after}]
        actions = [
            {"target": f"{LIFE}.transitions", "remove": True},
            {"target": LIFE, "update": {"transitions": transitions}},
        ]
        told = {"overlay": "1.0.0", "info": {"title": name, "version": "1"}, "actions": actions}
        file = tmp_path / name
        file.write_text(json.dumps(told), encoding="utf-8")
        return str(file)

    done = spec_review(
        "diff", str(CONSENTS), str(CONSENTS),
        f"--old-overlay={overlay('old.json', 'P1D')}", f"--new-overlay={overlay('new.json', 'P2D')}",
    )  # fmt: skip

    assert done.exit_code == 1
    assert "after 2 days now, it was after 1 day [transition-time" in done.output
    assert "1 shown by" in done.output
