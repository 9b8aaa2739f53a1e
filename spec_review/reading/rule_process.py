"""Asks rules in a process of its own, which may be ended: for rules whose values can grow beyond all bounds.

The C++ engine counts how many values a rule goes through, but neither engine counts how large they become:
thirty times `.map(x, x + x)` take every memory. Such a rule is asked here, one line of JSON for each question.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from typing import IO, Final

from spec_review.reading.engines import Answers, Program, answers_of, compilers

try:
    import resource
except ImportError:  # Windows has no such limits; there the time alone decides
    resource = None  # type: ignore[assignment]

SECONDS: Final = 2
"""How many seconds of the processor one question may take."""

PATIENCE: Final = 20.0
"""After how many seconds the process is ended, however busy the machine is."""

MEMORY: Final = 1024**3
"""How many bytes the process may address."""

EXHAUSTED: Final[Answers] = ("exhausted", "exhausted")


class RuleProcess:
    """A process that is started when it is first asked, and again after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def answers(self, expression: str, data: Mapping[str, object]) -> Answers:
        """What both engines say of a rule; "exhausted" when the process did not survive the question."""
        process = self._running()
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        try:
            line = ask(process, json.dumps([expression, data]))
        finally:
            watch.cancel()
        if not line:
            process.kill()
            process.wait()
            self._process = None
            return EXHAUSTED
        first, second = json.loads(line)
        return first, second

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "spec_review.reading.rule_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            weakref.finalize(self, end, self._process)
        return self._process


def ask(process: subprocess.Popen[str], question: str) -> str:
    """The line that a process answers, "" when it ends instead."""
    if process.stdin is None or process.stdout is None:
        return ""
    try:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        return process.stdout.readline()
    except OSError:
        return ""


def end(process: subprocess.Popen[str]) -> None:
    """End a process and close what leads to it."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answer questions line by line until there are no more."""
    compiling = compilers()
    known: dict[str, list[Program]] = {}
    limit_memory()
    for line in questions:
        expression, data = json.loads(line)
        if expression not in known:
            known[expression] = [compiled(expression) for compiled in compiling]
        limit_time()
        try:
            found = answers_of(known[expression], data)
        except MemoryError:
            found = EXHAUSTED
        answers.write(json.dumps(found) + "\n")
        answers.flush()


def limit_memory() -> None:
    """Let the system end this process when it takes too much memory."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def limit_time() -> None:
    """Let the system end this process when one question takes too long."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
