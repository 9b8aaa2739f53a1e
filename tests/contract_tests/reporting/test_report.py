"""The report of a run: what it comes to, what was reached, and what a terminal shows of it."""

from __future__ import annotations

import json

import pytest

from contract_tests.http.limits import Limits
from contract_tests.http.messages import Exchange, Reply, get
from contract_tests.judging import catalogue
from contract_tests.judging.coverage import Behaviour, Coverage, Part, Place, Side
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite
from contract_tests.reporting import text
from contract_tests.reporting.curl import CurlLines
from contract_tests.reporting.report import About, Report, report
from contract_tests.reporting.results import Result, Results
from contract_tests.reporting.shown import Shown
from contract_tests.settings import Settings
from tests.contract_tests.contracts import V2
from tests.contract_tests.sessions import client_of

FOUND = Finding(
    catalogue.RESULT_ORDER, V2.name, frozenset({"createPartnerClients"}), Suite.LIFECYCLE,
    "three items", ("A, B, C",), "C, B, A", exchanges=(Exchange(get("/x"), Reply(200, {}, b"")),),
)  # fmt: skip


def reported(results: Results, *, dry_run: bool = False) -> Report:
    settings = Settings("http://x", (V2.name,), limits=Limits(dry_run=dry_run))
    client = client_of("http://x")
    curl = CurlLines(client.server, client.partners, "ct0123456789")
    about = About(settings, (V2,), "ct0123456789", 0.0, 1.5, curl, Shown(client.secrets))
    return report(about, results)


def tried(*findings: Finding, **more: object) -> Results:
    results = Results(**more)  # type: ignore[arg-type]
    results.suite(Suite.LIFECYCLE).tests = 1
    results.add(Result(findings=findings))
    return results


@pytest.mark.parametrize(
    ("results", "verdict", "sentence"),
    [
        (tried(), "holds", f"{V2.name} holds: 1 check, 0 requests, mode documented."),
        (tried(notes=["limited"]), "holds", "as far as it was judged"),
        (tried(FOUND), "broken", f"{V2.name} does not hold: 1 rule is broken."),
        (tried(refusals=["it is away"]), "not judged", "Could not judge: it is away."),
        (tried(crashes=["a test"]), "not judged", "the judge itself failed at a test."),
        (Results(), "not judged", "there was nothing to judge in these suites"),
    ],
)
def test_a_run_comes_to_one_of_three_verdicts(
    results: Results, verdict: str, sentence: str
) -> None:
    value = reported(results)
    assert value["verdict"] == verdict
    assert sentence in value["sentence"]


def test_a_dry_run_tells_how_much_it_planned() -> None:
    value = reported(Results(planned=["POST /x"]), dry_run=True)
    assert value["sentence"] == "Nothing was sent; 1 request was planned."
    assert "POST /x" in list(text.lines(value, ["POST /x"]))


def test_why_tests_were_skipped_is_told_once_for_each_reason() -> None:
    results = tried()
    results.suite(Suite.ACCESS).skips.update({"there is one partner": 3})
    (line,) = [one for one in text.lines(reported(results), []) if "one partner" in one]
    assert line.strip() == "3 skipped: there is one partner"


def test_it_is_json_with_every_row_of_the_contract() -> None:
    value = json.loads(json.dumps(reported(tried(FOUND))))
    assert value["format"] == 1
    assert len(value["coverage"]["outcomes"]) == sum(
        len(one.rows) for one in V2.lifecycles.values()
    )
    assert {row["id"] for row in value["silences"]} == set(V2.silences)
    assert value["contracts"] == [
        {"name": V2.name, "title": V2.title, "version": V2.version, "path": V2.document.name}
    ]


def test_what_was_reached_is_counted_and_what_was_not_has_its_reason() -> None:
    coverage = Coverage()
    operation = Place(Part.OPERATION, V2.name, "createPartnerClients")
    coverage.counts[operation] = 3
    coverage.counts[Place(Part.RULE, V2.name, "rule.same-sign", Side.INSIDE)] = 2
    coverage.reasons[Place(Part.OPERATION, V2.name, "createRevenueClaims")] = "it is away"
    rows = reported(tried(coverage=coverage))["coverage"]
    operations = {row["id"]: (row["count"], row["why"]) for row in rows["operations"]}
    assert operations["createPartnerClients"] == (3, None)
    assert operations["createRevenueClaims"] == (0, "it is away")
    (rule,) = [row for row in rows["rules"] if row["id"] == "rule.same-sign"]
    assert (rule["count"], rule["inside"], rule["outside"]) == (2, 2, 0)


@pytest.mark.parametrize(
    ("seen", "as_chosen"), [([True], True), ([True, False], False), ([None], None), ([], None)]
)
def test_a_silence_is_as_chosen_where_nothing_seen_is_otherwise(
    seen: list[bool | None], as_chosen: bool | None
) -> None:
    coverage = Coverage()
    for number, one in enumerate(seen):
        coverage.saw(V2.name, "S14", Behaviour(f"state {number}", one))
    (row,) = [one for one in reported(tried(coverage=coverage))["silences"] if one["id"] == "S14"]
    assert row["as_chosen"] is as_chosen
    assert (row["did"] is None) is (not seen)
    assert (row["why"] is None) is bool(seen)


def test_a_terminal_shows_what_was_found_and_how_to_repeat_it() -> None:
    lines = list(text.lines(reported(tried(FOUND)), []))
    shown = "\n".join(lines)
    assert "1. result.order: The entries are in request order" in lines
    assert "   source     docs/lifecycle.md#result" in lines
    assert "   expected   A, B, C" in lines
    assert "--only lifecycle" in shown
    assert lines[-1].endswith("1 rule is broken.")


def test_a_long_text_is_shortened() -> None:
    assert text.shortened("x" * 600) == "x" * 500 + " ... (600 characters)"


def test_notes_and_refusals_of_many_processes_are_told_once() -> None:
    results = Results()
    for _ in range(2):
        results.add(Result(notes=("a",), refusal="b", requests=2))
    assert (results.notes, results.refusals, results.requests) == (["a"], ["b"], 4)
