"""What a change is for whom: a partner who sends, one who reads, a provider who answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

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


PARTNERS: Final = ("sender", "reader")
"""Those whom a contract is a promise to; a provider makes it."""
