"""In which manner a value is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mock_server.examples.limits import TURN


@dataclass(frozen=True)
class Manner:
    """What is tried first.

    `levels` is how many objects, one in another, have their optional members given; below, only members with an
    example, a default, an `enum` or a `const` are. `most` bounds the number of all that are given. A trusting search
    leaves it to whoever asked for the value to prove parts that follow from keywords.
    """

    levels: int = 0
    most: int = 0
    trusting: bool = False

    @property
    def tries(self) -> int:
        """How many values are proved before the next manner: where parts are trusted, the fullest one only."""
        return 1 if self.trusting else TURN


SMALLEST: Final = Manner()
"""Required members only."""

USUAL: Final = (
    *(Manner(levels, 300, trusting=True) for levels in (3, 2, 1)),
    *(Manner(levels, 300) for levels in (3, 2, 1)),
    SMALLEST,
)
"""How an answer is looked for, one manner after the other: as full as is good to read, first by trusting."""

VARIED: Final = Manner(2, 300)
"""One value after the other, each different."""
