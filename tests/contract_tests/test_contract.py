"""The vocabulary as the judge reads it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from contract_tests.generation.items import Workshop
from contract_tests.generation.variations import probes
from contract_tests.judging.verdict import Finding, merge
from contract_tests.reading import contract
from contract_tests.reading.documents import UnreadableContract, lookup

V2 = contract.find("partner-client-service-v2")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = V2.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_submissions_know_their_lifecycle_limits_and_status_operation() -> None:
    clients, claims, both = contract.read(V2).submissions
    assert (clients.lifecycle.key, clients.lifecycle.records) == (("partner_client_id",), "clients")
    assert (claims.max_items, both.max_items) == (10000, 1000)
    assert clients.status is not None
    assert clients.status.id == "getPartnerClientsStatus"
    assert both.asynchronous is False


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("x-submission:", "x-submision:", "x-submission"),
        ("x-rules:", "x-rule:", "x-rules"),
        ("when: rival-in-request", "when: rival-in-requests", "rival-in-request"),
        ("then: Conflict", "then: Conflicts", "Conflict"),
        ("records: clients", "recordz: clients", "records"),
        ("lifecycle: partner-client,", "lifecycle: partner-clent,", "partner-client"),
    ],
)
def test_an_unknown_word_stops_the_reader_with_file_line_and_the_nearest_word(
    tmp_path: Path, old: str, new: str, near: str
) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(UnreadableContract) as caught:
        contract.read(path)
    line = 1 + path.read_text(encoding="utf-8").split(new)[0].count("\n")
    assert f"changed.yaml:{line}:" in str(caught.value)
    assert f"`{near}`" in str(caught.value)


def test_another_key_in_the_yaml_is_another_key_for_the_judge(tmp_path: Path) -> None:
    path = changed(tmp_path, "key: [partner_client_id]", "key: [entity_type]")
    assert contract.read(path).submissions[0].lifecycle.key == ("entity_type",)


def test_a_contract_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnreadableContract, match="did you mean partner-client-service-v2"):
        contract.find("partner-client-servce-v2")


def test_yaml_dates_and_words_for_truth_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text("paths: {}\na: 2024-01-01\nb: on\nc: true\nd: 0x1\n", encoding="utf-8")
    root = contract.read(path).document.root
    assert (root["a"], root["b"], root["c"], root["d"]) == ("2024-01-01", "on", True, "0x1")


@pytest.mark.parametrize("name", ["partner-client-service-v1", "partner-client-service-v2"])
def test_each_constraint_that_an_item_breaks_is_found_in_the_document(name: str) -> None:
    known = contract.read(contract.find(name))
    found = {}
    for submission in known.submissions:
        workshop = Workshop(submission, {"client_id": "partner-a", "currency": "GBP"})
        for probe in probes(workshop):
            for fault in workshop.validity.faults(probe.item):
                place = contract.locate(known.document, submission.item_place, fault.steps)
                lookup(known.document.root, place)
                found[fault.rule] = known.source(submission, fault.steps)
    file, line, pointer = re.split(r":(?=[0-9]+ )| ", found["schema.partner_client_id.pattern"])
    assert (file, pointer) == (
        str(contract.find(name)), "(#/components/schemas/Identifier/pattern)"
    )  # fmt: skip
    text = contract.find(name).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert text.strip().startswith("pattern:")


REFERRING = """
paths:
  /a:
    post:
      operationId: a
      x-submission: {lifecycle: some, processing: synchronous}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/All"}}}}
      responses: {}
components:
  x-lifecycles:
    some:
      records: a
      key: [k]
      states: {Pending: {initial: true}, Done: {saved: true}, Wrong: {}}
      outcomes: [{when: invalid, then: Wrong}, {when: otherwise, then: Done}]
  schemas:
    All: {type: array, items: {$ref: "#/components/schemas/One"}}
    One: {$ref: "#/components/schemas/Two", minProperties: 2, allOf: [{maxProperties: 3}]}
    Two: {type: object, properties: {k: {$ref: "#/components/schemas/Key", description: k}}}
    Key: {$ref: "#/components/schemas/Text", maxLength: 4}
    Text: {type: string}
"""


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ({"k": 1, "l": 1}, "Text/type"),
        ({"k": "abcde", "l": 1}, "Key/maxLength"),
        ({"k": "a"}, "One/minProperties"),
        ({"k": "a", "l": 1, "m": 1, "n": 1}, "One/allOf/0/maxProperties"),
        (1, "Two/type"),
    ],
)
def test_what_stands_beside_a_reference_counts_and_has_its_place(
    tmp_path: Path, item: Any, place: str
) -> None:
    path = tmp_path / "referring.yaml"
    path.write_text(REFERRING, encoding="utf-8")
    known = contract.read(path)
    (submission,) = known.submissions
    faults = Workshop(submission, {}).validity.faults(item)
    steps = [fault.steps for fault in faults if fault.steps]
    assert f"(#/components/schemas/{place})" in str([known.source(submission, s) for s in steps])


@pytest.mark.parametrize(
    ("plain", "rules"),
    [(False, ["equality.values"]), (True, ["equality.values", "outcome.rival-in-request"])],
)
def test_equality_explains_a_row_only_where_plain_stories_end_well(
    plain: bool, rules: list[str]
) -> None:
    def finding(rule: str, signature: str, *, plain: bool) -> Finding:
        return Finding(
            rule=rule, sentence="", source="", contract="c", operation="o", suite="cases",
            sent="", expected=(), came="", curl=(), requests=1, signature=signature, plain=plain,
        )  # fmt: skip

    found = merge(
        [
            finding("equality.values", "twin-in-request>Completed", plain=False),
            finding("outcome.rival-in-request", "rival-in-request>Completed", plain=plain),
        ]
    )
    assert [one["rule"] for one in found] == rules


def test_what_one_contract_shows_explains_nothing_in_another() -> None:
    def finding(rule: str, contract: str) -> Finding:
        return Finding(
            rule=rule, sentence="", source="", contract=contract, operation="o", suite="lifecycle",
            sent="", expected=(), came="", curl=(), requests=1,
        )  # fmt: skip

    pairs = [("state.liveness", "state.order"), ("filter.items", "filter.spelling")]
    for one, other in pairs:
        assert [f["rule"] for f in merge([finding(one, "a"), finding(other, "a")])] == [one]
        assert len(merge([finding(one, "a"), finding(other, "b")])) == 2


def test_a_constraint_that_is_referred_to_twice_is_one_finding() -> None:
    def finding(rule: str, place: str) -> Finding:
        return Finding(
            rule=rule, sentence="", source=place, contract="c", operation="o", suite="rules",
            sent="", expected=(), came="", curl=(), requests=1, seed=1, repeat="",
            signature="invalid>Completed",
        )  # fmt: skip

    found = merge(
        [
            finding("schema.start_time.pattern", "c.yaml:7 (#/Instant/pattern)"),
            finding("schema.end_time.pattern", "c.yaml:7 (#/Instant/pattern); facts 1"),
            finding("schema.end_time.format", "c.yaml:7 (#/Instant/format)"),
        ]
    )
    assert [(one["rule"], one["times"]) for one in found] == [
        ("schema.end_time.format", 1), ("schema.end_time.pattern", 2)
    ]  # fmt: skip
