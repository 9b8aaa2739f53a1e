"""Asks a rewards service, and opens and checks the envelope of every answer on the way."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from contract_tests.http.failures import CannotJudge, Unanswered
from contract_tests.http.messages import JSON, Exchange, Request
from contract_tests.http.servers import path_below
from contract_tests.judging.coverage import Part
from contract_tests.judging.documented import Documented
from contract_tests.judging.findings import Broken, Finding
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Contract, ErrorForm, Operation
from contract_tests.reading.requirements import Requirement
from contract_tests.services.rewards import requirements
from contract_tests.services.rewards.bodies import examples, line
from contract_tests.services.rewards.envelope import Answer, faults, opened
from contract_tests.services.rewards.maker import Maker
from contract_tests.services.rewards.shell import Shell
from contract_tests.services.rewards.values import Body, Record
from contract_tests.services.rewards.world import World, world_of

LOGIN, RELEASE = "login", "releaseToken"
PREVIEW, CREATE, SHOW = "previewPurchase", "createPurchase", "showPurchase"
LOGIN_MEMBERS = frozenset({"username", "password", "organisation"})
CODES = {401: "INVALID_TOKEN", 405: "METHOD_NOT_ALLOWED"}
_TOTALS = ("total_amount", "net_amount", "vat_amount")


def is_rewards(contract: Contract) -> bool:
    """Whether a contract is one of a rewards service."""
    return (
        contract.error_form is ErrorForm.ENVELOPE
        and contract.operation(PREVIEW) is not None
        and contract.operation(LOGIN) is not None
    )


class NotReached(Exception):
    """A check that cannot be made of this server; the text says why."""


class RewardsClient:
    """One server, one login, and everything that the checks ask of them."""

    def __init__(self, session: Session, login: Mapping[str, str]) -> None:
        """Take what the run knows; nothing is sent yet."""
        self.contract = session.contract
        self.session = session
        self.login_given = login
        self.strict = session.freedom.strict
        self.world = world_of(login)
        client = session.asking.client
        self._client = client
        self._documented = Documented(self.contract.schemas)
        self._prefix = path_below(self.contract, client.server.base_url)
        path = self._prefix + self._operation(LOGIN).path
        self._shell = Shell(client.server.base_url.rstrip("/"), path, login)
        self._requirement = requirements.ENVELOPE
        self._story = session.story(Suite.REWARDS)
        self._token: str | None = None
        self._base: Body | None = None

    @property
    def run(self) -> str:
        """Return what begins every reference of this run and this login."""
        return f"{self.session.plan.run}-{self.token[-6:]}"

    def known_world(self) -> World:
        """Return the world behind the server. Raises NotReached when it is not our sandbox's."""
        if self.world is None:
            raise NotReached("the login is none of the fixture's, so nothing is known of the world")
        return self.world

    def maker(self, organisation: Record | None = None) -> Maker:
        """Return what makes purchases in an organisation, that of the login unless said otherwise."""
        return Maker(organisation or self.known_world().organisation, self.session.plan.seed)

    # --- stories and findings ----------------------------------------------------------------------

    def begin(self, requirement: Requirement) -> None:
        """Begin the story of a requirement: its requests can be repeated on their own."""
        self._requirement = requirement
        self._story = self.session.story(Suite.REWARDS)

    def broken(
        self, sent: str, expected: str, came: str, requirement: Requirement | None = None
    ) -> Broken:
        """Return what is broken, to be raised."""
        exchanges = tuple(self._story.exchanges)
        operation = self._operation_of(exchanges[-1]) if exchanges else ""
        finding = Finding(
            requirement=requirement or self._requirement,
            contract=self.contract.name,
            operations=frozenset({operation}),
            suite=Suite.REWARDS,
            sent=sent,
            expected=(expected,),
            came=came,
            exchanges=exchanges,
            lines=self._shell.lines(exchanges),
        )
        return Broken(finding)

    def expect(self, holds: object, sent: object, expected: str, came: object) -> None:
        """Raise Broken unless something holds."""
        if not holds:
            raise self.broken(_text(sent), expected, _text(came))

    def obeyed(self, answer: Answer, sent: object) -> Record:
        """Return the data of an answer that must be OK."""
        self.expect(answer.is_ok, sent, "the code OK", answer.reply.told)
        return answer.data

    def refused(
        self, answer: Answer, sent: object, status: int = 400, *, code: str = "", place: str = ""
    ) -> None:
        """Demand that a request was refused.

        The HTTP status, the code and the place that the message names count in strict mode only
        (R1, R2); without a code, it is the one that goes with the status, if there is one.
        """
        came = answer.reply.told
        self.expect(not answer.is_ok, sent, "an error: a code other than OK", came)
        if not self.strict:
            return
        self.expect(answer.reply.status == status, sent, f"an error with the status {status}", came)
        code, why = code or CODES.get(status, ""), requirements.SAYS_WHY
        if code not in {"", answer.code}:
            raise self.broken(_text(sent), f"an error with the code {code}", came, why)
        if place not in answer.message:
            raise self.broken(_text(sent), f"a message that names {place}", came, why)

    # --- requests ----------------------------------------------------------------------------------

    def login(self, **changes: str | None) -> Answer:
        """Log in as the run was told, with changed members (None leaves one out)."""
        body = {**self.login_given, **changes}
        answer = self.ask(LOGIN, {name: value for name, value in body.items() if value is not None})
        token = answer.data.get("token")
        if isinstance(token, str):
            self._shell.know(token)
        return answer

    def fresh_token(self, **changes: str) -> str:
        """Return the token of a new login, which must succeed."""
        token = self.obeyed(self.login(**changes), "a login").get("token")
        self.expect(isinstance(token, str) and token, "a login", "a token in `data`", token)
        return str(token)

    @property
    def token(self) -> str:
        """Return the token of this run, fetched once. Raises CannotJudge."""
        if self._token is None:
            self._token = self.log_in()
        return self._token

    def log_in(self) -> str:
        """Return a token of the run's own login. Raises CannotJudge when there is none."""
        if not set(self.login_given) >= LOGIN_MEMBERS:
            raise CannotJudge(
                "the rewards service needs --login username=... --login password=... "
                "--login organisation=..."
            )
        answer = self.login()
        if not answer.is_ok or not isinstance(answer.data.get("token"), str):
            raise CannotJudge(f"the server refused the login: {answer.reply.told}")
        return str(answer.data["token"])

    def preview(self, body: Body, token: object = ...) -> Answer:
        """Preview a purchase with the run's token, or another one (None: without)."""
        return self.ask(PREVIEW, self._with_token(body, token))

    def create(self, body: Body, token: object = ...) -> Answer:
        """Create a purchase."""
        return self.ask(CREATE, self._with_token(body, token))

    def show(self, event_id: str, token: object = ...) -> Answer:
        """Read a purchase."""
        query = self._with_token({"id": event_id}, token)
        return self.ask(SHOW, None, query={name: str(value) for name, value in query.items()})

    def release(self, token: str | None) -> Answer:
        """Release a token."""
        return self.ask(RELEASE, {} if token is None else {"token": token})

    def _with_token(self, body: Body, token: object) -> Body:
        if token is None:
            return {name: value for name, value in body.items() if name != "token"}
        return {**body, "token": self.token if token is ... else token}

    def ask(
        self,
        operation_id: str,
        body: object,
        *,
        query: Mapping[str, str] | None = None,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request (a body of bytes as it stands) and check the answer's envelope."""
        operation = self._operation(operation_id)
        path = self._prefix + operation.path + (f"?{urlencode(query)}" if query else "")
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if headers is None:
            headers = {} if raw is None else JSON
        request = Request(method or operation.method, path, headers, raw, caller=None)
        answer = self._sent(operation, request)
        sent = _shown(request)
        for fault in faults(answer, strict=self.strict):
            came = f"{fault}: {answer.reply.told}"
            raise self.broken(sent, "an envelope", came, requirements.ENVELOPE)
        if method is None and (self.strict or answer.is_ok):
            for fault in self._documented.faults(operation, answer.reply):
                raise self.broken(sent, "a documented answer", fault, requirements.DOCUMENTED)
        return answer

    def _sent(self, operation: Operation, request: Request) -> Answer:
        self.session.coverage.count(Part.OPERATION, operation.id)
        exchanges, answered = self._story.exchanges, requirements.ANSWERED
        try:
            exchange = self._client.send(request)
        except Unanswered as error:
            exchanges.append(Exchange(request, None))
            raise self.broken(_shown(request), "an answer", str(error), answered) from None
        exchanges.append(exchange)
        reply = exchange.reply
        if reply is not None:
            self.session.coverage.count(Part.ANSWER, f"{operation.id} {reply.status}")
        if reply is None or reply.status >= 500:
            came = reply.told if reply else "nothing"
            raise self.broken(_shown(request), "an answer below 500", came, answered)
        return opened(reply)

    def _operation(self, operation_id: str) -> Operation:
        operation = self.contract.operation(operation_id)
        if operation is None:
            raise NotReached(f"the contract has no operation {operation_id}")
        return operation

    def _operation_of(self, exchange: Exchange) -> str:
        path = exchange.request.path.removeprefix(self._prefix).split("?")[0]
        found = (one.id for one in self.contract.operations if one.path == path)
        return next(found, "")

    # --- purchases to send -------------------------------------------------------------------------

    def purchase(self, **changes: object) -> Body:
        """Return a purchase that this server previews, with changed members (None leaves one out)."""
        if self._base is None:
            self._base = self._find_purchase()
        body = {**copy.deepcopy(self._base), **changes}
        return {name: value for name, value in body.items() if value is not None}

    def _find_purchase(self) -> Body:
        if self.world is not None:
            return _busiest(self.world.organisation, self.maker())
        for one in examples(self.contract, PREVIEW):
            plain = {name: value for name, value in one.body.items() if name not in _TOTALS}
            if one.breaks is None and self.preview(plain).is_ok:
                return plain
        raise NotReached("the server knows none of the purchases of the contract's examples")


def _busiest(organisation: Record, maker: Maker) -> Body:
    """Return a purchase of the busiest account, at the unit that most offers name."""
    account = organisation["accounts"][-1]["number"]
    offers = [offer for scheme in organisation["schemes"] for offer in scheme["offers"]]
    units = [unit["name"] for unit in organisation["units"]]
    unit = max(units, key=lambda unit: sum(_is_plain(offer, unit) for offer in offers))
    codes = [product["code"] for product in organisation["products"]]
    body = maker.purchase(account, unit, 4_000)
    body["products_set"].append(line(codes[-1], 2_599))
    return body


def _is_plain(offer: Record, unit: str) -> bool:
    return (
        unit in offer.get("units", [])
        and offer.get("state", "EFFECTIVE") == "EFFECTIVE"
        and offer.get("evaluation", "INTERACTIVELY") == "INTERACTIVELY"
        and "scope" not in offer
        and "effective_from" not in offer
        and "products" not in offer
    )


def _shown(request: Request) -> str:
    return f"{request.told} {(request.body or b'').decode('utf-8', 'replace')}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
