"""`x-review-ignore` in a contract: findings in an object, and in what only it refers to, that are lived with.

    x-review-ignore:
      - {rule: success-answer, reason: The gateway answers., until: 2027-06-30}

One whose day is over counts no more and is told, as is one that covers nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.lint.rules.references.walk import references
from spec_review.output.findings import Finding, Severity
from spec_review.output.wording import did_you_mean, nearest
from spec_review.reading.following import followed_or_none
from spec_review.reading.values import elements, mapping, text

WORD: Final = "x-review-ignore"
FORM: Final = "review-ignore"
"""What finds an entry that cannot be read."""

EXPIRED: Final = "expired-ignore"
UNUSED: Final = "unused-ignore"
MEMBERS: Final = ("rule", "reason", "until")

LIKENESS: Final = 0.85
"""How near a word must be to ours to be taken for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding, or kind of findings, that an object is allowed; `until` is the last day, None for ever."""

    place: Pointer
    owner: Pointer
    rule: str
    until: date | None


class Inline:
    """The entries of one document, and what they cover."""

    def __init__(self, document: Document, rules: Collection[str], today: date) -> None:
        self._document = document
        self._rules = rules
        self._today = today

    @cached_property
    def _read(self) -> Sequence[Entry | Finding]:
        """The entries, and what is wrong with those that are none."""
        return [one for owner in owners(self._document) for one in self._of_owner(owner)]

    def applied(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that no entry covers, and what is wrong with the entries."""
        entries = [one for one in self._read if isinstance(one, Entry)]
        alive = [one for one in entries if one.until is None or one.until >= self._today]
        used: set[Entry] = set()
        kept: list[Finding] = []
        for finding in findings:
            covering = [entry for entry in alive if self._covers(entry, finding, alive)]
            used.update(covering)
            if not covering:
                kept.append(finding)
        for entry in entries:
            if entry not in alive:
                said = f"since {entry.until} the findings of {entry.rule} here count again"
                kept.append(
                    self._told(
                        entry.place, EXPIRED, said, "mend what it covered, or set another day"
                    )
                )
            elif entry not in used:
                said = f"this ignores nothing: {entry.rule} finds nothing here"
                kept.append(self._told(entry.place, UNUSED, said, "leave it out"))
        return kept + [one for one in self._read if isinstance(one, Finding)]

    # -- what is covered -------------------------------------------------------------------------------

    def _covers(self, entry: Entry, finding: Finding, alive: list[Entry]) -> bool:
        if entry.rule != finding.rule:
            return False
        if is_inside(finding.place, entry.owner):
            return True
        owners_ = [one.owner for one in alive if one.rule == entry.rule]
        target = self._referred(finding.place)
        return target is not None and any(
            is_inside(holder, entry.owner) for holder in self._ways_to(target, owners_)
        )

    def _referred(self, place: Pointer) -> Pointer | None:
        """The outermost thing around a place that references lead to."""
        return next(
            (place[:n] for n in range(1, len(place) + 1) if place[:n] in self._holders), None
        )

    def _ways_to(self, target: Pointer, owners_: list[Pointer]) -> list[Pointer]:
        """Every place that leads to a target, () when one of them lies in none of the owners."""
        found: list[Pointer] = []
        waiting, seen = [target], {target}
        while waiting:
            for holder in self._holders.get(waiting.pop(), ()):
                if any(is_inside(holder, owner) for owner in owners_):
                    found.append(holder)
                    continue
                above = self._referred(holder)
                if above is None:
                    return []
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)
        return found

    @cached_property
    def _holders(self) -> Mapping[Pointer, list[Pointer]]:
        """For each place that a reference leads to, where the references stand."""
        found: dict[Pointer, list[Pointer]] = {}
        for reference in references(self._document):
            target = followed_or_none(self._document, reference.holder)
            if target is not None:
                found.setdefault(target, []).append(reference.holder)
        return found

    # -- reading ---------------------------------------------------------------------------------------

    def _of_owner(self, owner: Pointer) -> Iterator[Entry | Finding]:
        for name in mapping(self._document.value(owner)):
            if name == WORD:
                yield from self._entries(owner)
            elif nearest(name, [WORD], LIKENESS) is not None:
                said = f"the word {name} is not known, so it ignores nothing"
                yield self._told((*owner, name), FORM, said, f"did you mean {WORD}?")

    def _entries(self, owner: Pointer) -> Iterator[Entry | Finding]:
        place = (*owner, WORD)
        written = self._document.value(place)
        if not isinstance(written, list):
            said = f"{WORD} is a list of {{rule, reason, until}}"
            yield self._told(place, FORM, said, "write - {rule: ..., reason: ...}")
        for index, one in enumerate(elements(written)):
            yield self._entry(owner, (*place, index), mapping(one))

    def _entry(self, owner: Pointer, place: Pointer, one: Mapping[str, object]) -> Entry | Finding:
        rule, until = text(one.get("rule")), text(one.get("until"))
        unknown = [name for name in one if name not in MEMBERS]
        if unknown:
            mend = did_you_mean(unknown[0], MEMBERS, "write rule, reason and until")
            return self._told((*place, unknown[0]), FORM, f"{unknown[0]} is not known here", mend)
        if rule not in self._rules:
            said = f"there is no rule {rule}" if rule else "this does not say which rule it ignores"
            mend = did_you_mean(rule, self._rules, "`spec-review rules` lists them")
            return self._told((*place, "rule"), FORM, said, mend)
        if not text(one.get("reason")).strip():
            return self._told(place, FORM, "this does not say why it is ignored", "add a reason")
        if "until" in one:
            try:
                return Entry(place, owner, rule, date.fromisoformat(until))
            except ValueError:
                said = f"{one['until']!r} is no day"
                return self._told((*place, "until"), FORM, said, "write it as 2027-06-30")
        return Entry(place, owner, rule, None)

    def _told(self, place: Pointer, rule: str, said: str, mend: str) -> Finding:
        severity: Severity = "error" if rule == FORM else "warning"
        return Finding(rule, severity, self._document.position(place), said, mend, place)


def is_inside(place: Pointer, owner: Pointer) -> bool:
    """Tell whether a place lies in an object, or is it."""
    return place[: len(owner)] == owner


def owners(document: Document) -> Iterator[Pointer]:
    """The mappings, in all files, that have the word or one like it."""
    waiting: list[Pointer] = [(file,) for file in document.files]
    waiting.append(())
    while waiting:
        place = waiting.pop()
        value = document.value(place)
        if isinstance(value, dict):
            if any(name.startswith("x-re") for name in value):
                yield place
            waiting += ((*place, name) for name in value if isinstance(value[name], dict | list))
        elif isinstance(value, list):
            waiting += (
                (*place, index) for index, one in enumerate(value) if isinstance(one, dict | list)
            )
