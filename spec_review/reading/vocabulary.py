"""The `x-` vocabulary of a document as frozen values, each with the pointer of its place.

Reading is tolerant: what does not have its form is left out here and reported by the rules
`unknown-word` and `word-form`, which compare the document with `WORDS`, `PLACES` and `FORMS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from spec_review.document import Document, Operation, Pointer, UnresolvedError

CONDITIONS: Final = (
    "rival-in-request",
    "invalid",
    "twin-in-request",
    "twin-saved",
    "rival-saved",
    "otherwise",
)
PROCESSING: Final = ("asynchronous", "synchronous")
ERROR_FORMS: Final = ("problem", "envelope", "oauth")

_TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}
_REFERENCE: Final[dict[str, Any]] = {
    "anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}]
}


def _exactly(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


# Whether a row or rule has a source or a silence, and whether a silence has its choice and
# alternatives, is told by rules of their own: they know better sentences.
FORMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "x-lifecycles": {
        "type": "object",
        "additionalProperties": {
            **_exactly(
                "key records states outcomes",
                key={"type": "array", "items": _TEXT, "uniqueItems": True},
                records=_TEXT,
                states={
                    "type": "object",
                    "additionalProperties": _exactly(
                        "", initial={"type": "boolean"}, saved={"type": "boolean"}
                    ),
                },
                outcomes={
                    "type": "array",
                    "minItems": 1,
                    "items": _exactly(
                        "when then",
                        when={"enum": list(CONDITIONS)},
                        then=_TEXT,
                        source={"type": "string"},
                        silence=_REFERENCE,
                        message=_TEXT,
                    ),
                },
                **{"x-silence": _REFERENCE},
            )
        },
    },
    "x-submission": _exactly(
        "lifecycle processing", lifecycle=_TEXT, processing={"enum": list(PROCESSING)}
    ),
    "x-status-of": {**_TEXTS, "minItems": 1, "uniqueItems": True},
    "x-record-of": _TEXT,
    "x-rules": {
        "type": "array",
        "minItems": 1,
        "items": _exactly(
            "id rule message",
            id=_TEXT,
            rule=_TEXT,
            message=_TEXT,
            source={"type": "string"},
            silence=_REFERENCE,
        ),
    },
    "x-silences": {
        "type": "array",
        "items": _exactly(
            "id question basis",
            id={"type": "string", "pattern": "^[A-Z][0-9]+$"},
            question=_TEXT,
            choice={"type": "string"},
            alternatives={"type": "array", "items": _TEXT},
            basis=_TEXT,
            about=_TEXT,
            instead={"type": "array", "items": {"type": "object"}},
        ),
    },
    "x-silence": _REFERENCE,
    "x-error-form": {"enum": list(ERROR_FORMS)},
    "x-error-names": {"enum": ["camelCase"]},
    "x-idempotency-key": _TEXT,
    "x-token": {
        "anyOf": [
            {"type": "null"},
            _exactly("in name", **{"in": {"enum": ["body", "query"]}, "name": _TEXT}),
        ]
    },
    "x-breaks": _TEXT,
    "x-understudy-service": _TEXT,
}
"""What each word must look like, as JSON Schema."""

WORDS: Final = tuple(FORMS)
"""The words of the vocabulary."""

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "x-lifecycles": ("components",),
    "x-submission": ("operation",),
    "x-status-of": ("operation",),
    "x-record-of": ("operation",),
    "x-rules": ("schema",),
    "x-silences": ("document",),
    "x-silence": (
        "operation",
        "parameter",
        "schema",
        "response",
        "header",
        "lifecycle",
        "security scheme",
        "request body",
        "media type",
        "path item",
    ),
    "x-error-form": ("document",),
    "x-error-names": ("document",),
    "x-idempotency-key": ("operation",),
    "x-token": ("document", "operation"),
    "x-breaks": ("example",),
    "x-understudy-service": ("document",),
}
"""The kinds of objects that may carry each word."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One reference to a row of `x-silences`."""

    pointer: Pointer
    id: str


@dataclass(frozen=True, slots=True)
class State:
    """A state that an item can have."""

    pointer: Pointer
    name: str
    initial: bool
    saved: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the decision table. `source` is None when the row does not have the member."""

    pointer: Pointer
    when: str
    then: str
    source: str | None
    silences: tuple[Mention, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What becomes of the items of a submission."""

    pointer: Pointer
    name: str
    key: tuple[str, ...]
    records: str
    states: tuple[State, ...]
    outcomes: tuple[Outcome, ...]
    silences: tuple[Mention, ...]

    @property
    def state_names(self) -> tuple[str, ...]:
        """The names of its states, in the order in which they are written."""
        return tuple(state.name for state in self.states)

    @property
    def saves(self) -> bool:
        """Whether some row leads to a state that is saved."""
        saved = {state.name for state in self.states if state.saved}
        return any(row.then in saved for row in self.outcomes)


@dataclass(frozen=True, slots=True)
class Submission:
    """An operation that takes items of a lifecycle."""

    pointer: Pointer
    operation: Operation
    lifecycle: str
    processing: str


@dataclass(frozen=True, slots=True)
class StatusOf:
    """An operation that answers how submissions stand; `submissions` are operationIds."""

    pointer: Pointer
    operation: Operation
    submissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordOf:
    """An operation that reads one saved item of a lifecycle."""

    pointer: Pointer
    operation: Operation
    lifecycle: str


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One of the `x-rules` of a schema: what it says in CEL of `self` and `partner`."""

    pointer: Pointer
    schema: Pointer
    id: str
    expression: str
    message: str
    source: str | None
    silences: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """A row of `x-silences`: a question that the sources leave open, and what was chosen."""

    pointer: Pointer
    id: str
    question: str
    choice: str
    alternatives: tuple[str, ...]
    basis: str
    instead: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Contract:
    """The vocabulary that a document uses."""

    document: Document
    lifecycles: tuple[Lifecycle, ...]
    submissions: tuple[Submission, ...]
    statuses: tuple[StatusOf, ...]
    records: tuple[RecordOf, ...]
    rules: tuple[ItemRule, ...]
    silences: tuple[Silence, ...]
    mentions: tuple[Mention, ...]
    error_form: str

    def lifecycle(self, name: str) -> Lifecycle | None:
        """Return the lifecycle of this name."""
        return next((one for one in self.lifecycles if one.name == name), None)

    def item_schema(self, submission: Submission) -> Pointer | None:
        """Return the place of the schema of one item, None when the body is no array."""
        body = self.body_schema(submission)
        if body is None:
            return None
        schema = self.document.value(body)
        if not isinstance(schema, dict) or not isinstance(schema.get("items"), dict):
            return None
        try:
            return self.document.follow((*body, "items"))
        except UnresolvedError:
            return None

    def body_schema(self, submission: Submission) -> Pointer | None:
        """Return the place of the schema of a submission's JSON body."""
        return json_schema(self.document, (*submission.operation.pointer, "requestBody"))

    def status_operations(self, submission: Submission) -> tuple[StatusOf, ...]:
        """Return the operations that answer how this submission stands."""
        return tuple(one for one in self.statuses if submission.operation.id in one.submissions)


def json_schema(document: Document, holder: Pointer) -> Pointer | None:
    """Return the place of the JSON schema in the `content` of a request body or response."""
    content = document.resolved((*holder, "content"))
    for name in content if isinstance(content, dict) else ():
        kind = name.partition(";")[0].strip().lower()
        if kind == "application/json" or kind.endswith("+json"):
            try:
                place = document.follow((*holder, "content", name, "schema"))
            except UnresolvedError:
                return None
            if isinstance(document.value(place), dict):
                return place
    return None


@lru_cache(maxsize=16)
def read(document: Document) -> Contract:
    """Return the vocabulary of a document; what has not its form is left out."""
    lifecycles = tuple(_lifecycles(document))
    rules = tuple(_rules(document))
    form = document.data.get("x-error-form", "problem")
    mentions = [
        *_mentions(document),
        *(mention for one in lifecycles for mention in one.silences),
        *(mention for one in lifecycles for row in one.outcomes for mention in row.silences),
        *(mention for rule in rules for mention in rule.silences),
    ]
    return Contract(
        document=document,
        lifecycles=lifecycles,
        submissions=tuple(_submissions(document)),
        statuses=tuple(_statuses(document)),
        records=tuple(_records(document)),
        rules=rules,
        silences=tuple(_silences(document)),
        mentions=tuple(mentions),
        error_form=form if form in ERROR_FORMS else "problem",
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _references(pointer: Pointer, value: Any) -> tuple[Mention, ...]:
    if isinstance(value, str):
        return (Mention(pointer, value),)
    if isinstance(value, list):
        return tuple(
            Mention((*pointer, index), one)
            for index, one in enumerate(value)
            if isinstance(one, str)
        )
    return ()


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(pointer: Pointer, value: Any) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    for index, one in enumerate(value) if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield (*pointer, index), one


def _lifecycles(document: Document) -> Iterator[Lifecycle]:
    above: Pointer = ("components", "x-lifecycles")
    for name, value in _mapping(document.value(above)).items():
        place = (*above, name)
        if not isinstance(value, dict):
            continue
        yield Lifecycle(
            pointer=place,
            name=name,
            key=_texts(value.get("key")),
            records=_text(value.get("records")),
            states=tuple(
                State(
                    (*place, "states", state),
                    state,
                    _mapping(more).get("initial") is True,
                    _mapping(more).get("saved") is True,
                )
                for state, more in _mapping(value.get("states")).items()
            ),
            outcomes=tuple(
                Outcome(
                    pointer=at,
                    when=_text(row.get("when")),
                    then=_text(row.get("then")),
                    source=_text(row["source"]) if "source" in row else None,
                    silences=_references((*at, "silence"), row.get("silence")),
                    message=_text(row.get("message")),
                )
                for at, row in _rows((*place, "outcomes"), value.get("outcomes"))
            ),
            silences=_references((*place, "x-silence"), value.get("x-silence")),
        )


def _submissions(document: Document) -> Iterator[Submission]:
    for operation in document.operations():
        value = operation.value.get("x-submission")
        if isinstance(value, dict):
            yield Submission(
                (*operation.pointer, "x-submission"),
                operation,
                _text(value.get("lifecycle")),
                _text(value.get("processing")),
            )


def _statuses(document: Document) -> Iterator[StatusOf]:
    for operation in document.operations():
        if "x-status-of" in operation.value:
            yield StatusOf(
                (*operation.pointer, "x-status-of"),
                operation,
                _texts(operation.value["x-status-of"]),
            )


def _records(document: Document) -> Iterator[RecordOf]:
    for operation in document.operations():
        if isinstance(operation.value.get("x-record-of"), str):
            yield RecordOf(
                (*operation.pointer, "x-record-of"), operation, operation.value["x-record-of"]
            )


def _rules(document: Document) -> Iterator[ItemRule]:
    for place in document.objects("schema"):
        schema = document.value(place)
        if not isinstance(schema, dict):
            continue
        for at, rule in _rows((*place, "x-rules"), schema.get("x-rules")):
            yield ItemRule(
                pointer=at,
                schema=place,
                id=_text(rule.get("id")),
                expression=_text(rule.get("rule")),
                message=_text(rule.get("message")),
                source=_text(rule["source"]) if "source" in rule else None,
                silences=_references((*at, "silence"), rule.get("silence")),
            )


def _silences(document: Document) -> Iterator[Silence]:
    for at, row in _rows(("x-silences",), document.data.get("x-silences")):
        yield Silence(
            pointer=at,
            id=_text(row.get("id")),
            question=_text(row.get("question")),
            choice=_text(row.get("choice")),
            alternatives=_texts(row.get("alternatives")),
            basis=_text(row.get("basis")),
            instead=tuple(one for one in row.get("instead") or () if isinstance(one, dict)),
        )


def _mentions(document: Document) -> Iterator[Mention]:
    """Return the `x-silence` of every object but the lifecycles."""
    for kind in PLACES["x-silence"]:
        for place in document.objects(kind) if kind != "lifecycle" else ():
            value = document.value(place)
            if isinstance(value, dict) and "x-silence" in value:
                yield from _references((*place, "x-silence"), value["x-silence"])
