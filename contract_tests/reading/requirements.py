"""What a server must do, as typed values: what a finding is filed under.

A requirement is listed in the catalogue, or follows from a row, a rule or a schema of the contract, or is a check of
the exploration or of a hand-written service. Its id is text for people; decisions compare the values.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from contract_tests.reading.lifecycle import Condition


class Kind(Enum):
    """What a requirement rests on."""

    LISTED = auto()
    OUTCOME = auto()
    RULE = auto()
    CONSTRAINT = auto()
    EXPLORATION = auto()
    SERVICE = auto()


@dataclass(frozen=True)
class Requirement:
    """What a server must do; two are the same when their names are.

    `names` of a constraint are `schema`, the members that lead to it, and its keyword. `sentence` and `source` are
    for people, and may be told by a contract in its own words.
    """

    names: tuple[str, ...]
    kind: Kind = field(compare=False)
    sentence: str = field(compare=False, default="")
    source: str = field(compare=False, default="")

    @property
    def id(self) -> str:
        """Return the name under which it is reported: `outcome.twin-saved`."""
        return ".".join(self.names)

    def worded(self, sentence: str, source: str) -> Requirement:
        """Return the same requirement as one contract says it."""
        return replace(self, sentence=sentence, source=source)

    def is_below(self, other: Requirement) -> bool:
        """Whether it is a part of another one: `schema.a.b.type` of `schema.a`."""
        length = len(other.names)
        return len(self.names) > length and self.names[:length] == other.names


def outcome(condition: Condition) -> Requirement:
    """Return the requirement of an outcome row."""
    return Requirement(("outcome", condition.value), Kind.OUTCOME)


def rule(name: str) -> Requirement:
    """Return the requirement of an x-rule."""
    return Requirement(("rule", name), Kind.RULE)


def constraint(*members: str) -> Requirement:
    """Return the requirement of a schema: the members that lead to it, then perhaps a keyword."""
    return Requirement(("schema", *members), Kind.CONSTRAINT)


def of_service(service: str, name: str, sentence: str, source: str) -> Requirement:
    """Return a requirement of a hand-written service."""
    return Requirement((service, name), Kind.SERVICE, sentence, source)
