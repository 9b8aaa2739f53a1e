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

Callbacks = Mapping[Key, Endpoint]


def callback_pairs(pair: OperationPair) -> Iterator[OperationPair]:
    """The requests that both contracts make, those whose expression changed too."""
    before, after = callbacks(pair.versions.old, pair.old), callbacks(pair.versions.new, pair.new)
    same = {**moved(before, after), **renamed(before, after), **after}
    for key, endpoint in before.items():
        if key in same:
            yield OperationPair(pair.versions, endpoint, same[key])


def callback_changes(pair: OperationPair) -> Iterator[Change]:
    """Requests that are gone, new, or sent elsewhere."""
    before, after = callbacks(pair.versions.old, pair.old), callbacks(pair.versions.new, pair.new)
    called, elsewhere = renamed(before, after), moved(before, after)
    for key, endpoint in before.items():
        if key in called:
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
    known = {each.pointer for each in (*called.values(), *elsewhere.values())}
    for key, endpoint in after.items():
        if key not in before and endpoint.pointer not in known:
            sentence = f"the callback {key[0]} of {pair.name} is new"
            place = pair.at("callbacks")[0], endpoint.pointer
            yield pair.change("callback-added", sentence, UNCLEAR_READER, *place)


def moved(before: Callbacks, after: Callbacks) -> Callbacks:
    """The requests, by their old keys, whose expression alone is another now: the only ones of their callback and method."""
    gone, fresh = grouped(before, after), grouped(after, before)
    return {
        keys[0]: after[fresh[name][0]]
        for name, keys in gone.items()
        if len(keys) == len(fresh.get(name, ())) == 1
    }


def grouped(these: Callbacks, others: Callbacks) -> dict[tuple[str, str], list[Key]]:
    """The keys that one side has alone, by callback and method."""
    found: dict[tuple[str, str], list[Key]] = {}
    for key in these:
        if key not in others:
            found.setdefault((key[0], key[2]), []).append(key)
    return found


def renamed(before: Callbacks, after: Callbacks) -> Callbacks:
    """The requests, by their old keys, to the same address by the same method whose callback alone is called otherwise."""
    fresh = {key[1:]: each for key, each in reversed([*after.items()]) if key not in before}
    return {key: fresh[key[1:]] for key in before if key not in after and key[1:] in fresh}


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
