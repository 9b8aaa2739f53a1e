"""A comparison as text, Markdown, JSON and findings."""

from __future__ import annotations

import itertools
import json
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from spec_review.diff.changes import PARTIES, Change, Placed, Verdict
from spec_review.diff.comparison import Diff
from spec_review.document import text_of
from spec_review.output.findings import Finding, Severity
from spec_review.simulation.model import Answer, Item, fingerprint
from spec_review.simulation.witnesses import Witness

PARTNERS: Final = ("sender", "reader")
"""Those whom a contract is a promise to; a provider makes it."""

WHO: Final[Mapping[str, str]] = {
    "sender": "a partner who sends",
    "reader": "a partner who reads",
    "provider": "a provider",
}
LONGEST_RUN: Final = 5
"""How often one word may stand in a row before it is counted."""

LARGEST_BATCH: Final = 100
"""How many items of a batch are written out as JSON."""

HEADINGS: Final[Mapping[Verdict, str]] = {
    "breaking": "Breaking for partners",
    "unclear": "Unclear for partners",
    "safe": "Safe for partners",
}
SEVERITY: Final[Mapping[Verdict, Severity]] = {
    "breaking": "error",
    "unclear": "warning",
    "safe": "note",
}


def summary(diff: Diff) -> str:
    """How many changes of each verdict there are, in one line."""
    if not diff.changes:
        return "Nothing changed."
    told = ", ".join(f"{len(diff.of(verdict, PARTNERS))} {verdict}" for verdict in HEADINGS)
    shown = sum(each.change.is_behavioural for each in diff.changes)
    batches = f"; {shown} shown by a batch that ends otherwise" if shown else ""
    count = "1 change" if len(diff.changes) == 1 else f"{len(diff.changes)} changes"
    return f"{count}, for partners {told}{batches}."


def whom(change: Change) -> str:
    """Whom the change concerns: `breaking for a partner who sends; unclear for a provider`."""
    told = []
    for verdict in ("breaking", "unclear"):
        who = [WHO[party] for party in PARTIES if change.verdicts.of(party) == verdict]
        if who:
            everyone = "everyone" if len(who) == len(PARTIES) else " and ".join(who)
            told.append(f"{verdict} for {everyone}")
    return "; ".join(told) or "safe for all"


# --- text ----------------------------------------------------------------------------------------


def to_text(diff: Diff) -> str:
    """The comparison for a terminal."""
    lines = [f"{diff.new.name} against {diff.old.name}", ""]
    for verdict, heading in HEADINGS.items():
        found = diff.of(verdict, PARTNERS)
        if found:
            lines += [f"{heading} ({len(found)})", ""]
            for each in found:
                lines += [*text_of_change(each), ""]
    return "\n".join([*lines, summary(diff), ""])


def text_of_change(each: Placed) -> Iterator[str]:
    """One change with its position, its verdicts and its shortest witness."""
    change = each.change
    yield f"{each.position}: {change.sentence} [{change.rule}]"
    yield f"    {whom(change)}"
    if change.is_gone:
        yield f"    it stood at {each.old_position}"
    if change.where:
        yield f"    in {some(change.where)}"
    if change.note:
        yield f"    {change.note}"
    for witness in shortest(change):
        yield from (f"    {line}" for line in text_of_witness(witness))


def text_of_witness(witness: Witness) -> Iterator[str]:
    """A witness as a table of items with their states before and after."""
    named = names(witness)
    yield f"for example, sent to {witness.operation}:"
    first: Item | None = None
    for item, name in named.items():
        yield f"  {name} = {like(item, first, named)}"
        first = first or item
    for index, step in enumerate(witness.steps):
        before = witness.before[index]
        after = witness.after[index] if witness.after else None
        batch = in_runs([named[item] for item in step.items]) or "nothing"
        via = f" by {step.operation}" if step.operation != witness.operation else ""
        if index < len(witness.steps) - 1:
            yield f"  earlier {batch}{via}: {outcome(before)}"
        else:
            yield f"  {batch}: {outcome(before)}"
            yield f"  {' ' * len(batch)}  now {outcome(after)}"


def shortest(change: Change) -> tuple[Witness, ...]:
    """The witnesses that are worth a reader's time: the shortest one."""
    return change.witnesses[:1]


def some(names_: Sequence[str], most: int = 6) -> str:
    """The first few names of a list."""
    told = ", ".join(names_[:most])
    return f"{told} and {len(names_) - most} more" if len(names_) > most else told


def outcome(answer: Answer | None) -> str:
    """An answer in words."""
    if answer is None:
        return "not said"
    if answer.refused:
        return f"the request is refused ({answer.refused})"
    waiting = f" (at first {answer.waiting})" if answer.waiting not in ("", "Pending") else ""
    at_once = ", at once" if answer.processing == "synchronous" else ""
    return in_runs(answer.states) + waiting + at_once


def in_runs(words: Sequence[str]) -> str:
    """A list in words; what stands there many times in a row is counted."""
    told = []
    for word, run in itertools.groupby(words):
        count = len(list(run))
        told += [f"{word} ({count:,} times)"] if count > LONGEST_RUN else [word] * count
    return ", ".join(told)


def names(witness: Witness) -> dict[Item, str]:
    """A letter for each item, the same letter with a stroke for other data under one key."""
    named: dict[Item, str] = {}
    marks: dict[object, str] = {}
    letters = iter(string.ascii_uppercase)
    for step in witness.steps:
        for item in step.items:
            if item.mark not in marks:
                marks[item.mark] = next(letters, "?")
            named[item] = marks[item.mark]
    return named


def like(item: Item, first: Item | None, named: Mapping[Item, str]) -> str:
    """An item in full, or by what tells it from the first one."""
    if first is None or not isinstance(item.value, dict) or not isinstance(first.value, dict):
        return compact(item.value)
    without = [name for name in first.value if name not in item.value]
    changed = {
        name: value
        for name, value in item.value.items()
        if name not in first.value or fingerprint(first.value[name]) != fingerprint(value)
    }
    told = [f"with {name}: {compact(value)}" for name, value in changed.items()]
    told += [f"without {name}" for name in without]
    short = f"{named[first]} {', '.join(told)}"
    return short if told and len(short) < len(compact(item.value)) else compact(item.value)


def compact(value: Any, most: int = 2000) -> str:
    """A value as JSON on one line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} letters)"


# --- Markdown ------------------------------------------------------------------------------------


def to_markdown(diff: Diff) -> str:
    """The comparison for a pull request."""
    lines = [f"### What `{diff.new.name}` changes", "", summary(diff), ""]
    for verdict, heading in HEADINGS.items():
        found = diff.of(verdict, PARTNERS)
        if not found:
            continue
        is_long = verdict == "safe"
        lines += [f"<details><summary>{heading} ({len(found)})</summary>", ""] if is_long else []
        lines += [] if is_long else [f"#### {heading} ({len(found)})", ""]
        for each in found:
            lines += markdown_of_change(each)
        lines += ["", "</details>"] if is_long else []
        lines += [""]
    return "\n".join(lines)


def markdown_of_change(each: Placed) -> Iterator[str]:
    """One change as an item of a list."""
    change = each.change
    note = f" {change.note}" if change.note else ""
    place = f"`{each.position}`"
    yield f"- **{escaped(change.sentence)}** ({whom(change)}) {place}{escaped(note)}"
    for witness in shortest(change):
        yield ""
        yield "  ```text"
        yield from (f"  {line}" for line in text_of_witness(witness))
        yield "  ```"
        yield ""


def escaped(text: str) -> str:
    """A text in which Markdown finds no HTML; its backticks are ours."""
    return text.replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")


# --- JSON ----------------------------------------------------------------------------------------


def to_json(diff: Diff) -> str:
    """The comparison for programs."""
    return json.dumps(
        {
            "old": diff.old.name,
            "new": diff.new.name,
            "summary": {verdict: len(diff.of(verdict, PARTNERS)) for verdict in HEADINGS},
            "changes": [json_of_change(each) for each in diff.changes],
        },
        indent=2,
        ensure_ascii=False,
    )


def json_of_change(each: Placed) -> dict[str, Any]:
    """One change as plain values."""
    change = each.change
    return {
        "rule": change.rule,
        "area": change.area,
        "level": change.verdicts.worst(PARTNERS),
        "verdicts": {party: change.verdicts.of(party) for party in PARTIES},
        "sentence": change.sentence,
        "note": change.note,
        "behavioural": change.is_behavioural,
        "operations": list(change.where),
        "position": json_of_position(each.position),
        "old_position": json_of_position(each.old_position),
        "gone": change.is_gone,
        "pointer": text_of(change.new),
        "old_pointer": text_of(change.old),
        "witnesses": [json_of_witness(witness) for witness in change.witnesses],
    }


def json_of_position(position: Any) -> dict[str, Any]:
    """A position as plain values."""
    return {"file": position.file, "line": position.line, "column": position.column}


def json_of_witness(witness: Witness) -> dict[str, Any]:
    """A witness as plain values: the requests, and how each item ended before and after."""
    return {
        "facet": witness.facet,
        "operation": witness.operation,
        "steps": [
            {
                "operation": step.operation,
                "items": step.values[:LARGEST_BATCH],
                "count": len(step.items),
                "before": json_of_answer(before),
                "after": json_of_answer(witness.after[index] if witness.after else None),
            }
            for index, (step, before) in enumerate(zip(witness.steps, witness.before, strict=True))
        ],
    }


def json_of_answer(answer: Answer | None) -> dict[str, Any] | None:
    """An answer as plain values, None when the contract does not say."""
    if answer is None:
        return None
    return {
        "processing": answer.processing,
        "at_first": answer.waiting,
        "states": list(answer.states[:LARGEST_BATCH]),
        "refused": answer.refused,
    }


# --- findings ------------------------------------------------------------------------------------


def to_findings(diff: Diff, parties: Sequence[str] = PARTNERS) -> list[Finding]:
    """The changes as findings: breaking is an error, unclear a warning, safe a note."""
    return [finding(each, parties) for each in diff.changes]


def finding(each: Placed, parties: Sequence[str]) -> Finding:
    """One change as a finding, its witness in the sentence."""
    change = each.change
    told = [f"{change.sentence}: {whom(change)}."]
    if change.note:
        told.append(change.note)
    for witness in shortest(change):
        told.append("; ".join(line.strip() for line in text_of_witness(witness)))
    return Finding(
        rule=change.rule,
        severity=SEVERITY[change.verdicts.worst(parties)],
        position=each.position,
        sentence=" ".join(told),
    )
