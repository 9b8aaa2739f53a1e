"""The values that stand in a document as examples, and those that are made of its schemas."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

from mock_server.contracts.homes import home_of
from mock_server.contracts.responses import MediaType
from mock_server.examples.negotiation import is_json
from mock_server.examples.search import NoInstanceError
from mock_server.examples.smallest import Standalone
from openapi_documents import Document, DocumentError, Pointer, text_of
from openapi_documents.dialect import Schemas

NOTHING: Final = object()
"""No value stands there."""
_VARIANTS: Final = 50


class Values:
    """The values of one document. What is sent as an answer is never what only requests have."""

    def __init__(self, document: Document, schemas: Schemas | None = None) -> None:
        """Take the document, and its schemas where they are shared: to read one takes a while."""
        self._document = document
        self._schemas = schemas or Schemas(document)
        self._usual: dict[Pointer, object] = {}

    # -- as they are written ---------------------------------------------------------------------

    def documented(self, media: MediaType, sent: str, name: str | None = None) -> object:
        """Return the example of a media type as it is written, the first of several; `NOTHING` when there is none.

        `name` asks for one of them before all others.
        """
        if name is not None and name in media.examples:
            value = self.of_example(media.examples[name], sent)
            if value is not NOTHING:
                return value
        if media.example is not None:
            return self._document.value(media.example)
        found = (self.of_example(place, sent) for place in media.examples.values())
        return next((value for value in found if value is not NOTHING), NOTHING)

    def written(self, media: MediaType) -> Iterator[tuple[Pointer, object]]:
        """Yield the place and the value of each example of a media type that stands in the document itself."""
        if media.example is not None:
            yield media.example, self._document.value(media.example)
        for place in media.examples.values():
            example = self._document.value(place)
            for word in ("value", "dataValue") if isinstance(example, dict) else ():
                if word in example:
                    yield (*place, word), example[word]

    def of_example(self, place: Pointer, sent: str) -> object:
        """Return the value of an Example Object, `NOTHING` for one that cannot be read."""
        example = self._document.value(place)
        if not isinstance(example, dict):
            return NOTHING
        for word in ("value", "dataValue"):
            if word in example:
                return example[word]
        if isinstance(example.get("externalValue"), str):
            return self._external(place, sent)
        text = example.get("serializedValue")
        return _parsed(text, sent) if isinstance(text, str) else NOTHING

    def _external(self, place: Pointer, sent: str) -> object:
        """Return what stands in another file below the document's folder; nothing is fetched."""
        try:
            return _parsed(self._document.external_value(place), sent)
        except DocumentError:
            return NOTHING

    # -- made of schemas -------------------------------------------------------------------------

    def usual(self, schema: Pointer) -> object:
        """Return a valid value with optional members. Raises NoInstanceError, and DocumentError for a broken schema."""
        home = home_of(self._document, schema)
        if home not in self._usual:
            self._usual[home] = self._of(schema).usual(text_of(schema))
        return copy.deepcopy(self._usual[home])

    def variant(self, schema: Pointer, number: int) -> object:
        """Return the valid value of this number, from the first again behind the last. Raises as `usual`."""
        found = list(islice(self._of(schema).variants(text_of(schema)), _VARIANTS))
        if not found:
            return self.usual(schema)
        return next(islice(cycle(found), number % len(found), None))

    def visible(self, schema: Pointer | None) -> object:
        """Return a valid value that can be seen in a header: an empty text only when the schema wants it."""
        shown = {"type": "string", "minLength": 1}
        if schema is None:
            return Standalone(shown).usual("#")
        converted = self._schemas.standalone(schema, "response")
        try:
            return Standalone({**converted, "allOf": [shown]}).usual(text_of(schema))
        except NoInstanceError:
            return self.usual(schema)

    def accepts(self, schema: Pointer, value: object) -> bool:
        """Tell whether a value fits a schema; never one that cannot be compiled. Raises DocumentError."""
        return self._of(schema).accepts(value)

    def _of(self, schema: Pointer) -> Standalone:
        return Standalone(self._schemas.standalone(schema, "response"))


def _parsed(text: str | bytes, sent: str) -> object:
    """Return the value of a text in a media type, `NOTHING` for one that is none."""
    if not is_json(sent):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return NOTHING
