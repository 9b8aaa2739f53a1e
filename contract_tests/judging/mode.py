"""How much is pinned, how much is tried, and which suites there are."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Mode(StrEnum):
    """How much is pinned: the sources only, or every choice of the contract too."""

    DOCUMENTED = "documented"
    STRICT = "strict"


class Effort(StrEnum):
    """How much is tried."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"

    def pick(self, quick: T, standard: T, thorough: T) -> T:
        """Return what belongs to the effort."""
        return {Effort.QUICK: quick, Effort.STANDARD: standard, Effort.THOROUGH: thorough}[self]


class Suite(StrEnum):
    """A group of tests that a run can be told to judge by, in the order in which they run."""

    CASES = "cases"
    OPERATIONS = "operations"
    LIFECYCLE = "lifecycle"
    RULES = "rules"
    ACCESS = "access"
    BODIES = "bodies"
    RESOURCES = "resources"
    SILENCES = "silences"
    REWARDS = "rewards"


OF_ANY_CONTRACT = frozenset({Suite.OPERATIONS, Suite.ACCESS, Suite.RESOURCES})
"""Suites that judge a contract without submissions too."""
ONE_AFTER_THE_OTHER = frozenset({Suite.OPERATIONS, Suite.RESOURCES, Suite.REWARDS, Suite.RULES})
"""Suites whose tests are played one after the other: what one of them sends, another may know."""
