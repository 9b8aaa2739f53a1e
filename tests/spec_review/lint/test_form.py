"""What breaks the form of OpenAPI is told in words that say what to write, whatever the official schema says it by."""

from __future__ import annotations

from datetime import date

import pytest

from openapi_documents import parse
from spec_review.lint.checking import Checking
from spec_review.lint.configuration.settings import Configuration
from spec_review.lint.rules import RULES

CONTRACT = """\
openapi: {version}
info: {{title: Form, version: "1"{info}}}
paths:
  /a/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
    post:
      summary: Send it
      {operation}
      responses: {{"200": {{description: It.{answer}}}}}
"""
VERSIONS = ("3.0.3", "3.1.1", "3.2.0")


def told(version: str, *, info: str = "", operation: str = "", answer: str = "") -> list[str]:
    """The errors of the contract with these edits."""
    text = CONTRACT.format(version=version, info=info, operation=operation, answer=answer)
    found = Checking(parse(text, "form.yaml"), RULES, Configuration()).findings(date(2026, 11, 30))
    return [each.sentence for each in found if each.severity == "error"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_contract_itself_has_no_fault(version: str) -> None:
    assert told(version) == []


PARAMETERS = [
    ("{name: id, in: path, schema: {}}", "the path parameter id has no required: true"),
    ("{name: q, in: query}", "the query parameter q has neither schema nor content"),
    ("{name: q, in: query, schema: {}, content: {a/b: {}}}",
     "schema and content stand beside each other, which they must not"),
    ("{name: q, in: query, style: matrix, schema: {}}", "'matrix' is not what style of a query parameter may be"),
    ("{name: q, schema: {}}", "the parameter q has no in"),
]  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("parameter", "sentence"), PARAMETERS)
def test_a_parameter_is_told_what_it_lacks(version: str, parameter: str, sentence: str) -> None:
    assert told(version, operation=f"parameters: [{parameter}]") == [sentence]


def test_every_mistake_of_one_object_is_told() -> None:
    found = told("3.0.3", operation="parameters: [{name: q, in: qury, schema: {type: strng}}]")

    assert found == ["'qury' is not what in may be", "'strng' is not what type may be"]


@pytest.mark.parametrize(
    ("version", "links"),
    [(each, "{operationId: a, operationRef: '#/paths/~1a~1{id}/post'}") for each in VERSIONS],
)
def test_what_excludes_each_other_is_named(version: str, links: str) -> None:
    found = told(version, answer=f", links: {{l: {links}}}")

    assert "operationId and operationRef stand beside each other, which they must not" in found


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({"info": ", license: {name: A, identifier: MIT, url: 'https://a.example'}"},
         "identifier and url stand beside each other, which they must not"),
        ({"operation": "requestBody: {content: {multipart/mixed: {encoding: {}, prefixEncoding: []}}}"},
         "prefixEncoding must not stand beside encoding"),
        ({"operation": "parameters: [{name: q, in: query, schema: {}, examples: {e: {value: 1, dataValue: 1}}}]"},
         "value and dataValue stand beside each other, which they must not"),
        ({"operation": "parameters: [{name: q, in: querystring, content: {a/b: {}}}, {name: r, in: query, schema: {}}]"},
         "a querystring parameter is the whole query: no other one stands beside it, and no query parameter"),
        ({"operation": "parameters: [7]"}, 'parameters[0]: 7 is not of type "object"'),
        ({"operation": f"parameters: {{a: {'b' * 200}}}"}, "parameters is no array"),
    ],
)  # fmt: skip
def test_nothing_else_is_told_of_one_mistake(edits: dict[str, str], sentence: str) -> None:
    assert told("3.2.0", **edits) == [sentence]


def test_a_security_scheme_is_told_what_its_type_asks_for() -> None:
    text = CONTRACT.format(version="3.0.3", info="", operation="", answer="")
    text += "components: {securitySchemes: {key: {type: apiKey, in: header}, web: {type: http}}}\n"
    found = Checking(parse(text, "form.yaml"), RULES, Configuration()).findings(date(2026, 11, 30))
    errors = [each.sentence for each in found if each.severity == "error"]

    assert sorted(errors) == ["key has no name", "web has no scheme"]


def test_an_operation_that_has_a_member_of_its_own_is_no_further_one() -> None:
    further = "openapi: 3.2.0\ninfo: {title: A, version: '1'}\npaths: {/: {additionalOperations: {GET: {summary: s}}}}\n"
    found = Checking(parse(further, "a.yaml"), RULES, Configuration()).findings(date(2026, 11, 30))

    assert "GET cannot be a name in additionalOperations" in [each.sentence for each in found]


def errors_of(version: str, said: str) -> list[str]:
    """The errors of a document that says one thing more."""
    paths = "" if said.startswith("paths") else "paths: {}\n"
    text = f'openapi: {version}\ninfo: {{title: A, version: "1"}}\n{paths}{said}\n'
    found = Checking(parse(text, "a.yaml"), RULES, Configuration()).findings(date(2026, 11, 30))
    return [each.sentence for each in found if each.severity == "error"]


OBJECTS = [
    ("discriminator: kind", 'discriminator: "kind" is not of type "object"'),
    ("xml: {nam: a}", "nam is no member of xml"),
    ("xml: {namespace: shop}", "the namespace 'shop' is no absolute URI"),
    ("externalDocs: {description: d}", 'externalDocs: "url" is a required property'),
]


@pytest.mark.parametrize("version", ["3.1.1", "3.2.0"])
@pytest.mark.parametrize(("said", "sentence"), OBJECTS)
def test_the_objects_of_openapi_in_a_schema_have_their_form(
    version: str, said: str, sentence: str
) -> None:
    schema = f"{{type: object, properties: {{xml: {{type: array, items: {{{said}}}}}}}}}"

    assert errors_of(version, f"components: {{schemas: {{A: {schema}}}}}") == [sentence]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("components: {links: {l: {description: It.}}}", "l has neither operationId nor operationRef"),
        ("components: {schemas: {A: {allOf: []}}}", "allOf: [] has less than 1 item"),
        ("paths: {/: {get: {responses: {x-a: 1}}}}", "responses has no answer"),
    ],
)  # fmt: skip
def test_what_the_schema_of_3_0_leaves_out_is_told_too(said: str, sentence: str) -> None:
    assert errors_of("3.0.3", said) == [sentence]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://a.example/?b=1", "the address of a server has a query, and paths are added to its end"),
        ("https://a.example/#b", "the address of a server has a fragment, and paths are added to its end"),
        ("/{a", "'/{a' has a brace without its pair"),
    ],
)  # fmt: skip
def test_a_path_can_follow_the_address_of_a_server(url: str, sentence: str) -> None:
    assert errors_of("3.2.0", f"servers: [{{url: '{url}'}}]") == [sentence]


def test_a_variable_stands_once_in_an_address() -> None:
    said = "servers: [{url: '/{a}/{a}', variables: {a: {default: b}}}]"

    assert errors_of("3.2.0", said) == ["the address names the variable a 2 times"]
    assert errors_of("3.1.1", said) == []
