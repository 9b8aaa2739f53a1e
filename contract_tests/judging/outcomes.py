"""Compares final states with what is allowed, and follows what the server said it has saved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from contract_tests.generation.items import ItemMaker
from contract_tests.http.partners import Caller
from contract_tests.judging.blame import blamed
from contract_tests.judging.coverage import ContractCoverage, Part, Side
from contract_tests.judging.error_texts import ErrorTexts, Spelling
from contract_tests.judging.findings import Breach, Misjudged
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Mode
from contract_tests.judging.oracle import Allowed, Doubt, Item, Known, decide
from contract_tests.judging.records import Records, Store, key_of
from contract_tests.judging.story import Entry, Submitted
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.lifecycle import Condition, Row
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.reading.silences import OtherNames, OtherRule, ShownStates, Topic
from contract_tests.reading.validity import Fault, is_of_part

ENOUGH = 20
"""Items of one request of which the same wrong is told."""
_OF_RECORDS = frozenset({Topic.REFERENCE, Topic.OVERLAP})
MakerOf = Callable[[Submission, Caller], ItemMaker]
Oracle = Callable[[Submitted, Sequence[Item], Store], list[Allowed]]
"""What decides which states are allowed, given what was saved before."""


class Outcomes:
    """The oracle with its records, and the comparison of states with what it allows."""

    def __init__(
        self,
        contract: Contract,
        freedom: Freedom,
        coverage: ContractCoverage,
        maker_of: MakerOf,
        run: str,
        oracle: Oracle | None = None,
        records: Records | None = None,
    ) -> None:
        self._contract = contract
        self._freedom = freedom
        self._coverage = coverage
        self._maker_of = maker_of
        self._decide = oracle or self._decided
        self._known: dict[str, Known] = {}
        self._texts = ErrorTexts(run, _spelling(contract, freedom))
        self.records = Records() if records is None else records

    def judged(self, made: Submitted) -> list[Breach]:
        """Compare the final states with what is allowed, once, and follow what the server said."""
        if made.settled:
            return []
        made.settled = True
        faults = self._faults(made)
        items = self._items(made, faults)
        store = self.records.of(made.caller, made.submission)
        made.allowed = self._decide(made, items, store)
        breaches = list(self._breaches(made, made.allowed, faults))
        new = self.records.follow(made.caller, made.submission, items, made.states)
        self._coverage.count(Part.CREATED, "records", times=new)
        return breaches

    def _decided(self, made: Submitted, items: Sequence[Item], store: Store) -> list[Allowed]:
        lifecycle = made.submission.lifecycle
        known = self._known.setdefault(lifecycle.name, {})
        return decide(lifecycle, items, store, self._freedom, known)

    def expected(self, made: Submitted) -> list[Row]:
        """Return the rows that decide about the items of a submission by the contract's own choices."""
        items = self._items(made, self._faults(made))
        store = self.records.of(made.caller, made.submission)
        decided = decide(made.submission.lifecycle, items, store, Freedom(Mode.STRICT))
        return [one.strict for one in decided]

    def is_invalid(self, made: Submitted) -> bool:
        """Whether any item of a submission is invalid, whatever row decides about it."""
        return any(self._faults(made))

    def rehearse(self, made: Submitted) -> None:
        """Decide what a submission would become, without a server."""
        items = self._items(made, self._faults(made))
        store = self.records.of(made.caller, made.submission)
        made.allowed = decide(made.submission.lifecycle, items, store, Freedom(Mode.STRICT))
        made.states = [one.strict.then for one in made.allowed]
        made.settled = True
        self.records.follow(made.caller, made.submission, items, made.states)

    def _faults(self, made: Submitted) -> list[tuple[Fault, ...]]:
        validity = self._maker_of(made.submission, made.caller).validity
        return [validity.faults(entry.value) for entry in made.entries]

    def _items(self, made: Submitted, faults: list[tuple[Fault, ...]]) -> list[Item]:
        pairs = zip(made.entries, faults, strict=True)
        return [self._item(made.submission, entry, fault) for entry, fault in pairs]

    def _item(self, submission: Submission, entry: Entry, faults: tuple[Fault, ...]) -> Item:
        """Return an item as the oracle looks at it, given what it breaks."""
        doubt = Doubt.VALID
        if faults:
            parts = self._saves_parts(submission) and all(map(is_of_part, faults))
            ignorable = parts or all(map(self._ignorable, faults))
            doubt = Doubt.EITHER if ignorable else Doubt.INVALID
        elif self._depends(submission):
            doubt = Doubt.EITHER
        value = self._freedom.likeness.form(entry.value, entry.text, submission.item_schema)
        return Item(key_of(submission, entry.value), value, doubt)

    def _saves_parts(self, submission: Submission) -> bool:
        """Whether a server was seen to save items of a submission without their invalid parts."""
        taken = self._freedom.taken & set(submission.operation.silences)
        return any(self._contract.silences[one].about is Topic.PARTS for one in taken)

    def _depends(self, submission: Submission) -> bool:
        """Whether a server was seen to refuse valid items of a submission for what was saved before."""
        taken = self._freedom.taken & set(submission.operation.silences)
        return any(self._contract.silences[one].about in _OF_RECORDS for one in taken)

    def _ignorable(self, fault: Fault) -> bool:
        """Whether a server may leave out what a fault breaks."""
        rule = fault.requirement.kind is Kind.RULE
        return rule and bool(self._freedom.alternatives(fault.silences, OtherRule))

    def _breaches(
        self, made: Submitted, allowed: list[Allowed], faults: list[tuple[Fault, ...]]
    ) -> Iterator[Breach]:
        alike: Counter[tuple[Requirement, str]] = Counter()
        told = 0
        for number, (one, state) in enumerate(zip(allowed, made.states, strict=True)):
            self._count(made, number, one, faults[number])
            if one.strict.when is Condition.TWIN_SAVED and state == one.strict.then:
                self.records.recognise(made.caller, made.submission)
            breach = None
            if state not in one.states:
                breach = self._misjudged(made, number, one, faults[number])
                alike[breach.requirement, state] += 1
                if alike[breach.requirement, state] > ENOUGH:
                    continue
            elif told < ENOUGH and self._freedom.strict:
                breach = self._texts.breach_of(made, number, one, faults[number])
            if breach is not None:
                told += 1
                yield breach
        yield from self._apart(made, allowed, faults)

    def _apart(
        self, made: Submitted, allowed: list[Allowed], faults: list[tuple[Fault, ...]]
    ) -> Iterator[Breach]:
        """Yield for each key whose items have states that no order of the conditions leads to together, one breach."""
        groups = dict.fromkeys(one.group for one in allowed if one.group is not None)
        for group in groups:
            came = [made.states[number] for number in group.numbers]
            alone = all(made.states[n] in allowed[n].states for n in group.numbers)
            if not alone or group.allows(made.states):
                continue
            number = next(
                (n for n in group.numbers if made.states[n] != allowed[n].strict.then),
                group.numbers[0],
            )
            breach = self._misjudged(made, number, allowed[number], faults[number])
            ways = tuple(", ".join("/".join(sorted(may)) for may in way) for way in group.ways)
            told = f"{', '.join(came)} for the items {', '.join(str(n + 1) for n in group.numbers)}"
            yield replace(breach, expected=ways, came=told)

    def _misjudged(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> Breach:
        recognised = self.records.was_recognised(made.caller, made.submission)
        state, row = made.states[number], allowed.strict
        requirement, place = blamed(
            self._contract, made, number, row, faults, recognised=recognised
        )
        expected = tuple(
            f"{one} ({', '.join(row.when for row in rows)})" for one, rows in allowed.states.items()
        )
        came = _with_errors(made, number)
        return Breach(requirement, expected, came, number, Misjudged(row.when, state), place)

    # --- what was reached --------------------------------------------------------------------------

    def _count(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> None:
        lifecycle, coverage = made.submission.lifecycle, self._coverage
        state, row = made.states[number], allowed.strict
        coverage.count(Part.OUTCOME, f"{lifecycle.name}.{row.number}")
        for silence in row.silences:
            coverage.saw(silence, state, as_chosen=state == row.then)
        for silence, shown in self._freedom.open(ShownStates):
            rows = allowed.states.get(state, ())
            if rows and all(shown.shown.get(one.then) == state for one in rows):
                coverage.saw(silence, f"{row.then} is shown as {state}", as_chosen=False)
        for fault in faults:
            part = Part.RULE if fault.requirement.kind is Kind.RULE else Part.CONSTRAINT
            coverage.count(part, fault.requirement.id, Side.OUTSIDE)
            for silence in fault.silences if row.when is Condition.INVALID else ():
                what = "its schema" if part is Part.CONSTRAINT else fault.requirement.names[-1]
                told = f"an item that breaks {what} is {state}"
                coverage.saw(silence, told, as_chosen=state not in lifecycle.saving)
        if not faults:
            self._count_valid(made, number)

    def _count_valid(self, made: Submitted, number: int) -> None:
        tried = made.entries[number].requirement
        if tried is not None and tried.kind is Kind.CONSTRAINT:
            self._coverage.count(Part.CONSTRAINT, tried.id, Side.INSIDE)
        validity = self._maker_of(made.submission, made.caller).validity
        for rule in validity.rules_asked(made.entries[number].value):
            self._coverage.count(Part.RULE, f"rule.{rule}", Side.INSIDE)


def _spelling(contract: Contract, freedom: Freedom) -> Spelling:
    """Return how errors may spell members: any way that a silence leaves open is no fault."""
    if any(one.spelling is not None for one in freedom.leaves_open(OtherNames)):
        return Spelling.ANY
    camel_case = contract.error_names == "camelCase"
    return Spelling.CAMEL_CASE if camel_case else Spelling.AS_SENT


def _with_errors(made: Submitted, number: int) -> str:
    """Return a state with what the server says of it: that names what it found wrong."""
    state = made.states[number]
    errors = made.shown[number].errors if made.shown else None
    return f"{state}: {json.dumps(errors, ensure_ascii=False)[:300]}" if errors else state
