"""All objects of a kind are found once, wherever references lead, and whatever stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi_documents import Document, Pointer, load, parse, text_of


def found(document: Document, kind: str) -> list[str]:
    return [text_of(place).removeprefix("#/") for place in document.objects(kind)]


def test_objects_come_in_the_order_of_the_document() -> None:
    document = parse(
        """
openapi: 3.1.1
paths:
  /b:
    parameters: [{name: p, in: query, schema: {type: string}}]
    get: {responses: {'200': {content: {a/b: {schema: {items: true}}}}, x-more: {content: 3}}}
  x-paths: {get: {}}
  /a: {post: {callbacks: {done: {'{$url}': {put: {}}, x-done: {put: {}}}}}}
webhooks: {x-made: {post: {}}}
components: {schemas: {x-odd: {type: string}}, responses: {x-gone: {}}}
""",
        "api.yaml",
    )

    assert found(document, "operation") == [
        "paths/~1b/get",
        "paths/~1a/post",
        "paths/~1a/post/callbacks/done/{$url}/put",
        "webhooks/x-made/post",
    ]
    assert found(document, "schema") == [
        "paths/~1b/parameters/0/schema",
        "paths/~1b/get/responses/200/content/a~1b/schema",
        "paths/~1b/get/responses/200/content/a~1b/schema/items",
        "components/schemas/x-odd",
    ]
    assert found(document, "response") == [
        "paths/~1b/get/responses/200",
        "components/responses/x-gone",
    ]


def test_what_only_references_reach_is_found_as_what_they_expect_there() -> None:
    document = parse(
        """
openapi: 3.2.0
x-shared: {one: {items: {type: string}}, op: {operationId: o}}
components:
  schemas:
    A: {$ref: '#/x-shared/one'}
    B: {$dynamicRef: '#/x-shared/two'}
    C: {discriminator: {propertyName: p, mapping: {x: '#/x-three', y: A}, defaultMapping: '#/x-four'}}
  links: {L: {operationRef: '#/x-shared/op'}}
x-three: {type: string}
x-four: {type: string}
""",
        "api.yaml",
    )

    assert found(document, "schema")[3:] == [
        "x-shared/one",
        "x-shared/one/items",
        "x-three",
        "x-four",
    ]
    assert found(document, "operation") == ["x-shared/op"]
    assert [str(error) for error in document.broken_references()] == [
        "api.yaml:7: the reference #/x-shared/two leads nowhere: nothing stands there"
    ]


def test_a_schema_in_another_file_that_refers_further_is_one_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.1.1\ncomponents: {schemas: {A: {$ref: 'b.yaml#/B'}}}"
    )
    (tmp_path / "b.yaml").write_text("B: {$ref: '#/C', minLength: 1}\nC: {type: string}")
    document = load(tmp_path / "api.yaml")

    assert [text_of(one).partition("#")[2] for one in document.objects("schema")] == [
        "/components/schemas/A",
        "/B",
        "/C",
    ]


def test_a_whole_map_or_list_may_stand_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.0.3\npaths: {$ref: paths.yaml, /c: {post: {}}}\ncomponents: {$ref: parts.yaml}\n"
    )
    (tmp_path / "paths.yaml").write_text(
        "/a: {get: {$ref: '#/op'}}\n/c: {post: {operationId: other}}\n"
        "op: {operationId: a, parameters: {$ref: 'parts.yaml#/list'}}\n"
    )
    (tmp_path / "parts.yaml").write_text(
        "schemas: {S: {properties: {$ref: '#/props'}}}\nprops: {p: {type: string}}\n"
        "list: [{name: q, in: query}]\n"
    )
    document = load(tmp_path / "api.yaml")

    assert [(one.path, one.method, one.id) for one in document.operations()] == [
        ("/c", "post", ""),
        ("/a", "get", "a"),
    ]
    assert [one.name for one in document.parameters(document.operations()[1])] == ["q"]
    assert [text_of(one).partition("#")[2] for one in document.objects("schema")] == [
        "/schemas/S",
        "/props/p",
    ]
    assert document.broken_references() == ()
    assert [text_of(one).rpartition("/")[2] for one in document.walked.stray] == [
        "paths", "components", "get", "parameters", "properties",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "pointer", "expected"),
    [
        ("paths: 3", ("paths",), "a mapping"),
        ("paths: {/a: {parameters: {}}}", ("paths", "/a", "parameters"), "a list"),
        ("paths: {/a: {get: [x]}}", ("paths", "/a", "get"), "a mapping"),
        ("components: {schemas: {A: {items: x}}}", ("components", "schemas", "A", "items"), "a mapping"),
        ("components: {responses: {A: true}}", ("components", "responses", "A"), "a mapping"),
        ("components: {schemas: }", ("components", "schemas"), "a mapping"),
        ("info: {$ref: '#/tags'}\ntags: []", ("tags",), "a mapping"),
    ],
)  # fmt: skip
def test_what_has_the_wrong_type_is_no_object_and_is_remembered(
    text: str, pointer: Pointer, expected: str
) -> None:
    document = parse(f"openapi: 3.1.1\n{text}", "api.yaml")

    assert document.walked.misfits == [(pointer, expected)]
    assert all(pointer not in places for places in document.walked.places.values())


def test_a_property_called_ref_is_a_property() -> None:
    document = parse(
        "openapi: 3.1.1\ncomponents: {schemas: {A: {properties: {$ref: {type: string}}}}}", "a.yaml"
    )

    assert found(document, "schema")[1:] == ["components/schemas/A/properties/$ref"]


def test_circles_end() -> None:
    document = parse(
        "openapi: 3.1.1\ncomponents: {schemas: {A: {items: {$ref: '#/components/schemas/A'}}, "
        "B: {$ref: '#/components/schemas/B'}}}",
        "api.yaml",
    )

    assert len(document.objects("schema")) == 3
