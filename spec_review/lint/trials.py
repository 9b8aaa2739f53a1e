"""What both engines say of rules, tried on examples and on variants of them."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from openapi_documents import Pointer
from spec_review.reading.contract import Contract
from spec_review.reading.engines import Answer, Partner
from spec_review.reading.instances import instances
from spec_review.reading.vocabulary import ItemRule
from spec_review.simulation.items import ItemSchemas
from spec_review.simulation.minimal import minimal_value
from spec_review.simulation.variants import near_items, words_of

SEEDS: Final = 4
"""How many examples are varied for each rule."""

VARIANTS: Final = 300
"""How many variants of each example are tried."""

MOST_TRIED: Final = 4000
"""How many variants of each example are looked at to find those that fit the schema."""

MOST_TRIALS: Final = 30_000
"""How often the rules of one contract are tried together; many rules are tried on fewer values each."""

MOST_SECONDS: Final = 2.0
"""For how many seconds of the processor one rule is tried."""

LONGEST: Final = 120
"""How many letters of a value are told."""


@dataclass(frozen=True)
class Trial:
    """What both engines say of an instance that fits the schema of a rule."""

    instance: object
    partner: Partner
    answers: tuple[Answer, Answer]


@dataclass(frozen=True)
class TrialValues:
    """The values that a rule is tried on: as examples write them, and varied."""

    written: Sequence[object]
    varied: Sequence[object]


def trials_of(
    contract: Contract, rules: Sequence[ItemRule], variants: int = VARIANTS
) -> Mapping[ItemRule, Sequence[Trial]]:
    """The trials of each rule, on examples and on variants of them."""
    found: dict[ItemRule, Sequence[Trial]] = {}
    by_schema: dict[Pointer, TrialValues] = {}
    partners = contract.partners
    most = max(1, MOST_TRIALS // max(1, len(rules)))
    for rule in rules:
        if rule.schema not in by_schema:
            by_schema[rule.schema] = trial_values(contract, rule.schema, variants)
        values = by_schema[rule.schema]
        program = contract.engines.compiled(rule.expression)
        trials: list[Trial] = []
        began = time.process_time()
        for value in islice((*values.written, *values.varied), most):
            for partner in partners if asks_partner(rule) else partners[:1]:
                trials.append(Trial(value, partner, program.answers(value, partner)))
            if time.process_time() - began > MOST_SECONDS:
                break
        found[rule] = trials
    return found


def asks_partner(rule: ItemRule) -> bool:
    """Tell whether a rule may answer otherwise for another partner."""
    return re.search(r"\bpartner\b", rule.expression) is not None


def trial_values(contract: Contract, schema: Pointer, variants: int) -> TrialValues:
    """The values that examples have for a schema, and variants of them that fit it."""
    validators = contract.validators
    fitting = (
        instance.value
        for example in contract.examples
        for instance in instances(contract.document, validators, example.schema, example.value)
        if instance.schema == schema and validators.fits(schema, instance.value)
    )
    written = list({repr(value): value for value in fitting}.values())
    words = words_of(rule.expression for rule in contract.rules if rule.schema == schema)
    schemas = ItemSchemas(contract.document, schema)
    varied: dict[str, object] = {}
    for seed in written[:SEEDS] or [minimal_value(schemas)]:
        if not written and validators.fits(schema, seed):
            varied[repr(seed)] = seed
        near = islice(near_items(schemas, seed, words), MOST_TRIED)
        fits = (value for value in near if validators.fits(schema, value))
        varied |= {repr(value): value for value in islice(fits, variants)}
    return TrialValues(written, list(varied.values()))


def is_constant(trials: Sequence[Trial]) -> bool:
    """Tell whether the first engine answers the same to every trial, as far as it has an answer."""
    is_answered = all("exhausted" not in trial.answers for trial in trials)
    return is_answered and len({trial.answers[0] == "true" for trial in trials}) == 1


def short(value: object) -> str:
    """A value in a sentence."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
