"""The explain page of one contract: everything that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mock_server.console.explained.lives import Life, lives_of
from mock_server.console.explained.operations import ShownOperation, operations_of
from mock_server.console.explained.rules import Computed, Rule, computed_of, rules_of
from mock_server.console.explained.silences import Silence, silences_of
from mock_server.contracts.contract import Contract
from mock_server.resources.inference import Inference, inferred
from mock_server.scenarios.declared import Declared


@dataclass(frozen=True)
class Explained:
    """What is told of a contract. `inference` is empty where nothing is kept because of it."""

    contract: Contract
    operations: tuple[ShownOperation, ...]
    lives: tuple[Life, ...]
    rules: tuple[Rule, ...]
    computed: tuple[Computed, ...]
    silences: tuple[Silence, ...]
    inference: Inference

    @property
    def says_nothing(self) -> bool:
        """Whether the contract has no words of ours about behaviour, and all is inferred."""
        return not (self.lives or self.rules or self.computed or self.silences)

    @property
    def known_silences(self) -> frozenset[str]:
        """The ids of the silences that the contract declares."""
        return frozenset(one.id for one in self.silences)

    @property
    def places(self) -> Mapping[str, int]:
        """The place of each operation in their list, from 1, by its id."""
        return {one.id: number for number, one in enumerate(self.operations, start=1)}


def explained(contract: Contract, declared: Mapping[str, Declared], *, keeps: bool) -> Explained:
    """Return what is told of a contract. `declared` is what goes wrong by it; `keeps` whether anything is remembered."""
    is_kept = keeps and contract.service is None
    inference = inferred(contract) if is_kept else Inference(())
    return Explained(
        contract,
        tuple(operations_of(contract, inference, declared)),
        lives_of(contract),
        tuple(rules_of(contract)),
        tuple(computed_of(contract)),
        silences_of(contract),
        inference,
    )
