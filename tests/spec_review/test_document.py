"""A document knows where each of its words stands."""

from __future__ import annotations

import time

import pytest

from spec_review.document import (
    MISSING,
    CircularReferenceError,
    DanglingReferenceError,
    Document,
    DocumentError,
    ExternalReferenceError,
    pointer_of,
    text_of,
)

ANCHORED = """\
openapi: 3.1.1
paths: {}
common: &common
  type: string
  maxLength: 5
components:
  schemas:
    Name:
      <<: *common
      maxLength: 7
    Alias: *common
    Reference: {$ref: '#/components/schemas/Name'}
    Deep:
      properties:
        one: {$ref: '#/components/schemas/Reference'}
    List:
      - first
      -   second
"""


@pytest.fixture(name="document")
def _document() -> Document:
    return Document.parse(ANCHORED, "a.yaml")


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("#/openapi", "a.yaml:1:10"),
        ("#/components/schemas/Name", "a.yaml:8:5"),
        ("#/components/schemas/Name/maxLength", "a.yaml:10:18"),
        ("#/components/schemas/Name/type", "a.yaml:4:9"),
        ("#/components/schemas/Alias", "a.yaml:11:5"),
        ("#/components/schemas/Alias/maxLength", "a.yaml:5:14"),
        ("#/components/schemas/List/1", "a.yaml:18:11"),
        ("#/components/schemas/Deep/nowhere/at/all", "a.yaml:13:5"),
    ],
)
def test_a_pointer_has_the_position_of_the_text_it_stands_for(
    document: Document, pointer: str, place: str
) -> None:
    assert str(document.position(pointer_of(pointer))) == place


def test_a_reference_is_followed_to_the_text_of_its_target(document: Document) -> None:
    target = document.follow(pointer_of("#/components/schemas/Deep/properties/one/maxLength"))
    assert text_of(target) == "#/components/schemas/Name/maxLength"
    assert str(document.position(target)) == "a.yaml:10:18"


def test_members_of_a_merge_key_are_overridden_by_those_beside_it(document: Document) -> None:
    assert document.value(pointer_of("#/components/schemas/Name")) == {
        "type": "string",
        "maxLength": 7,
    }


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("#/nowhere", DanglingReferenceError),
        ("#name", DanglingReferenceError),
        ("other.yaml#/a", ExternalReferenceError),
        ("#/a", CircularReferenceError),
    ],
)
def test_a_reference_that_leads_nowhere_says_so(reference: str, error: type[Exception]) -> None:
    document = Document.parse(f"a: {{$ref: '{reference}'}}", "a.yaml")
    with pytest.raises(error):
        document.follow(("a",))
    assert document.resolved(("a",)) is MISSING


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("0o10", 8),
        ("010", 10),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("~", None),
        ("", None),
        ("'5'", "5"),
    ],
)
def test_words_are_read_as_yaml_1_2_reads_them(text: str, value: object) -> None:
    read = Document.parse(f"a: {text}", "a.yaml").data["a"]
    assert (type(read), read) == (type(value), value)


def test_a_key_is_text_even_when_it_looks_like_a_number() -> None:
    assert Document.parse("200: {}\ntrue: {}", "a.yaml").data == {"200": {}, "true": {}}


def test_a_json_file_has_positions_as_well() -> None:
    document = Document.parse('{\n  "openapi": "3.1.0",\n  "info": {"title": "x"}\n}', "a.json")
    assert str(document.position(("info", "title"))) == "a.json:3:21"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("a: [1\nb: 2", "a.yaml:2:2", "is no YAML"),
        ("a: b: c", "a.yaml:1:5", "is no YAML"),
        ("- 1\n- 2", "a.yaml:1:1", "is no mapping"),
        ("", "a.yaml:1:1", "is no mapping"),
        ("a: \x00", "a.yaml:1:4", "is no YAML"),
        ("a: &x [*x]", "a.yaml:1:4", "alias of itself"),
        ("a: *nope", "a.yaml:1:4", "is no YAML"),
        ("? [a]\n: 1", "a.yaml:1:3", "key that is no text"),
    ],
)
def test_a_text_that_is_no_document_is_refused_with_its_line(
    text: str, place: str, reason: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        Document.parse(text, "a.yaml")
    assert (str(caught.value.position), reason in caught.value.reason) == (place, True)


def test_aliases_that_multiply_without_end_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(DocumentError, match="more than"):
        Document.parse("\n".join(lines), "a.yaml")


def test_a_document_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(DocumentError, match="nested"):
        Document.parse("a: " + "[" * 3000 + "]" * 3000, "a.yaml")


def test_twenty_thousand_lines_are_read_in_two_seconds() -> None:
    schema = "    S{}:\n      type: object\n      properties:\n        a: {{type: string}}\n"
    text = "openapi: 3.1.1\ncomponents:\n  schemas:\n" + "".join(
        schema.format(n) for n in range(5000)
    )
    start = time.process_time()
    document = Document.parse(text, "big.yaml")
    assert len(document.objects("schema")) == 10_000
    assert time.process_time() - start < 2
