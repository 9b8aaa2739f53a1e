"""Which rules an example breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openapi_documents import Pointer
from spec_review.lint.subject import Subject
from spec_review.reading.engines import Partner
from spec_review.reading.examples import Example
from spec_review.reading.instances import Instance, instances
from spec_review.reading.vocabulary import ItemRule


def broken_rules(subject: Subject, example: Example) -> dict[ItemRule, Pointer]:
    """Return the rules that an example breaks for every partner, with the path in its value."""
    asked = list(questions(subject, example))
    return min((broken_for(subject, asked, partner) for partner in subject.partners), key=len)


def questions(subject: Subject, example: Example) -> Iterator[tuple[ItemRule, Instance]]:
    """Yield each rule with each part of an example that it is asked of."""
    document, validators = subject.document, subject.validators
    for instance in instances(document, validators, example.schema, example.value):
        rules = [rule for rule in subject.sound_rules if rule.schema == instance.schema]
        if rules and validators.fits(instance.schema, instance.value):
            yield from ((rule, instance) for rule in rules)


def broken_for(
    subject: Subject, asked: Sequence[tuple[ItemRule, Instance]], partner: Partner
) -> dict[ItemRule, Pointer]:
    """Return the rules that are broken for one partner, each with the first place."""
    broken: dict[ItemRule, Pointer] = {}
    for rule, instance in asked:
        if rule not in broken:
            program = subject.engines.compiled(rule.expression)
            if not program.holds(instance.value, partner):
                broken[rule] = instance.path
    return broken
