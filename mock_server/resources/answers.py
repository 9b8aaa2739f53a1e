"""Writes the answers of resources: a representation in the envelope, the media type and the headers of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.answers import ExampleAnswer
from mock_server.examples.negotiation import is_json
from mock_server.examples.writing import written
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.conditions import tag_of
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Request
from mock_server.resources.bodies import AS_JSON, Bodies
from mock_server.resources.making import Members, required_of
from mock_server.resources.resource import Binding, Resource, Shown
from mock_server.resources.shapes import Spot, answer_of, members_of, value_at, with_value
from mock_server.storage.resources import Stored

NO_RESOURCE = Kind(404, "There is no {one}.")
GONE = Kind(410, "There is no {one} any more.")
CHANGED = Kind(412, "The {one} has changed: it is {now} now.")
EXISTS = Kind(412, "There is a {one} already.")
TAKEN = Kind(409, "There is a {one} already.")


class Answers:
    """The answers of one contract's resources."""

    def __init__(self, bodies: Bodies) -> None:
        """Take the bodies of the contract."""
        self._bodies = bodies

    def of(
        self,
        request: Request,
        resource: Resource,
        binding: Binding,
        value: Members | None,
        headers: Mapping[str, str],
        shown: Shown | None = None,
    ) -> Answer:
        """Return the answer of an operation that is about a resource; its representation where the contract wants one.

        `shown` is a response that is not the usual one.
        """
        base = self.base(request, shown.code if shown is not None else None)
        spot = shown.answer if shown is not None else binding.answer
        body = base.body
        if spot is not None and value is not None and base.media_type is not None:
            body = self._body(base.body, spot, resource, value)
        return self.written(base, body, spot, headers)

    def base(self, request: Request, code: str | None = None) -> ExampleAnswer:
        """Return what the contract alone would answer, with a code of its own if one is given."""
        found = self._bodies.example(request.operation, code, request.headers.get("accept"))
        if found is None:
            raise Problem(problems.NO_EXAMPLE, reason=request.operation.id)
        return found

    def element(self, value: Members, resource: Resource, spot: Spot, example: Members) -> object:
        """Return a representation as an element of a list whose elements have a schema of their own."""
        place = spot.view.node.place
        shown = shown_as(value, resource, spot.view, example)
        return self._bodies.fitting(shown, Spot(place, (), spot.view), example)

    def first_element(self, binding: Binding) -> Members:
        """Return an example of an element of a list."""
        spot = binding.answer
        if spot is None:
            return {}
        answer = self._bodies.example(binding.operation, accept=AS_JSON)
        found = value_at(answer.body, spot.at) if answer is not None else None
        first = found[0] if isinstance(found, list) and found else None
        own = Spot(spot.view.node.place, (), spot.view)
        return self._bodies.fitting_example(first, own)

    def _body(self, body: object, spot: Spot, resource: Resource, value: Members) -> object:
        example = value_at(body, spot.at)
        example = example if isinstance(example, Mapping) else {}
        shown = shown_as(value, resource, spot.view, example)
        return self._bodies.fitting(with_value(body, spot.at, shown), spot, example)

    def written(
        self, base: ExampleAnswer, body: object, spot: Spot | None, headers: Mapping[str, str]
    ) -> Answer:
        """Return an answer with this body, in the media type of the example."""
        sent = {**without(base.headers, headers), **headers}
        if base.media_type is None:
            return Answer(base.status, b"", None, sent)
        if is_json(base.media_type):
            return Answer(base.status, msgspec.json.encode(body), base.media_type, sent)
        if not isinstance(body, Mapping | list) or spot is None:
            return Answer(base.status, base.encoded(), base.media_type, sent)
        whole = self._bodies.view(spot.schema)
        text = written(body, base.media_type.partition(";")[0].strip().lower(), whole)
        return Answer(base.status, text.encode("utf-8", "surrogatepass"), base.media_type, sent)


def shown_as(
    value: Members, resource: Resource, view: SchemaView, example: Members
) -> dict[str, object]:
    """Return a representation as another answer shows it: with what its schema names, and what it asks for."""
    known = members_of(view)
    if view.place == resource.item.view.place or not known:
        return dict(value)
    required = required_of(view)
    key = resource.key[:1]  # without it, nobody could find what is shown
    shown = {name: value[name] for name in (*key, *known) if name in value}
    return {**{name: example[name] for name in required if name in example}, **shown}


def without(headers: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Return headers without those of the same names, in whatever case."""
    names = {name.lower() for name in others}
    return {name: text for name, text in headers.items() if name.lower() not in names}


# -- refusals ------------------------------------------------------------------------------------


def not_found(operation: Operation, name: str, key: str) -> Problem:
    """Return the refusal of what is not there: as the contract documents it, 404, else 410, else 404."""
    codes = {response.code for response in operation.responses}
    kind = GONE if "410" in codes and not codes & {"404", "4XX", "4xx"} else NO_RESOURCE
    return Problem(kind, one=spoken_of(name, key))


def spoken_of(name: str, key: str) -> str:
    """Return how people call a resource: `pet 7`; `profile` where there is only one."""
    return f"{name} {key}".rstrip()


# -- conditions ----------------------------------------------------------------------------------


def has_etag(resource: Resource) -> bool:
    """Tell whether a contract knows entity tags of a resource: a header of an answer, or of a request."""
    for binding in resource.bindings.values():
        response = answer_of(binding.operation)[1]
        names = {header.name.lower() for header in (response.headers if response else ())}
        asked = {
            one.name.lower() for one in binding.operation.parameters if one.location == "header"
        }
        if "etag" in names or asked & {"if-match", "if-none-match"}:
            return True
    return False


def etag_of(stored: Stored) -> str:
    """Return the entity tag of what is stored."""
    return tag_of(f"{stored.number}/{stored.version}".encode() + stored.data)


def path_of(resource: Resource, above: tuple[str, ...], key: str) -> str:
    """Return the path of one resource."""
    values = iter((*above, key))
    return "/".join(
        part if "{" not in part else _filled(part, next(values))
        for part in resource.path.split("/")
    )


def _filled(part: str, value: str) -> str:
    before, _, rest = part.partition("{")
    return f"{before}{quote(value, safe='')}{rest.partition('}')[2]}"
