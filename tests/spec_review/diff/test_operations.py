"""What else of a document somebody relies on: each edit with its verdicts for a sender and a reader."""

from __future__ import annotations

from datetime import date

import pytest

from openapi_documents import parse
from spec_review.diff.comparison import compare
from spec_review.diff.verdicts import PARTNERS

BASE = """\
openapi: 3.1.1
info: {title: Shop, version: "1"}
servers:
  - url: https://{place}.example/v1
    variables: {place: {default: eu, enum: [eu, us]}}
security: [{key: []}]
tags: [{name: a}]
paths:
  /things/{id}:
    get:
      operationId: showThing
      tags: [a]
      deprecated: true
      x-sunset: "2030-06-01"
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: size, in: query, deprecated: true, schema: {type: integer, default: 10}}
        - {name: sort, in: query, explode: true, schema: {type: array, items: {type: string}}}
        - {name: one, in: query, allowReserved: false, schema: {type: string}}
        - name: filter
          in: query
          content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}
      responses:
        2XX:
          description: It.
          headers: {X-Rate: {schema: {type: string}}, X-Must: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {type: object}}}
          links: {next: {operationId: sendThing, parameters: {a: $response.body#/a}}}
        4XX: {description: No., content: {application/json: {schema: {type: object, required: [code]}}}}
    post:
      operationId: sendThing
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, properties: {image: {type: string}}}
            encoding:
              image: {contentType: "image/png, image/jpeg", headers: {X-Size: {schema: {type: string}}}}
          application/xml:
            schema: {type: object, properties: {a: {type: string, xml: {attribute: true}}}}
          application/json:
            schema:
              oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
              discriminator:
                propertyName: kind
                mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}
      callbacks:
        told:
          '{$request.body#/url}':
            post:
              requestBody:
                content:
                  application/json:
                    schema:
                      type: object
                      properties: {a: {type: string}}
              responses: {'204': {description: Heard.}}
      responses: {'201': {description: Made.}}
webhooks:
  event:
    post:
      operationId: event
      parameters: [{name: X-Sig, in: header, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}}
      responses: {'200': {description: Heard.}, '202': {description: Later.}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}, spare: {type: http, scheme: basic}}
  schemas:
    Cat: {type: object, required: [kind], properties: {kind: {const: cat}}}
    Dog: {type: object, required: [kind], properties: {kind: {const: dog}}}
"""
TODAY = date(2030, 1, 1)

EDITS = [
    # parameters
    ("default: 10", "default: 50", "parameter-default", "breaking safe"),
    (", default: 10}", "}", "parameter-default", "unclear safe"),
    ("in: query, deprecated: true", "in: query", "parameter-deprecated", "safe safe"),
    ("explode: true", "explode: false", "parameter-form", "breaking safe"),
    ("allowReserved: false", "explode: false", "parameter-form", "safe safe"),
    ("allowReserved: false", "allowReserved: true", "parameter-form", "safe safe"),
    ("type: integer, default", "type: string, default", "request-type", "safe safe"),
    ("{a: {type: string}}}}}\n      responses", "{a: {type: integer}}}}}\n      responses", "request-type", "breaking safe"),
    # bodies
    ("image/png, image/jpeg", "image/png", "encoding-changed", "breaking safe"),
    ("image/png, image/jpeg", "image/*", "encoding-changed", "safe safe"),
    ("X-Size: {", "X-Size: {required: true, ", "encoding-changed", "breaking safe"),
    ("{X-Size: {schema: {type: string}}}", "{}", "encoding-changed", "unclear safe"),
    ("X-Size: {schema: {type: string}}", "X-Size: {schema: {type: string, maxLength: 1}}", "request-limit", "breaking safe"),
    ("xml: {attribute: true}", "xml: {attribute: false}", "request-xml", "breaking safe"),
    ("propertyName: kind", "propertyName: type", "request-discriminator", "breaking safe"),
    ("cat: '#/components/schemas/Cat'", "cat: '#/components/schemas/Dog'", "request-discriminator", "breaking safe"),
    ("              oneOf", "              deprecated: true\n              oneOf", "request-deprecated", "safe safe"),
    # answers
    ("        2XX:", "        '200':", "response-added", "safe safe"),
    ("schema: {type: object}}}\n          links", "schema: {type: string}}}\n          links", "response-type", "safe breaking"),
    ("X-Rate: {schema: {type: string}}", "X-Rate: {schema: {type: integer}}", "response-type", "safe safe"),
    ("X-Rate: {schema", "X-Rate: {explode: true, schema", "response-header-form", "safe safe"),
    ("X-Rate: {schema: {type: string}}", "X-Rate: {explode: true, schema: {type: object}}",
     "response-header-form", "safe breaking"),
    ("X-Must: {required: true,", "X-Must: {", "response-header-optional", "safe breaking"),
    ("operationId: sendThing, parameters", "operationId: event, parameters", "link-changed", "safe unclear"),
    ("{application/json: {schema: {type: object}}}", "{'application/*': {schema: {type: object}}}",
     "response-media-type-added", "safe unclear"),
    # the other way round
    ("{a: {type: string}}\n              resp", "{a: {type: integer}}\n              resp", "response-type", "safe breaking"),
    ("'{$request.body#/url}'", "'{$request.body#/other}'", "callback-moved", "breaking breaking"),
    ("        told:", "        heard:", "written-otherwise", "safe safe"),
    ("\n  event:", "\n  happening:", "operation-moved", "safe unclear"),
    ("[{name: X-Sig, in: header, required: true, schema: {type: string}}]", "[]", "parameter-removed", "safe breaking"),
    ("{b: {type: string}}", "{b: {type: integer}}", "response-type", "safe breaking"),
    (", '202': {description: Later.}", "", "response-removed", "breaking safe"),
    # addresses, keys, notes
    ("enum: [eu, us]", "enum: [eu]", "server-removed", "breaking breaking"),
    (", enum: [eu, us]", "", "server-added", "safe safe"),
    ("default: eu", "default: us", "server-variable", "unclear unclear"),
    ("name: X-Key", "name: X-Other", "security-scheme", "breaking safe"),
    ("scheme: basic", "scheme: bearer", "security-scheme", "safe safe"),
    ('version: "1"', 'version: "2"', "info-changed", "safe safe"),
    ("tags: [{name: a}]", "tags: [{name: b}]", "tags-changed", "safe safe"),
    ("2030-06-01", "2030-03-01", "sunset-changed", "breaking breaking"),
    ("2030-06-01", "2030-09-01", "sunset-changed", "safe safe"),
]  # fmt: skip


def verdicts(old: str, new: str, today: date = TODAY) -> dict[str, str]:
    """The kinds of changes, each with its gravest verdicts for a sender and a reader."""
    found = compare(parse(old, "old.yaml"), parse(new, "new.yaml"), today)
    return {
        each.change.rule: " ".join(each.change.verdicts.of(party) for party in PARTNERS)
        for each in reversed(found.changes)
    }


@pytest.mark.parametrize(("before", "after", "rule", "expected"), EDITS)
def test_an_edit_is_told_to_whom_it_concerns(
    before: str, after: str, rule: str, expected: str
) -> None:
    assert BASE.count(before) == 1

    found = verdicts(BASE, BASE.replace(before, after))

    assert found.get(rule) == expected, found


def test_a_further_scheme_name_alone_is_no_change() -> None:
    renamed = BASE.replace("[{key: []}]", "[{other: []}]").replace("{key: {type", "{other: {type")

    assert set(verdicts(BASE, renamed)) == {"written-otherwise"}


SCOPES = BASE.replace("[{key: []}]", "[{flow: [read, write]}]").replace(
    "{key: {type",
    "{flow: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {read: R, write: W}}}}, key: {type",
)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("[{flow: [read, write]}]", "[{flow: [write]}]", {"security-added": "safe safe"}),
        ("[{flow: [read, write]}]", "[{flow: []}]", {"security-added": "safe safe"}),
        ("[{flow: [read, write]}]", "[{flow: [other]}]", {"security-removed": "breaking safe", "security-added": "safe safe"}),
        ("{read: R, write: W}", "{read: R, write: W, admin: A}", {"security-scheme": "safe safe"}),
        ("{read: R, write: W}", "{read: R}", {"security-scheme": "unclear safe"}),
        ("tokenUrl: /token", "tokenUrl: /other", {"security-scheme": "unclear safe"}),
        ("tokenUrl: /token", "tokenUrl: /token, refreshUrl: /again", {"security-scheme": "safe safe"}),
    ],
)  # fmt: skip
def test_who_has_the_scopes_that_were_asked_for_needs_no_others(
    before: str, after: str, expected: dict[str, str]
) -> None:
    assert SCOPES.count(before) == 1

    assert verdicts(SCOPES, SCOPES.replace(before, after)) == expected


def test_a_version_that_moved_into_the_server_moves_no_operation() -> None:
    old = BASE.replace(".example/v1", ".example").replace("/things/", "/v1/things/")

    found = verdicts(old, BASE)

    assert found["operation-moved"] == "safe safe"
    assert found["server-removed"] == "safe safe"


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2030, 5, 31), "breaking breaking"), (date(2030, 6, 1), "safe safe")],
)
def test_what_is_announced_may_go_on_its_day(today: date, expected: str) -> None:
    start, end = BASE.index("    get:\n"), BASE.index("    post:\n")

    found = verdicts(BASE, BASE[:start] + BASE[end:], today)

    assert found["operation-removed"] == expected


def test_an_error_that_a_range_foretold_is_held_to_its_schema() -> None:
    told = "        '404': {description: None., content: {application/json: {schema: {type: object}}}}\n"

    post = "    post:\n      operationId: send"
    found = verdicts(BASE, BASE.replace(post, told + post))

    assert found["response-member-optional"] == "safe breaking"


def test_an_answer_that_is_alone_with_default_may_be_told_by_that() -> None:
    both = BODY.format(version="3.1.1", media="application/json", schema="schema: {type: integer}")
    alone = both.replace("'200'", "default").replace("integer", "number")

    assert verdicts(both, alone)["response-type"] == "safe breaking"
    assert "response-removed" not in verdicts(both, alone)


FORM = """\
openapi: 3.0.3
info: {title: Form, version: "1"}
paths:
  /:
    post:
      operationId: send
      parameters: [{name: Content-Type, in: header, required: true, schema: {type: string}}]
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              properties: {name: {anyOf: [{type: string}, {enum: ['']}]}, tags: {type: array, items: {type: string}}}
            encoding: {tags: {explode: true}}
      responses: {'204': {description: Done., content: {application/json: {schema: {type: object}}}}}
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("tags: {explode: true}", "name: {style: deepObject, explode: true}", "safe"),
        ("tags: {explode: true}", "tags: {explode: false}", "breaking"),
        ("tags: {explode: true}", "tags: {style: form, contentType: image/png}", "safe"),
        ("tags: {explode: true}", "tags: {contentType: application/json}", "breaking"),
        ("name: {anyOf: [{type: string}, {enum: ['']}]}", "name: {type: string}", "safe"),
        ("{type: string}, {enum: ['']}", "{type: string}", "safe"),
        (", content: {application/json: {schema: {type: object}}}", "", "safe"),
        ("parameters: [{name: Content-Type, in: header, required: true, schema: {type: string}}]", "parameters: []", "safe"),
    ],
)  # fmt: skip
def test_what_is_on_the_wire_decides(before: str, after: str, expected: str) -> None:
    assert FORM.count(before) == 1
    found = verdicts(FORM, FORM.replace(before, after))

    worst = "breaking" if any("breaking" in verdict for verdict in found.values()) else "safe"
    assert (worst, bool(found)) == (expected, True)


def test_a_style_is_one_of_any_part_that_stands_by_itself() -> None:
    parts = FORM.replace("application/x-www-form-urlencoded", "multipart/form-data")
    found = verdicts(parts, parts.replace("encoding: {", "encoding: {name: {style: deepObject}, "))

    assert found["encoding-changed"] == "breaking safe"


def test_how_a_new_part_is_written_breaks_nobody() -> None:
    more = FORM.replace("tags: {type: array", "size: {type: object}, tags: {type: array")
    found = verdicts(FORM, more.replace("encoding: {", "encoding: {size: {style: deepObject}, "))

    assert found["encoding-changed"] == "safe safe"


def test_what_may_be_null_now_is_shown_where_it_says_so() -> None:
    form = FORM.replace("application/x-www-form-urlencoded", "application/json")
    old = parse(form, "old.yaml")
    new = parse(
        form.replace("items: {type: string}", "nullable: true, items: {type: string}"), "new.yaml"
    )
    changes = [each.change for each in compare(old, new).changes]

    assert [each.new[-1] for each in changes if each.kind == "type"] == ["nullable"]


def test_the_first_member_that_must_be_there_brings_its_list_along() -> None:
    new = FORM.replace(
        "properties: {name", "required: [new], properties: {new: {type: string}, name"
    )
    new = new.replace(
        "              required: [new], ", "              required: [new]\n              "
    )

    assert verdicts(FORM, new) == {"request-member-added-required": "breaking safe"}


BODY = """\
openapi: {version}
info: {{title: Bodies, version: "1"}}
paths:
  /:
    post:
      operationId: send
      requestBody: {{content: {{{media}: {{{schema}}}}}}}
      responses: {{'200': {{description: It., content: {{{media}: {{{schema}}}}}}}}}
"""


@pytest.mark.parametrize(
    ("media", "old", "new"),
    [
        ("image/png", "schema: {type: string, format: binary}", ""),
        ("text/plain", "schema: {type: string}", ""),
        ("application/json", "schema: {}", ""),
        ("application/json", "schema: {type: string, format: byte}", "schema: {type: string, contentEncoding: base64}"),
        ("multipart/form-data", "schema: {properties: {a: {type: string, format: binary}}}",
         "schema: {properties: {a: {type: string, contentMediaType: application/octet-stream}}}"),
    ],
)  # fmt: skip
def test_what_3_1_says_of_bytes_otherwise_than_3_0_changes_nothing(
    media: str, old: str, new: str
) -> None:
    before = BODY.format(version="3.0.3", media=media, schema=old)
    after = BODY.format(version="3.1.1", media=media, schema=new)

    for found in (verdicts(before, after), verdicts(after, before)):
        assert set(found.values()) == {"safe safe"}


@pytest.mark.parametrize(
    ("media", "schema", "whom"),
    [
        ("application/json", "schema: {type: object}", "breaking safe"),
        ("application/json", "schema: {type: string}", "breaking safe"),
        ("text/plain", "schema: {type: string, maxLength: 5}", "breaking safe"),
        ("text/plain", "schema: {type: string}", "safe safe"),
    ],
)
def test_a_schema_where_none_was_breaks_who_sends_something_else(
    media: str, schema: str, whom: str
) -> None:
    bare, said = (BODY.format(version="3.1.1", media=media, schema=each) for each in ("", schema))

    assert verdicts(bare, said)["request-schema-added"] == whom
    assert verdicts(said, bare)["response-schema-removed"] == " ".join(reversed(whom.split()))


def edits_of(part: str, old: str, new: str) -> dict[str, str]:
    """The verdicts on an operation that says one thing otherwise."""
    whole = """\
openapi: 3.1.1
info: {title: One, version: "1"}
servers: [{url: 'https://shop.example/v1'}]
components: {securitySchemes: {flow: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}}}
paths:
  /:
    post:
      security: [{flow: []}]
      parameters: [{name: size, in: query, schema: {type: integer}}]
      requestBody: {content: {application/json: {schema: {}}}}
      responses:
        '200': {description: It., headers: {X-Rate: {schema: {type: integer}}}, content: {application/json: {schema: {}}}}
"""
    assert whole.count(part) == 1
    return verdicts(whole.replace(part, old), whole.replace(part, new))


SIZE = "{type: integer}}]"
RATE = "schema: {type: integer}}}"
BODY_TYPE = "requestBody: {content: {application/json:"
HOST = "https://shop.example/v1"
SAME = {"written-otherwise": "safe safe"}


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        (BODY_TYPE, BODY_TYPE.replace("/json", "/*"), BODY_TYPE, {"request-media-type-removed": "breaking safe"}),
        (BODY_TYPE, BODY_TYPE, BODY_TYPE.replace("json", "json;v=2"), {"request-media-type-removed": "unclear safe"}),
        (f"schema: {SIZE}", f"schema: {SIZE}", "content: {application/json: {schema: {type: integer}}}}]", SAME),
        (f"schema: {SIZE}", f"schema: {SIZE}", "content: {application/json: {schema: {type: string}}}}]",
         {"parameter-form": "breaking safe"}),
        (f"schema: {SIZE}", "schema: {type: string}}]", "content: {text/plain: {schema: {type: string, maxLength: 9}}}}]",
         {"request-limit": "breaking safe", **SAME}),
        (RATE, RATE, "content: {application/json: {schema: {type: integer}}}}}", SAME),
        (RATE, RATE, "content: {application/json: {schema: {type: object}}}}}", {"response-header-form": "safe breaking"}),
        (f"schema: {SIZE}", "schema: {type: [integer, 'null']}}]", f"schema: {SIZE}", SAME),
        (f"schema: {SIZE}", "schema: {anyOf: [{type: integer}, {type: 'null'}]}}]", f"schema: {SIZE}", SAME),
        (f"schema: {SIZE}", "schema: {enum: [a, null]}}]", "schema: {enum: [a]}}]", SAME),
        (f"schema: {SIZE}", "style: deepObject, schema: {type: object}}]",
         "style: deepObject, explode: true, schema: {type: object}}]",
         {"parameter-form": "safe safe"}),
        ("X-Rate:", "content-type:", "X-Rate:", {"response-header-added": "safe safe", **SAME}),
        ("X-Rate:", "X-Rate:", "x-rate:", SAME),
        (HOST, HOST, "HTTPS://Shop.example:443/v1", SAME),
        (HOST, HOST, "https://shop.example/V1", {"server-removed": "unclear unclear"}),
        ("clientCredentials", "clientCredentials", "password", {"security-scheme": "breaking safe"}),
        ("security: [{flow: []}]", "security: [{flow: []}]", "operationId: a\n      security: [{flow: []}]",
         {"operation-renamed": "safe safe"}),
    ],
)  # fmt: skip
def test_how_a_thing_is_said_matters_as_far_as_it_is_on_the_wire(
    part: str, old: str, new: str, expected: dict[str, str]
) -> None:
    assert edits_of(part, old, new) == expected


def test_a_number_in_a_plain_text_is_a_text() -> None:
    number, words = (
        BODY.format(version="3.1.1", media="text/plain", schema=f"schema: {{type: {kind}}}")
        for kind in ("integer", "string")
    )

    found = verdicts(number, words)

    assert (found["request-type"], found["response-type"]) == ("safe safe", "safe breaking")


def test_xml_is_the_same_in_the_words_of_3_2() -> None:
    old = BODY.format(
        version="3.2.0", media="application/xml",
        schema="schema: {properties: {a: {xml: {attribute: true}}, b: {type: array, xml: {wrapped: true}}}}",
    )  # fmt: skip
    new = old.replace("attribute: true", "nodeType: attribute").replace(
        "wrapped: true", "nodeType: element"
    )

    assert verdicts(old, new) == {"written-otherwise": "safe safe"}

    found = verdicts(old, new.replace("nodeType: attribute", "nodeType: element"))

    assert (found["request-xml"], found["response-xml"]) == ("breaking safe", "safe breaking")


@pytest.mark.parametrize(
    ("said", "old", "new"),
    [
        ("prefixEncoding: [{contentType: image/png}]", "image/png", "image/gif"),
        ("itemEncoding: {contentType: image/png}", "image/png", "image/gif"),
        ("prefixEncoding: [{headers: {X-A: {schema: {type: string}}}}]", "X-A: {", "X-A: {required: true, "),
    ],
)  # fmt: skip
def test_parts_without_a_name_are_written_as_they_were(said: str, old: str, new: str) -> None:
    before = BODY.format(version="3.2.0", media="multipart/mixed", schema=said)
    found = compare(parse(before, "a.yaml"), parse(before.replace(old, new), "b.yaml")).changes

    assert [
        each.change.verdicts.sender for each in found if each.change.kind == "encoding-changed"
    ] == ["breaking", "safe"]


def body_edit(old: str, new: str) -> dict[str, str]:
    """The verdicts on an edit of a schema that is sent and read, without what is only written otherwise."""
    before, after = (
        BODY.format(version="3.1.1", media="application/json", schema=f"schema: {each}")
        for each in (old, new)
    )
    found = verdicts(before, after)
    return {rule: whom for rule, whom in found.items() if rule not in (*SAME, "words-changed")}


MORE = {"request-value-added": "safe safe", "response-value-added": "safe unclear"}
A, B, C = "{const: a, title: A}", "{const: b, description: The b.}", "{const: c}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (f"{{oneOf: [{A}, {B}]}}", "{enum: [a, b]}", {}),
        (f"{{oneOf: [{A}, {B}]}}", f"{{anyOf: [{B}, {A}]}}", {}),
        (f"{{oneOf: [{A}]}}", f"{{oneOf: [{A}, {B}]}}", MORE),
        (f"{{oneOf: [{A}, {B}]}}", f"{{oneOf: [{A}, {C}]}}",
         {"request-value-added": "safe safe", "request-value-removed": "breaking safe",
          "response-value-added": "safe unclear", "response-value-removed": "safe safe"}),
        ("{enum: [a, b]}", f"{{oneOf: [{A}, {B}, {C}]}}", MORE),
        (f"{{oneOf: [{A}, {{type: object}}]}}", f"{{oneOf: [{A}, {B}, {{type: object}}]}}",
         {"request-form-added": "safe safe", "response-form-added": "safe breaking"}),
    ],
)  # fmt: skip
def test_alternatives_of_one_value_each_are_an_enumeration(
    old: str, new: str, expected: dict[str, str]
) -> None:
    assert body_edit(old, new) == expected


def test_a_new_member_keeps_nobody_out_though_others_were_taken() -> None:
    old = "{type: object, additionalProperties: true, properties: {a: {}}}"

    assert set(body_edit(old, old.replace("{a: {}}", "{a: {}, b: {type: string}}")).values()) == {
        "safe safe"
    }


def test_a_required_member_that_is_gone_is_told_once() -> None:
    old = "{type: object, required: [a, b], properties: {a: {}, b: {}}}"
    new = "{type: object, required: [a], properties: {a: {}}}"

    assert body_edit(old, new) == {
        "request-member-removed-required": "unclear safe",
        "response-member-removed-required": "safe breaking",
    }


def test_no_alternatives_at_all_are_as_if_they_were_not_written() -> None:
    assert body_edit("{type: integer, oneOf: []}", "{type: integer, oneOf: [{const: 1}]}") == {
        "request-values": "breaking safe",
        "response-values": "safe safe",
    }
