"""The verdict of a whole run, as the JSON document that `--json` writes and the page of `--html` shows.

{
  "format": 1,
  "verdict": "holds" | "broken" | "not judged",
  "sentence": "The contract holds: 412 checks, ...",
  "started": "2026-11-22T00:00:00+00:00", "seconds": 41.2,
  "target": {"base_url": "http://...", "partners": ["partner-a", "partner-b"],
             "control": true, "requests": 1234, "max_requests": null},
  "contracts": [{"name": "...", "title": "...", "version": "2", "path": "..."}],
  "mode": "strict" | "documented", "effort": "standard", "seed": 1, "only": ["cases", ...],
  "run": "ct1a2b3c4d5e",                  # the prefix of every key of this run
  "notes": ["stopped by --max-requests after 200 requests"],
  "unreached": [...],                     # operations that never gave a success answer: see `tables`
  "findings": [...],                      # one per requirement, what is mended first first: see `FoundRow`
  "coverage": {"operations": [...], ...}, # reached = count > 0: see `tables`
  "silences": [...],                      # what the server did where the sources are silent
  "suites": [{"name": "cases", "tests": 3, "failed": 1, "skipped": 0, "seconds": 2.5,
              "skips": {"why": 0}}],      # how many tests were skipped for which reason
  "ledger": {"file": "path or null", "submissions": 42, "items": 4711, "records": 40},
  "baseline": {"file": "path or null", "new": 1, "known": 2, "expired": 0, "mended": [...]}
}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Literal, TypedDict

from contract_tests.judging.coverage import Part, Place
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite
from contract_tests.reading.contract import Contract
from contract_tests.reporting.baseline import Baseline, Standing, fingerprint
from contract_tests.reporting.counts import counted
from contract_tests.reporting.curl import CurlLines
from contract_tests.reporting.merging import Merged, merged
from contract_tests.reporting.order import ordered, reasons
from contract_tests.reporting.results import Results
from contract_tests.reporting.shown import Shown
from contract_tests.reporting.tables import Row, SilenceRow, Tables, silences, tables
from contract_tests.settings import Settings


class Verdict(StrEnum):
    """What a run comes to."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_JUDGED = "not judged"


CODES = {Verdict.HOLDS: 0, Verdict.BROKEN: 1, Verdict.NOT_JUDGED: 2}
"""The exit code of each verdict."""


class FoundRow(TypedDict):
    """A requirement that was broken: where it stands, what was sent, and the fewest lines that show it.

    `requests` counts the lines that are a partner's requests, `times` how often it was met. `fingerprints`, one for each
    contract and operation, stay from run to run; `standing` is new, known or expired, `reason` why it is left. `file` and
    `line` are where the contract has the constraint, or the operation; `follows` names the rules of earlier findings that
    may be the reason for this one.
    """

    rule: str
    sentence: str
    source: str
    contracts: list[str]
    operations: list[str]
    suites: list[str]
    sent: str
    expected: list[str]
    came: str
    curl: list[str]
    requests: int
    seed: int
    repeat: str
    times: int
    fingerprints: list[str]
    standing: str
    reason: str
    file: str | None
    line: int | None
    follows: list[str]


class MendedRow(TypedDict):
    """A fault that was known and was not met any more."""

    fingerprint: str
    rule: str
    contract: str
    operation: str
    reason: str


class BaselineRow(TypedDict):
    """How the findings stand to what is known; `mended` is told of a run of everything alone."""

    file: str | None
    new: int
    known: int
    expired: int
    mended: list[MendedRow]


class TargetRow(TypedDict):
    """The server, and who asked it how often."""

    base_url: str
    partners: list[str]
    control: bool
    requests: int
    max_requests: int | None


class ContractRow(TypedDict):
    """A contract of the run."""

    name: str
    title: str
    version: str
    path: str


class SuiteRow(TypedDict):
    """A suite, and how its tests ended."""

    name: str
    tests: int
    failed: int
    skipped: int
    seconds: float
    skips: dict[str, int]


class LedgerRow(TypedDict):
    """How much was created, and where that is written."""

    file: str | None
    submissions: int
    items: int
    records: int


class Report(TypedDict):
    """The whole report; see the module."""

    format: Literal[1]
    verdict: str
    sentence: str
    started: str
    seconds: float
    target: TargetRow
    contracts: list[ContractRow]
    mode: str
    effort: str
    seed: int
    only: list[str]
    run: str
    notes: list[str]
    unreached: list[Row]
    findings: list[FoundRow]
    coverage: Tables
    silences: list[SilenceRow]
    suites: list[SuiteRow]
    ledger: LedgerRow
    baseline: BaselineRow


@dataclass(frozen=True)
class About:
    """The run that a report is about. `started` and `ended` are seconds since 1970."""

    settings: Settings
    contracts: Sequence[Contract]
    name: str
    started: float
    ended: float
    curl: CurlLines
    shown: Shown
    baseline: Baseline = field(default_factory=lambda: Baseline({}, date.min))
    # The command that repeats a suite, where it is not that of a run.
    repeat: Callable[[Suite], str] | None = None


def report(about: About, results: Results) -> Report:
    """Return the report of a run, as it may be shown."""
    return about.shown.whole(_report(about, results))


def found_row(about: About, finding: Finding) -> FoundRow:
    """Return one finding as a report has it, as it may be shown."""
    return about.shown.whole(_found(about, merged([finding])[0], []))


def _report(about: About, results: Results) -> Report:
    settings = about.settings
    every = ordered(merged(results.findings))
    found = [_found(about, one, reasons(one, every)) for one in every]
    missed = _never_succeeded(about, results)
    verdict = _verdict(about, results, found, missed)
    return Report(
        format=1,
        verdict=verdict,
        sentence=_sentence(about, results, found, verdict),
        unreached=missed,
        started=datetime.fromtimestamp(about.started, UTC).isoformat(timespec="seconds"),
        seconds=round(about.ended - about.started, 2),
        target=_target(settings, results),
        contracts=[
            ContractRow(name=one.name, title=one.title, version=one.version, path=one.document.name)
            for one in about.contracts
        ],
        mode=settings.mode,
        effort=settings.effort,
        seed=settings.seed,
        only=list(settings.only),
        run=about.name,
        notes=[*results.notes, *results.refusals, *results.crashes],
        findings=found,
        coverage=tables(about.contracts, results.coverage),
        silences=[row for one in about.contracts for row in silences(one, results.coverage)],
        suites=[
            SuiteRow(
                name=suite,
                tests=one.tests,
                failed=one.failed,
                skipped=one.skipped,
                seconds=round(one.seconds, 2),
                skips=dict(one.skips),
            )
            for suite, one in results.suites.items()
        ],
        ledger=_ledger(about, results),
        baseline=_baseline(about, results, found),
    )


def _never_succeeded(about: About, results: Results) -> list[Row]:
    """Return the operations that never gave a success answer, where operations were asked at all."""
    settings = about.settings
    asked = results.suites.get(Suite.OPERATIONS)
    if settings.limits.dry_run or asked is None or asked.tests == asked.skipped:
        return []
    rows = tables(about.contracts, results.coverage)["operations"]
    return [one for one in rows if not one.get("succeeded")]


def _verdict(
    about: About, results: Results, found: Sequence[FoundRow], missed: Sequence[Row]
) -> Verdict:
    dry = about.settings.limits.dry_run
    if any(one["standing"] != Standing.KNOWN for one in found):
        return Verdict.BROKEN
    nothing = results.tests == 0 and not found and not results.left_to_others
    if results.crashes or results.refusals or (nothing and not dry):
        return Verdict.NOT_JUDGED
    if missed and about.settings.needs_reach and not results.notes:
        return Verdict.BROKEN
    return Verdict.HOLDS


def _sentence(about: About, results: Results, found: Sequence[FoundRow], verdict: Verdict) -> str:
    names = ", ".join(one.name for one in about.contracts)
    if about.settings.limits.dry_run and not results.refusals:
        planned = counted(len(results.planned), "request was", "requests were")
        return f"Nothing was sent; {planned} planned."
    if verdict is Verdict.BROKEN and not found:
        return f"{names} was not reached as a whole: an operation never gave a success answer."
    if verdict is Verdict.BROKEN:
        broken = [one for one in found if one["standing"] != Standing.KNOWN]
        rules = counted(len(broken), "rule is", "rules are")
        left = len(found) - len(broken)
        known = f"; {counted(left, 'more is', 'more are')} known" if left else ""
        return f"{names} does not hold: {rules} broken{known}."
    if verdict is Verdict.NOT_JUDGED:
        failed = [f"the judge itself failed at {one}" for one in results.crashes]
        nothing = "there was nothing to judge in these suites"
        reasons = [*results.refusals, *failed, *results.notes, nothing]
        return f"Could not judge: {reasons[0]}."
    if results.left_to_others and not results.tests and about.settings.shard is not None:
        return "Nothing is left to judge for part {} of {}.".format(*about.settings.shard)
    limit = " as far as it was judged" if results.notes else ""
    asked = f"{counted(results.tests, 'check')}, {counted(results.requests, 'request')}"
    known = f" but for {counted(len(found), 'known fault')}" if found else ""
    missed = len(_never_succeeded(about, results))
    were = counted(missed, "operation was", "operations were")
    reach = f"; {were} never reached" if missed else ""
    return f"{names} holds{known}{limit}: {asked}, mode {about.settings.mode}{reach}."


def _baseline(about: About, results: Results, found: Sequence[FoundRow]) -> BaselineRow:
    counts = Counter(one["standing"] for one in found)
    settings, path = about.settings, about.settings.baseline
    whole = settings.only == tuple(Suite) and settings.shard is None
    told = whole and not (results.notes or results.refusals or results.crashes)
    mended = about.baseline.mended(name for one in found for name in one["fingerprints"])
    return BaselineRow(
        file=None if path is None else str(path),
        new=counts[Standing.NEW],
        known=counts[Standing.KNOWN],
        expired=counts[Standing.EXPIRED],
        mended=[
            MendedRow(
                fingerprint=one.fingerprint,
                rule=one.rule,
                contract=one.contract,
                operation=one.operation,
                reason=one.reason,
            )
            for one in (mended if told else ())
        ],
    )


def _target(settings: Settings, results: Results) -> TargetRow:
    partners = (settings.partners.of(one).client_id for one in settings.partners)
    return TargetRow(
        base_url=settings.base_url,
        partners=[one for one in partners if one],
        control=results.has_clock,
        requests=results.requests,
        max_requests=settings.limits.max_requests,
    )


def places(one: Merged) -> list[tuple[str, str]]:
    """Return the contracts and the operations that broke a requirement."""
    return sorted({(each.contract, name) for each in one.found for name in each.operations})


def _position(about: About, best: Finding) -> tuple[str | None, int | None]:
    """Return file and line of a constraint that was broken, else of an operation that broke the rule."""
    contract = next((one for one in about.contracts if one.name == best.contract), None)
    named = (contract.operation(name) for name in sorted(best.operations)) if contract else ()
    operation = next(filter(None, named), None)
    place = best.place or (operation.place if operation is not None else None)
    if contract is None or place is None:
        return None, None
    position = contract.document.position(place)
    return position.file, position.line


def _found(about: About, one: Merged, follows: Sequence[str]) -> FoundRow:
    best, rule = one.best, one.requirement.id
    fingerprints = [fingerprint(rule, *place) for place in places(one)]
    file, line = _position(about, best)
    return FoundRow(
        rule=rule,
        sentence=one.sentence,
        source=one.source,
        contracts=one.contracts,
        operations=one.operations,
        suites=list(one.suites),
        sent=best.sent,
        expected=list(best.expected),
        came=best.came,
        curl=list(about.curl.of(best)),
        requests=best.requests,
        seed=about.settings.seed,
        repeat=(about.repeat or about.settings.repeat)(best.suite),
        times=len(one.found),
        fingerprints=fingerprints,
        standing=about.baseline.standing(fingerprints),
        reason=about.baseline.reasons(fingerprints),
        file=file,
        line=line,
        follows=list(follows),
    )


def _ledger(about: About, results: Results) -> LedgerRow:
    def total(name: str) -> int:
        places = (Place(Part.CREATED, one.name, name) for one in about.contracts)
        return sum(results.coverage.counts.get(place, 0) for place in places)

    file = about.settings.outputs.ledger
    return LedgerRow(
        file=None if file is None else str(file),
        submissions=total("submissions"),
        items=total("items"),
        records=total("records"),
    )
