"""Operations and their parameters, wherever their path items stand."""

from __future__ import annotations

from openapi_documents import Document, parse

TEXT = """
openapi: 3.2.0
paths:
  /a/{id}:
    parameters:
      - {$ref: '#/components/parameters/Id'}
      - {name: page, in: query, description: of all}
    get:
      operationId: a
      parameters: [{name: page, in: query, description: own}, {name: page, in: header}]
    query: {}
    additionalOperations: {COPY: {operationId: copy}, x: 3}
  /b: {$ref: '#/components/pathItems/B', summary: beside}
  /c: {$ref: '#/components/pathItems/B', post: {operationId: c}}
  /none: {$ref: '#/nowhere'}
  /odd: 3
  /odder: {get: 3, put: {$ref: '#/nowhere'}, parameters: 3, post: {operationId: 5, parameters: [3, {$ref: '#/no'}]}}
  x-ignored: {get: {operationId: x}}
webhooks:
  x-made: {post: {operationId: made}}
components:
  parameters: {Id: {name: id, in: path}}
  pathItems: {B: {post: {operationId: b}, delete: {operationId: gone}}}
"""


def document() -> Document:
    return parse(TEXT, "api.yaml")


def test_operations_are_read_in_order_of_paths_and_methods() -> None:
    assert [(one.path, one.method, one.name) for one in document().operations()] == [
        ("/a/{id}", "get", "a"),
        ("/a/{id}", "query", "QUERY /a/{id}"),
        ("/a/{id}", "COPY", "copy"),
        ("/b", "post", "b"),
        ("/b", "delete", "gone"),
        ("/c", "post", "c"),
        ("/c", "delete", "gone"),
        ("/odder", "post", "POST /odder"),
    ]


def test_an_operation_knows_its_place_and_that_of_its_path_item() -> None:
    operation = document().operations()[3]

    assert operation.pointer == ("components", "pathItems", "B", "post")
    assert operation.item == ("components", "pathItems", "B")
    assert operation.value == {"operationId": "b"}


def test_webhooks_are_operations_too() -> None:
    assert [(one.path, one.name) for one in document().webhooks()] == [("x-made", "made")]


def test_an_operation_replaces_parameters_of_its_path() -> None:
    one = document()

    parameters = one.parameters(one.operations()[0])

    assert [(each.where, each.name) for each in parameters] == [
        ("path", "id"),
        ("query", "page"),
        ("header", "page"),
    ]
    assert parameters[0].pointer == ("components", "parameters", "Id")
    assert parameters[1].value["description"] == "own"


def test_what_has_no_form_is_left_out() -> None:
    one = document()

    assert one.parameters(one.operations()[-1]) == ()
    assert parse("openapi: 3.1.1\npaths: [1]", "a.yaml").operations() == ()
    assert parse("openapi: 3.1.1\npaths: {$ref: '#/x'}", "a.yaml").operations() == ()
