"""Every change of the operations of two contracts; the schemas that they reach go to the usage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from spec_review.diff.changes import Change
from spec_review.diff.operations.bodies import request_body_changes
from spec_review.diff.operations.callbacks import callback_changes, callback_pairs
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.identity import identity_changes
from spec_review.diff.operations.pairs import MatchedOperations, OperationPair
from spec_review.diff.operations.parameters import parameter_changes
from spec_review.diff.operations.presence import added_changes, removed_changes
from spec_review.diff.operations.responses import response_changes
from spec_review.diff.operations.security import scheme_changes, security_changes
from spec_review.diff.operations.servers import operation_server_changes, server_changes
from spec_review.diff.operations.sunset import sunset_changes
from spec_review.diff.schemas.usage import SchemaUsage
from spec_review.diff.versions import Versions

OF_PAIRS: Final[tuple[Callable[[OperationPair, Context], Iterator[Change]], ...]] = (
    identity_changes,
    sunset_changes,
    parameter_changes,
    request_body_changes,
    response_changes,
    security_changes,
)
"""What is compared of two operations that belong together."""

OF_CALLBACKS: Final[tuple[Callable[[OperationPair, Context], Iterator[Change]], ...]] = (
    parameter_changes,
    request_body_changes,
    response_changes,
)
"""What is compared of two requests that the provider makes while he serves an operation."""


def operation_changes(
    versions: Versions, matched: MatchedOperations, usage: SchemaUsage, today: date
) -> Iterator[Change]:
    """Every change of an operation, in the order of the old document, the new ones last."""
    yield from server_changes(versions, matched.pairs)
    yield from removed_changes(versions, matched.removed, today)
    context = Context(usage, {pair.old.id: pair.new.id for pair in matched.pairs}, today)
    for pair in matched.pairs:
        for changes in OF_PAIRS:
            yield from changes(pair, context)
        yield from operation_server_changes(pair)
        yield from callback_changes(pair)
        for request in callback_pairs(pair):
            for changes in OF_CALLBACKS:
                yield from changes(request, context)
    yield from added_changes(versions, matched.added)
    yield from scheme_changes(versions, matched.pairs)
