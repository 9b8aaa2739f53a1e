"""What a server may do besides what the contract chose: nothing in strict mode, some alternatives in documented mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from contract_tests.judging.mode import Mode
from contract_tests.reading.silences import Alternative, OtherOrder, OtherRule, OtherState, Silence

T = TypeVar("T", bound=Alternative)

HONOURED: tuple[type[Alternative], ...] = (OtherState, OtherOrder, OtherRule)
"""The kinds of alternatives that documented mode lets pass; the others are told and pinned all the same."""


@dataclass(frozen=True)
class Freedom:
    """The mode of a run, and the silences of a contract."""

    mode: Mode
    silences: Mapping[str, Silence] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def strict(self) -> bool:
        """Whether every choice of the contract is pinned."""
        return self.mode is Mode.STRICT

    def alternatives(self, names: Iterable[str], kind: type[T]) -> list[T]:
        """Return the alternatives of a kind that some silences leave open."""
        if self.strict or kind not in HONOURED:
            return []
        found = (self.silences[name] for name in names if name in self.silences)
        return [one for silence in found for one in silence.instead if isinstance(one, kind)]

    def leaves_open(self, kind: type[T]) -> list[T]:
        """Return the alternatives of a kind that any silence leaves open."""
        return self.alternatives(self.silences, kind)
