"""The search for a witness: a small batch that ends otherwise under the new contract.

A contract is taken apart into facets (its key, its rows, what is valid, ...). For each facet in which
two contracts differ, the old one is played against itself with that facet alone exchanged; the smallest
batch that comes out otherwise, and does so under the whole new contract too, is the witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final

from spec_review.simulation.alphabet import MOST_CAUSES, Alphabet
from spec_review.simulation.edits import Edit, edited
from spec_review.simulation.facets import exchanged, facet_of
from spec_review.simulation.identity import Item
from spec_review.simulation.model import Answer, Intake, Model, Step
from spec_review.simulation.witness import FACETS, Decided, Facet, IntakePair, Witness, decided

LETTERS: Final = 9
"""The size of the alphabet that batches are written in."""

LARGEST_BATCH: Final = 20_000
"""How many items a batch has at most that shows another limit."""

Scenario = tuple[Step, ...]


@dataclass(frozen=True)
class Hybrids:
    """The old contract with one facet of the new one, and the new with that of the old."""

    forward: Model
    backward: Model


class Search:
    """Both contracts, with the operations of the new one under the names of the old."""

    def __init__(self, old: Model, new: Model, pairs: Sequence[IntakePair]) -> None:
        self.pairs = list(pairs)
        self.old = old
        self.new = Model(new.contract, [replace(pair.new, name=pair.old.name) for pair in pairs])
        self._alphabets: dict[str, Alphabet] = {}
        self._differs: dict[tuple[str, Facet], bool] = {}

    def witnesses(self) -> list[Witness]:
        """The smallest witness of each facet and operation, and of each cause of invalidity."""
        found: list[Witness] = []
        for facet in self._differing:
            hybrids = self._with_facet(facet)
            for pair in self.pairs:
                if not self._differs_in(pair, facet):
                    continue
                if facet == "validity":
                    found += self._validity_witnesses(pair)
                else:
                    found += self._smallest(facet, pair, hybrids)
        for pair in self.pairs:
            is_touched = any(self._differs_in(pair, facet) for facet in self._differing)
            if is_touched and all(witness.operation != pair.old.name for witness in found):
                found += self._smallest("together", pair, Hybrids(self.new, self.old))
        return found

    @cached_property
    def _differing(self) -> list[Facet]:
        """The facets in which any operation is not alike."""
        return [facet for facet in FACETS if any(self._differs_in(p, facet) for p in self.pairs)]

    def _differs_in(self, pair: IntakePair, facet: Facet) -> bool:
        known = (pair.old.name, facet)
        if known not in self._differs:
            before = facet_of(pair.old, self.old.contract.document, facet)
            after = facet_of(pair.new, self.new.contract.document, facet)
            self._differs[known] = before != after
        return self._differs[known]

    def _with_facet(self, facet: Facet) -> Hybrids:
        """Both contracts with one facet of every operation taken from the other."""
        both = [(pair.old, self.new.intakes[pair.old.name]) for pair in self.pairs]
        forward: list[Intake] = [exchanged(old, new, facet) for old, new in both]
        backward: list[Intake] = [exchanged(new, old, facet) for old, new in both]
        return Hybrids(Model(self.old.contract, forward), Model(self.new.contract, backward))

    def _smallest(self, facet: Facet, pair: IntakePair, hybrids: Hybrids) -> list[Witness]:
        """The first scenarios, from the smallest, that the facet changes, in the whole contract too.

        The facet changes one when the old contract with the new facet ends otherwise than the old one, or
        when the new contract with the old facet ends otherwise than the new one. Of the rows, each way in
        which they decide otherwise gets a scenario; of other facets, the first is enough.
        """
        found: dict[Decided, Witness] = {}
        for is_whole in (True, False):
            for steps in self._scenarios(pair, is_whole=is_whole):
                before, after = self.old.play(steps), self.new.play(steps)
                if not is_told_apart(before, after):
                    continue
                way = decided(before[-1], after[-1])
                if way in found or not (
                    is_told_apart(before, hybrids.forward.play(steps))
                    or is_told_apart(hybrids.backward.play(steps), after)
                ):
                    continue
                found[way] = self._witness(facet, pair, steps)
                if facet != "rows" or len(found) == MOST_CAUSES:
                    return list(found.values())
            if found:
                break
        return list(found.values())

    def _witness(self, facet: Facet, pair: IntakePair, steps: Scenario) -> Witness:
        """The scenario with its answers on both sides, and why its last item is invalid."""
        item = steps[-1].items[-1] if steps[-1].items else None
        return Witness(
            facet=facet,
            operation=pair.old.name,
            steps=steps,
            before=tuple(self.old.play(steps)),
            after=tuple(self.new.play(steps)),
            faults_before=tuple(pair.old.validator.faults(item)) if item else (),
            faults_after=tuple(pair.new.validator.faults(item)) if item else (),
        )

    def _validity_witnesses(self, pair: IntakePair) -> list[Witness]:
        """For each reason why an item is valid on one side alone, the smallest such item."""
        found = []
        for item in self._alphabet(pair).divided:
            for batch in ((item,), (item, item)):
                steps = (Step(pair.old.name, batch),)
                if is_told_apart(self.old.play(steps), self.new.play(steps)):
                    found.append(self._witness("validity", pair, steps))
                    break
        return found

    def _alphabet(self, pair: IntakePair) -> Alphabet:
        """The items that the batches of this operation are written with."""
        name = pair.old.name
        if name not in self._alphabets:
            divide = self._differs_in(pair, "validity")
            self._alphabets[name] = Alphabet(pair, self.old, self.new, divide=divide)
        return self._alphabets[name]

    # -- scenarios ---------------------------------------------------------------------------------------

    def _scenarios(self, pair: IntakePair, *, is_whole: bool) -> Iterator[Scenario]:
        """Scenarios from the smallest: batches alone, then after something was saved before.

        The whole ones are written with items that both contracts take; the others with all.
        """
        name = pair.old.name
        alphabet = self._alphabet(pair)
        letters = alphabet.letters[:LETTERS]
        if is_whole:
            letters = [item for item in letters if alphabet.is_whole(item)]
        yield (Step(name, ()),)
        for count in (1, 2, 3):
            for batch in product(letters, repeat=count):
                yield (Step(name, batch),)
            if count > 1:
                for first in self._earlier(pair, letters):
                    for batch in product(letters, repeat=count - 1):
                        yield (first, Step(name, batch))
        if alphabet.plain and alphabet.rival and alphabet.other:
            one, rival, other = alphabet.plain, alphabet.rival, alphabet.other
            yield (Step(name, (one, other, rival, other)),)
        limits = {pair.old.max_items, pair.new.max_items}
        if len(limits) > 1 and letters:
            for limit in sorted(limit for limit in limits if limit is not None):
                if limit <= LARGEST_BATCH:
                    yield (Step(name, (letters[0],) * (limit + 1)),)

    def _earlier(self, pair: IntakePair, letters: Sequence[Item]) -> Iterator[Step]:
        """What may have been submitted before: to the same operation, or to one it shares with."""
        for letter in letters:
            yield Step(pair.old.name, (letter,))
        for other in self.pairs:
            shares = (
                other.old.lifecycle.records == pair.old.lifecycle.records
                or other.new.lifecycle.records == pair.new.lifecycle.records
            )
            if other.old.name == pair.old.name or not shares or not letters:
                continue
            for base in self._alphabet(other).letters[:1]:
                yield Step(other.old.name, (with_key_of(base, letters[0], pair),))


def with_key_of(base: Item, letter: Item, pair: IntakePair) -> Item:
    """An item of another operation with the key that a letter has."""
    value = base.value
    shared = set(base.members) & set(letter.members)
    for member in sorted({*pair.old.lifecycle.key, *pair.new.lifecycle.key} & shared):
        value = edited(value, Edit((member,), letter.members[member]))
    return Item(value)


def is_told_apart(before: Sequence[Answer], after: Sequence[Answer]) -> bool:
    """Whether the last answer, and no earlier one, is another for the partner."""
    *first, last = [answer.seen() for answer in before]
    *earlier, now = [answer.seen() for answer in after]
    return first == earlier and last != now
