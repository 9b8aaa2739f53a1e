"""What a row of the table shows: the rounds of each server, what a request cost it, and what has to be reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

COLUMNS = ("ours", "Prism", "limit")


@dataclass(frozen=True)
class Target:
    """What a row has to reach, and what it reached; None when there was nothing to compare with."""

    goal: str
    said: str
    reached: bool | None


@dataclass
class Row:
    """What one row of the table shows: the rounds of each server, and the targets."""

    work: str
    unit: str
    rounds: dict[str, list[float]]
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    costs: dict[str, list[float]] = field(default_factory=dict)
    """Processor time of each server for a piece of the work, in microseconds: other load changes it least."""

    def median(self, name: str) -> float | None:
        """Return the median of a server's rounds."""
        return statistics.median(self.rounds[name]) if self.rounds.get(name) else None

    def cost(self, name: str = "ours") -> float | None:
        """Return the median of what a piece of the work cost a server."""
        return statistics.median(self.costs[name]) if self.costs.get(name) else None

    def costs_at_most(self, most: float, piece: str = "a request") -> None:
        """Add the target of so many microseconds of processor time for a piece of the work."""
        spent = self.cost()
        goal = f"at most {most:,.0f} us of processor time"
        if spent is None:
            self.targets.append(Target(goal, "-", None))
        else:
            self.within(spent, most, "us", goal)
        each = ", ".join(f"{name} {self.cost(name):,.0f} us" for name in self.costs)
        self.notes.append(f"Processor time for {piece}: {each}.")

    def within(self, value: float, most: float, unit: str, goal: str = "") -> None:
        """Add the target of a value that is at most so much, and say by how much it was missed."""
        over = f" ({value / most - 1:+.0%})" if value > most else ""
        shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
        self.targets.append(
            Target(goal or f"at most {most:g} {unit}", f"{shown} {unit}{over}", value <= most)
        )

    def at_least(self, factor: float, peer: str) -> None:
        """Add the target of reaching so many times the rate of a peer."""
        self._compare(f"at least {factor:g} x {peer}", peer, lambda ratio: ratio >= factor)

    def at_most(self, factor: float, peer: str) -> None:
        """Add the target of taking at most so many times the time of a peer."""
        self._compare(f"at most {factor:g} x {peer}", peer, lambda ratio: ratio <= factor)

    def _compare(self, goal: str, peer: str, good: Callable[[float], bool]) -> None:
        # Rounds are pairs: what else the machine does then falls on both.
        pairs = zip(self.rounds["ours"], self.rounds.get(peer, []), strict=False)
        ratios = [ours / theirs for ours, theirs in pairs if theirs]
        if not ratios:
            self.targets.append(Target(goal, "-", None))
            return
        ratio = statistics.median(ratios)
        self.targets.append(Target(goal, f"{ratio:.2f} x {peer}", good(ratio)))
