"""Which of a partner's requests go wrong: so many, or by chance, of one operation or of any.

Scenarios are kept in memory until the process ends; where several workers serve, by the one that was told.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mock_server.contracts.operations import Operation
from mock_server.http import problems
from mock_server.http.problems import Fault, Problem
from mock_server.scenarios.catalogue import Named
from mock_server.scenarios.effect import Effect
from openapi_documents.mending import did_you_mean

HEADER = "x-sandbox-scenario"


@dataclass
class Scenario:
    """A scenario that a partner has set. `left` is how many requests it is still for, None for all that come."""

    id: int
    name: str
    effect: Effect
    operation: str | None = None
    left: int | None = 1
    probability: float = 1.0
    seed: int | None = None
    played: int = 0
    chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - a partner may want the same again

    def is_for(self, operation: Operation) -> bool:
        """Tell whether a request to this operation meets it now, and count it."""
        if self.left == 0 or self.operation not in (None, operation.id):
            return False
        if self.chance.random() >= self.probability:
            return False
        self.played += 1
        if self.left is not None:
            self.left -= 1
        return True


class Scenarios:
    """The scenarios of all partners."""

    def __init__(self, catalogue: Mapping[str, Named]) -> None:
        """Take the scenarios that have names."""
        self.catalogue = catalogue
        self._ids = itertools.count(1)
        self._set: dict[str, list[Scenario]] = {}

    def add(
        self,
        partner: str,
        name: str | None = None,
        effect: Effect | None = None,
        *,
        operation: str | None = None,
        times: int | None = 1,
        probability: float = 1.0,
        seed: int | None = None,
    ) -> Scenario:
        """Set a scenario by its name or by its effect. Raises Problem 400 for a name that nobody knows."""
        chosen = effect if effect is not None else self._named(name or "", "#/scenario")
        made = Scenario(next(self._ids), name or "", chosen, operation, times, probability, seed)
        self._set.setdefault(partner, []).append(made)
        return made

    def of_partner(self, partner: str) -> Sequence[Scenario]:
        """Return the scenarios that the partner has set, the oldest first."""
        return tuple(self._set.get(partner, ()))

    def remove(self, partner: str, number: int) -> bool:
        """Drop one of the partner's scenarios; tell whether there was one."""
        mine = self._set.get(partner, [])
        kept = [one for one in mine if one.id != number]
        self._set[partner] = kept
        return len(kept) < len(mine)

    def clear(self, partner: str) -> None:
        """Drop all of the partner's scenarios."""
        self._set.pop(partner, None)

    def meeting(
        self, partner: str, operation: Operation, headers: Mapping[str, str]
    ) -> tuple[str, Effect] | None:
        """Return name and effect of what a request meets, None where nothing happens to it.

        The header of the request comes first. Raises Problem 400 for a name that nobody knows.
        """
        asked = headers.get(HEADER)
        if asked is not None:
            return asked, self._named(asked, "#/X-Sandbox-Scenario")
        for scenario in self._set.get(partner, ()):
            if scenario.is_for(operation):
                return scenario.name or "unnamed", scenario.effect
        return None

    def _named(self, name: str, pointer: str) -> Effect:
        found = self.catalogue.get(name)
        if found is None:
            meant = did_you_mean(name, list(self.catalogue))
            told = f"there is no scenario {name!r}. {meant}".rstrip()
            raise Problem(problems.BAD_PARAMETER, Fault(pointer, told))
        return found.effect
