"""A list of findings as people and machines read it: text, JSON, SARIF, GitHub, JUnit.

Each function takes findings in the order in which they shall stand and returns a text without a
line end. They know nothing of the rules but what `Described` says, so any command can use them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import click

from spec_review.output.findings import SEVERITIES, Finding, Severity


class Described(Protocol):
    """What a format may say about a rule besides its findings."""

    @property
    def id(self) -> str:
        """The name of the rule."""

    @property
    def severity(self) -> Severity:
        """How grave its findings are."""

    @property
    def sentence(self) -> str:
        """What must hold."""

    @property
    def why(self) -> str:
        """What goes wrong otherwise."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is shown: the findings, the files that were looked at, and the rules that were asked."""

    findings: Sequence[Finding]
    files: Sequence[str] = ()
    rules: Sequence[Described] = ()


_COLOURS: Final[Mapping[Severity, str]] = {"error": "red", "warning": "yellow", "note": "blue"}
_LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "note": "note"}
_COMMANDS: Final[Mapping[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}


def as_text(review: Review) -> str:
    """Return one line per finding, its mend below it, and a summary; with colours."""
    lines: list[str] = []
    for one in review.findings:
        severity = click.style(one.severity, fg=_COLOURS[one.severity], bold=True)
        place = click.style(str(one.position), bold=True)
        lines.append(f"{place} {severity} {click.style(one.rule, dim=True)} {one.sentence}")
        if one.mend:
            lines.append(f"    {click.style('mend:', fg='green')} {one.mend}")
    if lines:
        lines.append("")
    lines.append(summary(review))
    return "\n".join(lines)


def summary(review: Review) -> str:
    """Return how many findings there are, and in how many files."""
    looked = f"{_count(len(review.files), 'file')} checked" if review.files else ""
    counts = Counter(one.severity for one in review.findings)
    if not counts:
        return click.style(", ".join(filter(None, (looked, "no finding"))), fg="green")
    parts = [_count(counts[one], one) for one in SEVERITIES if counts[one]]
    worst = next(one for one in SEVERITIES if counts[one])
    return click.style(", ".join(filter(None, (looked, *parts))), fg=_COLOURS[worst])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_json(review: Review) -> str:
    """Return the findings and their counts as one JSON object."""
    counts = Counter(one.severity for one in review.findings)
    return _json(
        {
            "files": list(review.files),
            "counts": {one: counts[one] for one in SEVERITIES},
            "findings": [
                {
                    "rule": one.rule,
                    "severity": one.severity,
                    "file": one.file,
                    "line": one.line,
                    "column": one.column,
                    "sentence": one.sentence,
                    "mend": one.mend,
                }
                for one in review.findings
            ],
        }
    )


def as_sarif(review: Review) -> str:
    """Return a SARIF 2.1.0 log, which code hosts show beside the lines of a change."""
    described = {rule.id: rule for rule in review.rules}
    names = list(dict.fromkeys((*described, *(one.rule for one in review.findings))))
    rules: list[dict[str, Any]] = []
    for name in names:
        entry: dict[str, Any] = {"id": name}
        if name in described:
            rule = described[name]
            entry["shortDescription"] = {"text": rule.sentence}
            entry["fullDescription"] = {"text": rule.why}
            entry["defaultConfiguration"] = {"level": _LEVELS[rule.severity]}
        rules.append(entry)
    return _json(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "spec-review", "rules": rules}},
                    "columnKind": "unicodeCodePoints",
                    "results": [_result(one, names) for one in review.findings],
                }
            ],
        }
    )


def _result(finding: Finding, names: list[str]) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": _with_mend(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file.replace("\\", "/"), safe="/:")},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
    }


def _with_mend(finding: Finding) -> str:
    return f"{finding.sentence} ({finding.mend})" if finding.mend else finding.sentence


def as_github(review: Review) -> str:
    """Return workflow commands, which GitHub shows as annotations of a pull request."""
    lines = [
        f"::{_COMMANDS[one.severity]} file={_property(one.file)},line={one.line},"
        f"col={one.column},title={_property(one.rule)}::{_data(_with_mend(one))}"
        for one in review.findings
    ]
    return "\n".join((*lines, click.unstyle(summary(review))))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_junit(review: Review) -> str:
    """Return JUnit XML: a suite per file, a failed case per finding, one passed case for none."""
    files = list(dict.fromkeys((*review.files, *(one.file for one in review.findings))))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for file in files:
        here = [one for one in review.findings if one.file == file]
        lines.append(
            f"  <testsuite name={_attribute(file)} tests={_attribute(max(1, len(here)))} "
            f"failures={_attribute(len(here))}>"
        )
        if not here:
            lines.append(f'    <testcase classname={_attribute(file)} name="no finding"/>')
        for one in here:
            case = f"{one.rule} {one.line}:{one.column}"
            lines.append(f"    <testcase classname={_attribute(file)} name={_attribute(case)}>")
            lines.append(
                f"      <failure type={_attribute(one.severity)} "
                f"message={_attribute(one.sentence)}>{_plain(f'{one.position} {_with_mend(one)}')}"
                "</failure>"
            )
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines)


def _attribute(value: object) -> str:
    return quoteattr(_printable(str(value)))


def _plain(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Return the text without the control characters that XML cannot write."""
    return "".join(
        one if one >= " " or one in "\t\n" else "\N{REPLACEMENT CHARACTER}" for one in text
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


FORMATS: Final[Mapping[str, Callable[[Review], str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "junit": as_junit,
}
"""The formats by the name that `--format` takes."""


def files_of(findings: Iterable[Finding]) -> list[str]:
    """Return the files that findings name, each once, in their order."""
    return list(dict.fromkeys(one.file for one in findings))
