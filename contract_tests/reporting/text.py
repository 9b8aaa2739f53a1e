"""The report as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract_tests.reporting.counts import counted
from contract_tests.reporting.report import FoundRow, Report
from contract_tests.reporting.tables import Row

_LONGEST = 500  # letters of what was sent or came
_MOST_MISSED = 12  # rows that are named one by one


def lines(value: Report, planned: Sequence[str]) -> Iterator[str]:
    """Yield the report as lines; `planned` are the requests of a dry run."""
    yield ""
    yield from _unreached(value)
    numbers = {one["rule"]: number for number, one in enumerate(value["findings"], start=1)}
    for number, one in enumerate(value["findings"], start=1):
        standing = f" [{one['standing']}: {one['reason']}]" if one["reason"] else ""
        yield f"{number}. {one['rule']}: {one['sentence']}{standing}"
        yield from _about(
            one, f"{', '.join(one['operations'])} (met in {', '.join(one['suites'])})"
        )
        if one["follows"]:
            told = ", ".join(f"{numbers[rule]} ({rule})" for rule in one["follows"])
            yield f"   may follow from {told}"
        yield ""
    for known in value["baseline"]["mended"]:
        yield f"Mended: {known['rule']} at {known['operation']}; take it off the baseline"
    yield from planned
    yield from _silences(value)
    yield from _missed(value)
    for note in value["notes"]:
        yield f"Note: {note}"
    for suite in value["suites"]:
        yield (
            f"{suite['name']:>11}: {counted(suite['tests'], 'test')}, {suite['failed']} failed, "
            f"{suite['skipped']} skipped, {suite['seconds']} s"
        )
        for why, times in suite["skips"].items():
            yield f"{'':>13}{times} skipped: {why}"
    yield f"Run {value['run']}, {value['seconds']} s. {value['sentence']}"


def finding_text(one: FoundRow) -> str:
    """Return a finding as the report of one test has it."""
    told = f"{', '.join(one['contracts'])} {', '.join(one['operations'])}"
    return "\n".join([f"{one['rule']}: {one['sentence']}", *_about(one, told)])


def _about(one: FoundRow, operations: str) -> Iterator[str]:
    yield f"   source     {one['source']}"
    yield f"   operations {operations}"
    yield f"   sent       {shortened(one['sent'])}"
    yield f"   expected   {' or '.join(one['expected'])}"
    yield f"   came       {shortened(one['came'])}"
    yield "   repeat by"
    for line in one["curl"]:
        yield f"     {line}"
    yield f"   seed {one['seed']}: {one['repeat']}"


def _unreached(value: Report) -> Iterator[str]:
    rows = value["unreached"]
    if not rows:
        return
    known = len(value["coverage"]["operations"])
    yield f"{len(rows)} of {known} operations never gave a success answer:"
    for row in rows[:_MOST_MISSED]:
        yield f"   {row['name']}: {row['why'] or 'no answer of it was seen'}"
    if len(rows) > _MOST_MISSED:
        yield f"   and {len(rows) - _MOST_MISSED} others (--json tells which)"
    yield ""


def _silences(value: Report) -> Iterator[str]:
    """Yield what is decided otherwise, and the others in one line."""
    seen = [one for one in value["silences"] if one["did"]]
    otherwise = [one for one in seen if one["as_chosen"] is False]
    if otherwise:
        yield "Decided otherwise where the contract leaves it open:"
    for one in otherwise:
        yield f"  {one['id']} OTHERWISE: {one['question']} {one['did']}"
    others = ", ".join(one["id"] for one in seen if one not in otherwise)
    if others:
        yield f"Silences met as chosen: {others} (--json and --html tell how)"


def _missed(value: Report) -> Iterator[str]:
    tables = value["coverage"]
    told = {(row["contract"], row["id"]) for row in value["unreached"]}  # above, with the reasons
    missed: list[Row] = [
        row
        for rows in (tables["operations"], tables["states"], tables["outcomes"], tables["rules"])
        for row in rows
        if not row["count"] and (row["contract"], row["id"]) not in told
    ]
    if len(missed) > _MOST_MISSED:
        yield f"Not reached: {len(missed)} operations, states, rows and rules (--json tells which)"
        return
    for row in missed:
        yield f"Not reached: {row['contract']} {row['id']} {row['name']} ({row['why']})"


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return a text as a terminal shows it."""
    return text if len(text) <= longest else f"{text[:longest]} ... ({len(text)} characters)"
