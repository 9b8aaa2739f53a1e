"""The submissions of a recording, and all that was seen of each, in the order in which it happened."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from contract_tests.generation.spelling import spell
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue, status_checks
from contract_tests.judging.acceptance import StatusPaths, is_accepted
from contract_tests.judging.asking import Asking
from contract_tests.judging.coverage import ContractCoverage, Part
from contract_tests.judging.findings import Breach, Broken
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Suite
from contract_tests.judging.records import key_of
from contract_tests.judging.status_answer import ShownStatus, opened
from contract_tests.judging.story import Entry, Submitted, listed
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.json_text import parsed
from contract_tests.reading.silences import OtherCode
from contract_tests.traffic.answers import Answers, exchange_of
from contract_tests.traffic.callers import Sender
from contract_tests.traffic.routing import Filed


@dataclass
class Followed:
    """A submission of a recording: who sent it, when, and since when it was seen to be final."""

    made: Submitted
    sender: Sender
    began: float
    ended: float
    final_since: float | None = None
    looks: list[tuple[float, bool]] = field(default_factory=list)  # when, and whether it was final

    @property
    def keys(self) -> set[Hashable]:
        """Return the keys of its items."""
        found = (key_of(self.made.submission, one.value) for one in self.made.entries)
        return {one for one in found if one is not None}


class Submissions:
    """Follows the submissions of one contract through a recording."""

    def __init__(
        self,
        contract: Contract,
        freedom: Freedom,
        asking: Asking,
        answers: Answers,
        coverage: ContractCoverage,
    ) -> None:
        self.followed: list[Followed] = []
        self.untold: list[
            tuple[Sender, str]
        ] = []  # whose submissions to which collection have no body
        self._kinds = {one.operation.id: one for one in contract.submissions}
        self._statuses = {one.status.id for one in contract.submissions if one.status}
        self._freedom = freedom
        self._asking = asking
        self._answers = answers
        self._coverage = coverage
        self._paths = StatusPaths(freedom, asking.client.server.base_url)
        self._by_path: dict[str, Followed] = {}
        self._first: dict[tuple[Sender, str], Filed] = {}

    def breaches(self, filed: Filed, sender: Sender) -> Iterator[Broken]:
        """Yield what an exchange breaks of its submission, and remember what it tells."""
        submission = self._kinds.get(filed.operation.id)
        if submission is not None:
            yield from self._submitted(filed, submission, sender)
        elif filed.operation.id in self._statuses:
            yield from self._looked(filed, sender)

    # --- submitting --------------------------------------------------------------------------------

    def _submitted(self, filed: Filed, submission: Submission, sender: Sender) -> Iterator[Broken]:
        recorded = filed.recorded
        accepted = is_accepted(submission.operation, recorded.reply.status, self._freedom)
        entries = _entries(recorded.body)
        if not accepted:
            yield from self._refused(filed, submission, entries)
            return
        repeat = self._repeated(filed, sender)
        if repeat is not None:
            yield from repeat
            return
        if entries is None or not recorded.has_body:
            self.untold.append((sender, submission.lifecycle.records))
            return
        yield from self._accepted(filed, submission, sender, entries)

    def _refused(
        self, filed: Filed, submission: Submission, entries: tuple[Entry, ...] | None
    ) -> Iterator[Broken]:
        """Yield that a submission was refused for its items, which never fail a request."""
        most = submission.max_items
        whole = entries is not None and submission.min_items <= len(entries) <= (most or 10**9)
        plain = whole and all(map(_is_plain, entries or ()))
        recorded, header = filed.recorded, filed.operation.key_header
        keyed = header is not None and header.lower() in recorded.headers
        plain = plain and "json" in recorded.headers.get("content-type", "json")
        if recorded.reply.status != 400 or filed.query or keyed:
            return
        free = any(
            one.code == recorded.reply.status and one.when and silence in submission.silences
            for silence, one in self._freedom.open(OtherCode)
        )
        if plain and not free:
            asked = self._answers.asked(filed, Suite.LIFECYCLE)
            expected = str(submission.operation.success)
            yield self._asking.breaks(asked, catalogue.SUBMISSION_ACCEPTED, expected)

    def _repeated(self, filed: Filed, sender: Sender) -> list[Broken] | None:
        """Return what a retry with a known idempotency key breaks; None where it is none."""
        header = filed.operation.key_header
        key = filed.recorded.headers.get(header.lower()) if header else None
        if key is None:
            return None
        first = self._first.setdefault((sender, key), filed)
        if first is filed:
            return None
        asked = self._answers.asked(filed, Suite.BODIES)
        asked.story.exchanges.insert(0, exchange_of(first))
        same = first.operation == filed.operation and first.recorded.body == filed.recorded.body
        if not same:
            return [self._asking.breaks(asked, catalogue.IDEMPOTENCY_REUSE, "422")]
        if _value(first) != _value(filed):
            expected = first.recorded.reply.told
            return [self._asking.breaks(asked, catalogue.IDEMPOTENCY_REPEAT, expected)]
        return []

    def _accepted(
        self, filed: Filed, submission: Submission, sender: Sender, entries: tuple[Entry, ...]
    ) -> Iterator[Broken]:
        recorded, asked = filed.recorded, self._answers.asked(filed, Suite.LIFECYCLE)
        number = len(self.followed) + 1
        made = Submitted(submission, Caller.FIRST, entries, asked.story, number, recorded.reply)
        followed = Followed(made, sender, recorded.began, recorded.ended)
        self.followed.append(followed)
        for name, times in (("submissions", 1), ("items", len(entries))):
            self._coverage.count(Part.CREATED, name, times=times)
        if not submission.asynchronous:
            yield from self._taken(followed, filed)
            return
        path = self._paths.path_of(made)
        if isinstance(path, Breach):
            yield self._broken(followed, path, submission.operation.id)
            return
        made.status_path = path
        self._by_path[unquote(path)] = followed

    # --- looking -----------------------------------------------------------------------------------

    def _looked(self, filed: Filed, sender: Sender) -> Iterator[Broken]:
        followed = self._by_path.get(unquote(filed.path))
        if followed is None or filed.recorded.began < followed.ended:
            return  # of a submission that was not recorded
        reply = filed.recorded.reply
        asked = self._answers.asked(filed, Suite.LIFECYCLE)
        asked.story.exchanges[:0] = followed.made.story.exchanges
        if sender != followed.sender:
            if reply.status == 200 and sender.certain and followed.sender.certain:
                yield self._asking.breaks(asked, catalogue.ACCESS_PARTNER_STATUS, "404")
            return
        if reply.status in {404, 410}:
            yield self._asking.breaks(
                asked, catalogue.SUBMISSION_STATUS_URI, "200 at the status uri"
            )
        if reply.status != 200 or not filed.recorded.has_body:
            return
        if filed.query:
            yield from self._filtered(followed, filed)
        else:
            yield from self._taken(followed, filed)

    def _taken(self, followed: Followed, filed: Filed) -> Iterator[Broken]:
        """Check a whole answer about a submission, and remember it."""
        made, recorded = followed.made, filed.recorded
        if followed.final_since is not None and recorded.began < followed.final_since:
            return  # it was asked before what is known came
        shown = _shown(made.submission, filed)
        if shown is None:
            return  # no JSON, which is told already
        if made.submission.asynchronous:
            made.story.exchanges.append(exchange_of(filed))
        breach = status_checks.breach_of(made, shown, self._freedom)
        if breach is not None:
            yield self._broken(followed, breach, filed.operation.id)
            return
        made.shown = [entry for entry in shown.entries or () if entry is not None]
        made.states = [str(entry.state) for entry in made.shown]
        for state in made.states:
            self._coverage.count(Part.STATE, f"{made.submission.lifecycle.name}.{state}")
        followed.looks.append((recorded.began, made.final))
        if made.final and followed.final_since is None:
            followed.final_since = recorded.ended

    def _filtered(self, followed: Followed, filed: Filed) -> Iterator[Broken]:
        """Compare what a filter lists with what is known of a submission that is final."""
        made, parameter = followed.made, followed.made.submission.state_filter
        pairs = parse_qsl(filed.query, keep_blank_values=True)
        final = followed.final_since is not None and filed.recorded.began >= followed.final_since
        if not final or parameter is None or [name for name, _ in pairs] != [parameter.name]:
            return
        known = {state.lower(): state for state in made.submission.lifecycle.states}
        state = known.get(pairs[0][1].lower())
        shown = _shown(made.submission, filed)
        if state is None or shown is None or shown.entries is None:
            return
        count = sum(one == state for one in made.states)
        states = [None if one is None else str(one.state) for one in shown.entries]
        if states != [state] * count:
            came = f"?{filed.query}: {len(states)} items, {', '.join(map(str, states))[:200]}"
            expected = (f"the {count} items that are {state}",)
            breach = Breach(catalogue.FILTER_ITEMS, expected, came)
            yield self._broken(followed, breach, filed.operation.id)

    def _broken(self, followed: Followed, breach: Breach, operation: str) -> Broken:
        made = followed.made
        return self._asking.broken(made.story, operation, listed(made.entries), breach)


def _entries(body: bytes | None) -> tuple[Entry, ...] | None:
    """Return the items of a body that is an array, None of any other."""
    try:
        value = parsed(body) if body else None
    except ValueError:
        return None
    return tuple(Entry(one, spell(one)) for one in value) if isinstance(value, list) else None


def _is_plain(entry: Entry) -> bool:
    """Whether an item is an object in which every reader of JSON reads the same."""
    try:
        entry.text.encode()
    except UnicodeEncodeError:
        return False
    odd = re.search(
        "\ufffd|" r"\\u(?:0000|d[89a-f])|[0-9]{16}|[eE][+-]?[0-9]{3}", entry.text, re.IGNORECASE
    )
    return isinstance(entry.value, dict) and odd is None


def _value(filed: Filed) -> object:
    """Return what an answer says, as JSON where it is."""
    reply = filed.recorded.reply
    try:
        return reply.status, reply.json()
    except ValueError:
        return reply.status, reply.body


def _shown(submission: Submission, filed: Filed) -> ShownStatus | None:
    try:
        return opened(filed.recorded.reply.json(), submission.form)
    except ValueError:
        return None
