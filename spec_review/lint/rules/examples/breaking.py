"""Which rules an example breaks."""

from __future__ import annotations

from openapi_documents import Pointer
from spec_review.lint.subject import Subject
from spec_review.reading.engines import PARTNERS, Partner
from spec_review.reading.examples import Example
from spec_review.reading.instances import instances
from spec_review.reading.vocabulary import ItemRule


def broken_rules(subject: Subject, example: Example) -> dict[ItemRule, Pointer]:
    """Return the rules that an example breaks for every partner, with the place in the example."""
    broken = [broken_for(subject, example, partner) for partner in PARTNERS]
    return min(broken, key=len)


def broken_for(subject: Subject, example: Example, partner: Partner) -> dict[ItemRule, Pointer]:
    """Return the rules that an example breaks for one partner."""
    document, validators = subject.document, subject.validators
    broken: dict[ItemRule, Pointer] = {}
    for instance in instances(document, validators, example.schema, example.value):
        if not validators.fits(instance.schema, instance.value):
            continue
        for rule in subject.sound_rules:
            if rule.schema == instance.schema and rule not in broken:
                program = subject.engines.compiled(rule.expression)
                if not program.holds(instance.value, partner):
                    broken[rule] = (*example.pointer, *instance.path)
    return broken
