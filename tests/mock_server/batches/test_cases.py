"""Plays every case of fixtures/cases against the sandbox, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.mock_server.batches.case_player import Case, play_case, read_file
from tests.mock_server.samples import ROOT
from tests.sandboxes import Partner, Sandbox

Players = Callable[[Sandbox, str], Partner]


def read_cases() -> list[Case]:
    files = sorted((ROOT / "fixtures" / "cases").glob("*/*.yaml"))
    named = [(file, f"{file.parent.name[-2:]} {file.stem}") for file in files]
    return [case for file, group in named for case in read_file(file.read_text(), group)]


CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.members['name']}")
def test_every_case_ends_as_it_says(any_sandbox: Sandbox, players: Players, case: Case) -> None:
    """A partner who already has a full world plays, unless the case wants a fresh one."""
    currency = case.members.get("partner", {}).get("currency", "GBP")
    choose = Sandbox.partner if "fresh_world" in case.members else players
    play_case(any_sandbox, case, choose(any_sandbox, currency))


@pytest.fixture(scope="module")
def players() -> Players:
    """Return a function that gives the partner of a sandbox who plays in a currency."""
    known: dict[tuple[str, str], Partner] = {}

    def player(sandbox: Sandbox, currency: str) -> Partner:
        place = (sandbox.url, currency)
        if place not in known:
            known[place] = sandbox.partner(currency)
        return known[place]

    return player


def test_the_cases_hold_every_row_of_the_table() -> None:
    """The 20 rows for each submission with a key; those without one have what makes sense."""
    groups = {case.group for case in CASES}
    assert len(groups) == 5
    for group in groups - {"v1 revenue-claims"}:
        names = {case.members["name"] for case in CASES if case.group == group}
        other = {case.members["name"] for case in CASES if case.group == "v2 clients"}
        assert len(names) >= 39
        assert len(names & other) >= 25, "the table and what identical means are told alike"
