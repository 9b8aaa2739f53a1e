"""One change between two contracts, with its places in both.

Breaking for a sender: a request that kept the old contract is refused, or ends otherwise, under the new one.
Breaking for a reader: an answer that keeps the new contract is not what the old one promised.
Breaking for a provider: a server that keeps the old contract answers the requests it gets today otherwise
than the new contract says. Unclear: it depends on something that stands in neither contract, such as
whether a reader copes with a further value, or whether a provider has built what is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from openapi_documents import Document, Pointer, Position
from spec_review.diff.kinds import Area, ChangeKind, Facet
from spec_review.diff.verdicts import Verdict, Verdicts
from spec_review.simulation.lives import LifeWitness
from spec_review.simulation.witness import Witness


@dataclass(frozen=True)
class ShownValue:
    """A value that shows a change: one of both schemas at its places takes it, the other does not."""

    value: object = field(hash=False)
    is_taken_now: bool
    """Whether the new schema takes it and the old did not; else it is refused now."""
    old: Pointer
    new: Pointer


@dataclass(frozen=True)
class Change:
    """One change: what it is, whom it concerns, where it stands on both sides, and what shows it.

    `old` and `new` are its places; where one document lacks the thing, the place where it would stand.
    """

    kind: ChangeKind
    sentence: str
    verdicts: Verdicts
    old: Pointer
    new: Pointer
    area: Area
    travels: Literal["", "request", "response", "schema"] = ""
    """For a change of a schema: where its values travel, `schema` when both ways."""
    is_removed: bool = False
    operations: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    stories: tuple[LifeWitness, ...] = ()
    """Rows of steps after which a resource stands otherwise."""
    facet: Facet = ""
    note: str = ""
    member: str = ""
    """The member of an object that the change is about."""
    item_rules: tuple[str, ...] = ()
    """The ids of the `x-rules` that the change is about."""
    related: tuple[Pointer, ...] = ()
    """Further places that say the same."""
    shown: tuple[ShownValue, ...] = ()
    """Values that show a change of a schema."""

    @property
    def rule(self) -> str:
        """The name under which reports tell it."""
        return f"{self.travels}-{self.kind}" if self.travels else self.kind

    @property
    def is_behavioural(self) -> bool:
        """Whether a batch was found that ends otherwise, or a row of steps that does."""
        return bool(self.witnesses or self.stories)

    @property
    def level(self) -> Verdict:
        """The gravest verdict for any party."""
        return self.verdicts.worst()

    def with_witnesses(self, witnesses: Iterable[Witness], verdicts: Verdicts) -> Change:
        """The change with what shows it, and the verdicts that this leads to."""
        return replace(self, witnesses=tuple(witnesses), verdicts=verdicts)


@dataclass(frozen=True)
class LocatedChange:
    """A change with its positions in both files; what is gone stood at `old_position`."""

    change: Change
    position: Position
    old_position: Position


def located(change: Change, old: Document, new: Document) -> LocatedChange:
    """The change with its positions; in the new file, the nearest place when the thing is gone."""
    return LocatedChange(change, new.position(change.new), old.position(change.old))
