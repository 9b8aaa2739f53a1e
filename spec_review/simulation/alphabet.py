"""The letters that batches are written in: items that stand for A, A', A!, B and their kin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from openapi_documents import Pointer
from spec_review.simulation.edits import LEFT_OUT, Edit, edited
from spec_review.simulation.identity import Item, fingerprint
from spec_review.simulation.items import ItemSchemas
from spec_review.simulation.minimal import MinimalValues
from spec_review.simulation.model import Model
from spec_review.simulation.samples import shown_items
from spec_review.simulation.shrinking import smaller
from spec_review.simulation.variants import distinct, dividing_items, dividing_pairs, words_of
from spec_review.simulation.witness import IntakePair

MOST_CAUSES: Final = 12
"""How many different reasons for a changed validity get a witness of their own."""

MOST_WORDS: Final = 60
"""How many literals of rules are tried everywhere."""

MOST_MEMBERS: Final = 100
"""How many members of an item are tried: each costs a validation of the whole."""

MOST_VALIDATED: Final = 1_000_000
"""How many members are validated in all items that differ in one place from the richest."""

LEAST_CHANGED: Final = 300
"""How many such items are tried in any case."""

Validity = tuple[bool, bool]
"""Whether an item is valid under the old and under the new contract."""

Cause = tuple[bool, frozenset[tuple[Pointer, str, str]]]
"""Whether an item was valid before, and the keywords and rules that refuse it on the other side."""


class Alphabet:
    """Items that stand for the letters of the table of outcomes, for a pair of operations.

    `plain` is a valid item, `rival` has its key and other data, `broken` has its key and is invalid, `other`
    has another key, `keyless` none; `divided` are items that only one of the two contracts takes.
    """

    def __init__(self, pair: IntakePair, old: Model, new: Model, *, divide: bool) -> None:
        self.pair = pair
        self.models = (old, new)
        self.key = tuple(dict.fromkeys((*pair.old.lifecycle.key, *pair.new.lifecycle.key)))
        self.letters: list[Item] = []
        self.divided: list[Item] = []
        self.plain: Item | None = None
        self.rival: Item | None = None
        self.broken: Item | None = None
        self.other: Item | None = None
        self.keyless: Item | None = None
        sides = tuple(zip(self.models, (pair.old, pair.new), strict=True))
        self._sides = [
            ItemSchemas(model.contract.document, intake.items) for model, intake in sides
        ]
        values = [value for model, intake in sides for value in shown_items(model, intake)]
        shown = [Item(value) for value in distinct(values)]
        rich = self._richest(shown)
        if rich is None:
            return
        self._words = distinct(words_of(self._expressions()))[:MOST_WORDS]
        if divide:
            self._find_divided(shown, rich)
        self._write(rich)

    def valid(self, item: Item) -> Validity:
        """Whether the item is valid under the old and under the new contract."""
        return (
            not self.pair.old.validator.is_invalid(item),
            not self.pair.new.validator.is_invalid(item),
        )

    def is_whole(self, item: Item) -> bool:
        """Whether both contracts take the item, or both refuse it though it has a key."""
        valid = self.valid(item)
        return valid[0] == valid[1] and self.has_key(item)

    def has_key(self, item: Item) -> bool:
        """Whether the item has every member of both keys."""
        return isinstance(item.value, dict) and all(name in item.value for name in self.key)

    # -- the richest item --------------------------------------------------------------------------------

    def _richest(self, items: Sequence[Item]) -> Item | None:
        """A valid item with as many members as the examples and schemas offer."""
        wanted = [(True, True), (True, False), (False, True), (False, False)]
        ranked = sorted(
            (item for item in items if isinstance(item.value, dict)),
            key=lambda item: (wanted.index(self.valid(item)), -length(item)),
        )
        if not ranked:
            return None
        rich = ranked[0]
        for side in self._sides:
            for name in islice(side.at(()).names, MOST_MEMBERS):
                if name not in rich.members:
                    values = [item.members[name] for item in ranked if name in item.members]
                    rich = self._fuller(rich, name, [*values, MinimalValues(side).at((name,))])
        return rich

    def _fuller(self, rich: Item, name: str, values: Sequence[object]) -> Item:
        """The item with the first value of a further member that leaves it as valid as it is."""
        for value in values:
            fuller = Item({**rich.members, name: value})
            if self.valid(fuller) == self.valid(rich):
                return fuller
        return rich

    def _expressions(self) -> Iterator[str]:
        for model in self.models:
            for rule in model.contract.rules:
                yield rule.expression

    def _has_other_rules(self) -> bool:
        before, after = ({rule.expression for rule in m.contract.rules} for m in self.models)
        return before != after

    # -- items that only one contract takes --------------------------------------------------------------

    def _find_divided(self, shown: Sequence[Item], rich: Item) -> None:
        first = [*shown, *self._changed(rich)]
        self.divided = self._divide(first, shown)
        if not self.divided or self._has_other_rules():
            twice = dividing_pairs(self._sides, rich.value, self._words)
            self.divided = self._divide([*first, *map(Item, twice)], shown)

    def _changed(self, rich: Item) -> Iterator[Item]:
        """The items that differ from the rich one in one place."""
        changed = dividing_items(self._sides, rich.value, self._words)
        return map(Item, islice(changed, self._most_changed))

    @cached_property
    def _most_changed(self) -> int:
        """How many items are tried: the more members schemas name, the longer each validation takes."""
        names = sum(len(side.at(()).names) for side in self._sides)
        return max(LEAST_CHANGED, MOST_VALIDATED // max(names, 1))

    def _divide(self, items: Sequence[Item], shown: Sequence[Item]) -> list[Item]:
        """For each set of causes, the smallest item that only one of the contracts takes."""
        by_cause: dict[Cause, Item] = {}
        for item in items:
            valid = self.valid(item)
            if valid[0] == valid[1] or not isinstance(item.value, dict):
                continue
            cause = self._cause(item)
            known = by_cause.get(cause)
            if known is None:
                if len(by_cause) < 4 * MOST_CAUSES:
                    by_cause[cause] = item
            elif known not in shown and length(item) < length(known):
                by_cause[cause] = item
        kept: dict[Cause, Item] = {}
        for cause, item in sorted(by_cause.items(), key=lambda found: len(found[0][1])):
            covered = {place for side, places in kept for place in places if side == cause[0]}
            if not cause[1] <= covered or not cause[1]:
                kept[cause] = self._smallest_for(item, cause)
            if len(kept) == MOST_CAUSES:
                break
        return list(kept.values())

    def _smallest_for(self, item: Item, cause: Cause) -> Item:
        """The smallest item that is divided for the same reasons."""

        def is_divided_alike(cut: Item) -> bool:
            valid = self.valid(cut)
            return valid[0] != valid[1] and self._cause(cut) == cause

        return smaller(item, is_divided_alike)

    def _cause(self, item: Item) -> Cause:
        """Which side refuses the item, and by which keywords and rules."""
        valid_before = self.valid(item)[0]
        side = self.pair.new if valid_before else self.pair.old
        faults = side.validator.faults(item)
        return valid_before, frozenset((fault.place, fault.rule, fault.missing) for fault in faults)

    # -- the letters -------------------------------------------------------------------------------------

    def _write(self, rich: Item) -> None:
        """Fill the alphabet, the plainest letters first."""
        want = self.valid(rich)
        plain = smaller(rich, lambda cut: self.valid(cut) == want and self.has_key(cut))
        self.plain = plain
        self.rival = self._pick(plain, rich, want, same_key=True)
        self.broken = self._pick(plain, rich, (False, False), same_key=True)
        self.other = self._with_other(plain, self.key, want)
        without = [Item(edited(plain.value, Edit((name,), LEFT_OUT))) for name in self.key[:1]]
        self.keyless = next(iter(without), None)
        letters = [plain, self.rival, self.other, self.broken]
        if not self.key:
            letters.append(self._pick(plain, rich, want, same_key=False))
        if len(self.key) > 1 or self.pair.old.lifecycle.key != self.pair.new.lifecycle.key:
            letters += [self._with_other(plain, (name,), want) for name in self.key[:3]]
        letters += [*self.divided[:3], *without]
        self.letters = [item for item in letters if item is not None]

    def _pick(self, plain: Item, rich: Item, valid: Validity, *, same_key: bool) -> Item | None:
        """The first changed item with (or without) the key of `plain` and this validity."""

        def is_such(item: Item) -> bool:
            return item.mark != plain.mark and self.valid(item) == valid and self.has_key(item)

        for item in self._changed(rich):
            if not isinstance(item.value, dict):
                continue
            have_keys = self.has_key(item) and self.has_key(plain)
            same = have_keys and all(
                fingerprint(item.members[name]) == fingerprint(plain.members[name])
                for name in self.key
            )
            if same != same_key and self.key:
                continue
            if item.mark != plain.mark and self.valid(item) == valid:
                return smaller(item, is_such)
        return None

    def _with_other(self, plain: Item, members: Sequence[str], valid: Validity) -> Item | None:
        """The item with other values in these members."""
        item = plain
        for name in members:
            fresh = (
                Item(edited(item.value, Edit((name,), value)))
                for value in other_values(item.members.get(name))
            )
            changed = next(
                (f for f in fresh if self.valid(f) == valid and f.mark != item.mark), None
            )
            if changed is None:
                return None
            item = changed
        return item if item.mark != plain.mark else None


def length(item: Item) -> int:
    """How long an item is when it is written down."""
    return len(json.dumps(item.value))


def other_values(value: object) -> list[object]:
    """Values of the same kind as the given one."""
    if isinstance(value, str) and value:
        last = "0" if value[-1] != "0" else "1"
        other = [value[:-1] + last, "b" if value != "b" else "c", value + "2", value[:-1]]
        return [*other, "LLC", "LimitedCompany", "2020-01-01T00:00:00Z"]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1, -value]
    if isinstance(value, dict):
        changed = [
            {**value, name: fresh}
            for name, member in value.items()
            for fresh in other_values(member)
        ]
        return [*changed, {**value, "something_else": 1}]
    return [[*value, *value[:1]]] if isinstance(value, list) else ["other", 1]
