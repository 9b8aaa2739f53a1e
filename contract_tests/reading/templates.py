"""Which path templates of a contract a path fits; several may, and a server may follow any of those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from contract_tests.reading.contract import Operation

_PARAMETER = re.compile(r"(\{[^}]*\})")


@dataclass(frozen=True)
class Fitting:
    """An operation whose template a path fits, with the path parameters, decoded."""

    operation: Operation
    parameters: tuple[tuple[str, str], ...]


class Templates:
    """The path templates of operations; the most exact ones come first."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._known = sorted(
            ((_patterns(one.path), one) for one in operations), key=lambda pair: _looseness(pair[1])
        )

    def fitting(self, path: str) -> Iterator[Fitting]:
        """Yield every operation of whatever method whose template a path fits."""
        segments = [unquote(one) for one in path.split("/")]
        for patterns, operation in self._known:
            if len(patterns) != len(segments):
                continue
            found = [
                one.fullmatch(segment) for one, segment in zip(patterns, segments, strict=True)
            ]
            values = [value for one in found if one is not None for value in one.groups()]
            if all(found):
                names = (one[1:-1] for one in _PARAMETER.findall(operation.path))
                yield Fitting(operation, tuple(zip(names, values, strict=True)))

    def methods(self, path: str) -> set[str]:
        """Return the methods of every template that a path fits."""
        return {one.operation.method for one in self.fitting(path)}


def _patterns(path: str) -> list[re.Pattern[str]]:
    return [_pattern(segment) for segment in path.split("/")]


def _pattern(segment: str) -> re.Pattern[str]:
    parts = (
        "(.+?)" if one[:1] == "{" else re.escape(unquote(one)) for one in _PARAMETER.split(segment)
    )
    return re.compile("".join(parts), re.DOTALL)


def _looseness(operation: Operation) -> list[bool]:
    """Return by segments whether they are open: what is said exactly comes before what is open."""
    return ["{" in segment for segment in operation.path.split("/")]
