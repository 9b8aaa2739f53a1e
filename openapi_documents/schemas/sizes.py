"""The least size of a value that a schema takes: what `minItems: 100000000` asks everybody to build.

It is counted in bytes: 64 for each value, which any program needs at the least, and one for each
character. Where a schema leads back to itself it counts as nothing there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError, LimitError
from openapi_documents.limits import LARGEST_TEXT
from openapi_documents.pointers import Pointer

_VALUE: Final = 64
_WORDS: Final = {
    "minItems": _VALUE, "minProperties": _VALUE, "minContains": _VALUE, "minLength": 1
}  # fmt: skip
_CHOICES: Final = ("anyOf", "oneOf")
_LISTS: Final = ("allOf", *_CHOICES, "prefixItems")


@dataclass(eq=False)
class Sizes:
    """The least sizes of the values that the schemas of a document take."""

    document: Document = field(repr=False)
    _known: dict[Pointer, float] = field(default_factory=dict, repr=False)
    _needs: dict[Pointer, list[tuple[str, Pointer]]] = field(default_factory=dict, repr=False)

    def least(self, place: Pointer) -> float:
        """Return the least size of a value that a schema takes, in bytes; infinite beyond counting."""
        waiting = [place]
        entered: set[Pointer] = set()
        while waiting:
            here = waiting.pop()
            if here in self._known:
                continue
            if here in entered:
                self._known[here] = self._counted(here)
                continue
            if _asks_for_nothing(self.document.value(here)):
                self._known[here] = 0
                continue
            entered.add(here)
            waiting.append(here)  # again, when all below are known
            waiting += [one for _, one in self._below(here) if one not in entered]
        return self._known[place]

    def check(self, place: Pointer) -> Iterator[LimitError]:
        """Yield an error for a schema (a mapping) that asks for more than memory holds by itself."""
        value = self.document.value(place)
        if _asks_for_nothing(value):
            return
        told = "no memory holds a value of this size"
        for word, size in _WORDS.items():
            if _count(value, word) * size > LARGEST_TEXT:
                at = (*place, word)
                yield LimitError(
                    self.document.position(at), f"{told}: {word} is {_short(value[word])}"
                )
                return
        is_cause = self.least(place) > LARGEST_TEXT and all(
            self._known[one] <= LARGEST_TEXT for _, one in self._below(place)
        )
        if is_cause:
            yield LimitError(self.document.position(place), f"{told}, not even of the smallest")

    def _below(self, place: Pointer) -> list[tuple[str, Pointer]]:
        """Return the schemas that a value of this one needs, each with the word that needs it."""
        if place not in self._needs:
            self._needs[place] = self._needed(place)
        return self._needs[place]

    def _needed(self, place: Pointer) -> list[tuple[str, Pointer]]:
        value = self.document.value(place)
        if not isinstance(value, dict):
            return []
        found: list[tuple[str, Pointer]] = []
        for word in _LISTS:
            items = value.get(word)
            if isinstance(items, list):
                found += [(word, (*place, word, index)) for index in range(len(items))]
        if isinstance(value.get("items"), dict) and _count(value, "minItems"):
            found.append(("items", (*place, "items")))
        members, required = value.get("properties"), value.get("required")
        if isinstance(members, dict) and isinstance(required, list):
            names = {name for name in required if isinstance(name, str) and name in members}
            found += [("properties", (*place, "properties", name)) for name in names]
        if isinstance(value.get("$ref"), str):
            with suppress(DocumentError):  # whoever needs the schema is told
                found.append(("$ref", self.document.target(place, value["$ref"])))
        return found

    def _counted(self, place: Pointer) -> float:
        value = self.document.value(place)
        sizes: dict[str, list[float]] = {}
        for word, one in self._below(place):
            sizes.setdefault(word, []).append(self._known.get(one, 0.0))
        if not isinstance(value, dict):
            return 0
        item = _VALUE + max(sizes.get("items", [0]))
        return max(
            _count(value, "minLength"),
            _count(value, "minItems") * item,
            _count(value, "minProperties") * _VALUE,
            sum(_VALUE + one for one in sizes.get("properties", ())),
            sum(_VALUE + one for one in sizes.get("prefixItems", ()) if _count(value, "minItems")),
            *sizes.get("allOf", ()),
            *sizes.get("$ref", ()),
            *(min(sizes[word]) for word in _CHOICES if word in sizes),
        )


def _asks_for_nothing(value: Any) -> bool:
    """Tell whether the smallest value of a schema is of no size, as of most."""
    return not isinstance(value, dict) or _ASKING.isdisjoint(value)


_ASKING: Final = frozenset({*_WORDS, *_LISTS, "required", "$ref"})


def _count(value: dict[str, Any], word: str) -> float:
    number = value.get(word)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return 0
    return float(number) if number < 1e300 else math.inf


def _short(number: object) -> str:
    text = str(number)
    return text if len(text) <= 40 else f"{text[:40]}..."
