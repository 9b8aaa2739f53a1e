"""A difference between two schemas, before it is known in which direction their values travel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from openapi_documents import Pointer
from spec_review.diff.changes import ShownValue
from spec_review.diff.kinds import SchemaKind
from spec_review.diff.sets.plain import Wire
from spec_review.diff.versions import Pair
from spec_review.reading.parts import Direction

Effect = Literal["narrows", "widens", "both", "unclear", "none"]
"""What becomes of the set of values that are taken."""


@dataclass(frozen=True)
class SchemaDifference:
    """One difference at one pair of places."""

    kind: SchemaKind
    effect: Effect
    sentence: str
    old: Pointer
    new: Pointer
    only: Direction | None = None
    """The one direction in which it matters."""
    is_tolerable: bool = False
    """Widened in a way that a careful reader copes with: a further value, a further form."""
    is_uncertain: bool = False
    """It has this effect at most: by the letter alone, or as long as nobody knows better."""
    is_removed: bool = False
    """The thing stands in the old document alone; `new` is where it would stand."""
    member: str = ""
    """The member that is asked for, where the difference is about one."""
    item_rules: tuple[str, ...] = ()
    """The ids of the `x-rules` that it is about."""
    related: tuple[Pointer, ...] = ()
    """Further places that say the same, such as the `required` of a new member."""
    is_beyond_values: bool = False
    """It is about more than which values are taken, so that no comparison of values can rule it out."""
    wire: Wire | None = None
    """The one way of writing values in which it matters."""
    shown: tuple[ShownValue, ...] = ()
    """Values that show it."""


@dataclass(frozen=True)
class Nested:
    """A pair of schemas below another one, compared in its turn."""

    pair: Pair
    only: Direction | None = None
    is_apart: bool = False
    """Whether no value of the schema above is one of this because of what is written there."""


@dataclass
class ComparedPair:
    """A pair of schemas: its own differences, and the pairs below it."""

    differences: list[SchemaDifference] = field(default_factory=list)
    below: list[Nested] = field(default_factory=list)
