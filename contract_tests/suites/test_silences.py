"""What this server does where the sources are silent; nothing here is a finding.

Each probe is chosen by what a row of `x-silences` asks, so a new row with such a question is
observed with no Python touched. What the other suites see of a silence is counted too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest

from contract_tests.generation.items import get, put, shape
from contract_tests.generation.variations import probes
from contract_tests.http.client import Reply
from contract_tests.judging.session import JSON, Judge
from contract_tests.judging.submitted import Episode, Submitted, spelled
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import NOBODY, Contract, Submission
from contract_tests.reading.equality import canonical
from contract_tests.reading.silences import Silence
from contract_tests.scenarios import filters, stories

SUITE = "silences"
Seen = tuple[str, bool | None]
Look = Callable[[Judge, Submission], Iterable[Seen]]


def test_every_silence_is_observed_where_a_partner_can_see_it(
    judge: Judge, contract: Contract
) -> None:
    """Each row of `x-silences` with the first submission that can show it."""
    if not contract.silences or not contract.submissions:
        pytest.skip("the contract declares no silences of a lifecycle")
    for silence in contract.silences.values():
        looks = [look for question, look in LOOKS if re.search(question, silence.question)]
        for look in looks:
            _observe(judge, contract, silence, look)
        if not looks and f"{contract.name}|{silence.id}" not in judge.coverage.behaviours:
            _touched(judge, contract, silence)


def _observe(judge: Judge, contract: Contract, silence: Silence, look: Look) -> None:
    for submission in contract.submissions:
        if not judge.workshop(submission).usable:
            continue
        try:
            seen = list(look(judge, submission))
        except Broken as problem:
            seen = [(f"it broke {problem.finding.rule}", None)]
        for behaviour, as_chosen in seen:
            judge.coverage.saw(contract.name, silence.id, behaviour, as_chosen)
        if seen:
            return


def _touched(judge: Judge, contract: Contract, silence: Silence) -> None:
    """For a silence of a schema: what becomes of items that break that schema."""
    for submission in contract.submissions:
        if not judge.workshop(submission).usable:
            continue
        for probe in probes(judge.workshop(submission)):
            if silence.id in probe.silences and probe.keyed and not probe.valid:
                episode = judge.episode(SUITE)
                key = f"{episode.namespace}k"
                item = judge.workshop(submission).keyed(probe.item, key)
                states = _states(judge, submission, episode, [item])
                told = f"{probe.told} is {', '.join(states)}"
                saving = submission.lifecycle.saving
                judge.coverage.saw(contract.name, silence.id, told, states[0] not in saving)
                return
    judge.coverage.reasons[f"silences|{contract.name}|{silence.id}"] = (
        "it is about the form of the contract itself, which this server shares"
    )


# --- looking without judging ---------------------------------------------------------------------


def _submitted(judge: Judge, submission: Submission, episode: Episode, letters: str) -> Submitted:
    made = judge.begin(
        episode, submission, stories.Cast(judge, submission, episode.namespace).entries(letters)
    )
    judge.mismatches(made)
    return made


def _states(
    judge: Judge, submission: Submission, episode: Episode, items: list[object]
) -> list[str]:
    made = judge.begin(episode, submission, [spelled(item) for item in items])
    judge.mismatches(made)
    return made.states


def _story(*steps: str, expected: str | None = None) -> Look:
    """Play a story; tell the states of its last step."""

    def look(judge: Judge, submission: Submission) -> Iterable[Seen]:
        if not submission.lifecycle.key:
            return
        episode = judge.episode(SUITE)
        for step in steps:
            made = _submitted(judge, submission, episode, step)
        came = ", ".join(made.states)
        strict = [one.strict.then for one in made.allowed or []]
        yield f"{'; then '.join(steps)}: {came}", made.states == strict

    return look


def _status(
    told: str, ask: Callable[[Judge, Submission, Episode], Reply | None], *chosen: int
) -> Look:
    def look(judge: Judge, submission: Submission) -> Iterable[Seen]:
        reply = ask(judge, submission, judge.episode(SUITE))
        if reply is not None:
            yield f"{told}: {reply.status}", reply.status in chosen if chosen else None

    return look


def _body(text: bytes) -> Callable[[Judge, Submission, Episode], Reply | None]:
    def ask(judge: Judge, submission: Submission, episode: Episode) -> Reply:
        return judge.send(episode, submission.operation, headers=JSON, body=text)

    return ask


def _get_status(identifier: str) -> Callable[[Judge, Submission, Episode], Reply | None]:
    def ask(judge: Judge, submission: Submission, episode: Episode) -> Reply | None:
        if submission.status is None:
            return None
        path = re.sub(r"\{[^}]*\}", identifier, submission.status.path)
        return judge.send(episode, submission.status, path)

    return ask


def _too_many(judge: Judge, submission: Submission, episode: Episode) -> Reply | None:
    if submission.max_items is None:
        return None
    body = b"[" + b",".join([b"{}"] * (submission.max_items + 1)) + b"]"
    return judge.send(episode, submission.operation, headers=JSON, body=body)


def _without_token(judge: Judge, submission: Submission, episode: Episode) -> Reply | None:
    return judge.send(episode, submission.operation, who=None, headers=JSON, body=b"[{}]")


def _filter(judge: Judge, submission: Submission) -> Iterable[Seen]:
    parameter = filters.state_filter(submission)
    if parameter is None or submission.status is None:
        return
    episode = judge.episode(SUITE)
    made = _submitted(judge, submission, episode, "A, B, B'")
    known = str(parameter["schema"]["enum"][0])
    for value in (known, known.swapcase(), "Nope"):
        path = f"{made.status_path}?{parameter['name']}={value}"
        reply = judge.send(episode, submission.status, path)
        expected = 400 if value == "Nope" else 200
        yield f"?{parameter['name']}={value} is {reply.status}", reply.status == expected


def _repeat(judge: Judge, submission: Submission) -> Iterable[Seen]:
    header = submission.key_header
    if header is None:
        return
    episode = judge.episode(SUITE)
    entries = stories.Cast(judge, submission, episode.namespace).entries("A")
    headers = {header: f"{episode.namespace}key"}
    first = judge.post(episode, submission, entries, headers=headers)
    again = judge.post(episode, submission, entries, headers=headers)
    same = first.body == again.body
    yield ("a repeat gives the first answer" if same else "a repeat is checked anew"), same
    plain = judge.post(
        episode, submission, stories.Cast(judge, submission, episode.namespace).entries("B")
    )
    yield f"without a key it is {plain.status}", plain.status < 300


def _unknown_member(judge: Judge, submission: Submission) -> Iterable[Seen]:
    episode = judge.episode(SUITE)
    workshop = judge.workshop(submission)
    item = {**workshop.keyed(workshop.full, f"{episode.namespace}k"), "x_unknown": [1, "é"]}
    states = _states(judge, submission, episode, [item])
    yield f"an item with an unknown member is {states[0]}", states[0] in submission.lifecycle.saving


def _errors(judge: Judge, submission: Submission) -> Iterable[Seen]:
    episode = judge.episode(SUITE)
    made = _submitted(judge, submission, episode, "A, A, B!")
    for entry in made.seen or []:
        errors = entry["status"]["validation_errors"]
        plain = re.sub(rf"{judge.settings.run}\S*", "...", str(errors))
        yield f"{entry['status']['state']} says {plain[:120]}", None


def _echo(judge: Judge, submission: Submission) -> Iterable[Seen]:
    episode = judge.episode(SUITE)
    made = _submitted(judge, submission, episode, "A!, B")
    whole = all(
        canonical(entry["data"]) == canonical(sent.value)
        for entry, sent in zip(made.seen or [], made.entries, strict=True)
    )
    yield ("data holds the item, also of a failure" if whole else "data differs"), whole


def _order(judge: Judge, submission: Submission) -> Iterable[Seen]:
    episode = judge.episode(SUITE)
    made = _submitted(judge, submission, episode, "D, B!, C, A, C, B")
    data = [canonical(entry["data"]) for entry in made.seen or []]
    kept = data == [canonical(entry.value) for entry in made.entries]
    yield ("in request order" if kept else "in another order"), kept


def _code(judge: Judge, submission: Submission) -> Iterable[Seen]:
    episode = judge.episode(SUITE)
    for letters in ("A, B", "A!"):
        made = _submitted(judge, submission, episode, letters)
        expected = judge.answers.success(submission.operation)
        told = "saved items" if letters == "A, B" else "only failures"
        yield f"{told}: {made.reply.status}", made.reply.status == expected


def _zero(judge: Judge, submission: Submission) -> Iterable[Seen]:
    """Numbers of mixed signs, and zero beside both."""
    workshop = judge.workshop(submission)
    names = [
        name
        for name, value in workshop.full.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if len(names) < 2:
        return
    one, two = names[:2]
    for first, second in ((100, -1), (-100, 1), (0, 1), (0, -1), (1, 0), (0, 0)):
        episode = judge.episode(SUITE)
        item = put(put(workshop.full, (one,), first), (two,), second)
        item = workshop.keyed(item, f"{episode.namespace}k")
        (state,) = _states(judge, submission, episode, [item])
        saved = state in submission.lifecycle.saving
        yield (
            f"{one} {first} with {two} {second} is {state}",
            saved == workshop.validity.is_valid(item),
        )


def _final_at_once(judge: Judge, submission: Submission) -> Iterable[Seen]:
    if not submission.asynchronous:
        return
    episode = judge.episode(SUITE)
    made = _submitted(judge, submission, episode, "A, B!, C, C")
    yield f"all of {len(made.states)} items were final together", True


def _unrelated(judge: Judge, submission: Submission) -> Iterable[Seen]:
    """An item that refers to something that was never sent."""
    properties = shape(submission.item_schema).get("properties", {})
    others = [
        name
        for name in properties
        if name not in submission.lifecycle.key
        and any(name in one.lifecycle.key for one in judge.contract.submissions)
    ]
    if not others:
        return
    episode = judge.episode(SUITE)
    workshop = judge.workshop(submission)
    item = put(
        workshop.keyed(workshop.full, f"{episode.namespace}k"), (others[0],), "never-sent-17"
    )
    (state,) = _states(judge, submission, episode, [item])
    yield f"with an unknown {others[0]} it is {state}", state in submission.lifecycle.saving


def _overlap(judge: Judge, submission: Submission) -> Iterable[Seen]:
    workshop = judge.workshop(submission)
    if "time_period" not in workshop.full or not submission.lifecycle.key:
        return
    episode = judge.episode(SUITE)
    start, end = list(get(workshop.full, ("time_period",)))[:2]
    items: list[object] = []
    for number, (first, last) in enumerate((("01", "31"), ("15", "15"))):
        period = {start: f"2025-01-{first}T00:00:00.000Z", end: f"2025-01-{last}T23:59:59.999Z"}
        key = f"{episode.namespace}k{number}"
        items.append(workshop.keyed(put(workshop.full, ("time_period",), period), key))
    states = _states(judge, submission, episode, items)
    saved = all(state in submission.lifecycle.saving for state in states)
    yield f"a month and one of its days are {', '.join(states)}", saved


LOOKS: tuple[tuple[str, Look], ...] = (
    (r"A, A and A'", _story("A, A, A'")),
    (r"invalid item take part", _story("A, A!")),
    (r"invalid item take part", _story("A!, A!")),
    (r"identical items that were saved", _story("A", "A, A")),
    (r"key of a saved record and other data", _story("A", "A'")),
    (r"saved claim corrected", _story("A", "A'")),
    (r"does identical compare", _story("A, A~")),
    (r"take.* in which spelling|values does the state filter", _filter),
    (r"type has validation_errors|members named in errors|text of a Failed item", _errors),
    (r"hold the item as it was sent", _echo),
    (r"HTTP code", _code),
    (r"empty array, a body", _status("an empty array", _body(b"[]"), 400)),
    (r"empty array, a body", _status("an object", _body(b"{}"), 400)),
    (r"empty array, a body", _status("an array of numbers", _body(b"[1]"), 400)),
    (r"unknown, foreign or malformed", _status("an unknown id", _get_status(NOBODY), 404)),
    (r"unknown, foreign or malformed", _status("a malformed id", _get_status("17"), 400)),
    (r"failed authentication", _status("no token", _without_token, 401)),
    (r"(idempotency|retry|request) key", _repeat),
    (r"mixed signs", _zero),
    (r"members that nobody described", _unknown_member),
    (r"order are results", _order),
    (r"final while others", _final_at_once),
    (r"How many \w+ may a request", _status("one item more than allowed", _too_many, 413)),
    (r"unknown client", _unrelated),
    (r"month and its days", _overlap),
)
