"""Schemas of a contract without references: unfolded as far as they end, checked, and located."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from contract_tests.reading import patterns
from contract_tests.reading.schemas import NAMED, UNASKED, Schema
from openapi_documents import Document, LimitError, Pointer
from openapi_documents.dialect import Schemas, Side

MOST_PARTS = 50_000
"""Parts of an unfolded schema."""
MOST_LEVELS = 100
"""Schemas within schemas, once references are followed."""
LARGEST = {"minLength": 1_000_000, "minItems": 100_000, "minProperties": 10_000}
"""How much a value may have to hold at least, by keyword."""
MOST_VALUES = 50_000
"""Values of an enumeration."""
_INSIDE = "urn:understudy:schema#/$defs/"
# What may stand beside a `$ref` without asking anything of an instance.
_PLAIN = frozenset({"description", "summary", "example", "examples", "title"})


class SchemaReader:
    """Reads the schemas of a document; each is unfolded and checked when it is first asked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._schemas = Schemas(document)
        self._known: dict[tuple[Pointer, Side], Schema] = {}

    def schema(self, place: Pointer, side: Side = "both") -> Schema:
        """Return the schema at a place, its references replaced by what they point to.

        `side` says whether it is one of requests, where `readOnly` members are not required, or of answers, where
        `writeOnly` ones are not. A schema that holds itself keeps that reference, and its `$defs`. Raises
        DocumentError for what is no schema, has no end, or asks for more than any value may hold.
        """
        if (place, side) not in self._known:
            standalone = self._schemas.standalone(place, side)
            unfolded = _Unfolding(standalone, self._document, place).result()
            self._check(place, unfolded)
            self._known[place, side] = unfolded
        return self._known[place, side]

    def _check(self, place: Pointer, schema: Schema) -> None:
        for steps, word, value in _keywords(schema):
            if word == "pattern":
                self._check_pattern(place, (*steps, word), str(value))
            elif word == "patternProperties":
                for pattern in value:
                    self._check_pattern(place, (*steps, word, pattern), pattern)
            elif word in LARGEST and value > LARGEST[word]:
                reason = f"{word} is {value}; the judge makes no value beyond {LARGEST[word]}"
                raise self._too_much(place, (*steps, word), reason)
            elif word == "enum" and len(value) > MOST_VALUES:
                reason = f"this enumeration has more than {MOST_VALUES} values"
                raise self._too_much(place, (*steps, word), reason)

    def _too_much(self, place: Pointer, steps: Iterable[str | int], reason: str) -> LimitError:
        return LimitError(self._document.position(self.locate(place, steps)), reason)

    def _check_pattern(self, place: Pointer, steps: Iterable[str | int], pattern: str) -> None:
        try:
            patterns.compiled(pattern)
            patterns.require_end(pattern)
        except patterns.PatternError as error:
            raise self._document.error(self.locate(place, steps), str(error)) from error

    def locate(self, place: Pointer, steps: Iterable[str | int]) -> Pointer:
        """Return where in the document something stands that steps through an unfolded schema lead to."""
        left = list(steps)
        while left:
            here = self._document.value(place)
            reference = here.get("$ref") if isinstance(here, dict) else None
            if isinstance(reference, str):
                # Unfolded, what is referred to stands there itself, or first among the `allOf`.
                beside = here.keys() - _PLAIN - {"$ref"}
                if beside and left[0] == "allOf" and len(left) > 1:
                    number, left = int(left[1]), left[2:]
                    own = (*place, "allOf", number - 1)
                    place = own if number else self._document.target(place, reference)
                    continue
                if left[0] not in beside:
                    place = self._document.target(place, reference)
                    continue
            place = (*place, left.pop(0))
        return place


def _keywords(schema: object, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str, Any]]:
    """Yield every keyword below a schema with the way to the schema that has it."""
    if isinstance(schema, dict):
        for word, value in schema.items():
            yield steps, word, value
            if word in UNASKED:
                continue
            if word in NAMED and isinstance(value, dict):
                for name, one in value.items():
                    yield from _keywords(one, (*steps, word, name))
            else:
                yield from _keywords(value, (*steps, word))
    elif isinstance(schema, list):
        for number, one in enumerate(schema):
            yield from _keywords(one, (*steps, number))


class _Unfolding:
    """Replaces the references of a standalone schema, but for those that lead back."""

    def __init__(self, standalone: Schema, document: Document, place: Pointer) -> None:
        self._definitions: Mapping[str, Any] = standalone["$defs"]
        self._whole = standalone
        self._document, self._place = document, place
        self._parts = 0
        self._leads_back = False

    def result(self) -> Schema:
        """Return the schema. Raises LimitError when there is too much of it."""
        start = {k: v for k, v in self._whole.items() if k not in {"$defs", "$schema", "$id"}}
        unfolded = self._unfold(start, (), 0)
        schema = unfolded if isinstance(unfolded, dict) else {"not": {}} if not unfolded else {}
        if not self._leads_back:
            return schema
        return {"$id": self._whole["$id"], **schema, "$defs": dict(self._definitions)}

    def _unfold(self, schema: Any, above: tuple[str, ...], level: int) -> Any:
        self._count(level)
        if isinstance(schema, list):
            return [self._unfold(one, above, level) for one in schema]
        if not isinstance(schema, dict):
            return schema
        level += 1
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return {name: self._member(name, one, above, level) for name, one in schema.items()}
        key = _key(reference)
        if key not in self._definitions or key in above:
            self._leads_back = True
            return schema
        siblings = {name: one for name, one in schema.items() if name != "$ref"}
        target = self._unfold(self._definitions[key], (*above, key), level)
        if set(siblings) <= _PLAIN and isinstance(target, dict):
            return {**target, **siblings}
        known = self._unfold(siblings, above, level)
        return {**known, "allOf": [target, *known.get("allOf", ())]}

    def _member(self, name: str, one: object, above: tuple[str, ...], level: int) -> object:
        if name in UNASKED:
            return one
        if name in NAMED and isinstance(one, dict):
            return {key: self._unfold(inner, above, level) for key, inner in one.items()}
        return self._unfold(one, above, level)

    def _count(self, level: int) -> None:
        """Raise LimitError when there is too much of the schema."""
        self._parts += 1
        if self._parts > MOST_PARTS or level > MOST_LEVELS:
            much = f"{MOST_PARTS} parts" if self._parts > MOST_PARTS else f"{MOST_LEVELS} levels"
            position = self._document.position(self._place)
            raise LimitError(position, f"this schema has more than {much}, its references followed")


def _key(reference: str) -> str:
    name = unquote(reference.removeprefix(_INSIDE)) if reference.startswith(_INSIDE) else ""
    return name.replace("~1", "/").replace("~0", "~")
