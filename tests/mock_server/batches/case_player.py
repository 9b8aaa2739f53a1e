"""Plays cases in the form of fixtures/cases, as its README tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import yaml

from tests.mock_server.samples import ROOT
from tests.sandboxes import Partner, Sandbox

HTTP_METHODS = {"get", "post", "put", "patch", "delete"}
KNOWN_MEMBERS = {
    "name", "source", "silences", "fresh_world", "partner", "saved_by", "saved",
    "saved_of_another_partner", "requests", "expected", "errors", "urls", "filtered",
}  # fmt: skip
RUNS = count()


@dataclass(frozen=True)
class Case:
    """One case with the file it stands in."""

    group: str
    contract: str
    operation: str
    letters: dict[str, str]
    members: dict[str, Any]


def read_file(text: str, group: str) -> list[Case]:
    """Return the cases of a file."""
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    shared = (group, document["contract"], document["operation"], document["letters"])
    return [Case(*shared, members) for members in document["cases"]]


@cache
def path_of(contract: str, operation: str) -> str:
    """Return the path of an operation of a contract."""
    document = yaml.load(
        (ROOT / "openapi" / f"{contract}.yaml").read_text(), Loader=yaml.CSafeLoader
    )
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


def play_case(sandbox: Sandbox, case: Case, partner: Partner) -> None:
    """Play a case, and check whatever its file says of it."""
    told = case.members
    assert told.keys() <= KNOWN_MEMBERS
    path = path_of(case.contract, case.operation)
    run = f"r{next(RUNS)}."

    earlier = told.get("saved_by", {"contract": case.contract, "operation": case.operation})
    for names in told.get("saved", []):
        sent = body(case.letters, names, run)
        saved, _ = play(partner, path_of(earlier["contract"], earlier["operation"]), sent)
        assert states(saved) == ["Completed"] * len(names)
    for names in told.get("saved_of_another_partner", []):
        saved, _ = play(sandbox.partner(), path, body(case.letters, names, run))
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
