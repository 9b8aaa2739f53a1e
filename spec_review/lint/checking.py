"""A contract reviewed as somebody wants it: by a configuration, but for what he lives with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property

from openapi_documents import Document, Pointer
from spec_review.lint.configuration.presets import default_preset, is_asked
from spec_review.lint.configuration.settings import Configuration, RuleSetting, is_chosen
from spec_review.lint.ignoring.inline import Inline
from spec_review.lint.rule import Preset, Rule
from spec_review.lint.subject import Subject
from spec_review.output.findings import Finding, in_reading_order


class Checking:
    """One contract, the rules that there are, and what a configuration says of them."""

    def __init__(
        self, document: Document, rules: Sequence[Rule], configuration: Configuration
    ) -> None:
        self._subject = Subject(document)
        self._rules = (*rules, *configuration.custom)
        self._configuration = configuration

    def findings(self, today: date) -> list[Finding]:
        """What is found, in reading order, without what the contract itself asks to ignore."""
        names = [rule.id for rule in self._rules]
        inline = Inline(self._subject.document, names, today)
        found = dict.fromkeys(finding for rule in self._rules for finding in self._of(rule))
        return in_reading_order(inline.applied(found))

    def _of(self, rule: Rule) -> Iterator[Finding]:
        document = self._subject.document
        setting = self._configuration.setting(rule.id, document.name)
        if not self._is_on(rule, setting):
            return
        kinds = setting.kinds or self._kinds_of_preset(rule, setting)
        for fault in rule.faults(self._subject):
            is_told = not kinds or fault.kind in kinds
            if is_told and self._is_there(fault.place, setting):
                finding = rule.finding(document, fault)
                yield replace(finding, severity=setting.severity or finding.severity)

    def _is_on(self, rule: Rule, setting: RuleSetting) -> bool:
        return is_asked(rule, self._preset) if setting.is_on is None else setting.is_on

    def _kinds_of_preset(self, rule: Rule, setting: RuleSetting) -> tuple[str, ...]:
        """The kinds that the preset asks of a rule; who asks for a rule by name asks for all of it."""
        return () if setting.is_on else rule.narrowed.get(self._preset, ())

    @cached_property
    def _preset(self) -> Preset:
        chosen = self._configuration.preset_of(self._subject.document.name)
        return chosen or default_preset(self._subject)

    def _is_there(self, place: Pointer, setting: RuleSetting) -> bool:
        """Tell whether a place lies below one of the paths of the API that are chosen."""
        if not setting.paths:
            return True
        paths = [path for item, path in self._items if place[: len(item)] == item]
        if not paths:
            return not any(not glob.startswith("!") for glob in setting.paths)
        return any(is_chosen(path, setting.paths) for path in paths)

    @cached_property
    def _items(self) -> Sequence[tuple[Pointer, str]]:
        """The path items of the contract, in whatever file, with their paths."""
        document = self._subject.document
        return list(dict.fromkeys((each.item, each.path) for each in document.operations()))


def today() -> date:
    """The day by which what is ignored for a time is judged."""
    return datetime.now(tz=UTC).date()
