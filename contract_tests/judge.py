"""Submits, observes and judges: what the suites are written with.

An episode is one story: its requests can be repeated on their own, for its keys are its own.
Every broken promise is raised as `Broken`, so that Hypothesis can shrink what led to it.
"""

from __future__ import annotations

import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests import curl
from contract_tests.answers import Answers, problem_faults
from contract_tests.contract import Contract, Operation, Row, Submission
from contract_tests.equality import canonical, identical
from contract_tests.items import Workshop, leaves
from contract_tests.oracle import Allowed, Doubt, Item, Mode, Saved, judge
from contract_tests.probes import spell
from contract_tests.promises import PROMISES
from contract_tests.settings import Settings
from contract_tests.target import Reply, Target, Unanswered
from contract_tests.validity import Fault
from contract_tests.verdict import Broken, Coverage, Finding, broken

JSON = {"Content-Type": "application/json"}
MEANING = {
    "rival-in-request": "another item of the same request has its key and is not identical",
    "invalid": "it breaks its schema or one of the x-rules in it",
    "twin-in-request": "an identical item stands before it in the same request",
    "twin-saved": "an identical record of this partner was saved earlier",
    "rival-saved": "a record of this partner with its key, not identical, was saved earlier",
    "otherwise": "no other row holds",
}


@dataclass(frozen=True)
class Entry:
    """One item as it is sent: its value, its JSON text, and the promise it stands for."""

    value: Any
    text: str
    rule: str | None = None
    told: str = ""


@dataclass(frozen=True)
class Step:
    """A submission of a story: which, whose, and its items."""

    submission: Submission
    who: str
    entries: tuple[Entry, ...]


@dataclass
class Episode:
    """One story: the prefix of its keys, and what it has submitted so far."""

    namespace: str
    suite: str
    steps: list[Step] = field(default_factory=list)


@dataclass
class Submitted:
    """A submission that was accepted, and what has been seen of it."""

    submission: Submission
    who: str
    entries: tuple[Entry, ...]
    episode: Episode
    number: int
    reply: Reply
    status_path: str | None
    states: list[str] = field(default_factory=list)
    seen: list[Any] | None = None
    allowed: list[Allowed] | None = None
    settled: bool = False

    @property
    def final(self) -> bool:
        """Whether every item was seen in a final state."""
        initial = self.submission.lifecycle.initial
        return bool(self.states) and initial not in self.states


class Judge:
    """Judges one server by one contract."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        settings: Settings,
        coverage: Coverage,
        worker: str = "",
    ) -> None:
        self.contract = contract
        self.target = target
        self.settings = settings
        self.coverage = coverage
        self.mode = Mode(settings.mode)
        self.answers = Answers(contract)
        self.findings: list[Finding] = []
        self.known: set[str] = set()  # rules found broken and told in small once already
        self.reduced: set[tuple[str, str]] = set()  # rules and operations, likewise
        self.stuck = False
        self.reset_world = False
        self._worker = worker
        self._numbers = itertools.count(1)
        self._store: dict[tuple[str, str], dict[Hashable, list[Saved]]] = {}
        self._open: dict[str, list[Submitted]] = {"a": [], "b": []}
        self._workshops: dict[tuple[str, str], Workshop] = {}
        self._recognised: set[tuple[str, str]] = set()
        self._latency = 0.02
        self._advance = 60.0
        self._ids: set[str] = set()
        self._texts: dict[str, dict[str, set[str]]] = {}
        self._profiles: dict[str, dict[str, str]] = {}

    # --- episodes and items ------------------------------------------------------------------

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
            self.entry(shop.keyed(shop.full, f"{episode.namespace}p{number}"))
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

    @staticmethod
    def entry(value: Any, rule: str | None = None, told: str = "", style: str = "plain") -> Entry:
        """Return an item as it is sent."""
        return Entry(value, spell(value, style), rule, told)

    # --- findings ----------------------------------------------------------------------------

    def fail(  # noqa: PLR0913, PLR0917 - the parts of a finding
        self,
        episode: Episode,
        rule: str,
        operation: str,
        sent: str,
        expected: Iterable[str],
        came: str,
        sentence: str | None = None,
        source: str | None = None,
        signature: str = "",
    ) -> Broken:
        """Return the broken promise, to be raised."""
        known = PROMISES.get(rule, ("", ""))
        own = [one for one in self.target.transcript if not one.control]
        finding = Finding(
            rule=rule,
            sentence=sentence or known[0],
            source=source or known[1],
            contract=self.contract.name,
            operation=operation,
            suite=episode.suite,
            sent=sent,
            expected=tuple(expected),
            came=came,
            curl=curl.lines(
                self.target.transcript,
                self.settings,
                self.settings.run,
                self.target.token_path,
            ),
            requests=len(own),
            signature=signature,
            seed=self.settings.seed,
            repeat=self.settings.repeat(episode.suite),
        )
        problem = broken(finding)
        problem.episode = episode
        return problem

    def tolerates(self, silences: tuple[str, ...], topic: str) -> bool:
        """Whether documented mode leaves a matter open.

        It does where a silence asks about it and says so in a form that a machine can read.
        """
        return self.mode is Mode.DOCUMENTED and self.contract.tolerates(silences, topic)

    # --- sending -----------------------------------------------------------------------------

    def send(  # noqa: PLR0913 - the parts of a request
        self,
        episode: Episode,
        operation: Operation,
        path: str | None = None,
        *,
        method: str | None = None,
        who: str | None = "a",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        recipe: str | None = None,
        sent: str = "",
    ) -> Reply:
        """Send a request of an operation; raises Broken when it gets no answer or a 500."""
        method = method or operation.method
        path = path or operation.path
        self.coverage.count("operations", self.contract.name, operation.id)
        try:
            reply = self.target.send(
                method, path, who=who, headers=headers, body=body, recipe=recipe
            )
        except Unanswered as error:
            raise self.fail(
                episode,
                "answer.given",
                operation.id,
                sent or f"{method} {path}",
                ["an answer"],
                str(error),
            ) from None
        if reply.status >= 500 and reply.status != 501:
            raise self.fail(
                episode,
                "answer.no-server-error",
                operation.id,
                sent or f"{method} {path}",
                ["an answer below 500"],
                reply.told(),
            )
        return reply

    def post(
        self,
        episode: Episode,
        submission: Submission,
        entries: Sequence[Entry],
        who: str = "a",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send items as they are; nothing is judged."""
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
            self._item(submission, entry, workshop.validity.faults(entry.value))
            for entry in entries
        ]
        store = self.records(who, submission)
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
        fits = reply.status == expected or (
            200 <= reply.status < 300 and self.tolerates(operation.silences, "code")
        )
        if not fits:
            raise self.fail(
                episode,
                "submission.accepted",
                operation.id,
                told(entries),
                [str(expected)],
                reply.told(),
            )
        self._documented(episode, operation, reply, told(entries))
        made = Submitted(submission, who, tuple(entries), episode, next(self._numbers), reply, None)
        self.target.note(
            {
                "contract": self.contract.name,
                "operation": submission.id,
                "partner": self.target.partner(who).client_id,
                "keys": [self._key_text(submission, entry) for entry in entries],
                "answer": reply.body[:300].decode("utf-8", "replace"),
            }
        )
        self._open[who].append(made)
        for name, times in (("submissions", 1), ("items", len(entries))):
            self.coverage.count("created", self.contract.name, name, times)
        if submission.asynchronous:
            made.status_path = self._status_path(made)
        else:
            self._observed(made, reply)
        return made

    @staticmethod
    def _key_text(submission: Submission, entry: Entry) -> Any:
        if not submission.lifecycle.key or not isinstance(entry.value, dict):
            return None
        return [entry.value.get(member) for member in submission.lifecycle.key]

    def _documented(self, episode: Episode, operation: Operation, reply: Reply, sent: str) -> None:
        faults = self.answers.faults(operation, reply)
        if faults:
            raise self.fail(
                episode,
                "answer.documented",
                operation.id,
                sent,
                ["an answer as documented"],
                f"{reply.status}: {'; '.join(faults)}",
                sentence=PROMISES["answer.documented"][0],
            )

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
                if self.tolerates(status.silences, "where|path|endpoint") and "/" in uri:
                    return uri
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

    # --- observing ---------------------------------------------------------------------------

    def poll(self, made: Submitted) -> bool:
        """Read the status once and check everything but the outcomes; True when all is final."""
        if self.settings.dry_run:
            return True
        reply = self._read_status(made)
        self._observed(made, reply)
        return made.final

    def _read_status(self, made: Submitted, query: str = "", who: str | None = None) -> Reply:
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
        self._documented(made.episode, status, reply, told(made.entries))
        return reply

    def _observed(self, made: Submitted, reply: Reply) -> None:
        """Check the form of a status answer, and that it continues what was seen before."""
        value = reply.json()
        overall, result = _parts(value)
        self._check_entries(made, result)
        states = [str(entry["status"]["state"]) for entry in result]
        for number, entry in enumerate(result):
            self._check_entry(made, number, entry, states[number])
        self._check_unit(made, states)
        self._check_overall(made, overall, states)
        self._check_continues(made, states, result)
        made.states = states
        made.seen = result
        for state in states:
            name = f"{made.submission.lifecycle.name}.{state}"
            self.coverage.count("states", self.contract.name, name)

    def _fail(
        self,
        made: Submitted,
        rule: str,
        expected: Iterable[str],
        came: str,
        number: int | None = None,
        signature: str = "",
    ) -> Broken:
        operation = made.submission.status or made.submission.operation
        sent = told(made.entries)
        if number is not None and len(made.entries) > 1:
            sent = f"item {number + 1} of {len(made.entries)}: {made.entries[number].text}"
        return self.fail(
            made.episode, rule, operation.id, sent, expected, came, signature=signature
        )

    def _check_entries(self, made: Submitted, result: Any) -> None:
        if not isinstance(result, list) or len(result) != len(made.entries):
            came = f"{len(result)} entries" if isinstance(result, list) else "no list"
            raise self._fail(made, "result.entries", [f"{len(made.entries)} entries"], came)
        for entry in result:
            state = entry.get("status") if isinstance(entry, dict) else None
            if not isinstance(state, dict) or "state" not in state or "data" not in entry:
                raise self._fail(
                    made,
                    "result.entries",
                    ["entries of {data, status: {state, ...}}"],
                    json.dumps(entry)[:200],
                )
        pairs = list(zip((entry["data"] for entry in result), made.entries, strict=True))
        differs = (n for n, (got, sent) in enumerate(pairs) if not identical(got, sent.value))
        number = next(differs, None)
        if number is None:
            return
        known = Counter(canonical(sent.value) for _, sent in pairs)
        if Counter(canonical(got) for got, _ in pairs) == known:
            silences = made.submission.status.silences if made.submission.status else ()
            if self.tolerates((*silences, *made.submission.operation.silences), "order"):
                return
            raise self._fail(
                made,
                "result.order",
                ["the items in request order"],
                json.dumps([entry["data"] for entry in result])[:500],
            )
        raise self._fail(
            made,
            "result.echo",
            [made.entries[number].text],
            json.dumps(result[number]["data"], ensure_ascii=False),
            number,
        )

    def _check_entry(self, made: Submitted, number: int, entry: Any, state: str) -> None:
        lifecycle = made.submission.lifecycle
        if state not in lifecycle.states:
            raise self._fail(made, "state.declared", lifecycle.states, state, number)
        if state == lifecycle.initial and not made.submission.asynchronous:
            raise self._fail(made, "submission.synchronous", ["a final state"], state, number)
        errors = entry["status"].get("validation_errors")
        if not isinstance(errors, list) or not all(isinstance(one, str) for one in errors):
            raise self._fail(made, "errors.form", ["an array of strings"], repr(errors), number)
        quiet = state == lifecycle.initial or state in lifecycle.saving
        if quiet and errors:
            raise self._fail(made, "errors.empty", ["[]"], f"{state} with {errors}", number)
        if not quiet and not any(one.strip() for one in errors):
            raise self._fail(
                made, "errors.present", ["at least one entry"], f"{state} with {errors}", number
            )
        self._check_url(made, number, entry, state)

    def _check_url(self, made: Submitted, number: int, entry: Any, state: str) -> None:
        record = made.submission.record
        if record is None:
            return
        saved = state in made.submission.lifecycle.saving
        url = entry.get("url")
        if saved:
            path = record.path
            for member in made.submission.lifecycle.key:
                path = re.sub(r"\{[^}]*\}", str(made.entries[number].value[member]), path, count=1)
            if not isinstance(url, str) or not url.endswith(path):
                raise self._fail(made, "url.saved", [path], repr(url), number)
        elif url is not None and not self.tolerates(record.silences, "url"):
            raise self._fail(made, "url.saved", ["no url"], f"{state} with {url!r}", number)

    def _check_unit(self, made: Submitted, states: list[str]) -> None:
        initial = made.submission.lifecycle.initial
        if initial in states and any(state != initial for state in states):
            silences = made.submission.status.silences if made.submission.status else ()
            if not self.tolerates(silences, "final while|partial"):
                raise self._fail(
                    made, "state.unit", ["all Pending, or none"], ", ".join(states[:50])
                )

    def _check_overall(self, made: Submitted, overall: Any, states: list[str]) -> None:
        if overall is None:
            return
        initial = made.submission.lifecycle.initial
        expected = "Pending" if initial in states else "Completed"
        if overall != expected:
            raise self._fail(
                made,
                "status.overall",
                [expected],
                f"{overall!r} while the items are {', '.join(sorted(set(states)))}",
            )

    def _check_continues(self, made: Submitted, states: list[str], result: list[Any]) -> None:
        initial = made.submission.lifecycle.initial
        for number, before in enumerate(made.states):
            if before != initial and states[number] != before:
                raise self._fail(made, "state.final", [before], states[number], number)
            if before != initial and made.seen is not None and made.settled:
                old, new = made.seen[number]["status"], result[number]["status"]
                if not identical(old, new):
                    raise self._fail(
                        made, "result.same-answer", [json.dumps(old)], json.dumps(new), number
                    )

    # --- waiting -----------------------------------------------------------------------------

    def settle(self, made: Submitted) -> None:
        """Wait until a submission is final and judge its outcomes, earlier ones first."""
        for problem in self.mismatches(made):
            raise problem

    def mismatches(self, made: Submitted) -> list[Broken]:
        """Wait until a submission is final; return each item whose outcome is not allowed."""
        if not made.final:
            self.wait(made)
        self._settle_earlier(made)
        return self._outcomes(made)

    def wait(self, made: Submitted) -> None:
        """Poll, or move the clock, until a submission is final.

        Raises Broken when the deadline passes.
        """
        # What never became final once is not waited for again.
        deadline = 0.0 if self.stuck else self.settings.deadline
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
        self.stuck = True
        raise self._fail(
            made,
            "state.liveness",
            [f"final within {self.settings.deadline:g} s"],
            f"still {', '.join(sorted(set(made.states)))}",
        )

    def _settle_earlier(self, made: Submitted) -> None:
        """Look at every earlier submission of the partner first: the oracle follows the order."""
        for other in list(self._open[made.who]):
            if other.number >= made.number or other.settled:
                continue
            if not other.final and not self.poll(other):
                raise self._fail(
                    other,
                    "state.order",
                    ["final, for a later submission is"],
                    ", ".join(sorted(set(other.states))),
                )
            self._judge_states(other)

    def _judge_states(self, made: Submitted) -> None:
        for problem in self._outcomes(made):
            raise problem

    # --- outcomes ----------------------------------------------------------------------------

    def records(self, who: str, submission: Submission) -> dict[Hashable, list[Saved]]:
        """Return what this judge believes a partner has saved in the submission's collection."""
        return self._store.setdefault((who, submission.lifecycle.records), {})

    def _outcomes(self, made: Submitted) -> list[Broken]:
        """Compare the final states with what is allowed, and follow what the server said."""
        if made.settled:
            return []
        made.settled = True
        lifecycle = made.submission.lifecycle
        workshop = self.workshop(made.submission, made.who)
        faults = [workshop.validity.faults(entry.value) for entry in made.entries]
        items = [
            self._item(made.submission, entry, fault)
            for entry, fault in zip(made.entries, faults, strict=True)
        ]
        store = self.records(made.who, made.submission)
        made.allowed = judge(lifecycle, items, store, self.mode, dict(self.contract.silences))
        problems = []
        for number, (allowed, state) in enumerate(zip(made.allowed, made.states, strict=True)):
            self._count(made, number, allowed, faults[number])
            if allowed.strict.when == "twin-saved" and state == allowed.strict.then:
                self._recognised.add((made.who, lifecycle.records))
            problem = (
                self._outcome_failure(made, number, allowed, state, faults[number])
                if state not in allowed.states
                else self._check_texts(made, number, allowed, faults[number])
            )
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
                    self.coverage.count("created", self.contract.name, "records")
        return problems

    def _item(self, submission: Submission, entry: Entry, faults: tuple[Fault, ...]) -> Item:
        key = self.key(submission, entry.value)
        value = self.form(entry.value)
        doubt = Doubt.VALID
        if faults:
            ignorable = self.mode is Mode.DOCUMENTED and all(
                self._ignorable(fault) for fault in faults
            )
            doubt = Doubt.EITHER if ignorable else Doubt.INVALID
        return Item(key, value, doubt)

    @staticmethod
    def form(value: Any) -> Hashable:
        """Return the form in which values are compared."""
        return canonical(value)

    @staticmethod
    def key(submission: Submission, value: Any) -> Hashable | None:
        """Return the key of an item, None when it has none."""
        members = submission.lifecycle.key
        if not members:
            return canonical(value)
        if isinstance(value, dict) and all(member in value for member in members):
            return tuple(canonical(value[member]) for member in members)
        return None

    @staticmethod
    def readable(submission: Submission, value: Any) -> bool:
        """Whether a key can stand in a path: plain text that the parameter allows."""
        return all(
            isinstance(value.get(member), str)
            and re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", value[member]) is not None
            for member in submission.lifecycle.key
        )

    def _ignorable(self, fault: Fault) -> bool:
        found = [self.contract.silences.get(one) for one in fault.silences]
        if fault.rule.startswith("rule."):
            return any(one is not None and one.may_ignore_rule for one in found)
        return any(one is not None and one.alternative_outcome == "ignored" for one in found)

    def _count(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> None:
        lifecycle, name = made.submission.lifecycle, self.contract.name
        state, row = made.states[number], allowed.strict
        self.coverage.count("outcomes", name, f"{lifecycle.name}.{row.number}")
        for silence in row.silences:
            self.coverage.saw(name, silence, state, state == row.then)
        for fault in faults:
            side = "rules" if fault.rule.startswith("rule.") else "constraints"
            self.coverage.count(side, name, f"{fault.rule}|outside")
            for silence in fault.silences if row.when == "invalid" else ():
                what = fault.rule.removeprefix("rule.")
                what = "its schema" if what.startswith("schema.") else what
                behaviour = f"an item that breaks {what} is {state}"
                self.coverage.saw(name, silence, behaviour, state not in lifecycle.saving)
        if faults:
            return
        rule = made.entries[number].rule
        if rule and rule.startswith("schema."):
            self.coverage.count("constraints", name, f"{rule}|inside")
        for asked in self.workshop(made.submission, made.who).validity.rules_asked(
            made.entries[number].value
        ):
            self.coverage.count("rules", name, f"rule.{asked}|inside")

    def _outcome_failure(
        self,
        made: Submitted,
        number: int,
        allowed: Allowed,
        state: str,
        faults: tuple[Fault, ...],
    ) -> Broken:
        entry, row = made.entries[number], allowed.strict
        rule, sentence, source = self._named(made, entry, row, state, faults)
        where = f"item {number + 1} of {len(made.entries)}: " if len(made.entries) > 1 else ""
        about = f" ({entry.told})" if entry.told else ""
        sent = f"{where}{entry.text}{about}"
        if 1 < len(made.entries) <= 6:
            sent = f"{told(made.entries)}; {where.rstrip(': ')}{about}"
        return self.fail(
            made.episode,
            rule,
            made.submission.id,
            sent,
            [f"{one} ({', '.join(r.when for r in rows)})" for one, rows in allowed.states.items()],
            state,
            sentence=sentence,
            source=source,
            signature=f"{row.when}>{state}",
        )

    def _named(
        self, made: Submitted, entry: Entry, row: Row, state: str, faults: tuple[Fault, ...]
    ) -> tuple[str, str | None, str | None]:
        """Return the rule that an outcome breaks, its sentence and its source."""
        lifecycle = made.submission.lifecycle
        failed = lifecycle.row("invalid")
        if row.when == "invalid" and faults and state in lifecycle.saving:
            return self.about_rule(faults[0].rule, faults[0].message)
        if entry.rule and row.when == "otherwise" and failed and state == failed.then:
            return self.about_rule(entry.rule, "what stands inside it is valid")
        # Forgotten is what was known at first: a twin of some record was recognised before.
        forgotten = row.when in {"twin-saved", "rival-saved"} and state in lifecycle.saving
        forgotten = forgotten and (made.who, lifecycle.records) in self._recognised
        if entry.rule in PROMISES and (forgotten or entry.rule != "memory"):
            return str(entry.rule), None, None
        blamed = row
        if row.when == "otherwise":
            # Another row was applied that does not hold.
            wrong = [one for one in lifecycle.rows if one.then == state]
            blamed = wrong[0] if wrong else row
        sentence = f"When {MEANING[blamed.when]}, and only then: {blamed.then}"
        if blamed.when == "otherwise":
            sentence = f"When {MEANING['otherwise']}: {blamed.then}"
        return f"outcome.{blamed.when}", sentence, blamed.source

    def about_rule(self, rule: str, message: str) -> tuple[str, str, str]:
        """Return a rule or constraint of an item schema with its sentence and source."""
        name = rule.removeprefix("rule.")
        if rule.startswith("rule.") and name in self.contract.rules:
            known = self.contract.rules[name]
            return rule, known.message, known.source
        return rule, f"The schema of the items says so: {message}", "the contract's item schema"

    def _check_texts(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> Broken | None:
        """Check what `validation_errors` says; texts are not asserted literally."""
        if self.mode is not Mode.STRICT or made.seen is None:
            return None
        errors = made.seen[number]["status"]["validation_errors"]
        row = allowed.strict
        if row.when == "invalid" and faults:
            missing = self._unnamed(faults, errors)
            if missing:
                return self._fail(
                    made, "errors.each-violation", missing, json.dumps(errors), number
                )
        if row.when in {"twin-in-request", "twin-saved", "rival-saved"}:
            rows = made.submission.lifecycle.rows
            others = {r.message for r in rows if r.message and r.when != row.when}
            wrong = [one for one in errors if one in others and one != row.message]
            if wrong and row.message and row.message not in errors:
                return self._fail(
                    made, "errors.which-duplicate", [row.message], json.dumps(errors), number
                )
            self._note_text(made, row.when, errors)
            if self._same_text(made):
                return self._fail(
                    made,
                    "errors.which-duplicate",
                    ["a text of its own for a twin in the request and for a saved record"],
                    json.dumps(errors),
                    number,
                )
        return None

    def _note_text(self, made: Submitted, when: str, errors: list[str]) -> None:
        texts = self._texts.setdefault(made.submission.lifecycle.name, {})
        plain = re.sub(r"\d+|'[^']*'|\"[^\"]*\"", "#", " ".join(errors))
        plain = re.sub(rf"{self.settings.run}\S*", "#", plain)
        kind = "request" if when == "twin-in-request" else "saved"
        texts.setdefault(kind, set()).add(plain)

    def _same_text(self, made: Submitted) -> bool:
        texts = self._texts.get(made.submission.lifecycle.name, {})
        return bool(texts.get("request", set()) & texts.get("saved", set()))

    def _unnamed(self, faults: tuple[Fault, ...], errors: list[str]) -> list[str]:
        camel = self.contract.error_names == "camelCase"
        members = {f.member for f in faults if f.member and not f.rule.startswith("rule.")}
        told_text = " ".join(errors)
        plain = re.sub(r"[^a-z0-9]", "", told_text.lower())
        missing = []
        for member in sorted(members):
            spelled = _camel(member) if camel else member
            found = (
                spelled in told_text if camel else re.sub(r"[^a-z0-9]", "", member.lower()) in plain
            )
            if not found:
                missing.append(f"an entry that names {spelled}")
        if len(errors) < len({fault.path for fault in faults if fault.member in members}) and len(
            members
        ) > len(errors):
            missing.append(f"{len(members)} entries, one per violation")
        return missing

    # --- reading -----------------------------------------------------------------------------

    def filtered(self, made: Submitted, value: str, state: str) -> None:
        """Read a status with a filter and compare it with what is known unfiltered."""
        status = made.submission.status
        assert status is not None  # noqa: S101
        parameter = self.state_filter(made.submission)
        name = parameter["name"] if parameter else "state"
        silences = _names(parameter or {})
        reply = self._read_status(made, f"?{name}={value}")
        spelled = value != state and self.tolerates(silences, "filter")
        if reply.status != 200:
            if spelled:
                return
            rule = "filter.items" if value == state else "filter.spelling"
            raise self._fail(made, rule, ["200"], reply.told())
        overall, result = _parts(reply.json())
        made_states = list(made.states)
        if not made.final:
            return
        expected = [
            entry
            for entry, known in zip(made.seen or [], made_states, strict=True)
            if known == state
        ]
        if isinstance(result, list) and canonical(result) != canonical(expected):
            rule = "filter.items" if value == state else "filter.spelling"
            raise self._fail(
                made,
                rule,
                [f"the {len(expected)} items that are {state}"],
                f"?{name}={value}: {len(result)} items, "
                f"{json.dumps([_state_of(one) for one in result])[:200]}",
            )
        tolerated = self.tolerates(silences, "what does the state filter filter")
        if overall not in {None, "Completed"} and not tolerated:
            raise self._fail(made, "filter.overall", ["Completed"], str(overall))

    def filtered_while_pending(self, made: Submitted) -> None:
        """Compare the filters with each other while a submission is (perhaps) Pending."""
        if self.poll(made):
            return
        status, initial = made.submission.status, made.submission.lifecycle.initial
        assert status is not None  # noqa: S101
        parameter = self.state_filter(made.submission)
        values = (parameter or {}).get("schema", {}).get("enum", [])
        for state in made.submission.lifecycle.states:
            if state not in values or parameter is None:
                continue
            reply = self._read_status(made, f"?{parameter['name']}={state}")
            overall, result = _parts(reply.json()) if reply.status == 200 else (None, None)
            if self.poll(made):
                return  # it became final meanwhile: nothing can be said
            count = len(made.entries) if state == initial else 0
            if not isinstance(result, list) or len(result) != count:
                raise self._fail(
                    made, "filter.items", [f"{count} items"], f"?state={state}: {reply.told()}"
                )
            if overall is not None and overall != "Pending":
                raise self._fail(
                    made, "filter.overall", ["Pending"], f"?state={state}: {overall!r}"
                )

    def filtered_by_nonsense(self, made: Submitted, value: str) -> None:
        """Check that a value that the filter does not know is refused."""
        status, parameter = made.submission.status, self.state_filter(made.submission)
        assert status is not None  # noqa: S101
        assert parameter is not None  # noqa: S101
        if self.tolerates(_names(parameter), "filter"):
            return
        path = f"{made.status_path}?{parameter['name']}={value}"
        reply = self.send(made.episode, status, path, who=made.who, sent=f"GET {path}")
        self.refused(made.episode, status, reply, "filter.unknown", f"GET {path}", [400])
        self.error_form(made.episode, status, reply, f"GET {path}", pointers=True)

    @staticmethod
    def state_filter(submission: Submission) -> Mapping[str, Any] | None:
        """Return the query parameter whose values are states."""
        if submission.status is None:
            return None
        for parameter in submission.status.parameters:
            values = parameter.get("schema", {}).get("enum", [])
            if parameter.get("in") == "query" and set(values) & set(submission.lifecycle.states):
                return parameter
        return None

    def read_record(self, made: Submitted, number: int) -> Reply:
        """Read the record of an item's key."""
        record = made.submission.record
        assert record is not None  # noqa: S101
        path = self.record_path(made, number)
        return self.send(made.episode, record, path, who=made.who, sent=f"GET {path}")

    def record_path(self, made: Submitted, number: int) -> str:
        """Return the path that reads the record of an item's key."""
        record = made.submission.record
        path = record.path if record else ""
        for member in made.submission.lifecycle.key:
            path = re.sub(r"\{[^}]*\}", str(made.entries[number].value[member]), path, count=1)
        return path

    # --- errors ------------------------------------------------------------------------------

    def refused(
        self,
        episode: Episode,
        operation: Operation,
        reply: Reply,
        rule: str,
        sent: str,
        statuses: Sequence[int],
    ) -> None:
        """Check that a request was refused with one of the statuses, in the contract's form."""
        if reply.status not in statuses:
            expected = [str(status) for status in statuses]
            if len(statuses) > 9:
                expected = sorted({f"{status // 100}xx" for status in statuses})
            raise self.fail(episode, rule, operation.id, sent, expected, reply.told())
        if reply.status >= 400:
            self.error_form(episode, operation, reply, sent, pointers=False)

    def error_form(
        self, episode: Episode, operation: Operation, reply: Reply, sent: str, pointers: bool
    ) -> None:
        """Check the form of an error answer."""
        if self.contract.error_form != "problem":
            return
        documented = self.answers.documented(operation, reply.status)
        if not self.contract.submissions and documented is not None:
            return  # a contract of somebody else: the operations suite knows its form
        faults = problem_faults(reply, pointers=False)
        if faults:
            raise self.fail(
                episode,
                "error.form",
                operation.id,
                sent,
                ["application/problem+json with type, title, status, detail"],
                f"{reply.status}: {'; '.join(faults)}",
            )
        if pointers and problem_faults(reply, pointers=True):
            raise self.fail(
                episode,
                "error.pointers",
                operation.id,
                sent,
                ["errors: [{pointer, detail}]"],
                reply.told(),
            )


def told(entries: Sequence[Entry]) -> str:
    """Return the items as text, the middle of a long list left out."""
    texts = [entry.text for entry in entries]
    if len(texts) > 6:
        texts = [*texts[:3], f"... {len(texts) - 6} more ...", *texts[-3:]]
    return "[" + ", ".join(texts) + "]"


def _parts(value: Any) -> tuple[Any, Any]:
    """Return the overall status (None for a bare array) and the entries."""
    if isinstance(value, list):
        return None, value
    if isinstance(value, dict):
        return value.get("status"), value.get("result")
    return None, None


def _state_of(entry: Any) -> Any:
    status = entry.get("status") if isinstance(entry, dict) else None
    return status.get("state") if isinstance(status, dict) else None


def _names(raw: Mapping[str, Any]) -> tuple[str, ...]:
    found = raw.get("x-silence", ())
    names = (found,) if isinstance(found, str) else tuple(found)
    for part in raw.get("allOf", []):
        names += _names(part)
    return names


def _camel(member: str) -> str:
    first, *rest = member.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
