"""Walks two schemas side by side, once for each pair of places, whatever operations reach it.

What it collects are claims of keywords: whether any value is really taken otherwise, `sets.relation` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from openapi_documents import MISSING, Pointer
from spec_review.diff.schemas.branches import branch_differences, has_one_sided_alternatives
from spec_review.diff.schemas.differences import (
    ComparedPair,
    Effect,
    Nested,
    SchemaDifference,
)
from spec_review.diff.schemas.discriminators import discriminator_differences
from spec_review.diff.schemas.elements import element_differences, list_in_object
from spec_review.diff.schemas.heirs import heir_differences
from spec_review.diff.schemas.limits import limit_differences
from spec_review.diff.schemas.members import (
    additional_member_differences,
    member_differences,
    own_mark_differences,
)
from spec_review.diff.schemas.others import content_differences, other_differences
from spec_review.diff.schemas.rules import rule_differences
from spec_review.diff.schemas.scalars import scalar_differences
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.schemas.types import type_differences
from spec_review.diff.schemas.untouched import is_untouched, referring
from spec_review.diff.schemas.values import (
    extensible_differences,
    null_differences,
    value_differences,
)
from spec_review.diff.schemas.wording import name_of
from spec_review.diff.schemas.xml import xml_differences
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Direction, takes_everything, types

Found = Iterator[SchemaDifference | Nested]

Comparisons = tuple[Callable[[Sides], Found], ...]

OF_VALUES: Final[Comparisons] = (
    type_differences,
    value_differences,
    limit_differences,
    scalar_differences,
)
"""What is compared of the keywords of two schemas; not where one alone has alternatives, which say the same."""

OWN: Final[Comparisons] = (
    extensible_differences,
    null_differences,
    own_mark_differences,
    rule_differences,
    discriminator_differences,
    xml_differences,
    content_differences,
    other_differences,
)
"""What is compared of any two schemas."""

INSIDE: Final[Comparisons] = (
    member_differences,
    element_differences,
    branch_differences,
    heir_differences,
    additional_member_differences,
)
"""What is compared of two schemas that have a type in common."""


JOINING: Final = frozenset(("$ref", "allOf", "anyOf", "oneOf"))
"""Keywords through which other schemas speak about the same value."""


class SchemaComparison:
    """Two documents whose schemas are compared, each pair of places once."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self.pairs: dict[Pair, ComparedPair] = {}

    def compare(self, old: Pointer, new: Pointer) -> Pair:
        """Compare two schemas and all below them; return the name of the pair."""
        first = self.versions.schemas(old, new)
        waiting = [first]
        while waiting:
            pair = waiting.pop()
            if pair not in self.pairs:
                self.pairs[pair] = compared(self.versions, *pair)
                waiting += [nested.pair for nested in self.pairs[pair].below]
        return first

    def reached(self, pair: Pair, direction: Direction) -> Iterator[Pair]:
        """Every pair that a value of the first one in this direction goes through."""
        seen = {pair}
        waiting = [pair]
        while waiting:
            here = waiting.pop()
            yield here
            for nested in self.pairs[here].below:
                if nested.pair not in seen and nested.only in (None, direction):
                    seen.add(nested.pair)
                    waiting.append(nested.pair)


def compared(versions: Versions, old: Pointer, new: Pointer) -> ComparedPair:
    """The differences of one pair of places, and the pairs below it."""
    pair = ComparedPair()
    before, after = versions.old.value(old), versions.new.value(new)
    if before is MISSING or after is MISSING:
        return pair
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            pair.differences.append(boolean_difference(before, after, old, new))
        return pair
    if is_untouched(versions, before, after):
        pair.below += referring(versions, after, (old, new))
        return pair
    sides = Sides.of(versions, old, new)
    are_alike = types(sides.before) & types(sides.after)
    is_same = before == after and not JOINING & before.keys()
    of_values: Comparisons = () if is_same or has_one_sided_alternatives(sides) else OF_VALUES
    own: Comparisons = () if is_same else OWN
    if not are_alike:  # what else they say is of no weight
        of_values, own = (type_differences,), (rule_differences,)
    for comparisons in (of_values, own, INSIDE if are_alike else (list_in_object,)):
        for differences in comparisons:
            for found in differences(sides):
                if isinstance(found, Nested):
                    pair.below.append(found)
                else:
                    pair.differences.append(found)
    return pair


def boolean_difference(
    before: object, after: object, old: Pointer, new: Pointer
) -> SchemaDifference:
    """A schema that is true or false now, or was."""
    effect: Effect = "widens" if takes_everything(after) or before is False else "narrows"
    verb = "takes everything now" if takes_everything(after) else "takes other values now"
    if after is False:
        verb = "takes nothing any more"
    return SchemaDifference("schema", effect, f"{name_of(new)} {verb}", old, new)
