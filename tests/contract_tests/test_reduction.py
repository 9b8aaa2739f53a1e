"""What shows a finding is made small: fewer requests, fewer items, fewer members."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from contract_tests.http.client import Target
from contract_tests.judging.session import Judge
from contract_tests.judging.verdict import Broken, Coverage
from contract_tests.reading import contract
from contract_tests.scenarios.shrinking import note, reduced
from contract_tests.scenarios.stories import play
from contract_tests.settings import Partner, Settings

V2 = contract.read(contract.find("partner-client-service-v2"))
CLIENTS = next(one for one in V2.submissions if one.id == "createPartnerClients")
NEEDED = {"partner_client_id", "client_start_date", "entity_type"}


def _server(*faults: str) -> Any:
    name = "defective_servers"
    if name not in sys.modules:
        place = Path(__file__).with_name(f"{name}.py")
        spec = importlib.util.spec_from_file_location(name, place)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name].Server(faults)


def _judge(base_url: str, **options: Any) -> Judge:
    profile = {"currency": "GBP"}
    settings = Settings(
        base_url=base_url,
        contracts=(V2.name,),
        partner=Partner("partner-a", "secret-a", profile=profile),
        mode="strict",
        effort="thorough",
        **options,
    )
    target = Target(settings)
    target.token_path = V2.token_url
    return Judge(V2, target, settings, Coverage())


def _shown(judge: Judge, *steps: str) -> Broken:
    with pytest.raises(Broken) as broken:
        play(judge, CLIENTS, steps, "cases")
    return broken.value


def _submitted(problem: Broken) -> list[list[str]]:
    """The letters of the items of each request."""
    assert problem.episode is not None
    return [
        [chr(int(entry.value["partner_client_id"].rpartition("k")[2])) for entry in step.entries]
        for step in problem.episode.steps
    ]


def test_a_twin_that_is_missed_from_afar_is_three_small_items() -> None:
    with _server("twin-near-only") as server:
        judge = _judge(server.base_url)
        problem = reduced(judge, _shown(judge, "D", "A, B, C, E, F, B, G"))
    assert [len(step) for step in _submitted(problem)] == [3]
    assert problem.episode is not None
    assert all(set(one.value) == NEEDED for one in problem.episode.steps[0].entries)


def test_a_conflict_that_poisons_its_key_is_told_in_two_requests_of_many() -> None:
    with _server("conflict-poisons") as server:
        judge = _judge(server.base_url)
        problem = reduced(judge, _shown(judge, "B", "C, A, D, A'", "E", "F", "A, G"))
    assert _submitted(problem) == [["A", "A"], ["A"]]
    assert problem.finding.expected == ("Completed (otherwise)",)


def test_a_fault_that_needs_three_steps_is_told_in_three_requests() -> None:
    with _server("forgets-the-asked") as server:
        judge = _judge(server.base_url)
        problem = reduced(judge, _shown(judge, "B", "D, A, E", "F", "A, G", "B, H", "C, A"))
    assert _submitted(problem) == [["A"], ["A"], ["A"]]
    assert problem.finding.rule == "outcome.twin-saved"


def test_a_finding_keeps_its_rule_and_is_made_small_once() -> None:
    with _server("saved-twin-completed") as server:
        judge = _judge(server.base_url)
        for _ in range(2):
            note(judge, _shown(judge, "A, B", "C, B"))
    first, second = judge.findings
    assert first.rule == second.rule == "outcome.twin-saved"
    assert sum(map(len, first.curl)) < sum(map(len, second.curl))


def test_what_cannot_be_shown_again_is_told_as_it_was() -> None:
    with _server("twin-near-only") as server:
        problem = _shown(_judge(server.base_url), "A, B, A")
    told = problem.finding
    with _server() as mended:
        assert reduced(_judge(mended.base_url), problem).finding is told


def test_the_budget_ends_a_reduction_with_what_is_known_so_far() -> None:
    with _server("twin-near-only") as server:
        judge = _judge(server.base_url, max_requests=30)
        problem = reduced(judge, _shown(judge, "A, B, C, D, E, F, B"))
    assert problem.finding.rule == "outcome.twin-in-request"
    assert judge.target.requests <= 30


def test_another_submission_is_still_waited_for_once_one_never_ended() -> None:
    with _server("never-settles") as server:
        judge = _judge(server.base_url, deadline=0.6)
        first = _shown(judge, "A")
        assert (first.finding.rule, first.finding.expected) == (
            "state.liveness", ("final within 0.6 s",)
        )  # fmt: skip
        server.service.faults = frozenset()
        play(judge, CLIENTS, ("A, A",), "cases")
        server.service.faults = frozenset({"never-settles"})
        assert _shown(judge, "B") is first
