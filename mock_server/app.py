"""The sandbox as one ASGI application. To follow a request, read `Sandbox.__call__` and `Sandbox._answer`.

HTTP -> pages for people, or Connexion (route, authenticate) -> parameters -> body -> handler -> answer,
or a Problem, rendered in one place in the contract's own error form.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from a2wsgi import WSGIMiddleware
from connexion.exceptions import OAuthProblem

from mock_server import connexion_adapter as projection
from mock_server.clock import real_now
from mock_server.connexion_adapter import ALLOWED, CALLER, OPERATION, Receive, Scope, Send
from mock_server.contracts import contract
from mock_server.contracts.contract import Contract, Operation
from mock_server.contracts.validation import Profile, Schemas
from mock_server.control.operations import Control
from mock_server.control.site import PAGES, build_site
from mock_server.control.tokens import TokenRequests
from mock_server.examples.answers import Answers, preferences
from mock_server.examples.handler import Examples
from mock_server.http import bodies, parameters
from mock_server.http.callers import ADMIN, Callers, challenge, headers_of
from mock_server.http.problems import Answer, Fault, Problem, render
from mock_server.http.requests import Handler, Holder, Request
from mock_server.http.tokens import Tokens
from mock_server.resources.submissions import Submissions, check_size, check_submission
from mock_server.resources.world import Work, World
from mock_server.services.rewards import world as rewards_world
from mock_server.services.rewards.ledger import Ledger
from mock_server.services.rewards.operations import RewardsRequests
from mock_server.services.rewards.service import Rewards
from mock_server.settings import (
    Settings,
    control_contracts,
    data_folder,
    shipped_contracts,
)
from mock_server.storage.store import Partner, Store
from mock_server.storage.threads import Threads

log = logging.getLogger("mock_server")

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - of identity.yaml
# The partner of whoever calls a contract that asks for no credentials.
ANONYMOUS = Partner("anonymous", "", "GBP")


@dataclass(frozen=True)
class Backstage:
    """What outlives an edit of the contracts: the settings, the store, the tokens, the threads."""

    settings: Settings
    store: Store
    tokens: Tokens
    threads: Threads
    rewards: Rewards

    def close(self) -> None:
        """Give everything back."""
        self.threads.close()
        self.store.close()


def open_backstage(settings: Settings) -> Backstage:
    """Open the store and make the fixtures' partners. Raises StoreError."""
    store = Store(settings.database, settings.seed)
    store.add_partners(fixture_partners())
    key = store.setting("signing-key", secrets.token_hex(32))
    tokens = Tokens(key, settings.token_lifetime)
    return Backstage(settings, store, tokens, Threads(), open_rewards(store))


def open_rewards(store: Store) -> Rewards:
    """Return the rewards service with the fixtures' organisations, whose wallets stand in the store."""
    world = rewards_world.read(data_folder("fixtures") / "rewards-world.yaml")
    ledger = Ledger(store)
    ledger.open(world)
    return Rewards(world, ledger, lambda organisation: real_now())


def fixture_partners() -> list[Partner]:
    """Return the partners that every sandbox starts with."""
    text = (data_folder("fixtures") / "partners.yaml").read_text(encoding="utf-8")
    return [Partner(**row) for row in yaml.safe_load(text)["partners"]]


def load_contracts(settings: Settings) -> list[Contract]:
    """Read the contracts that the settings name, and the control surface. Raises ContractError."""
    chosen = [contract.load(path) for path in settings.contracts or shipped_contracts()]
    names: dict[str, Contract] = {}
    for item in chosen:
        other = names.setdefault(item.name, item)
        if other is not item:
            raise item.document.error(
                "",
                f"{other.document.file} is called {item.name} as well.",
                "Rename one of the two files.",
            )
    return chosen + [contract.load(path) for path in control_contracts() if path.stem not in names]


@dataclass(frozen=True)
class _Bound:
    """An operation with everything that answering it takes."""

    contract: Contract
    operation: Operation
    schemas: Schemas
    examples: Examples
    handler: Handler
    anonymous: Profile | None
    sizes: tuple[int, int | None]
    holder: Holder | None


class Sandbox:
    """The application for one set of contracts."""

    def __init__(self, contracts: Iterable[Contract], backstage: Backstage) -> None:
        """Bind every operation to what answers it. Raises ContractError."""
        self.contracts = list(contracts)
        self.backstage = backstage
        schemas = {item.name: Schemas(item) for item in self.contracts}
        self._bound = dict(self._bind(schemas))
        callers = Callers(
            backstage.store, backstage.tokens, backstage.threads, backstage.settings.admin_key
        )
        self._api = projection.build(self.contracts, self._endpoint, callers.identify)
        site: Any = build_site(self.contracts, backstage.settings, backstage.store)
        self._site = WSGIMiddleware(site)
        self._claimed = {operation.path for operation in self._operations()}
        self.token_paths = (
            frozenset(path for item in self.contracts for path in item.token_paths) - self._claimed
        )

    def _operations(self) -> Iterable[Operation]:
        return (operation for item in self.contracts for operation in item.operations)

    # -- binding ---------------------------------------------------------------------------------

    def _bind(self, schemas: Mapping[str, Schemas]) -> Iterable[tuple[str, _Bound]]:
        stage = self.backstage
        world = World(stage.store, _work(self.contracts, schemas), stage.settings.processing_delay)
        submissions = Submissions(stage.store, world, stage.threads)
        rewards = RewardsRequests(stage.rewards, stage.threads)
        by_id = [*_handlers_by_id(stage, world), rewards.by_operation(), rewards.controls()]
        for item in self.contracts:
            examples = Examples(Answers(item.document.content), stage.threads)
            own = _matching(by_id, item)
            for operation in item.operations:
                if operation.submission is not None:
                    handler = submissions.submit(item, operation)
                elif operation.status_of:
                    handler = submissions.status(item, operation)
                elif operation.record_of is not None:
                    handler = submissions.record(item, operation)
                else:
                    handler = own.get(operation.id) or examples.answer
                yield (
                    operation.name,
                    _Bound(
                        item,
                        operation,
                        schemas[item.name],
                        examples,
                        handler,
                        self._anonymous(operation),
                        _sizes(item, operation),
                        rewards.holder if handler in own.values() and operation.token else None,
                    ),
                )

    def _anonymous(self, operation: Operation) -> Profile | None:
        """Return the partner of a caller without credentials, where the contract allows one."""
        if operation.security and {} not in operation.security:
            return None
        if operation.submission or operation.status_of or operation.record_of:
            self.backstage.store.add_partners([ANONYMOUS])
        return Profile(ANONYMOUS.client_id, ANONYMOUS.currency)

    # -- the way of a request --------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI asks."""
        match scope["type"]:
            case "lifespan":
                await self._lifespan(receive, send)
            case "http" if scope["path"] in self.token_paths:
                # Tokens are granted wherever a contract says so.
                here = {"path": TOKEN_PATH, "raw_path": TOKEN_PATH.encode()}
                await self._serve({**scope, **here}, receive, send)
            case "http" if self._is_page(scope["path"]):
                await self._site(scope, receive, send)  # type: ignore[arg-type]
            case "http":
                await self._serve(scope, receive, send)
            case "websocket":
                await send({"type": "websocket.close", "code": 1000})

    def _is_page(self, path: str) -> bool:
        return path not in self._claimed and (path == "/" or path.startswith(PAGES))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Connexion notes the operation in here, where a refusal looks for it.
        scope.setdefault("extensions", {})
        try:
            await self._api(scope, receive, send)
        except Exception as error:
            await _send(self._refusal(error, scope), send)

    async def _endpoint(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _send(await self._answer(scope, receive, scope[OPERATION]), send)

    async def _answer(self, scope: Scope, receive: Receive, name: str | None) -> Answer:
        if name is None:
            raise _not_served(scope)
        bound = self._bound[name]
        headers = headers_of(scope)
        profile = scope.get(CALLER) or bound.anonymous
        token = bound.operation.token
        if bound.holder is not None and token is not None and token.place == "query":
            profile = await bound.holder(parameters.first(scope["query_string"], token.name))
        values = parameters.read(
            bound.operation,
            bound.schemas,
            projection.path_values(scope.get("path_params") or {}),
            scope["query_string"],
            headers,
        )
        request = Request(bound.contract, bound.operation, profile, values, headers)
        if bound.operation.body_types:
            request = await self._read_body(bound, request, receive)
        if "prefer" in headers and preferences(headers["prefer"]).keys() & {"code", "example"}:
            return await bound.examples.preferred(request)
        return await bound.handler(request)

    async def _read_body(self, bound: _Bound, request: Request, receive: Receive) -> Request:
        operation = bound.operation
        raw = await bodies.read(receive)
        if not raw and not operation.body_required and operation.submission is None:
            return request
        if not raw:
            raise Problem(400, "The body is missing.", (Fault("#", "a body is required"),))
        kind = bodies.media_type(request.headers, operation.body_types)
        if len(raw) > _LARGE:
            body = await self.backstage.threads.run(bodies.parse, raw, kind)
        else:
            body = bodies.parse(raw, kind)
        profile, token = request.profile, operation.token
        if bound.holder is not None and token is not None and token.place == "body":
            profile = await bound.holder(_member(body, token.name))
        pointer = operation.body_types[kind]
        if operation.submission is not None:
            check_submission(body)
            check_size(body, *bound.sizes)
        elif pointer and bodies.is_checked(kind):
            _check(bound.schemas, pointer, profile, body)
        return Request(
            request.contract,
            operation,
            profile,
            request.parameters,
            request.headers,
            body,
            raw,
            kind,
        )

    # -- errors ----------------------------------------------------------------------------------

    def _refusal(self, error: Exception, scope: Scope) -> Answer:
        """Return the answer to a request on whose way something was raised."""
        if isinstance(error, Problem):
            problem = error
        elif isinstance(error, OAuthProblem):
            problem = Problem(401, "The credentials are missing.")
        else:
            log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            problem = _our_fault()
        routing = scope["extensions"].get("connexion_routing", {})
        return self._render(problem, scope, routing.get("operation_id"))

    def _render(self, problem: Problem, scope: Scope, name: str | None) -> Answer:
        """Return the answer that a problem makes, in the error form of the contract it came from."""
        bound = self._bound.get(name or "")
        if bound is None:
            return render(problem, self._form_of_path(scope["path"]))
        if problem.status == 401 and "WWW-Authenticate" not in problem.headers:
            words = challenge(bound.contract, bound.operation)
            problem = Problem(
                401,
                problem.detail,
                problem.errors,
                {**problem.headers, "WWW-Authenticate": words},
                problem.code,
            )
        return render(problem, bound.contract.error_form)

    def _form_of_path(self, path: str) -> str:
        """Return the error form of the contract under whose base path an unknown path lies."""
        for item in self.contracts:
            if item.base_path and path.startswith(item.base_path + "/"):
                return item.error_form
        return "problem"

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self.backstage.close()
                return


_LARGE = 256 * 1024


def _handlers_by_id(stage: Backstage, world: World) -> list[dict[str, Handler]]:
    """Return the hand-written behaviours, each as the operations that it serves together."""
    tokens = TokenRequests(stage.store, stage.tokens, stage.threads)
    control = Control(stage.store, world, stage.threads)
    return [
        {"createToken": tokens.create},
        {
            "listPartners": control.list_partners,
            "createPartner": control.create_partner,
            "getClock": control.get_clock,
            "setClock": control.set_clock,
            "reset": control.reset,
            "explainSubmission": control.explain,
            "getWorld": control.world,
        },
    ]


def _matching(behaviours: list[dict[str, Handler]], item: Contract) -> dict[str, Handler]:
    """Return the behaviours whose operations the contract has all: one name alone may be chance."""
    ids = {operation.id for operation in item.operations}
    own: dict[str, Handler] = {}
    for behaviour in behaviours:
        if behaviour.keys() <= ids:
            own |= behaviour
    return own


def _work(contracts: Iterable[Contract], schemas: Mapping[str, Schemas]) -> dict[str, Work]:
    """Return how the items of each submission are judged, by the operation's name."""
    work = {}
    for item in contracts:
        for operation in item.operations:
            if operation.submission is not None:
                pointer = _items_pointer(item, operation)
                check = schemas[item.name].check
                check(
                    pointer, Profile("", "")
                )  # so that a schema that cannot be compiled stops the start
                work[operation.name] = Work(
                    item.lifecycles[operation.submission.lifecycle],
                    partial(check, pointer),
                    item.error_names,
                )
    return work


def _items_pointer(item: Contract, operation: Operation) -> str:
    for kind, pointer in operation.body_types.items():
        if bodies.is_json(kind):
            at = item.document.follow(pointer)
            if "items" in item.document.at("#" + at):
                return f"{at}/items"
    raise item.document.error(
        operation.pointer,
        f"{operation.id} takes a submission, but its JSON body is no array of items.",
    )


def _sizes(item: Contract, operation: Operation) -> tuple[int, int | None]:
    """Return how many items a submission must and may have; an empty one is always refused."""
    for kind, pointer in operation.body_types.items():
        if operation.submission is not None and pointer and bodies.is_json(kind):
            schema = item.document.resolve(item.document.at("#" + pointer))
            return max(1, schema.get("minItems", 1)), schema.get("maxItems")
    return 1, None


def _check(schemas: Schemas, pointer: str, profile: Profile | None, body: Any) -> None:
    check = schemas.check(pointer, profile if profile not in (None, ADMIN) else Profile("", ""))
    if not check.accepts(body):
        faults = tuple(
            Fault(violation.pointer, violation.sentence.lstrip(": "))
            for violation in check.violations(body)
        )
        raise Problem(400, "The body does not fit the contract.", faults[:100])


def _member(body: Any, name: str) -> object:
    return body.get(name) if isinstance(body, dict) else None


def _not_served(scope: Scope) -> Problem:
    methods = scope.get(ALLOWED)
    if methods is None:
        return Problem(404, f"Nothing is served at {scope['path']}.")
    allowed = ", ".join(methods)
    return Problem(
        405, f"{scope['method']} is not allowed here; {allowed} is.", headers={"Allow": allowed}
    )


def _our_fault() -> Problem:
    return Problem(500, "The sandbox failed; its log says why.")


async def _send(answer: Answer, send: Send) -> None:
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.media_type is not None:
        headers.append((b"content-type", answer.media_type.encode("latin-1")))
    for name, value in answer.headers.items():
        headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))
    if answer.status in (204, 304):
        headers = [header for header in headers if header[0] != b"content-length"]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


__all__ = ["Backstage", "Sandbox", "load_contracts", "open_backstage"]
