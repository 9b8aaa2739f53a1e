"""Which operation of the new contract took the place of which of the old."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.kinds import OperationKind
from spec_review.diff.operations.endpoints import Endpoint, endpoints, path_shape, unversioned
from spec_review.diff.verdicts import Verdicts
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Direction


@dataclass(frozen=True)
class OperationPair:
    """An operation of the old contract and the one of the new contract that took its place."""

    versions: Versions
    old: Endpoint
    new: Endpoint

    @property
    def asked(self) -> Direction:
        """The direction, seen from the partner, in which the requests travel."""
        return "response" if self.new.is_webhook else "request"

    @property
    def answered(self) -> Direction:
        """The direction in which the answers travel."""
        return "request" if self.new.is_webhook else "response"

    @property
    def name(self) -> str:
        """The operation as the new contract calls it."""
        return self.new.name

    def at(self, *steps: str | int) -> Pair:
        """The places of a member in both."""
        return (*self.old.pointer, *steps), (*self.new.pointer, *steps)

    def change(
        self,
        kind: OperationKind,
        sentence: str,
        verdicts: Verdicts,
        old: Pointer,
        new: Pointer,
        *,
        is_removed: bool = False,
    ) -> Change:
        """A change of this operation."""
        return Change(
            kind, sentence, verdicts, old, new, "operations",
            is_removed=is_removed, operations=(self.name,),
        )  # fmt: skip


@dataclass(frozen=True)
class MatchedOperations:
    """The operations of both contracts: those that belong together, those that are gone or new."""

    pairs: Sequence[OperationPair]
    removed: Sequence[Endpoint]
    added: Sequence[Endpoint]


Identity = Callable[[Endpoint], object]
"""What two operations have in common when they belong together; None belongs to none."""


def same_path(endpoint: Endpoint) -> object:
    """Method and path."""
    return endpoint.method, endpoint.path


def same_path_shape(endpoint: Endpoint) -> object:
    """Method and path, whatever its parameters are called."""
    return endpoint.method, path_shape(endpoint.path)


def same_id(endpoint: Endpoint) -> object:
    """Method and operationId."""
    return (endpoint.method, endpoint.id) if endpoint.id else None


def same_path_in_another_version(endpoint: Endpoint) -> object:
    """Method and path without its version."""
    return endpoint.method, unversioned(endpoint.path)


IDENTITIES: Final[tuple[Identity, ...]] = (
    same_path,
    same_path_shape,
    same_id,
    same_path_in_another_version,
)
"""By what operations belong together, the surest first."""


def matched_operations(versions: Versions) -> MatchedOperations:
    """The pairs of operations, those that are gone and those that are new."""
    pairs: list[OperationPair] = []
    removed, added = list(endpoints(versions.old)), list(endpoints(versions.new))
    for identity in IDENTITIES:
        waiting = by_identity(added, identity)
        left: list[Endpoint] = []
        for endpoint in removed:
            same = waiting.get(identity(endpoint))
            if same:
                pairs.append(OperationPair(versions, endpoint, same.pop()))
            else:
                left.append(endpoint)
        removed = left
        taken = {id(pair.new) for pair in pairs}
        added = [endpoint for endpoint in added if id(endpoint) not in taken]
    return MatchedOperations(pairs, removed, added)


def by_identity(found: Iterable[Endpoint], identity: Identity) -> dict[object, list[Endpoint]]:
    """The operations by what identifies them, the first one last."""
    named: dict[object, list[Endpoint]] = {}
    for endpoint in found:
        if identity(endpoint) is not None:
            named.setdefault(identity(endpoint), []).insert(0, endpoint)
    return named
