"""What a run tells in a terminal once it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from contract_tests.console import Console, QuietConsole


class Ended:
    """A run that has come to a verdict."""

    sent, broken = staticmethod(int), staticmethod(int)
    playing = SimpleNamespace(ended=0)

    def __init__(self, verdict: str, planned: list[str]) -> None:
        self.report = {"verdict": verdict}
        self.results = SimpleNamespace(planned=planned)

    def conclude(self, *, interrupted: bool) -> None:
        """Have concluded."""

    def lines(self) -> Iterator[str]:
        yield self.report["verdict"]


@pytest.mark.parametrize(
    ("kind", "verdict", "planned", "told"),
    [
        (Console, "holds", [], "holds\n"),
        (QuietConsole, "holds", [], ""),
        (QuietConsole, "holds", ["GET /"], "holds\n"),
        (QuietConsole, "broken", [], "broken\n"),
        (QuietConsole, "not judged", [], "not judged\n"),
    ],
)
def test_a_quiet_console_tells_nothing_of_a_contract_that_holds(
    kind: type[Console],
    verdict: str,
    planned: list[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    console, ended = kind(StringIO()), Ended(verdict, planned)
    console.begin()
    run: Any = ended
    console.begun(run)
    console.conclude()

    assert capsys.readouterr().out == told
