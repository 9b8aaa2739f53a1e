"""A resource as the memory of one contract knows it: how it is found, and what its operations do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from mock_server.contracts.cel import Formula
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath, SchemaView
from mock_server.resources.shapes import Spot


class Does(Enum):
    """What an operation does to a resource."""

    CREATE = "create"
    READ = "read"
    LIST = "list"
    REPLACE = "replace"
    PUT = "create or replace"
    MERGE = "merge"
    REMOVE = "remove"
    CLEAR = "remove all"
    ACT = "act"


class Shown(NamedTuple):
    """A response other than the usual one of success: its code, and where the resource stands in it."""

    code: str
    answer: Spot | None


@dataclass(frozen=True)
class Binding:
    """An operation of a resource: where the resource stands in what is sent and in what is answered.

    Of a list, `answer` is the array; of what removes many, `request` is the array of their keys, if they are sent.
    """

    does: Does
    operation: Operation = field(repr=False)
    request: Spot | None = field(default=None, repr=False)
    answer: Spot | None = field(default=None, repr=False)
    is_many: bool = False
    """Whether it makes one for each element of an array; `request` and `answer` are the arrays then."""
    made: Formula | None = field(default=None, repr=False)
    """What gives that array, where it does not stand in the request."""
    keys: str | None = None
    """The parameter that holds the keys of what is removed, where many are."""
    named: MemberPath = ()
    """The way to the key in the request, where no path names the one that is meant."""
    new: Shown | None = field(default=None, repr=False)
    """How it is told that something was made, by an operation that may also replace something."""
    old: Shown | None = field(default=None, repr=False)
    """How such an operation tells that something was replaced."""


@dataclass(frozen=True)
class Resource:
    """What lives at a path.

    `path` is that of one, `above` how many of its templates name what it stands in, and `parent` the path of the resource
    that it is in, if that one is remembered. `key` is the way to the member that names it, empty for what is there once.
    `item` is its representation in the answer of a read; where nothing reads one, as an element of a list.
    """

    name: str
    path: str
    above: int
    parent: str | None
    key: MemberPath
    item: Spot = field(repr=False)
    asked: SchemaView | None = field(repr=False)
    bindings: Mapping[str, Binding]
    why: str = ""
    life: str | None = None
    """The name of the lifecycle that the contract declares of it."""

    @property
    def is_single(self) -> bool:
        """Whether there is only one."""
        return not self.key

    @cached_property
    def reading(self) -> Binding | None:
        """What reads one and shows it: a HEAD only looks whether it is there."""
        return self._first(Does.READ, "get")

    @cached_property
    def listing(self) -> Binding | None:
        """What lists them."""
        return self._first(Does.LIST, "get")

    def _first(self, does: Does, method: str) -> Binding | None:
        found = (one for one in self.bindings.values() if one.does is does)
        return next((one for one in found if one.operation.method == method), None)
