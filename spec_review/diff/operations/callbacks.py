"""The requests that the provider makes to the partner while he serves an operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Document, Operation, Pointer
from spec_review.diff.changes import Change
from spec_review.diff.operations.endpoints import Endpoint
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import READER, UNCLEAR_READER, Verdicts
from spec_review.reading.following import followed
from spec_review.reading.places import last_name
from spec_review.reading.values import mapping, text

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

Key = tuple[str, str, str]
"""The name of a callback, its expression, and the method."""


def callback_pairs(pair: OperationPair) -> Iterator[OperationPair]:
    """The requests that both contracts make, those whose expression changed too."""
    before, after = callbacks(pair.versions.old, pair.old), callbacks(pair.versions.new, pair.new)
    for key, endpoint in before.items():
        same = after.get(key) or renamed(key, before, after) or moved(key, before, after)
        if same is not None:
            yield OperationPair(pair.versions, endpoint, same)


def callback_changes(pair: OperationPair) -> Iterator[Change]:
    """Requests that are gone, new, or sent elsewhere."""
    before, after = callbacks(pair.versions.old, pair.old), callbacks(pair.versions.new, pair.new)
    called = [same for key in before if (same := renamed(key, before, after))]
    elsewhere = {key: same for key in before if (same := moved(key, before, after))}
    for key, endpoint in before.items():
        if renamed(key, before, after):
            continue  # no name of a callback is on the wire
        name = f"the callback {key[0]} of {pair.name}"
        if key in elsewhere:
            there = elsewhere[key]
            sentence = f"{name} is sent to {there.operation.path} now, it was sent to {key[1]}"
            yield pair.change(
                "callback-moved", sentence, Verdicts("breaking", "breaking", "breaking"),
                endpoint.pointer[:-1], there.pointer[:-1],
            )  # fmt: skip
        elif key not in after:
            place = endpoint.pointer, pair.at("callbacks")[1]
            yield pair.change(
                "callback-removed", f"{name} is gone", READER, *place, is_removed=True
            )
    for key, endpoint in after.items():
        if key not in before and endpoint not in (*elsewhere.values(), *called):
            sentence = f"the callback {key[0]} of {pair.name} is new"
            place = pair.at("callbacks")[0], endpoint.pointer
            yield pair.change("callback-added", sentence, UNCLEAR_READER, *place)


def moved(
    key: Key, before: Mapping[Key, Endpoint], after: Mapping[Key, Endpoint]
) -> Endpoint | None:
    """The one request of the same callback and method whose expression is another now."""
    if key in after:
        return None
    found = [each for other, each in after.items() if is_like(other, key) and other not in before]
    gone = [other for other in before if is_like(other, key) and other not in after]
    return found[0] if len(found) == len(gone) == 1 else None


def renamed(
    key: Key, before: Mapping[Key, Endpoint], after: Mapping[Key, Endpoint]
) -> Endpoint | None:
    """The request to the same address by the same method whose callback alone is called otherwise now."""
    if key in after:
        return None
    found = (each for other, each in after.items() if other[1:] == key[1:] and other not in before)
    return next(found, None)


def is_like(first: Key, second: Key) -> bool:
    """Whether two requests belong to one callback and have one method."""
    return (first[0], first[2]) == (second[0], second[2])


def callbacks(document: Document, endpoint: Endpoint) -> dict[Key, Endpoint]:
    """The requests that an operation makes to its partner."""
    found: dict[Key, Endpoint] = {}
    for name in mapping(document.resolved((*endpoint.pointer, "callbacks"))):
        holder = followed(document, (*endpoint.pointer, "callbacks", name))
        for expression in mapping(document.value(holder)):
            item = followed(document, (*holder, expression))
            for method, value in mapping(document.value(item)).items():
                if method in METHODS and isinstance(value, dict):
                    operation = operation_at((*item, method), expression, item, value)
                    label = f"callback {name} of {endpoint.name}"
                    found[name, expression, method] = Endpoint(operation, "provider", label)
    return found


def operation_at(
    place: Pointer, path: str, item: Pointer, value: Mapping[str, object]
) -> Operation:
    """The operation at a place."""
    return Operation(place, path, last_name(place), text(value.get("operationId")), value, item)
