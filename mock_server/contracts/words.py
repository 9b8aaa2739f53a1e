"""The words that contracts add to OpenAPI: which there are, and what a misspelt one was meant to be.

A word that is not understood stops the start, with file, line and the nearest known word.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_server.contracts.documents import Document, escape

_WORDS = {
    "x-breaks",
    "x-error-form",
    "x-error-names",
    "x-idempotency-key",
    "x-lifecycles",
    "x-record-of",
    "x-rules",
    "x-understudy-service",
    "x-silence",
    "x-silences",
    "x-status-of",
    "x-submission",
    "x-token",
}
# Below these members stand names that the author chose, or values of the API itself: no words of a vocabulary.
_MAPS_OF_NAMES = {
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
    "dependentRequired",
    "headers",
    "schemas",
    "responses",
    "requestBodies",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
    "mediaTypes",
    "examples",
    "encoding",
    "variables",
    "mapping",
    "scopes",
    "content",
    "webhooks",
    "x-lifecycles",
    "states",
}
VALUES = {"example", "default", "enum", "const", "value", "dataValue"}


def one_of(document: Document, pointer: str, value: Any, known: tuple[str, ...]) -> str | None:
    """Return a value that must be one of the known ones, None when it is absent. Raises ContractError."""
    if value is None:
        return None
    if value not in known:
        raise document.error(pointer, f"{value!r} is not known here.", nearest(str(value), known))
    return str(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the question or the list that helps to mend an unknown word."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are {', '.join(known)}."


def is_ours(name: str) -> bool:
    """Tell whether what stands below a member is the contract's: no example value, no word of another tool."""
    return name not in VALUES and (not name.startswith("x-") or name in _WORDS)


def check_words(document: Document) -> None:
    """Raise for an `x-` word that is not understood.

    A document that uses none of our words may have words of its own; only near misses of ours are refused there.
    """
    found = list(_extension_words(document.content, ""))
    ours = any(word in _WORDS for _, word in found)
    for pointer, word in found:
        if word in _WORDS:
            continue
        near = difflib.get_close_matches(word, sorted(_WORDS), n=1, cutoff=0.85)
        if ours or near:
            raise document.error(
                pointer, f"the word {word} is not understood.", nearest(word, _WORDS)
            )


def _extension_words(value: Any, pointer: str, names: bool = False) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            place = f"{pointer}/{escape(name)}"
            if not names and name.startswith("x-"):
                yield place, name
            if names or name not in VALUES:
                yield from _extension_words(
                    item, place, names=not names and _holds_names(name, item)
                )
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _extension_words(item, f"{pointer}/{number}")


def _holds_names(name: str, item: Any) -> bool:
    if name == "parameters":
        return isinstance(item, Mapping)
    return name in _MAPS_OF_NAMES


def check_members(
    document: Document, pointer: str, value: Any, known: set[str], required: tuple[str, ...]
) -> Mapping[str, Any]:
    """Return a mapping that has the required members and none but the known. Raises ContractError."""
    if not isinstance(value, Mapping):
        raise document.error(pointer, f"a mapping is expected here, not {value!r}.")
    for word in value:
        if word not in known:
            raise document.error(
                f"{pointer}/{escape(word)}",
                f"the word {word} is not understood.",
                nearest(word, known),
            )
    for word in required:
        if word not in value:
            raise document.error(pointer, f"{word} is missing here.")
    return value
