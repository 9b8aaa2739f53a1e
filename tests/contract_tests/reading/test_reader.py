"""The vocabulary as the judge reads it, and what stops the reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests.reading.contract import ErrorForm
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.reader import find, read
from openapi_documents import DocumentError
from tests.contract_tests.contracts import (
    BOTH,
    CLAIM,
    CLIENT,
    SMALL,
    V2_FILE,
    changed,
    contract_from,
    line_of,
    small,
)


def test_submissions_know_their_lifecycle_limits_and_status_operation() -> None:
    assert (CLIENT.lifecycle.key, CLIENT.lifecycle.records) == (("partner_client_id",), "clients")
    assert (CLAIM.max_items, BOTH.max_items) == (10000, 1000)
    assert CLIENT.status is not None
    assert CLIENT.status.id == "getPartnerClientsStatus"
    assert (CLIENT.asynchronous, BOTH.asynchronous) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("x-submission:", "x-submision:", "x-submission"),
        ("x-rules:", "x-rule:", "x-rules"),
        ("when: rival-in-request", "when: rival-in-requests", "rival-in-request"),
        ("then: Conflict", "then: Conflicts", "Conflict"),
        ("records: clients", "recordz: clients", "records"),
        ("lifecycle: partner-client,", "lifecycle: partner-clent,", "partner-client"),
        ("form: absent,", "form: absnt,", "absent"),
    ],
)
def test_an_unknown_word_stops_the_reader_with_file_line_and_the_nearest_word(
    tmp_path: Path, old: str, new: str, near: str
) -> None:
    path = changed(V2_FILE, tmp_path, old, new)
    with pytest.raises(DocumentError) as caught:
        read(str(path))
    line = line_of(path.read_text(encoding="utf-8"), new)
    assert f"{path.name}:{line}:" in str(caught.value)
    assert near in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("        - {when: otherwise, then: Saved}\n", "", "no row of order is for `otherwise`"),
        (
            "type: array, items: SCHEMA",
            "type: array, minItems: no",
            "an integer from 0 on is expected",
        ),
        ("application/json:", "text/plain:", "takes an array of items as application/json"),
        ("paths:", "pathz:", "has no `paths`"),
    ],
)
def test_what_makes_no_sense_stops_the_reader(old: str, new: str, why: str) -> None:
    assert old in SMALL
    with pytest.raises(DocumentError, match=why):
        contract_from(SMALL.replace(old, new).replace("SCHEMA", "{}").replace("EXAMPLE", "[]"))


def test_more_rows_than_the_judge_can_try_stop_the_reader() -> None:
    row = "        - {when: invalid, then: Wrong}\n"
    with pytest.raises(DocumentError, match="more than 200 outcomes"):
        contract_from(SMALL.replace(row, row * 201).replace("SCHEMA", "{}"))


def test_another_key_in_the_document_is_another_key_for_the_judge(tmp_path: Path) -> None:
    path = changed(V2_FILE, tmp_path, "key: [partner_client_id]", "key: [entity_type]")
    assert read(str(path)).submissions[0].lifecycle.key == ("entity_type",)


def test_a_contract_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(DocumentError, match="Did you mean partner-client-service-v2"):
        find("partner-client-servce-v2")


def test_overlays_are_applied_before_anything_is_read(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        """
        overlay: 1.0.0
        info: {title: One, version: "1"}
        actions:
          - target: $.components['x-lifecycles']['revenue-claim']
            update: {records: others}
        """,
        encoding="utf-8",
    )
    known = read(str(V2_FILE), overlays=[str(overlay)])
    assert known.lifecycles["revenue-claim"].records == "others"


def test_references_lead_out_of_the_folder_only_where_that_is_allowed(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (there / "item.yaml").write_text("{type: object, required: [k]}", encoding="utf-8")
    text = SMALL.replace("SCHEMA", "{$ref: ../there/item.yaml}").replace("EXAMPLE", "[{k: a}]")
    (here / "small.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError, match="allow-refs"):
        read(str(here / "small.yaml"))
    known = read(str(here / "small.yaml"), allow_refs=[str(there)])
    assert known.submissions[0].item_schema["required"] == ["k"]


def test_words_of_others_are_left_alone() -> None:
    known = contract_from(
        """
        openapi: 3.1.0
        info: {title: T, version: "1"}
        x-logo: {url: a.png}
        paths:
          /a:
            get: {operationId: a, x-token: seven, responses: {"200": {description: ok, x-since: "2"}}}
        components: {schemas: {A: {x-rules: none of yours}}}
        """
    )
    assert [one.id for one in known.operations] == ["a"]
    assert (known.rules, known.submissions, known.error_form) == ({}, (), ErrorForm.PROBLEM)


def test_rows_are_read_in_their_order_with_what_they_rest_on() -> None:
    rows = CLIENT.lifecycle.rows
    assert [row.when for row in rows][-1] is Condition.OTHERWISE
    assert {name for row in rows for name in row.silences} == {"S14"}


def test_an_operation_without_an_id_is_named_by_its_method_and_path() -> None:
    text = SMALL.replace("      operationId: sendOrders\n", "").replace("SCHEMA", "{}")
    assert contract_from(text).operations[0].label == "POST /orders"


def test_a_self_describing_schema_is_read_as_far_as_it_ends() -> None:
    known = small("{type: object, properties: {k: {type: string}, more: {type: array, items: {}}}}")
    assert set(known.submissions[0].item_schema["properties"]) == {"k", "more"}
