"""Operations and callbacks that are gone or new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.endpoints import Endpoint
from spec_review.diff.operations.sunset import sunset_of
from spec_review.diff.verdicts import BOTH, READER, SAFE, TO_BUILD, UNCLEAR_READER
from spec_review.diff.versions import Versions
from spec_review.reading.following import followed


def removed_changes(
    versions: Versions, removed: Iterable[Endpoint], today: date
) -> Iterator[Change]:
    """Operations that the new contract does not have."""
    for endpoint in removed:
        sentence = f"{endpoint.title} is gone"
        sunset = sunset_of(endpoint.value)
        is_announced = sunset is not None and sunset <= today
        if sunset is not None:
            sentence += f", announced for {sunset}"
        elif endpoint.value.get("deprecated") is True and not endpoint.is_webhook:
            sentence += ". It was deprecated."
        yield Change(
            "operation-removed",
            sentence,
            SAFE if is_announced else READER if endpoint.is_webhook else BOTH,
            endpoint.pointer,
            followed(versions.new, path_of(endpoint)),
            "operations",
            is_removed=True,
            operations=(endpoint.name,),
        )


def path_of(endpoint: Endpoint) -> Pointer:
    """Where the path of an operation stands in the root file, or would stand."""
    return "webhooks" if endpoint.is_webhook else "paths", endpoint.operation.path


def added_changes(versions: Versions, added: Iterable[Endpoint]) -> Iterator[Change]:
    """Operations that only the new contract has."""
    for endpoint in added:
        yield Change(
            "operation-added",
            f"{endpoint.title} is new",
            UNCLEAR_READER if endpoint.is_webhook else TO_BUILD,
            followed(versions.old, path_of(endpoint)),
            endpoint.pointer,
            "operations",
            operations=(endpoint.name,),
        )
