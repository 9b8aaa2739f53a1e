"""Many small questions in few requests, and the smallest request that shows what went wrong.

A question is a list of steps, each with the items it adds to that step's request. Its keys are its own, so questions
cannot influence each other, and can be asked again alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken, Case
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Submission
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.scenarios.records import look_again
from contract_tests.scenarios.shrinking import note, reduced

Steps = list[list[Entry]]
Answer = Broken | list[tuple["Question", Broken]]
_ROUNDS = 4  # times that a batch is asked again without what broke its answer as a whole
_TRIES = 24  # requests that may be sent to find out which questions did


@dataclass(frozen=True)
class Question:
    """What is asked: given a prefix for its keys, the items of each step.

    A question that is a case is named where it shows something. A plain one is a story in which nothing but
    its rows is tried.
    """

    ask: Callable[[str], Steps]
    case: Case | None = None
    plain: bool = False


@dataclass(frozen=True)
class Inquiry:
    """Whose questions they are: a session, a submission and a suite."""

    session: Session
    submission: Submission
    suite: Suite


def judge_questions(
    session: Session,
    submission: Submission,
    questions: Sequence[Question],
    suite: Suite,
    size: int = 100,
) -> None:
    """Ask all questions in batches; note one finding per requirement, the smallest that shows it.

    Batches are asked side by side, but not those whose keys others may have too.
    """
    inquiry = Inquiry(session, submission, suite)
    noted: set[Requirement] = set()
    own = [one for one in questions if _has_own_keys(one)]
    shared = [one for one in questions if one not in own] if len(own) < len(questions) else []
    together = list(batches(own, submission.max_items, size))
    groups = [
        together[n : n + session.pool.size] for n in range(0, len(together), session.pool.size)
    ]
    groups += [[batch] for batch in batches(shared, submission.max_items, size)]
    for group in groups:
        answers = session.together([partial(_answer, inquiry, batch) for batch in group])
        for batch, answer in zip(group, answers, strict=True):
            forgotten = _judge_batch(inquiry, batch, answer, noted)
            if forgotten is not None:
                note(session, forgotten)
                return


def _has_own_keys(question: Question) -> bool:
    """Whether all of its items are others each time that it is asked."""
    once, again = (
        [entry.text for step in question.ask(prefix) for entry in step] for prefix in ("a.", "b.")
    )
    return not set(once) & set(again)


def _answer(inquiry: Inquiry, batch: list[Question], session: Session) -> Answer:
    """Ask a batch; return the questions whose outcomes are not allowed, or what is wrong with it as a whole."""
    try:
        return ask(replace(inquiry, session=session), batch)
    except Broken as whole:
        return whole


def batches(questions: Sequence[Question], most: int | None, size: int) -> Iterator[list[Question]]:
    """Yield the questions in batches of a size, in which no request has more items than it may.

    A question that is too long even alone is left out.
    """
    batch: list[Question] = []
    longest: list[int] = []
    for question in questions:
        lengths = [len(step) for step in question.ask("ct0123456789-1-q1.")]
        if most is not None and max(lengths) > most:
            continue
        grown = [sum(pair) for pair in itertools.zip_longest(longest, lengths, fillvalue=0)]
        if len(batch) == size or (most is not None and max(grown) > most):
            yield batch
            batch, grown = [], lengths
        batch.append(question)
        longest = grown
    if batch:
        yield batch


def _judge_batch(
    inquiry: Inquiry, batch: list[Question], answer: Answer, noted: set[Requirement]
) -> Broken | None:
    """Judge what came of a batch; return how records are forgotten, if that is what is wrong."""
    session, left = inquiry.session, batch
    for _ in range(_ROUNDS):
        if not isinstance(answer, Broken):
            return _judge_problems(inquiry, answer, noted)
        left = [] if session.dry else _without_culprits(inquiry, left, answer, noted)
        if not left:
            return None
        answer = _answer(inquiry, left, session)
    return None


def _without_culprits(
    inquiry: Inquiry, left: list[Question], whole: Broken, noted: set[Requirement]
) -> list[Question]:
    """Note why an answer as a whole is wrong; return the questions that have no part in it."""
    session, requirement = inquiry.session, whole.finding.requirement
    culprits, smallest = left, whole
    if not session.knows(requirement):
        culprits, smallest = narrow(inquiry, left, whole)
    if smallest.finding.requirement not in noted:
        noted.add(smallest.finding.requirement)
        note(session, smallest)
    return [one for one in left if one not in culprits]


def _judge_problems(
    inquiry: Inquiry, problems: list[tuple[Question, Broken]], noted: set[Requirement]
) -> Broken | None:
    session = inquiry.session
    for question, seen in problems:
        requirement = seen.finding.requirement
        if requirement in noted:
            continue
        noted.add(requirement)
        forgotten = _forgotten(inquiry, seen)
        if forgotten is not None:
            return forgotten
        known = session.knows(requirement)
        problem = seen if known else alone(inquiry, question, seen)
        if problem is not None:
            note(session, problem.but(case=question.case))
        elif catalogue.BATCH_EACH not in noted:
            noted.add(catalogue.BATCH_EACH)
            note(session, _in_company(session, seen))
    return None


def ask(inquiry: Inquiry, questions: Sequence[Question]) -> list[tuple[Question, Broken]]:
    """Ask questions together; return those whose outcomes are not allowed.

    Raises Broken when an answer as a whole is wrong.
    """
    session, submission = inquiry.session, inquiry.submission
    story = session.story(inquiry.suite)
    asked = [one.ask(f"{story.namespace}q{n}.") for n, one in enumerate(questions)]
    found: list[tuple[Question, Broken]] = []
    made = []
    for step in range(max(map(len, asked))):
        entries: list[Entry] = []
        owners: list[Question] = []
        for question, steps in zip(questions, asked, strict=True):
            own = steps[step] if step < len(steps) else []
            entries += own
            owners += [question] * len(own)
        one = session.begin(story, submission, entries)
        for problem in session.mismatches(one):
            owner = owners[problem.item]
            found.append((owner, problem.but(plain=owner.plain)))
        made.append(one)
    if not found:
        look_again(session, made if submission.record else made[:-1])
    return found


def alone(inquiry: Inquiry, question: Question, problem: Broken) -> Broken | None:
    """Return the problem as the question shows it when it is asked alone, if it does.

    None when what is told of an item's validity is right where the item is alone. Pairs that are told apart
    when they are alone are not compared for what stands before them.
    """
    requirement = problem.finding.requirement
    try:
        found = ask(inquiry, [question])
    except Broken as smaller:
        return smaller if smaller.finding.requirement == requirement else problem
    same = [one for _, one in found if one.finding.requirement == requirement]
    if same:
        return same[0]
    # What has no key of its own may have been saved, and be known, by now.
    fresh = question.ask("a.") != question.ask("b.")
    if found or not fresh:
        return problem
    if requirement == catalogue.EQUALITY_VALUES:
        return problem.but(requirement=catalogue.BATCH_FAR)
    return None if requirement.kind in {Kind.CONSTRAINT, Kind.RULE} else problem


def _in_company(session: Session, problem: Broken) -> Broken:
    """Return a fault that has nothing to do with what its item tries: it shows in company only."""
    small = reduced(session, problem)
    told = small.but(requirement=catalogue.BATCH_EACH, misjudged=None, place=None)
    session.findings.is_reduced(told.finding)
    return told


def _forgotten(inquiry: Inquiry, problem: Broken) -> Broken | None:
    """Return how a plain twin of a saved record is not known, when that is what went wrong.

    The values that a question compares have no part in it then: the server forgets its records.
    """
    misjudged, submission = problem.finding.misjudged, inquiry.submission
    if misjudged is None or misjudged.row is not Condition.TWIN_SAVED:
        return None
    if misjudged.state not in submission.lifecycle.saving:
        return None
    maker = inquiry.session.maker(submission)

    def twice(prefix: str) -> Steps:
        item = maker.keyed(maker.full, f"{prefix}k")
        return [[spelled(item)], [spelled(item, catalogue.MEMORY)]]

    try:
        found = ask(inquiry, [Question(twice)])
    except Broken:
        return None
    return found[0][1] if found else None


def narrow(
    inquiry: Inquiry, batch: Sequence[Question], whole: Broken
) -> tuple[list[Question], Broken]:
    """Return the fewest questions that still break the same requirement, and how they do."""
    current, smallest, tries = list(batch), whole, _TRIES
    parts = 2
    while len(current) > 1 and tries > 0:
        length = max(1, len(current) // parts)
        for start in range(0, len(current), length):
            tries -= 1
            candidate = current[start : start + length]
            problem = _breaks(inquiry, candidate, whole.finding.requirement)
            if problem is not None:
                current, smallest, parts = candidate, problem, 2
                break
            if tries <= 0:
                break
        else:
            if length == 1:
                break
            parts = min(parts * 2, len(current))
    return current, smallest


def _breaks(
    inquiry: Inquiry, candidate: Sequence[Question], requirement: Requirement
) -> Broken | None:
    try:
        ask(inquiry, candidate)
    except Broken as problem:
        return problem if problem.finding.requirement == requirement else None
    return None
