"""What each tool is asked for: one reading of a document, in the terms of the corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from .corpus import Play


class RefusedError(Exception):
    """A tool refuses a document; the text is what its user is told."""


class Reading(Protocol):
    """What a tool knows of a document."""

    def means(self) -> Mapping[str, Any]:
        """Return what it knows, by the members of `means`; a member that it has no use for is not there."""

    def breaks(self, operation: str, item: Any) -> Sequence[str]:
        """Return the ids of the rules that an item breaks, `schema` where it breaks its schema."""

    def states(self, play: Play) -> Sequence[str]:
        """Return the state of each item of the last batch."""

    def close(self) -> None:
        """End what was started for it."""


class Reader(Protocol):
    """One of the tools."""

    name: str

    def read(self, file: Path) -> Reading:
        """Read a document. Raises RefusedError."""

    def refusal(self, file: Path) -> str:
        """Return what the author of a document is told that is wrong in it, nothing when it is right."""


def rules_by_message(value: Any) -> dict[str, str]:
    """Return the ids of the rules of a document by their messages, which are told to callers."""
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "x-rules" and isinstance(part, list):
                found |= {rule["message"]: rule["id"] for rule in part}
            else:
                found |= rules_by_message(part)
    elif isinstance(value, list):
        for part in value:
            found |= rules_by_message(part)
    return found


def rule_of(error: str, messages: Mapping[str, str]) -> str:
    """Return the id of the rule whose message an error tells, `schema` when it tells none."""
    return next((rule for message, rule in messages.items() if message in error), "schema")
