"""Schemathesis over the operations of a contract: its engine behind one door.

The engine of Schemathesis is semi-internal; this module is the only one that knows it.
"""

from __future__ import annotations

import copy
import itertools
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.engine.run.probes import PROBES

from contract_tests.generation.items import Workshop
from contract_tests.http.client import BudgetSpent, CannotJudge, NotAllowed
from contract_tests.http.credentials import Carried, carried, wanted
from contract_tests.http.servers import path_below
from contract_tests.judging.session import Judge
from contract_tests.judging.verdict import Finding
from contract_tests.reading.contract import Contract, Operation, Submission
from contract_tests.reporting.curl import quoted, token_lines

SUITE = "operations"
# What a server does with generated data is the lifecycle's matter: items fail one by one.
OFF = ("positive_data_acceptance", "negative_data_rejection", "object_level_authorization")
CONFORMANCE = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
REFUSED = frozenset({401, 403})
# Of the boundary cases of an operation, which may be a thousand: in a quick run these many, then
# one of so many.
FIRST, THEN = 80, 16
SENTENCES = {
    "not_a_server_error": "No request makes the server fail",
    "status_code_conformance": "Every status code is one that the contract documents",
    "content_type_conformance": "Every content type is one that the contract documents",
    "response_headers_conformance": "Every answer has the headers that the contract documents",
    "response_schema_conformance": "Every answer fits the schema that the contract documents",
    "unsupported_method": "A wrong method is 405",
    "allow_header_conformance": "`Allow` lists the methods of the path",
    "ignored_auth": "An operation that needs credentials refuses a request without them",
    "missing_required_header": "A request without a required header is refused",
    "use_after_free": "What was deleted is gone",
    "ensure_resource_availability": "What was created can be read",
    "negative_data_rejection": "A request that breaks the contract is refused",
}


@dataclass(frozen=True)
class Seen:
    """A failed check: which operation, which check, what came, and how to repeat it."""

    operation: str
    check: str
    told: str
    curl: str


def explore(judge: Judge) -> tuple[list[Finding], dict[str, str]]:
    """Run Schemathesis over a contract.

    Returns one finding per check, and the reasons why operations were left out.
    Raises BudgetSpent when the budget of requests is used up, and CannotJudge when every operation
    refuses the credentials.
    """
    explorer = _Explorer(judge)
    seen = list(explorer.run())
    first: dict[str, Seen] = {}
    for one in seen:
        known = first.get(one.check)
        if known is None or len(one.curl) < len(known.curl):
            first[one.check] = one
    findings = [_finding(judge, explorer, one, seen) for one in first.values()]
    refusal = explorer.tell_refusals()
    if explorer.spent is not None and not findings:
        raise explorer.spent
    if refusal is not None and not findings:
        raise CannotJudge(refusal)
    return findings, explorer.reasons


class _Explorer:
    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.contract: Contract = judge.contract
        self.reasons: dict[str, str] = {}
        self.spent: BudgetSpent | None = None
        self.carried: dict[tuple[str, str], Carried] = {}
        self._answered: dict[str, set[int]] = {}
        self._cases: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._submissions = {
            (one.operation.method, one.operation.path): one for one in self.contract.submissions
        }

    def run(self) -> Iterator[Seen]:
        """Yield the failed checks of all operations."""
        logging.getLogger("schemathesis").setLevel(logging.ERROR)
        raw = copy.deepcopy(self.contract.document.root)
        config = schemathesis.Config.from_dict(self._config())
        schema: Any = schemathesis.openapi.from_dict(raw, config=config)
        schema.config.update(base_url=self._base_url())
        if self.judge.settings.read_only:
            schema = schema.include(method="GET")
        self._learn_credentials()
        for _ in PROBES:  # the engine sends them without telling the hooks
            self.judge.target.spend("GET", "/")
        _EXPLORING.append(self)
        stream = from_schema(schema).execute()
        try:
            for event in stream:
                if isinstance(event, events.ScenarioFinished):
                    yield from self._failures(event)
                elif isinstance(event, events.NonFatalError):
                    self.reasons[str(event.label)] = _first_line(str(event.value))
                elif isinstance(event, events.Interrupted):
                    raise KeyboardInterrupt
                if self.spent is not None:
                    stream.stop()
                    return
        finally:
            _EXPLORING.remove(self)

    def _learn_credentials(self) -> None:
        target, partner = self.judge.target, self.judge.settings.partner
        token = target.token("a") if target.token_path else partner.token
        for one in self.contract.operations:
            self.carried[one.method, one.path] = carried(self.contract, one, partner, token)

    def tell_refusals(self) -> str | None:
        """Give the reason for every operation that answered nothing but 401 and 403.

        Returns why nothing was judged, when that is all that who showed credentials got.
        """
        refused = {}
        for one in self.contract.operations:
            codes = self._answered.get(one.id, set())
            if codes and codes <= REFUSED and wanted(self.contract, one):
                refused[f"{one.method} {one.path}"] = self._refusal(one, codes)
        self.reasons |= refused
        name, shown = self.contract.name, [not one.empty for one in self.carried.values()]
        if refused and len(refused) == len(self._answered) and any(shown):
            return f"every operation of {name} refused the credentials"
        if refused:
            told = f"{len(refused)} of {len(self.contract.operations)} operations of {name}"
            self.judge.target.notes.append(f"{told} left out: {next(iter(refused.values()))}")
        return None

    def _refusal(self, operation: Operation, codes: set[int]) -> str:
        told = " and ".join(map(str, sorted(codes)))
        given = "what was given was refused"
        if self.carried[operation.method, operation.path].empty:
            given = "none that it takes was given"
        asks = wanted(self.contract, operation)
        return f"every request was answered {told}: it needs {asks}, and {given}"

    def _base_url(self) -> str:
        base_url = self.judge.target.base_url
        return base_url + path_below(self.contract, base_url)

    def _config(self) -> dict[str, Any]:
        settings = self.judge.settings
        effort = settings.effort
        checks: dict[str, Any] = {name: {"enabled": False} for name in OFF}
        if self.contract.submissions:
            # Our own suites check these with more care, and tell more.
            for name in ("ignored_auth", "use_after_free", "ensure_resource_availability"):
                checks[name] = {"enabled": False}
        else:
            checks["ignored_auth"] = {"enabled": False}
        return {
            "seed": settings.seed,
            "continue-on-failure": True,
            "request-timeout": min(10.0, max(2.0, self.judge.target.patience)),
            "request-retries": 1 if settings.max_requests is None else 0,
            "generation": {
                "max-examples": settings.pick(3, 12, 80),
                "no-shrink": True,
                "database": "none",
                "with-security-parameters": False,
            },
            "phases": {
                "examples": {"enabled": True},
                "coverage": {"enabled": effort != "quick" or not self.contract.submissions},
                "fuzzing": {"enabled": True},
                "stateful": {"enabled": effort == "thorough" and bool(self.contract.submissions)},
            },
            "checks": checks,
        }

    def before(self, case: Any) -> None:
        """Count the request against the budget, and give its items keys of this run."""
        operation = case.operation
        method, path = str(operation.method).upper(), str(operation.path)
        try:
            self.judge.target.spend(str(case.method).upper(), path)
        except BudgetSpent as spent:
            self.spent = spent
            raise
        except NotAllowed:
            raise
        self.judge.target.told(f"{method} {path}")
        shown = self.carried.get((method, path), Carried())
        for part, values in (
            ("headers", shown.headers),
            ("query", shown.query),
            ("cookies", shown.cookies),
        ):
            if values:
                setattr(case, part, {**(getattr(case, part) or {}), **values})
        submission = self._submissions.get((method, path))
        if submission is not None and isinstance(case.body, list):
            case.body = self._with_own_keys(submission, case.body)

    def wants(self, case: Any) -> bool:
        """Whether a generated case is sent: all but many of the boundary cases in a quick run."""
        meta = case.meta
        if self.judge.settings.effort != "quick" or meta is None or meta.phase.name != "coverage":
            return True
        self._cases[case.operation.label] += 1
        number = self._cases[case.operation.label]
        return number <= FIRST or number % THEN == 0

    def after(self, case: Any, status: int) -> None:
        """Count the answer of an operation; one that refuses its caller says nothing of it."""
        place = str(case.method).upper(), str(case.operation.path)
        for one in self.contract.operations:
            if (one.method, one.path) == place:
                self._answered.setdefault(one.id, set()).add(status)
                if status not in REFUSED or not wanted(self.contract, one):
                    self.judge.coverage.count("operations", self.contract.name, one.id)

    def _with_own_keys(self, submission: Submission, body: list[Any]) -> list[Any]:
        workshop: Workshop = self.judge.workshop(submission)
        made = []
        keys = []
        # Our own suites try the limits of the array; here long ones only cost time.
        for item in body[:50]:
            if isinstance(item, dict) and workshop.usable and workshop.validity.is_valid(item):
                key = f"{self.judge.settings.run}-s{next(self._numbers)}"
                item = workshop.keyed(item, key)  # noqa: PLW2901
                keys.append(key)
            made.append(item)
        if keys:
            entry = {"contract": self.contract.name, "operation": submission.id, "keys": keys[:200]}
            self.judge.target.note(entry)
        return made

    def _general_refusal(self, event: events.ScenarioFinished, case_id: str) -> bool:
        """Whether an answer refuses a request in the general form of RFC 9457.

        A contract that says nothing of its errors needs not document what any server may say of
        a request that it cannot take. Contracts in our vocabulary document every answer.
        """
        if self.contract.submissions or "x-error-form" in self.contract.document.root:
            return False
        interaction = event.recorder.interactions.get(case_id)
        response = interaction.response if interaction is not None else None
        if response is None or not 400 <= response.status_code < 500:
            return False
        kinds = response.headers.get("content-type", [])
        return any(str(kind).startswith("application/problem+json") for kind in kinds)

    @staticmethod
    def _put_off(event: events.ScenarioFinished, case_id: str) -> bool:
        """Whether a server asked for patience instead of answering: any server may."""
        interaction = event.recorder.interactions.get(case_id)
        response = interaction.response if interaction is not None else None
        if response is None or response.status_code not in {429, 503}:
            return False
        return "retry-after" in response.headers

    def _failures(self, event: events.ScenarioFinished) -> Iterator[Seen]:
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                info = check.failure_info
                if info is None:
                    continue
                if check.name in CONFORMANCE and self._general_refusal(event, case_id):
                    continue
                if self._put_off(event, case_id):
                    continue
                case = event.recorder.cases[case_id].value
                if check.name in CONFORMANCE and not case.operation.definition.raw.get("responses"):
                    continue  # the contract says nothing of the answers, so none can break it
                operation = f"{str(case.operation.method).upper()} {case.operation.path}"
                told = _first_line(info.failure.title) + ": " + str(info.failure.message)[:400]
                interaction = event.recorder.interactions.get(case_id)
                sent = interaction.request.body if interaction is not None else None
                yield Seen(operation, check.name, told, as_sent(str(info.code_sample), sent))


# The hook is global in Schemathesis; it belongs to the exploration that is under way.
_EXPLORING: list[_Explorer] = []


@schemathesis.hook
def before_call(context: Any, case: Any, **_: Any) -> None:
    """Let the exploration that is under way see a request before it is sent."""
    for explorer in _EXPLORING:
        explorer.before(case)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Let the exploration that is under way choose among the generated cases."""
    return all(explorer.wants(case) for explorer in _EXPLORING)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Let the exploration that is under way see an answer."""
    for explorer in _EXPLORING:
        explorer.after(case, int(response.status_code))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:300] if text.strip() else ""


def _finding(judge: Judge, explorer: _Explorer, one: Seen, seen: list[Seen]) -> Finding:
    operations = sorted({other.operation for other in seen if other.check == one.check})
    told = one.told if len(operations) == 1 else f"{one.told} (also {len(operations) - 1} others)"
    method, _, path = one.operation.partition(" ")
    shown = explorer.carried.get((method, path), Carried())
    known = {f"{one.method} {one.path}": one.id for one in judge.contract.operations}
    curl = _without_secrets(one.curl, shown)
    before = token_lines(judge.settings, judge.target.token_path) if "$TOKEN_A" in curl else []
    return Finding(
        rule=f"surface.{one.check}",
        sentence=SENTENCES.get(one.check, one.check.replace("_", " ")),
        source="the contract's operations and responses",
        contract=judge.contract.name,
        operation=", ".join(known.get(one, one) for one in operations),
        suite=SUITE,
        sent=curl[:1500],
        expected=("what the contract documents",),
        came=told,
        curl=(*before, curl),
        requests=1,
        seed=judge.settings.seed,
        repeat=judge.settings.repeat(SUITE),
    )


def as_sent(curl: str, body: bytes | None) -> str:
    """Return a curl line of Schemathesis with the very bytes: it replaces what is no UTF-8."""
    try:
        (body or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        before, _, after = curl.partition(" -d ")
        url = after.rpartition(" ")[2]
        return f"{before} --data-binary {quoted(error.object, {})} {url}"
    return curl


def _without_secrets(curl: str, shown: Carried) -> str:
    """Return a curl line of Schemathesis with variables where the credentials stand."""
    for name, text in shown.shell.items():
        header = re.compile(rf"'({re.escape(name)}): [^']*'", re.IGNORECASE)
        curl = header.sub(rf'"\1: {text}"', curl)
    for values in (shown.query, shown.cookies):
        for name, value in values.items():
            curl = curl.replace(value, shown.shell[name])
    return curl
