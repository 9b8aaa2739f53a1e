"""Whether an answer is one that the contract documents."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.http.messages import Reply
from contract_tests.reading.contract import Header, Media, Operation, Response
from contract_tests.reading.equality import canonical
from contract_tests.reading.schema_reader import SchemaReader
from contract_tests.reading.validators import Validator
from openapi_documents import NetworkReferenceError, Pointer

_TOLD = 3  # faults of a body that are told


class Documented:
    """Checks answers against the responses that a contract documents."""

    def __init__(self, schemas: SchemaReader) -> None:
        self._schemas = schemas
        self._validators: dict[Pointer, Validator] = {}

    def faults(self, operation: Operation, reply: Reply) -> list[str]:
        """Return what in an answer differs from the contract, as sentences."""
        response = operation.response(reply.status)
        if response is None:
            codes = ", ".join(one.code for one in operation.responses)
            return [f"status {reply.status} is not documented; {codes} are"]
        found = list(self._header_faults(response, reply))
        if not response.media:
            return found
        media = response.of_type(reply.headers.get("content-type", ""))
        if media is None:
            types = ", ".join(one.type for one in response.media)
            came = reply.media_type or "(none)"
            return [*found, f"content type {came} is not documented; {types} is"]
        if "json" in reply.media_type and media.schema is not None:
            faults = self._schema_faults(media.schema, reply)
            found += [] if faults and _is_example(media, reply) else faults
        return found

    def is_example(self, operation: Operation, reply: Reply) -> bool:
        """Whether the body of an answer is one that the contract shows as an example of it."""
        response = operation.response(reply.status)
        media = response.of_type(reply.headers.get("content-type", "")) if response else None
        return media is not None and _is_example(media, reply)

    def _validator(self, schema: Pointer) -> Validator:
        if schema not in self._validators:
            self._validators[schema] = Validator(self._schemas.schema(schema, "response"))
        return self._validators[schema]

    def _schema_faults(self, schema: Pointer, reply: Reply) -> list[str]:
        try:
            value = reply.json()
        except ValueError as error:
            return [f"the body is no JSON ({error})"]
        try:
            found = self._validator(schema).errors(value)
        except NetworkReferenceError:
            return []  # nothing is fetched, so nothing is known of it
        errors = list(found)
        return [
            f"at {'/'.join(str(part) for part in error.absolute_path) or 'the top'}: "
            f"{error.message[:200]}"
            for error in errors[:_TOLD]
        ]

    def _header_faults(self, response: Response, reply: Reply) -> Iterator[str]:
        for header in response.headers:
            value = reply.headers.get(header.name.lower())
            if value is None:
                if header.required:
                    yield f"the header {header.name} is missing"
            elif header.schema is not None and not self._header_fits(header, value):
                yield f"the header {header.name} is {value!r}, which does not fit its schema"

    def _header_fits(self, header: Header, value: str) -> bool:
        """Whether a header that is a text fits its schema; of other types nothing is said."""
        if header.schema is None or self._schemas.schema(header.schema, "response").get(
            "type", "string"
        ) != ("string"):
            return True
        return self._validator(header.schema).is_valid(value)


def _is_example(media: Media, reply: Reply) -> bool:
    """Whether a body is an example of the contract: one that contradicts itself convicts nobody."""
    if not media.examples or not reply.is_json:
        return False
    came = canonical(reply.json())
    return any(canonical(one.value) == came for one in media.examples.values())
