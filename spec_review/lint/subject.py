"""A contract under review, with what several rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from openapi_documents import Document
from spec_review.lint.expressions import unknown_members
from spec_review.lint.trials import VARIANTS, Trial, trials_of
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import ItemRule


class Subject(Contract):
    """A contract whose rules are tried; `variants` says on how many variants of each example."""

    def __init__(self, document: Document, variants: int = VARIANTS) -> None:
        super().__init__(document)
        self._variants = variants

    @cached_property
    def sound_rules(self) -> Sequence[ItemRule]:
        """The rules that can be asked: they compile and name members that there are."""
        return [
            rule
            for rule in self.rules
            if not self.engines.compiled(rule.expression).refusals
            and not any(unknown_members(self.document, rule))
        ]

    @cached_property
    def trials(self) -> Mapping[ItemRule, Sequence[Trial]]:
        """What both engines say of each sound rule."""
        return trials_of(self, self.sound_rules, self._variants)
