"""Bodies of every kind are read by their schemas: forms, parts, XML, texts, bytes, and whatever media type was said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.contracts.contract import read_contract
from mock_server.contracts.media_types import media_range
from mock_server.contracts.schemas import Schemas
from mock_server.http.bodies import Body, body_type, check_body, parse
from mock_server.http.problems import Problem
from openapi_documents import parse as parse_document
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve

FORM = "application/x-www-form-urlencoded"
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}


def read(content: dict[str, Any], content_type: str, raw: bytes | str) -> object:
    """Return the value of a body of an operation that takes this content. Raises Problem."""
    operation = {"requestBody": {"content": content}, "responses": {}}
    whole = document({"/a": {"post": operation}})
    contract = read_contract(parse_document(json.dumps(whole), "api.json"), "api")
    schemas = Schemas(contract.document, contract.rules)
    data = raw if isinstance(raw, bytes) else raw.encode()
    found = body_type(contract.operations[0], {"content-type": content_type})
    value = parse(data, media_range(content_type), found, schemas)
    check_body(schemas, None, Body(value, data, found))
    return value


def faults(content: dict[str, Any], content_type: str, raw: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as caught:
        read(content, content_type, raw)
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


def of(media_type: str, schema: Any, **members: Any) -> dict[str, Any]:
    return {media_type: {"schema": schema, **members}}


# -- media types -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("application/json", "application/json; charset=utf-8"),
        ("application/json; charset=utf-8", "application/json"),
        ("Application/JSON", "application/json"),
        ("application/json;version=1", "application/json; version=1"),
        ("application/json;version=1", "application/json"),
        ("application/*", "application/json"),
        ("application/*+json", "application/problem+json"),
        ("*/*", "application/json"),
    ],
)
def test_a_media_type_is_found_whatever_its_parameters(key: str, sent: str) -> None:
    assert read(of(key, {"type": "object"}), sent, '{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("application/json", "text/json"),
        ("application/json;version=1", "application/json;version=2"),
        ("application/*+json", "application/json"),
        ("text/*", "application/json"),
        ("application/json", ""),
        ("application/json", "application/json; charset=utf-16"),
        ("text/plain", "text/plain; charset=none-such"),
        ("text/plain", "text/plain; charset=hex"),
    ],
)
def test_another_media_type_is_refused(key: str, sent: str) -> None:
    with pytest.raises(Problem) as caught:
        read(of(key, {}), sent, "{}")

    assert caught.value.status == 415


def test_the_most_special_media_type_decides() -> None:
    content = {
        **of("*/*", {"const": "any"}),
        **of("text/*", {"const": "a text"}),
        **of("text/plain", {"const": "plain"}),
        **of("text/plain;format=flowed", {"const": "flowed"}),
    }

    assert read(content, "text/csv", "a text") == "a text"
    assert read(content, "text/plain", "plain") == "plain"
    assert read(content, "text/plain; format=flowed", "flowed") == "flowed"


# -- forms -----------------------------------------------------------------------------------------

CHARGE = {
    "type": "object",
    "required": ["amount"],
    "additionalProperties": False,
    "properties": {
        "amount": INTEGER,
        "flag": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT},
        "address": {"type": "object", "properties": {"city": TEXT, "zip": INTEGER}},
        "note": TEXT,
    },
}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("amount=5&flag=true", {"amount": 5, "flag": True}),
        ("amount=5&tags=a&tags=b", {"amount": 5, "tags": ["a", "b"]}),
        ("amount=5&tags=a", {"amount": 5, "tags": ["a"]}),
        ("amount=5&tags[]=a&tags[]=b", {"amount": 5, "tags": ["a", "b"]}),
        ("amount=5&tags[0]=a&tags[1]=b", {"amount": 5, "tags": ["a", "b"]}),
        ("amount=5&address=%7B%22zip%22:1%7D", {"amount": 5, "address": {"zip": 1}}),
        ("amount=5&address[zip]=1", {"amount": 5, "address": {"zip": 1}}),
        ("amount=5&note=a;b%26c+d", {"amount": 5, "note": "a;b&c d"}),
        ("amount=5&note=", {"amount": 5, "note": ""}),
        ("amount=5&note", {"amount": 5, "note": ""}),
    ],
)
def test_the_members_of_a_form_become_what_its_schema_speaks_of(written: str, value: Any) -> None:
    assert read(of(FORM, CHARGE), FORM, written) == value


@pytest.mark.parametrize(
    ("schema", "written", "value"),
    [
        ({"additionalProperties": INTEGER}, "a=1&b=2", {"a": 1, "b": 2}),
        ({"unevaluatedProperties": INTEGER}, "a=1", {"a": 1}),
        ({"patternProperties": {"^x-": INTEGER}}, "x-a=1&b=2", {"x-a": 1, "b": "2"}),
        ({"patternProperties": {r"^\p{L}$": {"type": "boolean"}}}, "é=true", {"é": True}),
        ({"additionalProperties": {"type": "array", "items": INTEGER}}, "a=1", {"a": [1]}),
    ],
)
def test_a_member_without_a_name_of_its_own_is_read_by_the_schema_of_all_others(
    schema: dict[str, Any], written: str, value: Any
) -> None:
    assert read(of(FORM, {"type": "object", **schema}), FORM, written) == value


@pytest.mark.parametrize(
    ("encoding", "written", "value"),
    [
        ({"address": {"style": "deepObject"}}, "address[zip]=1", {"address": {"zip": 1}}),
        ({"address": {"style": "form"}}, "city=Ulm&zip=1", {"address": {"city": "Ulm", "zip": 1}}),
        ({"address": {"explode": False}}, "address=zip,1", {"address": {"zip": 1}}),
        ({"tags": {"explode": False}}, "tags=a,b", {"tags": ["a", "b"]}),
        ({"tags": {"style": "pipeDelimited", "explode": False}}, "tags=a|b", {"tags": ["a", "b"]}),
        ({"note": {"allowReserved": True}}, "note=a+b/c", {"note": "a+b/c"}),
        (
            {"address": {"contentType": "application/json"}},
            'address={"zip":1}',
            {"address": {"zip": 1}},
        ),
    ],
)
def test_an_encoding_says_how_a_member_is_written(
    encoding: dict[str, Any], written: str, value: Any
) -> None:
    found = read(of(FORM, CHARGE, encoding=encoding), FORM, f"amount=5&{written}")

    assert found == {"amount": 5, **value}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("flag=true", ("#/amount", "is required")),
        ("amount=five", ("#/amount", "must be an integer")),
        ("amount=5&amount=6", ("#/amount", "is given 2 times")),
        ("amount=5&other=1", ("#/other", "is not allowed")),
        ("amount=5&address[zip]=x", ("#/address/zip", "must be an integer")),
        ("", ("#/amount", "is required")),
    ],
)
def test_a_form_that_does_not_fit_is_told_by_its_members(
    written: str, told: tuple[str, str]
) -> None:
    assert faults(of(FORM, CHARGE), FORM, written) == [told]


@pytest.mark.parametrize("media_type", [FORM, "multipart/form-data"])
def test_a_list_without_items_is_written_as_nothing(media_type: str) -> None:
    tags: dict[str, Any] = {"type": "array", "items": TEXT}
    schema = {"type": "object", "required": ["tags"], "properties": {"tags": tags, "n": INTEGER}}
    sent, body = (FORM, b"n=5") if media_type == FORM else (PARTS, parts('name="n"\n\n5'))
    longer = {**schema, "properties": {"tags": {**tags, "minItems": 1}, "n": INTEGER}}

    assert read(of(media_type, schema), sent, body) == {"n": 5, "tags": []}
    assert faults(of(media_type, longer), sent, body) == [("#/tags", "must have at least 1 item")]


@pytest.mark.parametrize("media_type", [FORM, "multipart/form-data"])
def test_what_a_form_leaves_out_has_its_default_or_is_an_empty_object(media_type: str) -> None:
    free: dict[str, Any] = {"type": "object", "properties": {"city": TEXT}}
    members = {"n": INTEGER, "size": {**INTEGER, "default": 3}, "address": free, "other": free}
    members["odd"] = {**INTEGER, "default": "none"}  # an example of it would not fit either
    schema = {"type": "object", "required": ["address", "size"], "properties": members}
    sent, body = (FORM, b"n=5") if media_type == FORM else (PARTS, parts('name="n"\n\n5'))
    narrow = {**schema, "properties": {**members, "address": {**free, "required": ["city"]}}}

    assert read(of(media_type, schema), sent, body) == {"n": 5, "size": 3, "address": {}}
    assert faults(of(media_type, narrow), sent, body) == [("#/address", "is required")]


def test_a_form_is_read_in_its_charset() -> None:
    assert read(of(FORM, {}), f"{FORM}; charset=latin1", "a=é".encode("latin-1")) == {"a": "é"}
    assert faults(of(FORM, {}), FORM, b"a=\xff")[0][0] == "#"


def test_a_form_without_fields_is_a_form(served: Serve) -> None:
    body = {"required": True, "content": of(FORM, {"type": "object", "properties": {"a": TEXT}})}
    sandbox = served(document({"/a": {"post": answering("fine", requestBody=body)}}))

    empty = sandbox.http.post("/a", content=b"", headers={"Content-Type": FORM})
    assert empty.status_code == 200
    assert sandbox.http.post("/a").status_code == 400


# -- multipart -------------------------------------------------------------------------------------

UPLOAD = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": INTEGER,
        "meta": {"type": "object", "properties": {"a": INTEGER}},
        "flags": {"type": "array", "items": INTEGER},
        "file": {"type": "string", "format": "binary", "maxLength": 4},
        "files": {"type": "array", "items": {"contentMediaType": "image/png"}},
    },
}
PARTS = "multipart/form-data; boundary=X"


def parts(*written: str | bytes) -> bytes:
    """Return a multipart body; a part is its headers but for the first words of all, an empty line, and its content."""
    found = b""
    for part in written:
        data = part if isinstance(part, bytes) else part.encode()
        found += b"--X\r\nContent-Disposition: form-data; " + data.replace(b"\n", b"\r\n") + b"\r\n"
    return found + b"--X--\r\n"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (['name="n"\n\n5'], {"n": 5}),
        (['name="n"\n\n5', 'name="meta"\n\n{"a": 1}'], {"n": 5, "meta": {"a": 1}}),
        (
            ['name="n"\n\n5', 'name="meta"\nContent-Type: application/json\n\n{"a": 1}'],
            {"n": 5, "meta": {"a": 1}},
        ),
        (['name="n"\n\n5', 'name="flags"\n\n1', 'name="flags"\n\n2'], {"n": 5, "flags": [1, 2]}),
        (['name="n"\n\n5', 'name="flags"\n\n[1, 2]'], {"n": 5, "flags": [1, 2]}),
        (
            ['name="n"\n\n5', b'name="file"; filename="x"\n\n\xff\x00ab'],
            {"n": 5, "file": "\xff\x00ab"},
        ),
        (
            [
                'name="n"\n\n5',
                b'name="files[]"; filename="a"\n\n1',
                b'name="files[]"; filename="b"\n\n2',
            ],
            {"n": 5, "files": ["1", "2"]},
        ),
    ],
)
def test_parts_become_what_the_schema_speaks_of(written: list[str | bytes], value: Any) -> None:
    assert read(of("multipart/form-data", UPLOAD), PARTS, parts(*written)) == value


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ('name="meta"\n\n{"a": "no"}', ("#/meta/a", "must be an integer")),
        ('name="flags"\n\nx', ("#/flags/0", "must be an integer")),
        ('name="file"; filename="x"\n\n12345', ("#/file", "must have at most 4 characters")),
        ('name="n"\n\n6', ("#/n", "is given 2 times")),
    ],
)
def test_a_part_that_does_not_fit_is_told_by_its_name(part: str, told: tuple[str, str]) -> None:
    body = parts('name="n"\n\n5', part)

    assert faults(of("multipart/form-data", UPLOAD), PARTS, body) == [told]


def test_the_type_and_the_headers_of_a_part_are_checked() -> None:
    header = {"required": True, "schema": INTEGER}
    encoding = {"file": {"contentType": "image/png, image/*", "headers": {"X-Rate": header}}}
    content = of("multipart/form-data", UPLOAD, encoding=encoding)

    def sent(*headers: str) -> bytes:
        lines = "".join(f"\n{header}" for header in headers)
        return parts('name="n"\n\n5', f'name="file"; filename="x"{lines}\n\nabc')

    assert read(content, PARTS, sent("Content-Type: image/gif", "X-Rate: 5")) == {
        "n": 5,
        "file": "abc",
    }
    assert faults(content, PARTS, sent("Content-Type: text/csv", "X-Rate: x")) == [
        ("#/file", "has the content type text/csv; image/png or image/* is expected"),
        ("#/file", "has a header X-Rate that must be an integer"),
    ]
    assert faults(content, PARTS, sent()) == [("#/file", "lacks the header X-Rate")]
    unknown = sent("Content-Type: application/octet-stream", "X-Rate: 5")
    assert read(content, PARTS, unknown) == {"n": 5, "file": "abc"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--X--"),
        (PARTS, b"no part at all"),
        (PARTS, b'--X\r\nContent-Disposition: form-data; name="n"\r\n\r\n5'),
        (PARTS, b"--X\r\nContent-Type: text/plain\r\n\r\n5\r\n--X--"),
    ],
)
def test_a_malformed_multipart_body_is_told(content_type: str, body: bytes) -> None:
    assert faults(of("multipart/form-data", UPLOAD), content_type, body)[0][0] == "#"


def test_parts_without_names_are_the_items_of_an_array() -> None:
    schema = {"type": "array", "prefixItems": [{"type": "object"}], "items": INTEGER}
    body = b"--X\r\nContent-Type: application/json\r\n\r\n{}\r\n--X\r\n\r\n5\r\n--X--\r\n"

    assert read(of("multipart/mixed", schema), "multipart/mixed; boundary=X", body) == [{}, 5]


# -- XML -------------------------------------------------------------------------------------------

BOOK = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "xml": {"name": "book"},
    "properties": {
        "id": {**INTEGER, "xml": {"attribute": True}},
        "title": {**TEXT, "xml": {"name": "Title"}},
        "price": {"type": ["number", "null"]},
        "tags": {"type": "array", "items": {**TEXT, "xml": {"name": "tag"}}},
        "authors": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"type": "object", "xml": {"name": "author"}, "properties": {"age": INTEGER}},
        },
    },
}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('<book id="1"/>', {"id": 1}),
        ('<book id="1"><Title>A &amp; B</Title></book>', {"id": 1, "title": "A & B"}),
        ('<book id="1"><price> 1.5 </price></book>', {"id": 1, "price": 1.5}),
        ('<book id="1"><tag>a</tag><tag>b</tag></book>', {"id": 1, "tags": ["a", "b"]}),
        (
            '<book id="1"><authors><author><age>5</age></author></authors></book>',
            {"id": 1, "authors": [{"age": 5}]},
        ),
        ('<b:book xmlns:b="urn:b" id="1"><b:Title>x</b:Title></b:book>', {"id": 1, "title": "x"}),
        (
            '<book xmlns:i="http://www.w3.org/2001/XMLSchema-instance" id="1"><price i:nil="true"/></book>',
            {"id": 1, "price": None},
        ),
    ],
)
def test_xml_is_read_by_its_names(written: str, value: Any) -> None:
    assert read(of("application/xml", BOOK), "application/xml", written) == value


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('<book id="x"/>', ("#/id", "must be an integer")),
        ("<book><Title/></book>", ("#/id", "is required")),
        ('<book id="1"><title>x</title></book>', ("#/<title>", "is not allowed")),
        ('<book id="1"><pages>x</pages></book>', ("#/pages", "is not allowed")),
        ('<page id="1"/>', ("#", "the root element is page; book is expected")),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><book/>",
            ("#", "entities and document types are not read"),
        ),
    ],
)
def test_xml_that_does_not_fit_is_told(written: str, told: tuple[str, str]) -> None:
    assert told in faults(of("application/xml", BOOK), "application/xml", written)


@pytest.mark.parametrize(
    ("xml", "written"),
    [
        ({"nodeType": "attribute"}, '<a n="5"/>'),
        ({"nodeType": "text"}, "<a>5</a>"),
        ({"nodeType": "element", "name": "m"}, "<a><m>5</m></a>"),
    ],
)
def test_the_node_types_of_openapi_3_2_are_known(xml: dict[str, Any], written: str) -> None:
    schema = {"type": "object", "properties": {"n": {**INTEGER, "xml": xml}}}

    assert read(of("text/xml", schema), "text/xml", written) == {"n": 5}


# -- texts, bytes and sequences --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "written", "value"),
    [(TEXT, "5", "5"), (INTEGER, "5", 5), ({"pattern": "^a"}, "ab", "ab")],
)
def test_a_text_becomes_what_its_schema_speaks_of(schema: Any, written: str, value: object) -> None:
    assert read(of("text/plain", schema), "text/plain", written) == value
    assert faults(of("text/plain", {"type": "boolean"}), "text/plain", written)


def test_a_text_is_read_in_its_charset() -> None:
    sent = "é".encode("latin-1")

    assert read(of("text/plain", TEXT), "text/plain; charset=iso-8859-1", sent) == "é"
    assert faults(of("text/plain", TEXT), "text/plain", sent)[0][0] == "#"


def test_bytes_are_counted() -> None:
    content = of("application/pdf", {"type": "string", "format": "binary", "maxLength": 3})

    assert read(content, "application/pdf", b"\xff\xfe\xfd") == "\xff\xfe\xfd"
    assert faults(content, "application/pdf", b"\xff\xfe\xfd\xfc")[0][1].startswith(
        "must have at most 3"
    )


def test_each_value_of_a_sequence_is_checked() -> None:
    content = {"application/jsonl": {"itemSchema": INTEGER}}

    assert read(content, "application/jsonl", "1\n2\n\n") == [1, 2]
    assert faults(content, "application/jsonl", '1\n"x"\n') == [("#/1", "must be an integer")]
    assert faults(content, "application/jsonl", "1\n{")[0][0] == "#/1"


def test_events_are_read_as_browsers_read_them() -> None:
    event = {"type": "object", "properties": {"retry": INTEGER, "event": {"enum": ["tick"]}}}
    content, kind = {"text/event-stream": {"itemSchema": event}}, "text/event-stream"

    written = ": a comment\ndata: one\ndata:two\r\nretry: 10\nretry: soon\n\nid: 1\n\ndata\nevent: tick\n\n"
    assert read(content, kind, written) == [
        {"data": "one\ntwo", "retry": 10},
        {"data": "", "event": "tick"},
    ]
    assert faults(content, kind, "event: tock\ndata: x\n\n")[0][0] == "#/0/event"
    assert faults(content, kind, b"data: \xff\n\n")[0][0] == "#"


# -- read and write side ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "member",
    [
        {"type": "string", "readOnly": True},
        {"$ref": "#/components/schemas/Id"},
        {"allOf": [{"$ref": "#/components/schemas/Id"}], "description": "x"},
    ],
)
def test_a_member_that_is_read_only_is_not_required_of_a_request(
    served: Serve, member: Any
) -> None:
    schema = {"type": "object", "required": ["id", "n"], "properties": {"id": member, "n": TEXT}}
    body = {"content": of("application/json", schema)}
    components = {"schemas": {"Id": {"type": "string", "readOnly": True}}}
    sandbox = served(
        document({"/a": {"post": answering("fine", requestBody=body)}}, components=components)
    )

    assert sandbox.http.post("/a", json={"n": "x"}).status_code == 200
    assert sandbox.http.post("/a", json={"id": "x"}).status_code == 400
