"""A report as JUnit XML, for what is no session of pytest: a test case for each operation, under the same name always."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from contract_tests.reporting.baseline import Standing
from contract_tests.reporting.report import FoundRow, Report
from contract_tests.reporting.text import finding_text


def render(report: Report, suite: str) -> str:
    """Return a report as XML, its cases under the name of one suite."""
    cases = list(_cases(report))
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    errors = 1 if report["verdict"] == "not judged" else 0
    counts = {
        "tests": str(len(cases)),
        "failures": str(failed),
        "skipped": str(skipped),
        "errors": str(errors),
    }
    root = ET.Element("testsuites", {"name": suite, **counts})
    told = {"time": f"{report['seconds']:.3f}", "timestamp": report["started"]}
    element = ET.SubElement(root, "testsuite", {"name": suite, **counts, **told})
    if errors:
        case = ET.SubElement(
            element, "testcase", {"classname": suite, "name": "verdict", "time": "0"}
        )
        ET.SubElement(case, "error", {"message": report["sentence"]})
    element.extend(cases)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _cases(report: Report) -> Iterator[ET.Element]:
    told: set[str] = set()
    for row in report["coverage"]["operations"]:
        names = {"classname": f"{row['contract']}.operations", "name": row["id"], "time": "0"}
        case = ET.Element("testcase", names)
        found = [
            one for one in report["findings"]
            if row["contract"] in one["contracts"] and row["id"] in one["operations"]
        ]  # fmt: skip
        told |= {one["rule"] for one in found}
        _end(case, found)
        if not found and not row["count"]:
            ET.SubElement(case, "skipped", {"message": row["why"] or "not reached"})
        yield case
    for one in report["findings"]:
        if one["rule"] not in told:
            names = {
                "classname": f"{', '.join(one['contracts'])}.rules",
                "name": one["rule"],
                "time": "0",
            }
            case = ET.Element("testcase", names)
            _end(case, [one])
            yield case


def _end(case: ET.Element, found: Sequence[FoundRow]) -> None:
    """Let a case fail for what is new or has expired; what is known alone is skipped, and why it is left."""
    failures = [one for one in found if one["standing"] != Standing.KNOWN]
    case.extend(map(_failure, failures))
    if found and not failures:
        reasons = "; ".join(one["reason"] for one in found)
        ET.SubElement(case, "skipped", {"message": f"known: {reasons}"})


def _failure(one: FoundRow) -> ET.Element:
    failure = ET.Element("failure", {"type": one["rule"], "message": one["sentence"]})
    failure.text = finding_text(one)
    return failure
