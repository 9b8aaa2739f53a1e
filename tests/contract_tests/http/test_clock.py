"""The clock of a sandbox: found, stopped, moved, and released even when the budget is used up."""

from __future__ import annotations

import pytest

from contract_tests.http.clock import CONTROL, SandboxClock
from contract_tests.http.failures import BudgetSpent
from contract_tests.http.limits import Limits
from contract_tests.http.messages import get
from contract_tests.http.partners import Caller
from tests.contract_tests.plain_servers import answering, serving
from tests.contract_tests.sessions import FIXED, client_of


def test_the_request_that_releases_a_clock_is_kept_back() -> None:
    with serving(answering(200)) as (base_url, got):
        client = client_of(base_url, FIXED, Limits(max_requests=4))
        clock = SandboxClock(client)
        clock.freeze(Caller.FIRST)
        client.send(get("/x"))
        with pytest.raises(BudgetSpent):
            client.send(get("/x"))
        clock.release()
    assert got == [f"GET {CONTROL}", f"POST {CONTROL}", "GET /x", f"POST {CONTROL}"]


def test_there_is_none_where_the_control_surface_does_not_answer() -> None:
    with serving(answering(404)) as (base_url, got):
        clock = SandboxClock(client_of(base_url, FIXED))
        clock.freeze(Caller.FIRST)
        clock.release()
    assert (got, clock.was_found) == ([f"GET {CONTROL}"], False)


@pytest.mark.parametrize("limits", [Limits(read_only=True), Limits(dry_run=True)])
def test_there_is_none_where_nothing_may_be_changed(limits: Limits) -> None:
    with serving(answering(200)) as (base_url, got):
        assert not SandboxClock(client_of(base_url, FIXED, limits)).has(Caller.FIRST)
    assert got == []


def test_moving_it_is_a_request_of_the_story_and_counts_as_none_of_the_partners() -> None:
    with serving(answering(200)) as (base_url, _):
        exchange = SandboxClock(client_of(base_url, FIXED)).advance(Caller.FIRST, 5)
    assert (exchange.control, exchange.request.body) == (True, b'{"advance": 5}')
