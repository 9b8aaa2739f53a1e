"""Items just inside and just outside of what a contract allows, each with the requirement it tries.

Candidates are generous; the validity says which side each of them is on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contract_tests.generation.boundaries import boundaries
from contract_tests.generation.candidate import Candidate
from contract_tests.generation.candidates import candidates
from contract_tests.generation.items import ItemMaker
from contract_tests.generation.values import (
    Item,
    get,
    is_number,
    leaves,
    named,
    path_text,
    put,
)
from contract_tests.reading import requirements
from contract_tests.reading.equality import identical
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.reading.schemas import Path, nodes

_FEW = 4  # so many faults of a rule in other items are always tried
_LONG_KEY = 48  # characters from which on a key of its own may be as long as one that is tried


@dataclass(frozen=True)
class Variation:
    """One item with what it tries: the requirement that it stands inside or outside of.

    `keyed` says whether its key may be replaced by a fresh one, and `length` how long that must be, where it is the
    length that is tried. `must` and `varies` are those of its candidate.
    """

    requirement: Requirement
    about: str
    item: Item
    valid: bool
    silences: tuple[str, ...] = ()
    keyed: bool = True
    length: int = 0
    must: bool = False
    varies: str | None = None


class Variations:
    """The variations of the items of one submission for one partner, made when they are first asked for."""

    def __init__(self, maker: ItemMaker) -> None:
        self._maker = maker

    @cached_property
    def all(self) -> list[Variation]:
        """The variations of every constraint and every rule."""
        return [*self._in_usual_items, *self._elsewhere()]

    @cached_property
    def _in_usual_items(self) -> list[Variation]:
        return [*self._at_constraints, *self._at_boundaries()]

    @cached_property
    def breaking(self) -> list[Variation]:
        """Some items that are invalid for every partner, one for each constraint."""
        found: dict[Requirement, Variation] = {}
        for one in self._in_usual_items:
            if not one.valid and one.keyed and one.requirement.kind is Kind.CONSTRAINT:
                found.setdefault(one.requirement, one)
        return sorted(found.values(), key=lambda one: "required" not in one.requirement.names)

    @property
    def longest_key(self) -> int:
        """How long a valid key may be, as far as that was tried."""
        return max((one.length for one in self._in_usual_items if one.valid), default=0)

    @cached_property
    def _at_constraints(self) -> list[Variation]:
        found: list[Variation] = []
        seen: set[str] = set()
        for one in candidates(self._maker):
            text = json.dumps(one.item, sort_keys=True)
            if text not in seen:
                seen.add(text)
                found += self._classified(one)
        return found

    def _at_boundaries(self) -> Iterator[Variation]:
        for one in boundaries(self._maker):
            yield Variation(one.requirement, one.about, one.item, one.inside, must=True)

    def _classified(self, one: Candidate) -> list[Variation]:
        maker = self._maker
        on_key = bool(one.path) and one.path[0] in maker.submission.lifecycle.key
        faults = maker.validity.faults(one.item)
        if faults:
            silences = tuple(dict.fromkeys(name for fault in faults for name in fault.silences))
            # A rule is named only when nothing else is broken.
            first = next((fault for fault in faults if fault.rule is None), faults[0])
            return [
                Variation(
                    first.requirement, one.about, one.item, False, silences,
                    keyed=not on_key, must=one.must, varies=one.varies,
                )
            ]  # fmt: skip
        if on_key:
            return self._long_key(one)
        return [
            Variation(
                self._kept_by(one), one.about, one.item, True,
                must=one.must or one.unknown, varies=one.varies,
            )
        ]  # fmt: skip

    @staticmethod
    def _long_key(one: Candidate) -> list[Variation]:
        """Return a valid key that is tried; a short one cannot be fresh, so only a long one can be."""
        value = get(one.item, one.path)
        if not isinstance(value, str) or len(value) <= _LONG_KEY:
            return []
        requirement = requirements.constraint(*named(one.path))
        about = f"a key of {len(value)} characters"
        return [Variation(requirement, about, one.item, True, length=len(value))]

    def _kept_by(self, one: Candidate) -> Requirement:
        """Return the requirement that a valid item keeps."""
        if one.unknown:
            return requirements.constraint("unknown-members")
        rules = self._rules_at(one.path) if one.of_rules else []
        if rules:
            return requirements.rule(rules[0])
        return requirements.constraint(*(named(one.path) or ["item"]))

    def _rules_at(self, path: Path) -> list[str]:
        """Return the ids of the rules of the object at a path."""
        for where, _, known in nodes(self._maker.full, self._maker.submission.item_schema):
            if where == path:
                return [str(rule["id"]) for rule in known.get("x-rules", [])]
        return []

    # --- faults in other items -------------------------------------------------------------------

    def _elsewhere(self) -> Iterator[Variation]:
        """Yield faults of each rule in other valid items: a rule holds whatever stands beside it.

        A fault is carried over by what it changed in the full item; where the other item lacks that
        place, or keeps the rule with it, there is nothing to ask.
        """
        others = self._contexts()
        tried = [one for one in self._at_constraints if one.requirement.kind is Kind.RULE]
        for rule in dict.fromkeys(one.requirement for one in tried):
            faulty = [one for one in tried if one.requirement == rule and not one.valid]
            for number, (about, other) in enumerate(others if faulty else ()):
                one = faulty[number % len(faulty)]
                moved = _moved(self._maker.full, one.item, other)
                faults = () if moved is None else self._maker.validity.faults(moved)
                if [fault.requirement for fault in faults] == [rule]:
                    yield Variation(
                        rule, f"{one.about}, {about}", moved, False, faults[0].silences,
                        must=number < _FEW, varies=one.varies,
                    )  # fmt: skip

    def _contexts(self) -> list[tuple[str, Item]]:
        """Return valid items of many kinds: the variants, and items with each number at zero."""
        maker = self._maker
        found = [("in another item", item) for item in maker.variants]
        for path, value in leaves(maker.full):
            if is_number(value):
                changed = put(maker.full, path, 0)
                if maker.validity.is_valid(changed):
                    found.insert(0, (f"with {path_text(path)} = 0", changed))
        return found


def _moved(plain: Any, changed: Any, other: Any) -> Any:
    """Return another value with what was changed in a plain one; None where that has no place."""
    if isinstance(plain, dict) and isinstance(changed, dict) and isinstance(other, dict):
        moved = dict(other)
        for name in plain.keys() | changed.keys():
            if name in plain and name in changed and identical(plain[name], changed[name]):
                continue
            if name not in changed or name not in plain or name not in other:
                return None
            moved[name] = _moved(plain[name], changed[name], other[name])
            if moved[name] is None:
                return None
        return moved
    same = isinstance(plain, list) and isinstance(changed, list) and isinstance(other, list)
    if same and len(plain) == len(changed) == len(other):
        parts = [_moved(*three) for three in zip(plain, changed, other, strict=True)]
        return None if None in parts else parts
    return changed
