"""Judges a recording by one contract: answers first, then, in the order of acceptance, what became of each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract_tests.http.client import Client
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.asking import Asking
from contract_tests.judging.coverage import ContractCoverage, Coverage
from contract_tests.judging.findings import Breach, Broken, Finding
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.materials import Materials
from contract_tests.judging.mode import Suite
from contract_tests.judging.outcomes import Outcomes
from contract_tests.judging.records import key_of
from contract_tests.judging.story import Story, listed
from contract_tests.reading.contract import Contract
from contract_tests.reading.expressions import partner_attributes
from contract_tests.traffic.answers import Answers
from contract_tests.traffic.callers import Callers
from contract_tests.traffic.past import Habits, Past
from contract_tests.traffic.recorded import Recorded
from contract_tests.traffic.records import RecordReads
from contract_tests.traffic.routing import Routes
from contract_tests.traffic.submissions import Followed, Submissions

_EARLIER = 3  # submissions before one that a finding shows with it


@dataclass(frozen=True)
class Judged:
    """What a recording shows: findings, how many exchanges were of the contract, and those that failed, by suite."""

    findings: tuple[Finding, ...]
    counts: Mapping[Suite, int]
    failed: Mapping[Suite, int]
    strangers: tuple[Recorded, ...]


@dataclass(frozen=True)
class Terms:
    """How a recording is judged: what is left open, what is known of the callers and of what went before."""

    freedom: Freedom
    attributes: Mapping[str, str]
    empty: bool


class TrafficJudge:
    """Judges recordings by one contract; `client` is never asked to send."""

    def __init__(
        self, contract: Contract, terms: Terms, client: Client, coverage: ContractCoverage
    ) -> None:
        self._contract = contract
        self._terms = terms
        self._coverage = coverage
        self._asking = Asking(contract, client, coverage)
        self._answers = Answers(self._asking, coverage)
        self._submissions = Submissions(
            contract, terms.freedom, self._asking, self._answers, coverage
        )
        self._records = RecordReads(contract, self._asking, self._answers, empty=terms.empty)
        self._base_url = client.server.base_url
        self.callers = Callers(contract)

    def judge(self, recorded: Sequence[Recorded]) -> Judged:
        """Return what a recording shows."""
        routes, strangers = Routes(self._contract, self._base_url), []
        findings: list[Finding] = []
        counts: Counter[Suite] = Counter()
        failed: Counter[Suite] = Counter()
        for one in recorded:
            self.callers.learn(one)
        for one in recorded:
            filed = routes.filed(one)
            if filed is None:
                if not self._is_beside(one):
                    strangers.append(one)
                continue
            counts[Suite.OPERATIONS] += 1
            found = [*self._answers.breaches(filed)]
            if not found:
                sender = self.callers.of(one)
                found += self._submissions.breaches(filed, sender)
                self._records.remember(filed, sender)
            failed[Suite.OPERATIONS] += bool(found)
            findings += [each.finding for each in found]
        for followed, problems in self._settled():
            counts[Suite.LIFECYCLE] += bool(followed.made.final)
            failed[Suite.LIFECYCLE] += bool(problems)
            findings += [each.finding for each in problems]
        read = list(self._records.breaches(self._submissions.followed))
        failed[Suite.OPERATIONS] += len(read)
        findings += [each.finding for each in read]
        return Judged(tuple(findings), counts, failed, tuple(strangers))

    def _is_beside(self, one: Recorded) -> bool:
        """Whether an exchange is a token request, or one with a sandbox's own operations."""
        path = one.target.partition("?")[0]
        granting = self._contract.token_url
        asks = granting is not None and path.endswith(urlsplit(granting).path)
        return asks or "/_sandbox/" in path

    def _settled(self) -> Iterator[tuple[Followed, list[Broken]]]:
        """Yield each submission with what its items break, in the order of acceptance."""
        habits = Habits()
        # Once to learn how the server treats rivals of what it has saved, and once to judge.
        for _ in self._followed(habits, ContractCoverage(self._contract.name, Coverage())):
            pass
        for one in self._submissions.followed:
            one.made.settled = False
        yield from self._followed(habits, self._coverage)

    def _followed(
        self, habits: Habits, coverage: ContractCoverage
    ) -> Iterator[tuple[Followed, list[Broken]]]:
        terms, materials = (
            self._terms,
            Materials(self._contract, {Caller.FIRST: self._attributes()}),
        )
        for sender in dict.fromkeys(one.sender for one in self._submissions.followed):
            past = Past(terms.freedom, habits, empty=terms.empty)
            outcomes = Outcomes(
                self._contract, terms.freedom, coverage, materials.maker, "", past.decide
            )
            own = [one for one in self._submissions.followed if one.sender == sender]
            for name in {records for who, records in self._submissions.untold if who == sender}:
                past.blur(name, {key for one in own for key in one.keys})
            for collection, keys in _at_once(own):
                past.blur(collection, keys)
            for one in own:
                yield one, self._problems(one, own, outcomes)
                if not one.made.final:
                    past.blur(one.made.submission.lifecycle.records, one.keys)

    def _problems(
        self, followed: Followed, own: Sequence[Followed], outcomes: Outcomes
    ) -> list[Broken]:
        made = followed.made
        found = [] if not made.final else outcomes.judged(made)
        told = [self._misjudged(followed, own, one) for one in found]
        if _was_overtaken(followed, own):
            expected = ("final, for a later submission is",)
            breach = Breach(catalogue.STATE_ORDER, expected, "still waiting")
            told.append(self._misjudged(followed, own, breach))
        return told

    def _misjudged(self, followed: Followed, own: Sequence[Followed], breach: Breach) -> Broken:
        made, number = followed.made, breach.item
        story = Story("", Suite.LIFECYCLE, exchanges=list(made.story.exchanges))
        if breach.misjudged is not None and breach.misjudged.row.is_of_records:
            key = key_of(made.submission, made.entries[number or 0].value)
            earlier = [one for one in own if one.made.number < made.number and key in one.keys]
            for one in reversed(earlier[-_EARLIER:]):
                story.exchanges[:0] = one.made.story.exchanges
        sent = listed(made.entries)
        if number is not None:
            sent = f"item {number + 1} of {len(made.entries)}: {made.entries[number].text}"
        problem = self._asking.broken(story, made.submission.id, sent, breach, number or 0)
        return problem.but(plain=True)

    def _attributes(self) -> Mapping[str, str]:
        """Return what the rules may know of a partner: what was given, else what most saved items have."""
        given = dict(self._terms.attributes)
        names = {
            name for rule in self._contract.rules.values() for name in partner_attributes(rule.rule)
        }
        for name in sorted(names - given.keys()):
            values = Counter(self._saved_values(name))
            if values:
                given[name] = values.most_common(1)[0][0]
        return given

    def _saved_values(self, name: str) -> Iterator[str]:
        for one in self._submissions.followed:
            saving = one.made.submission.lifecycle.saving
            for entry, state in zip(one.made.entries, one.made.states, strict=False):
                if state in saving:
                    yield from _texts_named(entry.value, name)


def _texts_named(value: object, name: str) -> Iterator[str]:
    """Yield the texts that stand under a name, at any depth."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == name and isinstance(one, str):
                yield one
            yield from _texts_named(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _texts_named(one, name)


def _at_once(own: Sequence[Followed]) -> Iterator[tuple[str, set[Hashable]]]:
    """Yield the keys of submissions that were under way at the same time, so that nobody knows which was first."""
    for number, one in enumerate(own):
        for other in own[number + 1 :]:
            if other.began >= one.ended:
                break
            collection = one.made.submission.lifecycle.records
            if collection == other.made.submission.lifecycle.records:
                yield collection, one.keys & other.keys


def _was_overtaken(followed: Followed, own: Sequence[Followed]) -> bool:
    """Whether a submission was seen to wait after a later one of the same sender was final."""
    later = [
        other.final_since
        for other in own
        if other.made.submission.asynchronous
        and other.began >= followed.ended
        and other.final_since is not None
    ]
    return bool(later) and any(when >= min(later) and not final for when, final in followed.looks)
