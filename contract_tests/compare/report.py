"""What a comparison comes to, as the JSON document that `--json` writes and as lines of text.

{
  "format": 1,
  "verdict": "same" | "differ" | "not judged",
  "sentence": "http://b differs from http://a in 2 rules and 1 silence: 412 points compared, ...",
  "a": "http://a", "b": "http://b",
  "contracts": ["partner-client-service-v2"], "effort": "standard", "seed": 1,
  "compared": 412, "requests": 1234, "seconds": 12.5,
  "notes": ["..."],
  "differences": [...],    # one per rule and pair of answers: see `DifferenceRow`
  "silences": [...]        # every silence that was met: see `ChoiceRow`
}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict

from contract_tests.compare.seen import Met
from contract_tests.compare.silences import Choice
from contract_tests.judging.coverage import Behaviour
from contract_tests.reporting.curl import CurlLines
from contract_tests.reporting.text import shortened


class Verdict(StrEnum):
    """What a comparison comes to."""

    SAME = "same"
    DIFFER = "differ"
    NOT_JUDGED = "not judged"


CODES = {Verdict.SAME: 0, Verdict.DIFFER: 1, Verdict.NOT_JUDGED: 2}
"""The exit code of each verdict."""


class DifferenceRow(TypedDict):
    """A rule by which two servers differ: what each answers, where, and the lines that show it on each."""

    rule: str
    sentence: str
    source: str
    silences: list[str]
    contract: str
    operation: str
    sent: str
    a: str
    b: str
    times: int
    curl_a: list[str]
    curl_b: list[str]


class ChoiceRow(TypedDict):
    """A silence, what the contract chose, and what each server did."""

    contract: str
    id: str
    question: str
    choice: str
    a: str | None
    b: str | None
    same: bool


class Comparison(TypedDict):
    """The whole report; see the module."""

    format: Literal[1]
    verdict: str
    sentence: str
    a: str
    b: str
    contracts: list[str]
    effort: str
    seed: int
    compared: int
    requests: int
    seconds: float
    notes: list[str]
    differences: list[DifferenceRow]
    silences: list[ChoiceRow]


@dataclass(frozen=True)
class Compared:
    """What was found for one contract; `points` counts what was compared."""

    contract: str
    found: Sequence[Met]
    choices: Sequence[Choice]
    points: int


def difference_rows(
    compared: Compared, here: CurlLines, there: CurlLines
) -> Iterator[DifferenceRow]:
    """Yield the rows of a contract's differences."""
    for one in compared.found:
        best = one.best
        yield DifferenceRow(
            rule=best.one.requirement.id,
            sentence=f"B answers {best.other.told} where A says {best.one.told}: "
            f"{best.one.requirement.sentence or best.one.requirement.id}",
            source=best.one.requirement.source,
            silences=sorted(set(best.one.silences)),
            contract=compared.contract,
            operation=best.one.operation,
            sent=best.one.sent,
            a=best.one.told,
            b=best.other.told,
            times=one.times,
            curl_a=list(here.told(best.shown[0].exchanges)),
            curl_b=list(there.told(best.shown[1].exchanges)),
        )


def choice_rows(compared: Compared) -> Iterator[ChoiceRow]:
    """Yield the rows of the silences that were met."""
    for one in compared.choices:
        yield ChoiceRow(
            contract=compared.contract,
            id=one.silence.id,
            question=one.silence.question,
            choice=one.silence.choice,
            a=_behaviours(one.one),
            b=_behaviours(one.other),
            same=not one.differ,
        )


def _behaviours(seen: Sequence[Behaviour]) -> str | None:
    return "; ".join(dict.fromkeys(one.told for one in seen)) or None


def sentence(report: Mapping[str, object], rules: int, silences: int) -> str:
    """Return the verdict in a sentence."""
    counted = f"{report['compared']} points compared, {report['requests']} requests"
    if not rules and not silences:
        return f"{report['b']} answers as {report['a']} does: {counted}."
    parts = [
        f"{number} {word if number == 1 else word + 's'}"
        for number, word in ((rules, "rule"), (silences, "silence"))
        if number
    ]
    return f"{report['b']} differs from {report['a']} in {' and '.join(parts)}: {counted}."


def lines(report: Comparison) -> Iterator[str]:
    """Yield a report as a terminal shows it."""
    yield f"A is {report['a']}"
    yield f"B is {report['b']}"
    yield ""
    for number, one in enumerate(report["differences"], start=1):
        named = f" ({', '.join(one['silences'])})" if one["silences"] else ""
        yield f"{number}. {one['rule']}{named}: {one['sentence']}"
        yield f"   operation  {one['operation']} (met {one['times']} times)"
        yield f"   sent       {shortened(one['sent'])}"
        yield f"   A          {shortened(one['a'])}"
        yield f"   B          {shortened(one['b'])}"
        yield "   see it on B by"
        for line in one["curl_b"]:
            yield f"     {line}"
        yield ""
    if report["silences"]:
        yield "Silences met:"
    for row in report["silences"]:
        if row["same"]:
            yield f"  {row['id']} alike: {row['question']} {row['a'] or row['b']}"
        else:
            yield f"  {row['id']} DIFFERENT: {row['question']}"
            yield f"     A: {row['a'] or 'it did not show'}"
            yield f"     B: {row['b'] or 'it did not show'}"
    for note in report["notes"]:
        yield f"Note: {note}"
    yield f"{report['seconds']} s. {report['sentence']}"
