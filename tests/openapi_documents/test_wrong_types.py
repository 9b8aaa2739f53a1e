"""Whatever stands in a place of a document, each question has an answer or an error with file and line.

Every node of three documents of others is replaced by values of other types, and any of our contracts.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openapi_documents import KINDS, Document, DocumentError, Pointer, load, shipped
from openapi_documents.dialect import Schemas, Side
from openapi_documents.files.source import Source
from openapi_documents.forms import check
from openapi_documents.vocabulary import Vocabulary
from tests.openapi_documents.samples import places_of

FOREIGN = Path(__file__).parent / "foreign"
CONTRACTS = shipped.folder("openapi")
WRONG: tuple[Any, ...] = (
    None, 7, -1.5, True, "x", [], {}, [1], {"a": 1}, ["x", {"y": 2}], {"$ref": "#/info"}, {"$ref": 5},
)  # fmt: skip
SIDES: tuple[Side, ...] = ("request", "response", "both")


def changed(document: Document, place: Pointer, value: Any) -> Document:
    """Return a document with another value at a place, as if it had been written so."""
    if not place:
        return document
    data = copy.copy(document.data)
    here: Any = data
    for part in place[:-1]:
        here[part] = copy.copy(here[part])
        here = here[part]
    here[place[-1]] = value
    source = document.source
    return Document(Source(None, source.name, source.path, source.text, data), document.shelf)


def ask(document: Document) -> None:
    """Ask a document everything; only DocumentErrors may come of it."""
    for kind in KINDS:
        document.objects(kind)
    for operation in (*document.operations(), *document.webhooks()):
        document.parameters(operation)
    for error in (*document.broken_references(), *check(document), *Vocabulary(document).errors):
        assert error.position.line > 0
        assert str(error).isprintable()
    for place in document.objects("example"):
        refused(partial(document.external_value, place))
    for place in document.objects("link"):
        refused(partial(document.linked_operation, place))
    schemas = Schemas(document)
    for place in document.objects("schema"):
        refused(partial(document.mapping, place))
        for side in SIDES:
            refused(partial(taken, schemas, place, side))


def refused(question: Callable[[], object]) -> None:
    """Ask a question that may be refused in one sentence, and in no other way."""
    said = ""
    try:
        question()
    except DocumentError as error:
        said = str(error)
    assert said.isprintable()


def taken(schemas: Schemas, place: Pointer, side: Side) -> None:
    """Make a schema, and fail when a validator does not take it."""
    jsonschema_rs.Draft202012Validator(schemas.standalone(place, side))


@pytest.mark.parametrize("path", sorted(FOREIGN.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_foreign_document_has_no_faults(path: Path) -> None:
    document = load(path)

    assert check(document) == ()
    assert document.broken_references() == ()
    ask(document)


@pytest.mark.parametrize("path", sorted(FOREIGN.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_node_of_a_foreign_document_may_be_of_any_type(path: Path) -> None:
    document = load(path)
    wrong = itertools.cycle(WRONG)
    for place in places_of(document.data):
        for value in itertools.islice(wrong, 3):  # which three, changes from node to node
            ask(changed(document, place, value))


@cache
def contract(name: str) -> Document:
    return load(CONTRACTS / name)


@given(st.data(), st.sampled_from([path.name for path in sorted(CONTRACTS.glob("*.yaml"))]))
def test_any_node_of_our_contracts_may_be_of_any_type(data: st.DataObject, name: str) -> None:
    document = contract(name)
    place = data.draw(st.sampled_from(places_of(document.data)))

    ask(changed(document, place, data.draw(st.sampled_from(WRONG))))


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_document_of_any_type_is_a_document_or_told(tmp_path: Path, value: Any) -> None:
    (tmp_path / "api.yaml").write_text(yaml.safe_dump(value))

    if isinstance(value, dict):
        ask(load(tmp_path / "api.yaml"))
    else:
        with pytest.raises(DocumentError, match="an OpenAPI document is a mapping"):
            load(tmp_path / "api.yaml")
