"""Each rule finds what its breaking sample shows, exactly that, and nothing in the other."""

from __future__ import annotations

import pytest

from spec_review.document import Document
from spec_review.rules import RULES, Rule, check


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
