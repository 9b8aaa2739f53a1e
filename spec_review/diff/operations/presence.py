"""Operations and callbacks that are gone or new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.endpoints import Endpoint
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import BOTH, READER, TO_BUILD, UNCLEAR_READER
from spec_review.diff.versions import Versions
from spec_review.reading.following import followed
from spec_review.reading.values import mapping


def removed_changes(versions: Versions, removed: Iterable[Endpoint]) -> Iterator[Change]:
    """Operations that the new contract does not have."""
    for endpoint in removed:
        sentence = f"{endpoint.title} is gone"
        if endpoint.value.get("deprecated") is True and not endpoint.is_webhook:
            sentence += ". It was deprecated."
        yield Change(
            "operation-removed",
            sentence,
            READER if endpoint.is_webhook else BOTH,
            endpoint.pointer,
            followed(versions.new, endpoint.pointer[:2]),
            "operations",
            is_removed=True,
            operations=(endpoint.name,),
        )


def added_changes(added: Iterable[Endpoint]) -> Iterator[Change]:
    """Operations that only the new contract has."""
    for endpoint in added:
        yield Change(
            "operation-added",
            f"{endpoint.title} is new",
            UNCLEAR_READER if endpoint.is_webhook else TO_BUILD,
            endpoint.pointer[:-1],
            endpoint.pointer,
            "operations",
            operations=(endpoint.name,),
        )


def callback_changes(pair: OperationPair, _context: Context) -> Iterator[Change]:
    """Requests that the provider makes to the partner, gone or new."""
    before = mapping(pair.old.value.get("callbacks"))
    after = mapping(pair.new.value.get("callbacks"))
    for name in dict.fromkeys((*before, *after)):
        places = pair.at("callbacks", name)
        if name not in after:
            sentence = f"the callback {name} of {pair.name} is gone"
            yield pair.change("callback-removed", sentence, READER, *places, is_removed=True)
        elif name not in before:
            sentence = f"the callback {name} of {pair.name} is new"
            yield pair.change("callback-added", sentence, UNCLEAR_READER, *places)
