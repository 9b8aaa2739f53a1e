"""Which sentences about two schemas are true: what the comparison of their values leaves of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from spec_review.diff.changes import ShownValue
from spec_review.diff.kinds import SchemaKind
from spec_review.diff.schemas.branches import is_tagged
from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.sets.relation import Relation, Way
from spec_review.diff.versions import Pair, Versions

CLAIMS: Final[Mapping[Effect, frozenset[Way]]] = {
    "narrows": frozenset(("narrows",)),
    "widens": frozenset(("widens",)),
    "both": frozenset(("narrows", "widens")),
    "unclear": frozenset(("narrows", "widens")),
    "none": frozenset(),
}
"""What an effect says of the values that are taken."""

OF_FORMS: Final[frozenset[SchemaKind]] = frozenset(("form-added", "form-removed"))
"""Kinds that say nothing certain of the values that are taken."""

SAYS: Final[Mapping[Way, str]] = {
    "narrows": "takes fewer values now",
    "widens": "takes further values now",
}


def explained(
    difference: SchemaDifference, pair: Pair, relation: Relation, open_ways: frozenset[Way]
) -> Iterator[SchemaDifference]:
    """The difference with the effect that it has on the values of a pair of schemas; nothing when it has none."""
    if difference.kind in OF_FORMS and difference.is_beyond_values:  # its value tells it
        ways = CLAIMS[difference.effect] & open_ways & relation.shown.keys() - relation.by_overlap
        yield replace(difference, shown=shown_values(pair, relation, sorted(ways)))
        return
    if difference.is_beyond_values or difference.effect == "none":
        yield difference
        return
    left = CLAIMS[difference.effect] & open_ways - relation.by_overlap
    if not left or not relation.is_local:
        return
    shown = left & relation.shown.keys()
    if difference.effect == "unclear" and not shown:
        yield difference
        return
    if difference.kind in OF_FORMS and not shown:  # other forms may take the same values
        yield replace(difference, effect="unclear")
        return
    effect = effect_of(shown if difference.effect == "unclear" else left)
    yield replace(difference, effect=effect, shown=shown_values(pair, relation, sorted(shown)))


def effect_of(ways: frozenset[Way]) -> Effect:
    """The effect that goes these ways."""
    return next(effect for effect, claimed in CLAIMS.items() if claimed == ways)


def tells(difference: SchemaDifference, way: Way) -> bool:
    """Whether a difference says that values go this way."""
    is_certain = difference.effect != "unclear" and not difference.is_uncertain
    if difference.kind == "member-removed-required" and way == "widens":
        return True  # a value without it is taken now
    return is_certain and way in CLAIMS[difference.effect]


def untold(
    versions: Versions, pair: Pair, relation: Relation, missing: Sequence[Way]
) -> Iterator[SchemaDifference]:
    """What the values show and no sentence says."""
    yield from overlap_differences(versions, pair, relation, missing)
    ways = [way for way in missing if way in relation.shown and way not in relation.by_overlap]
    if ways:
        verb = SAYS[ways[0]] if len(ways) == 1 else "takes other values now"
        sentence = f"{Sides.of(versions, *pair).name()} {verb}"
        effect = effect_of(frozenset(ways))
        yield SchemaDifference(
            "schema", effect, sentence, *pair, shown=shown_values(pair, relation, ways)
        )


def overlap_differences(
    versions: Versions, pair: Pair, relation: Relation, missing: Sequence[Way]
) -> Iterator[SchemaDifference]:
    """What changed only by the letter: a value that fits several forms of a `oneOf` is refused."""
    ways = [way for way in missing if way in relation.by_overlap]
    if ways:
        sides = Sides.of(versions, *pair)
        verb = "refused" if ways[0] == "narrows" else "taken"
        sentence = f"values that fit several forms of {sides.name()} are {verb} now"
        is_told = is_tagged(sides.before) and is_tagged(sides.after)
        sentence += (
            " by a validator, though the discriminator says which form they are"
            if is_told
            else "; whether anybody sends them decides"
        )
        yield SchemaDifference(
            "overlap",
            effect_of(frozenset(ways)),
            sentence,
            *pair,
            shown=shown_values(pair, relation, ways),
            is_uncertain=True,
        )


def shown_values(pair: Pair, relation: Relation, ways: Sequence[Way]) -> tuple[ShownValue, ...]:
    """The values that show these ways."""
    return tuple(ShownValue(relation.shown[way], way == "widens", *pair) for way in ways)
