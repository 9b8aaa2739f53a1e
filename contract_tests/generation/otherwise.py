"""Items that tell whether a server takes an alternative of a silence, and makers of items where it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.samples import sample
from contract_tests.generation.values import Item, put
from contract_tests.generation.variations import Variation
from contract_tests.reading.contract import Submission
from contract_tests.reading.expressions import members_read
from contract_tests.reading.otherwise import Choice, chosen_otherwise
from contract_tests.reading.requirements import Kind
from contract_tests.reading.rules import references
from contract_tests.reading.schemas import Path, nodes
from contract_tests.reading.silences import OtherNames, OtherRule
from contract_tests.reading.validity import Validity

_FEW = 2  # witnesses of each kind
_REPAIRS = 6
_MOST = 40  # variations that are looked at


@dataclass(frozen=True)
class Witness:
    """An item that is valid under the choice or under the alternative, but not under both."""

    item: Item
    valid: bool  # under the alternative


@dataclass(frozen=True)
class Otherwise:
    """A submission under an alternative, with what tells whether a server takes it.

    `plain` is an item that is valid then; a server that saves nothing at all has chosen nothing.
    """

    choice: Choice
    submission: Submission
    plain: Item
    witnesses: tuple[Witness, ...]


def otherwise(
    maker: ItemMaker,
    choice: Choice,
    variations: Sequence[Variation],
    examples: Mapping[str, Sequence[str]],
) -> Otherwise | None:
    """Return what tells whether a server takes an alternative; None where no item does."""
    changed = chosen_otherwise(maker.submission, choice)
    if changed is None:
        return None
    validity = Validity(changed.item_schema, changed.lifecycle.key, maker.attributes)
    tried = _about(maker, choice, variations)
    known = [maker.full, *maker.bases, *_made_to_fit(maker, changed, choice, validity), *tried]
    plain = next((one for one in known if validity.is_valid(one)), None)
    if plain is None:
        return None
    changed = replace(changed, examples=(*changed.examples, [plain]))
    if not ItemMaker(changed, maker.attributes, examples).usable:
        return None
    witnesses = tuple(_witnesses(maker.validity, validity, known))
    return Otherwise(choice, changed, plain, witnesses) if witnesses else None


def told_apart(every: Sequence[Otherwise], attributes: Mapping[str, object]) -> list[Otherwise]:
    """Return alternatives with witnesses of each that are right under every other one: else one is taken for another."""
    readings = [
        Validity(one.submission.item_schema, one.submission.lifecycle.key, attributes)
        for one in every
    ]
    found = []
    for number, one in enumerate(every):
        refused = [witness.item for witness in one.witnesses if not witness.valid]
        more = [
            made
            for place, other in enumerate(readings)
            if place != number and refused and not any(map(other.is_valid, refused))
            for made in [_repaired(refused[0], every[place].submission, other)]
            if other.is_valid(made) and not readings[number].is_valid(made)
        ]
        found.append(replace(one, witnesses=(*one.witnesses, *(Witness(m, False) for m in more))))
    return found


def _about(maker: ItemMaker, choice: Choice, variations: Sequence[Variation]) -> list[Item]:
    """Return some of the variations that differ where the silence stands, or in what its rules read."""
    places = list(_places(maker, choice))
    usual = [_at(maker.full, one) for one in places]
    found = [
        one
        for one in variations
        if one.keyed and not one.length and [_at(one.item, place) for place in places] != usual
    ]
    # A rule that is read otherwise is told by items that break nothing but rules.
    of_rules = isinstance(choice.alternative, OtherRule)
    found.sort(
        key=lambda one: (
            of_rules and one.requirement.kind is not Kind.RULE,
            choice.silence not in one.silences,
        )
    )
    # What is valid alone tells whether a server refuses more.
    sides = ([one.item for one in found if one.valid is side] for side in (False, True))
    return [item for side in sides for item in side[:_MOST]]


def _places(maker: ItemMaker, choice: Choice) -> Iterator[Path]:
    """Yield the ways to what a choice decides."""
    other = choice.alternative
    read = members_read(other.expression or "") if isinstance(other, OtherRule) else None
    for path, value, schema in nodes(maker.full, maker.submission.item_schema):
        of_rules = [
            one for one in schema.get("x-rules", ())
            if choice.silence in references(one.get("silence"))
        ]  # fmt: skip
        if choice.silence not in references(schema.get("x-silence")) and not of_rules:
            continue
        rules = [*(str(one["rule"]) for one in of_rules)]
        names = read or [name for rule in rules for name in members_read(rule) or ()]
        if names and isinstance(value, dict):
            yield from ((*path, name) for name in names)
        else:
            yield path


def _at(item: object, path: Path) -> object:
    for step in path:
        try:
            item = item[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return item


def _witnesses(chosen: Validity, other: Validity, known: Sequence[Item]) -> Iterator[Witness]:
    count = Counter[bool]()
    for item in known:
        valid = other.is_valid(item)
        if count[valid] < _FEW and valid != chosen.is_valid(item):
            count[valid] += 1
            yield Witness(item, valid)
        if min(count[True], count[False]) == _FEW:
            return


def _made_to_fit(
    maker: ItemMaker, changed: Submission, choice: Choice, validity: Validity
) -> Iterator[Item]:
    """Yield the known items with what does not fit replaced, and with other names."""
    names = choice.alternative.names if isinstance(choice.alternative, OtherNames) else {}
    for item in (maker.full, *maker.bases):
        renamed = _renamed(item, names)
        if isinstance(renamed, dict):
            yield _repaired(renamed, changed, validity)


def _renamed(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {names.get(name, name): _renamed(one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    return value


def _repaired(item: Item, changed: Submission, validity: Validity) -> Item:
    """Return an item in which whatever breaks its schema is made anew from it."""
    for _ in range(_REPAIRS):
        fault = next(iter(validity.faults(item)), None)
        if fault is None:
            break
        path = fault.path
        if fault.member is not None and (not path or path[-1] != fault.member):
            path = (*path, fault.member)  # it is missing
        known = {place: schema for place, _, schema in nodes(item, changed.item_schema)}
        place = tuple(
            0 if isinstance(step, int) else step for step in path
        )  # the first stands for all
        schema = known.get(place) or known.get(place[:-1], {}).get("properties", {}).get(path[-1])
        if not schema or not path:
            break
        item = put(item, path, sample(schema))
    return item
