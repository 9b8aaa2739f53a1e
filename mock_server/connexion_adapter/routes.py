"""Which operation a request is for: the paths of all contracts as a tree of their segments.

A concrete segment goes before one with templates, and of those the one with more text around them (OpenAPI, Paths
Object); a base path of any text comes last. How long it takes to find an operation depends on the path alone, not on
how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.servers import ANY
from mock_server.http.escapes import decoded, expression_of, plain
from openapi_documents import DocumentError

FOUND = "understudy.found"
"""Where the scope of a request holds what was found for it."""

_TEMPLATE = re.compile(r"\{[^{}]*\}")
_REMEMBERED = 4096
_LONGEST_REMEMBERED = 256


class Found(NamedTuple):
    """What was found for a path: the operation, None when the path knows another method only, and its values.

    `allowed` are the methods that it knows. Values are left as `escapes.decoded` does.
    """

    operation: Operation | None
    values: tuple[str, ...]
    allowed: tuple[str, ...]


class _Pattern(NamedTuple):
    """A segment with templates: how much of it is text, its expression, and what comes after it."""

    length: int
    expression: re.Pattern[str]
    node: _Node


@dataclass
class _Node:
    """The paths that begin alike."""

    literals: dict[str, _Node] = field(default_factory=dict)
    patterns: list[_Pattern] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)

    def child(self, segment: str) -> _Node:
        """Return what comes after a segment of a template."""
        if not _TEMPLATE.search(segment):
            return self.literals.setdefault(unquote(segment), _Node())
        expression = re.compile(_expression(segment), re.DOTALL)
        for pattern in self.patterns:
            if pattern.expression == expression:
                return pattern.node
        length = -1 if ANY in segment else len(_TEMPLATE.sub("", segment))
        added = _Pattern(length, expression, _Node())
        self.patterns.append(added)
        self.patterns.sort(key=lambda each: -each.length)
        return added.node

    def matches(
        self, segments: Sequence[str], values: tuple[str, ...] = ()
    ) -> Iterator[tuple[_Node, tuple[str, ...]]]:
        """Yield the ends of the paths that fit these segments, those that go first in front."""
        if not segments:
            if self.operations:
                yield self, values
            return
        head, *rest = segments
        literal = self.literals.get(plain(head))
        if literal is not None:
            yield from literal.matches(rest, values)
        for pattern in self.patterns:
            match = pattern.expression.fullmatch(head)
            if match is not None:
                yield from pattern.node.matches(rest, values + match.groups())


def _expression(segment: str) -> str:
    """Return the expression of a segment: its templates are groups, a variable of a server is none."""
    texts = [expression_of(unquote(text)) for text in _TEMPLATE.split(segment)]
    found = _TEMPLATE.findall(segment)
    groups = [".+" if template == ANY else "(.+)" for template in found] + [""]
    return "".join(text + group for text, group in zip(texts, groups, strict=True))


class Routes:
    """The paths of all contracts."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        """Take the contracts. Raises DocumentError where two operations are served at one place."""
        self._root = _Node()
        self._bases: dict[str, None] = {}
        self._recent = lru_cache(maxsize=_REMEMBERED)(self._find)
        for contract in contracts:
            for operation in contract.operations:
                for number, base in enumerate(operation.bases):
                    self._add(contract, operation, base, is_first=number == 0)

    def _add(self, contract: Contract, operation: Operation, base: str, *, is_first: bool) -> None:
        self._bases.setdefault(base)
        node = self._root
        for segment in (base + operation.own_path).split("/")[1:]:
            node = node.child(segment)
        other = node.operations.setdefault(operation.method.upper(), operation)
        # Of several servers one may be that of another operation; and a user's contract goes before ours.
        if other is not operation and is_first and not contract.is_control:
            raise _taken(contract, operation, other)

    def find(self, method: str, path: bytes) -> Found:
        """Return what is served at a path as it came, still percent-encoded."""
        return (self._recent if len(path) < _LONGEST_REMEMBERED else self._find)(method, path)

    def _find(self, method: str, path: bytes) -> Found:
        allowed: set[str] = set()
        segments = [decoded(text) for text in path.decode("utf-8", "replace").split("/")[1:]]
        for node, values in self._root.matches(segments):
            operation = node.operations.get(method)
            if operation is None and method == "HEAD":
                operation = node.operations.get("GET")
            if operation is not None:
                return Found(operation, values, ())
            allowed |= node.operations.keys()
        return Found(None, (), tuple(sorted(allowed)))

    def below_a_server(self, method: str, path: bytes) -> str | None:
        """Return the path below that of a server at which something is served, where somebody left that out."""
        for base in self._bases:
            whole = base.encode() + path
            if base and ANY not in base and self.find(method, whole).operation is not None:
                return whole.decode("latin-1")
        return None


def _taken(contract: Contract, operation: Operation, other: Operation) -> DocumentError:
    return contract.document.error(
        operation.place,
        f"{operation.method.upper()} {operation.path} is served already, "
        f"by {other.id} of {other.contract}",
        "Serve them apart, or give one another server path",
    )
