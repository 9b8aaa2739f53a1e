"""The command in a copy of a process that has loaded it: loading it takes longer than many a verdict."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["contract_tests.cli", "contract_tests.plugin", "schemathesis"])


class Running:
    """The command on its way, in a process whose number is `pid`."""

    def __init__(self, *arguments: str, variables: Mapping[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory()
        told = {**os.environ, "NO_COLOR": "1", **(variables or {})}
        self._process = PROCESSES.Process(target=_run, args=(arguments, told, self._folder.name))
        self._process.start()

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._process.exitcode is not None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self._process.pid or 0, number)

    def result(self, timeout: float = 280) -> tuple[int, str]:
        """Wait until it ends, and kill it when its time is over; its exit code and what it printed."""
        self._process.join(timeout)
        if not self.ended:
            self._process.kill()
            self._process.join()
        with self._folder as folder:
            printed = [Path(folder, name) for name in ("1", "2")]
            text = "".join(one.read_text(encoding="utf-8") for one in printed if one.exists())
        return self._process.exitcode or 0, text


def command(
    *arguments: str, variables: Mapping[str, str] | None = None, timeout: float = 280
) -> tuple[int, str]:
    """Run `contract-tests` to its end; its exit code and what it printed."""
    return Running(*arguments, variables=variables).result(timeout)


def _run(arguments: tuple[str, ...], variables: Mapping[str, str], folder: str) -> None:
    """Run the command in this process, which ends with its exit code."""
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(ROOT)
    for descriptor in (1, 2):
        with contextlib.closing(open(Path(folder, str(descriptor)), "wb", buffering=0)) as file:
            os.dup2(file.fileno(), descriptor)
    main = importlib.import_module("contract_tests.cli").main
    main.main(list(arguments), prog_name="contract-tests")
