"""The search for a witness: a small batch that ends otherwise under the new contract.

A contract is taken apart into facets (its key, its rows, what is valid, ...). For each facet in which
two contracts differ, the old one is played against itself with that facet alone exchanged; the smallest
batch that comes out otherwise, and does so under the whole new contract too, is the witness.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from spec_review.simulation.candidates import (
    DROP,
    Schemas,
    distinct,
    examples,
    items_changed_once,
    items_changed_twice,
    replaced,
    rules_of,
    smaller,
    words_of_rules,
)
from spec_review.simulation.model import (
    Answer,
    Fault,
    Item,
    Lifecycle,
    Model,
    Pointer,
    Step,
    Submission,
    fingerprint,
    listed,
    look_up,
    mapping,
)

FACETS: Final = ("processing", "initial", "limits", "key", "records", "rows", "validity")
"""The parts of which the behaviour of a submission is made."""

MOST_CAUSES: Final = 12
"""How many different reasons for a changed validity get a witness of their own."""

LETTERS: Final = 9
"""The size of the alphabet that batches are written in."""


Cause = tuple[bool, frozenset[tuple[Pointer, str]]]
"""Whether an item was valid before, and the keywords and rules that refuse it on the other side."""


@dataclass(frozen=True)
class Witness:
    """A scenario that ends otherwise: the requests of one partner, and the answers to them."""

    facet: str
    operation: str
    steps: tuple[Step, ...]
    before: tuple[Answer, ...]
    after: tuple[Answer, ...] | None
    faults_before: tuple[Fault, ...] = ()
    faults_after: tuple[Fault, ...] = ()

    @property
    def size(self) -> tuple[int, int, int, int]:
        """How much there is to read: items, requests, faults, letters."""
        batches = [step.values for step in self.steps]
        written = [batch[:10] for batch in batches]
        faults = len(self.faults_before) + len(self.faults_after)
        return (sum(map(len, batches)), len(batches), faults, len(json.dumps(written)))


@dataclass(frozen=True)
class Pair:
    """A submission of the old contract and the one of the new that took its place."""

    old: Submission
    new: Submission


@dataclass(frozen=True)
class Hybrids:
    """The old contract with one facet of the new one, and the new with that of the old."""

    forward: Model
    backward: Model


class Search:
    """Both contracts, with the submissions of the new one under the names of the old."""

    def __init__(
        self, old_document: Any, old: Model, new_document: Any, new: Model, pairs: Sequence[Pair]
    ) -> None:
        self.documents = (old_document, new_document)
        self.pairs = list(pairs)
        self.old = old
        named = [replace(pair.new, name=pair.old.name) for pair in pairs]
        self.new = Model(new.lifecycles, named)
        self._alphabets: dict[str, Alphabet] = {}
        self._differs: dict[tuple[str, str], bool] = {}

    def witnesses(self) -> list[Witness]:
        """The smallest witness of each facet and submission, and of each cause of invalidity."""
        found: list[Witness] = []
        differing = [facet for facet in FACETS if self.differs(facet)]
        for facet in differing:
            hybrids = self.with_facet(facet)
            for pair in self.pairs:
                if not self.differs_for(pair, facet):
                    continue
                if facet == "validity":
                    found += self.validity_witnesses(pair)
                    continue
                found += self.smallest(facet, pair, hybrids)
        for pair in self.pairs:
            touched = any(self.differs_for(pair, facet) for facet in differing)
            if touched and all(witness.operation != pair.old.name for witness in found):
                found += self.smallest("together", pair, Hybrids(self.new, self.old))
        return found

    def differs(self, facet: str) -> bool:
        """Whether any submission is not alike in this facet."""
        return any(self.differs_for(pair, facet) for pair in self.pairs)

    def differs_for(self, pair: Pair, facet: str) -> bool:
        """Whether this submission is not alike in this facet."""
        known = (pair.old.name, facet)
        if known not in self._differs:
            before, after = self.documents
            self._differs[known] = facet_of(pair.old, before, facet) != facet_of(
                pair.new, after, facet
            )
        return self._differs[known]

    def with_facet(self, facet: str) -> Hybrids:
        """Both contracts with one facet of every submission taken from the other."""
        new = [self.new.submissions[pair.old.name] for pair in self.pairs]
        forward = [
            exchanged(pair.old, after, facet) for pair, after in zip(self.pairs, new, strict=True)
        ]
        backward = [
            exchanged(after, pair.old, facet) for pair, after in zip(self.pairs, new, strict=True)
        ]
        return Hybrids(Model(self.old.lifecycles, forward), Model(self.new.lifecycles, backward))

    def smallest(self, facet: str, pair: Pair, hybrids: Hybrids) -> list[Witness]:
        """The first scenarios, from the smallest, that the facet changes, in the whole contract too.

        The facet changes one when the old contract with the new facet ends otherwise than the old one, or
        when the new contract with the old facet ends otherwise than the new one. Of the rows, each way in
        which they decide otherwise gets a scenario; of other facets, the first is enough.
        """
        found: dict[frozenset[tuple[str, ...]], Witness] = {}
        for is_whole in (True, False):
            for steps in self.scenarios(pair, is_whole):
                before = self.old.play(steps)
                after = self.new.play(steps)
                if not is_told_apart(before, after):
                    continue
                way = decided(before[-1], after[-1])
                if way in found or not (
                    is_told_apart(before, hybrids.forward.play(steps))
                    or is_told_apart(hybrids.backward.play(steps), after)
                ):
                    continue
                found[way] = self.witness(facet, pair, steps)
                if facet != "rows" or len(found) == MOST_CAUSES:
                    return list(found.values())
            if found:
                break
        return list(found.values())

    def witness(self, facet: str, pair: Pair, steps: tuple[Step, ...]) -> Witness:
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

    def validity_witnesses(self, pair: Pair) -> list[Witness]:
        """For each reason why an item is valid on one side alone, the smallest such item."""
        found = []
        for item in self.alphabet(pair).divided:
            batches: list[tuple[Step, ...]] = [(Step(pair.old.name, (item,)),)]
            batches.append((Step(pair.old.name, (item, item)),))
            for steps in batches:
                if is_told_apart(self.old.play(steps), self.new.play(steps)):
                    found.append(self.witness("validity", pair, steps))
                    break
        return found

    def alphabet(self, pair: Pair) -> Alphabet:
        """The items that the batches of this submission are written with."""
        if pair.old.name not in self._alphabets:
            self._alphabets[pair.old.name] = Alphabet(
                pair, self.documents, self.differs_for(pair, "validity")
            )
        return self._alphabets[pair.old.name]

    def scenarios(self, pair: Pair, is_whole: bool) -> Iterator[tuple[Step, ...]]:
        """Scenarios from the smallest: batches alone, then after something was saved before.

        The whole ones are written with items that both contracts take; the others with all.
        """
        name = pair.old.name
        alphabet = self.alphabet(pair)
        letters = alphabet.letters[:LETTERS]
        if is_whole:
            letters = [item for item in letters if alphabet.is_whole(item)]
        yield (Step(name, ()),)
        for count in (1, 2, 3):
            for batch in product(letters, repeat=count):
                yield (Step(name, batch),)
            if count == 1:
                continue
            for first, second in self.earlier(pair, letters):
                for batch in product(letters, repeat=count - 1):
                    yield (*first, Step(name, (*second, *batch)))
        if alphabet.table:
            one, rival, other = alphabet.table
            yield (Step(name, (one, other, rival, other)),)
        limits = {pair.old.max_items, pair.new.max_items}
        if len(limits) > 1 and letters:
            for limit in sorted(each for each in limits if each is not None and each <= 20_000):
                yield (Step(name, (letters[0],) * (limit + 1)),)

    def earlier(
        self, pair: Pair, letters: Sequence[Item]
    ) -> Iterator[tuple[tuple[Step, ...], tuple[Item, ...]]]:
        """What may have been submitted before: to the same operation, or to one it shares with."""
        for letter in letters:
            yield (Step(pair.old.name, (letter,)),), ()
        for other in self.pairs:
            shares = (
                other.old.lifecycle.records == pair.old.lifecycle.records
                or other.new.lifecycle.records == pair.new.lifecycle.records
            )
            if other.old.name == pair.old.name or not shares or not letters:
                continue
            for base in self.alphabet(other).letters[:1]:
                value = base.value
                members = {*pair.old.lifecycle.key, *pair.new.lifecycle.key}
                for member in sorted(
                    members & set(mapping(value)) & set(mapping(letters[0].value))
                ):
                    value = replaced(value, (member,), letters[0].value[member])
                yield (Step(other.old.name, (Item(value),)),), ()


class Alphabet:
    """The items that stand for A, A', A!, B and those that only one of two contracts takes."""

    def __init__(self, pair: Pair, documents: tuple[Any, Any], is_divided: bool) -> None:
        self.pair = pair
        self.key = tuple(dict.fromkeys([*pair.old.lifecycle.key, *pair.new.lifecycle.key]))
        self.letters: list[Item] = []
        self.divided: list[Item] = []
        self.shown: list[Item] = []
        self.table: tuple[Item, Item, Item] | None = None
        self.plain: Item | None = None
        self.rival: Item | None = None
        self.broken: Item | None = None
        self.other: Item | None = None
        self.keyless: Item | None = None
        self.sides = [
            Schemas(document, submission.item_pointer)
            for document, submission in zip(documents, (pair.old, pair.new), strict=True)
        ]
        shown = [
            item
            for document, submission in zip(documents, (pair.old, pair.new), strict=True)
            for item in [
                *examples(document, submission),
                Schemas(document, submission.item_pointer).made(()),
            ]
        ]
        rich = self.richest([Item(value) for value in distinct(shown)])
        if rich is None:
            return
        self.words = words_of_rules(self.sides)
        if is_divided:
            self.shown = [Item(value) for value in shown]
            first = [*self.shown, *self.changed(rich)]
            self.divided = self.divide(first)
            if not self.divided or self.has_other_rules():
                self.divided = self.divide([*first, *self.changed_twice(rich)])
        self.write(rich)

    def changed(self, rich: Item) -> Iterator[Item]:
        """The items that differ from the rich one in one place."""
        for value in items_changed_once(rich.value, self.sides, self.words):
            if isinstance(value, dict):
                yield Item(value)

    def changed_twice(self, rich: Item) -> Iterator[Item]:
        """The items that differ from the rich one in two places."""
        for value in items_changed_twice(rich.value, self.sides, self.words):
            if isinstance(value, dict):
                yield Item(value)

    def has_other_rules(self) -> bool:
        """Whether the rules of both documents differ."""
        before, after = (set(rules_of(side.document)) for side in self.sides)
        return before != after

    def valid(self, item: Item) -> tuple[bool, bool]:
        """Whether the item is valid under the old and under the new contract."""
        return (
            not self.pair.old.validator.is_invalid(item),
            not self.pair.new.validator.is_invalid(item),
        )

    def richest(self, items: Sequence[Item]) -> Item | None:
        """A valid item with as many members as the examples and schemas offer."""
        wanted = [(True, True), (True, False), (False, True), (False, False)]
        ranked = sorted(
            (item for item in items if isinstance(item.value, dict)),
            key=lambda item: (wanted.index(self.valid(item)), -len(json.dumps(item.value))),
        )
        if not ranked:
            return None
        rich = ranked[0]
        for side in self.sides:
            for name in side.members(()):
                if name in rich.value:
                    continue
                values = [item.value[name] for item in items if name in mapping(item.value)]
                for value in [*values, side.made((name,))]:
                    fuller = Item({**rich.value, name: value})
                    if self.valid(fuller) == self.valid(rich):
                        rich = fuller
                        break
        return rich

    def divide(self, items: Sequence[Item]) -> list[Item]:
        """For each set of causes, the smallest item that only one of the contracts takes."""
        by_cause: dict[Cause, Item] = {}
        for item in items:
            valid = self.valid(item)
            if valid[0] == valid[1]:
                continue
            cause = self.cause(item)
            known_item = by_cause.get(cause)
            if known_item is None:
                if len(by_cause) < 4 * MOST_CAUSES:
                    by_cause[cause] = item
            elif known_item not in self.shown and length(item) < length(known_item):
                by_cause[cause] = item
        fewest = sorted(by_cause.items(), key=lambda each: len(each[0][1]))
        kept: dict[Cause, Item] = {}
        for cause, item in fewest:
            known = {place for side, places in kept for place in places if side == cause[0]}
            if cause[1] <= known and cause[1]:
                continue
            kept[cause] = smaller(item, lambda cut, c=cause: self.is_for(cut, c))
            if len(kept) == MOST_CAUSES:
                break
        return list(kept.values())

    def is_for(self, item: Item, cause: Cause) -> bool:
        """Whether a smaller item is still divided for the same reasons."""
        valid = self.valid(item)
        return valid[0] != valid[1] and self.cause(item) == cause

    def cause(self, item: Item) -> Cause:
        """Which side refuses the item, and by which keywords and rules."""
        valid_before = self.valid(item)[0]
        side = self.pair.new if valid_before else self.pair.old
        faults = side.validator.faults(item)
        return valid_before, frozenset(
            (fault.where, fault.rule or (fault.sentence if "required" in fault.where else ""))
            for fault in faults
        )

    def has_key(self, item: Item) -> bool:
        """Whether the item has every member of both keys."""
        return isinstance(item.value, dict) and all(name in item.value for name in self.key)

    def write(self, rich: Item) -> None:
        """Fills the alphabet, the plainest letters first."""
        want = self.valid(rich)
        plain = smaller(rich, lambda cut: self.valid(cut) == want and self.has_key(cut))
        rival = self.pick(plain, rich, want, same_key=True)
        broken = self.pick(plain, rich, (False, False), same_key=True)
        other = self.with_other(plain, self.key, want)
        apart = [self.with_other(plain, (name,), want) for name in self.key[:3]]
        keyless = [Item(replaced(plain.value, (name,), DROP)) for name in self.key[:1]]
        free = [item for item in (self.pick(plain, rich, want, same_key=False),) if not self.key]
        first = [plain, rival, other, broken, *free]
        self.plain, self.rival, self.broken, self.other = plain, rival, broken, other
        self.keyless = keyless[0] if keyless else None
        if len(self.key) > 1 or self.pair.old.lifecycle.key != self.pair.new.lifecycle.key:
            first += apart
        wanted = [*first, *self.divided[:3], *keyless]
        self.letters = [item for item in wanted if item is not None]
        if rival is not None and other is not None:
            self.table = (plain, rival, other)

    def pick(
        self, plain: Item, rich: Item, valid: tuple[bool, bool], *, same_key: bool
    ) -> Item | None:
        """The first changed item with (or without) the key of `plain` and this validity."""
        for item in self.changed(rich):
            same = self.has_key(item) and all(
                fingerprint(item.value[name]) == fingerprint(plain.value[name]) for name in self.key
            )
            if same != same_key and self.key:
                continue
            if item.mark != plain.mark and self.valid(item) == valid:
                return smaller(
                    item,
                    lambda cut: (
                        self.valid(cut) == valid and cut.mark != plain.mark and self.has_key(cut)
                    ),
                )
        return None

    def is_whole(self, item: Item) -> bool:
        """Whether both contracts take the item, or both refuse it though it has a key."""
        valid = self.valid(item)
        return valid[0] == valid[1] and self.has_key(item)

    def with_other(
        self, plain: Item, members: Sequence[str], valid: tuple[bool, bool]
    ) -> Item | None:
        """The item with other values in these members."""
        value = plain.value
        for name in members:
            for fresh in other_values(value.get(name)):
                changed = Item(replaced(value, (name,), fresh))
                if self.valid(changed) == valid and changed.mark != Item(value).mark:
                    value = changed.value
                    break
            else:
                return None
        return Item(value) if Item(value).mark != plain.mark else None


def length(item: Item) -> int:
    """How long an item is when it is written down."""
    return len(json.dumps(item.value))


def other_values(value: Any) -> list[Any]:
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
        return [
            {**value, name: fresh} for name, each in value.items() for fresh in other_values(each)
        ] + [{**value, "something_else": 1}]
    return [[*value, *value[:1]]] if isinstance(value, list) else ["other", 1]


def is_told_apart(before: Sequence[Answer], after: Sequence[Answer]) -> bool:
    """Whether the last answer, and no earlier one, is another for the partner."""
    *first, last = [answer.seen() for answer in before]
    *earlier, now = [answer.seen() for answer in after]
    return first == earlier and last != now


def decided(before: Answer, after: Answer) -> frozenset[tuple[str, ...]]:
    """How the items that end otherwise were decided, before and after."""
    return frozenset(
        (was.when, was.state, now.when, now.state)
        for was, now in zip(before.decisions, after.decisions, strict=False)
        if was.state != now.state
    )


def exchanged(old: Submission, new: Submission, facet: str) -> Submission:
    """The old submission with one facet of the new one."""
    before, after = old.lifecycle, new.lifecycle
    changes: dict[str, Callable[[], Submission]] = {
        "processing": lambda: replace(old, processing=new.processing),
        "limits": lambda: replace(old, min_items=new.min_items, max_items=new.max_items),
        "validity": lambda: replace(old, validator=new.validator),
        "initial": lambda: with_lifecycle(old, replace(before, initial=after.initial)),
        "key": lambda: with_lifecycle(old, replace(before, key=after.key)),
        "records": lambda: with_lifecycle(old, replace(before, records=after.records)),
        "rows": lambda: with_lifecycle(
            old, replace(before, rows=after.rows, saved=after.saved, states=after.states)
        ),
    }
    return changes[facet]()


def with_lifecycle(submission: Submission, lifecycle: Lifecycle) -> Submission:
    """The submission under another lifecycle."""
    return replace(submission, lifecycle=lifecycle)


def facet_of(submission: Submission, document: Any, facet: str) -> object:
    """The facet as a value that can be compared."""
    lifecycle = submission.lifecycle
    if facet == "processing":
        return submission.processing
    if facet == "limits":
        return (submission.min_items, submission.max_items)
    if facet == "rows":
        return ([(row.when, row.then) for row in lifecycle.rows], lifecycle.saved)
    if facet == "validity":
        return fingerprint(meaning(document, submission.item_pointer))
    return {
        "initial": lifecycle.initial,
        "key": lifecycle.key,
        "records": lifecycle.records,
    }[facet]


SPOKEN: Final = frozenset(
    (
        "description",
        "title",
        "example",
        "examples",
        "x-silence",
        "deprecated",
        "$comment",
        "default",
    )
)
"""Members of a schema that do not decide whether an item is valid."""


def meaning(document: Any, pointer: Pointer) -> Any:
    """A schema with all it refers to, without what is only said to people."""
    reached: dict[str, Any] = {}

    def plain(value: Any, names: bool = False) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        kept = {}
        for name, each in value.items():
            if name in SPOKEN and not names:
                continue
            if name == "x-rules" and not names and isinstance(each, list):
                kept[name] = [str(mapping(rule).get("rule")) for rule in each]
                continue
            if name == "$ref" and isinstance(each, str) and each not in reached:
                reached[each] = None
                reached[each] = plain(at_reference(document, each))
            kept[name] = plain(each, name in ("properties", "patternProperties", "$defs"))
        return kept

    return [plain(look_up(document, pointer)), reached]


def at_reference(document: Any, reference: str) -> Any:
    """The target of a reference, or a word that stands for its absence."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in reference.split("/")[1:]]
    value = document
    for part in parts:
        found = listed(part)[0]
        if isinstance(value, list) and found.isdigit() and int(found) < len(value):
            value = value[int(found)]
        elif isinstance(value, dict) and found in value:
            value = value[found]
        else:
            return f"nothing at {reference}"
    return value
