"""How a run ends before its time: at Ctrl-C, SIGTERM or `timeout -s INT`, within seconds, whatever is on its way."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PATIENCE = 3.0  # seconds that the ordinary way to an end may take
_EXIT = 2


class Ending:
    """Whether the run was asked to end. The first signal asks; further ones change nothing.

    `last` is done by force where the ordinary way takes too long: an interrupt that is raised in a callback of
    an object that goes is lost, and a loop in C does not see it before it ends.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self.asked = False
        self.last: Callable[[], None] = lambda: None
        self._patience = patience

    def install(self) -> None:
        """Listen to the signals, also where the shell that started the run has them ignored."""
        for number in SIGNALS:
            signal.signal(number, self._ask)

    def require_going_on(self) -> None:
        """Raise KeyboardInterrupt when the run was asked to end."""
        if self.asked:
            raise KeyboardInterrupt

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            return
        self.asked = True
        threading.Thread(target=self._force, name="judge-ending", daemon=True).start()
        raise KeyboardInterrupt

    def _force(self) -> None:
        time.sleep(self._patience)
        with contextlib.suppress(Exception):
            self.last()
        os._exit(_EXIT)
