"""What a run may send: how many requests, which methods, or nothing at all."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from contract_tests.http.failures import BudgetSpent, NotAllowed

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """The limits of a run.

    `deadline` is in seconds, until an item must be final; `in_flight` is how many stories may be on their way at
    once, where they are waited for; `max_answer` in bytes, of an answer once it is decoded.
    """

    deadline: float = 30.0
    in_flight: int = 32
    max_answer: int = 16 * MEBIBYTE
    max_requests: int | None = None
    read_only: bool = False
    dry_run: bool = False


class Budget:
    """Counts what is sent, and keeps back what may not be."""

    def __init__(self, limits: Limits, left: int | None = None) -> None:
        self.limits = limits
        self.left = limits.max_requests if left is None else left
        self.spent = 0
        self.planned: list[str] = []
        self._guard = threading.Lock()

    def spend(self, method: str, url: str, body: bytes | None, *, harmless: bool) -> None:
        """Count a request that is about to be sent; a dry run plans it instead.

        `harmless` is one that may be sent in a read-only run. Raises BudgetSpent or NotAllowed.
        """
        if self.limits.read_only and not harmless:
            raise NotAllowed(f"--read-only: {method} {url} is not sent")
        if self.limits.dry_run:
            told = b"" if body is None else body[:300]
            text = told.decode("utf-8", "replace")
            self.planned.append(f"{method} {url} {text}".rstrip())
            return
        with self._guard:
            if self.left is not None and self.left <= 0:
                most = self.limits.max_requests
                raise BudgetSpent(f"stopped by --max-requests after {most} requests")
            self.spent += 1
            if self.left is not None:
                self.left -= 1

    def keep_back(self) -> bool:
        """Keep a request back for later; False when too few are left for that."""
        if self.left is None:
            return True
        if self.left < 2:
            return False
        self.left -= 1
        return True

    def give_back(self) -> None:
        """Allow the request that was kept back."""
        if self.left is not None:
            self.left += 1

    def taken(self) -> int:
        """Return how many were sent since this was asked last."""
        spent, self.spent = self.spent, 0
        return spent
