"""Bad bodies, refused as a whole and without a trace, and good ones that servers stumble over (docs/contracts.md#bodies)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from contract_tests.generation.items import ItemMaker
from contract_tests.http.messages import Request
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.asking import CLEAR, Asked
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.problems import error_pointers
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, Step, Story
from contract_tests.reading.contract import ErrorForm, Submission
from contract_tests.reading.json_text import parsed
from contract_tests.scenarios.attempts import attempted, first_noted, first_of_each_noted, trial
from contract_tests.scenarios.bad_bodies import CALM, BadBody, bad_bodies, every_bad
from contract_tests.scenarios.questions import Question, Steps, judge_questions
from contract_tests.scenarios.shrinking import note
from contract_tests.scenarios.valid_items import once_refused, valid


def test_bad_bodies_are_refused_and_leave_no_trace(session: Session, usable: Submission) -> None:
    """Each bad body in turn; what stood in it is new afterwards."""
    kept = session.story(Suite.BODIES)
    good = once_refused(session, usable, kept, "kept")
    calm = once_refused(session, usable, kept, "calm")
    acts = [
        trial(_require_refused, usable, session.story(Suite.BODIES), bad)
        for bad in every_bad(good.text, calm.text, usable.max_items)
    ]
    if first_of_each_noted(session, acts):
        return
    if session.asking.takes_bad_bodies:  # items that stand in an array may be kept
        problem = _trace(session, usable, _holds_no_item) or _uncounted(session, usable)
    else:
        problem = attempted(partial(_submit, session, usable, kept, good))
        if problem is not None:
            problem = _trace(session, usable, _is_refused) or problem
    if problem is not None:
        note(session, problem)


def _require_refused(session: Session, submission: Submission, story: Story, bad: BadBody) -> Asked:
    asking, operation = session.asking, submission.operation
    request = Request(operation.method, operation.path, dict(bad.headers), bad.body, bad.recipe)
    asked = asking.ask(story, operation, request, bad.about)
    asking.require_refused(asked, bad.requirement, bad.statuses)
    if asked.reply.status == 400:
        asking.require_error_form(asked, pointers=True)
        _require_pointer(session, asked, bad)
    return asked


def _require_pointer(session: Session, asked: Asked, bad: BadBody) -> None:
    """Raise Broken when an error points to another item than the one that is wrong."""
    if bad.wrong is None or session.contract.error_form is not ErrorForm.PROBLEM:
        return
    pointers = error_pointers(asked.reply) or []
    places = [one.lstrip("#").split("/")[1:2] for one in pointers]
    items = {place for (place,) in filter(None, places) if place.isdigit()}
    if items - {str(bad.wrong)}:
        expected = f"a pointer to #/{bad.wrong}"
        raise session.asking.breaks(asked, catalogue.ERROR_POINTERS, expected)


def _submit(session: Session, submission: Submission, story: Story, entry: Entry) -> None:
    session.settle(session.submit(story, submission, [entry]))


def _is_refused(bad: BadBody) -> bool:
    return bad.statuses != CALM


def _holds_no_item(bad: BadBody) -> bool:
    """Whether no item of an array is good: where it is taken all the same, all of it fails."""
    return bad.requirement is catalogue.BODY_NOT_AN_ARRAY and bad.wrong is None


def _trace(
    session: Session, submission: Submission, leaves_none: Callable[[BadBody], bool]
) -> Broken | None:
    """Return the trace that one bad body leaves, as it and one good body show it; None when none does."""
    for number, model in enumerate(bad_bodies("{}", submission.max_items)):
        if not leaves_none(model):
            continue
        story = session.story(Suite.BODIES)
        good = once_refused(session, submission, story, "k")
        bad = list(bad_bodies(good.text, submission.max_items))[number]
        if attempted(partial(_require_refused, session, submission, story, bad)) is None:
            found = attempted(partial(_submit, session, submission, story, good))
            if found is not None:
                return found
    return None


def _uncounted(session: Session, submission: Submission) -> Broken | None:
    """Return what shows that a server which takes items that are no objects does not answer for each; else None."""
    for number, model in enumerate(bad_bodies("{}", submission.max_items)):
        if model.wrong is None:
            continue
        story = session.story(Suite.BODIES)
        good = once_refused(session, submission, story, "k")
        bad = list(bad_bodies(good.text, submission.max_items))[number]
        found = attempted(partial(_require_counted, session, submission, story, bad))
        # How what is no object is shown, the contract leaves open as well.
        if found is not None and found.finding.requirement is catalogue.RESULT_ENTRIES:
            return found
    return None


def _require_counted(session: Session, submission: Submission, story: Story, bad: BadBody) -> None:
    asked = _require_refused(session, submission, story, bad)
    if asked.reply.status < 300:
        entries = tuple(Entry(one, json.dumps(one)) for one in json.loads(bad.body))
        session.wait(session.accepted(asked, Step(submission, Caller.FIRST, entries)))


def test_the_content_type_is_read_as_http_says(session: Session, usable: Submission) -> None:
    """Case and parameters of the type do not matter; a chunked body is a body."""
    spellings = (
        {"Content-Type": "Application/JSON"},
        {"Content-Type": "APPLICATION/JSON; charset=utf-8"},
        {"Content-Type": "application/json; charset=utf-8"},
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Type": "application/json", "Transfer-Encoding": "chunked"},
    )
    acts = [
        trial(_submit_with, usable, f"k{number}", headers)
        for number, headers in enumerate(spellings)
    ]
    first_noted(session, acts)


def _submit_with(
    session: Session, submission: Submission, name: str, headers: dict[str, str]
) -> None:
    story = session.story(Suite.BODIES)
    step = Step(submission, Caller.FIRST, (valid(session, submission, story, name),))
    asked = session.post(story, step, headers)
    if asked.reply.status >= 300:
        expected = str(submission.operation.success)
        raise session.asking.breaks(asked, catalogue.BODY_ACCEPTED_TYPES, expected)
    session.settle(session.accepted(asked, step))


TEXTS = (
    '"\\ud83d\\ude00 \U0001f600"',
    '"\\u0000"',
    '"line\\nbreak\\ttab\\"quote\\\\"',
    '"  spaces  "',
    '"ä ö ü ß é 漢字 עברית"',
    '"e\\u0301 \\u00e9"',
    "12345678901234567890",
    "9007199254740993",
    "0.1",
    "1.005",
    "123456.789",
    "1e-10",
    "null",
    "[]",
    "{}",
    '[3, 1, 2, 1, null, [], {"b": 1, "a": null}]',
    '{"": "empty name", "a b": 1, "A": 1, "a": 2}',
    "[" * 30 + "]" * 30,
    '"2024-04-23T13:44:03+02:00"',
    '"<script>alert(1)</script>"',
    """\"O'Brien's 'x'; -- $a {{b}} %s %n\"""",
    '"a\\/b"',
    '"' + "a" * 5000 + '"',
    json.dumps([*range(60)]),
)


def test_texts_of_every_kind_are_taken_and_echoed(session: Session, usable: Submission) -> None:
    """Valid JSON that servers are known to stumble over."""
    maker = session.maker(usable)
    if not maker.validity.is_valid({**maker.full, "x_any": 1}):
        pytest.skip("the items take no unknown members")
    questions = [_with_text(maker, text) for text in TEXTS]
    judge_questions(session, usable, questions, Suite.BODIES)


def _with_text(maker: ItemMaker, text: str) -> Question:
    def ask(prefix: str) -> Steps:
        item = maker.keyed(maker.full, f"{prefix}k")
        spelled = f'{json.dumps(item)[:-1]}, "x_any": {text}}}'
        return [[Entry(json.loads(spelled), spelled)]]

    return Question(ask)


def test_a_number_beyond_every_double_is_refused_or_kept(
    session: Session, usable: Submission
) -> None:
    """It is JSON, so a server may take it; what it takes, it echoes as it was sent."""
    maker = session.maker(usable)
    if not maker.validity.is_valid({**maker.full, "x_n": 1}):
        pytest.skip("the items take no unknown members")
    first_noted(session, [trial(_submit_number, usable, text) for text in ("1e999", "-1e999")])


def _submit_number(session: Session, submission: Submission, text: str) -> None:
    story, maker = session.story(Suite.BODIES), session.maker(submission)
    item = maker.keyed(maker.full, f"{story.namespace}k")
    spelled = f'{json.dumps(item)[:-1]}, "x_n": {text}}}'
    step = Step(submission, Caller.FIRST, (Entry(parsed(spelled), spelled),))
    asked = session.post(story, step)
    if asked.reply.status in CLEAR:
        session.asking.require_refused(asked, catalogue.BODY_CLEAR_REFUSAL, CLEAR)
    else:
        session.settle(session.accepted(asked, step))
