"""Which operation of a contract a recorded exchange is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract_tests.http.origins import origin_of
from contract_tests.reading.contract import Contract, Operation
from contract_tests.reading.templates import Templates
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
        self._templates = Templates(contract.operations)

    def filed(self, one: Recorded) -> Filed | None:
        """Return an exchange under its operation; None where it is of none, or of another server."""
        if self._base is not None and one.origin and origin_of(one.origin) != self._base:
            return None
        path, _, query = one.target.partition("?")
        for short in self._shortened(path):
            for fitting in self._templates.fitting(short):
                if fitting.operation.method == one.method:
                    return Filed(one, fitting.operation, short, query, fitting.parameters)
        return None

    def _shortened(self, path: str) -> Iterator[str]:
        for below in self._below:
            if path.startswith(below):
                yield path[len(below) :] or "/"


def commonest_origin(recorded: Iterable[Recorded], contracts: Sequence[Contract]) -> str:
    """Return the origin that most exchanges of the contracts' operations went to; empty where none tells one."""
    routes = [Routes(one, None) for one in contracts]
    origins = Counter(
        one.origin for one in recorded if one.origin and any(route.filed(one) for route in routes)
    )
    return origins.most_common(1)[0][0] if origins else ""
