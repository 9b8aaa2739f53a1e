"""The line that tells where a run stands."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

from contract_tests.reporting.progress import Progress, Standing


def test_a_run_tells_phase_checks_requests_findings_and_the_time_left() -> None:
    standing = Standing("cases: every story", True, 40, lambda: 10, lambda: 512, lambda: 2)
    assert standing.told(20.0) == (
        "20 s, cases: every story, 10/40 checks, 512 requests, 2 findings, about 60 s left"
    )


def test_one_of_a_thing_is_not_many() -> None:
    standing = Standing("a first look", True, 1, lambda: 0, lambda: 1, lambda: 1)
    assert standing.told(0.0) == "0 s, a first look, 0/1 check, 1 request, 1 finding"


def test_before_there_are_checks_nothing_is_said_of_them() -> None:
    assert Standing().told(1.0) == "1 s, reading the contract, 0 requests"


def test_a_log_has_a_line_though_nobody_answers_and_one_when_the_run_begins() -> None:
    log, standing = io.StringIO(), Standing()
    progress = Progress(log, standing, live=False)
    progress.begin()
    until(lambda: "reading the contract" in log.getvalue())
    standing.phase, standing.begun = "a first look", True
    until(lambda: "a first look" in log.getvalue())
    progress.end()
    assert len(log.getvalue().splitlines()) == 2


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)
