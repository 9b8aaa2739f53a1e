"""Plays every case of fixtures/cases against the sandbox, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import pytest
import yaml

from tests.mock_server.samples import ROOT
from tests.sandboxes import Partner, Sandbox

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}
KNOWN_MEMBERS = {
    "name", "source", "silences", "fresh_world", "partner", "saved_by", "saved",
    "saved_of_another_partner", "requests", "expected", "errors", "urls", "filtered",
}  # fmt: skip
RUNS = count()
Players = Callable[[Sandbox, str], Partner]


@dataclass(frozen=True)
class Case:
    """One case with the file it stands in."""

    group: str
    contract: str
    operation: str
    letters: dict[str, str]
    members: dict[str, Any]


def read_cases() -> list[Case]:
    cases = []
    for file in sorted((ROOT / "fixtures" / "cases").glob("*/*.yaml")):
        document = yaml.safe_load(file.read_text())
        group = f"{file.parent.name[-2:]} {file.stem}"
        shared = (group, document["contract"], document["operation"], document["letters"])
        cases += [Case(*shared, members) for members in document["cases"]]
    return cases


CASES = read_cases()


@cache
def path_of(contract: str, operation: str) -> str:
    """Return the path of an operation of a contract."""
    document = yaml.safe_load((ROOT / "openapi" / f"{contract}.yaml").read_text())
    for path, item in document["paths"].items():
        for method in HTTP_METHODS & item.keys():
            if item[method]["operationId"] == operation:
                return str(path)
    raise LookupError(operation)


def body(letters: dict[str, str], names: list[str], run: str) -> str:
    return "[" + ",".join(letters[name].replace("{run}", run) for name in names) + "]"


def play(partner: Partner, path: str, sent: str) -> tuple[list[dict[str, Any]], str | None]:
    """Submit and settle; return the entries of the answer and the status uri, if there is one."""
    answer = partner.post(path, sent)
    if answer.status_code == 200:
        assert answer.json()["status"] == "Completed"
        return answer.json()["result"], None
    assert answer.status_code == 202, answer.text
    uri = answer.json()["status_check_uri"]
    partner.settle()
    return partner.result(uri), uri


def states(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["status"]["state"] for entry in entries]


def check_errors(state: str, errors: list[str], wanted: Any) -> None:
    assert all(isinstance(error, str) and error for error in errors)
    if isinstance(wanted, list):
        assert errors == wanted
    elif isinstance(wanted, dict):
        assert len(errors) >= len(wanted["naming"])
        for member in wanted["naming"]:
            assert any(member in error for error in errors), (member, errors)
    else:
        assert bool(errors) == (state != "Completed")


def check_filters(
    partner: Partner, uris: list[str | None], entries: list[Any], filters: list[Any]
) -> None:
    for wanted in filters:
        uri = uris[wanted["request"]]
        answer = partner.get(f"{uri}?state={wanted['state']}").json()
        shown = answer if isinstance(answer, list) else answer["result"]
        assert shown == [entries[wanted["request"]][place] for place in wanted["shows"]]
        assert isinstance(answer, list) or answer["status"] == "Completed"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}: {case.members['name']}")
def test_every_case_ends_as_it_says(any_sandbox: Sandbox, players: Players, case: Case) -> None:
    """A partner who already has a full world plays, unless the case wants a fresh one."""
    told = case.members
    assert told.keys() <= KNOWN_MEMBERS
    currency = told.get("partner", {}).get("currency", "GBP")
    choose = Sandbox.partner if "fresh_world" in told else players
    partner = choose(any_sandbox, currency)
    path = path_of(case.contract, case.operation)
    run = f"r{next(RUNS)}."

    earlier = told.get("saved_by", {"contract": case.contract, "operation": case.operation})
    for names in told.get("saved", []):
        sent = body(case.letters, names, run)
        saved, _ = play(partner, path_of(earlier["contract"], earlier["operation"]), sent)
        assert states(saved) == ["Completed"] * len(names)
    for names in told.get("saved_of_another_partner", []):
        saved, _ = play(any_sandbox.partner(), path, body(case.letters, names, run))
        assert states(saved) == ["Completed"] * len(names)

    answers, uris = [], []
    for index, (names, expected) in enumerate(zip(told["requests"], told["expected"], strict=True)):
        sent = body(case.letters, names, run)
        entries, uri = play(partner, path, sent)
        assert states(entries) == expected
        assert [entry["data"] for entry in entries] == json.loads(sent)
        wanted = told["errors"][index] if "errors" in told else [None] * len(names)
        for entry, errors in zip(entries, wanted, strict=True):
            check_errors(entry["status"]["state"], entry["status"]["validation_errors"], errors)
        if "urls" in told:
            urls = [url and url.replace("{run}", run) for url in told["urls"][index]]
            assert [entry.get("url") for entry in entries] == urls
        answers.append(entries)
        uris.append(uri)
    check_filters(partner, uris, answers, told.get("filtered", []))


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
