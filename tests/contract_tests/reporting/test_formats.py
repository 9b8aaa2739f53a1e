"""The forms in which other programs take a report: SARIF, JUnit XML, Markdown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from contract_tests.http.secrets import Secrets
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite
from contract_tests.reporting import files, junit, sarif, summary
from contract_tests.reporting.baseline import Baseline, Known, fingerprint
from contract_tests.reporting.curl import CurlLines
from contract_tests.reporting.report import About, Report, report
from contract_tests.reporting.results import Result, Results
from contract_tests.reporting.shown import Shown
from contract_tests.settings import Outputs, Settings
from tests.contract_tests.contracts import V2
from tests.contract_tests.sessions import client_of

FOUND = Finding(
    catalogue.RESULT_ORDER, V2.name, frozenset({"createPartnerClients"}), Suite.LIFECYCLE,
    "three items", ("A, B, C",), "C, <b>|B|</b>, `A`\x1b[31m", lines=("curl -s http://x",),
)  # fmt: skip
NAME = fingerprint("result.order", V2.name, "createPartnerClients")
TODAY = date(2027, 1, 31)


def reported(
    *findings: Finding, known: tuple[Known, ...] = (), shard: tuple[int, int] | None = None
) -> Report:
    settings = Settings("http://x", (V2.name,), shard=shard)
    client = client_of("http://x")
    curl = CurlLines(client.server, client.partners, "ct0123456789")
    baseline = Baseline({one.fingerprint: one for one in known}, TODAY)
    about = About(settings, (V2,), "ct0", 0.0, 1.5, curl, Shown(Secrets()), baseline)
    results = Results()
    results.suite(Suite.LIFECYCLE).tests = 1
    results.add(Result(findings=findings))
    return report(about, results)


KNOWN = Known(NAME, "result.order", V2.name, "createPartnerClients", "ticket 7")


@pytest.mark.parametrize(
    ("expires", "verdict", "sentence"),
    [
        (None, "holds", "holds but for 1 known fault: "),
        (date(2027, 1, 1), "broken", "does not hold: 1 rule is broken."),
    ],
)
def test_a_known_fault_fails_nobody_until_it_expires(
    expires: date | None, verdict: str, sentence: str
) -> None:
    value = reported(FOUND, known=(replace(KNOWN, expires=expires),))
    assert value["verdict"] == verdict
    assert sentence in value["sentence"]
    assert value["findings"][0]["reason"].startswith("ticket 7")


def test_what_is_mended_is_told_by_a_run_of_everything_alone() -> None:
    assert [one["rule"] for one in reported(known=(KNOWN,))["baseline"]["mended"]] == [
        "result.order"
    ]
    assert reported(known=(KNOWN,), shard=(1, 2))["baseline"]["mended"] == []


def test_sarif_tells_where_the_contract_has_it() -> None:
    log = json.loads(sarif.render(reported(FOUND)))
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert (
        run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        == result["ruleId"]
        == "result.order"
    )
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("partner-client-service-v2.yaml")
    assert place["region"]["startLine"] > 1
    assert result["partialFingerprints"] == {"contractTests/v1": NAME}
    assert "suppressions" not in result


def test_sarif_suppresses_what_is_known() -> None:
    (result,) = json.loads(sarif.render(reported(FOUND, known=(KNOWN,))))["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "ticket 7"}]


def test_junit_has_a_case_for_each_operation_under_the_same_name() -> None:
    good, bad = (
        ET.fromstring(junit.render(one, "traffic")) for one in (reported(), reported(FOUND))
    )
    names = [[case.attrib["name"] for case in one.iter("testcase")] for one in (good, bad)]
    assert names[0] == names[1]
    (failure,) = bad.iter("failure")
    assert failure.attrib["type"] == "result.order"
    assert "\x1b" not in (failure.text or "")


def test_junit_skips_what_is_known_and_fails_what_has_expired() -> None:
    tree = ET.fromstring(junit.render(reported(FOUND, known=(KNOWN,)), "traffic"))
    assert not list(tree.iter("failure"))
    assert "known: ticket 7" in [one.attrib["message"] for one in tree.iter("skipped")]
    expired = replace(KNOWN, expires=date(2027, 1, 1))
    tree = ET.fromstring(junit.render(reported(FOUND, known=(expired,)), "traffic"))
    assert len(list(tree.iter("failure"))) == 1


def test_a_finding_of_no_operation_has_a_case_of_its_own() -> None:
    tree = ET.fromstring(
        junit.render(reported(replace(FOUND, operations=frozenset({"token"}))), "x")
    )
    assert "result.order" in [case.attrib["name"] for case in tree.iter("testcase")]


def test_a_summary_holds_no_markup_of_a_server() -> None:
    told = summary.render(reported(FOUND))
    assert told.startswith("### \u274c ")
    assert r"C, \<b\>\|B\|\</b\>, \`A\`" in told


def test_a_summary_is_added_to_what_stands_there(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    files.write(reported(), Outputs(summary=file))
    assert file.read_text(encoding="utf-8").startswith("before\n### ")
