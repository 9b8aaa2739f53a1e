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
from contract_tests.judging.story import Submitted
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.silences import OtherPaths, OtherRetry, OtherSchema, Topic
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
    # The first one alone: where its paths stand, those of the others do as well.
    problems = [
        problem
        for part in (looked_at[:1], looked_at[1:])
        for problem in session.together([partial(_root, one) for one in part])
    ]
    for submission, problem in zip(looked_at, problems, strict=True):
        if problem is not None:
            session.note(problem)
            session.leave_out(submission, problem)


def _moved(session: Session, submission: Submission, problem: Broken) -> Broken | None:
    """Return what is broken once the paths are looked for where an alternative has them, if they are there.

    The alternative is taken under which most submissions are found.
    """
    client, best = session.asking.client, 0
    if not _leads_nowhere(problem):
        return problem
    here = there = client.server
    taken = ""
    for silence, one in session.freedom.open(OtherPaths):
        client.server = here.moving(by_prefix(session.contract, one))
        found = sum(not _leads_nowhere(_tried(session, other)) for other in session.usable)
        if found > best:
            best, there, taken = found, client.server, silence
    client.server = there
    if not taken:
        return problem
    told = f"{submission.operation.path} is at {there.url(submission.operation.path)}"
    session.coverage.saw(taken, told, as_chosen=False)
    return _tried(session, submission)


def _leads_nowhere(problem: Broken | None) -> bool:
    answer = None if problem is None else problem.finding.answer
    return answer is not None and answer[0] in {404, 405}


def by_prefix(contract: Contract, other: OtherPaths) -> dict[str, str]:
    """Return the paths of an alternative by those of the contract, without their parameters."""
    known = {one.id: one.status.path for one in contract.submissions if one.status is not None}
    pairs = {known.get(old, old): new for old, new in other.paths.items()}
    return {_fixed(old): _fixed(new) for old, new in pairs.items()}


def _fixed(path: str) -> str:
    return path.partition("/{")[0]


def _learn_status(session: Session, made: Submitted) -> None:
    """Ask for every status where the answer to a submission says that it stands."""
    status, client = made.submission.status, session.asking.client
    if status is None or made.status_path is None or not session.freedom.leaves_open(OtherPaths):
        return
    contracted, seen = _fixed(status.path), made.status_path.rpartition("/")[0]
    if client.server.url(contracted) != client.server.base_url.rstrip("/") + seen:
        client.server = client.server.moving({contracted: seen})
    for silence, one in session.freedom.open(OtherPaths):
        if by_prefix(session.contract, one).get(contracted) == seen:
            session.coverage.saw(silence, f"{contracted} is at {seen}", as_chosen=False)


def _takes_another_body(session: Session, submission: Submission, problem: Broken | None) -> bool:
    """Whether a valid body is refused by who may ask for one of another form; such a submission is not judged."""
    answer = None if problem is None else problem.finding.answer
    if problem is None or answer is None or not _is_refusal(problem) or _leads_nowhere(problem):
        return False
    for silence, _ in session.freedom.open(OtherSchema):
        about = session.contract.silences[silence].about
        if silence in submission.operation.silences and about is Topic.REQUEST_BODY:
            session.leave_to(submission, silence, f"an array of items is {answer[0]}")
            return True
    return False


def _root(submission: Submission, session: Session) -> Broken | None:
    """Return what is broken at the root of a submission; what fails is tried once more, for it may be an accident."""
    problem = _tried(session, submission)
    if problem is not None:
        problem = _moved(session, submission, problem)
    if problem is not None:
        problem = _with_key(session, submission, problem)
    if _takes_another_body(session, submission, problem):
        return None
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


def _with_key(session: Session, submission: Submission, problem: Broken) -> Broken | None:
    """Return what is broken once there is an idempotency key, where a server may ask for one and takes none without."""
    needed = [silence for silence, one in session.freedom.open(OtherRetry) if one.key == "required"]
    if not needed or not _is_refusal(problem) or submission.operation.key_header is None:
        return problem
    session.asking.needs_keys = True
    again = _tried(session, submission)
    if again is not None and _is_refusal(again):
        session.asking.needs_keys = False
        return problem
    for silence in needed:
        session.coverage.saw(silence, "without a key it is refused", as_chosen=False)
    return again


def _is_refusal(problem: Broken) -> bool:
    answer = problem.finding.answer
    return answer is not None and 400 <= answer[0] < 500


def _tried(session: Session, submission: Submission) -> Broken | None:
    story = session.story(Suite.LIFECYCLE)
    try:
        made = session.begin(
            story, submission, Letters(session, submission, story.namespace).entries("A")
        )
        _learn_status(session, made)
        session.wait(made)
    except Broken as problem:
        return problem
    except NotAllowed:
        return None
    return None
