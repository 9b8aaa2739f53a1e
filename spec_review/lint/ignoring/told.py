"""What is found about the decisions to ignore something, for formats that describe each rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spec_review.lint.ignoring.inline import EXPIRED, FORM, UNUSED
from spec_review.output.findings import Severity


@dataclass(frozen=True, slots=True)
class AboutIgnoring:
    """A rule about what is ignored."""

    id: str
    severity: Severity
    sentence: str
    why: str


ABOUT_IGNORING: Final = (
    AboutIgnoring(
        UNUSED,
        "warning",
        "Whatever says that it ignores something covers a finding.",
        "One that covers nothing any more will hide the next mistake of its kind.",
    ),
    AboutIgnoring(
        EXPIRED,
        "warning",
        "An x-review-ignore ends on its day.",
        "It was meant for a time, and the time is over.",
    ),
    AboutIgnoring(
        FORM,
        "error",
        "An x-review-ignore is a list of {rule, reason, until}.",
        "One that cannot be read covers nothing, though its author thinks that it does.",
    ),
)
"""The rules about what is ignored."""
