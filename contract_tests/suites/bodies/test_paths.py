"""Paths, methods and ids that lead nowhere, and what a request accepts (docs/contracts.md#paths)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from contract_tests.http.messages import JSON, Request, get
from contract_tests.judging import catalogue
from contract_tests.judging.acceptance import filled
from contract_tests.judging.asking import CLEAR
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import NOBODY, Contract, Operation, Submission
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.silences import OtherPaths
from contract_tests.reading.templates import Templates
from contract_tests.scenarios.attempts import Act, first_of_each_noted, trial
from contract_tests.scenarios.valid_items import once_refused

# What a database, a file system or a template would take for something else.
STRANGE = ("%2Fx", "%27", "%22", "%27%20OR%20%271%27=%271", "%3B", "%25", "%C3%A9")
MALFORMED = ("17", "x", f"{NOBODY}0", NOBODY[:-1], "not-a-uuid", "%20", NOBODY[:-1] + "g")


def test_ids_that_lead_nowhere_are_refused(session: Session, usable: Submission) -> None:
    """Unknown, malformed, and those of another kind of submission."""
    status = usable.status
    if status is None:
        pytest.skip("the submission has no status operation")
    parameter = status.parameter("path")
    ids: list[tuple[Requirement, str, tuple[int, ...]]]
    ids = [(catalogue.PATH_UNKNOWN_ID, NOBODY, (404,))]
    if parameter is not None and parameter.schema.get("format") == "uuid":
        ids += [(catalogue.PATH_MALFORMED_ID, one, (400,)) for one in MALFORMED]
        first_of_each_noted(session, [trial(_nearly_known, usable, status)])
    strange = (*(f"{NOBODY}{one}" for one in STRANGE), re.sub("[48]", "0", NOBODY))
    ids += [(catalogue.BODY_CLEAR_REFUSAL, one, CLEAR) for one in strange]
    acts = [
        trial(_refused, status, filled(status.path, identifier), requirement, statuses)
        for requirement, identifier, statuses in ids
    ]
    first_of_each_noted(session, acts)
    for other in session.contract.submissions:
        if other.status is not None and other.status.id != status.id:
            first_of_each_noted(session, [trial(_of_other_kind, usable, other.status)])


def _refused(
    session: Session,
    operation: Operation,
    path: str,
    requirement: Requirement,
    statuses: tuple[int, ...],
) -> None:
    story, asking = session.story(Suite.BODIES), session.asking
    asked = asking.ask(story, operation, Request(operation.method, path))
    asking.require_refused(asked, requirement, statuses)
    if asked.reply.status == 400:
        asking.require_error_form(asked, pointers=True)


def _nearly_known(session: Session, submission: Submission, status: Operation) -> None:
    """An id that differs from a known one in some of its digits is as unknown as any other."""
    story, asking = session.story(Suite.BODIES), session.asking
    made = session.submit(story, submission, [once_refused(session, submission, story, "k")])
    known = made.status_path or ""
    for place in (-1, -12, -36):
        asked = asking.ask(story, status, get(_turned(known, place)))
        asking.require_refused(asked, catalogue.PATH_UNKNOWN_ID, (404,))


def _turned(path: str, place: int) -> str:
    """Return a path that ends in an id with another hexadecimal digit in one place."""
    other = "1" if path[place] == "0" else "0"
    return path[:place] + other + path[len(path) + place + 1 :]


def _of_other_kind(session: Session, submission: Submission, other: Operation) -> None:
    story, asking = session.story(Suite.BODIES), session.asking
    made = session.submit(story, submission, [once_refused(session, submission, story, "k")])
    identifier = (made.status_path or "").rsplit("/", 1)[-1]
    path = filled(other.path, identifier)
    server = asking.client.server
    if server.url(path) == server.url(made.status_path or "") and session.freedom.leaves_open(
        OtherPaths
    ):
        return  # one path serves both kinds
    asked = asking.ask(story, other, get(path))
    asking.require_refused(asked, catalogue.PATH_OTHER_KIND, (404,))


def test_a_wrong_method_is_405_with_allow(session: Session, contract: Contract) -> None:
    """Every path, with a method that it does not know."""
    if session.asking.client.budget.limits.read_only:
        pytest.skip("a wrong method may write: not in a read-only run")
    acts: list[Act] = []
    templates = Templates(contract.operations)
    for path in dict.fromkeys(one.path for one in contract.operations):
        here = [one for one in contract.operations if one.path == path]
        known = templates.methods(filled(path, NOBODY))  # of every template that fits
        for method in ("DELETE", "PUT", "PATCH", "POST", "GET"):
            if method not in known:
                acts.append(trial(_wrong_method, here, method, known))
    first_of_each_noted(session, acts)


def _wrong_method(
    session: Session, here: Sequence[Operation], method: str, known: set[str]
) -> None:
    story, asking, operation = session.story(Suite.BODIES), session.asking, here[0]
    body = b"[]" if method in {"PUT", "PATCH", "POST"} else None
    path = filled(operation.path, NOBODY)
    request = Request(method, path, JSON if body else {}, body)
    asked = asking.ask(story, operation, request)
    asking.require_refused(asked, catalogue.PATH_METHOD, (405,))
    told = asked.reply.headers.get("allow", "")
    allow = {one.strip() for one in told.split(",")} - {""}
    own = {one.method for one in here}
    if not own <= allow or allow - known - {"HEAD", "OPTIONS"}:
        expected, came = f"Allow: {', '.join(sorted(own))}", f"Allow: {told or '(none)'}"
        raise asking.breaks(asked, catalogue.PATH_METHOD, expected, came=came)


def test_a_path_that_nobody_declared_is_404(session: Session, contract: Contract) -> None:
    """Beside the declared paths there is nothing, and it is said in the form of all errors."""
    operation = contract.submissions[0].operation
    paths = [operation.path.rstrip("/") + "Nope"]
    if session.freedom.strict:
        paths.append(operation.path.swapcase())  # a path is a text like any other
    templates = Templates(contract.operations)
    acts = [
        trial(_refused, operation, path, catalogue.PATH_UNDECLARED, (404,))
        for path in paths
        if not templates.methods(path)
    ]
    first_of_each_noted(session, acts)


ACCEPTS = (
    "*/*",
    "application/*",
    "APPLICATION/JSON",
    "text/html, application/json",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/json;q=0.5, text/plain;q=0.9",
)


def test_an_accept_that_admits_json_is_obeyed(session: Session, usable: Submission) -> None:
    """As browsers, scripts and libraries send it."""
    if usable.status is None:
        pytest.skip("the submission has no status operation")
    first_of_each_noted(session, [trial(_accepting, usable, usable.status)])


def _accepting(session: Session, submission: Submission, status: Operation) -> None:
    story, asking = session.story(Suite.BODIES), session.asking
    made = session.submit(story, submission, [once_refused(session, submission, story, "k")])
    path = made.status_path or ""
    for accept in (*ACCEPTS, "text/html"):
        told = f"GET {path} with Accept: {accept}"
        asked = asking.ask(story, status, get(path, Accept=accept), told)
        if accept == "text/html":
            if asked.reply.status == 200:
                asking.require_documented(session.as_chosen(made, asked))
        elif asked.reply.status != 200:
            raise asking.breaks(asked, catalogue.ANSWER_ACCEPT, "200")
