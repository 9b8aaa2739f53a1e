"""The resources of a contract as the judge sees them: what their operations do, and where they stand in bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contract_tests.reading.contract import Operation
from contract_tests.reading.lives import Life
from contract_tests.reading.schemas import Path, Schema, folded, members

Way = Path
"""What leads to a part of a body: names of members, and 0 for the elements of an array."""


class Does(StrEnum):
    """What an operation does to a resource."""

    CREATE = "create"
    READ = "read"
    LIST = "list"
    REPLACE = "replace"
    MERGE = "merge"
    REMOVE = "remove"
    ACT = "act"


@dataclass(frozen=True)
class Deed:
    """An operation of a resource; `sent` and `shown` lead to the representation in request and answer.

    Of a list, `shown` leads to the array. None: there is none, or none that can be told.
    """

    does: Does
    operation: Operation
    sent: Way | None = None
    shown: Way | None = None


@dataclass(frozen=True)
class Resource:
    """What lives at a path, by the name of its collection.

    `key` leads from a representation to the member that names it, empty for what is there once; `is_named` whether
    the client chooses it. `schema` is that of a representation in an answer. `within` is the path of the resource
    that it is in, `beside` that of one which the same request makes and which shows it. `life` is None where the
    contract declares none: then all of it is inferred, for the reason `why`.
    """

    name: str
    path: str
    key: Way
    deeds: Mapping[Does, Deed]
    schema: Schema = field(repr=False)
    why: str
    is_named: bool = False
    within: str | None = None
    beside: str | None = None
    life: Life | None = None

    @property
    def is_declared(self) -> bool:
        """Whether the contract says in words of its own that it lives."""
        return self.life is not None

    @property
    def is_once(self) -> bool:
        """Whether there is one only, which has no key and was there before anybody came."""
        return not self.key

    @property
    def maker(self) -> Deed | None:
        """Return what makes one as a client wants it; what is there once is only changed."""
        every = (Does.CREATE, Does.REPLACE, *((Does.MERGE,) if self.is_once else ()))
        return next((self.deeds[one] for one in every if one in self.deeds), None)

    @property
    def read(self) -> Deed:
        """Return what reads one: every resource has it."""
        return self.deeds[Does.READ]

    def deed(self, does: Does) -> Deed | None:
        """Return the operation that does something to it, None where there is none."""
        return self.deeds.get(does)


def value_at(value: object, way: Way) -> object:
    """Return what stands in a value, None when nothing does."""
    for name in way:
        if isinstance(name, int):
            value = value[name] if isinstance(value, list) and name < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def schema_at(schema: object, way: Way) -> object:
    """Return the schema of a member, None when the schema names none such."""
    for name in way:
        schema = folded(schema).get("items") if isinstance(name, int) else members(schema).get(name)
    return schema


def way_of(pointer: str) -> Way:
    """Return the way that a JSON pointer leads, or the member of that name."""
    if not pointer.startswith("/"):
        return (pointer,) if pointer else ()
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))
