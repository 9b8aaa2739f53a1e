"""Submits, observes and judges one server by one contract: what the suites are written with.

The way of a submission: `submit` sends it and checks that it is accepted, `settle` waits until it is final and
compares its outcomes with what the oracle allows. Each step takes values and returns values; what is broken
is raised as Broken, so that Hypothesis can shrink it.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from contract_tests.generation.items import ItemMaker
from contract_tests.http.clock import SandboxClock
from contract_tests.http.ledger import Ledger
from contract_tests.http.listener import Webhooks
from contract_tests.http.messages import JSON, Request
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue, status_checks
from contract_tests.judging.acceptance import StatusPaths, is_accepted
from contract_tests.judging.asking import Asked, Asking
from contract_tests.judging.chosen_form import in_chosen_form
from contract_tests.judging.coverage import ContractCoverage, Part
from contract_tests.judging.findings import Breach, Broken, Findings
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.materials import Materials
from contract_tests.judging.mode import Effort, Suite
from contract_tests.judging.outcomes import Outcomes
from contract_tests.judging.pool import Pool
from contract_tests.judging.status_answer import opened
from contract_tests.judging.story import Entry, Step, Story, Submitted, listed
from contract_tests.judging.waiting import Waiting
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.silences import ItemByItem, OtherCode

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """How a session judges: how much is tried, by which seed, and under which prefix of keys.

    `names` numbers the stories of all sessions of a run, for contracts may share a collection.
    """

    effort: Effort
    seed: int
    run: str
    names: Iterator[int]
    worker: str = ""
    webhooks: Webhooks = field(default_factory=Webhooks)


class Session:
    """Judges one server by one contract."""

    def __init__(
        self,
        asking: Asking,
        freedom: Freedom,
        plan: Plan,
        coverage: ContractCoverage,
        ledger: Ledger,
        clock: SandboxClock,
        materials: Materials,
    ) -> None:
        self.contract = asking.contract
        self.asking = asking
        self.freedom = freedom
        self.plan = plan
        self.coverage = coverage
        self.clock = clock
        self.materials = materials
        self.findings = Findings()
        self.notes: list[str] = []  # what a reader of the verdict must know
        self.pool = Pool()  # what is played side by side
        self.outcomes = Outcomes(self.contract, freedom, coverage, self.maker, plan.run)
        self._ledger = ledger
        self._waiting = Waiting(clock, asking.client.budget.limits.deadline)
        self._paths = StatusPaths(freedom, asking.client.server.base_url)
        self._numbers = itertools.count(1)
        self._left_out: dict[str, str] = {}  # submissions that are not judged, and why

    @property
    def callers(self) -> list[Caller]:
        """Return the partners of the run."""
        return list(self.asking.client.partners)

    def why_not(self, submission: Submission) -> str:
        """Return why a submission is not judged, "" where it is."""
        if not self.maker(submission).usable:
            return f"no valid item of {submission.id} is known: give the contract an example"
        why = self._left_out.get(submission.id)
        return f"not judged, for {why}" if why else ""

    @property
    def usable(self) -> list[Submission]:
        """Return the submissions that are judged."""
        return [one for one in self.contract.submissions if not self.why_not(one)]

    def leave_out(self, submission: Submission, root: Broken) -> None:
        """Judge a submission no further: what it breaks, everything else about it would meet too."""
        self._left_out[submission.id] = f"{root.finding.requirement.id} is broken at its root"
        self.notes.append(
            f"{submission.id} is not judged any further: whatever is asked of it breaks "
            f"{root.finding.requirement.id}"
        )

    def leave_to(self, submission: Submission, silence: str, told: str) -> None:
        """Judge a submission no further whose server takes an alternative under which it is asked otherwise."""
        self._left_out[submission.id] = f"its server decides {silence} otherwise"
        self.coverage.saw(silence, told, as_chosen=False)
        self.notes.append(
            f"{submission.id} is not judged any further: its server decides {silence} otherwise, "
            f"for {told}"
        )

    @property
    def usual_wait(self) -> float:
        """Return for how many seconds a submission is waited for, as far as is known."""
        return self._waiting.usual

    @property
    def stuck(self) -> Broken | None:
        """Return what never became final, once that was seen."""
        return self._waiting.stuck

    def beside(self) -> Session:
        """Return a session for what is played beside this one: its findings are its own, what is known is shared."""
        other = copy.copy(self)
        other.findings, other.notes = self.findings.beside(), []
        return other

    def judging_by(self, contract: Contract, freedom: Freedom) -> Session:
        """Return this session with another contract and freedom: all that is known stays known."""
        other = copy.copy(self)
        other.contract, other.freedom = contract, freedom
        other.asking = copy.copy(self.asking)
        other.asking.contract, other.asking.freedom = contract, freedom
        other.materials = Materials(contract, self.materials.attributes)
        other.outcomes = Outcomes(
            contract,
            freedom,
            self.coverage,
            other.maker,
            self.plan.run,
            records=self.outcomes.records,
        )
        return other

    def together(self, acts: Sequence[Callable[[Session], T]]) -> list[T]:
        """Play acts side by side, each with a session of its own; return what they return, in their order.

        What they note is noted here in the same order. The first of what they raise is raised.
        """
        sessions = [self.beside() for _ in acts]
        played = self.pool.together(
            [partial(act, one) for act, one in zip(acts, sessions, strict=True)]
        )
        for one in sessions:
            self.notes += one.notes
            for finding in one.findings.take():
                self.findings.note(finding)
        return [one.result() for one in played]

    @property
    def dry(self) -> bool:
        """Whether nothing is sent."""
        return self.asking.client.budget.limits.dry_run

    def maker(self, submission: Submission, caller: Caller = Caller.FIRST) -> ItemMaker:
        """Return the maker of a submission's items for a partner."""
        return self.materials.maker(submission, caller)

    def story(self, suite: Suite) -> Story:
        """Begin a new story: what was submitted before is of no interest to it."""
        return Story(f"{self.plan.run}{self.plan.worker}-{next(self.plan.names)}-", suite)

    # --- submitting --------------------------------------------------------------------------------

    def post(self, story: Story, step: Step, headers: Mapping[str, str] | None = None) -> Asked:
        """Send items as they are; nothing is judged. The ledger knows them before the server does."""
        submission = step.submission
        self._ledger.write(
            {
                "contract": self.contract.name,
                "operation": submission.id,
                "partner": self.asking.client.partners.of(step.caller).client_id,
                "keys": [_key(submission, entry) for entry in step.entries],
            }
        )
        body = ("[" + ",".join(entry.text for entry in step.entries) + "]").encode()
        operation = submission.operation
        request = Request(
            operation.method, operation.path, {**JSON, **(headers or {})}, body, caller=step.caller
        )
        return self.asking.ask(story, operation, request, listed(step.entries))

    def write_keys(self, submission: Submission, keys: Sequence[str]) -> None:
        """Tell the ledger of items that another library sends."""
        self._ledger.write(
            {"contract": self.contract.name, "operation": submission.id, "keys": list(keys)}
        )

    def submit(
        self,
        story: Story,
        submission: Submission,
        entries: Sequence[Entry],
        caller: Caller = Caller.FIRST,
        headers: Mapping[str, str] | None = None,
    ) -> Submitted:
        """Submit items and check that they are accepted; a synchronous answer is judged at once."""
        made = self.begin(story, submission, entries, caller, headers)
        if not submission.asynchronous:
            self.settle(made)
        return made

    def begin(
        self,
        story: Story,
        submission: Submission,
        entries: Sequence[Entry],
        caller: Caller = Caller.FIRST,
        headers: Mapping[str, str] | None = None,
    ) -> Submitted:
        """Submit items and check that they are accepted; outcomes are not judged yet."""
        step = Step(submission, caller, tuple(entries))
        story.steps.append(step)
        asked = self.post(story, step, headers)
        return self._rehearsed(asked, step) if self.dry else self.accepted(asked, step)

    def accepted(self, asked: Asked, step: Step) -> Submitted:
        """Check the answer to a submission, and register what was submitted."""
        submission = step.submission
        refused = self._refused_for_its_items(asked, step)
        if refused is not None:
            return refused
        if not is_accepted(submission.operation, asked.reply.status, self.freedom):
            expected = str(submission.operation.success)
            raise self.asking.breaks(asked, catalogue.SUBMISSION_ACCEPTED, expected)
        made = self._made(asked, step)
        if not submission.asynchronous:
            asked = self.as_chosen(made, asked)
        if asked.operation.response(asked.reply.status) is not None:
            self.asking.require_documented(asked)
        answer = asked.reply.body[:300].decode("utf-8", "replace")
        self._ledger.write(
            {"contract": self.contract.name, "accepted": submission.id, "as": answer}
        )
        asked.story.accepted.append(made)
        for name, times in (("submissions", 1), ("items", len(step.entries))):
            self.coverage.count(Part.CREATED, name, times=times)
        if submission.asynchronous:
            path = self._paths.path_of(made)
            if isinstance(path, Breach):
                raise self.broken(made, path, at_status=False)
            made.status_path = path
        else:
            self._take(made, asked)
        return made

    def _refused_for_its_items(self, asked: Asked, step: Step) -> Submitted | None:
        """Return a submission that a server may refuse, for what would become of its items, as if it was judged."""
        for silence, one in self.freedom.open(OtherCode):
            if one.when is None or one.code != asked.reply.status:
                continue
            if silence not in step.submission.silences:
                continue
            made = self._made(asked, step)
            self._settle_earlier(made)
            expected = self.outcomes.expected(made)
            saving = step.submission.lifecycle.saving
            nothing = not any(row.then in saving for row in expected)
            invalid = self.outcomes.is_invalid(made)
            if (one.when == "nothing-saved" and nothing) or (one.when == "invalid" and invalid):
                made.states = [
                    row.then if row.then not in saving or one.when == "nothing-saved" else ""
                    for row in expected
                ]
                made.settled = made.refused = True
                self.coverage.saw(
                    silence, f"{listed(step.entries)[:80]} is {one.code}", as_chosen=False
                )
                return made
        return None

    def _made(self, asked: Asked, step: Step) -> Submitted:
        return Submitted(
            step.submission,
            step.caller,
            step.entries,
            asked.story,
            next(self._numbers),
            asked.reply,
        )

    def _rehearsed(self, asked: Asked, step: Step) -> Submitted:
        """Return what a submission would become, without a server."""
        made = self._made(asked, step)
        if step.submission.status is not None:
            made.status_path = step.submission.status.path
            self.asking.client.spend(Request("GET", made.status_path))
        self.outcomes.rehearse(made)
        return made

    # --- observing ---------------------------------------------------------------------------------

    def poll(self, made: Submitted) -> bool:
        """Read the status once and check everything but the outcomes; True when all is final."""
        if self.dry or made.refused:
            return True
        self._take(made, self.read_status(made))
        return made.final

    def read_status(self, made: Submitted, query: str = "") -> Asked:
        """Ask how a submission stands; `query` narrows what is told. Raises Broken."""
        status, path = made.submission.status, made.status_path
        if status is None or path is None:
            raise LookupError(f"{made.submission.id} has no status that could be read")
        request = Request("GET", path + query, caller=made.caller)
        asked = self.asking.ask(made.story, status, request, listed(made.entries))
        if asked.reply.status != 200 and not query:
            raise self.asking.breaks(
                asked, catalogue.SUBMISSION_STATUS_URI, "200 at the status uri"
            )
        known = set(made.otherwise)
        asked = self.as_chosen(made, asked)
        if query:  # what is done otherwise in a part alone is no choice
            made.otherwise = known
        self.asking.require_documented(asked)
        return asked

    def as_chosen(self, made: Submitted, asked: Asked) -> Asked:
        """Return an answer about a submission in the form that the contract chose."""
        if self.freedom.strict or asked.reply.status >= 300:
            return asked
        try:
            value = asked.reply.json()
        except ValueError:
            return asked
        chosen = in_chosen_form(value, made, self.freedom)
        made.otherwise |= chosen.met.keys()
        for silence, told in chosen.met.items():
            self.coverage.saw(silence, told, as_chosen=False)
        if not chosen.met:
            return asked
        body = json.dumps(chosen.value).encode()
        return replace(asked, reply=replace(asked.reply, body=body))

    def _take(self, made: Submitted, asked: Asked) -> None:
        """Check what an answer tells of a submission, and remember it."""
        shown = opened(asked.reply.json(), made.submission.form)
        breach = status_checks.breach_of(made, shown, self.freedom)
        if breach is not None:
            raise self.broken(made, breach)
        made.shown = [entry for entry in shown.entries or () if entry is not None]
        self.asking.require_own(asked, [one.url for one in made.shown if isinstance(one.url, str)])
        made.states = [str(entry.state) for entry in made.shown]
        if status_checks.is_half_done(made, made.states):
            for silence, _ in self.freedom.open(ItemByItem):
                made.otherwise.add(silence)
                told = f"items are {', '.join(sorted(set(made.states)))} at once"
                self.coverage.saw(silence, told, as_chosen=False)
        for state in made.states:
            self.coverage.count(Part.STATE, f"{made.submission.lifecycle.name}.{state}")

    # --- judging -----------------------------------------------------------------------------------

    def settle(self, made: Submitted) -> None:
        """Wait until a submission is final and judge its outcomes, earlier ones first."""
        for problem in self.mismatches(made):
            raise problem

    def mismatches(self, made: Submitted) -> list[Broken]:
        """Wait until a submission is final; return each item whose outcome is not allowed."""
        self.wait(made)
        self._settle_earlier(made)
        return [self.misjudged(made, one) for one in self.outcomes.judged(made)]

    def wait(self, made: Submitted) -> None:
        """Wait until a submission is final. Raises Broken when the deadline passes."""
        if made.final:
            return
        deadline = self._waiting.deadline
        if self._waiting.is_final(made, self.poll):
            return
        if self._waiting.stuck is None:
            came = f"still {', '.join(sorted(set(made.states)))}"
            breach = Breach(catalogue.STATE_LIVENESS, (f"final within {deadline:g} s",), came)
            self._waiting.stuck = self.broken(made, breach)
        raise self._waiting.stuck

    def creep(self, made: Submitted) -> None:
        """Wait in steps too small to miss when an earlier submission is final."""
        self._waiting.creep(made, self.poll)
        self.wait(made)

    def advance(self, story: Story, seconds: float, caller: Caller = Caller.FIRST) -> None:
        """Let time pass on the clock of a sandbox; nothing where there is none."""
        if self.clock.has(caller):
            story.exchanges.append(self.clock.advance(caller, seconds))

    def _settle_earlier(self, made: Submitted) -> None:
        """Look at every earlier submission of the partner first: the oracle follows the order."""
        for other in list(made.story.accepted):
            if other.caller is not made.caller or other.number >= made.number or other.settled:
                continue
            if not other.final and not self.poll(other):
                came = ", ".join(sorted(set(other.states)))
                expected = ("final, for a later submission is",)
                raise self.broken(other, Breach(catalogue.STATE_ORDER, expected, came))
            for breach in self.outcomes.judged(other):
                raise self.misjudged(other, breach)

    # --- blaming -----------------------------------------------------------------------------------

    def broken(self, made: Submitted, breach: Breach, *, at_status: bool = True) -> Broken:
        """Return what a status answer, or the answer to a submission, breaks."""
        operation = (made.submission.status if at_status else None) or made.submission.operation
        sent, number = listed(made.entries), breach.item
        if number is not None and len(made.entries) > 1:
            sent = f"item {number + 1} of {len(made.entries)}: {made.entries[number].text}"
        return self.asking.broken(made.story, operation.id, sent, breach, number or 0)

    def misjudged(self, made: Submitted, breach: Breach) -> Broken:
        """Return an outcome that is not allowed, told with the item and what it tries."""
        if breach.misjudged is None:
            return self.broken(made, breach)
        number, count = breach.item or 0, len(made.entries)
        entry = made.entries[number]
        where = f"item {number + 1} of {count}: " if count > 1 else ""
        about = f" ({entry.about})" if entry.about else ""
        sent = f"{where}{entry.text}{about}"
        if 1 < count <= 6:
            sent = f"{listed(made.entries)}; {where.rstrip(': ')}{about}"
        problem = self.asking.broken(made.story, made.submission.id, sent, breach, number)
        return problem.but(varies=entry.varies)

    def note(self, problem: Broken) -> None:
        """Note a finding as it is."""
        self.findings.note(problem.finding)

    def knows(self, requirement: Requirement) -> bool:
        """Whether a requirement was found broken before."""
        return self.findings.knows(requirement)


def _key(submission: Submission, entry: Entry) -> list[object] | None:
    if not submission.lifecycle.key or not isinstance(entry.value, dict):
        return None
    return [entry.value.get(member) for member in submission.lifecycle.key]
