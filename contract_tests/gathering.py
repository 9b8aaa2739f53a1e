"""Gathers what the tests of a run find, in every process, and comes to the verdict in the first."""

from __future__ import annotations

import pickle
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest

from contract_tests.http.failures import BudgetSpent, CannotJudge, NotAllowed
from contract_tests.judging.findings import Broken, Finding
from contract_tests.judging.mode import Suite
from contract_tests.process import Process
from contract_tests.reporting import files, text
from contract_tests.reporting.baseline import Standing
from contract_tests.reporting.curl import CurlLines, public_secrets
from contract_tests.reporting.merging import merged
from contract_tests.reporting.report import CODES, About, Report, Verdict, found_row, report
from contract_tests.reporting.results import Result, Results
from contract_tests.reporting.shown import Shown
from openapi_documents import DocumentError

ATTACHED = "contract_tests"
"""The attribute of a test report that carries what was found, from process to process."""
_LIMITS = (BudgetSpent, NotAllowed, CannotJudge, DocumentError)


class Found(AssertionError):
    """A test that ended with findings that were noted on its way."""


class Gathering:
    """A plugin of pytest for one process of a run; `report` is the verdict once there is one."""

    def __init__(self, process: Process, suites: Path) -> None:
        self.report: Report | None = None
        self.results = Results()
        self._process = process
        self._suites = suites

    # --- in every process ----------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        """Fail a test that noted findings although it ran to its end."""
        outcome = yield
        if self._process.has_found:
            raise Found
        return outcome

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach what was found to the report of a test, so that it reaches the first process."""
        told = yield
        if item.path.is_relative_to(self._suites):
            result = self._result(told, item, call)
            if result.findings:
                self._tell(told, item, result.findings)
            setattr(told, ATTACHED, pickle.dumps(result))
        return told

    def _result(
        self, told: pytest.TestReport, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Result:
        """Return what a test found, and let its report say how it ended."""
        taken, notes = self._process.take(), []
        errors = list(_walk(call.excinfo.value if call.excinfo else None))
        found = [*taken.findings, *(one.finding for one in errors if isinstance(one, Broken))]
        others = [one for one in errors if not isinstance(one, Broken | Found)]
        limit = next((one for one in others if isinstance(one, _LIMITS)), None)
        crash = refusal = ""
        if limit is not None:
            if isinstance(limit, BudgetSpent):
                notes.append(str(limit))
            elif not isinstance(limit, NotAllowed):
                refusal = str(limit)
            told.outcome = "skipped"
            told.longrepr = (str(item.path), 0, str(limit))
        elif told.failed and others:
            crash = f"{item.nodeid}: {others[0]!r}"
            told.longrepr = self.shown.text(str(told.longrepr)).replace("\\n", "\n")
        if self._process.run.settings.limits.dry_run:
            found, crash = [], ""
            told.outcome = "passed" if told.failed else told.outcome
        return Result(
            tuple(map(self.shown.finding, found)), taken.coverage, taken.requests, (*taken.notes, *notes), taken.planned,
            crash, refusal,
        )  # fmt: skip

    def _tell(self, told: pytest.TestReport, item: pytest.Item, found: Sequence[Finding]) -> None:
        """Let the report of a test tell its findings; one of known faults alone is no failure."""
        baseline = self._process.run.baseline
        rows = [found_row(self._about(), one) for one in found]
        told.outcome = "failed"
        told.longrepr = "\n\n".join(map(text.finding_text, rows))
        if all(one["standing"] == Standing.KNOWN for one in rows):
            reasons = "; ".join(baseline.reasons(one["fingerprints"]) for one in rows)
            told.outcome = "skipped"
            told.longrepr = (str(item.path), 0, f"known: {reasons}")

    # --- in the first process ------------------------------------------------------------------------

    def count_start(self) -> None:
        """Count what was sent before the first test."""
        self.results.requests += self._process.take().requests

    def refuse(self, sentence: str) -> None:
        """Write a report that says why nothing could be judged."""
        self.results.refusals.append(sentence)
        files.write(report(self._about(), self.results), self._process.run.settings.outputs)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count the tests that other shards run."""
        if self._process.run.settings.shard is not None:
            self.results.left_to_others += len(items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what a test found, here or in a parallel worker."""
        attached = getattr(report, ATTACHED, None)
        if attached is None:
            return
        result: Result = pickle.loads(attached)  # noqa: S301 - a process of this run wrote it
        self.results.add(result)
        name = Path(report.nodeid.split("::")[0]).parent.name
        count = self.results.suite(Suite(name))
        count.seconds += report.duration
        if report.when == "call" or report.outcome != "passed":
            count.tests += 1
            count.failed += report.failed
            count.skipped += report.skipped and not result.findings  # what is known was judged

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Come to a verdict: 0 the contract holds, 1 it is broken, 2 it could not be judged."""
        process, results = self._process, self.results
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        if interrupted:
            results.findings += process.take_findings()
        process.clock.release()
        if hasattr(session.config, "workerinput"):
            return
        results.requests += process.budget.taken()
        if interrupted:
            results.refusals.append(f"interrupted after {results.requests} requests")
        results.has_clock = process.clock.was_found
        self.report = report(self._about(), results)
        outputs = process.run.settings.outputs
        files.write(self.report, outputs)
        files.write_baseline(merged(results.findings), process.run.baseline, outputs)
        session.exitstatus = CODES[Verdict(self.report["verdict"])]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the verdict and its findings."""
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> Iterator[str]:
        """Yield the verdict of a session that has ended; nothing when it judged nothing."""
        if self.report is not None:
            dry = self._process.run.settings.limits.dry_run
            planned = map(self.shown.text, self.results.planned if dry else [])
            yield from text.lines(self.report, list(planned))

    @property
    def shown(self) -> Shown:
        """Return what shows texts of this run."""
        return Shown(self._process.client.secrets, public_secrets())

    def _about(self) -> About:
        run, client = self._process.run, self._process.client
        curl = CurlLines(client.server, client.partners, run.name)
        ended = time.time()
        return About(
            run.settings,
            run.contracts,
            run.name,
            run.started,
            ended,
            curl,
            self.shown,
            run.baseline,
        )


def _walk(error: BaseException | None) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _walk(one)
    elif error is not None:
        yield error
