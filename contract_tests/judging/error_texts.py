"""What the errors of items must tell; the texts themselves are a server's own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import Enum

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Breach
from contract_tests.judging.oracle import Allowed
from contract_tests.judging.story import Submitted
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Kind
from contract_tests.reading.validity import Fault


class _Twin(Enum):
    """With what a twin or a rival collides."""

    OF_REQUEST = "request"
    OF_RECORD = "record"


class Spelling(Enum):
    """How members are spelled in errors."""

    AS_SENT = (
        "as sent"  # as in the request: a reader knows it in other letters too, but in camel case
    )
    CAMEL_CASE = "camel case"
    ANY = "any"  # a silence leaves it open


_COLLISIONS = {
    Condition.TWIN_IN_REQUEST: _Twin.OF_REQUEST,
    Condition.TWIN_SAVED: _Twin.OF_RECORD,
    Condition.RIVAL_SAVED: _Twin.OF_RECORD,
}


class ErrorTexts:
    """Checks the texts of items, and remembers those of collisions: the two kinds must differ.

    `run` is the prefix of all keys of this run.
    """

    def __init__(self, run: str, spelling: Spelling) -> None:
        self._run = run
        self._spelling = spelling
        self._texts: dict[str, dict[_Twin, set[str]]] = {}

    def breach_of(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> Breach | None:
        """Return what the errors of an item do not tell; texts are not asserted literally."""
        if made.shown is None:
            return None
        errors, row = made.shown[number].errors, allowed.strict
        if row.when is Condition.INVALID and faults:
            missing = self._unnamed(faults, errors)
            if missing:
                requirement = catalogue.ERRORS_EACH_VIOLATION
                return Breach(requirement, tuple(missing), json.dumps(errors), number)
        if row.when in _COLLISIONS:
            return self._collision(made, number, allowed, errors)
        return None

    def _collision(
        self, made: Submitted, number: int, allowed: Allowed, errors: Sequence[str]
    ) -> Breach | None:
        row, lifecycle = allowed.strict, made.submission.lifecycle
        others = {r.message for r in lifecycle.rows if r.message and r.when is not row.when}
        wrong = [one for one in errors if one in others and one != row.message]
        if wrong and row.message and row.message not in errors:
            # Who takes near twins for twins says so in the texts too: one fault, one name.
            tried = made.entries[number].requirement
            requirement = tried if tried in catalogue.OF_EQUALITY else None
            requirement = requirement or catalogue.ERRORS_WHICH_DUPLICATE
            return Breach(requirement, (row.message,), json.dumps(errors), number)
        texts = self._texts.setdefault(lifecycle.name, {})
        texts.setdefault(_COLLISIONS[row.when], set()).add(self._plain(errors))
        if texts.get(_Twin.OF_REQUEST, set()) & texts.get(_Twin.OF_RECORD, set()):
            expected = ("a text of its own for a twin in the request and for a saved record",)
            requirement = catalogue.ERRORS_WHICH_DUPLICATE
            return Breach(requirement, expected, json.dumps(errors), number)
        return None

    def _plain(self, errors: Sequence[str]) -> str:
        """Return texts without the numbers, quotes and keys that are of one item only."""
        plain = re.sub(r"\d+|'[^']*'|\"[^\"]*\"", "#", " ".join(errors))
        return re.sub(rf"{self._run}\S*", "#", plain)

    def _unnamed(self, faults: tuple[Fault, ...], errors: Sequence[str]) -> list[str]:
        members = {
            fault.member
            for fault in faults
            if fault.member and fault.requirement.kind is not Kind.RULE
        }
        missing = [
            f"an entry that names {self._spelled(member)}"
            for member in sorted(members)
            if not self._names(member, " ".join(errors))
        ]
        paths = {fault.path for fault in faults if fault.member in members}
        if len(errors) < len(paths) and len(members) > len(errors):
            missing.append(f"{len(members)} entries, one per violation")
        return missing

    def _names(self, member: str, text: str) -> bool:
        if self._spelling is Spelling.CAMEL_CASE:
            return _camel_case(member) in text
        in_camel_case = member not in text and _camel_case(member) in text
        if self._spelling is Spelling.AS_SENT and in_camel_case:
            return False
        return _letters(member) in _letters(text)

    def _spelled(self, member: str) -> str:
        return _camel_case(member) if self._spelling is Spelling.CAMEL_CASE else member


def _camel_case(member: str) -> str:
    first, *rest = member.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
