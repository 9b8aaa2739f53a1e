"""From a file to a contract: the one place where a document becomes what the judge goes by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from contract_tests.reading import words
from contract_tests.reading.contract import Contract, ErrorForm, Operation, Submission
from contract_tests.reading.lifecycle import Lifecycle
from contract_tests.reading.lives import read_each, read_lives, read_requirements, read_uses
from contract_tests.reading.nearest import nearest
from contract_tests.reading.operations import OperationReader
from contract_tests.reading.rules import references
from contract_tests.reading.schema_reader import SchemaReader
from contract_tests.reading.schemas import Schema
from contract_tests.reading.servers import path_of_server
from contract_tests.reading.status_form import USUAL, StatusForm, status_form
from openapi_documents import Document, DocumentError, LimitError, Node, Position, forms, load
from openapi_documents.shipped import folder
from openapi_documents.vocabulary import Vocabulary

_OF_CONTRACTS = frozenset({".yaml", ".yml", ".json"})
MOST_LEVELS = 80
"""Mappings within mappings in the schema of items, each of which is validated thousands of times."""
MOST_OPERATIONS = 30_000


def find(name: str) -> str:
    """Return the file of a contract: what was named, or a shipped contract of that name.

    Raises DocumentError with the nearest known name.
    """
    if name == "-" or name.startswith("git:") or Path(name).is_file():
        return name
    path = Path(name)
    if path.is_dir():
        raise DocumentError(
            Position(name, 1, 1), "this is a folder, the file of a contract is expected"
        )
    if path.suffix or path.parent != Path():
        there = [one.name for one in path.parent.glob("*") if one.suffix in _OF_CONTRACTS]
        near = nearest(path.name, there, likeness=0.6)
        mend = f"Did you mean {path.with_name(near)}?" if near else ""
        raise DocumentError(Position(name, 1, 1), "there is no such file", mend)
    known = {file.stem: file for file in sorted(folder("openapi").glob("*.yaml"))}
    if name in known:
        return str(known[name])
    near = nearest(name, known, likeness=0.6)
    mend = f"Did you mean {near}?" if near else ""
    raise DocumentError(Position(name, 1, 1), "there is no such contract", mend)


def read(name: str, *, overlays: Sequence[str] = (), allow_refs: Sequence[str] = ()) -> Contract:
    """Read a contract. Raises DocumentError: one sentence with file, line and the mend."""
    return contract_of(load(find(name), overlays=overlays, allow_refs=allow_refs))


def contract_of(document: Document) -> Contract:
    """Return what a document means. Raises DocumentError."""
    root = document.root
    if "paths" not in root and "webhooks" not in root:
        raise document.error((), "this is no OpenAPI document: it has no `paths`")
    count = len(document.operations())
    if count > MOST_OPERATIONS:
        raise LimitError(
            root["paths"].position,
            f"there are {count} operations; the judge asks {MOST_OPERATIONS} at most",
        )
    for error in forms.check(document):
        raise error
    vocabulary = Vocabulary(document)
    words.check(vocabulary)
    schemas = SchemaReader(document)
    silences, lifecycles = words.silences(vocabulary), words.lifecycles(vocabulary)
    operations = OperationReader(vocabulary, schemas).operations()
    info = root.get("info")
    form, names = vocabulary.word(root, "x-error-form"), vocabulary.word(root, "x-error-names")
    name = _name(document)
    return Contract(
        name=name,
        title=str(info.mapping().get("title", name)) if info else name,
        version=str(info.mapping().get("version", "")) if info else "",
        document=document,
        schemas=schemas,
        operations=operations,
        lifecycles=lifecycles,
        submissions=tuple(_Submissions(vocabulary, schemas, operations, lifecycles)),
        silences=silences,
        rules=words.rules(vocabulary),
        token_url=_token_url(document),
        path_below=path_of_server(root) or "",
        error_form=ErrorForm(form.text()) if form else ErrorForm.PROBLEM,
        error_names=names.text() if names else None,
        says_error_form=form is not None,
        lives=read_lives(vocabulary),
        requirements={
            one.id: read_requirements(vocabulary, document.node(one.place)) for one in operations
        },
        uses={one.id: read_uses(vocabulary, document.node(one.place)) for one in operations},
        each={one.id: read_each(vocabulary, document.node(one.place)) for one in operations},
    )


def _name(document: Document) -> str:
    name = PurePosixPath(document.name.replace("\\", "/").rpartition(":")[2]).stem
    return name if name not in {"", "-"} else "contract"


class _Submissions:
    """Reads the submissions of a document."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        schemas: SchemaReader,
        operations: tuple[Operation, ...],
        lifecycles: Mapping[str, Lifecycle],
    ) -> None:
        self._vocabulary, self._schemas = vocabulary, schemas
        self._document = vocabulary.document
        self._operations, self._lifecycles = operations, lifecycles
        self._statuses = dict(self._status_words())
        self._records = dict(self._record_words())

    def __iter__(self) -> Iterator[Submission]:
        for operation in self._operations:
            word = self._word(operation, "x-submission")
            if word is not None:
                yield self._submission(operation, word)

    def _submission(self, operation: Operation, word: Node) -> Submission:
        name = word["lifecycle"]
        if name.text() not in self._lifecycles:
            raise words.unknown(name, "lifecycle", self._lifecycles)
        lifecycle = self._lifecycles[name.text()]
        media = operation.content()
        if media is None or media.schema is None:
            raise self._document.error(
                operation.place, "a submission takes an array of items as application/json"
            )
        array = self._schemas.schema(media.schema, "request")
        asynchronous = word["processing"].text() != "synchronous"
        if _levels(array) > MOST_LEVELS:
            position = self._document.position(media.schema)
            raise LimitError(position, f"the schema of items is deeper than {MOST_LEVELS} levels")
        status, record = self._status_of(operation), self._record_of(lifecycle)
        place = self._schemas.locate(media.schema, ("items",))
        return Submission(
            operation=operation,
            lifecycle=lifecycle,
            asynchronous=asynchronous,
            item_schema=_items(array),
            item_place=place,
            min_items=int(array.get("minItems", 0)),
            max_items=array.get("maxItems"),
            status=status,
            record=record,
            form=self._form(status if asynchronous and status else operation, lifecycle),
            examples=tuple(one.value for one in media.examples.values()),
        )

    def _word(self, operation: Operation, name: str) -> Node | None:
        return self._vocabulary.word(self._document.node(operation.place), name)

    def _status_of(self, submission: Operation) -> Operation | None:
        found = (one for one in self._operations if submission.id in self._statuses.get(one.id, ()))
        return next(found, None)

    def _record_of(self, lifecycle: Lifecycle) -> Operation | None:
        found = (one for one in self._operations if self._records.get(one.id) == lifecycle.name)
        return next(found, None)

    def _status_words(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each operation that tells the status of submissions, and which. Raises DocumentError."""
        known = [one.id for one in self._operations if self._word(one, "x-submission")]
        for one in self._operations:
            word = self._word(one, "x-status-of")
            for node in word.elements() if word else ():
                if node.text() not in known:
                    raise words.unknown(node, "submission", known)
            if word is not None:
                yield one.id, references(word.value)

    def _record_words(self) -> Iterator[tuple[str, str]]:
        """Yield each operation that reads a record, and its lifecycle. Raises DocumentError."""
        for one in self._operations:
            word = self._word(one, "x-record-of")
            if word is not None:
                if word.text() not in self._lifecycles:
                    raise words.unknown(word, "lifecycle", self._lifecycles)
                yield one.id, word.text()

    def _form(self, operation: Operation, lifecycle: Lifecycle) -> StatusForm:
        response = operation.response(operation.success)
        media = response.of_type("application/json") if response else None
        if media is None or media.schema is None:
            return USUAL
        schema = self._schemas.schema(media.schema, "response")
        return status_form(schema, lifecycle.states, lifecycle.initial)


def _levels(schema: object) -> int:
    """Return how many schemas stand in one another."""
    if isinstance(schema, dict):
        return 1 + max((_levels(one) for one in schema.values()), default=0)
    if isinstance(schema, list):
        return max(map(_levels, schema), default=0)
    return 0


def _items(array: Schema) -> Schema:
    items = array.get("items", {})
    if not isinstance(items, dict):
        return {}
    # An item that holds itself refers to the definitions of the whole.
    whole = {name: array[name] for name in ("$id", "$defs") if name in array}
    return {**whole, **items}


def _token_url(document: Document) -> str | None:
    """Return where tokens are fetched, from the first OAuth2 scheme with client credentials."""
    components = document.root.get("components")
    schemes = components.get("securitySchemes") if components else None
    for _, one in schemes.members() if schemes else ():
        flows = one.follow().get("flows")
        flow = flows.get("clientCredentials") if flows else None
        if flow is not None and "tokenUrl" in flow:
            return flow["tokenUrl"].text()
    return None
