"""What the tests of a run found, gathered from all of its processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from contract_tests.judging.coverage import Coverage
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite


@dataclass
class SuiteCount:
    """How many tests of a suite there were, how they ended, how long they took, and why some were skipped."""

    tests: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    skips: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Result:
    """What one test, or a part of it, found: `crash` is a fault of the judge, `refusal` why it cannot go on."""

    findings: tuple[Finding, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    requests: int = 0
    notes: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    crash: str = ""
    refusal: str = ""


@dataclass
class Results:
    """What all tests found so far."""

    findings: list[Finding] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    requests: int = 0
    notes: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    suites: dict[Suite, SuiteCount] = field(default_factory=dict)
    has_clock: bool = False
    left_to_others: int = 0  # tests that other shards run

    def add(self, result: Result) -> None:
        """Add what a test found; a note or a refusal that is known is not told again."""
        self.findings += result.findings
        self.coverage.add(result.coverage)
        self.requests += result.requests
        self.planned += result.planned
        _add_new(self.notes, result.notes)
        _add_new(self.refusals, filter(None, [result.refusal]))
        self.crashes += filter(None, [result.crash])

    def suite(self, suite: Suite) -> SuiteCount:
        """Return the count of a suite."""
        return self.suites.setdefault(suite, SuiteCount())

    @property
    def tests(self) -> int:
        """Return how many tests were not skipped."""
        return sum(one.tests - one.skipped for one in self.suites.values())


def _add_new(known: list[str], more: Iterable[str]) -> None:
    known += [one for one in more if one not in known]
