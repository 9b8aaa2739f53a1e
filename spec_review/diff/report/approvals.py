"""Changes that somebody accepted: by fingerprint, with a reason, and until a day if wanted.

approvals:
- fingerprint: 1f0c3b7e9a2d4c68
reason: All partners were asked.
until: 2027-03-31
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from openapi_documents import DocumentError, Node, Position, load
from spec_review.diff.report.entries import Entry
from spec_review.output.wording import did_you_mean, joined

MEMBERS: Final = ("fingerprint", "reason", "until")


@dataclass(frozen=True, slots=True)
class Approval:
    """One accepted change; `until` is the last day on which it is, None for ever."""

    position: Position
    fingerprint: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class Approved:
    """The entries that are left, those that are accepted, and what is to be said of the file itself."""

    left: Sequence[Entry]
    accepted: Sequence[tuple[Entry, Approval]] = ()
    notes: Sequence[str] = field(default=())


def read_approvals(path: str) -> list[Approval]:
    """The approvals in a file. Raises DocumentError, one sentence with file and line."""
    root = load(path).root
    for name, member in root.members():
        if name != "approvals":
            raise DocumentError(member.key_position, f"{name} is not known here", "write approvals")
    listed = root.get("approvals")
    return [] if listed is None else [approval_of(one) for one in listed.elements()]


def approval_of(node: Node) -> Approval:
    """One approval."""
    for name, member in node.members():
        if name not in MEMBERS:
            mend = did_you_mean(name, MEMBERS, f"the members are {joined(MEMBERS)}")
            raise DocumentError(member.key_position, f"{name} is not known here", mend)
    until = node.get("until")
    reason = node["reason"].text()
    if not reason.strip():
        raise node["reason"].error("an approval says why", "add a reason")
    try:
        day = None if until is None else date.fromisoformat(until.text())
    except ValueError:
        raise node["until"].error("this is no day", "write it as 2027-03-31") from None
    return Approval(node.position, node["fingerprint"].text(), reason, day)


def approved(entries: Sequence[Entry], approvals: Sequence[Approval], today: date) -> Approved:
    """Part what is accepted from what is left; an approval that is over, or fits nothing, is told."""
    notes: list[str] = []
    alive: dict[str, Approval] = {}
    known = {entry.fingerprint for entry in entries}
    for one in approvals:
        if one.until is not None and one.until < today:
            notes.append(f"{one.position}: the approval of {one.fingerprint} ended on {one.until}")
        elif one.fingerprint not in known:
            notes.append(f"{one.position}: nothing has the fingerprint {one.fingerprint} any more")
        else:
            alive[one.fingerprint] = one
    return Approved(
        [entry for entry in entries if entry.fingerprint not in alive],
        [(entry, alive[entry.fingerprint]) for entry in entries if entry.fingerprint in alive],
        notes,
    )
