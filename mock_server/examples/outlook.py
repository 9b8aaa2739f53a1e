"""What of a document's answers cannot be as one would wish: examples that do not fit, and schemas that nothing fits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import MediaType, Response
from mock_server.contracts.schemas import Schemas
from mock_server.examples.negotiation import is_json
from mock_server.examples.search import NoInstanceError
from mock_server.examples.values import NOTHING, Values
from openapi_documents import Document, DocumentError, Pointer

Kind = Literal["example", "impossible"]


class Remark(NamedTuple):
    """What is to be told of an answer: an example that does not fit, or an operation that answers 501."""

    kind: Kind
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class Outlook:
    """What is to be told of one document's answers."""

    def __init__(self, document: Document, values: Values, schemas: Schemas) -> None:
        """Take the document, its values and its schemas."""
        self._document = document
        self._values = values
        self._schemas = schemas

    def remarks(self, operation: Operation) -> Iterator[Remark]:
        """Yield the remarks on the answers of an operation."""
        name = f"{operation.method.upper()} {operation.path}"
        for response in operation.responses:
            for media in response.content:
                if is_json(media.name) and media.schema is not None:
                    yield from self._examples(f"{name} {response.code}", media, media.schema)
        success = operation.success
        if success is not None:
            yield from self._impossible(name, success)

    def is_impossible(self, operation: Operation) -> bool:
        """Tell whether an operation answers 501, as nothing fits the schema of its success."""
        success = operation.success
        return success is not None and any(self._impossible("", success))

    def _examples(self, name: str, media: MediaType, schema: Pointer) -> Iterator[Remark]:
        for place, value in self._values.written(media):
            try:
                if not self._values.accepts(schema, value):
                    yield self._misfit(name, schema, place, value)
            except DocumentError:
                return  # told by what makes a value of it

    def _misfit(self, name: str, schema: Pointer, place: Pointer, value: object) -> Remark:
        found = self._schemas.check(schema, None, "response").violations(value)
        faults = "; ".join(f"{one.pointer} {one.sentence}" for one in found[:3])
        sentence = f"the example of {name} does not fit its schema ({faults}) and is sent as it is"
        inside = (*place, *(found[0].path if found else ()))
        return Remark("example", _at(self._document, inside), sentence)

    def _impossible(self, name: str, response: Response) -> Iterator[Remark]:
        for media in response.content:
            if media.schema is None or not is_json(media.name):
                continue
            try:
                if self._values.documented(media, media.name) is NOTHING:
                    self._values.usual(media.schema)
            except (NoInstanceError, DocumentError) as error:
                where = _at(self._document, media.schema)
                yield Remark("impossible", where, f"{name} answers 501: {error}")


def _at(document: Document, place: Pointer) -> str:
    position = document.position(place)
    return f"{position.file}:{position.line}"
