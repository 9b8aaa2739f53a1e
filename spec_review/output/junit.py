"""Findings as JUnit XML."""

from __future__ import annotations

from collections import Counter
from xml.sax.saxutils import escape, quoteattr

from spec_review.output.review import Review, with_mend


def as_junit(review: Review) -> str:
    """Return JUnit XML: a suite per file, a failed case per finding, one passed case for none."""
    files = list(dict.fromkeys((*review.files, *(finding.file for finding in review.findings))))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for file in files:
        here = [finding for finding in review.findings if finding.file == file]
        lines.append(
            f"  <testsuite name={_attribute(file)} tests={_attribute(max(1, len(here)))} "
            f"failures={_attribute(len(here))}>"
        )
        if not here:
            lines.append(f'    <testcase classname={_attribute(file)} name="no finding"/>')
        seen: Counter[str] = Counter()
        for finding in here:
            case = f"{finding.rule} {finding.line}:{finding.column}"
            seen[case] += 1
            case += f" ({seen[case]})" if seen[case] > 1 else ""
            lines.append(f"    <testcase classname={_attribute(file)} name={_attribute(case)}>")
            lines.append(
                f"      <failure type={_attribute(finding.severity)} "
                f"message={_attribute(finding.sentence)}>{_plain(f'{finding.position} {with_mend(finding)}')}"
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
        letter if letter >= " " or letter in "\t\n" else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )
