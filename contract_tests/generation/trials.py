"""What each x-rule is tried with before it is asked of anything: items of a contract, and items that have grown."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.generation.items import example_items
from contract_tests.generation.samples import sample
from contract_tests.reading.contract import Contract
from contract_tests.reading.expressions import ExpressionError, Trial, require_end
from contract_tests.reading.lifecycle import Rule
from contract_tests.reading.rules import ruled

_FEW = 3  # values of which a rule is asked
_ENTRIES = 50  # of an array that has grown
_LETTERS = 2000  # of a text that has grown


def require_rules_end(contract: Contract) -> None:
    """Raise DocumentError for the first rule that cannot be read, or takes more than its time or memory."""
    samples = _samples(contract)
    known = [contract.rules[name] for name in samples if name in contract.rules]
    trials = [Trial(rule.rule, samples[rule.id]) for rule in known]
    try:
        require_end(trials, {})
    except ExpressionError as error:
        rule = known[error.number]
        raise contract.document.error(rule.place, f"the rule {rule.id}: {error}") from error


def _samples(contract: Contract) -> dict[str, list[object]]:
    """Return values of which each rule is asked, by its id."""
    found: dict[str, list[object]] = {}
    for rule, value in _asked(contract):
        values = found.setdefault(rule.id, [])
        if len(values) < 2 * _FEW:
            values += [value, _grown(value)]
    return found


def _asked(contract: Contract) -> Iterator[tuple[Rule, object]]:
    for submission in contract.submissions:
        known = ruled(submission.item_schema)
        for item in (*example_items(submission), sample(submission.item_schema)):
            for _, value, rule in known.sites(item):
                yield rule, value


def _grown(value: object) -> object:
    """Return a value with long texts and long arrays."""
    if isinstance(value, dict):
        return {name: _grown(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_grown(one) for one in (value * _ENTRIES)[:_ENTRIES]]
    if isinstance(value, str):
        return (value * _LETTERS)[:_LETTERS]
    return value
