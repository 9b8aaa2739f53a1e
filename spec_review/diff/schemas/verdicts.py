"""From a difference of values to a verdict: whom it harms depends on the direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from spec_review.diff.kinds import SchemaKind
from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.verdicts import (
    PARTIES,
    READER,
    SAFE,
    SENDER,
    TO_BUILD,
    UNCLEAR_READER,
    Verdicts,
)
from spec_review.reading.parts import Direction

IN_REQUESTS: Final[Mapping[Effect, Verdicts]] = {
    "narrows": SENDER,
    "widens": TO_BUILD,
    "both": Verdicts(sender="breaking", provider="unclear"),
    "unclear": Verdicts(sender="unclear", provider="unclear"),
    "none": SAFE,
}
"""What an effect on values that partners send is for whom."""

IN_RESPONSES: Final[Mapping[Effect, Verdicts]] = {
    "narrows": Verdicts(provider="breaking"),
    "widens": READER,
    "both": Verdicts(reader="breaking", provider="breaking"),
    "unclear": Verdicts(reader="unclear", provider="unclear"),
    "none": SAFE,
}
"""What an effect on values that partners read is for whom."""

SPECIAL: Final[Mapping[SchemaKind, Mapping[Direction, Verdicts]]] = {
    "member-added": {"request": TO_BUILD, "response": SAFE},
    "member-added-required": {"request": SENDER, "response": Verdicts(provider="breaking")},
    "member-removed": {"response": UNCLEAR_READER},
    "member-removed-required": {"response": READER},
    "form-removed": {"response": Verdicts(provider="unclear")},
    "deprecated": {"request": SAFE, "response": SAFE},
    "additional-members": {"response": SAFE},
    "default": {"response": SAFE},
}
"""Kinds of changes whose verdict is not that of their effect."""

OPEN_REMOVAL: Final = Verdicts(sender="unclear")
"""A member that is named no longer but may still be sent: is it used or ignored?"""


def verdicts_of(difference: SchemaDifference, direction: Direction) -> Verdicts:
    """What a difference is for whom, when the value travels in this direction."""
    is_removal = difference.kind in ("member-removed", "member-removed-required")
    if is_removal and direction == "request":
        return SENDER if difference.effect == "narrows" else OPEN_REMOVAL
    special = SPECIAL.get(difference.kind, {}).get(direction)
    if special is not None:
        return special
    if direction == "response" and difference.effect == "widens" and difference.is_tolerable:
        return UNCLEAR_READER
    verdicts = verdicts_of_effect(difference.effect, direction)
    return softened(verdicts) if difference.is_uncertain else verdicts


def softened(verdicts: Verdicts) -> Verdicts:
    """The verdicts on what may have no effect at all: unclear instead of breaking."""
    return Verdicts(
        *(
            "unclear" if verdicts.of(party) == "breaking" else verdicts.of(party)
            for party in PARTIES
        )
    )


def verdicts_of_effect(effect: Effect, direction: Direction) -> Verdicts:
    """What an effect on values that travel in a direction is for whom."""
    return IN_REQUESTS[effect] if direction == "request" else IN_RESPONSES[effect]
