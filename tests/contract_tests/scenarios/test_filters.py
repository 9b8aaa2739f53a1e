"""Filters of a status that do otherwise than the contract says: what a silence leaves open is no excuse for anything else."""

from __future__ import annotations

import pytest

from contract_tests.judging.mode import Effort, Mode
from contract_tests.suites.lifecycle import test_filter
from tests.contract_tests.contracts import CLAIM, V2
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.innocent_servers import Innocent, alternatives, name_of
from tests.contract_tests.sessions import session_of

BY_OVERALL = next(one for one in alternatives(V2) if name_of(V2, one) == "S4.1")


def broken(server: Server, mode: Mode = Mode.DOCUMENTED) -> set[str]:
    """Return what the filter of a server breaks."""
    with server:
        session = session_of(V2, server.base_url, mode=mode, effort=Effort.QUICK)
        test_filter.test_a_status_can_be_filtered_by_state(session, CLAIM)
    return {one.requirement.id for one in session.findings.take()}


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("filter-trimmed", "filter.unknown"),
        ("filter-drops-conflict", "filter.items"),
        ("filter-drops-unknown", "filter.items"),
    ],
)
def test_a_filter_that_is_wrong_is_found_where_others_are_allowed(
    fault: str, requirement: str
) -> None:
    assert requirement in broken(Server([fault]))


@pytest.mark.parametrize("mode", Mode)
def test_the_overall_status_may_be_filtered_by_but_in_strict_mode(mode: Mode) -> None:
    found = broken(Server(service=Innocent(V2, BY_OVERALL)), mode)
    assert bool(found) is (mode is Mode.STRICT)
