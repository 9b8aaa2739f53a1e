"""A comparison as people read it: one cause is one entry, with the places that it touches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from openapi_documents import MISSING, Document, Pointer, Position, shown
from spec_review.diff.changes import Change, LocatedChange
from spec_review.diff.comparison import AREAS, Diff
from spec_review.diff.kinds import ADDITIONS
from spec_review.diff.verdicts import ORDER, PARTIES, Verdict
from spec_review.reading.following import followed_or_none
from spec_review.reading.values import mapping

LONGEST: Final = 80
"""How many letters of a value are told."""

BEFORE_DIFFERENCE: Final = 20
"""How many letters of two long values are told before they differ."""


@dataclass(frozen=True)
class Entry:
    """What one cause changed: the same sentence with the same values, at one place or at many.

    `before` and `after` are the values as text, "" where nothing stands; `parameter` is the name of the one
    in whose schema it is.
    """

    changes: tuple[LocatedChange, ...]
    sentence: str
    before: str
    after: str
    parameter: str = ""

    @property
    def change(self) -> Change:
        """The first of its changes, which is like the others."""
        return self.changes[0].change

    @property
    def position(self) -> Position:
        """Where it stands first in the new document."""
        return self.changes[0].position

    @property
    def old_position(self) -> Position:
        """Where it stood first in the old document."""
        return self.changes[0].old_position

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it touches, each once."""
        return tuple(dict.fromkeys(one for each in self.changes for one in each.change.operations))

    @property
    def fingerprint(self) -> str:
        """What the entry is known by as long as it says the same, wherever it stands."""
        said = [self.change.rule, self.sentence, self.before, self.after]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    def verdict(self, parties: Sequence[str]) -> Verdict:
        """The gravest verdict for these parties."""
        return self.change.verdicts.worst(parties)


def entries_of(diff: Diff, parties: Sequence[str]) -> list[Entry]:
    """The entries of a comparison, ordered by how grave they are and by who is hurt."""
    together: dict[object, list[LocatedChange]] = {}
    told: dict[object, tuple[str, str, str, str]] = {}
    for number, each in enumerate(diff.changes):
        change = each.change
        is_old = change.is_removed
        name = parameter_at(diff.old if is_old else diff.new, change.old if is_old else change.new)
        sentence = with_name(change.sentence, name)
        before = "" if change.kind in ADDITIONS else value_at(diff.old, change.old)
        after = "" if change.is_removed else value_at(diff.new, change.new)
        before, after = excerpts(before, after)
        key = (
            change.rule, sentence, change.verdicts, before, after, change.note,
            number if change.is_behavioural else -1,
        )  # fmt: skip
        together.setdefault(key, []).append(each)
        told[key] = (sentence, before, after, name)
    entries = [Entry(tuple(changes), *told[key]) for key, changes in together.items()]
    return sorted(entries, key=lambda entry: order(entry, parties))


def order(entry: Entry, parties: Sequence[str]) -> tuple[object, ...]:
    """The gravest first, then those who send before those who read, then behaviour before form."""
    change = entry.change
    worst = change.verdicts.worst(parties)
    hurt = [PARTIES.index(party) for party in parties if change.verdicts.of(party) == worst]
    return (
        ORDER[worst],
        min(hurt, default=0),
        AREAS.index(change.area),
        entry.position.line,
        entry.position.column,
        change.rule,
        entry.sentence,
    )


def with_name(sentence: str, parameter: str) -> str:
    """A sentence about the schema of a parameter, which the comparison of schemas calls by its kind."""
    return sentence.replace("`parameter", f"`{parameter}", 1) if parameter else sentence


def parameter_at(document: Document, place: Pointer) -> str:
    """The name of the parameter in which a place lies, "" when it lies in none."""
    for length in range(len(place), 1, -1):
        if place[length - 2] == "parameters" and isinstance(place[length - 1], int):
            at = followed_or_none(document, place[:length])
            name = mapping(document.value(at)).get("name") if at is not None else None
            return name if isinstance(name, str) else ""
    return ""


def value_at(document: Document, place: Pointer) -> str:
    """What stands at a place, on one line; "" for nothing."""
    value = document.value(place)
    if value is MISSING:
        return ""
    return shown(json.dumps(value, ensure_ascii=False, default=str))


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two values, not too long, from about where they differ on."""
    pairs = enumerate(zip(before, after, strict=False))
    differs = next((at for at, (one, other) in pairs if one != other), 0)
    start = max(differs - BEFORE_DIFFERENCE, 0) if differs > LONGEST - BEFORE_DIFFERENCE else 0
    return excerpt(before, start), excerpt(after, start)


def excerpt(value: str, start: int) -> str:
    """What stands of a value from a letter on."""
    left = f"...{value[start:]}" if start and value else value
    return left if len(left) <= LONGEST else f"{left[: LONGEST - 3]}..."


def places_of(entries: Iterable[Entry]) -> int:
    """How many places entries touch."""
    return sum(len(entry.changes) for entry in entries)
