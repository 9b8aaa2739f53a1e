"""Examples of one name: who sends the request that one shows gets the answer that the other shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_server.contracts.operations import Operation
from mock_server.contracts.request_examples import ExamplePart, read_request_examples
from mock_server.examples.plain import key_of
from mock_server.examples.preferences import preferences
from openapi_documents import Document, Pointer


@dataclass(frozen=True)
class Given:
    """What of a request decides about its answer: the texts of some headers, its parameters by name, and its body."""

    prefer: str | None = None
    accept: str | None = None
    language: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    body: object = None

    @property
    def is_dynamic(self) -> bool:
        """Whether an answer of the schema is wanted, each time another one."""
        return preferences(self.prefer).get("dynamic", "false").lower() == "true"


class Pair(NamedTuple):
    """The answer that belongs to a request: its code as the document writes it, and the example."""

    code: str
    name: str


class _Known(NamedTuple):
    """The names that request and answer share, and the parts of a request that have them."""

    codes: Mapping[str, str]
    parts: tuple[ExamplePart, ...]


class Pairs:
    """The pairs of one document."""

    def __init__(self, document: Document) -> None:
        """Take the document."""
        self._document = document
        self._known: dict[Pointer, _Known] = {}

    def found(self, operation: Operation, given: Given) -> Pair | None:
        """Return the answer whose example is called as those that the request is; None when there is none."""
        if operation.place not in self._known:
            self._known[operation.place] = self._read(operation)
        codes, parts = self._known[operation.place]
        fitting = {name: self._fitting(name, parts, given) for name in codes}
        best = max(fitting, key=lambda name: fitting[name], default=None)
        return Pair(codes[best], best) if best is not None and fitting[best] else None

    def _read(self, operation: Operation) -> _Known:
        shown = dict(_shown(operation))
        if not shown:
            return _Known({}, ())
        parts = tuple(read_request_examples(self._document, operation))
        asked = {name for part in parts for name in part.examples}
        return _Known({name: code for name, code in shown.items() if name in asked}, parts)

    def _fitting(self, name: str, parts: tuple[ExamplePart, ...], given: Given) -> int:
        """Return how many parts of the request are as the examples of a name; 0 when one of them is not."""
        with_name = [part for part in parts if name in part.examples]
        if all(self._is_as(part, name, given) for part in with_name):
            return len(with_name)
        return 0

    def _is_as(self, part: ExamplePart, name: str, given: Given) -> bool:
        example = self._document.value(part.examples[name])
        if not isinstance(example, dict):
            return False
        wanted = example.get("value", example.get("dataValue"))
        if part.location == "body":
            return key_of(given.body) == key_of(wanted)
        sent = given.parameters.get(part.name)
        return key_of(sent) == key_of(wanted) or (sent is not None and str(sent) == str(wanted))


def _shown(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the names of the answers' examples, each with a code; of a name that stands twice, the success last."""
    for response in sorted(operation.responses, key=lambda one: one is operation.success):
        code = response.code.upper().replace("X", "0") if response.code != "default" else "200"
        yield from ((name, code) for media in response.content for name in media.examples)
