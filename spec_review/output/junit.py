"""Findings as JUnit XML."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from spec_review.output.review import Review, with_mend


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
                f"message={_attribute(one.sentence)}>{_plain(f'{one.position} {with_mend(one)}')}"
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
