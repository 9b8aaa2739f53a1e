"""Items of a submission: valid ones, others like them, and fresh keys for each."""

from __future__ import annotations

import copy
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from contract_tests.generation.codes import codes_like
from contract_tests.generation.key_members import LIKE_KEYS, forms, others, takes
from contract_tests.generation.samples import sample
from contract_tests.generation.values import Item, drop, get, is_number, leaves, named, put
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import identical
from contract_tests.reading.schemas import Path, folded, nodes
from contract_tests.reading.validity import Validity

FEW_VALUES = 50
"""Values of an enumeration that are tried."""
FEW_EXAMPLES = 10
"""Texts of examples that are tried in a place."""
_FREE_TEXT = "ct0123456789-a1-free.text"


class ItemMaker:
    """Makes the items of one submission for one partner."""

    def __init__(
        self,
        submission: Submission,
        attributes: Mapping[str, str],
        examples: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Take the attributes of the partner, and the texts of the contract's examples by member."""
        self.submission = submission
        self.attributes = dict(attributes)
        self._examples = examples or {}
        key = submission.lifecycle.key
        self.validity = Validity(submission.item_schema, key, self.attributes)
        self.bases = self._bases()
        self.full = self._full()
        self._tag = self._free_place()
        properties = folded(submission.item_schema).get("properties", {})
        self._key = {one: folded(properties.get(one, {})) for one in key}
        self._forms = {member: self._form(member) for member in self._key}

    @property
    def usable(self) -> bool:
        """Whether a valid item is known at all."""
        return bool(self.bases)

    # --- valid items -----------------------------------------------------------------------------

    def _bases(self) -> list[Item]:
        found: list[Item] = []
        for example in example_items(self.submission):
            item = self._fitted(example)
            if self.validity.is_valid(item) and not any(identical(item, k) for k in found):
                found.append(item)
        # What is made from the schema may stand at the very border of a rule.
        made = self._fitted(sample(self.submission.item_schema))
        return found or ([made] if self.validity.is_valid(made) else [])

    def _fitted(self, item: object) -> Any:
        """Return an example with the attributes of the partner: its currency, say.

        An example that is valid as it stands is left alone.
        """
        if not isinstance(item, dict) or self.validity.is_valid(item):
            return item
        fitted = item
        for path, _ in list(leaves(item)):
            if path and path[-1] in self.attributes:
                fitted = put(fitted, path, self.attributes[str(path[-1])])
        return fitted

    def _full(self) -> Item:
        """Return a valid item with as many optional members as can be had, at every depth."""
        if not self.bases:
            return {}
        best = copy.deepcopy(max(self.bases, key=lambda item: len(list(leaves(item)))))
        for path, value, known in list(nodes(best, self.submission.item_schema)):
            if not isinstance(value, dict):
                continue
            for name, sub in known.get("properties", {}).items():
                if name in get(best, path):
                    continue
                grown = put(best, (*path, name), sample(sub))
                if self.validity.is_valid(grown):
                    best = grown
        return best

    def familiar(self, path: Path) -> tuple[str, ...]:
        """Return texts that may stand at a path: attributes, what examples have under its name, and codes."""
        name = named(path)[-1:]
        known = self._examples.get(name[0], ()) if name else ()
        codes = (code for text in known[:1] for code in codes_like(text))
        return tuple(dict.fromkeys((*self.attributes.values(), *known[:FEW_EXAMPLES], *codes)))

    # --- keys --------------------------------------------------------------------------------------

    def _free_place(self) -> Path | None:
        """Return where a free text can stand, for lifecycles whose key is the whole item."""
        if self.submission.lifecycle.key or not self.bases:
            return None
        for path, value in leaves(self.full):
            if isinstance(value, str) and self.validity.is_valid(put(self.full, path, _FREE_TEXT)):
                return path
        extra = put(self.full, ("run",), _FREE_TEXT)
        return ("run",) if self.validity.is_valid(extra) else None

    def _form(self, member: str) -> Callable[[str], object] | None:
        """Return how a member of the key is made of a text, None where it takes nothing like it."""
        for form in forms(self._key[member]) if self.bases else ():
            made = [form(text) for text in LIKE_KEYS]
            if all(self.validity.is_valid({**self.bases[0], member: one}) for one in made):
                return form
        return None

    def keyed(self, item: Mapping[str, object], key: str) -> Item:
        """Return a copy of an item with a key of its own.

        Where a member of the key takes no free text (digits, a number, an enumeration), the
        nearest that is valid stands for it; where it takes nothing of the kind, it stays.
        """
        made = dict(item)
        if not self._key:
            return self._tagged(made, key)
        for member, known in self._key.items():
            form = self._forms[member]
            if takes(known, key):
                made[member] = key
            elif form is not None:
                made[member] = form(key)
            elif member not in made and member in self.full:
                made[member] = self.full[member]
        return made

    def with_other_keys(self, item: Mapping[str, object]) -> Iterator[tuple[str, Item]]:
        """Yield items whose key differs from that of a valid item in little, each with how.

        That is one member of a key of several, two members changed round, and a letter that
        moved from one member to the next.
        """
        names = list(self._key)
        tries = [
            (f"another {name}", {name: other})
            for name in names
            for other in others(self._key[name], item[name])
        ]
        for one, two in itertools.pairwise(names):
            first, second = item[one], item[two]
            tries.append((f"{one} and {two} changed round", {one: second, two: first}))
            if isinstance(first, str) and isinstance(second, str):
                moved = {one: first + second[:1], two: second[1:]}
                tries.append((f"a letter moved from {two} to {one}", moved))
        for about, changes in tries if len(names) > 1 else ():
            changed = {**item, **changes}
            if changed != item and self.validity.is_valid(changed):
                yield about, changed

    def _tagged(self, item: Item, key: str) -> Item:
        if self._tag is None:
            return item
        try:
            return self._with_tag(item, key, self._tag)
        except (LookupError, TypeError):
            return item  # its form is broken where the text would stand: an invalid item

    def _with_tag(self, item: Item, key: str, tag: Path) -> Item:
        grown = copy.deepcopy(item)
        place: Any = grown
        for depth, part in enumerate(tag[:-1]):
            missing = isinstance(place, dict) and part not in place
            if missing or (isinstance(place, list) and not place):
                filled = copy.deepcopy(get(self.full, tag[: depth + 1]))
                if isinstance(place, dict):
                    place[str(part)] = filled
                else:
                    place.append(filled)
            place = place[part]
        place[tag[-1]] = key
        return grown

    # --- items that differ -------------------------------------------------------------------------

    @cached_property
    def variants(self) -> list[Item]:
        """Valid items that differ pairwise in more than their key."""
        found: list[Item] = []
        for candidate in [self.full, *self.bases, *self._changes(self.full)]:
            if not self.validity.is_valid(candidate):
                continue
            plain = self._without_own_key(candidate)
            if not any(identical(plain, self._without_own_key(one)) for one in found):
                found.append(candidate)
        return found

    def _without_own_key(self, item: Item) -> Item:
        return self.keyed(item, "k1") if self._key else item

    def _changes(self, item: Item) -> Iterator[Item]:
        numbers = [path for path, value in leaves(item) if is_number(value)]
        negated = item
        for path in numbers:
            negated = put(negated, path, -get(item, path))
        yield negated
        for path in numbers:
            value = get(item, path)
            yield from (
                put(item, path, other) for other in (value + 1, value * 3) if math.isfinite(other)
            )
        for path, value, known in nodes(item, self.submission.item_schema):
            if path and path[0] not in self._key:
                yield from _changes_at(item, path, value, known)
        yield {**item, "x_note": "another"}


def _changes_at(item: Item, path: Path, value: object, known: Mapping[str, Any]) -> Iterator[Item]:
    for other in known.get("enum", [])[:FEW_VALUES]:
        if other != value:
            yield put(item, path, other)
    if isinstance(value, str) and known.get("format") == "date-time":
        yield put(item, path, "2020-02-29T10:20:30Z")
    elif isinstance(value, str):
        yield put(item, path, value + "7")
    if isinstance(path[-1], str):
        yield drop(item, path)


def example_texts(submissions: Sequence[Submission]) -> dict[str, list[str]]:
    """Return the texts of all examples by the members under which they stand, the commonest first."""
    counted: dict[str, Counter[str]] = {}
    for submission in submissions:
        for path, value in leaves(example_items(submission)):
            if isinstance(value, str) and named(path):
                counted.setdefault(named(path)[-1], Counter())[value] += 1
    return {name: [text for text, _ in texts.most_common()] for name, texts in counted.items()}


def example_items(submission: Submission) -> list[Any]:
    """Return the items of the examples of a submission's body."""
    return [one for body in submission.examples if isinstance(body, list) for one in body]
