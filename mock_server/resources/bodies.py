"""The bodies of one contract's answers: examples to begin with, and what tells whether a made one fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.examples.answers import Answers, ExampleAnswer
from mock_server.examples.negotiation import NotAcceptableError
from mock_server.examples.pairing import Given
from mock_server.examples.preferences import UnknownPreferenceError
from mock_server.examples.search import NoInstanceError
from mock_server.examples.smallest import Standalone
from mock_server.examples.values import Values
from mock_server.http import problems
from mock_server.http.problems import Problem
from mock_server.resources.making import Members, required_of
from mock_server.resources.resource import Resource
from mock_server.resources.shapes import Spot, members_of, value_at, with_value
from openapi_documents import DocumentError, Pointer, text_of

AS_JSON: Final = "application/json, */*;q=0.1"
"""What a sandbox accepts that reads an example itself."""

_REMEMBERED = 4096


class Bodies:
    """What the operations of a contract answer by its examples."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        """Take the contract and its schemas."""
        self._answers = Answers(contract.document, Values(contract.document, schemas.dialect))
        self._schemas = schemas
        self._document = contract.document
        self._dialect = schemas.dialect
        self._examples: dict[tuple[str, str | None, str | None], ExampleAnswer | None] = {}

    def example(
        self, operation: Operation, code: str | None = None, accept: str | None = None
    ) -> ExampleAnswer | None:
        """Return an example of an answer, None where there is none. Raises Problem 406 for what nobody accepts."""
        asked = (operation.name, code, accept)
        if asked in self._examples:
            return self._examples[asked]
        found = self._example(operation, code, accept)
        if len(self._examples) < _REMEMBERED:
            self._examples[asked] = found
        return found

    def _example(
        self, operation: Operation, code: str | None, accept: str | None
    ) -> ExampleAnswer | None:
        try:
            prefer = f"code={code}" if code else None
            return self._answers.answer(operation, Given(prefer, accept))
        except NotAcceptableError as error:
            raise Problem(problems.NOT_ACCEPTABLE, reason=error) from None
        except (UnknownPreferenceError, NoInstanceError, DocumentError):
            return None

    def example_at(self, operation: Operation, spot: Spot) -> Members:
        """Return the object that stands at a spot of an operation's example, an empty one where there is none."""
        answer = self.example(operation, accept=AS_JSON)
        found = value_at(answer.body, spot.at) if answer is not None else None
        return self.fitting_example(found, spot)

    def shown(self, resource: Resource) -> Members:
        """Return what a read shows by the contract alone, else the first element of a list; empty where neither is."""
        if resource.reading is not None:
            return self.example_at(resource.reading.operation, resource.item)
        listing = resource.listing
        if listing is None or listing.answer is None:
            return {}
        answer = self.example(listing.operation, accept=AS_JSON)
        found = value_at(answer.body, listing.answer.at) if answer is not None else None
        return self.fitting_example(
            found[0] if isinstance(found, list) and found else None, resource.item
        )

    def fitting_example(self, found: object, spot: Spot) -> Members:
        """Return an example of what stands at a spot: the one that was found if it fits, else the smallest that does."""
        place = spot.view.node.place
        if isinstance(found, Mapping) and self.accepts(place, found):
            return found
        smallest = self._smallest(place)
        if isinstance(smallest, Mapping):
            return smallest
        return found if isinstance(found, Mapping) else {}

    def completed(self, value: Members, view: SchemaView) -> dict[str, object]:
        """Return an object whose inner objects have what their schemas ask for."""
        found = dict(value)
        for name, member in members_of(view).items():
            inner = found.get(name)
            if not isinstance(inner, Mapping) or not member.properties:
                continue
            missing = required_of(member) - inner.keys()
            if missing:
                example = self.fitting_example(None, Spot(member.node.place, (), member))
                inner = {**{one: example[one] for one in missing if one in example}, **inner}
            found[name] = self.completed(inner, member)
        return found

    def _smallest(self, schema: Pointer) -> object:
        try:
            return Standalone(self._dialect.standalone(schema, "response")).smallest(
                text_of(schema)
            )
        except (NoInstanceError, DocumentError):
            return None

    def usual(self, schema: Pointer) -> object:
        """Return a value of a schema as one makes it up, None where none is found."""
        try:
            return Standalone(self._dialect.standalone(schema, "response")).usual(text_of(schema))
        except (NoInstanceError, DocumentError):
            return None

    def view(self, schema: Pointer) -> SchemaView:
        """Return a view of the schema at a place."""
        return SchemaView(self._document.node(schema))

    def accepts(self, schema: Pointer, value: object) -> bool:
        """Tell whether a value fits the schema of an answer; also where that cannot be compiled."""
        try:
            return self._schemas.check(schema, None, "response").accepts(value)
        except DocumentError:
            return True

    def fitting(self, whole: object, spot: Spot, example: Members) -> object:
        """Return a body whose object at a spot fits: what does not is as in the example, which does.

        Where the example does not fit either, the body is returned as it came.
        """
        if self.accepts(spot.schema, whole):
            return whole
        best = with_value(whole, spot.at, example)
        if not self.accepts(spot.schema, best):
            return whole
        wanted = value_at(whole, spot.at)
        members = dict(example)
        for name, value in wanted.items() if isinstance(wanted, Mapping) else ():
            if self.accepts(spot.schema, with_value(best, spot.at, {**members, name: value})):
                members[name] = value
        for name in [one for one in members if isinstance(wanted, Mapping) and one not in wanted]:
            fewer = {key: value for key, value in members.items() if key != name}
            if self.accepts(spot.schema, with_value(best, spot.at, fewer)):
                members = fewer
        return with_value(best, spot.at, members)
