"""A first look: one valid item for each submission, so that what is broken at its root is told once.

What depends on it is not judged then: every other test would break at the same place.
"""

from __future__ import annotations

from functools import partial

from contract_tests.http.failures import NotAllowed
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Submission
from contract_tests.reading.silences import OtherRetry
from contract_tests.scenarios.letters import Letters

ROOTS = frozenset(
    {
        catalogue.ANSWER_GIVEN,
        catalogue.ANSWER_NO_SERVER_ERROR,
        catalogue.SUBMISSION_ACCEPTED,
        catalogue.SUBMISSION_STATUS_URI,
        catalogue.STATE_LIVENESS,
    }
)
"""What nothing else of a submission can be judged without."""
_FORMS = 3  # answers to a submission and of its status that may be undocumented


def first_look(session: Session) -> None:
    """Look at every submission of a contract; note what is broken at its root, and leave out what depends on it."""
    if session.dry or session.asking.client.budget.limits.read_only:
        return
    looked_at = session.usable
    problems = session.together([partial(_root, one) for one in looked_at])
    for submission, problem in zip(looked_at, problems, strict=True):
        if problem is not None:
            session.note(problem)
            session.leave_out(submission, problem)


def _root(submission: Submission, session: Session) -> Broken | None:
    """Return what is broken at the root of a submission; what fails is tried once more, for it may be an accident."""
    problem = _tried(session, submission)
    if problem is not None and _needs_keys(session, submission, problem):
        problem = _tried(session, submission)
    for _ in range(_FORMS):
        if problem is None or not _is_told(session, problem):
            break
        problem = _tried(session, submission)
    if problem is None or problem.finding.requirement not in ROOTS:
        return None
    if problem.finding.requirement == catalogue.STATE_LIVENESS:
        return problem
    again = _tried(session, submission)
    return again if again is not None and again.finding.requirement in ROOTS else None


def _is_told(session: Session, problem: Broken) -> bool:
    """Whether it is an answer of another form than is documented: told here once, it hides nothing else."""
    finding = problem.finding
    if finding.requirement != catalogue.ANSWER_DOCUMENTED or finding.answer is None:
        return False
    session.note(problem)
    session.asking.undocumented |= {(one, finding.answer[0]) for one in finding.operations}
    return True


def _needs_keys(session: Session, submission: Submission, problem: Broken) -> bool:
    """Whether a server may ask for an idempotency key with every submission; from then on there is one."""
    needed = [silence for silence, one in session.freedom.open(OtherRetry) if one.key == "required"]
    answer = problem.finding.answer
    refused = answer is not None and 400 <= answer[0] < 500
    if not needed or not refused or submission.operation.key_header is None:
        return False
    session.asking.needs_keys = True
    for silence in needed:
        session.coverage.saw(silence, "without a key it is refused", as_chosen=False)
    return True


def _tried(session: Session, submission: Submission) -> Broken | None:
    story = session.story(Suite.LIFECYCLE)
    try:
        made = session.begin(
            story, submission, Letters(session, submission, story.namespace).entries("A")
        )
        session.wait(made)
    except Broken as problem:
        return problem
    except NotAllowed:
        return None
    return None
