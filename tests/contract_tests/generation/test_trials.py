"""A rule is tried before it is asked of anything; one that has no end is told with its line."""

from __future__ import annotations

import time

import pytest

from contract_tests.generation.trials import require_rules_end
from openapi_documents import DocumentError
from tests.contract_tests.contracts import DEPOT, V2, contract_from, small

RULED = "{type: object, properties: {k: {}, more: {type: array, items: {type: integer}}}, x-rules: [RULE]}"
NESTED = "self.more.all(a, self.more.all(b, self.more.all(c, self.more.all(d, self.more.all(e, a == e)))))"


def test_the_rules_of_the_shipped_contracts_end() -> None:
    require_rules_end(V2)
    require_rules_end(DEPOT)


@pytest.mark.parametrize(
    ("rule", "why"),
    [(NESTED, "takes more than 0.25 s"), ("self.k ==", "cannot be read")],
)
def test_a_rule_that_has_no_end_is_told_with_its_line(rule: str, why: str) -> None:
    text = RULED.replace("RULE", f"{{id: r, rule: '{rule}', message: m, source: s}}")
    known = small(text, example="[{k: a, more: [1]}]")
    started = time.monotonic()
    with pytest.raises(DocumentError, match=f"small.yaml:12: the rule r: it {why}"):
        require_rules_end(known)
    assert time.monotonic() - started < 10


def test_a_contract_without_rules_needs_no_trial() -> None:
    require_rules_end(contract_from("{openapi: 3.1.0, info: {title: T, version: '1'}, paths: {}}"))
