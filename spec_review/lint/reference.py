"""The rules as a page for people; `rules/README.md` is this page, and a test keeps it so."""

from __future__ import annotations

from collections.abc import Sequence

from spec_review.lint.rule import MARK, Rule, Sample
from spec_review.output.wording import joined


def page(rules: Sequence[Rule]) -> str:
    """Return the documentation of all rules as Markdown."""
    lines = [
        "# The rules of `spec-review check`",
        "",
        "Each rule says what must hold and what goes wrong otherwise. The changes below are made to",
        "one of the two contracts in `samples.py`; the tests run them all: what breaks a rule has",
        f"exactly one finding in the whole review, at `{MARK}`; what keeps it has none.",
        "",
        "| rule | severity | preset | what must hold |",
        "|---|---|---|---|",
        *(
            f"| [{rule.id}](#{rule.id}) | {rule.severity} | {rule.preset} | {rule.sentence} |"
            for rule in rules
        ),
    ]
    for rule in rules:
        lines += ["", f"## {rule.id}", "", f"{rule.sentence} {rule.why}", ""]
        lines += ["Broken by:", "", "```diff", *changes(rule.breaks), "```"]
        if rule.keeps.edits:
            lines += ["", "Kept by:", "", "```diff", *changes(rule.keeps), "```"]
    return "\n".join(lines) + "\n"


def description(rule: Rule) -> str:
    """Return the documentation of one rule as plain text."""
    lines = [f"{rule.id} ({rule.severity}, {rule.preset})", "", rule.sentence, rule.why]
    if rule.kinds:
        lines += ["", f"kinds, of which a configuration may choose: {joined(rule.kinds)}"]
    lines += ["", "broken by:", *(f"  {line}" for line in changes(rule.breaks))]
    if rule.keeps.edits:
        lines += ["", "kept by:", *(f"  {line}" for line in changes(rule.keeps))]
    return "\n".join(lines)


def changes(sample: Sample) -> list[str]:
    """Return the lines that a sample takes away and adds; one that stays holds the MARK."""
    lines: list[str] = []
    for old, new in sample.edits:
        before, after = _lines(sample.base, old, old), _lines(sample.base, old, new)
        while before and after and before[-1] == after[-1]:
            before.pop()
            after.pop()
        while before and after and before[0] == after[0]:
            before.pop(0)
            after.pop(0)
        plain = [line.replace(MARK, "") for line in after]
        lines += [f"- {line}" for line in before if line not in plain]
        lines += [
            f"{' ' if bare in before else '+'} {line}"
            for line, bare in zip(after, plain, strict=True)
        ]
    return lines


def _lines(base: str, old: str, new: str) -> list[str]:
    """Return the whole lines of the base in which a part stands, with the part replaced."""
    start = base.index(old)
    end = start + len(old)
    first = base.rfind("\n", 0, start) + 1
    last = base.find("\n", max(end - 1, start))
    return (base[first:start] + new + base[end:last]).rstrip("\n").split("\n")
