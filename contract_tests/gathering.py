"""Gathers what the tests of a run find, in every process, and comes to the verdict in the first."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest

from contract_tests.ending import Ending
from contract_tests.http.failures import BudgetSpent, CannotJudge, NotAllowed
from contract_tests.judging.findings import Broken, Finding
from contract_tests.judging.mode import Suite
from contract_tests.playing import Playing
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

    def __init__(self, process: Process, suites: Path, ending: Ending | None = None) -> None:
        self.report: Report | None = None
        self.results = Results()
        self.ending = ending or Ending()
        self.playing = Playing(process, suites, self.ending)
        self._process = process
        self._suites = suites
        self._guard = threading.Lock()

    # --- in every process ----------------------------------------------------------------------------

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin to play the tests; a parallel worker is told one by one which of them are its own."""
        if not hasattr(session.config, "workerinput") and not session.config.getoption(
            "collectonly"
        ):
            self.playing.begin(session.items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object | None:
        """Take what came of a test; it has failed where it noted findings, though it ran to its end."""
        if not pyfuncitem.path.is_relative_to(self._suites):
            return None
        played = self.playing.result(pyfuncitem)
        if played.pending is not None:
            played.pending.result()
        if played.session is not None and played.session.findings.any:
            raise Found
        return True

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
        played = self.playing.find(item.nodeid) if call.when == "call" else None
        tests = [played.session] if played is not None and played.session is not None else []
        taken, notes = self._process.take(tests), []
        errors = list(_walk(call.excinfo.value if call.excinfo else None))
        found = [*taken.findings, *(one.finding for one in errors if isinstance(one, Broken))]
        if played is not None:
            played.told = True
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
        """Count what was sent and found before the first test."""
        taken = self._process.take()
        self.results.add(Result(taken.findings, taken.coverage, taken.requests, taken.notes))

    def sent(self) -> int:
        """Return how many requests were sent so far."""
        return self.results.requests + self._process.budget.spent

    def broken(self) -> int:
        """Return how many requirements were found broken so far."""
        return len({one.requirement for one in list(self.results.findings)})

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
        self._count(report, result)

    def _count(self, told: pytest.TestReport, result: Result) -> None:
        name = Path(told.nodeid.split("::")[0]).parent.name
        count = self.results.suite(Suite(name))
        played = self.playing.find(told.nodeid) if told.when == "call" else None
        count.seconds += told.duration if played is None else played.seconds
        if told.when == "call" or told.outcome != "passed":
            count.tests += 1
            count.failed += told.failed
            if told.skipped and not result.findings:  # what is known was judged
                count.skipped += 1
                count.skips[_reason(told)] += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Come to a verdict: 0 the contract holds, 1 it is broken, 2 it could not be judged."""
        if hasattr(session.config, "workerinput"):
            self._process.clock.release()
            return
        session.exitstatus = self.conclude(
            interrupted=exitstatus == pytest.ExitCode.INTERRUPTED or self.ending.asked
        )

    def conclude(self, *, interrupted: bool) -> int:
        """Come to the verdict once, and write it; return the exit code."""
        with self._guard:
            if self.report is None:
                if interrupted:
                    self._gather_untold()
                self._process.clock.release()
                self.results.requests += self._process.budget.taken()
                if interrupted:
                    self.results.refusals.append(
                        f"interrupted after {self.results.requests} requests"
                    )
                self.results.has_clock = self._process.clock.was_found
                self.report = report(self._about(), self.results)
                run = self._process.run
                files.write(self.report, run.settings.outputs)
                known = merged(self.results.findings)
                files.write_baseline(known, run.baseline, run.settings.outputs)
        return CODES[Verdict(self.report["verdict"])]

    def _gather_untold(self) -> None:
        """Add what tests have found that pytest has not asked for yet."""
        for one in self.playing.untold():
            error = one.pending.error if one.pending is not None and one.ended else None
            found = (*one.take_findings(), *_found(error))
            self.results.add(Result(found))
            if one.ended:
                count = self.results.suite(one.suite)
                count.tests += 1
                count.failed += bool(found)
        taken = self._process.take()
        self.results.add(Result(taken.findings, taken.coverage, taken.requests, taken.notes))

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


def _found(error: BaseException | None) -> Iterator[Finding]:
    yield from (one.finding for one in _walk(error) if isinstance(one, Broken))


def _walk(error: BaseException | None) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _walk(one)
    elif error is not None:
        yield error


def _reason(told: pytest.TestReport) -> str:
    """Return why a test was skipped."""
    why = told.longrepr[2] if isinstance(told.longrepr, tuple) else str(told.longrepr)
    return why.removeprefix("Skipped: ")
