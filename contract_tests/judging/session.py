"""Submits, observes and judges: what the suites are written with.

An episode is one story: its requests can be repeated on their own, for its keys are its own.
Every broken promise is raised as `Broken`, so that Hypothesis can shrink it.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from contract_tests.generation.items import Workshop, leaves
from contract_tests.http.client import Reply, Target
from contract_tests.judging.accuser import Accuser
from contract_tests.judging.observing import Observer
from contract_tests.judging.oracle import Mode, Saved, judge
from contract_tests.judging.outcomes import Outcomes
from contract_tests.judging.submitted import Entry, Episode, Step, Submitted, spelled, told
from contract_tests.judging.verdict import Broken, Coverage, Finding
from contract_tests.reading.contract import Contract, Submission
from contract_tests.settings import Settings

JSON = {"Content-Type": "application/json"}


class Judge(Accuser):
    """Judges one server by one contract."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        settings: Settings,
        coverage: Coverage,
        worker: str = "",
    ) -> None:
        super().__init__(contract, target, settings, coverage)
        self.findings: list[Finding] = []
        self.known: set[str] = set()  # rules found broken and told in small once already
        self.reduced: set[tuple[str, str]] = set()  # rules and operations, likewise
        self.stuck: Broken | None = None  # what never became final, once that was seen
        self._patience = 5.0  # seconds to be lost waiting after that
        self.outcomes = Outcomes(self, self.workshop)
        self._observer = Observer(self)
        self._worker = worker
        self._numbers = itertools.count(1)
        self._open: dict[str, list[Submitted]] = {"a": [], "b": []}
        self._workshops: dict[tuple[str, str], Workshop] = {}
        self._latency = 0.02
        self._advance = 60.0
        self._ids: set[str] = set()
        self._profiles: dict[str, dict[str, str]] = {}

    def episode(self, suite: str) -> Episode:
        """Begin a new story."""
        self.target.begin()
        for who in ("a", "b"):
            self._open[who] = []
        return Episode(f"{self.settings.run}{self._worker}-{next(self.target.episodes)}-", suite)

    def workshop(self, submission: Submission, who: str = "a") -> Workshop:
        """Return the maker of a submission's items for a partner."""
        place = (submission.id, who)
        if place not in self._workshops:
            self._workshops[place] = Workshop(submission, self.profile(who))
        return self._workshops[place]

    def profile(self, who: str) -> dict[str, str]:
        """Return what the rules may know of a partner: what was given, else what it shows.

        A member that a rule compares with the partner's is tried with several values; the first
        that the server takes is the partner's.
        """
        if who not in self._profiles:
            partner = self.target.partner(who)
            profile = {"client_id": partner.client_id or "", **partner.profile}
            text = " ".join(rule.rule for rule in self.contract.rules.values())
            for name in sorted(set(re.findall(r"\bpartner\.(\w+)", text)) - profile.keys()):
                found = self._discovered(who, name, profile)
                if found is not None:
                    profile[name] = found
            self._profiles[who] = profile
        return self._profiles[who]

    def _discovered(self, who: str, name: str, profile: Mapping[str, str]) -> str | None:
        values = Counter(
            value
            for submission in self.contract.submissions
            for path, value in leaves(list(submission.examples))
            if path[-1] == name and isinstance(value, str)
        )
        candidates = [value for value, _ in values.most_common()]
        candidates += [one for one in ("GBP", "EUR", "USD") if candidates and one not in candidates]
        silent = self.settings.dry_run or self.settings.read_only
        for submission in self.contract.submissions if not silent else ():
            shops = [(one, Workshop(submission, {**profile, name: one})) for one in candidates]
            usable = [(one, shop) for one, shop in shops if shop.usable and one in str(shop.full)]
            if len(usable) < 2:
                continue
            state = self._asked(submission, who, usable)
            if state is not None:
                return state
        return candidates[0] if candidates else None

    def _asked(
        self, submission: Submission, who: str, usable: list[tuple[str, Workshop]]
    ) -> str | None:
        """Return the first value whose item the server saves."""
        episode = self.episode("silences")
        entries = [
            spelled(shop.keyed(shop.full, f"{episode.namespace}p{number}"))
            for number, (_, shop) in enumerate(usable)
        ]
        try:
            made = self.begin(episode, submission, entries, who)
            if not made.final:
                self.wait(made)
        except Broken:
            return None
        made.settled = True
        saving = submission.lifecycle.saving
        for (value, _), state in zip(usable, made.states, strict=True):
            if state in saving:
                return value
        return None

    def post(
        self,
        episode: Episode,
        submission: Submission,
        entries: Sequence[Entry],
        who: str = "a",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send items as they are; nothing is judged. The ledger knows them before the server does."""
        self.target.note(
            {
                "contract": self.contract.name,
                "operation": submission.id,
                "partner": self.target.partner(who).client_id,
                "keys": [self._key_text(submission, entry) for entry in entries],
            }
        )
        body = ("[" + ",".join(entry.text for entry in entries) + "]").encode()
        return self.send(
            episode,
            submission.operation,
            who=who,
            headers={**JSON, **(headers or {})},
            body=body,
            sent=told(entries),
        )

    def submit(
        self,
        episode: Episode,
        submission: Submission,
        entries: Sequence[Entry],
        who: str = "a",
        headers: Mapping[str, str] | None = None,
    ) -> Submitted:
        """Submit items and check that they are accepted; a synchronous answer is judged at once."""
        made = self.begin(episode, submission, entries, who, headers)
        if not submission.asynchronous:
            self.settle(made)
        return made

    def begin(
        self,
        episode: Episode,
        submission: Submission,
        entries: Sequence[Entry],
        who: str = "a",
        headers: Mapping[str, str] | None = None,
    ) -> Submitted:
        """Submit items and check that they are accepted; outcomes are not judged yet."""
        episode.steps.append(Step(submission, who, tuple(entries)))
        reply = self.post(episode, submission, entries, who, headers)
        if self.settings.dry_run:
            return self._rehearsed(episode, submission, entries, who, reply)
        return self.accepted(episode, submission, entries, who, reply)

    def _rehearsed(
        self,
        episode: Episode,
        submission: Submission,
        entries: Sequence[Entry],
        who: str,
        reply: Reply,
    ) -> Submitted:
        """Return what a submission would become, without a server."""
        path = None
        if submission.status is not None:
            path = submission.status.path
            self.target.spend("GET", path)
        made = Submitted(submission, who, tuple(entries), episode, next(self._numbers), reply, path)
        workshop = self.workshop(submission, who)
        items = [
            self.outcomes.item(submission, entry, workshop.validity.faults(entry.value))
            for entry in entries
        ]
        store = self.outcomes.records(who, submission)
        made.allowed = judge(submission.lifecycle, items, store, Mode.STRICT)
        made.states = [one.strict.then for one in made.allowed]
        made.settled = True
        for item, state in zip(items, made.states, strict=True):
            if state in submission.lifecycle.saving and item.key is not None:
                store.setdefault(item.key, []).append(Saved(item.value))
        return made

    def accepted(
        self,
        episode: Episode,
        submission: Submission,
        entries: Sequence[Entry],
        who: str,
        reply: Reply,
    ) -> Submitted:
        """Check the answer to a submission, and register what was submitted."""
        operation = submission.operation
        expected = self.answers.success(operation)
        if reply.status != expected:
            raise self.fail(
                episode,
                "submission.accepted",
                operation.id,
                told(entries),
                [str(expected)],
                reply.told(),
            )
        self.documented(episode, operation, reply, told(entries))
        made = Submitted(submission, who, tuple(entries), episode, next(self._numbers), reply, None)
        answer = reply.body[:300].decode("utf-8", "replace")
        self.target.note({"contract": self.contract.name, "accepted": submission.id, "as": answer})
        self._open[who].append(made)
        for name, times in (("submissions", 1), ("items", len(entries))):
            self.coverage.count("created", self.contract.name, name, times)
        if submission.asynchronous:
            made.status_path = self._status_path(made)
        else:
            self._observer.take(made, reply)
        return made

    @staticmethod
    def _key_text(submission: Submission, entry: Entry) -> Any:
        if not submission.lifecycle.key or not isinstance(entry.value, dict):
            return None
        return [entry.value.get(member) for member in submission.lifecycle.key]

    def _status_path(self, made: Submitted) -> str:
        """Return where the submission's status is asked for; checks uri and id."""
        status = made.submission.status
        operation = made.submission.operation
        value = made.reply.json()
        identifier = self._linked_id(made, value)
        if status is None or identifier is None:
            raise self.fail(
                made.episode,
                "submission.status-uri",
                operation.id,
                told(made.entries),
                ["an id and a uri of the status check"],
                made.reply.told(),
            )
        path = re.sub(r"\{[^}]*\}", identifier, status.path)
        if identifier in self._ids:
            raise self.fail(
                made.episode,
                "submission.own-id",
                operation.id,
                told(made.entries),
                ["an id that no other submission has"],
                identifier,
            )
        self._ids.add(identifier)
        for name, uri in value.items():
            if not isinstance(uri, str) or not name.endswith(("uri", "url", "href")):
                continue
            if uri.split() != [uri] or not uri.endswith(path):
                raise self.fail(
                    made.episode,
                    "submission.status-uri",
                    operation.id,
                    told(made.entries),
                    [path],
                    uri,
                )
        return path

    def _linked_id(self, made: Submitted, value: Any) -> str | None:
        response = self.answers.documented(made.submission.operation, made.reply.status) or {}
        status = made.submission.status
        names = []
        for link in response.get("links", {}).values():
            if status is not None and link.get("operationId") == status.id:
                for expression in link.get("parameters", {}).values():
                    names.append(str(expression).rsplit("/", 1)[-1])
        if status is not None:
            parameter = status.parameter("path")
            names.append(str(parameter["name"]) if parameter else "id")
        if not isinstance(value, dict):
            return None
        return next((value[n] for n in names if isinstance(value.get(n), str)), None)

    def poll(self, made: Submitted) -> bool:
        """Read the status once and check everything but the outcomes; True when all is final."""
        if self.settings.dry_run:
            return True
        reply = self.read_status(made)
        self._observer.take(made, reply)
        return made.final

    def read_status(self, made: Submitted, query: str = "", who: str | None = None) -> Reply:
        """Ask how a submission stands; `query` narrows what is told. Raises Broken."""
        status = made.submission.status
        assert status is not None  # noqa: S101 - _status_path refused it
        assert made.status_path is not None  # noqa: S101
        reply = self.send(
            made.episode,
            status,
            made.status_path + query,
            who=who or made.who,
            sent=told(made.entries),
        )
        if reply.status != 200 and not query:
            raise self.fail(
                made.episode,
                "submission.status-uri",
                status.id,
                told(made.entries),
                ["200 at the status uri"],
                reply.told(),
            )
        self.documented(made.episode, status, reply, told(made.entries))
        return reply

    def settle(self, made: Submitted) -> None:
        """Wait until a submission is final and judge its outcomes, earlier ones first."""
        for problem in self.mismatches(made):
            raise problem

    def mismatches(self, made: Submitted) -> list[Broken]:
        """Wait until a submission is final; return each item whose outcome is not allowed."""
        if not made.final:
            self.wait(made)
        self._settle_earlier(made)
        return self.outcomes.judged(made)

    def wait(self, made: Submitted) -> None:
        """Poll, or move the clock, until a submission is final.

        Raises Broken when the deadline passes.
        """
        # Once something never became final, others are given a multiple of what they took so far,
        # as long as not too many of them need it.
        deadline = self.settings.deadline
        if self.stuck is not None:
            deadline = min(deadline, max(0.5, 20 * self._latency), self._patience)
        started = time.monotonic()
        if self.target.has_control(made.who):
            for _ in range(1 if self.stuck else 4):
                self.target.advance(made.who, self._advance)
                if self.poll(made):
                    return
                self._advance *= 20
            self._advance = 60.0
        elif self.poll(made):
            return
        pause = self._latency
        while time.monotonic() - started < deadline:
            time.sleep(min(pause, max(0.0, deadline - (time.monotonic() - started))))
            pause = min(pause * 1.4, 2.0)
            if self.poll(made):
                self._latency = max(0.01, (time.monotonic() - started) / 4)
                return
        if self.stuck is None:
            self.stuck = self.blame(
                made,
                "state.liveness",
                [f"final within {deadline:g} s"],
                f"still {', '.join(sorted(set(made.states)))}",
            )
        else:
            self._patience -= deadline
        raise self.stuck

    def creep(self, made: Submitted) -> None:
        """Poll until a submission is final, a moved clock in steps too small to miss its turn.

        Raises Broken when the deadline passes.
        """
        step = 0.01
        while self.target.has_control(made.who) and step < self._advance and not self.poll(made):
            self.target.advance(made.who, step)
            step *= 1.5
        if not made.final:
            self.wait(made)

    def _settle_earlier(self, made: Submitted) -> None:
        """Look at every earlier submission of the partner first: the oracle follows the order."""
        for other in list(self._open[made.who]):
            if other.number >= made.number or other.settled:
                continue
            if not other.final and not self.poll(other):
                raise self.blame(
                    other,
                    "state.order",
                    ["final, for a later submission is"],
                    ", ".join(sorted(set(other.states))),
                )
            for problem in self.outcomes.judged(other):
                raise problem
