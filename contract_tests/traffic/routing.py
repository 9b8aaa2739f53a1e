"""Which operation of a contract a recorded exchange is of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from contract_tests.http.origins import origin_of
from contract_tests.reading.contract import Contract, Operation
from contract_tests.traffic.recorded import Recorded


@dataclass(frozen=True)
class Filed:
    """An exchange of an operation; `path` is as the contract has it, `parameters` those of the path, decoded."""

    recorded: Recorded
    operation: Operation
    path: str
    query: str
    parameters: tuple[tuple[str, str], ...]


class Routes:
    """The operations of a contract by method and path, below the path of a base URL."""

    def __init__(self, contract: Contract, base_url: str | None) -> None:
        self._base = None if base_url is None else origin_of(base_url)
        given = urlsplit(base_url).path if base_url else ""
        below = dict.fromkeys(one.rstrip("/") for one in (given, contract.path_below, ""))
        self._below = tuple(below)
        self._templates = sorted(
            ((_pattern(one.path), one) for one in contract.operations),
            key=lambda pair: pair[1].path.count("{"),
        )

    def filed(self, one: Recorded) -> Filed | None:
        """Return an exchange under its operation; None where it is of none, or of another server."""
        if self._base is not None and one.origin and origin_of(one.origin) != self._base:
            return None
        path, _, query = one.target.partition("?")
        for short in self._shortened(path):
            for pattern, operation in self._templates:
                found = pattern.fullmatch(short) if operation.method == one.method else None
                if found is not None:
                    names = re.findall(r"\{([^}]*)\}", operation.path)
                    values = zip(names, map(unquote, found.groups()), strict=True)
                    return Filed(one, operation, short, query, tuple(values))
        return None

    def _shortened(self, path: str) -> Iterator[str]:
        for below in self._below:
            if path.startswith(below):
                yield path[len(below) :] or "/"


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join("([^/]+)" if one[:1] == "{" else re.escape(one) for one in parts))


def commonest_origin(recorded: Iterable[Recorded], contracts: Sequence[Contract]) -> str:
    """Return the origin that most exchanges of the contracts' operations went to; empty where none tells one."""
    routes = [Routes(one, None) for one in contracts]
    origins = Counter(
        one.origin for one in recorded if one.origin and any(route.filed(one) for route in routes)
    )
    return origins.most_common(1)[0][0] if origins else ""
