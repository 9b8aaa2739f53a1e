"""Reads the operations of a contract: parameters, bodies, documented answers and security."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.reading.contract import (
    Example,
    Header,
    Link,
    Media,
    Operation,
    Parameter,
    Response,
    Scheme,
)
from contract_tests.reading.rules import references
from contract_tests.reading.schema_reader import SchemaReader
from contract_tests.reading.servers import path_of_server
from openapi_documents import Document, Node, Pointer
from openapi_documents import Operation as Located
from openapi_documents.vocabulary import Vocabulary

_IDEMPOTENCY = frozenset({"idempotency-key", "x-idempotency-key"})


class OperationReader:
    """Reads operations; what several refer to is read once."""

    def __init__(self, vocabulary: Vocabulary, schemas: SchemaReader) -> None:
        self._vocabulary = vocabulary
        document = self._document = vocabulary.document
        self._schemas = schemas
        self._schemes = _schemes(document)
        self._default = document.root.get("security")
        self._responses: dict[Pointer, Response] = {}

    def operations(self) -> tuple[Operation, ...]:
        """Return every operation under `paths`. Raises DocumentError."""
        paths = self._document.root.get("paths")
        for name, item in paths.members() if paths else ():
            if not name.startswith("x-"):
                item.follow().mapping()
        return tuple(self._operation(one) for one in self._document.operations())

    def _operation(self, located: Located) -> Operation:
        node = self._document.node(located.pointer)
        parameters = tuple(self._parameters(located))
        body, responses = node.get("requestBody"), node.get("responses")
        return Operation(
            id=node["operationId"].text() if "operationId" in node else located.name,
            method=located.method.upper(),
            path=located.path,
            place=located.pointer,
            parameters=parameters,
            body=tuple(self._media(body.follow())) if body else (),
            responses=tuple(
                self._response(code, one.follow()) for code, one in responses.members()
                if not code.startswith("x-")
            ) if responses else (),
            security=self._security(node.get("security") or self._default),
            silences=self._silences(node),
            key_header=self._key_header(node, parameters),
            server=self._server(located, node),
        )  # fmt: skip

    def _server(self, located: Located, node: Node) -> str | None:
        own = path_of_server(node)
        return own if own is not None else path_of_server(self._document.node(located.item))

    def _parameters(self, located: Located) -> Iterator[Parameter]:
        for holder in (located.item, located.pointer):
            listed = self._document.node(holder).get("parameters")
            for one in listed.elements() if listed else ():
                one.follow().mapping()
        for known in self._document.parameters(located):
            node = self._document.node(known.pointer)
            schema = node.get("schema")
            content = [one.schema for one in self._media(node) if one.schema]
            place = schema.place if schema else content[0] if content else None
            required = node.get("required")
            is_required = required is not None and required.value is True
            yield Parameter(known.name, known.where, self._schemas, place, is_required)

    def _response(self, code: str, node: Node) -> Response:
        known = self._responses.get(node.place)
        if known is None:
            headers, links = node.get("headers"), node.get("links")
            known = self._responses[node.place] = Response(
                code,
                tuple(self._media(node)),
                tuple(_header(name, one.follow()) for name, one in headers.members()) if headers else (),
                tuple(_link(one.follow()) for _, one in links.members()) if links else (),
            )  # fmt: skip
        return Response(code, known.media, known.headers, known.links)

    def _security(self, node: Node | None) -> tuple[tuple[Scheme, ...], ...]:
        if node is None:
            return ()
        return tuple(
            tuple(self._schemes.get(name, Scheme(name, "")) for name in one.mapping())
            for one in node.elements()
        )

    def _media(self, node: Node) -> Iterator[Media]:
        content = node.get("content")
        for name, one in content.members() if content else ():
            media = one.follow()
            schema = media.get("schema")
            yield Media(name, schema.place if schema else None, dict(self._examples(media)))

    def _examples(self, media: Node) -> Iterator[tuple[str, Example]]:
        if "example" in media:
            yield "", Example(media["example"].value)
        examples = media.get("examples")
        for name, one in examples.members() if examples else ():
            example = one.follow()
            example.mapping()
            breaks = self._vocabulary.word(example, "x-breaks")
            for word in ("value", "dataValue"):
                if word in example:
                    yield name, Example(example[word].value, breaks.text() if breaks else None)
                    break

    def _silences(self, node: Node) -> tuple[str, ...]:
        word = self._vocabulary.word(node, "x-silence")
        return references(word.value) if word else ()

    def _key_header(self, node: Node, parameters: tuple[Parameter, ...]) -> str | None:
        declared = self._vocabulary.word(node, "x-idempotency-key")
        if declared is not None:
            return declared.text()
        headers = (one.name for one in parameters if one.where == "header")
        return next((one for one in headers if one.lower() in _IDEMPOTENCY), None)


def _header(name: str, node: Node) -> Header:
    schema, required = node.get("schema"), node.get("required")
    return Header(name, bool(required and required.boolean()), schema.place if schema else None)


def _link(node: Node) -> Link:
    operation, parameters = node.get("operationId"), node.get("parameters")
    return Link(
        operation.text() if operation else "",
        {name: str(one.value) for name, one in parameters.members()} if parameters else {},
    )


def _schemes(document: Document) -> dict[str, Scheme]:
    components = document.root.get("components")
    declared = components.get("securitySchemes") if components else None
    return (
        {name: _scheme(name, one.follow()) for name, one in declared.members()} if declared else {}
    )


def _scheme(name: str, node: Node) -> Scheme:
    kind = node["type"].text().lower()
    if kind in {"oauth2", "openidconnect"}:
        kind = "bearer"
    elif kind == "http":
        kind = node["scheme"].text().lower()
    if kind != "apikey":
        return Scheme(name, kind)
    return Scheme(name, kind, node["in"].text(), node["name"].text())
