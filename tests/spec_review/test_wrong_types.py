"""Whatever stands anywhere in a document: a finding or one sentence with file and line, never a traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi_documents import Document, DocumentError, Pointer, load, parse
from spec_review.diff.command import FORMATS, rendered
from spec_review.diff.comparison import compare
from spec_review.explain.command import page
from spec_review.lint.rules import RULES
from spec_review.lint.subject import Subject
from spec_review.output import formats
from spec_review.output.review import Review
from tests.spec_review.documents import OURS, TIMES

FOREIGN = sorted((Path(__file__).parent / "foreign").glob("*.yaml"))
OTHERS: list[Any] = [
    None, True, 7, -1.5, 10**30, "x", "", [], [1], ["x", {"y": 2}], {}, {"a": 1}, {"$ref": 5},
    {"$ref": "#/info"}, {"$ref": "#/nowhere"}, {"$ref": "../x.yaml"},
]  # fmt: skip


def places(value: Any, here: Pointer = ()) -> Iterator[Pointer]:
    """Every place inside a value but the value itself."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, inner in inside:
        yield (*here, name)
        yield from places(inner, (*here, name))


def with_other(data: Any, place: Pointer, other: Any) -> Document:
    """The document with another value at one place."""
    edited = copy.deepcopy(data)
    holder = edited
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = other
    return parse(json.dumps(edited, indent=1), "edited.json")


def review(original: Document, edited: Document) -> None:
    """Ask every command; each may only refuse the document as a whole."""
    lines = edited.text.splitlines()
    with suppress(DocumentError):
        subject = Subject(edited, variants=3)
        findings = [finding for rule in RULES for finding in rule(subject)]
        for finding in findings:
            assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1, finding
        assert formats.FORMATS["sarif"](Review(findings, ["edited.json"], RULES))
        for diff in (compare(original, edited), compare(edited, original)):
            assert all(rendered(diff, form) for form in FORMATS)
        assert page(edited).startswith("<!doctype html>")


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_a_foreign_document_is_sound_as_it_stands(path: Path) -> None:
    document = load(path)

    errors = [finding for rule in RULES for finding in rule(Subject(document))]

    assert [str(finding) for finding in errors if finding.severity == "error"] == []


DOCUMENTS = {path: load(path) for path in (*FOREIGN, *OURS)}
NODES = [[(path, place) for place in places(DOCUMENTS[path].data)] for path in FOREIGN]
OUR_NODES = [(path, place) for path in OURS for place in places(DOCUMENTS[path].data)]
MANY = settings(
    max_examples=20 * TIMES,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.timeout(900)
@MANY
@given(node=st.sampled_from(NODES).flatmap(st.sampled_from), other=st.sampled_from(OTHERS))
def test_any_node_of_a_foreign_document_may_be_of_another_type(
    node: tuple[Path, Pointer], other: Any
) -> None:
    path, place = node
    review(DOCUMENTS[path], with_other(DOCUMENTS[path].data, place, other))


@pytest.mark.timeout(900)
@settings(MANY, max_examples=6 * TIMES)
@given(node=st.sampled_from(OUR_NODES), other=st.sampled_from(OTHERS))
def test_any_node_of_our_contracts_may_be_of_another_type(
    node: tuple[Path, Pointer], other: Any
) -> None:
    path, place = node
    review(DOCUMENTS[path], with_other(DOCUMENTS[path].data, place, other))
