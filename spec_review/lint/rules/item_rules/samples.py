"""Lines of the sample that several rules edit."""

from __future__ import annotations

from typing import Final

RULE_LINE: Final = "          rule: self.weight <= 20.0 || self.lifters > 1\n"


MESSAGE_LINES: Final = (
    "          message: a parcel above 20 kg needs two lifters\n          source: guide 6\n"
)


LONELY: Final = (
    "              lonely: {x-breaks: liftable, value: [{number: a2, weight: 30, lifters: 1}]}\n"
)


def with_rule(rule: str) -> tuple[str, str]:
    """The edit that puts another rule into the sample."""
    return (RULE_LINE, f"          rule: {rule}\n")
