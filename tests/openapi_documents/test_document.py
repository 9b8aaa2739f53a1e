"""What a document tells of itself, and the ways to refer that have no `$ref`."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi_documents import (
    MISSING,
    DanglingReferenceError,
    Document,
    DocumentError,
    File,
    ForbiddenReferenceError,
    NetworkReferenceError,
    Position,
    UnresolvedError,
    load,
    parse,
    text_of,
)


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("3.0.3", "3.0"),
        ("3.1.0", "3.1"),
        ("3.2.0-rc1", "3.2"),
        ("3.1", ""),
        ("4.0.0", ""),
        ("13.1.0", ""),
        ("[3]", ""),
        ("", ""),
    ],
)
def test_a_version_is_one_of_three_or_none(written: str, version: str) -> None:
    assert parse(f"openapi: {written}", "api.yaml").version == version


def test_a_node_is_there_or_an_error() -> None:
    document = parse("openapi: 3.1.1\ninfo: {title: A}", "api.yaml")

    assert document.node(("info", "title")).text() == "A"
    assert document.root["info"].place == ("info",)
    with pytest.raises(DocumentError, match=r"api\.yaml:2: version is missing here"):
        document.node(("info", "version"))


def test_a_file_that_was_never_read_has_no_values_and_no_lines() -> None:
    document = parse("openapi: 3.1.1", "api.yaml")
    place = (File("other.yaml"), "x")

    assert document.value(place) is MISSING
    with pytest.raises(DocumentError, match="no reference has led to this file"):
        document.follow(place)
    with pytest.raises(DocumentError, match="no reference has led to this file"):
        document.position(place)


def test_members_are_those_beside_a_reference_and_then_those_behind_it() -> None:
    document = parse("openapi: 3.1.1\na: {$ref: '#/b', x: 1}\nb: {y: 2, x: 3}\nc: [1]", "api.yaml")

    assert document.members(("a",)) == {"x": ("a", "x"), "y": ("b", "y")}
    assert document.members(("c",)) == {}
    assert document.elements(("c",)) == (("c", 0),)
    assert document.elements(("a",)) == ()


# -- externalValue ---------------------------------------------------------------------------------


def with_example(folder: Path, value: str) -> Document:
    (folder / "api.yaml").write_text(
        f"openapi: 3.1.1\ncomponents:\n  examples:\n    E:\n      externalValue: {value}\n"
    )
    return load(folder / "api.yaml")


EXAMPLE = ("components", "examples", "E")


def test_an_external_value_is_the_bytes_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a b.bin").write_bytes(b"\xff\x00")

    assert with_example(tmp_path, "a%20b.bin").external_value(EXAMPLE) == b"\xff\x00"
    assert b"openapi" in with_example(tmp_path, "api.yaml").external_value(EXAMPLE)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("https://example.com/a.bin", NetworkReferenceError),
        ("../a.bin", ForbiddenReferenceError),
        ("none.bin", DanglingReferenceError),
        ("3", DocumentError),
    ],
)
def test_an_external_value_leads_no_further_than_references(
    tmp_path: Path, value: str, kind: type[DocumentError]
) -> None:
    document = with_example(tmp_path, value)

    with pytest.raises(kind) as caught:
        document.external_value(EXAMPLE)

    assert caught.value.position.line == 5


# -- discriminators --------------------------------------------------------------------------------

MAPPING = """
openapi: 3.2.0
components:
  schemas:
    Pet:
      discriminator:
        propertyName: kind
        mapping: {cat: Cat, dog: '#/components/schemas/Dog', fish: fish.yaml#/Fish}
        defaultMapping: Dog
    Cat: {type: object}
    Dog: {type: object}
"""
PET = ("components", "schemas", "Pet")


def test_a_mapping_leads_to_schemas_by_name_or_reference(tmp_path: Path) -> None:
    (tmp_path / "fish.yaml").write_text("Fish: {type: object}")
    (tmp_path / "api.yaml").write_text(MAPPING)
    document = load(tmp_path / "api.yaml")

    mapping = document.mapping(PET)

    assert mapping["cat"] == ("components", "schemas", "Cat")
    assert mapping["dog"] == ("components", "schemas", "Dog")
    assert text_of(mapping["fish"]) == f"{tmp_path}/fish.yaml#/Fish"
    assert document.mapped((*PET, "discriminator", "defaultMapping")) == mapping["dog"]
    assert mapping["fish"] in document.objects("schema")
    assert document.mapping(("components", "schemas", "Cat")) == {}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Catt", "neither a schema Catt in the components nor such a file. Did you mean Cat?"),
        ("'#/components/schemas/Catt'", "leads nowhere: nothing stands there. Did you mean Cat?"),
        ("fish.yaml#/Fish", "there is no such file"),
        ("'http://example.com/x'", "leads to the network"),
    ],
)
def test_a_mapping_that_leads_nowhere_is_told_where_it_stands(name: str, sentence: str) -> None:
    document = parse(MAPPING.replace("cat: Cat", f"cat: {name}"), "api.yaml")

    with pytest.raises(UnresolvedError) as caught:
        document.mapping(PET)

    assert str(caught.value).startswith("api.yaml:8: ")
    assert sentence in str(caught.value)
    assert caught.value.pointer == (*PET, "discriminator", "mapping", "cat")


# -- links -----------------------------------------------------------------------------------------


def linked(link: str) -> str:
    document = parse(
        f"openapi: 3.1.1\npaths: {{/a: {{get: {{operationId: getA}}}}}}\n"
        f"components:\n  links:\n    L: {link}\n",
        "api.yaml",
    )
    return text_of(document.linked_operation(("components", "links", "L")))


def test_a_link_names_an_operation_by_reference_or_id() -> None:
    assert linked("{operationRef: '#/paths/~1a/get'}") == "#/paths/~1a/get"
    assert linked("{operationId: getA}") == "#/paths/~1a/get"


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("{operationId: geta}", "there is no operation geta. Did you mean getA?"),
        ("{operationRef: '#/paths/~1a/put'}", "leads nowhere: nothing stands there"),
        ("{operationRef: 3}", "the number 3 stands here under operationRef, a text is expected"),
        ("{}", "operationId is missing here"),
    ],
)
def test_a_link_to_nothing_is_told_with_its_line(link: str, sentence: str) -> None:
    with pytest.raises(DocumentError) as caught:
        linked(link)

    assert str(caught.value) == f"api.yaml:5: {caught.value.reason}" + (
        f". {caught.value.mend}" if caught.value.mend else ""
    )
    assert sentence in str(caught.value)


def test_positions_are_written_with_line_and_column() -> None:
    assert str(Position("a.yaml", 3, 5)) == "a.yaml:3:5"
