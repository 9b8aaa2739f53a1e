"""What a contract says, as frozen values. Everything that this room needs of a document is read here, once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mock_server.contracts.form import Faults, check_form, member
from mock_server.contracts.lifecycles import Lifecycle, read_lifecycles
from mock_server.contracts.lives import Life, read_lives
from mock_server.contracts.operations import Operation, check_number_of_paths, read_operations
from mock_server.contracts.relations import check_relations
from mock_server.contracts.resource_words import Words, read_words
from mock_server.contracts.rules import Rules, read_rules
from mock_server.contracts.security import Scheme, read_scheme
from mock_server.contracts.servers import base_paths
from openapi_documents import Document, DocumentError, Node, described, load
from openapi_documents.vocabulary import Vocabulary

CONTROL_SERVICES = ("identity", "sandbox")
ADMINISTRATION = "sandbox"
"""The service whose API keys are the admin key."""


@dataclass(frozen=True)
class Contract:
    """A document and what it says."""

    name: str
    document: Document = field(repr=False)
    base_paths: tuple[str, ...]
    operations: tuple[Operation, ...]
    lifecycles: Mapping[str, Lifecycle]
    lives: Mapping[str, Life]
    words: Words = field(repr=False)
    rules: Rules = field(repr=False)
    error_form: str
    says_error_form: bool
    """Whether `error_form` is written; else refusals take the form that each operation documents."""
    error_names: str | None
    service: str | None
    schemes: Mapping[str, Scheme]
    faults: Faults = field(default_factory=Faults)
    """What is wrong with the document and no reason to refuse it."""

    @cached_property
    def is_control(self) -> bool:
        """Whether it describes the sandbox's own operations; a user's contract goes before it."""
        return self.service in CONTROL_SERVICES

    @property
    def token_paths(self) -> tuple[str, ...]:
        """Return the paths at which the contract says that client credentials get a token."""
        return tuple(path for scheme in self.schemes.values() for path in scheme.token_paths)

    @property
    def takes_anybody(self) -> bool:
        """Whether whatever credentials are well-formed are somebody's; true of a contract without any."""
        return all(scheme.takes_anybody for scheme in self.schemes.values())

    @property
    def title(self) -> str:
        """The title of the document, else the contract's name."""
        return _text(self.document.root, ("info", "title")) or self.name

    @property
    def summary(self) -> str:
        """The summary of the document."""
        return _text(self.document.root, ("info", "summary"))

    @property
    def files(self) -> frozenset[Path]:
        """The files that were read for it, links followed."""
        others = (self.document.source_of((file,)).path for file in self.document.files)
        return frozenset(Path(path).resolve() for path in (self.document.path, *others))

    def operation(self, operation_id: str) -> Operation:
        """Return the operation of this id. Raises KeyError."""
        return next(item for item in self.operations if item.id == operation_id)

    def status_operation(self, submission_id: str) -> Operation | None:
        """Return the operation that tells how submissions of this operation stand, if any."""
        return next((item for item in self.operations if submission_id in item.status_of), None)

    def record_operation(self, lifecycle: str) -> Operation | None:
        """Return the operation that reads one saved item of this lifecycle, if any."""
        return next((item for item in self.operations if item.record_of == lifecycle), None)

    def lifecycle_of(self, operation: Operation) -> Lifecycle:
        """Return the lifecycle of the items that an operation takes. Raises KeyError."""
        return self.lifecycles[operation.submission.lifecycle if operation.submission else ""]


def load_contract(
    source: str | Path,
    name: str = "",
    *,
    overlays: Sequence[str | Path] = (),
    allow_refs: Sequence[str | Path] = (),
) -> Contract:
    """Read a contract; without a name, it has the file's. Raises DocumentError with file, line and the mend."""
    document = load(source, overlays=overlays, allow_refs=allow_refs)
    return read_contract(document, name or _name_of(source))


def read_contract(document: Document, name: str) -> Contract:
    """Read the contract that a document holds.

    Raises DocumentError with file, line and the mend for a document that cannot be served.
    """
    _check_version(document)
    check_number_of_paths(document)
    vocabulary = Vocabulary(document)
    for error in vocabulary.errors:
        raise error
    faults = check_form(document)
    service = _word(vocabulary, "x-understudy-service")
    operations = tuple(read_operations(vocabulary, name))
    lives = read_lives(vocabulary)
    contract = Contract(
        name=name,
        document=document,
        base_paths=base_paths(document.root.get("servers")),
        operations=operations,
        lifecycles=read_lifecycles(vocabulary),
        lives=lives,
        words=read_words(vocabulary, operations, lives),
        rules=read_rules(vocabulary),
        error_form=_word(vocabulary, "x-error-form") or "problem",
        says_error_form=_word(vocabulary, "x-error-form") is not None,
        error_names=_word(vocabulary, "x-error-names"),
        service=service,
        schemes=_schemes(document, operations, service == ADMINISTRATION),
        faults=faults,
    )
    check_relations(contract)
    return contract


def _name_of(source: str | Path) -> str:
    """Return the name of a file without its ending, as a text that every database and header takes."""
    stem = "standard-input" if str(source) == "-" else Path(str(source)).stem or "contract"
    return "".join(letter if letter.isprintable() else "_" for letter in stem)


def _check_version(document: Document) -> None:
    found = member(document.root, "openapi")
    if found is None and "swagger" in document.root:
        raise document.root["swagger"].error(
            f"this is Swagger {document.root['swagger'].value}", _SERVED
        )
    if found is None:
        raise document.error((), "`openapi` is missing", _SERVED)
    if not document.version:
        raise found.error(f"`openapi` is {described(found.value)}", _SERVED)


_SERVED = "OpenAPI 3.0, 3.1 and 3.2 are served"


def _word(vocabulary: Vocabulary, name: str) -> str | None:
    found = vocabulary.word(vocabulary.document.root, name)
    return found.text() if found is not None else None


def _schemes(
    document: Document, operations: Iterable[Operation], opens_administration: bool
) -> dict[str, Scheme]:
    components = member(document.root, "components")
    schemes = member(components, "securitySchemes") if components is not None else None
    nodes = dict(schemes.entries()) if schemes is not None else {}
    nodes = {**dict(_named_by_uri(document, operations, nodes)), **nodes}
    return {
        name: read_scheme(name, node.follow(), opens_administration=opens_administration)
        for name, node in nodes.items()
    }


def _named_by_uri(
    document: Document, operations: Iterable[Operation], known: Mapping[str, Node]
) -> Iterator[tuple[str, Node]]:
    """Yield the schemes that operations name by where they stand, which OpenAPI 3.2 allows."""
    for operation in operations if document.version == "3.2" else ():
        for name in (asked.scheme for one in operation.security for asked in one):
            if name not in known:
                with contextlib.suppress(DocumentError):  # `check_relations` tells it
                    yield name, document.node(document.target(operation.place, name))


def _text(root: Node, place: tuple[str, ...]) -> str:
    found = root.document.value(place)
    return found if isinstance(found, str) else ""
