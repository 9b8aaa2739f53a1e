"""Findings in each format that people and machines read."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from openapi_documents import parse
from spec_review.lint.rules import RULES, check
from spec_review.lint.samples import PARCELS
from spec_review.output.findings import Finding
from spec_review.output.formats import FORMATS
from spec_review.output.review import Review

BROKEN = PARCELS.replace("then: Failed, source: guide 2}", "then: Failed, source: TBD}")
FINDINGS = check(parse(BROKEN, "a b/broken.yaml"))


def test_json_holds_every_part_of_a_finding() -> None:
    told = json.loads(FORMATS["json"](Review(FINDINGS, ["a b/broken.yaml"], RULES)))
    assert told["counts"] == {"error": 1, "warning": 0, "note": 0}
    assert told["findings"][0]["rule"] == "unsourced-claim"
    assert told["findings"][0]["line"] == FINDINGS[0].line


def test_sarif_names_the_rule_and_the_region() -> None:
    told = json.loads(FORMATS["sarif"](Review(FINDINGS, [], RULES)))
    (run,) = told["runs"]
    (result,) = run["results"]
    assert told["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/broken.yaml"}
    assert place["region"] == {"startLine": FINDINGS[0].line, "startColumn": 49}


def test_github_commands_stay_on_one_line_each() -> None:
    finding = Finding("a-rule", "warning", FINDINGS[0].position, "100 %\nof it", "so: or so")
    first = FORMATS["github"](Review([finding])).splitlines()[0]
    assert first == (
        f"::warning file=a b/broken.yaml,line={finding.line},col=49,title=a-rule"
        "::100 %25%0Aof it (so: or so)"
    )


def test_junit_has_a_failed_case_per_finding_and_a_passed_one_for_a_clean_file() -> None:
    text = FORMATS["junit"](Review(FINDINGS, ["a b/broken.yaml", "clean.yaml"], RULES))
    suites = ElementTree.fromstring(text)
    assert [(one.get("name"), one.get("failures")) for one in suites] == [
        ("a b/broken.yaml", "1"),
        ("clean.yaml", "0"),
    ]
    assert len(suites.findall(".//failure")) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_say_that_there_is_nothing_and_write_any_sentence(form: str) -> None:
    assert FORMATS[form](Review([], ["clean.yaml"], RULES))
    odd = Finding("odd", "note", FINDINGS[0].position, "<&> \x07 'é' \"", "]]>")
    text = FORMATS[form](Review([odd]))
    if form == "junit":
        assert len(ElementTree.fromstring(text).findall(".//failure")) == 1


def test_what_mends_many_findings_is_told_once_and_they_are_counted_by_rule() -> None:
    many = [
        Finding("a-rule", "warning", FINDINGS[0].position, f"no {number}", "write one")
        for number in range(20)
    ]
    text = FORMATS["text"](Review([*many, *FINDINGS]))

    assert text.count("write one") == 1
    assert "By rule: a-rule 20, unsourced-claim 1\n" in text
    assert "By rule" not in FORMATS["text"](Review(many[:3]))
