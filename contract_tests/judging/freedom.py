"""What a server may do besides what the contract chose: nothing in strict mode, the alternatives in documented mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from contract_tests.judging.mode import Mode
from contract_tests.reading.likeness import Likeness
from contract_tests.reading.silences import Alternative, ShownStates, Silence

T = TypeVar("T", bound=Alternative)


@dataclass(frozen=True)
class Freedom:
    """The mode of a run, the silences of a contract, and those of which a server takes an alternative.

    Most alternatives pass wherever they are met. That states are shown as others must have been seen before: it
    would excuse whatever comes to one of those.
    """

    mode: Mode
    silences: Mapping[str, Silence] = field(default_factory=lambda: MappingProxyType({}))
    taken: frozenset[str] = frozenset()  # silences of which an alternative was seen to be taken
    likeness: Likeness = field(default_factory=Likeness)  # by what the server compares items

    @property
    def strict(self) -> bool:
        """Whether every choice of the contract is pinned."""
        return self.mode is Mode.STRICT

    def alternatives(self, names: Iterable[str], kind: type[T]) -> list[T]:
        """Return the alternatives of a kind that some silences leave open."""
        named = set(names)
        return [one for name, one in self.open(kind) if name in named]

    def taking(self, *silences: str) -> Freedom:
        """Return the freedom of a server that was seen to take alternatives of some silences."""
        return replace(self, taken=self.taken | set(silences))

    def leaves_open(self, kind: type[T]) -> list[T]:
        """Return the alternatives of a kind that any silence leaves open."""
        return [one for _, one in self.open(kind)]

    def open(self, kind: type[T]) -> list[tuple[str, T]]:
        """Return the alternatives of a kind that are left open, each with the id of its silence."""
        return [(name, one) for name, one in self._left_open if isinstance(one, kind)]

    @cached_property
    def _left_open(self) -> list[tuple[str, Alternative]]:
        if self.strict:
            return []
        return [
            (silence.id, one)
            for silence in self.silences.values()
            for one in silence.instead
            if silence.id in self.taken or not isinstance(one, ShownStates)
        ]
