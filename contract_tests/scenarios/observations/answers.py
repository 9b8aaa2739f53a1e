"""How a server answers where the sources are silent: codes, forms and orders of its answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract_tests.http.messages import JSON, Request
from contract_tests.http.partners import Caller
from contract_tests.judging.coverage import Behaviour
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Step
from contract_tests.reading.contract import NOBODY, Operation, Submission
from contract_tests.reading.equality import canonical
from contract_tests.reading.silences import Silence
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.observations.states import submitted

_ERRORS_TOLD = 120  # characters
_NO_ID = "17"


def by_filter(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Filter a status by every state, by another case of one, and by nonsense."""
    parameter, status = submission.state_filter, submission.status
    if parameter is None or status is None:
        return
    story = session.story(Suite.SILENCES)
    made = submitted(session, submission, story, "A, B, B'")
    known = parameter.values[0]
    for value in dict.fromkeys((*parameter.values, known.lower(), known.swapcase(), "Nope")):
        chosen = 200 if value in parameter.values else 400
        query = f"?{parameter.name}={value}"
        request = Request("GET", f"{made.status_path}{query}")
        code = session.asking.ask(story, status, request).reply.status
        yield Behaviour(f"{query} is {code}", code == chosen)


def by_errors(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Tell what stands beside the states of items that were and were not saved."""
    story = session.story(Suite.SILENCES)
    made = submitted(session, submission, story, "A, A, B!")
    for entry in made.shown or ():
        plain = re.sub(rf"{session.plan.run}\S*", "...", str(entry.errors))
        yield Behaviour(f"{entry.state} says {plain[:_ERRORS_TOLD]}", None)


def by_echo(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Tell whether entries hold their items."""
    story = session.story(Suite.SILENCES)
    made = submitted(session, submission, story, "A!, B")
    pairs = zip(made.shown or (), made.entries, strict=True)
    whole = all(canonical(entry.item) == canonical(sent.value) for entry, sent in pairs)
    told = "an entry holds the item, also of a failure" if whole else "an entry holds another item"
    yield Behaviour(told, whole)


def by_result_order(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Tell the order of the entries."""
    story = session.story(Suite.SILENCES)
    made = submitted(session, submission, story, "D, B!, C, A, C, B")
    came = [canonical(entry.item) for entry in made.shown or ()]
    kept = came == [canonical(entry.value) for entry in made.entries]
    yield Behaviour("in request order" if kept else "in another order", kept)


def by_progress(session: Session, submission: Submission, silence: Silence) -> Iterator[Behaviour]:
    """Tell whether all items are final together; else it was seen, or a requirement is broken, on the way."""
    if submission.asynchronous:
        story = session.story(Suite.SILENCES)
        made = submitted(session, submission, story, "A, B!, C, C")
        if silence.id not in made.otherwise:
            yield Behaviour(f"all of {len(made.states)} items were final together", True)


def by_code(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Tell the code for items that are saved, and for items that are not."""
    story = session.story(Suite.SILENCES)
    for letters, told in (("A, B", "saved items"), ("A!", "only failures")):
        code = submitted(session, submission, story, letters).reply.status
        yield Behaviour(f"{told}: {code}", code == submission.operation.success)


def by_refused_bodies(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send bodies that are no array of objects."""
    bodies = {"an empty array": b"[]", "an object": b"{}", "an array of numbers": b"[1]"}
    for told, body in bodies.items():
        yield _answered(session, submission, told, body, 400)


def by_too_many(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send one item more than the contract allows."""
    if submission.max_items is not None:
        body = b"[" + b",".join([b"{}"] * (submission.max_items + 1)) + b"]"
        yield _answered(session, submission, "one item more than allowed", body, 413)


def by_credentials(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send nothing that shows who asks."""
    yield _answered(session, submission, "no token", b"[{}]", 401, caller=None)


def _answered(
    session: Session,
    submission: Submission,
    told: str,
    body: bytes,
    chosen: int,
    caller: Caller | None = Caller.FIRST,
) -> Behaviour:
    operation = submission.operation
    request = Request(operation.method, operation.path, JSON, body, caller=caller)
    return _code(session, operation, request, told, chosen)


def _code(
    session: Session, operation: Operation, request: Request, told: str, chosen: int
) -> Behaviour:
    story = session.story(Suite.SILENCES)
    code = session.asking.ask(story, operation, request).reply.status
    return Behaviour(f"{told}: {code}", code == chosen)


def by_status_ids(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Ask for the status of a submission that nobody made, and by what is no id."""
    status = submission.status
    if status is None:
        return
    for told, identifier, chosen in (
        ("an unknown id", NOBODY, 404),
        ("a malformed id", _NO_ID, 400),
    ):
        path = re.sub(r"\{[^}]*\}", identifier, status.path)
        yield _code(session, status, Request("GET", path), told, chosen)


def by_repeat(session: Session, submission: Submission, _: Silence) -> Iterator[Behaviour]:
    """Send a request twice under one idempotency key, and another without a key."""
    header = submission.operation.key_header
    if header is None:
        return
    story = session.story(Suite.SILENCES)
    letters = Letters(session, submission, story.namespace)
    key = {header: f"{story.namespace}key"}

    def posted(letter: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        step = Step(submission, Caller.FIRST, tuple(letters.entries(letter)))
        reply = session.post(story, step, headers).reply
        return reply.status, reply.body

    same = posted("A", key)[1] == posted("A", key)[1]
    yield Behaviour("a repeat gives the first answer" if same else "a repeat is judged anew", same)
    code, _body = posted("B", {})
    yield Behaviour(f"without a key it is {code}", code < 300)
