"""Compares final states with what is allowed, and follows what the server said it has saved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any

from contract_tests.generation.items import Workshop
from contract_tests.judging.accuser import Accuser
from contract_tests.judging.error_texts import ErrorTexts
from contract_tests.judging.oracle import Allowed, Doubt, Item, Mode, Saved, judge
from contract_tests.judging.requirements import PROMISES
from contract_tests.judging.submitted import Entry, Submitted, told
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import canonical
from contract_tests.reading.lifecycle import Condition, Row
from contract_tests.reading.silences import OtherRule
from contract_tests.reading.validity import Fault

_ENOUGH = 20  # items of one request of which the same wrong is told
MEANING = {
    "rival-in-request": "another item of the same request has its key and is not identical",
    "invalid": "it breaks its schema or one of the x-rules in it",
    "twin-in-request": "an identical item stands before it in the same request",
    "twin-saved": "an identical record of this partner was saved earlier",
    "rival-saved": "a record of this partner with its key, not identical, was saved earlier",
    "otherwise": "no other row holds",
}


class Outcomes:
    """The oracle's store of each partner, and the comparison with it."""

    def __init__(self, accuser: Accuser, workshop: Callable[[Submission, str], Workshop]) -> None:
        self._accuser = accuser
        self._workshop = workshop
        self._texts = ErrorTexts(accuser)
        self._store: dict[tuple[str, str], dict[Hashable, list[Saved]]] = {}
        self._recognised: set[tuple[str, str]] = set()

    def records(self, who: str, submission: Submission) -> dict[Hashable, list[Saved]]:
        """Return what this judge believes a partner has saved in the submission's collection."""
        return self._store.setdefault((who, submission.lifecycle.records), {})

    def judged(self, made: Submitted) -> list[Broken]:
        """Compare the final states with what is allowed, and follow what the server said."""
        if made.settled:
            return []
        made.settled = True
        lifecycle = made.submission.lifecycle
        workshop = self._workshop(made.submission, made.who)
        faults = [workshop.validity.faults(entry.value) for entry in made.entries]
        items = [
            self.item(made.submission, entry, fault)
            for entry, fault in zip(made.entries, faults, strict=True)
        ]
        store = self.records(made.who, made.submission)
        made.allowed = judge(
            lifecycle, items, store, self._accuser.mode, dict(self._accuser.contract.silences)
        )
        problems: list[Broken] = []
        alike: Counter[tuple[str, str]] = Counter()
        for number, (allowed, state) in enumerate(zip(made.allowed, made.states, strict=True)):
            self._count(made, number, allowed, faults[number])
            if allowed.strict.when == "twin-saved" and state == allowed.strict.then:
                self._recognised.add((made.who, lifecycle.records))
            problem = None
            if state not in allowed.states:
                named = self._named(
                    made, made.entries[number], allowed.strict, state, faults[number]
                )
                alike[named[0], state] += 1
                if alike[named[0], state] <= _ENOUGH:
                    problem = self._outcome_failure(made, number, allowed, state, named)
            elif len(problems) < _ENOUGH:
                problem = self._texts.fault(made, number, allowed, faults[number])
            if problem is not None:
                problem.number = number
                problems.append(problem)
        for item, state in zip(items, made.states, strict=True):
            if state in lifecycle.saving and item.key is not None:
                known = store.setdefault(item.key, [])
                for record in known:
                    record.doubtful = record.doubtful or record.value != item.value
                if all(record.value != item.value for record in known):
                    known.append(Saved(item.value))
                    self._accuser.coverage.count("created", self._accuser.contract.name, "records")
        return problems

    def item(self, submission: Submission, entry: Entry, faults: tuple[Fault, ...]) -> Item:
        """Return an item as the oracle looks at it, given what it breaks."""
        key = key_of(submission, entry.value)
        value = canonical(entry.value)
        doubt = Doubt.VALID
        if faults:
            ignorable = self._accuser.mode is Mode.DOCUMENTED and all(
                self._ignorable(fault) for fault in faults
            )
            doubt = Doubt.EITHER if ignorable else Doubt.INVALID
        return Item(key, value, doubt)

    def _ignorable(self, fault: Fault) -> bool:
        found = [self._accuser.contract.silences.get(one) for one in fault.silences]
        return fault.rule.startswith("rule.") and any(
            isinstance(other, OtherRule) for one in found if one for other in one.instead
        )

    def _count(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> None:
        lifecycle, name = made.submission.lifecycle, self._accuser.contract.name
        state, row = made.states[number], allowed.strict
        self._accuser.coverage.count("outcomes", name, f"{lifecycle.name}.{row.number}")
        for silence in row.silences:
            self._accuser.coverage.saw(name, silence, state, state == row.then)
        for fault in faults:
            side = "rules" if fault.rule.startswith("rule.") else "constraints"
            self._accuser.coverage.count(side, name, f"{fault.rule}|outside")
            for silence in fault.silences if row.when == "invalid" else ():
                what = fault.rule.removeprefix("rule.")
                what = "its schema" if what.startswith("schema.") else what
                behaviour = f"an item that breaks {what} is {state}"
                self._accuser.coverage.saw(name, silence, behaviour, state not in lifecycle.saving)
        if faults:
            return
        rule = made.entries[number].rule
        if rule and rule.startswith("schema."):
            self._accuser.coverage.count("constraints", name, f"{rule}|inside")
        for asked in self._workshop(made.submission, made.who).validity.rules_asked(
            made.entries[number].value
        ):
            self._accuser.coverage.count("rules", name, f"rule.{asked}|inside")

    def _outcome_failure(
        self,
        made: Submitted,
        number: int,
        allowed: Allowed,
        state: str,
        named: tuple[str, str | None, str | None],
    ) -> Broken:
        entry, row = made.entries[number], allowed.strict
        rule, sentence, source = named
        where = f"item {number + 1} of {len(made.entries)}: " if len(made.entries) > 1 else ""
        about = f" ({entry.told})" if entry.told else ""
        sent = f"{where}{entry.text}{about}"
        if 1 < len(made.entries) <= 6:
            sent = f"{told(made.entries)}; {where.rstrip(': ')}{about}"
        return self._accuser.fail(
            made.episode,
            rule,
            made.submission.id,
            sent,
            [f"{one} ({', '.join(r.when for r in rows)})" for one, rows in allowed.states.items()],
            _with_errors(made, number, state),
            sentence=sentence,
            source=source,
            signature=f"{row.when}>{state}",
        )

    def _named(
        self, made: Submitted, entry: Entry, row: Row, state: str, faults: tuple[Fault, ...]
    ) -> tuple[str, str | None, str | None]:
        """Return the rule that an outcome breaks, its sentence and its source."""
        lifecycle = made.submission.lifecycle
        failed = lifecycle.row(Condition.INVALID)
        if row.when == "invalid" and faults and state in lifecycle.saving:
            return self.about_fault(made.submission, faults[0])
        about = str(entry.rule).startswith(("schema.", "rule."))
        if about and row.when == "otherwise" and failed and state == failed.then:
            inside = Fault(str(entry.rule), (), None, "what stands inside it is valid", ())
            return self.about_fault(made.submission, inside)
        # Forgotten is what was known at first: a twin of some record was recognised before.
        forgotten = row.when in {"twin-saved", "rival-saved"} and state in lifecycle.saving
        forgotten = forgotten and (made.who, lifecycle.records) in self._recognised
        if entry.rule in PROMISES and (forgotten or entry.rule != "memory"):
            return str(entry.rule), None, None
        blamed = row
        if row.when == "otherwise":
            # Another row was applied that does not hold.
            wrong = [one for one in lifecycle.rows if one.then == state]
            if len(made.entries) == 1:  # nothing stands beside it: the row is one of the records
                wrong.sort(key=lambda one: one.when.endswith("-in-request"))
            blamed = wrong[0] if wrong else row
        sentence = f"When {MEANING[blamed.when]}, and only then: {blamed.then}"
        if blamed.when == "otherwise":
            sentence = f"When {MEANING['otherwise']}: {blamed.then}"
        return f"outcome.{blamed.when}", sentence, blamed.source

    def about_fault(self, submission: Submission, fault: Fault) -> tuple[str, str, str]:
        """Return the rule or constraint that a fault breaks with its sentence and source."""
        contract = self._accuser.contract
        name = fault.rule.removeprefix("rule.")
        if fault.rule.startswith("rule.") and name in contract.rules:
            known = contract.rules[name]
            return fault.rule, known.message, known.source
        sentence = f"The schema of the items says so: {fault.message}"
        return fault.rule, sentence, contract.source(submission, fault.steps)


def _with_errors(made: Submitted, number: int, state: str) -> str:
    """Return a state with what the server says of it: that names what it found wrong."""
    errors = made.seen[number]["status"]["validation_errors"] if made.seen else None
    return f"{state}: {json.dumps(errors, ensure_ascii=False)[:300]}" if errors else state


def key_of(submission: Submission, value: Any) -> Hashable | None:
    """Return the key of an item, None when it has none."""
    members = submission.lifecycle.key
    if not members:
        return canonical(value)
    if isinstance(value, dict) and all(member in value for member in members):
        return tuple(canonical(value[member]) for member in members)
    return None
