"""Which answer an operation gives, in which media type, with which headers."""

from __future__ import annotations

import json
from email import message_from_string
from typing import Any
from xml.etree import ElementTree

import pytest

from mock_server.contracts.contract import Contract, read_contract
from mock_server.examples.answers import Answers, ExampleAnswer
from mock_server.examples.negotiation import (
    NotAcceptableError,
    concrete,
    is_json,
    negotiated,
)
from mock_server.examples.pairing import Given
from mock_server.examples.preferences import UnknownPreferenceError, preferences
from mock_server.examples.search import NoInstanceError
from openapi_documents import parse

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.1",
    "components": {
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["id", "name"],
                "properties": {
                    "id": {"type": "integer", "xml": {"attribute": True}},
                    "name": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            }
        },
        "examples": {
            "bella": {"summary": "A cat", "value": {"id": 1, "name": "Bella"}},
            "broken": {"value": {"id": "one"}},
        },
        "responses": {"Gone": {"description": "It is gone.", "content": {"text/plain": {}}}},
    },
}
PET = {"$ref": "#/components/schemas/Pet"}


def responding(**responses: Any) -> dict[str, Any]:
    """An operation whose responses are given as `_200={...}`."""
    return {"responses": {code.lstrip("_"): response for code, response in responses.items()}}


def as_json(**media: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": media}}


def serving(operation: dict[str, Any]) -> Contract:
    """Return a contract of this operation alone."""
    document = {**CONTRACT, "paths": {"/pets": {"get": operation}}}
    return read_contract(parse(json.dumps(document), "contract.json"), "contract")


def asked(operation: dict[str, Any], prefer: str = "", accept: str | None = None) -> ExampleAnswer:
    contract = serving(operation)
    return Answers(contract.document).answer(contract.operations[0], Given(prefer, accept))


def body_of(answer: ExampleAnswer) -> Any:
    return json.loads(answer.encoded())


# --- Which response ----------------------------------------------------------------------------

SUCCESS = [
    (["404", "201", "200"], 200),
    (["default", "2XX", "202"], 202),
    (["default", "2XX"], 200),
    (["404", "default"], 200),
    (["404", "500"], 404),
    (["4XX"], 400),
    (["x-note", "302"], 302),
    (["101", "204"], 204),
    ([], 204),
]


@pytest.mark.parametrize(("documented", "status"), SUCCESS)
def test_the_success_answer_is_the_lowest_2xx_else_the_range_else_default_else_the_first(
    documented: list[str], status: int
) -> None:
    operation = {"responses": {code: {"description": ""} for code in documented}}

    assert asked(operation) == ExampleAnswer(status)


def test_an_operation_without_responses_answers_nothing_with_204() -> None:
    assert asked({}) == ExampleAnswer(204)


PREFERRED_CODES = [
    ("code=404", 404, "not found"),
    ("code=403", 403, "some fault of yours"),
    ("code=503", 503, "anything else"),
    ("code=200", 200, "fine"),
    ("respond-async, wait=10", 200, "fine"),
    ("", 200, "fine"),
]


@pytest.mark.parametrize(("prefer", "status", "said"), PREFERRED_CODES)
def test_a_preferred_code_is_answered_by_its_response_its_range_or_default(
    prefer: str, status: int, said: str
) -> None:
    operation = responding(
        _200=as_json(example="fine"),
        _404=as_json(example="not found"),
        _4XX=as_json(example="some fault of yours"),
        default=as_json(example="anything else"),
    )

    found = asked(operation, prefer)

    assert (found.status, body_of(found)) == (status, said)


@pytest.mark.parametrize("code", ["404", "abc", "42", "100", "999", "²00"])
def test_a_code_that_is_not_documented_is_refused_with_those_that_are(code: str) -> None:
    operation = responding(_200=as_json(example=1), _409=as_json(example=2))

    with pytest.raises(UnknownPreferenceError) as caught:
        asked(operation, f"code={code}")

    assert (caught.value.name, caught.value.given) == ("code", code)
    assert str(caught.value) == (
        f"Prefer asks for code {code!r}, which is not documented here: known are 200, 409."
    )


PREFERENCES = [
    (None, {}),
    ("", {}),
    ("code=404", {"code": "404"}),
    ("code=404, example=cat", {"code": "404", "example": "cat"}),
    ("code=404; example=cat", {"code": "404", "example": "cat"}),
    (" Code = 404 ,,example=cat", {"code": "404", "example": "cat"}),
    ('example="a \\"big\\", fat cat"', {"example": 'a "big", fat cat'}),
    ("code=404, code=500", {"code": "404"}),
    ("return=minimal; foo=\"some parameter\"", {"return": "minimal", "foo": "some parameter"}),
    ("dynamic=true, respond-async", {"dynamic": "true"}),
    ("code=", {}),
    ("(broken), code=404", {"code": "404"}),
    ('example="never closed', {}),
]  # fmt: skip


@pytest.mark.parametrize(("header", "wishes"), PREFERENCES)
def test_a_prefer_header_is_read_as_rfc_7240_says(
    header: str | None, wishes: dict[str, str]
) -> None:
    assert preferences(header) == wishes


# --- Which body --------------------------------------------------------------------------------

BODIES = [
    (as_json(example={"id": 7, "name": "Max"}, schema=PET), {"id": 7, "name": "Max"}),
    (as_json(examples={"a": {"value": {"id": 7, "name": "Max"}}}, schema=PET),
     {"id": 7, "name": "Max"}),
    (as_json(examples={"a": {"$ref": "#/components/examples/bella"}}, schema=PET),
     {"id": 1, "name": "Bella"}),
    (as_json(examples={"a": {"externalValue": "https://example.com/a"}}, schema=PET),
     {"id": 0, "name": "string", "tags": ["string"]}),
    (as_json(examples={"a": {"dataValue": {"id": 2, "name": "Tom"}}}, schema=PET),
     {"id": 2, "name": "Tom"}),
    (as_json(examples={"a": {"serializedValue": '{"id": 2, "name": "Tom"}'}}, schema=PET),
     {"id": 2, "name": "Tom"}),
    (as_json(example={"id": "seven"}, schema=PET), {"id": "seven"}),
    (as_json(example={"$ref": "#/components/examples/bella"}), {"id": 1, "name": "Bella"}),
    (as_json(example={"$ref": "#/components/examples/bella/value"}), {"id": 1, "name": "Bella"}),
    (as_json(example={"$ref": "#/components/examples/none"}),
     {"$ref": "#/components/examples/none"}),
    (as_json(examples={"a": {"$ref": "#/components/examples/broken"},
                       "b": {"$ref": "#/components/examples/bella"}}, schema=PET),
     {"id": "one"}),
    (as_json(schema={**PET, "examples": [{"id": 3, "name": "Leo"}]}), {"id": 3, "name": "Leo"}),
    (as_json(schema=PET), {"id": 0, "name": "string", "tags": ["string"]}),
    (as_json(example=None), None),
    (as_json(), {}),
]  # fmt: skip


@pytest.mark.parametrize(("response", "body"), BODIES)
def test_the_body_is_the_first_example_as_it_is_written_else_a_value_of_the_schema(
    response: dict[str, Any], body: Any
) -> None:
    answer = asked(responding(_200=response))

    assert (answer.status, answer.media_type, answer.headers) == (200, "application/json", {})
    assert body_of(answer) == body


def test_a_preferred_example_is_answered_as_it_is_written() -> None:
    examples = {"bella": {"$ref": "#/components/examples/bella"}, "odd one": {"value": {"id": "x"}}}
    operation = responding(_200=as_json(schema=PET, examples=examples))

    assert body_of(asked(operation, "example=bella")) == {"id": 1, "name": "Bella"}
    assert body_of(asked(operation, 'example="odd one"')) == {"id": "x"}
    assert body_of(asked(operation, "code=200, example=bella")) == {"id": 1, "name": "Bella"}


def test_a_preferred_example_brings_its_media_type() -> None:
    content = {
        "application/json": {"schema": PET},
        "text/plain": {"examples": {"short": {"value": "Bella"}}},
    }
    operation = responding(_200={"description": "", "content": content})

    assert asked(operation, "example=short") == ExampleAnswer(
        200, "text/plain", {}, b"Bella", b"Bella"
    )


def test_an_unknown_example_is_refused_with_the_known_names() -> None:
    operation = responding(_200=as_json(examples={"cat": {"value": 1}, "dog": {"value": 2}}))

    with pytest.raises(UnknownPreferenceError, match="known are cat, dog"):
        asked(operation, "example=cow")
    with pytest.raises(UnknownPreferenceError, match="there is none"):
        asked(responding(_204={"description": ""}), "example=cow")


@pytest.mark.parametrize("status", ["204", "205", "304"])
def test_a_status_that_carries_no_body_has_none(status: str) -> None:
    operation = {"responses": {status: as_json(example=1)}}

    found = asked(operation)

    assert (found.status, found.media_type, found.encoded()) == (int(status), None, b"")


def test_a_response_is_followed_through_its_reference() -> None:
    operation = responding(_410={"$ref": "#/components/responses/Gone"})

    assert asked(operation) == ExampleAnswer(410, "text/plain", {}, b"It is gone.", b"It is gone.")


def test_a_schema_without_a_value_is_told_by_its_place() -> None:
    operation = responding(_200=as_json(schema={"type": "object", "required": ["a"], "not": {}}))

    with pytest.raises(NoInstanceError) as caught:
        asked(operation)

    schema = "#/paths/~1pets/get/responses/200/content/application~1json/schema"
    assert caught.value.place == schema


def test_an_answer_is_found_once() -> None:
    contract = serving(responding(_200=as_json(schema=PET)))
    answers, operation = Answers(contract.document), contract.operations[0]

    assert answers.answer(operation).body is answers.answer(operation).body


# --- Which media type --------------------------------------------------------------------------

ACCEPTS = [
    (None, "application/json"),
    ("*/*", "application/json"),
    ("text/html", "text/html"),
    ("text/*", "text/html"),
    ("TEXT/HTML", "text/html"),
    ("text/html;q=0.5, application/json;q=0.9", "application/json"),
    ("text/html;q=0.9, application/json;q=0.5", "text/html"),
    ("application/json;q=0, */*", "text/html"),
    ("*/*;q=0.1, application/*", "application/json"),
    ("application/json; charset=utf-8", "application/json"),
    ("application/json;version=2;q=0.1, text/html;q=0.2", "text/html"),
    ("", "application/json"),
]


@pytest.mark.parametrize(("accept", "chosen"), ACCEPTS)
def test_the_media_type_is_what_the_request_accepts_best(accept: str | None, chosen: str) -> None:
    content = {"text/html": {"example": "<p>"}, "application/json": {"example": 1}}

    assert negotiated(content, accept) == chosen
    found = asked(responding(_200={"description": "", "content": content}), accept=accept)
    assert found.media_type == chosen


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "nonsense", "text/*;q=?"])
def test_a_request_that_accepts_no_documented_media_type_is_told_which_there_are(
    accept: str,
) -> None:
    content = {"application/json": {"example": 1}, "application/xml": {"example": "<a/>"}}
    operation = responding(_200={"description": "", "content": content})

    with pytest.raises(NotAcceptableError, match="application/json, application/xml"):
        asked(operation, accept=accept)


def test_a_media_type_is_told_from_another_by_its_parameters() -> None:
    content = {f"application/json;version={number}": {"example": number} for number in (1, 2)}
    operation = responding(_200={"description": "", "content": content})

    assert asked(operation, accept="application/json; version=2").body == 2
    assert asked(operation, accept="application/json").body == 1


CONCRETE = [
    ("application/problem+json", None, "application/problem+json"),
    ("*/*", None, "application/json"),
    ("image/*", None, "image/png"),
    ("image/*", "image/webp;q=0.5, image/gif", "image/gif"),
    ("text/*", "*/*", "text/plain"),
    ("video/*", "*/*", "application/octet-stream"),
]


@pytest.mark.parametrize(("written", "accept", "sent"), CONCRETE)
def test_a_range_of_media_types_becomes_one_that_can_be_sent(
    written: str, accept: str | None, sent: str
) -> None:
    assert concrete(written, accept) == sent


def test_json_is_told_by_the_name_of_the_media_type() -> None:
    for name in ("application/json", "application/problem+json", "Application/JSON;charset=utf-8"):
        assert is_json(name)
    for name in ("text/plain", "application/jsonl", "application/xml", "application/json-seq"):
        assert not is_json(name)


# --- Bodies that are no JSON -------------------------------------------------------------------


def foreign(media_type: str, description: str = "What happened.", **media: Any) -> bytes:
    content = {media_type: media}
    operation = responding(_200={"description": description, "content": content})
    return asked(operation).encoded()


TEXTS = [
    ({"example": "Illegal coordinates"}, b"Illegal coordinates"),
    ({"examples": {"a": {"value": "One."}, "b": {"value": "Two."}}}, b"One."),
    ({"schema": {"type": "string"}}, b"What happened."),
    ({"schema": {"type": "string", "example": "Bella"}}, b"Bella"),
    ({"schema": {"type": "string", "maxLength": 3}}, b""),
    ({"schema": {"enum": ["up", "down"]}}, b"up"),
    ({"schema": PET}, b'{"id": 0, "name": "string", "tags": ["string"]}'),
    ({}, b"What happened."),
]


@pytest.mark.parametrize(("media", "body"), TEXTS)
def test_a_text_is_its_example_else_the_description_else_the_smallest_value(
    media: dict[str, Any], body: bytes
) -> None:
    assert foreign("text/plain", **media) == body


def test_xml_is_written_by_the_names_that_the_schema_says() -> None:
    found = ElementTree.fromstring(
        foreign("application/xml", schema=PET, example={"id": 1, "name": "B&B", "tags": ["a", "b"]})
    )

    assert (found.tag, found.get("id"), found.findtext("name")) == ("Pet", "1", "B&B")
    assert [tag.text for tag in found.findall("tags")] == ["a", "b"]


def xml_of(value: Any, **schema: Any) -> str:
    return foreign(
        "application/xml", schema={"xml": {"name": "r"}, **schema}, example=value
    ).decode()


def lists(**xml: Any) -> dict[str, Any]:
    return {"tags": {"type": "array", "xml": xml, "items": {"type": "string"}}}


NAMED = {"tags": {**lists(wrapped=True)["tags"], "items": {"xml": {"name": "tag"}}}}
WRITTEN: list[tuple[dict[str, Any], Any, str]] = [
    (lists(), {"tags": ["a", "b"]}, "<r><tags>a</tags><tags>b</tags></r>"),
    (lists(name="no"), {"tags": ["a"]}, "<r><tags>a</tags></r>"),
    (lists(wrapped=True), {"tags": ["a"]}, "<r><tags><tags>a</tags></tags></r>"),
    (lists(wrapped=True, name="all"), {"tags": ["a"]}, "<r><all><all>a</all></all></r>"),
    (NAMED, {"tags": ["a"]}, "<r><tags><tag>a</tag></tags></r>"),
    ({"n": {"xml": {"namespace": "urn:n", "prefix": "p"}}}, {"n": 1},
     '<r><p:n xmlns:p="urn:n">1</p:n></r>'),
    ({"n": {"xml": {"prefix": "nobody"}}}, {"n": 1}, "<r><n>1</n></r>"),
    ({"n": {"xml": {"attribute": True, "name": "m"}}, "t": {"xml": {"nodeType": "text"}}},
     {"n": 1, "t": "a<b"}, '<r m="1">a&lt;b</r>'),
    ({"n": {"xml": {"nodeType": "attribute", "namespace": "urn:n", "prefix": "p"}}}, {"n": 1},
     '<r xmlns:p="urn:n" p:n="1" />'),
    ({"o": {"xml": {"nodeType": "none"}}}, {"o": {"a": 1}}, "<r><a>1</a></r>"),
]  # fmt: skip


@pytest.mark.parametrize(("members", "value", "written"), WRITTEN)
def test_xml_is_written_as_each_member_says(
    members: dict[str, Any], value: Any, written: str
) -> None:
    assert xml_of(value, properties=members) == written


def test_a_prefix_stands_for_its_namespace_in_all_that_is_inside() -> None:
    inner = {"n": {"xml": {"prefix": "p"}}}
    xml = {"name": "r", "namespace": "urn:n", "prefix": "p"}

    assert xml_of({"n": 1}, properties=inner, xml=xml) == '<p:r xmlns:p="urn:n"><p:n>1</p:n></p:r>'


def test_the_items_of_a_list_at_the_root_have_the_name_of_their_component() -> None:
    found = foreign("application/xml", schema={"type": "array", "items": PET}, example=[{"id": 1}])

    assert found == b'<root><Pet id="1" /></root>'


def test_xml_that_is_written_out_in_an_example_stays_as_it_is() -> None:
    assert foreign("application/xml", example="<pet/>", schema=PET) == b"<pet/>"


@pytest.mark.parametrize(
    ("media_type", "start"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/gif", b"GIF89a"),
        ("image/svg+xml", b"<svg"),
        ("application/pdf", b"%PDF-"),
        ("application/zip", b"PK"),
        ("application/gzip", b"\x1f\x8b"),
        ("image/jpeg", b"\xff\xd8"),
        ("application/octet-stream", b"\0"),
        ("video/mp4", b"\0"),
    ],
)
def test_a_file_is_the_smallest_of_its_kind(media_type: str, start: bytes) -> None:
    found = foreign(media_type, schema={"type": "string", "format": "binary"})

    assert found.startswith(start)


def test_a_sequence_of_json_is_framed_by_its_media_type() -> None:
    items: dict[str, Any] = {"itemSchema": PET}

    line = b'{"id": 0, "name": "string", "tags": ["string"]}'
    assert foreign("application/jsonl", **items) == line + b"\n"
    assert foreign("text/event-stream", **items) == b"data: " + line + b"\n\n"
    assert foreign("application/jsonl", example=[1, 2]) == b"1\n2\n"


def test_the_fields_of_an_event_are_written_as_those_of_one() -> None:
    event = {"data": "one\ntwo", "event": "tick", "retry": 10}

    assert foreign("text/event-stream", example=[event, {"data": {"n": 1}}]) == (
        b'event: tick\nretry: 10\ndata: one\ndata: two\n\ndata: {"n": 1}\n\n'
    )


def in_parts(kind: str, **media: Any) -> tuple[str | None, str]:
    found = asked(responding(_200={"description": "", "content": {kind: media}}))
    return found.media_type, found.encoded().decode()


def test_a_body_of_several_parts_has_them_and_its_boundary() -> None:
    members = {"f": {"type": "string", "format": "binary"}}
    value = {"n": 1, "t": ["a", "b"], "f": "x"}
    kind, text = in_parts("multipart/form-data", schema={"properties": members}, example=value)

    assert kind == "multipart/form-data; boundary=understudy-part"
    message = message_from_string(f"Content-Type: {kind}\r\n\r\n{text}")
    assert [
        (part["Content-Disposition"], part.get_content_type(), part.get_payload())
        for part in message.walk()
        if not part.is_multipart()
    ] == [
        ('form-data; name="n"', "application/json", "1"),
        ('form-data; name="t"', "text/plain", "a"),
        ('form-data; name="t"', "text/plain", "b"),
        ('form-data; name="f"; filename="f"', "application/octet-stream", "x"),
    ]


@pytest.mark.parametrize(
    ("kind", "example", "told"),
    [
        ("multipart/mixed", "--one\r\n\r\na\r\n--one--", "multipart/mixed; boundary=one"),
        ("multipart/mixed; boundary=x", "--a b\n\na\n--a b--", 'multipart/mixed; boundary="a b"'),
        ("multipart/mixed", "no parts", "multipart/mixed"),
        ("text/plain", "--one\n", "text/plain"),
    ],
)
def test_parts_that_are_written_out_in_an_example_say_their_boundary(
    kind: str, example: str, told: str
) -> None:
    assert in_parts(kind, example=example) == (told, example)


def test_the_items_of_a_list_are_parts_without_names() -> None:
    assert in_parts("multipart/mixed", example=[{"a": 1}, "b"])[1] == (
        "--understudy-part\r\nContent-Type: application/json\r\n\r\n"
        '{"a": 1}\r\n--understudy-part\r\nContent-Type: text/plain\r\n\r\nb\r\n'
        "--understudy-part--\r\n"
    )


def test_a_form_is_written_as_a_form() -> None:
    value = {"a": 1, "b": "x y", "c": [True, False], "d": {"e": None}}

    assert foreign("application/x-www-form-urlencoded", example=value) == (
        b"a=1&b=x+y&c=true&c=false&d=%7B%22e%22%3A+null%7D"
    )


def test_json_is_sent_as_utf_8() -> None:
    assert asked(responding(_200=as_json(example={"a": "é"}))).encoded() == '{"a": "é"}'.encode()


# --- Headers -----------------------------------------------------------------------------------

HEADERS = [
    ({"required": True, "schema": {"type": "integer", "minimum": 5}}, "5"),
    ({"required": True, "schema": {"type": "string"}}, "string"),
    ({"required": True, "schema": {"type": "string", "format": "uri"}}, "https://example.com/"),
    ({"required": True, "schema": {"type": "boolean"}}, "false"),
    ({"required": True, "schema": {"type": "array", "items": {"type": "integer"}, "minItems": 2}},
     "0,0"),
    ({"required": True, "schema": {"const": {"a": 1, "b": 2}}}, "a,1,b,2"),
    ({"required": True, "explode": True, "schema": {"const": {"a": 1, "b": 2}}}, "a=1,b=2"),
    ({"required": True, "content": {"application/json": {"schema": {"const": {"a": 1}}}}},
     '{"a": 1}'),
    ({"schema": {"type": "string"}, "example": "/pets/1"}, "/pets/1"),
    ({"schema": {"type": "string", "example": "/pets/2"}}, "/pets/2"),
    ({"schema": {"type": "integer"}, "examples": {"a": {"value": 9}}}, "9"),
    ({"required": True, "schema": {"type": "string"}, "example": "a\r\nSet-Cookie: b"},
     "a%0D%0ASet-Cookie: b"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "value"), HEADERS)
def test_a_header_is_sent_in_the_style_simple(header: dict[str, Any], value: str) -> None:
    operation = responding(_200={"description": "", "headers": {"X-Header": header}})

    assert asked(operation).headers == {"X-Header": value}


def test_an_optional_header_has_a_value_of_its_schema_unless_clients_act_by_it() -> None:
    names = ("X-Left", "Location", "Retry-After")
    headers = {name: {"schema": {"type": "integer"}} for name in names}
    operation = responding(_200={"description": "", "headers": headers})

    assert asked(operation).headers == {"X-Left": "0"}


LOCATIONS = [
    ({"type": "integer"}, "/pets/1"),
    ({"type": "string"}, "/pets/string"),
    ({"type": "string", "example": "a b"}, "/pets/a%20b"),
]


@pytest.mark.parametrize(("key", "location"), LOCATIONS)
def test_a_location_without_a_value_leads_to_one_of_what_was_made(
    key: dict[str, Any], location: str
) -> None:
    headers = {"Location": {"schema": {"type": "string"}}}
    making = responding(_201={"description": "", "headers": headers})
    template = {"name": "pet", "in": "path", "required": True, "schema": key}
    reading = {"parameters": [template], **responding(_200={"description": ""})}
    paths = {"/pets": {"post": making}, "/pets/{pet}": {"get": reading}}
    document = {**CONTRACT, "paths": paths}
    contract = read_contract(parse(json.dumps(document), "contract.json"), "contract")

    found = Answers(contract.document).answer(contract.operations[0])

    assert found.headers == {"Location": location}


@pytest.mark.parametrize("name", ["Content-Length", "content-type", "Transfer-Encoding"])
def test_the_headers_of_the_server_itself_are_never_taken_from_a_contract(name: str) -> None:
    header = {"required": True, "schema": {"type": "string"}, "example": "12345"}
    operation = responding(_200={"description": "", "headers": {name: header}})

    assert asked(operation).headers == {}


def test_an_example_of_a_large_integer_keeps_its_digits() -> None:
    number = 12345678901234567890123

    assert body_of(asked(responding(_200=as_json(example=number)))) == number


# --- Letters and bytes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "schema", "written", "sent"),
    [
        ("application/octet-stream", {"format": "byte"}, "AAEC", b"\x00\x01\x02"),
        ("image/png", {"contentEncoding": "base64"}, "AAEC", b"\x00\x01\x02"),
        ("image/png", {"contentEncoding": "base64url"}, "_-8=", b"\xff\xef"),
        ("application/octet-stream", {"contentEncoding": "base16"}, "00ff", b"\x00\xff"),
        ("application/octet-stream", {"format": "byte"}, "no base64!", b"no base64!"),
        ("application/octet-stream", {"format": "binary"}, "AAEC", b"AAEC"),
        ("text/plain", {"format": "byte"}, "AAEC", b"AAEC"),
        ("text/plain; charset=iso-8859-1", {}, "\u00e9", b"\xe9"),
        ("text/plain", {}, "\u00e9", "\u00e9".encode()),
        ("text/plain; charset=of-nobody", {}, "\u00e9", "\u00e9".encode()),
    ],
)
def test_an_example_is_sent_in_the_bytes_that_its_media_type_and_its_schema_say(
    media_type: str, schema: dict[str, str], written: str, sent: bytes
) -> None:
    assert foreign(media_type, schema={"type": "string", **schema}, example=written) == sent


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [("de", "de"), ("fr;q=0.1, de-AT;q=0.9", "de"), ("*", "en"), ("it", None), (None, None)],
)
def test_the_language_is_the_documented_one_that_the_request_wants_most(
    accepted: str | None, sent: str | None
) -> None:
    header = {"schema": {"type": "string", "enum": ["en", "de"]}}
    headers = {"Content-Language": header}
    contract = serving(responding(_200={"description": "Fine.", "headers": headers}))

    found = Answers(contract.document).answer(contract.operations[0], Given(language=accepted))

    assert found.headers.get("Content-Language", None) == (sent or "en")
