"""Which findings are told: one for each requirement, and none that another one explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Finding, Misjudged
from contract_tests.judging.mode import Suite
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Kind, Requirement

_OF_ANSWERS = frozenset({catalogue.ANSWER_DOCUMENTED, catalogue.PATH_UNKNOWN_ID})
_OF_OTHERS = frozenset(
    {catalogue.PATH_OTHER_KIND, catalogue.ACCESS_PARTNER_STATUS, catalogue.BODY_CLEAR_REFUSAL}
)
_OF_EXPLORATION = frozenset(
    Requirement(("surface", f"{name}_conformance"), Kind.EXPLORATION)
    for name in ("status_code", "content_type", "response_headers", "response_schema")
)
_LEFT_OPEN = (Condition.TWIN_IN_REQUEST, Condition.TWIN_SAVED, Condition.RIVAL_SAVED)


@dataclass(frozen=True)
class Merged:
    """A requirement that was broken, the shortest finding that shows it, and all that it stands for."""

    requirement: Requirement
    best: Finding
    found: tuple[Finding, ...]

    @property
    def contracts(self) -> list[str]:
        """Return the contracts of the findings."""
        return sorted({one.contract for one in self.found})

    @property
    def operations(self) -> list[str]:
        """Return the operations that broke it."""
        return sorted({name for one in self.found for name in one.operations})

    @property
    def suites(self) -> list[Suite]:
        """Return the suites that met it."""
        return sorted({one.suite for one in self.found})

    @property
    def sentence(self) -> str:
        """Return what was broken, and the case that shows it if one does."""
        case = self.best.case
        seen = f" (seen in the case: {case.name})" if case else ""
        return f"{self.best.requirement.sentence}{seen}"

    @property
    def source(self) -> str:
        """Return where it stands, and where the case does."""
        case = self.best.case
        sources = (self.best.requirement.source, case.source if case else "")
        return "; ".join(filter(None, dict.fromkeys(sources)))


def merged(findings: Sequence[Finding]) -> list[Merged]:
    """Return one finding per requirement, the shortest to repeat.

    A finding about a special case (equality, memory, a boundary) is the same fault as a finding about the plain
    outcome row with the same wrong state, and is absorbed by it. Where plain stories end well, what is taken for
    equal, or is not, is the fault, and absorbs what else it leads to. Only what is known to be forgotten says more
    than the row does. What never ends, or is not listed, explains its order and its spelling. A state that is given
    where nothing at all leads to it is also the reason why it is given to a twin or to a rival of a saved record.
    What is checked of one item of a request but not of another is no fault of what is checked. A constraint that
    stands once in the contract is one requirement, wherever it is referred to, and where nothing about a member is
    checked, that is said but once.
    """
    explained = _Explained(findings)
    kept: dict[Requirement, list[Finding]] = {}
    for number, one in enumerate(findings):
        kept.setdefault(explained.requirement(number, one), []).append(one)
    return [_of(requirement, kept[requirement]) for requirement in sorted(kept, key=_by_id)]


def _by_id(requirement: Requirement) -> str:
    return requirement.id


def _of(requirement: Requirement, found: Sequence[Finding]) -> Merged:
    own = [one for one in found if one.requirement == requirement]
    best = min(own or found, key=lambda one: (one.requests, one.size))
    return Merged(requirement, best, tuple(found))


Wrong = tuple[str, Misjudged]
"""A contract, and a state that an item of it came to where another row decides."""


class _Explained:
    """Findings, and which of them explains which."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._led_to = dict(_led_to_by_equality(findings))
        self._rows = self._plain_rows(findings)
        self._constraints = _constraints(findings)
        # What the rules suite, which asks each constraint alone, does not blame, fails in company only.
        self._blamed = {
            (one.contract, one.requirement) for one in findings if one.suite is Suite.RULES
        }
        # Whoever answers for an id that nobody has answers for another's too.
        self._unknown = {
            (one.contract, one.answer)
            for one in findings
            if one.requirement == catalogue.PATH_UNKNOWN_ID
        }
        # What another suite tells of the operations that fuzzing found too, with a request of a partner's.
        self._told = {
            name: one.requirement
            for one in findings
            if one.requirement in _OF_ANSWERS
            for name in one.operations
        }
        # Who never ends keeps no order, and is seen half done.
        self._endless = _contracts_with(findings, catalogue.STATE_LIVENESS)
        # What a filter does not list it does not list in another spelling either.
        self._filtered = _contracts_with(findings, catalogue.FILTER_ITEMS)

    def _plain_rows(self, findings: Sequence[Finding]) -> dict[Wrong, Requirement]:
        """Return the requirement that tells of a wrong state."""
        rows: dict[Wrong, Requirement] = {}
        for number, one in enumerate(findings):
            of_row = one.requirement.kind is Kind.OUTCOME and number not in self._led_to
            if one.misjudged is not None and of_row:
                rows[one.contract, one.misjudged] = one.requirement
        for (contract, wrong), requirement in list(rows.items()):
            if wrong.row is Condition.OTHERWISE:
                for other in _LEFT_OPEN:
                    rows[contract, replace(wrong, row=other)] = requirement
        for one in findings:
            if one.requirement == catalogue.MEMORY and one.misjudged is not None:
                rows[one.contract, one.misjudged] = one.requirement
        return rows

    def requirement(self, number: int, one: Finding) -> Requirement:
        """Return the requirement under which a finding is told."""
        own, contract = one.requirement, one.contract
        told = own
        if one.misjudged is not None:
            told = self._rows.get((contract, one.misjudged), own)
        told = self._led_to.get(number, told)
        if own in _OF_EXPLORATION and one.operations <= self._told.keys():
            told = min((self._told[name] for name in one.operations), key=_by_id)
        if contract in self._endless and own in {catalogue.STATE_ORDER, catalogue.STATE_UNIT}:
            told = catalogue.STATE_LIVENESS
        if contract in self._filtered and own == catalogue.FILTER_SPELLING:
            told = catalogue.FILTER_ITEMS
        if own in _OF_OTHERS and (contract, one.answer) in self._unknown:
            told = catalogue.PATH_UNKNOWN_ID
        return self._of_constraint(one, told) if _is_constraint(one) else told

    def _of_constraint(self, one: Finding, told: Requirement) -> Requirement:
        contract, own = one.contract, one.requirement
        in_company = (contract, catalogue.BATCH_EACH) in self._blamed
        if in_company and (contract, own) not in self._blamed:
            return catalogue.BATCH_EACH
        if told != own:
            return told
        shortest = self._constraints[contract, one.place]
        above = [other for other in self._constraints.values() if shortest.is_below(other)]
        return min(above, key=lambda other: len(other.id), default=shortest)


def _contracts_with(findings: Sequence[Finding], requirement: Requirement) -> set[str]:
    return {one.contract for one in findings if one.requirement == requirement}


def _is_constraint(one: Finding) -> bool:
    """Whether a finding says that a constraint of a schema is not checked."""
    wrong = one.misjudged
    unchecked = wrong is not None and wrong.row is Condition.INVALID
    return unchecked and one.requirement.kind is Kind.CONSTRAINT


def _constraints(findings: Sequence[Finding]) -> dict[tuple[str, object], Requirement]:
    """Return the shortest name of each constraint that is not checked, by its place."""
    found: dict[tuple[str, object], Requirement] = {}
    for one in sorted(
        filter(_is_constraint, findings),
        key=lambda one: (-len(one.requirement.id), one.requirement.id),
    ):
        found[one.contract, one.place] = one.requirement
    return found


def _led_to_by_equality(findings: Sequence[Finding]) -> Iterator[tuple[int, Requirement]]:
    """Yield, with the number of each finding that another explains, the requirement of that one.

    Equality explains the outcomes, and their texts, of a row that holds in every plain story. Texts that are wrong
    in plain stories explain what they say of items that are nearly equal.
    """
    plain = {(one.contract, one.requirement) for one in findings if one.plain}
    of_texts = catalogue.ERRORS_WHICH_DUPLICATE
    equality = [
        one
        for one in findings
        if one.requirement in catalogue.OF_EQUALITY and one.misjudged is not None
    ]
    of_values = _contracts_with(equality, catalogue.EQUALITY_VALUES)
    for number, one in enumerate(findings):
        own, contract = one.requirement, one.contract
        if own == catalogue.EQUALITY_KEY and contract in of_values:
            yield number, catalogue.EQUALITY_VALUES  # keys are values too
            continue
        if own in catalogue.OF_EQUALITY and one.misjudged is None:
            if (contract, of_texts) in plain:
                yield number, of_texts
            continue
        of_row = own.kind is Kind.OUTCOME or own == of_texts
        names = [other for other in equality if other.contract == contract]
        if of_row and names and (contract, own) not in plain:
            wrong = one.misjudged
            first = min(names, key=lambda other: (other.misjudged != wrong, other.requirement.id))
            yield number, first.requirement
