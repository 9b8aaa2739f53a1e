"""`x-review-ignore` in a contract: what it covers, and what is told of it."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from openapi_documents import parse
from spec_review.lint.checking import Checking
from spec_review.lint.configuration.settings import Configuration
from spec_review.lint.rules import RULES
from spec_review.lint.samples import SHOP
from tests.spec_review.documents import OPENAPI

TODAY = date(2026, 11, 30)
CROSSED = SHOP.replace("minimum: 0}", "minimum: 9, maximum: 5}").replace(", price: 5}", "}")
"""A contract with one finding, `crossed-limits`, in the schema of a thing."""

REASON = "reason: It is so."


def found(text: str) -> list[str]:
    document = parse(text, "shop.yaml")
    findings = Checking(document, RULES, Configuration(preset="strict")).findings(TODAY)
    return [finding.rule for finding in findings]


def ignoring(entry: str, owner: str = "    Thing:\n") -> str:
    indent = " " * (len(owner) - len(owner.lstrip()) + 2)
    return CROSSED.replace(owner, f"{owner}{indent}x-review-ignore: [{entry}]\n", 1)


def test_the_contract_has_one_finding() -> None:
    assert found(CROSSED) == ["crossed-limits"]


@pytest.mark.parametrize("owner", ["    Thing:\n", "components:\n"])
def test_an_entry_covers_what_stands_in_its_object(owner: str) -> None:
    assert found(ignoring(f"{{rule: crossed-limits, {REASON}}}", owner)) == []


def test_an_entry_covers_what_only_its_object_refers_to() -> None:
    assert found(ignoring(f"{{rule: crossed-limits, {REASON}}}", "    get:\n")) == []


def test_what_others_refer_to_as_well_is_told() -> None:
    text = ignoring(f"{{rule: crossed-limits, {REASON}}}", "    get:\n").replace(
        "        title: {type: string, description: The kind in words.}",
        "        title: {$ref: '#/components/schemas/Thing'}",
    )
    other = text.replace(
        "components:\n  parameters:",
        "  /others:\n    get:\n      operationId: others\n      summary: Others.\n      responses:\n"
        "        '200':\n          description: They.\n          content:\n            application/json:\n"
        "              schema: {$ref: '#/components/schemas/Thing'}\n              example: {id: a}\n"
        "components:\n  parameters:",
    )
    assert "crossed-limits" in found(other)


def test_the_last_day_counts_and_the_next_does_not() -> None:
    entry = f"{{rule: crossed-limits, {REASON}, until: %s}}"
    assert found(ignoring(entry % "2026-11-30")) == []
    assert sorted(found(ignoring(entry % "2026-11-29"))) == ["crossed-limits", "expired-ignore"]


def test_one_that_covers_nothing_is_told() -> None:
    text = ignoring(f"{{rule: crossed-limits, {REASON}}}").replace("minimum: 9", "minimum: 1")
    assert found(text) == ["unused-ignore"]


@pytest.mark.parametrize(
    "entry",
    [
        "{rule: crossed-limit, reason: a}",
        "{reason: a}",
        "{rule: crossed-limits}",
        "{rule: crossed-limits, reason: ' '}",
        "{rule: crossed-limits, reason: a, until: tomorrow}",
        "{rule: crossed-limits, reason: a, untill: 2027-01-01}",
        "crossed-limits",
        "[[]]",
        "7",
    ],
)
def test_one_that_cannot_be_read_covers_nothing_and_is_told(entry: str) -> None:
    assert sorted(found(ignoring(entry))) == ["crossed-limits", "review-ignore"]


@pytest.mark.parametrize(
    "written", ["crossed-limits", "{rule: crossed-limits, reason: a}", "7", "null"]
)
def test_what_is_no_list_is_told(written: str) -> None:
    text = ignoring("").replace("x-review-ignore: []", f"x-review-ignore: {written}")
    assert sorted(found(text)) == ["crossed-limits", "review-ignore"]


def test_a_misspelt_word_is_told() -> None:
    text = ignoring(f"{{rule: crossed-limits, {REASON}}}").replace("review", "reveiw")
    assert sorted(found(text)) == ["crossed-limits", "review-ignore"]


@pytest.mark.parametrize(
    ("entry", "is_right"),
    [
        ("{rule: crossed-limits, reason: It is so.}", True),
        ("{rule: crossed-limits, reason: It is so., until: '2030-01-31'}", True),
        ("{rule: crossed-limits}", False),
        ("{rule: crossed-limits, reason: It is so., untill: '2030-01-31'}", False),
        ("{rule: crossed-limits, reason: It is so., until: soon}", False),
    ],
)
def test_an_editor_is_told_the_form_by_the_schema_of_the_vocabulary(
    entry: str, is_right: bool
) -> None:
    vocabulary = json.loads((OPENAPI / "vocabulary.schema.json").read_text(encoding="utf-8"))
    contract = parse(ignoring(entry), "shop.yaml").data

    assert jsonschema.Draft202012Validator(vocabulary).is_valid(contract) == is_right
    assert ("review-ignore" in found(ignoring(entry))) != is_right
