"""What the pages tell of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mock_server.contracts.contract import Contract
from mock_server.scenarios.declared import Declared
from mock_server.settings import Settings
from mock_server.storage.partners import Partner
from mock_server.storage.store import Store


@dataclass(frozen=True)
class Subject:
    """A sandbox as its pages see it. The secrets of `fixtures` are known to everybody who has this program.

    By the names of operations: which are `remembered`, and what contracts let go wrong, `declared`.
    """

    contracts: Sequence[Contract]
    settings: Settings
    store: Store
    fixtures: Sequence[Partner]
    remembered: frozenset[str]
    declared: Mapping[str, Declared]
    anonymous_token: Callable[[], str] | None
    """Makes a token of the world of those who show no credentials; None where everybody has to show some."""
