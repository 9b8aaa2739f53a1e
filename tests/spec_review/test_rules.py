"""Each rule finds what its breaking sample shows, exactly that, and nothing in the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_review.document import Document
from spec_review.rules import RULES, Rule, check
from spec_review.rules.reference import page


def ids(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_the_breaking_sample_has_exactly_one_finding_at_its_mark(rule: Rule) -> None:
    findings = check(Document.parse(rule.breaks.text, "sample.yaml"))
    assert [(one.rule, str(one.position)) for one in findings] == [
        (rule.id, str(rule.breaks.place("sample.yaml")))
    ], findings


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_the_keeping_sample_has_no_finding(rule: Rule) -> None:
    assert check(Document.parse(rule.keeps.text, "sample.yaml")) == []


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_says_what_must_hold_and_why(rule: Rule) -> None:
    assert rule.sentence.endswith(".")
    assert rule.why.endswith(".")
    assert rule.breaks.text != rule.keeps.text


def test_the_page_about_the_rules_says_what_the_rules_say() -> None:
    path = Path(__file__).resolve().parents[2] / "spec_review" / "rules" / "README.md"
    assert path.read_text() == page(RULES), "write page(RULES) there again"


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
