"""Stories in letters, and how they are played.

`A`, `B`: items of different keys; `A'`, `A''`: the key of A and other data; `A!`, `A!!`: the key
of A and invalid; `A~`: A in another spelling; `?`, `??`: invalid items without a key, which
differ. A step is one request; `b:` before it lets the other partner send it.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import yaml

from contract_tests.generation.items import Workshop, drop
from contract_tests.generation.variations import Probe, probes
from contract_tests.judging.outcomes import key_of
from contract_tests.judging.session import Judge
from contract_tests.judging.submitted import (
    Entry,
    Episode,
    Submitted,
    member_of,
    record_path,
    spelled,
)
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import Contract, Submission, folders
from contract_tests.reading.equality import canonical
from contract_tests.reading.validity import fits

STORIES: tuple[tuple[str, ...], ...] = (
    ("A",),
    ("A, A",),
    ("A, A, A",),
    ("A, A, A, A",),
    ("A, A'",),
    ("A', A",),
    ("A, A', A''",),
    ("A, A, A'",),
    ("A, A', A",),
    ("A, B, A', B",),
    ("A, B, B', A", "B", "A"),
    ("A!",),
    ("A!, A!",),
    ("A!, A!!",),
    ("A, A!",),
    ("A!, A",),
    ("A!, A, A",),
    ("A!, B",),
    ("A, B!, C, D!, E",),
    ("B, A!, A!, C, C",),
    ("A!, B, B'",),
    ("A", "A, B!", "A, B, B'"),
    ("A", "A"),
    ("A", "A", "A"),
    ("A", "A'"),
    ("A", "A'", "A"),
    ("A", "A'", "A'"),
    ("A", "A, A"),
    ("A", "A, A'"),
    ("A", "A', A'"),
    ("A", "A, A'", "A"),
    ("A", "A!"),
    ("A", "A!", "A"),
    ("A", "A, A!"),
    ("A", "B, A, C", "C, B"),
    ("A, B, C", "C", "A", "B"),
    ("A, A'", "A"),
    ("A, A'", "A'"),
    ("A, A', A''", "A''"),
    ("A, A'", "A", "A'"),
    ("A!", "A"),
    ("A!", "A!"),
    ("A!, A!!", "A"),
    ("A, A!", "A"),
    ("A!", "A", "A!"),
    ("?",),
    ("?, ?",),
    ("?, A, ?", "A, ?"),
    ("?, ??",),
    ("?", "??, A, ?"),
    ("A, A~",),
    ("A", "A~"),
    ("A, B, A~, B'",),
    ("A, B, C, D, E, F, A",),
    ("A, B, C, D, E, F, A'",),
    ("A, A", "A, B", "B"),
)
OTHER_STORIES: tuple[tuple[str, ...], ...] = (
    ("b: A", "A"),
    ("b: A", "A'"),
    ("A", "b: A", "A", "b: A"),
    ("b: A, A'", "A"),
    ("A", "b: A'", "b: A"),
)


class Cast:
    """The items behind the letters of one story; all keys begin with its namespace."""

    def __init__(self, judge: Judge, submission: Submission, namespace: str, who: str = "a"):
        self.workshop = judge.workshop(submission, who)
        self.namespace = namespace
        self.variants = self.workshop.variants()
        self.invalid = breaking(judge.workshop(submission))

    def entry(self, letter: str, rule: str | None = None) -> Entry:
        """Return the item that a letter stands for."""
        name = letter[0]
        key = f"{self.namespace}k{ord(name)}"
        first = self.workshop.keyed(self.variants[0], key)
        if name == "?":
            members = self.workshop.submission.lifecycle.key or tuple(first)[:1]
            if letter == "??":
                first = self.workshop.keyed(self.variants[1 % len(self.variants)], key)
            return spelled(drop(first, (members[0],)), rule)
        if letter.endswith("~"):
            return spelled(first, rule, style="reversed")
        if "!" in letter:
            probe = self.invalid[(letter.count("!") - 1) % len(self.invalid)]
            return spelled(self.workshop.keyed(probe.item, key), rule)
        number = letter.count("'") % len(self.variants)
        return spelled(self.workshop.keyed(self.variants[number], key), rule)

    def entries(self, request: str) -> list[Entry]:
        """Return the items of a request like `A, B, A'`."""
        return [self.entry(letter.strip()) for letter in request.split(",")]


_BREAKING: WeakKeyDictionary[Workshop, list[Probe]] = WeakKeyDictionary()


def breaking(workshop: Workshop) -> list[Probe]:
    """Return some items that are invalid for every partner, one for each constraint."""
    if workshop not in _BREAKING:
        found: dict[str, Probe] = {}
        for probe in probes(workshop):
            if not probe.valid and probe.keyed and probe.rule.startswith("schema."):
                found.setdefault(probe.rule, probe)
        _BREAKING[workshop] = sorted(found.values(), key=lambda one: ".required" not in one.rule)
    return _BREAKING[workshop]


def play(judge: Judge, submission: Submission, steps: Sequence[str], suite: str) -> None:
    """Play a story, each step settled before the next; raises Broken where it goes wrong."""
    try:
        _play(judge, submission, steps, suite)
    except Broken as problem:
        problem.finding = dataclasses.replace(problem.finding, plain=is_plainly_told(steps))
        raise


def is_plainly_told(steps: Sequence[str]) -> bool:
    """Whether nothing but the rows is tried in a story: no other spelling of an item."""
    return not any("~" in step for step in steps)


def _play(judge: Judge, submission: Submission, steps: Sequence[str], suite: str) -> None:
    if submission.max_items and any(one.count(",") >= submission.max_items for one in steps):
        return  # no request may be that long
    episode = judge.episode(suite)
    cast = Cast(judge, submission, episode.namespace)
    made: list[Submitted] = []
    seen: dict[str, set[str]] = {}
    for step in steps:
        who, _, request = step.rpartition(":")
        who = who.strip() or "a"
        names = {letter.strip()[0] for letter in request.split(",")}
        entries = cast.entries(request)
        if names & seen.get("a" if who == "b" else "b", set()) and not names & seen.get(who, set()):
            # New to this partner, though not to the other one.
            entries = [dataclasses.replace(one, rule="access.partner-records") for one in entries]
        seen.setdefault(who, set()).update(names)
        one = judge.submit(episode, submission, entries, who)
        if submission.asynchronous:
            judge.settle(one)
        made.append(one)
    look_again(judge, made)


def look_again(judge: Judge, made: Sequence[Submitted]) -> None:
    """Final is for ever: read every status again, and every record."""
    for one in made:
        if one.submission.asynchronous:
            judge.poll(one)
        read_records(judge, one)


def read_records(judge: Judge, made: Submitted) -> None:
    """Compare what can be read by key with what the server said it has saved."""
    record = made.submission.record
    if record is None or not made.submission.lifecycle.key:
        return
    store = judge.outcomes.records(made.who, made.submission)
    keys = {
        key_of(made.submission, entry.value): number
        for number, entry in enumerate(made.entries)
        if is_readable(made.submission, entry.value)
    }
    most = judge.settings.pick(12, 500, 2000)  # of a long batch, some from all over it
    for key, number in list(keys.items())[:: max(1, -(-len(keys) // most))]:
        check_record(judge, made, number, [saved.value for saved in store.get(key, [])])


def check_record(judge: Judge, made: Submitted, number: int, saved: list[Any]) -> None:
    """Read one record and compare it with the values that may stand there."""
    record = made.submission.record
    if record is None:
        return
    entry = made.entries[number]
    path = record_path(made.submission, entry.value)
    reply = judge.send(made.episode, record, path, who=made.who, sent=f"GET {path}")
    sent = f"GET {path} after {entry.text}"
    if not saved:
        if reply.status != 404:
            raise judge.fail(made.episode, "record.absent", record.id, sent, ["404"], reply.told())
        judge.error_form(made.episode, record, reply, sent, pointers=False)
        return
    if reply.status != 200:
        raise judge.fail(made.episode, "record.saved", record.id, sent, ["200"], reply.told())
    if canonical(reply.json()) not in saved:
        raise judge.fail(
            made.episode,
            "record.kept",
            record.id,
            sent,
            ["the record as it was saved"],
            reply.told(),
        )


# Makes text of every scalar; the C parser where there is one.
_TEXT = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


# --- cases of the fixtures -----------------------------------------------------------------------


def case_files(contract: Contract) -> list[Path]:
    """Return the files of cases that are shipped for a contract."""
    found: list[Path] = []
    for folder in folders("fixtures"):
        found += sorted((folder / "cases" / contract.name).glob("*.yaml"))
    return found


def cases(contract: Contract, submission: Submission) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Yield every case of a submission with the letters of its file."""
    for path in case_files(contract):
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_TEXT)  # noqa: S506 - makes text only
        if value["operation"] != submission.id:
            continue
        for case in value["cases"]:
            yield case, value["letters"]


def is_plain(case: Mapping[str, Any]) -> bool:
    """Whether a case asks nothing but that its own requests are sent, one after the other."""
    return not case.keys() & {
        "fresh_world",
        "partner_currency",
        "saved_by",
        "saved_of_another_partner",
    }


def case_entries(request: Sequence[str], letters: Mapping[str, str], namespace: str) -> list[Entry]:
    """Return the items of a request of a case, as they are spelled in its file."""
    texts = [letters[letter].strip().replace("{run}", namespace) for letter in request]
    return [Entry(json.loads(text), text) for text in texts]


def play_case(
    judge: Judge, submission: Submission, case: Mapping[str, Any], letters: Mapping[str, str]
) -> None:
    """Play a case of the fixtures; raises Broken where the server differs."""
    if case.get("fresh_world") == "true":
        return
    currency = judge.target.partner("a").profile.get("currency", "GBP")
    if case.get("partner_currency", "GBP") != currency:
        return
    other = case.get("saved_of_another_partner", [])
    if other and not judge.target.has_other:
        return
    episode = judge.episode("cases")
    for who, requests in (("b", other), ("a", case.get("saved", []))):
        by = case.get("saved_by") if who == "a" else None
        saver = submission
        if by:
            if by["contract"] != judge.contract.name:
                return
            saver = next(o for o in judge.contract.submissions if o.id == by["operation"])
        for request in requests:
            _played(judge, episode, saver, request, letters, who)
    made = [
        _played(judge, episode, submission, request, letters, "a") for request in case["requests"]
    ]
    pinned = judge.settings.mode == "strict" or not case.get("silences")
    if pinned:
        _compare(judge, case, made)
    look_again(judge, made)


def _played(
    judge: Judge,
    episode: Episode,
    submission: Submission,
    request: Sequence[str],
    letters: Mapping[str, str],
    who: str,
) -> Submitted:
    entries = case_entries(request, letters, episode.namespace)
    one = judge.submit(episode, submission, entries, who)
    if submission.asynchronous:
        judge.settle(one)
    return one


def _compare(judge: Judge, case: Mapping[str, Any], made: Sequence[Submitted]) -> None:
    for one, expected in zip(made, case["expected"], strict=True):
        for number, (state, wanted) in enumerate(zip(one.states, expected, strict=True)):
            if state == wanted:
                continue
            free = judge.settings.mode != "strict" and one.allowed is not None
            if free and one.allowed and state in one.allowed[number].states:
                continue  # a silence that the case does not name leaves it open
            allowed = one.allowed[number].strict if one.allowed else None
            rule = f"outcome.{allowed.when}" if allowed else "case"
            raise judge.fail(
                one.episode,
                rule,
                one.submission.id,
                one.entries[number].text,
                [wanted],
                state,
                sentence=str(case["name"]),
                source=str(case["source"]),
            )


def is_readable(submission: Submission, value: Any) -> bool:
    """Whether a key can stand in a path: plain text that the parameters allow."""
    if submission.record is None or not isinstance(value, dict):
        return False
    if submission.record.path.count("{") != len(submission.lifecycle.key):
        return False  # it is read by more, or by less, than its key
    if not all(
        isinstance(value.get(member), str)
        and re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}", value[member]) is not None
        for member in submission.lifecycle.key
    ):
        return False
    return all(
        fits(parameter.get("schema", {}), value[member_of(submission, str(parameter["name"]))])
        for parameter in submission.record.parameters
        if parameter.get("in") == "path"
    )
