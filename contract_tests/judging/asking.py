"""Sends the requests of a contract's operations, and says which requirement an answer breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contract_tests.http.client import Client
from contract_tests.http.failures import Cause, Unanswered
from contract_tests.http.messages import Exchange, Reply, Request
from contract_tests.http.origins import leads_elsewhere, references
from contract_tests.judging import catalogue
from contract_tests.judging.coverage import ContractCoverage, Part
from contract_tests.judging.documented import Documented
from contract_tests.judging.findings import Breach, Broken, Finding
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Mode
from contract_tests.judging.needed import needed
from contract_tests.judging.problems import error_pointers, problem_faults
from contract_tests.judging.story import Story
from contract_tests.reading.contract import Contract, ErrorForm, Operation
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.silences import JudgedByItem, OtherCode, OtherSchema

CLEAR = tuple(range(400, 500))
"""Every code that refuses a request clearly."""
_SENT = 80  # characters of what was sent that are told
_MANY = 9  # codes that are no more told one by one


@dataclass(frozen=True)
class Asked:
    """A request of an operation, how it is told, and its answer."""

    story: Story
    operation: Operation
    sent: str
    reply: Reply


def _unanswered(error: Unanswered) -> Breach:
    if error.cause is Cause.TOO_LARGE:
        return Breach(catalogue.ANSWER_SIZE, ("an answer that can be read",), str(error))
    return Breach(catalogue.ANSWER_GIVEN, ("an answer",), str(error))


class Asking:
    """Asks a server for the operations of a contract; what an answer breaks is raised as Broken."""

    def __init__(
        self,
        contract: Contract,
        client: Client,
        coverage: ContractCoverage,
        freedom: Freedom | None = None,
    ) -> None:
        self.contract = contract
        self.client = client
        self.freedom = freedom or Freedom(Mode.STRICT)
        self.needs_keys = False  # whether no submission is taken without an idempotency key
        self.takes_bad_bodies = False  # whether one was, as an alternative of a silence has it
        self.undocumented: set[tuple[str, int]] = set()  # operations and codes that were told of
        self._coverage = coverage
        self._documented = Documented(contract.schemas)

    def broken(
        self, story: Story, operation_id: str, sent: str, breach: Breach, item: int = 0
    ) -> Broken:
        """Return a breach with the story that showed it, to be raised or noted."""
        finding = Finding(
            requirement=breach.requirement,
            contract=self.contract.name,
            operations=frozenset({operation_id}),
            suite=story.suite,
            sent=sent,
            expected=breach.expected,
            came=breach.came,
            exchanges=needed(story.exchanges, breach.requirement),
            misjudged=breach.misjudged,
            place=breach.place,
        )
        return Broken(finding, story, item)

    def breaks(
        self, asked: Asked, requirement: Requirement, *expected: str, came: str = ""
    ) -> Broken:
        """Return that an answer breaks a requirement, to be raised."""
        breach = Breach(requirement, expected, came or asked.reply.told)
        return self.broken(asked.story, asked.operation.id, asked.sent, breach)

    def ask(self, story: Story, operation: Operation, request: Request, sent: str = "") -> Asked:
        """Send a request of an operation. Raises Broken when it gets no answer, or a server error."""
        sent = sent or request.told
        request = self._with_key(story, operation, request)
        self._coverage.count(Part.OPERATION, operation.id)
        try:
            exchange = self.client.send(request)
        except Unanswered as error:
            story.exchanges.append(Exchange(request, None))
            raise self.broken(story, operation.id, sent, _unanswered(error)) from None
        story.exchanges.append(exchange.shortened)
        if exchange.reply is not None:
            self._coverage.count(Part.ANSWER, f"{operation.id} {exchange.reply.status}")
        assert exchange.reply is not None  # noqa: S101 - the client raises where there is none
        asked = Asked(story, operation, sent, exchange.reply)
        self.require_own(asked, references(exchange.reply.status, exchange.reply.headers))
        if asked.reply.status >= 500 and asked.reply.status != 501:
            raise self.breaks(asked, catalogue.ANSWER_NO_SERVER_ERROR, "an answer below 500")
        return asked

    def require_own(self, asked: Asked, references: Iterable[str]) -> None:
        """Raise Broken when an answer refers to another server for what is asked next."""
        base_url = self.client.server.base_url
        for one in references:
            if leads_elsewhere(base_url, one):
                raise self.breaks(asked, catalogue.ANSWER_ORIGIN, f"a uri on {base_url}", came=one)

    def _with_key(self, story: Story, operation: Operation, request: Request) -> Request:
        """Return a request with an idempotency key of its own, where the server takes none without."""
        header = operation.key_header
        if not self.needs_keys or header is None or header in request.headers:
            return request
        key = f"{story.namespace}once{len(story.exchanges)}"
        return replace(request, headers={**request.headers, header: key})

    def require_documented(self, asked: Asked) -> None:
        """Raise Broken unless an answer is one that its operation documents, or it was told of already.

        What cannot be read is always raised: no story goes on from there.
        """
        is_told = (asked.operation.id, asked.reply.status) in self.undocumented
        if is_told and asked.reply.is_json:
            return
        faults = self._documented.faults(asked.operation, asked.reply)
        if faults:
            came = f"{asked.reply.status}: {'; '.join(faults)}"
            raise self.breaks(
                asked, catalogue.ANSWER_DOCUMENTED, "an answer as documented", came=came
            )

    def require_refused(
        self, asked: Asked, requirement: Requirement, statuses: Sequence[int]
    ) -> None:
        """Raise Broken unless a request was refused with one of the codes, in the contract's form."""
        if self._is_answered_otherwise(asked, requirement, statuses):
            return
        if asked.reply.status not in statuses:
            expected = [str(status) for status in statuses]
            if len(statuses) > _MANY:
                expected = sorted({f"{status // 100}xx" for status in statuses})
            raise self.breaks(asked, requirement, *expected)
        if asked.reply.status >= 400:
            self.require_error_form(asked)

    def _is_answered_otherwise(
        self, asked: Asked, requirement: Requirement, statuses: Sequence[int]
    ) -> bool:
        """Whether a server answers with an alternative of a silence where a refusal was expected."""
        status = asked.reply.status
        if status in statuses:
            return False
        found = next(self._otherwise(asked, requirement, statuses), None)
        if found is not None:
            self._coverage.saw(found, f"{asked.sent[:_SENT]} is {status}", as_chosen=False)
            self.takes_bad_bodies = self.takes_bad_bodies or status // 100 == 2
        return found is not None

    def _otherwise(
        self, asked: Asked, requirement: Requirement, statuses: Sequence[int]
    ) -> Iterator[str]:
        """Yield the silences of which an answer is an alternative."""
        status = asked.reply.status
        for silence, one in self.freedom.open(OtherCode):
            same = one.code == status and one.of in statuses and one.when is None
            if same and (not one.holds_nothing or _holds_nothing(asked.reply)):
                yield silence
        accepted = status == asked.operation.success
        if accepted and requirement in catalogue.OF_ITEMS:
            yield from (silence for silence, _ in self.freedom.open(JudgedByItem))
        if accepted and requirement is catalogue.BODY_TOO_MANY:
            for silence, schema in self.freedom.open(OtherSchema):
                if schema.keywords == {"maxItems": None}:
                    yield silence

    def require_error_form(self, asked: Asked, *, pointers: bool = False) -> None:
        """Raise Broken unless an error has the form of the contract, perhaps with its pointers."""
        if self.contract.error_form is not ErrorForm.PROBLEM:
            return
        documented = asked.operation.response(asked.reply.status)
        if not self.contract.submissions and documented is not None:
            return  # a contract of somebody else: the operations suite knows its form
        faults = problem_faults(asked.reply)
        if faults:
            expected = "application/problem+json with type, title, status, detail"
            came = f"{asked.reply.status}: {'; '.join(faults)}"
            raise self.breaks(asked, catalogue.ERROR_FORM, expected, came=came)
        if pointers and error_pointers(asked.reply) is None:
            raise self.breaks(asked, catalogue.ERROR_POINTERS, "errors: [{pointer, detail}]")


def _holds_nothing(reply: Reply) -> bool:
    """Whether an answer is, or has, an empty list, and nothing else that is a list."""
    try:
        value = reply.json()
    except ValueError:
        return False
    lists = [value] if isinstance(value, list) else []
    lists += (
        [one for one in value.values() if isinstance(one, list)] if isinstance(value, dict) else []
    )
    return bool(lists) and not any(lists)
