"""One item that varies another in one thing, before anybody says whether it is valid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from contract_tests.generation.values import Item, put
from contract_tests.reading.schemas import Path


@dataclass(frozen=True)
class Candidate:
    """What stands at `path` instead of what stood there, and the whole item.

    `must` is what servers get wrong so often that it is always tried; `of_rules` what the rules of the object
    there may be about; `unknown` adds a member that nobody described; `varies` names the array of which
    an entry after the first is varied.
    """

    path: Path
    about: str
    item: Any
    must: bool = False
    of_rules: bool = False
    unknown: bool = False
    varies: str | None = None

    def within(self, whole: Item, place: Path) -> Candidate:
        """Return the same in a whole item, at a place of it."""
        return replace(self, path=(*place, *self.path), item=put(whole, place, self.item))


_SHOWN = 60


def shown(value: object, text: str) -> str:
    """Return a value by its JSON text as people read it; a long one is cut."""
    length = len(value) if isinstance(value, str) else len(text)
    return text if len(text) <= _SHOWN else f"{text[:40]}... ({length} characters)"
