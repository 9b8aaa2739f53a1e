"""Requests that stand for themselves: refused bodies, tokens, paths and filters, and one of each other operation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from contract_tests.compare.seen import Played, Seen
from contract_tests.generation.samples import sample
from contract_tests.http.credentials import carried
from contract_tests.http.failures import NotAllowed, Unanswered
from contract_tests.http.messages import JSON, Exchange, Reply, Request
from contract_tests.http.partners import Caller
from contract_tests.http.servers import before
from contract_tests.judging import catalogue
from contract_tests.judging.acceptance import filled
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import NOBODY, Operation, Submission
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.silences import Topic
from contract_tests.scenarios.bad_bodies import every_bad
from contract_tests.scenarios.bad_tokens import bad_tokens
from contract_tests.scenarios.letters import Letters

Act = Callable[[Session], Played]
_MEMBERS_TOLD = 12
_OF_BODIES = (Topic.REQUEST_BODY, Topic.REFUSED_BODY, Topic.LIMITS)


def requests(session: Session) -> Iterator[Act]:
    """Yield what is asked on both servers; each act asks some of it."""
    contract, dry = session.contract, session.asking.client.budget.limits.read_only
    for submission in contract.submissions:
        if session.maker(submission).usable and not dry:
            yield partial(_bodies, submission)
            yield partial(_filters, submission)
    for operation in contract.operations:
        if operation.method == "GET" and operation.secured:
            yield partial(_tokens, operation)
            break
    yield _paths
    submitting = {one.operation.id for one in contract.submissions}
    for operation in contract.operations:
        if operation.id not in submitting:
            yield partial(_operation, operation)


def _bodies(submission: Submission, session: Session) -> Played:
    story = session.story(Suite.BODIES)
    letters = Letters(session, submission, story.namespace)
    good, other = letters.entry("A").text, letters.entry("B").text
    operation, exchanges, seen = submission.operation, list[Exchange](), list[Seen]()
    for bad in every_bad(good, other, submission.max_items):
        request = Request(operation.method, operation.path, dict(bad.headers), bad.body, bad.recipe)
        told = _answer(session, request, exchanges)
        silences = _about(session, operation, *_OF_BODIES)
        seen.append(Seen(bad.requirement, told, operation.id, bad.about, silences))
    return Played(tuple(seen), tuple(exchanges))


def _filters(submission: Submission, session: Session) -> Played:
    """Ask for a submission by each value of its filter, in either case, and by nonsense."""
    parameter, status = submission.state_filter, submission.status
    if parameter is None or status is None:
        return Played(())
    story = session.story(Suite.LIFECYCLE)
    letters = Letters(session, submission, story.namespace)
    try:
        made = session.submit(story, submission, letters.entries("A, B, B'"))
        session.settle(made)
    except Broken:
        return Played(())
    seen = []
    for value in dict.fromkeys(
        (*parameter.values, *map(str.swapcase, parameter.values), "Nope", "")
    ):
        request = Request("GET", f"{made.status_path}?{parameter.name}={value}")
        reply = _reply(session, request, story.exchanges)
        known = value in parameter.values
        requirement = catalogue.FILTER_ITEMS if known else catalogue.FILTER_UNKNOWN
        told = _told(reply) if isinstance(reply, Reply) else reply
        if isinstance(reply, Reply) and reply.status == 200:
            told = f"200 with {_count(reply, submission)} entries"
        sent = f"GET the status with ?{parameter.name}={value}"
        silences = _about(session, status, Topic.FILTER_VALUES, Topic.FILTER_SCOPE)
        seen.append(Seen(requirement, told, status.id, sent, silences))
    return Played(tuple(seen), tuple(story.exchanges))


def _count(reply: Reply, submission: Submission) -> int:
    try:
        value = reply.json()
    except ValueError:
        return 0
    for name in submission.form.entries:
        value = value.get(name) if isinstance(value, dict) else None
    return len(value) if isinstance(value, list) else 0


def _tokens(operation: Operation, session: Session) -> Played:
    client, exchanges, seen = session.asking.client, list[Exchange](), list[Seen]()
    token = client.token(Caller.FIRST)
    for bad in bad_tokens(token, client.partners.first) if token else ():
        path = filled(operation.path, NOBODY)
        request = Request("GET", path, dict(bad.headers), caller=None)
        told = _answer(session, request, exchanges)
        seen.append(Seen(catalogue.ACCESS_TOKEN, told, operation.id, f"GET with {bad.about}"))
    return Played(tuple(seen), tuple(exchanges))


def _paths(session: Session) -> Played:
    """Ask for what is not there, and by methods that are not."""
    exchanges, seen = list[Exchange](), list[Seen]()
    read_only = session.asking.client.budget.limits.read_only

    def ask(requirement: Requirement, operation: Operation, method: str, path: str) -> None:
        whole = _before(operation, session) + path
        told = _answer(session, Request(method, whole), exchanges)
        seen.append(Seen(requirement, told, operation.id, f"{method} {path}"))

    for operation in session.contract.operations:
        path = filled(operation.path, NOBODY)
        ask(catalogue.PATH_UNDECLARED, operation, "GET", f"{path}/nothing")
        if not read_only:
            methods = {
                one.method for one in session.contract.operations if one.path == operation.path
            }
            ask(
                catalogue.PATH_METHOD,
                operation,
                "PATCH" if "PATCH" not in methods else "TRACE",
                path,
            )
    return Played(tuple(seen), tuple(exchanges))


def _before(operation: Operation, session: Session) -> str:
    """Return what comes before the path of an operation; those of batches stand where they are asked for."""
    if session.contract.submissions:
        return ""
    return before(operation, session.contract, session.asking.client.server.base_url)


def _operation(operation: Operation, session: Session) -> Played:
    """Ask for an operation once with a valid request, as far as its schemas and examples tell one."""
    client, exchanges = session.asking.client, list[Exchange]()
    values = {one.name: sample(one.schema) for one in operation.parameters if one.where == "path"}
    path = re.sub(r"\{([^}]*)\}", lambda found: str(values.get(found[1], NOBODY)), operation.path)
    token = client.token(Caller.FIRST)
    shown = carried(operation, client.partners.first, token)
    query = urlencode(shown.query)
    headers = {"Accept": "application/json", **shown.own_headers}
    body, media = None, operation.content()
    if media is not None and media.schema is not None:
        examples = [one.value for one in media.examples.values()]
        made = (
            examples[0]
            if examples
            else sample(session.contract.schemas.schema(media.schema, "request"))
        )
        body, headers = json.dumps(made).encode(), {**headers, **JSON}
    target = _before(operation, session) + path + (f"?{query}" if query else "")
    reply = _reply(
        session, Request(operation.method, target, headers, body, caller=None), exchanges
    )
    told = _told(reply) + _shape(reply) if isinstance(reply, Reply) else reply
    sent = f"{operation.method} {path}"
    silences = _about(session, operation, Topic.STATUS_ANSWER, Topic.STATUS_ID, Topic.SERVICE)
    seen = Seen(catalogue.ANSWER_DOCUMENTED, told, operation.id, sent, silences)
    return Played((seen,), tuple(exchanges))


def _about(session: Session, operation: Operation, *topics: Topic) -> tuple[str, ...]:
    """Return the silences of an operation that are about some topics."""
    known = session.contract.silences
    return tuple(one for one in operation.silences if one in known and known[one].about in topics)


def _reply(session: Session, request: Request, exchanges: list[Exchange]) -> Reply | str:
    try:
        exchange = session.asking.client.send(request)
    except Unanswered as error:
        exchanges.append(Exchange(request, None))
        return str(error)
    except NotAllowed:
        return "not asked"
    exchanges.append(exchange.shortened)
    return exchange.reply or "no answer"


def _answer(session: Session, request: Request, exchanges: list[Exchange]) -> str:
    reply = _reply(session, request, exchanges)
    return reply if isinstance(reply, str) else _told(reply)


def _told(reply: Reply) -> str:
    return f"{reply.status} {reply.media_type}".strip()


def _shape(reply: Reply) -> str:
    """Return the names of the members of an answer; of an array, those of its first entry."""
    try:
        value = reply.json() if "json" in reply.media_type else None
    except ValueError:
        return " that is no JSON"
    around = "[%s]" if isinstance(value, list) else "%s"
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return ""
    names = sorted(first)
    more = ", ..." if len(names) > _MEMBERS_TOLD else ""
    return " " + around % ("{" + ", ".join(names[:_MEMBERS_TOLD]) + more + "}")
