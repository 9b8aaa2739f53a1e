"""The language-neutral cases of the fixtures: read as they are written, and played."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from contract_tests.http.partners import Caller
from contract_tests.judging.findings import Breach
from contract_tests.judging.findings import Case as Told
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, Story, Submitted
from contract_tests.reading import requirements
from contract_tests.reading.contract import Contract, Submission
from contract_tests.scenarios.records import look_again
from openapi_documents.shipped import folder

_TEXT = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Makes text of every scalar; the C parser where there is one."""
Requests = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Case:
    """A case for one submission; requests are lists of letters."""

    name: str
    source: str
    letters: Mapping[str, str]
    requests: Requests
    expected: Requests
    silences: Sequence[str] = ()
    fresh_world: bool = False
    partner: Mapping[str, str] = field(default_factory=dict)
    saved: Requests = ()
    saved_by: Mapping[str, str] = field(default_factory=dict)
    saved_of_another_partner: Requests = ()

    @property
    def told(self) -> Told:
        """Return what a finding tells of it."""
        return Told(self.name, self.source)

    @property
    def is_plain(self) -> bool:
        """Whether it asks nothing but that its own requests are sent, one after the other."""
        return not (self.fresh_world or self.saved_by or self.saved_of_another_partner)

    def entries(self, request: Sequence[str], namespace: str) -> list[Entry]:
        """Return the items of a request, as they are spelled in its file."""
        texts = [self.letters[one].strip().replace("{run}", namespace) for one in request]
        return [Entry(json.loads(text), text) for text in texts]


def cases(contract: Contract, submission: Submission) -> Iterator[Case]:
    """Yield every shipped case of a submission."""
    for path in sorted((folder("fixtures") / "cases" / contract.name).glob("*.yaml")):
        file = yaml.load(path.read_text(encoding="utf-8"), Loader=_TEXT)  # noqa: S506 - makes text only
        if file["operation"] == submission.id:
            for raw in file["cases"]:
                yield _case(file, raw)


def _case(file: Mapping[str, Any], raw: Mapping[str, Any]) -> Case:
    return Case(
        name=raw["name"],
        source=raw["source"],
        letters=file["letters"],
        requests=raw["requests"],
        expected=raw["expected"],
        silences=raw.get("silences", ()),
        fresh_world=raw.get("fresh_world") == "true",
        partner={**file.get("partner", {}), **raw.get("partner", {})},
        saved=raw.get("saved", ()),
        saved_by=raw.get("saved_by", {}),
        saved_of_another_partner=raw.get("saved_of_another_partner", ()),
    )


def can_play(session: Session, case: Case) -> bool:
    """Whether the partners of a run can play a case."""
    attributes = session.materials.attributes.get(Caller.FIRST, {})
    return (
        not case.fresh_world
        and all(attributes.get(name, value) == value for name, value in case.partner.items())
        and (not case.saved_of_another_partner or len(session.callers) > 1)
        and case.saved_by.get("contract", session.contract.name) == session.contract.name
        and (not case.saved_by or case.saved_by["operation"] in {one.id for one in session.usable})
    )


def play(session: Session, submission: Submission, case: Case) -> None:
    """Play a case that can be played; raises Broken where the server differs."""
    story = session.story(Suite.CASES)
    saver = submission
    if case.saved_by:
        operation = case.saved_by["operation"]
        saver = next(one for one in session.contract.submissions if one.id == operation)
    for request in case.saved_of_another_partner:
        _played(session, story, submission, case.entries(request, story.namespace), Caller.SECOND)
    for request in case.saved:
        _played(session, story, saver, case.entries(request, story.namespace), Caller.FIRST)
    made = [
        _played(session, story, submission, case.entries(request, story.namespace), Caller.FIRST)
        for request in case.requests
    ]
    if session.freedom.strict or not case.silences:
        _compare(session, case, made)
    look_again(session, made)


def _played(
    session: Session,
    story: Story,
    submission: Submission,
    entries: Sequence[Entry],
    caller: Caller,
) -> Submitted:
    one = session.submit(story, submission, entries, caller)
    if submission.asynchronous:
        session.settle(one)
    return one


def _compare(session: Session, case: Case, made: Sequence[Submitted]) -> None:
    for one, expected in zip(made, case.expected, strict=True):
        for number, (state, wanted) in enumerate(zip(one.states, expected, strict=True)):
            if state == wanted or one.allowed is None:
                continue
            allowed = one.allowed[number]
            if not session.freedom.strict and state in allowed.states:
                continue  # a silence that the case does not name leaves it open
            requirement = requirements.outcome(allowed.strict.when)
            breach = Breach(requirement.worded(case.name, case.source), (wanted,), state)
            sent = one.entries[number].text
            raise session.asking.broken(one.story, one.submission.id, sent, breach)
