"""Schemas of OpenAPI 3.0, 3.1 and 3.2 as JSON Schema 2020-12, one at a time and self-contained.

`standalone` returns a schema with everything that it reaches, in whatever file, so that any validator
takes it and none has to retrieve anything. What is converted once is shared by all that reach it.

- 3.0: `nullable` beside a `type`, which allows null also where an `enum` leaves it out; boolean
  `exclusiveMinimum` and `exclusiveMaximum`; what stands beside `$ref` is nothing.
- 3.1 and later: schemas with an `$id` keep it, and `$dynamicRef` its scope; all other references are
  followed here.
- read and write side: a `readOnly` member is not required of a request, a `writeOnly` one not of an
  answer (OpenAPI 3.1.1, "Schema Object", fixed fields). Conditions (`not`, `if`) ask as they stand.
- A schema that leads back to itself about the same value asks no second time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from openapi_documents.document import Document
from openapi_documents.errors import CircularReferenceError, LimitError
from openapi_documents.limits import MOST_DEFINITIONS
from openapi_documents.pointers import Pointer, text_of
from openapi_documents.schemas.conversion import Conversion
from openapi_documents.schemas.definitions import (
    ROOT,
    Definition,
    Definitions,
    Patterns,
    Schema,
    Variant,
    place_of,
)
from openapi_documents.schemas.in_place import Side

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MOST_VARIANTS: Final = 2000
"""Ways in which schemas of one circle may lead to each other before it is told."""


@dataclass(eq=False)
class Schemas:
    """The schemas of a document.

    A member of a schema that `marks` names (an extension) is replaced by the text of its schema's
    place, for a validator's keyword of that name to find it. `patterns` says how regular expressions
    are spelled: as they stand, or so that Python's `re` gives them the same meaning.
    """

    document: Document
    marks: frozenset[str] = frozenset()
    patterns: Patterns = "ecma"

    def __post_init__(self) -> None:
        self._definitions = Definitions(self.document, self.marks, self.patterns)

    def standalone(self, place: Pointer, side: Side = "both") -> dict[str, Any]:
        """Return the schema at a place as JSON Schema 2020-12 that refers to nothing outside.

        Its `$defs` are named by the places of the schemas. Raises DocumentError for a reference that
        leads nowhere, for something that is no schema, and for a word that has not its form.
        """
        if not isinstance(self.document.value(place), dict | bool):
            place = self.document.follow(place)
        start, reference = self._definitions.reference(Variant(place, side))
        definitions: dict[str, Schema] = {}
        waiting = deque([start])
        circling = 0
        while waiting:
            one = waiting.popleft()
            if one.key in definitions:
                continue
            circling += bool(one.variant.open)
            if circling > _MOST_VARIANTS:
                raise self._endless(one.variant.place)
            if len(definitions) == MOST_DEFINITIONS:
                at = self.document.position(place)
                raise LimitError(at, f"this schema needs more than {MOST_DEFINITIONS:,} others")
            definitions[one.key] = self._schema(one)
            waiting.extend(one.needs.values())
        return {"$schema": DIALECT, "$id": ROOT, "$ref": reference, "$defs": definitions}

    def _schema(self, definition: Definition) -> Schema:
        if definition.schema is None:
            conversion = Conversion(self._definitions, definition.variant)
            schema = conversion.result()
            # In this order: another thread that finds the schema takes the rest for known.
            definition.needs = conversion.needs
            definition.schema = schema
        return definition.schema

    def _endless(self, place: Pointer) -> CircularReferenceError:
        return CircularReferenceError(
            self.document.position(place), place, text_of(place),
            "this schema leads back to itself, about the same value, in too many ways",
        )  # fmt: skip


__all__ = ["DIALECT", "Schemas", "Side", "place_of"]
