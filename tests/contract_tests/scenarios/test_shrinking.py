"""What shows a finding is made small: fewer requests, fewer items, fewer members."""

from __future__ import annotations

import pytest

from contract_tests.http.limits import Limits
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.scenarios.shrinking import note, reduced
from contract_tests.scenarios.stories import play
from tests.contract_tests.contracts import CLIENT, V2
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.sessions import session_of

NEEDED = {"partner_client_id", "client_start_date", "entity_type"}


def shown(session: Session, *steps: str) -> Broken:
    with pytest.raises(Broken) as broken:
        play(session, CLIENT, steps, Suite.CASES)
    return broken.value


def submitted(problem: Broken) -> list[list[str]]:
    """The letters of the items of each request."""
    assert problem.story is not None
    return [
        [chr(int(entry.value["partner_client_id"].rpartition("k")[2])) for entry in step.entries]
        for step in problem.story.steps
    ]


def test_a_twin_that_is_missed_from_afar_is_three_small_items() -> None:
    with Server({"twin-near-only"}) as server:
        session = session_of(V2, server.base_url)
        problem = reduced(session, shown(session, "D", "A, B, C, E, F, B, G"))
    assert [len(step) for step in submitted(problem)] == [3]
    assert problem.story is not None
    assert all(set(one.value) == NEEDED for one in problem.story.steps[0].entries)


def test_a_conflict_that_poisons_its_key_is_told_in_two_requests_of_many() -> None:
    with Server({"conflict-poisons"}) as server:
        session = session_of(V2, server.base_url)
        problem = reduced(session, shown(session, "B", "C, A, D, A'", "E", "F", "A, G"))
    assert submitted(problem) == [["A", "A"], ["A"]]
    assert problem.finding.expected == ("Completed (otherwise)",)


def test_a_fault_that_needs_three_steps_is_told_in_three_requests() -> None:
    with Server({"forgets-the-asked"}) as server:
        session = session_of(V2, server.base_url)
        problem = reduced(session, shown(session, "B", "D, A, E", "F", "A, G", "B, H", "C, A"))
    assert submitted(problem) == [["A"], ["A"], ["A"]]
    assert problem.finding.requirement.id == "outcome.twin-saved"


def test_a_finding_keeps_its_requirement_and_is_made_small_once() -> None:
    with Server({"saved-twin-completed"}) as server:
        session = session_of(V2, server.base_url)
        for _ in range(2):
            note(session, shown(session, "A, B", "C, B"))
    first, second = session.findings.take()
    assert first.requirement.id == second.requirement.id == "outcome.twin-saved"
    assert first.size < second.size


def test_what_cannot_be_shown_again_is_told_as_it_was() -> None:
    with Server({"twin-near-only"}) as server:
        problem = shown(session_of(V2, server.base_url), "A, B, A")
    told = problem.finding
    with Server() as mended:
        assert reduced(session_of(V2, mended.base_url), problem).finding is told


def test_the_budget_ends_a_reduction_with_what_is_known_so_far() -> None:
    with Server({"twin-near-only"}) as server:
        session = session_of(V2, server.base_url, limits=Limits(max_requests=30))
        problem = reduced(session, shown(session, "A, B, C, D, E, F, B"))
    assert problem.finding.requirement.id == "outcome.twin-in-request"
    assert session.asking.client.budget.taken() <= 30


def test_another_submission_is_still_waited_for_once_one_never_ended() -> None:
    with Server({"never-settles"}) as server:
        session = session_of(V2, server.base_url, limits=Limits(deadline=0.6))
        first = shown(session, "A")
        told = first.finding.requirement.id, first.finding.expected
        assert told == ("state.liveness", ("final within 0.6 s",))
        server.service.faults = frozenset()
        play(session, CLIENT, ("A, A",), Suite.CASES)
        server.service.faults = frozenset({"never-settles"})
        assert shown(session, "B").story is first.story
