"""What changed between two contracts, and for whom: a partner who sends, one who reads, a provider.

Breaking for a sender: a request that kept the old contract is refused, or ends otherwise, under the new one.
Breaking for a reader: an answer that keeps the new contract is not what the old one promised.
Breaking for a provider: a server that keeps the old contract answers the requests it gets today otherwise
than the new contract says. Unclear: it depends on something that stands in neither contract, such as
whether a reader copes with a further value, or whether a provider has built what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from spec_review.diff.schemas import Comparison, Direction, Raw
from spec_review.document import Document, Pointer, Position, text_of
from spec_review.simulation.witnesses import Witness

Verdict = Literal["breaking", "unclear", "safe"]

PARTIES: Final = ("sender", "reader", "provider")
"""A partner who sends, a partner who reads, a provider who answers."""

ORDER: Final[Mapping[str, int]] = {"breaking": 0, "unclear": 1, "safe": 2}
"""The verdicts, the worst first."""


@dataclass(frozen=True)
class Verdicts:
    """What a change is for each party."""

    sender: Verdict = "safe"
    reader: Verdict = "safe"
    provider: Verdict = "safe"

    def of(self, party: str) -> Verdict:
        """The verdict for one party."""
        return {"sender": self.sender, "reader": self.reader, "provider": self.provider}[party]

    def worst(self, parties: Iterable[str] = PARTIES) -> Verdict:
        """The gravest verdict for any of these parties."""
        return min((self.of(party) for party in parties), key=ORDER.__getitem__, default="safe")

    def joined(self, other: Verdicts) -> Verdicts:
        """For each party the graver of both."""
        return Verdicts(*(min(self.of(p), other.of(p), key=ORDER.__getitem__) for p in PARTIES))


SAFE: Final = Verdicts()
SENDER: Final = Verdicts(sender="breaking")
READER: Final = Verdicts(reader="breaking")
BOTH: Final = Verdicts(sender="breaking", reader="breaking")
EVERYONE: Final = Verdicts("breaking", "breaking", "breaking")
UNCLEAR: Final = Verdicts("unclear", "unclear", "unclear")
TO_BUILD: Final = Verdicts(provider="unclear")
UNCLEAR_READER: Final = Verdicts(reader="unclear")
UNCLEAR_SENDER: Final = Verdicts(sender="unclear")


@dataclass(frozen=True)
class Change:
    """One change: what it is, whom it concerns, where it stands on both sides, and what shows it."""

    rule: str
    sentence: str
    verdicts: Verdicts
    old: Pointer
    new: Pointer
    area: str = "schemas"
    is_gone: bool = False
    where: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    facet: str = ""
    note: str = ""
    member: str = ""
    also: tuple[Pointer, ...] = ()

    @property
    def is_behavioural(self) -> bool:
        """Whether a batch was found that ends otherwise."""
        return bool(self.witnesses)

    @property
    def level(self) -> Verdict:
        """The gravest verdict for a partner; for a provider alone, his."""
        return self.verdicts.worst()

    def with_witnesses(self, witnesses: Iterable[Witness], verdicts: Verdicts) -> Change:
        """The change with what shows it, and the verdicts that this leads to."""
        return replace(self, witnesses=tuple(witnesses), verdicts=verdicts)


@dataclass(frozen=True)
class Placed:
    """A change with its positions in both files; what is gone stood at `old_position`."""

    change: Change
    position: Position
    old_position: Position


def placed(change: Change, old: Document, new: Document) -> Placed:
    """Finds the positions; in the new file, the nearest place when the thing itself is gone."""
    return Placed(change, new.position(change.new), old.position(change.old))


# --- from a change of values to a verdict ------------------------------------------------------------


def verdicts_of(raw: Raw, direction: Direction) -> Verdicts:
    """What a change of a schema is for whom, when the value travels in this direction."""
    special = SPECIAL.get(raw.kind, {}).get(direction)
    if special is not None:
        return special
    if direction == "request":
        return {
            "narrows": SENDER,
            "widens": TO_BUILD,
            "both": Verdicts(sender="breaking", provider="unclear"),
            "unclear": Verdicts(sender="unclear", provider="unclear"),
            "none": SAFE,
        }[raw.effect]
    reader: Verdict = "unclear" if raw.tolerable else "breaking"
    return {
        "narrows": Verdicts(provider="breaking"),
        "widens": Verdicts(reader=reader),
        "both": Verdicts(reader="breaking", provider="breaking"),
        "unclear": Verdicts(reader="unclear", provider="unclear"),
        "none": SAFE,
    }[raw.effect]


SPECIAL: Final[Mapping[str, Mapping[str, Verdicts]]] = {
    "member-added": {"request": TO_BUILD, "response": SAFE},
    "member-added-required": {"request": SENDER, "response": Verdicts(provider="breaking")},
    "member-removed": {"response": UNCLEAR_READER},
    "member-removed-required": {"response": READER},
    "form-removed": {"response": Verdicts(provider="unclear")},
    "form-added": {"response": UNCLEAR_READER},
    "deprecated": {"request": SAFE, "response": SAFE},
    "additional-members": {"response": SAFE},
}
"""Kinds of changes whose verdict is not that of their effect."""

OPEN_REMOVAL: Final = Verdicts(sender="unclear")
"""A member that is named no longer but may still be sent: is it used or ignored?"""


def contextual(raw: Raw, direction: Direction) -> Verdicts:
    """As `verdicts_of`, with the member that may still be sent."""
    if raw.kind.startswith("member-removed") and direction == "request":
        return SENDER if raw.effect == "narrows" else OPEN_REMOVAL
    return verdicts_of(raw, direction)


class Contexts:
    """Collects, for each change of a schema, the operations and directions it is reached in."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.found: dict[tuple[Pointer, Pointer], dict[Direction, dict[str, None]]] = {}

    def reach(self, old: Pointer, new: Pointer, direction: Direction, operation: str) -> None:
        """Compares two schemas that stand in an operation and notes all below them."""
        pair = self.comparison.compare(old, new)
        for each in self.comparison.reached(pair, direction):
            places = self.found.setdefault(each, {})
            places.setdefault(direction, {}).setdefault(operation)

    def changes(self) -> list[Change]:
        """Each change once, with the gravest verdicts of all places it is reached in."""
        collected: dict[tuple[str, str, str, str], Change] = {}
        for pair, directions in self.found.items():
            for raw in self.comparison.nodes[pair].changes:
                change = self.change(raw, directions)
                if change is None:
                    continue
                name = (raw.kind, text_of(raw.old), text_of(raw.new), raw.sentence)
                known = collected.get(name)
                if known is not None:
                    change = replace(
                        known,
                        verdicts=known.verdicts.joined(change.verdicts),
                        where=tuple(dict.fromkeys((*known.where, *change.where))),
                    )
                collected[name] = change
        return list(collected.values())

    def change(self, raw: Raw, directions: Mapping[Direction, Mapping[str, None]]) -> Change | None:
        """The change as it is seen from the directions in which it travels."""
        reached = [each for each in directions if raw.only in (None, each)]
        if not reached or (raw.effect == "none" and raw.kind in QUIET):
            return None
        verdicts = SAFE
        where: dict[str, None] = {}
        for direction in reached:
            verdicts = verdicts.joined(contextual(raw, direction))
            where.update(directions[direction])
        kind = raw.kind if len(directions) > 1 else f"{reached[0]}-{raw.kind}"
        return Change(
            rule=kind if kind.startswith(("request-", "response-")) else f"schema-{kind}",
            sentence=raw.sentence,
            verdicts=verdicts,
            old=raw.old,
            new=raw.new,
            is_gone=raw.old_only,
            where=tuple(where),
            facet="validity" if "request" in reached else "",
            area="behaviour" if raw.kind.startswith("rule-") else "schemas",
            member=raw.member,
            also=raw.also,
        )


QUIET: Final = frozenset(("pattern", "keywords"))
"""Kinds that are not worth a line when nothing is different."""
