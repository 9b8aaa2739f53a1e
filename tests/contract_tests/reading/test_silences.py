"""What a server may do instead of a contract's choice, as typed values."""

from __future__ import annotations

import pytest

from contract_tests.reading.alternatives import KINDS, alternative
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.reader import read
from contract_tests.reading.silences import (
    Alternative,
    AnyOrderOfResults,
    ItemByItem,
    OtherCode,
    OtherFilter,
    OtherMember,
    OtherOrder,
    OtherRule,
    OtherSchema,
    OtherState,
    Topic,
    UnknownMembers,
)
from openapi_documents.shipped import folder
from openapi_documents.vocabulary import table
from tests.contract_tests.contracts import V2


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"state": "Failed"}, OtherState("Failed")),
        ({"state": "Done", "record": "replaced"}, OtherState("Done", "replaced")),
        ({"order": ["invalid", "rival-in-request"]},
         OtherOrder((Condition.INVALID, Condition.RIVAL_IN_REQUEST))),
        ({"rule": "ignored"}, OtherRule(None)),
        ({"rule": "self.a > 0"}, OtherRule("self.a > 0")),
        ({"schema": {"maxItems": None}}, OtherSchema({"maxItems": None})),
        ({"code": 200, "of": 404, "holds": "nothing"}, OtherCode(200, 404, holds_nothing=True)),
        ({"member": "data", "form": "empty", "in": ["Failed"]},
         OtherMember("data", "empty", ("Failed",))),
        ({"results": "any-order"}, AnyOrderOfResults()),
        ({"progress": "item-by-item"}, ItemByItem()),
        ({"filter": {"unknown": "empty"}}, OtherFilter(unknown="empty")),
        ({"unknown-members": "dropped"}, UnknownMembers("dropped")),
    ],
)  # fmt: skip
def test_an_alternative_is_a_value(entry: dict[str, object], value: Alternative) -> None:
    assert alternative(entry) == value


def test_every_kind_that_the_vocabulary_knows_is_read() -> None:
    forms = table()["$defs"]["alternative"]["oneOf"]
    assert {one["required"][0] for one in forms} == set(KINDS)


def test_every_topic_that_the_vocabulary_knows_is_one() -> None:
    assert {one["const"] for one in table()["$defs"]["topic"]["oneOf"]} == set(Topic)


@pytest.mark.parametrize(
    "file", sorted(folder("openapi").glob("*.yaml")), ids=lambda file: file.stem
)
def test_every_silence_says_what_it_is_about_and_each_alternative_as_data(file: object) -> None:
    for one in read(str(file)).silences.values():
        assert one.about is not None
        assert len(one.instead) == len(one.alternatives), one.id


def test_what_people_read_stays_beside_the_data() -> None:
    silence = V2.silences["S14"]
    assert silence.about is Topic.OUTCOME
    assert silence.question.endswith("?")
    assert OtherState("Conflict") in silence.instead
