"""`spec-review diff`: what changed between two contracts, and for whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result

from openapi_documents import load, parse
from spec_review.diff.comparison import Diff, compare
from tests.spec_review.commands import spec_review
from tests.spec_review.documents import V1, V2, members
from tests.spec_review.git import commit

BASE = """\
openapi: 3.1.1
info: {title: Orders, version: "1"}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        "200":
          description: The orders.
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Order'}}
        "404": {description: None.}
    post:
      operationId: createOrder
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/NewOrder'}
      responses:
        "201":
          description: Made.
          headers:
            Location: {required: true, schema: {type: string}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
components:
  schemas:
    NewOrder:
      type: object
      required: [item]
      properties:
        item: {type: string, maxLength: 20}
        kind: {type: string, enum: [new, old]}
        count: {type: integer, minimum: 1}
        note: {type: [string, "null"]}
    Order:
      type: object
      required: [id, state]
      properties:
        id: {type: string}
        state: {type: string, enum: [open, done]}
        total: {type: number}
        labels: {type: object, additionalProperties: {type: string}}
        how:
          oneOf:
            - {type: string}
            - {type: object, required: [way], properties: {way: {type: string}}}
"""


SAME_MEANING = {"written-otherwise": "sss"}
"""The one note that is told of what is only written otherwise."""


def diff_of(old: str, new: str) -> Diff:
    return compare(parse(old, "old.yaml"), parse(new, "new.yaml"))


def verdicts(old: str, new: str) -> list[tuple[str, str]]:
    """Each change as its rule and the first letters of the verdicts: sender, reader, provider."""
    return [
        (
            each.change.rule,
            "".join(
                each.change.verdicts.of(party)[0] for party in ("sender", "reader", "provider")
            ),
        )
        for each in diff_of(old, new).changes
    ]


# An edit of BASE, and what it is: s(afe), u(nclear) or b(reaking) for who sends, who reads, a provider.
EDITS = [
    ("maxLength: 20", "maxLength: 10", "request-limit", "bss"),
    ("maxLength: 20", "maxLength: 30", "request-limit", "ssu"),
    ("enum: [new, old]", "enum: [new]", "request-value-removed", "bss"),
    ("enum: [new, old]", "enum: [new, old, odd]", "request-value-added", "ssu"),
    ("minimum: 1", "minimum: 0", "request-limit", "ssu"),
    ("{type: integer, minimum: 1}", "{type: string}", "request-type", "bsu"),
    ('type: [string, "null"]', "type: string", "request-type", "bss"),
    ("required: [item]", "required: [item, kind]", "request-member-required", "bss"),
    ("required: [item]", "required: []", "request-member-optional", "ssu"),
    ("        count:", "        amount:", "request-member-removed", "uss"),
    ("        note:", "        more: {type: string}\n        note:", "request-member-added", "ssu"),
    ("enum: [open, done]", "enum: [open, done, lost]", "response-value-added", "sus"),
    ("enum: [open, done]", "enum: [open]", "response-value-removed", "ssb"),
    ("required: [id, state]", "required: [id]", "response-member-optional", "sbs"),
    ("required: [id, state]", "required: [id, state, total]", "response-member-required", "ssb"),
    ("        total: {type: number}\n", "", "response-member-removed", "sus"),
    ("        id: {type: string}\n", "", "response-member-removed-required", "sbs"),
    ("total: {type: number}", "total: {type: [number, string]}", "response-type", "sbs"),
    ("total: {type: number}", "total: {type: integer}", "response-type", "ssb"),
    ("additionalProperties: {type: string}", "additionalProperties: true", "response-further-members", "sbs"),
    ("additionalProperties: {type: string}", "additionalProperties: {type: [string, integer]}", "response-type", "sbs"),
    ("additionalProperties: {type: string}", "additionalProperties: false", "response-additional-members", "sss"),
    ("            - {type: string}\n", "", "response-form-removed", "ssu"),
    ("- {type: string}\n", "- {type: string}\n            - {type: integer}\n",
     "response-form-added", "sbs"),
    ("maximum: 100", "maximum: 50", "request-limit", "bss"),
    ("{name: limit, in: query,", "{name: limit, in: query, required: true,",
     "parameter-required", "bss"),
    ("        - {name: X-Trace, in: header, schema: {type: string}}\n", "",
     "parameter-removed", "uss"),
    ("        - {name: X-Trace,", "        - {name: page, in: query, schema: {type: integer}}\n"
     "        - {name: X-Trace,", "parameter-added", "ssu"),
    ("        - {name: X-Trace,", "        - {name: who, in: query, required: true, "
     "schema: {type: string}}\n        - {name: X-Trace,", "parameter-added-required", "bss"),
    ('        "404": {description: None.}\n', "", "response-removed", "ssu"),
    ('"404": {description: None.}', '"404": {description: None.}\n        "202": {description: x}',
     "response-added", "sus"),
    ("Location: {required: true,", "Location: {required: false,", "response-header-optional", "sbs"),
    ("operationId: listOrders", "operationId: orders", "operation-renamed", "uus"),
    ("        application/json:\n            schema: {$ref: '#/components/schemas/NewOrder'}",
     "        application/xml:\n            schema: {$ref: '#/components/schemas/NewOrder'}",
     "request-media-type-removed", "bss"),
    ("info:", "security: [{key: []}]\ninfo:", "security-removed", "bss"),
    ("info:", "servers: [{url: /v2}]\ninfo:", "server-added", "sss"),
    ("description: Made.", "description: It was made.", "words-changed", "sss"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "rule", "whom"), EDITS)
def test_a_change_is_judged_for_each_party(before: str, after: str, rule: str, whom: str) -> None:
    assert BASE.count(before) == 1
    assert (rule, whom) in verdicts(BASE, BASE.replace(before, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("enum: [new, old]", "enum: [old, new]"),
        ("required: [id, state]", "required: [state, id]"),
        ("{type: integer, minimum: 1}", "{minimum: 1, type: [integer]}"),
        ("X-Trace", "x-trace"),
        (
            "            application/json:\n              schema: {type: array",
            "            application/json; charset=utf-8:\n              schema: {type: array",
        ),
    ],
)
def test_what_says_the_same_in_other_words_is_no_change(before: str, after: str) -> None:
    found = dict(verdicts(BASE, BASE.replace(before, after)))

    assert found in ({}, SAME_MEANING)


@pytest.mark.parametrize(
    ("old", "new", "whom"),
    [
        ("", ", format: phone", ["request uss", "response ssu"]),
        (", format: phone", "", ["request ssu", "response sus"]),
        (", format: phone", ", format: mobile", ["request usu", "response suu"]),
        (", format: phone", ", format: date", ["request usu", "response suu"]),
    ],
)
def test_a_format_of_which_nobody_agrees_what_it_forbids_harms_one_side_at_most(
    old: str, new: str, whom: list[str]
) -> None:
    before, after = (
        BASE.replace(
            "item: {type: string, maxLength: 20}", f"item: {{type: string{said}}}"
        ).replace("id: {type: string}", f"id: {{type: string{said}}}")
        for said in (old, new)
    )
    found = [
        f"{rule.partition('-')[0]} {verdict}"
        for rule, verdict in verdicts(before, after)
        if rule.endswith("-format")
    ]

    assert sorted(set(found)) == whom


@pytest.mark.parametrize(
    ("old", "new", "rule", "whom"),
    [
        ("[a, null]", "[a]", "request-value-removed", "usu"),
        ("[a]", "[a, null]", "response-value-added", "suu"),
    ],
)
def test_whether_nullable_lets_a_null_through_that_an_enum_leaves_out_is_unclear(
    old: str, new: str, rule: str, whom: str
) -> None:
    base = BASE.replace("3.1.1", "3.0.3").replace(
        "{type: string, maxLength: 20}", "{type: string, nullable: true, enum: [a]}"
    )
    base = base.replace("total: {type: number}", "total: {type: string, nullable: true, enum: [a]}")

    assert (rule, whom) in verdicts(base.replace("[a]", old), base.replace("[a]", new))


def test_a_schema_that_moved_into_components_is_no_change() -> None:
    inline = BASE.replace(
        "{$ref: '#/components/schemas/NewOrder'}",
        "{allOf: [{$ref: '#/components/schemas/NewOrder'}]}",
    )
    assert dict(verdicts(BASE, inline)) == SAME_MEANING


def test_an_operation_that_is_gone_is_shown_where_it_stood() -> None:
    each, word = diff_of(BASE, BASE.replace("    post:", "    x-post:")).changes
    assert (each.change.rule, word.change.rule) == ("operation-removed", "extensions-changed")
    assert str(each.old_position) == "old.yaml:17:5"
    assert each.position.file == "new.yaml"


def test_a_recursive_schema_is_compared_without_end() -> None:
    more = BASE.replace("total: {type: number}", "next: {$ref: '#/components/schemas/Order'}")
    narrower = more.replace("enum: [open, done]", "enum: [open]")
    assert verdicts(more, narrower) == [("response-value-removed", "ssb")]


def test_a_webhook_is_read_by_the_partner() -> None:
    hook = BASE + (
        "webhooks:\n  told:\n    post:\n      requestBody:\n        content:\n"
        "          application/json:\n            schema: {type: string, enum: [a]}\n"
        "      responses: {'200': {description: ok}}\n"
    )
    assert verdicts(hook, hook.replace("enum: [a]", "enum: [a, b]")) == [
        ("response-value-added", "sus")
    ]


def test_a_dangling_reference_is_survived() -> None:
    diff_of(BASE, BASE.replace("#/components/schemas/NewOrder", "#/components/schemas/Nothing"))
    diff_of(BASE.replace("#/components/schemas/NewOrder", "elsewhere.yaml"), BASE)


# --- our own contracts ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def versions() -> Diff:
    return compare(load(V1), load(V2))


def test_the_second_version_differs_from_the_first_as_a_reader_of_both_says(
    versions: Diff,
) -> None:
    told = {
        (each.change.rule, next(iter(each.change.operations), "")): each.change
        for each in versions.changes
        if each.change.verdicts.worst(("sender", "reader")) == "breaking"
        and each.change.area != "silences"
    }
    assert sorted(told) == [
        ("key-changed", "createRevenueClaims"),
        ("operation-moved", "createPartnerClients"),
        ("operation-moved", "createRevenueClaims"),
        ("operation-moved", "getPartnerClientsStatus"),
        ("operation-removed", "getPartnerClient"),
        ("request-member-added-required", "createRevenueClaims"),
        ("request-rule-added", "createRevenueClaims"),
        ("response-type", "getPartnerClientsStatus"),
        ("row-added", "createRevenueClaims"),
        ("state-added", "createRevenueClaims"),
        ("status-of-removed", "getPartnerClientsStatus"),
    ]
    rules = [
        each.change.sentence.split()[2]
        for each in versions.changes
        if each.change.rule == "request-rule-added"
    ]
    assert sorted(rules) == ["agreed-currency", "same-sign", "whole-period"]


def test_every_behavioural_line_between_the_versions_has_a_witness(versions: Diff) -> None:
    for each in versions.changes:
        if each.change.rule in ("key-changed", "row-added", "request-rule-added"):
            assert each.change.is_behavioural, each.change.sentence


def test_a_silence_that_is_decided_otherwise_is_shown_by_what_rests_on_it(versions: Diff) -> None:
    (currency,) = (each for each in versions.changes if "silence S31" in each.change.sentence)
    witness = currency.change.witnesses[0]
    assert members(witness.steps[0].values[0])["currency"] == "USD"


def test_a_contract_does_not_differ_from_itself() -> None:
    assert compare(load(V2), load(V2)).changes == ()


BEHAVIOUR = [
    ("key: [unique_reference]", "key: [partner_client_id]", "key-changed", "bbb"),
    ("records: revenue-claims", "records: claims", "records-changed", "uuu"),
    (
        "lifecycle: partner-client, processing: asynchronous",
        "lifecycle: partner-client, processing: synchronous",
        "processing-changed",
        "bbb",
    ),
    ("    Pending: {initial: true}", "    Waiting: {initial: true}", "initial-changed", "sbb"),
    (
        "rule: self.currency == partner.currency",
        "rule: self.currency != ''",
        "request-rule-changed",
        "ssb",
    ),
]


@pytest.mark.parametrize(("before", "after", "rule", "whom"), BEHAVIOUR)
def test_a_change_of_behaviour_is_judged_by_its_witness(
    before: str, after: str, rule: str, whom: str
) -> None:
    text = V2.read_text(encoding="utf-8")
    assert text.count(before) == 1
    assert (rule, whom) in verdicts(text, text.replace(before, after))


def test_a_lifecycle_that_can_be_read_no_longer_is_told_with_its_place() -> None:
    text = V2.read_text(encoding="utf-8")
    diff = diff_of(text, text.replace("when: invalid", "when: invlid", 1))
    first = diff.changes[0]
    assert first.change.rule == "behaviour-unreadable"
    assert (
        "invlid"
        in text.replace("when: invalid", "when: invlid", 1).splitlines()[first.position.line - 1]
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("x-silence: S29", "x-silense: S29"), ("x-silence: S29", "x-silence: 29")],
)
def test_a_word_that_is_not_written_as_it_must_be_any_more_is_told(before: str, after: str) -> None:
    text = V2.read_text(encoding="utf-8")
    assert text.count(before) == 1
    edited = text.replace(before, after)
    (change,) = (each for each in diff_of(text, edited).changes if each.change.rule == "word-form")
    assert change.change.level == "unclear"
    assert after in edited.splitlines()[change.position.line - 1]
    assert compare(parse(edited, "a.yaml"), parse(edited, "a.yaml")).changes == ()


# --- the command ---------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return spec_review("diff", *arguments)


@pytest.fixture
def two(tmp_path: Path) -> Callable[[str], list[Path]]:
    def write(new: str) -> list[Path]:
        paths = [tmp_path / "old.yaml", tmp_path / "new.yaml"]
        for path, text in zip(paths, (BASE, new), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths

    return write


def test_the_exit_code_tells_whether_something_breaks(two: Callable[[str], list[Path]]) -> None:
    breaking = two(BASE.replace("maxLength: 20", "maxLength: 10"))
    assert run(*breaking).exit_code == 1
    assert run(*breaking, "--fail-on", "never").exit_code == 0
    assert run(*breaking, "--for", "reader").exit_code == 0
    unclear = two(BASE.replace("enum: [open, done]", "enum: [open, done, lost]"))
    assert run(*unclear).exit_code == 0
    assert run(*unclear, "--fail-on", "unclear").exit_code == 1


def test_a_file_that_is_not_there_ends_with_a_sentence(tmp_path: Path) -> None:
    result = run(tmp_path / "none.yaml", V2)
    assert result.exit_code == 2
    assert "none.yaml:1: there is no such file" in result.output


def test_every_format_tells_the_change_at_its_place(two: Callable[[str], list[Path]]) -> None:
    paths = two(BASE.replace("maxLength: 20", "maxLength: 10"))
    plain = run(*paths, "--format", "json").output
    change = json.loads(plain)["changes"][0]
    assert (change["level"], change["position"]["line"]) == ("breaking", 38)
    sarif: dict[str, Any] = json.loads(run(*paths, "--format", "sarif").output)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "request-limit"
    suite = ElementTree.fromstring(run(*paths, "--format", "junit").output)
    assert len(list(suite.iter("failure"))) == 1
    assert "line=38,col=" in run(*paths, "--format", "github").output
    assert "- **`NewOrder.item` has a maxLength" in run(*paths, "--format", "markdown").output
    assert "new.yaml:38:" in run(*paths).output


def test_a_version_of_another_time_is_read_from_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sub" / "orders.yaml"
    path.parent.mkdir()
    path.write_text(BASE, encoding="utf-8")
    commit(tmp_path)
    path.write_text(BASE.replace("maxLength: 20", "maxLength: 10"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("git:HEAD:sub/orders.yaml", "sub/orders.yaml")
    assert result.exit_code == 1
    assert "sub/orders.yaml against git:HEAD:sub/orders.yaml" in result.output
    monkeypatch.chdir(path.parent)
    assert run("git:HEAD:orders.yaml", "orders.yaml").exit_code == 1
    assert run("git:HEAD:sub/orders.yaml", "orders.yaml").exit_code == 1


@pytest.mark.parametrize(
    "source", ["git:HEAD", "git:--help:x.yaml", "git:nothing:x.yaml", "git::x"]
)
def test_a_revision_that_is_none_ends_with_a_sentence(source: str) -> None:
    result = run(source, V2)
    assert result.exit_code == 2
    assert result.output.startswith("git:")
