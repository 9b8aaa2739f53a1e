"""Asks a rewards service, and opens and checks the envelope of every answer on the way."""

from __future__ import annotations

import contextlib
import copy
import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from contract_tests.http.client import CannotJudge, Exchange, NotAllowed, Target, Unanswered
from contract_tests.http.servers import path_below
from contract_tests.judging.answers import Answers
from contract_tests.judging.verdict import Broken, Coverage, Finding, broken
from contract_tests.reading.contract import Contract, Operation
from contract_tests.services.rewards import purchases as rewards_scenes
from contract_tests.services.rewards.envelope import Told, faults, opened
from contract_tests.services.rewards.purchases import Body, Fixture, Maker
from contract_tests.settings import Settings

JSON = {"Content-Type": "application/json"}
LOGIN, RELEASE = "login", "releaseToken"
PREVIEW, CREATE, SHOW = "previewPurchase", "createPurchase", "showPurchase"
SUITE = "rewards"
CODES = {401: "INVALID_TOKEN", 405: "METHOD_NOT_ALLOWED"}
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class Promise(NamedTuple):
    """What is checked: its id, its sentence, and the silences that it rests on."""

    id: str
    sentence: str
    source: str = "contracts 4"
    silences: tuple[str, ...] = ()


ENVELOPE = Promise(
    "rewards.envelope",
    "Every answer, an error too, is `{data, status: {code, description, message}}`",
    "facts 2 (seed 004)",
)
DOCUMENTED = Promise(
    "rewards.answer-documented",
    "Every answer is one that the contract documents: status and schema",
    "the contract's responses",
)
SAYS_WHY = Promise(
    "rewards.refusal-says-why",
    "A refusal says by its code what is wrong, and in its message where",
    "the contract's ErrorCode and Failure",
    ("R1",),
)
ANSWERED = Promise(
    "rewards.answer-given", "Every request is answered, and never with a 500", "HTTP"
)


def is_rewards(contract: Contract) -> bool:
    """Tell whether a contract is one of a rewards service."""
    return contract.error_form == "envelope" and contract.operation(PREVIEW) is not None


def require_login(contracts: Iterable[Contract], target: Target, settings: Settings) -> None:
    """Raise CannotJudge when the login of a run is missing or refused.

    A server that does not answer a login as it should is for the checks to find.
    """
    for contract in filter(is_rewards, contracts):
        with contextlib.suppress(Broken, NotAllowed, NotReached):
            Bench(contract, target, settings, Coverage()).log_in()


class NotReached(Exception):
    """A check that cannot be made of this server; the text says why."""


@dataclass(frozen=True)
class World:
    """What is known of the world behind the server: the fixture's organisation."""

    name: str
    organisation: Mapping[str, Any]
    maker: Maker
    fixture: Fixture


class Bench:
    """One server, one login, and everything that the checks ask of them."""

    def __init__(
        self, contract: Contract, target: Target, settings: Settings, coverage: Coverage
    ) -> None:
        """Take what the run knows; nothing is sent yet."""
        self.contract = contract
        self.settings = settings
        self.strict = settings.mode == "strict"
        self.coverage = coverage
        self._target = target
        self._answers = Answers(contract)
        self._promise = ENVELOPE
        self._token: str | None = None
        self._names: dict[str, str] = {}
        self._base: Body | None = None
        self._prefix = path_below(contract, settings.base_url)
        self.world = self._known_world()

    def _known_world(self) -> World | None:
        fixture = rewards_scenes.read_fixture()
        name = fixture.organisation(self.settings.login) if fixture else None
        if fixture is None or name is None:
            return None
        organisation = fixture.organisations[name]
        return World(name, organisation, Maker(organisation, self.settings.seed), fixture)

    def known_world(self) -> World:
        """Return the world behind the server. Raises NotReached when it is not our sandbox's."""
        if self.world is None:
            raise NotReached("the login is none of the fixture's, so nothing is known of the world")
        return self.world

    # Stories and findings.

    def begin(self, promise: Promise) -> None:
        """Begin the story of a promise: its requests can be repeated on their own."""
        self._promise = promise
        self._target.begin()

    def broken(self, sent: str, expected: str, came: str, promise: Promise | None = None) -> Broken:
        """Return the broken promise, to be raised."""
        promise = promise or self._promise
        transcript = self._target.transcript
        return broken(
            Finding(
                rule=promise.id,
                sentence=promise.sentence,
                source=", ".join((promise.source, *promise.silences)),
                contract=self.contract.name,
                operation=self._operation_of(transcript[-1]) if transcript else "",
                suite=SUITE,
                sent=sent,
                expected=(expected,),
                came=came,
                curl=self._curl(transcript),
                requests=len(transcript),
                seed=self.settings.seed,
                repeat=self.settings.repeat(SUITE),
            )
        )

    def expect(self, holds: bool, sent: object, expected: str, came: object) -> None:
        """Raise Broken unless something holds."""
        if not holds:
            raise self.broken(_text(sent), expected, _text(came))

    def obeyed(self, told: Told, sent: object) -> Mapping[str, Any]:
        """Return the data of an answer that must be OK."""
        self.expect(told.is_ok, sent, "the code OK", told.reply.told())
        return told.data

    def refused(
        self, told: Told, sent: object, status: int = 400, *, code: str = "", place: str = ""
    ) -> None:
        """Demand that a request was refused.

        The HTTP status, the code and the place that the message names count in strict mode only
        (R1, R2); without a code, it is the one that goes with the status, if there is one.
        """
        self.expect(not told.is_ok, sent, "an error: a code other than OK", told.reply.told())
        if not self.strict:
            return
        came = told.reply.told()
        self.expect(told.reply.status == status, sent, f"an error with the status {status}", came)
        code = code or CODES.get(status, "")
        if code not in {"", told.code}:
            raise self.broken(_text(sent), f"an error with the code {code}", came, SAYS_WHY)
        if place not in told.message:
            raise self.broken(_text(sent), f"a message that names {place}", came, SAYS_WHY)

    # Requests.

    def login(self, **changes: str | None) -> Told:
        """Log in as the run was told, with changed members (None leaves one out)."""
        body = {**self.settings.login, **changes}
        told = self.ask(LOGIN, {name: value for name, value in body.items() if value is not None})
        token = told.data.get("token")
        if isinstance(token, str):
            self._names.setdefault(token, f"TOKEN{len(self._names) + 1}")
        return told

    def fresh_token(self, **changes: str) -> str:
        """Return the token of a new login, which must succeed."""
        token = self.obeyed(self.login(**changes), "a login").get("token")
        self.expect(isinstance(token, str) and bool(token), "a login", "a token in `data`", token)
        return str(token)

    @property
    def token(self) -> str:
        """Return the token of this run, fetched once."""
        if self._token is None:
            self._token = self.log_in()
        return self._token

    def log_in(self) -> str:
        """Return a token of the run's own login. Raises CannotJudge when there is none."""
        if not {"username", "password", "organisation"} <= set(self.settings.login):
            raise CannotJudge(
                "the rewards service needs --login username=... --login password=... "
                "--login organisation=..."
            )
        told = self.login()
        if not told.is_ok or not isinstance(told.data.get("token"), str):
            raise CannotJudge(f"the server refused the login: {told.reply.told()}")
        return str(told.data["token"])

    def preview(self, body: Body, token: object = ...) -> Told:
        """Preview a purchase with the run's token, or another one (None: without)."""
        return self.ask(PREVIEW, self._with_token(body, token))

    def create(self, body: Body, token: object = ...) -> Told:
        """Create a purchase."""
        return self.ask(CREATE, self._with_token(body, token))

    def show(self, event_id: str, token: object = ...) -> Told:
        """Read a purchase."""
        query = self._with_token({"id": event_id}, token)
        return self.ask(SHOW, None, query={name: str(value) for name, value in query.items()})

    def release(self, token: str | None) -> Told:
        """Release a token."""
        return self.ask(RELEASE, {} if token is None else {"token": token})

    def _with_token(self, body: Body, token: object) -> Body:
        if token is None:
            return {name: value for name, value in body.items() if name != "token"}
        return {**body, "token": self.token if token is ... else token}

    def ask(
        self,
        operation_id: str,
        body: Any,
        *,
        query: Mapping[str, str] | None = None,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Told:
        """Send a request (a body of bytes as it stands) and check the answer's envelope."""
        operation = self._operation(operation_id)
        path = self._prefix + operation.path + (f"?{urlencode(query)}" if query else "")
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        self.coverage.count("operations", self.contract.name, operation.id)
        sent = f"{method or operation.method} {path} {(raw or b'').decode('utf-8', 'replace')}"
        try:
            reply = self._target.send(
                method or operation.method,
                path,
                who=None,
                headers=(JSON if raw is not None else {}) if headers is None else headers,
                body=raw,
            )
        except Unanswered as error:
            raise self.broken(sent, "an answer", str(error), ANSWERED) from None
        if reply.status >= 500:
            raise self.broken(sent, "an answer below 500", reply.told(), ANSWERED)
        told = opened(reply)
        for fault in faults(told, self.strict):
            raise self.broken(sent, "an envelope", f"{fault}: {reply.told()}", ENVELOPE)
        if method is None and (self.strict or told.is_ok):
            for fault in self._answers.faults(operation, reply):
                raise self.broken(sent, "a documented answer", fault, DOCUMENTED)
        return told

    def _operation(self, operation_id: str) -> Operation:
        operation = self.contract.operation(operation_id)
        if operation is None:
            raise NotReached(f"the contract has no operation {operation_id}")
        return operation

    def _operation_of(self, exchange: Exchange) -> str:
        path = exchange.path.removeprefix(self._prefix).split("?")[0]
        found = (one.id for one in self.contract.operations if one.path == path)
        return next(found, "")

    # Purchases to send.

    def purchase(self, **changes: Any) -> Body:
        """Return a purchase that this server previews, with changed members (None leaves one out)."""
        if self._base is None:
            self._base = self._find_purchase()
        body = {**copy.deepcopy(self._base), **changes}
        return {name: value for name, value in body.items() if value is not None}

    def _find_purchase(self) -> Body:
        if self.world is not None:
            return self._purchase_of_world(self.world)
        for _, breaks, body in rewards_scenes.examples(self.contract, PREVIEW):
            plain = {name: value for name, value in body.items() if name not in _TOTALS}
            if breaks is None and self.preview(plain).is_ok:
                return plain
        raise NotReached("the server knows none of the purchases of the contract's examples")

    @staticmethod
    def _purchase_of_world(world: World) -> Body:
        """Return a purchase of the busiest account, at the unit that most offers name."""
        organisation = world.organisation
        account = organisation["accounts"][-1]["number"]
        offers = [offer for scheme in organisation["schemes"] for offer in scheme["offers"]]
        units = [unit["name"] for unit in organisation["units"]]
        busiest = max(units, key=lambda unit: sum(_is_plain(offer, unit) for offer in offers))
        codes = [product["code"] for product in organisation["products"]]
        body = world.maker.purchase(account, busiest, 4_000)
        body["products_set"].append(rewards_scenes.line(codes[-1], 2_599))
        return body

    # Telling.

    def saw(self, promise: Promise, as_chosen: bool) -> None:
        """Note what the server did where silences apply."""
        told = "as the contract chose" if as_chosen else f"otherwise: {promise.id}"
        for silence in promise.silences:
            self.coverage.saw(self.contract.name, silence, told, as_chosen)

    def _curl(self, transcript: list[Exchange]) -> tuple[str, ...]:
        used = [
            token
            for token in self._names
            if any(token.encode() in _whole(exchange) for exchange in transcript)
        ]
        logged_in = {
            token
            for token in used
            for exchange in transcript
            if exchange.reply is not None and token.encode() in exchange.reply.body
        }
        told = [
            self._login_line(self.settings.login, self._names[token])
            for token in used
            if token not in logged_in
        ]
        return (*told, *(self._line(exchange) for exchange in transcript))

    def _login_line(self, login: Mapping[str, str], variable: str) -> str:
        url = f"{self.settings.base_url.rstrip('/')}{self._prefix}{self._operation(LOGIN).path}"
        body = self._hidden(json.dumps(dict(login)))
        return (
            f"{variable}=$(curl -s -X POST {url} -H 'Content-Type: application/json' "
            f'--data-binary {body} | sed -n \'s/.*"token" *: *"\\([^"]*\\)".*/\\1/p\')'
        )

    def _line(self, exchange: Exchange) -> str:
        given = opened(exchange.reply).data.get("token") if exchange.reply else None
        if isinstance(given, str) and given in self._names and exchange.body:
            return self._login_line(json.loads(exchange.body), self._names[given])
        base = self.settings.base_url.rstrip("/")
        parts = ["curl", "-s", "-X", exchange.method, self._hidden(base + exchange.path)]
        for name, value in exchange.headers:
            parts += ["-H", shlex.quote(f"{name}: {value}")]
        if exchange.body is not None:
            parts += ["--data-binary", self._hidden(exchange.body.decode("utf-8", "replace"))]
        return " ".join(parts)

    def _hidden(self, text: str) -> str:
        """Quote a text for the shell; tokens, and abroad the password, come from variables."""
        quoted = shlex.quote(text)
        for token, variable in self._names.items():
            quoted = quoted.replace(token, f"'\"${variable}\"'")
        password = self.settings.login.get("password")
        if password and urlsplit(self.settings.base_url).hostname not in _LOCAL:
            quoted = quoted.replace(password, "'\"${CONTRACT_TESTS_LOGIN_PASSWORD:?}\"'")
        return quoted


_TOTALS = ("total_amount", "net_amount", "vat_amount")


def _is_plain(offer: Mapping[str, Any], unit: str) -> bool:
    return (
        unit in offer.get("units", [])
        and offer.get("state", "EFFECTIVE") == "EFFECTIVE"
        and offer.get("evaluation", "INTERACTIVELY") == "INTERACTIVELY"
        and "scope" not in offer
        and "effective_from" not in offer
        and "products" not in offer
    )


def _whole(exchange: Exchange) -> bytes:
    answer = exchange.reply.body if exchange.reply is not None else b""
    return exchange.path.encode() + (exchange.body or b"") + answer


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
