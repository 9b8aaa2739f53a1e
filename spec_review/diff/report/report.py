"""What a report of a comparison shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openapi_documents import Document
from spec_review.diff.report.approvals import Approval
from spec_review.diff.report.entries import Entry
from spec_review.diff.verdicts import PARTNERS, Verdict


@dataclass(frozen=True)
class Report:
    """The entries of a comparison, for whom they are told, and those that somebody accepted.

    `is_quiet` leaves out the safe ones, and counts them; `lists_places` tells every place.
    """

    old: Document
    new: Document
    entries: Sequence[Entry]
    parties: Sequence[str] = PARTNERS
    accepted: Sequence[tuple[Entry, Approval]] = ()
    is_quiet: bool = False
    lists_places: bool = False

    def of(self, verdict: Verdict) -> list[Entry]:
        """The entries whose gravest verdict for the parties is this one."""
        return [entry for entry in self.entries if entry.verdict(self.parties) == verdict]

    @property
    def told(self) -> Sequence[Entry]:
        """The entries that are shown."""
        if not self.is_quiet:
            return self.entries
        return [entry for entry in self.entries if entry.verdict(self.parties) != "safe"]
