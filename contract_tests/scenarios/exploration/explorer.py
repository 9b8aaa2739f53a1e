"""Schemathesis over the operations of a contract: its engine behind one door.

The engine of Schemathesis is semi-internal; this module is the only one that knows it. It is given a document whose
references all stay inside, so that it has nothing to retrieve.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis.engine import events
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from contract_tests.http.client import Client
from contract_tests.http.credentials import Carried, carried, wanted
from contract_tests.http.failures import UNREADABLE, BudgetSpent, CannotJudge, Cause, Unanswered
from contract_tests.http.messages import Reply, Request, get
from contract_tests.http.origins import leads_elsewhere, references
from contract_tests.http.partners import Caller
from contract_tests.http.servers import before, path_below
from contract_tests.judging.coverage import Part
from contract_tests.judging.reach import refuses_what_is_valid
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Operation
from contract_tests.scenarios.exploration.bundle import bundled
from contract_tests.scenarios.exploration.excuses import Excuses, Failed
from contract_tests.scenarios.exploration.keys import KeysOfRun
from contract_tests.scenarios.exploration.transport import execution

# What a server does with generated data is the lifecycle's matter: items fail one by one.
OFF = ("positive_data_acceptance", "negative_data_rejection", "object_level_authorization")
# What our own suites check with more care where there are submissions.
OURS = ("ignored_auth", "use_after_free", "ensure_resource_availability")
_OF_TOMCAT = b"<title>HTTP Status 400"
REFUSED = frozenset({401, 403})
_NOT_FOUND = 404
# Of the boundary cases of an operation, which may be a thousand: in a quick run these many, then
# one of so many.
FIRST, THEN = 80, 16
LARGE, MOST_READ = 2**20, 2**24
"""From how many bytes on an answer is large, and of how many in large answers an operation is asked no more.

The engine keeps every answer of an operation.
"""


class TooMuchRead(Exception):
    """An operation whose answers are too large to ask it any further; the engine goes on to the next one."""


@dataclass(frozen=True)
class Seen:
    """A failed check: which operation (method and path), which check, what came, and how to repeat it."""

    label: str
    check: str
    told: str
    curl: str
    body: bytes | None


class Explorer:
    """One exploration: what it saw, and why operations were left out."""

    def __init__(self, session: Session) -> None:
        self.contract = session.contract
        self.reasons: dict[str, str] = {}
        self.spent: BudgetSpent | CannotJudge | None = None
        self.carried: dict[str, Carried] = {}
        self._session = session
        self._client = session.asking.client
        self.valid: dict[str, Counter[int]] = {}  # the answers to valid requests of each operation
        self._first: dict[str, Any] = {}  # the first valid request of each operation
        self._answered: dict[str, set[int]] = {}
        self._cases: Counter[str] = Counter()
        self._read: Counter[str] = Counter()  # bytes of answers, by the label of the operation
        self._noted: list[Seen] = []
        self._case: Any = None  # the one that is under way
        self._operations = {one.label: one for one in self.contract.operations}
        self._keys = KeysOfRun(session)
        base_url = self._client.server.base_url.rstrip("/")
        self._base_url = base_url + path_below(self.contract, base_url)
        self._beside = {one.label: self._stands_at(one) for one in self.contract.operations}
        below = [self._base_url, *self._beside.values()]
        self._excuses = Excuses(
            self.contract, session.freedom, [urlsplit(url).path for url in dict.fromkeys(below)]
        )

    def run(self) -> Iterator[Seen]:
        """Yield the failed checks of all operations. Raises DocumentError and BudgetSpent."""
        logging.getLogger("schemathesis").setLevel(logging.ERROR)
        schema = self._schema()
        self._learn_credentials()
        self._probe(schema)
        stream = execution(schema, self._client, self._note_unreadable)
        with _hooks(before_call=self._before, filter_case=self._wants, after_call=self._after):
            for event in stream:
                if isinstance(event, events.ScenarioFinished):
                    yield from self._failures(event)
                    yield from self._noted
                    self._noted.clear()
                elif isinstance(event, events.NonFatalError):
                    self.reasons[str(event.label)] = first_line(self.shown(event.value))
                elif isinstance(event, events.Interrupted):
                    raise KeyboardInterrupt
                if self.spent is not None:
                    stream.stop()
                    return

    def _stands_at(self, operation: Operation) -> str:
        """Return the URL that comes before the path of an operation."""
        base_url = self._client.server.base_url.rstrip("/")
        place = before(operation, self.contract, base_url)
        return place if "://" in place else base_url + place

    def _schema(self) -> Any:
        raw = bundled(self.contract.document)
        config = schemathesis.Config.from_dict(self._config())
        try:
            schema: Any = schemathesis.openapi.from_dict(raw, config=config)
        except Exception as error:
            reason = first_line(str(error)) or type(error).__name__
            raise CannotJudge(f"{self.contract.name} cannot be explored: {reason}") from error
        schema.config.update(base_url=self._base_url)
        read_only = self._client.budget.limits.read_only
        return schema.include(method="GET") if read_only else schema

    def _probe(self, schema: Any) -> None:
        """Let the engine leave out what a server in front of the application refuses."""
        if _refuses(self._client, get("/", caller=None, X_Probe="\x00"), b""):
            schema.adapt_to_null_byte_in_header_failure()
        if _refuses(self._client, get("/probe%5C%1B%01", caller=None), _OF_TOMCAT):
            schema.adapt_to_path_decoder_rejection()

    def _learn_credentials(self) -> None:
        partner = self._client.partners.first
        granted = self._client.server.token_url is not None
        token = self._client.token(Caller.FIRST) if granted else partner.token
        for one in self.contract.operations:
            self.carried[one.label] = carried(one, partner, token)

    def nowhere(self) -> str | None:
        """Return why nothing was judged, when the server has none of the contract's paths."""
        asked = [one for one in self.contract.operations if one.id in self._answered]
        is_lost = all(self._answered[one.id] == {_NOT_FOUND} for one in asked)
        if not is_lost or not any("{" not in one.path for one in asked):
            return None  # of one thing alone, 404 says that it is not there
        return (
            f"every operation of {self.contract.name} is answered 404 below {self._base_url};"
            " --base-url may be wrong"
        )

    def refusal(self) -> str | None:
        """Give the reason for every operation that answered nothing but 401 and 403.

        Returns why nothing was judged, when that is all that who showed credentials got.
        """
        refused = {}
        for one in self.contract.operations:
            codes = self._answered.get(one.id, set())
            if codes and codes <= REFUSED and wanted(one):
                refused[one.label] = self._refusal(one, codes)
        self.reasons |= refused
        shows = any(not one.empty for one in self.carried.values())
        if refused and len(refused) == len(self._answered) and shows:
            return f"every operation of {self.contract.name} refused the credentials"
        if refused:
            told = f"{len(refused)} of {len(self.contract.operations)} operations"
            reason = next(iter(refused.values()))
            self._session.notes.append(f"{told} of {self.contract.name} left out: {reason}")
        return None

    def _refusal(self, operation: Operation, codes: set[int]) -> str:
        told = " and ".join(map(str, sorted(codes)))
        given = "what was given was refused"
        if self.carried[operation.label].empty:
            kinds = {one.kind for schemes in operation.security for one in schemes}
            by_token = kinds & {"bearer", "apikey"}
            option = "--token" if by_token else "--client-id and --client-secret"
            given = f"none that it takes was given (by {option})"
        return f"every request was answered {told}: it needs {wanted(operation)}, and {given}"

    def refused_though_valid(self) -> Iterator[Seen]:
        """Yield the operations that refused every valid request, each with the first one."""
        for one in self.contract.operations:
            answers = self.valid.get(one.id, Counter())
            if not refuses_what_is_valid(one, answers):
                continue
            told = ", ".join(f"{code} ({times} times)" for code, times in answers.most_common())
            yield Seen(
                one.label, "valid_requests", told, self._first[one.id].as_curl_command(), None
            )

    def _config(self) -> dict[str, object]:
        plan, limits = self._session.plan, self._client.budget.limits
        ours = bool(self.contract.submissions)
        off = (*OFF, *(OURS if ours else ("ignored_auth",)))
        quick = plan.effort.pick(True, False, False)
        return {
            "seed": plan.seed,
            "continue-on-failure": True,
            "request-timeout": min(10.0, max(2.0, self._client.patience)),
            "request-retries": 1 if limits.max_requests is None else 0,
            "max-redirects": 0,
            "generation": {
                "max-examples": plan.effort.pick(3, 12, 80),
                "no-shrink": True,
                "database": "none",
                "with-security-parameters": False,
            },
            "phases": {
                "examples": {"enabled": True},
                "coverage": {"enabled": not quick or not ours},
                "fuzzing": {"enabled": True},
                "stateful": {"enabled": plan.effort.pick(False, False, True) and ours},
            },
            "checks": {
                "missing_required_header": {"expected-statuses": ["4xx"]},
                **{name: {"enabled": False} for name in off},
            },
        }

    # --- hooks -------------------------------------------------------------------------------------

    def _before(self, context: object, case: Any, **_: object) -> None:
        """Count the request against the budget, and give it credentials and keys of this run."""
        label, self._case = _label(case), case
        case.operation.base_url = self._beside.get(label, self._base_url)
        if self._read[case.operation.label] > MOST_READ:
            raise TooMuchRead(f"its answers come to more than {MOST_READ >> 20} MiB")
        try:
            self._client.spend(Request(str(case.method).upper(), str(case.operation.path)))
        except (BudgetSpent, CannotJudge) as spent:
            self.spent = spent
            raise
        shown = self.carried.get(label, Carried())
        for part, values in (
            ("headers", shown.headers),
            ("query", shown.query),
            ("cookies", shown.cookies),
        ):
            if values:
                setattr(case, part, {**(getattr(case, part) or {}), **values})
        if isinstance(case.body, list):
            case.body = self._keys.given(label, case.body)

    def _wants(self, context: object, case: Any) -> bool:
        """Whether a generated case is sent: all but many of the boundary cases in a quick run."""
        meta = case.meta
        quick = self._session.plan.effort.pick(True, False, False)
        if not quick or meta is None or meta.phase.name != "coverage":
            return True
        self._cases[case.operation.label] += 1
        number = self._cases[case.operation.label]
        return number <= FIRST or number % THEN == 0

    def _after(self, context: object, case: Any, response: Any) -> None:
        """Count the answer of an operation; one that refuses its caller says nothing of it."""
        operation = self._operations.get(f"{str(case.method).upper()} {case.operation.path}")
        if operation is None:
            return
        self._count_bytes(case.operation.label, len(response.content or b""))
        status = int(response.status_code)
        self._note_elsewhere(case, status, response)
        self._session.coverage.count(Part.ANSWER, f"{operation.id} {status}")
        if case.meta is not None and case.meta.generation.mode.is_positive:
            self.valid.setdefault(operation.id, Counter())[status] += 1
            self._first.setdefault(operation.id, case)
        self._answered.setdefault(operation.id, set()).add(status)
        if status not in REFUSED or not wanted(operation):
            self._session.coverage.count(Part.OPERATION, operation.id)

    def _count_bytes(self, label: str, size: int) -> None:
        before = self._read[label]
        self._read[label] += size if size > LARGE else 0
        if before <= MOST_READ < self._read[label]:
            self._session.notes.append(
                f"{label} is not explored any further: its answers come to more than {MOST_READ >> 20} MiB"
            )

    def _note_unreadable(self, error: Unanswered) -> None:
        """Note an answer that came and could not be read: that is never the network's fault."""
        if error.cause in UNREADABLE and self._case is not None:
            check = "answer_size" if error.cause is Cause.TOO_LARGE else "answer_given"
            curl = str(self._case.as_curl_command())
            self._noted.append(Seen(_label(self._case), check, str(error), curl, None))

    def _note_elsewhere(self, case: Any, status: int, response: Any) -> None:
        """Note an answer that sends its client to another server for what is asked next."""
        headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
        base_url = self._client.server.base_url
        for one in references(status, headers):
            if leads_elsewhere(base_url, one):
                told = f"{status} leads to {self.shown(one)} and not to {base_url}"
                self._noted.append(
                    Seen(_label(case), "own_origin", told, str(case.as_curl_command()), None)
                )

    # --- what failed -------------------------------------------------------------------------------

    def _failures(self, event: events.ScenarioFinished) -> Iterator[Seen]:
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                info = check.failure_info
                case = event.recorder.cases[case_id].value
                interaction = event.recorder.interactions.get(case_id)
                if info is None or self._is_excused(check, case, interaction):
                    continue
                title, message = map(self.shown, (info.failure.title, info.failure.message))
                of_headers = check.name == "response_headers_conformance"
                about = headers_with(info.failure, interaction) if of_headers else ""
                answered = interaction.response if interaction is not None else None
                status = f"{answered.status_code} was answered" if answered is not None else ""
                words = " ".join(message.split())[:400] or status
                told = f"{first_line(title)}{about}: {words}"
                body = interaction.request.body if interaction is not None else None
                yield Seen(_label(case), check.name, told, str(info.code_sample), body)

    def _is_excused(self, check: Any, case: Any, interaction: Any) -> bool:
        """Whether any server may answer so, whatever its contract documents."""
        if interaction is None or interaction.response is None:
            return False
        request, came = interaction.request, interaction.response
        headers = {name.lower(): ", ".join(values) for name, values in came.headers.items()}
        reply = Reply(int(came.status_code), headers, bytes(came.content or b""))
        label = f"{str(case.operation.method).upper()} {case.operation.path}"
        failure = check.failure_info.failure
        meta = case.meta
        is_valid = meta is None or bool(meta.generation.mode.is_positive)
        method, uri = str(request.method).upper(), str(request.uri)
        return self._excuses.excuse(
            Failed(check.name, failure, label, method, uri, reply, is_valid)
        )

    def shown(self, text: object) -> str:
        """Return a text without the secrets of the run."""
        return self._client.secrets.masked(str(text))


def _refuses(client: Client, request: Request, told: bytes) -> bool:
    """Whether a request is refused by what stands before the application: empty, or in its words."""
    try:
        reply = client.send(request, control=True).reply
    except Unanswered as error:
        return error.cause is Cause.CLOSED
    return reply is not None and reply.status == 400 and (not reply.body or told in reply.body)


@contextmanager
def _hooks(**hooks: Callable[..., object]) -> Iterator[None]:
    """Let the exploration see each request before it is sent, and its answer."""
    for name, hook in hooks.items():
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, name)
    try:
        yield
    finally:
        for hook in hooks.values():
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def _label(case: Any) -> str:
    return f"{str(case.operation.method).upper()} {case.operation.path}"


def headers_with(failure: Any, interaction: Any) -> str:
    """Return which headers have the value that a check of headers holds against an answer; the check does not say it."""
    if interaction is None or interaction.response is None:
        return ""
    wrong = str(getattr(failure, "instance", ""))
    named = [name for name, came in interaction.response.headers.items() if wrong in came]
    return f" ({', '.join(named)})" if named else ""


def first_line(text: str) -> str:
    """Return the first line of a text, no longer than a sentence is."""
    return text.strip().splitlines()[0][:300] if text.strip() else ""
