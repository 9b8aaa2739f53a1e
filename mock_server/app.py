"""The sandbox as one ASGI application. To follow a request, read `Sandbox._answer`.

HTTP -> pages for people, or Connexion (route, authenticate) -> parameters -> body -> handler -> answer,
or a Problem, rendered in one place in the contract's own error form.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial

from mock_server.binding import ANONYMOUS_ID, BoundOperation, bind_all, served
from mock_server.connexion_adapter import Route, Router
from mock_server.console.pages import Pages
from mock_server.console.subject import Subject
from mock_server.contracts.contract import Contract
from mock_server.control.health import HEALTH, health
from mock_server.examples.answer_check import faults_of
from mock_server.examples.preferences import PREFERENCES, preferences, without_wishes
from mock_server.http import parameters, problems
from mock_server.http.answers import NO_ANSWER, Answer
from mock_server.http.asgi import Receive, Scope, Send, hang_up, peer_of, send_answer
from mock_server.http.authentication import Authenticator
from mock_server.http.bodies import Body, check_body, read_body
from mock_server.http.body_budget import BodyBudget
from mock_server.http.challenges import challenge
from mock_server.http.cross_origin import CrossOrigin, is_preflight, preflight
from mock_server.http.headers import headers_of
from mock_server.http.leniency import tolerated
from mock_server.http.problems import Problem, render
from mock_server.http.proxies import as_seen_outside
from mock_server.http.requests import Request
from mock_server.http.streaming import send_stream
from mock_server.journal import EXCHANGE, Exchange
from mock_server.journal.log_lines import writer
from mock_server.runtime import Runtime
from mock_server.scenarios.effect import ConnectionDroppedError, effect_of_code
from mock_server.storage.outages import Unavailable
from openapi_documents import DocumentError

log = logging.getLogger("mock_server")
answers_log = logging.getLogger("mock_server.answers")

_REMEMBERED = 1024
_LONGEST_REMEMBERED = 256
TOKEN_PATH = "/oauth2/token"  # noqa: S105 - of identity.yaml


class Sandbox:
    """The application for one set of contracts."""

    def __init__(self, contracts: Iterable[Contract], runtime: Runtime) -> None:
        """Bind every operation to what answers it. Raises DocumentError, and StorageError for a service's tables."""
        self.runtime = runtime
        contracts = list(contracts)
        bound = bind_all(contracts, runtime)
        self.contracts = served(contracts, bound)
        self.bound = tuple(bound)
        self.asked_at = -math.inf
        """When the last request came, by the monotonic clock."""
        self._bound = {one.operation.name: one for one in bound}
        self._recent = lru_cache(maxsize=_REMEMBERED)(self._of_target)
        authenticator = self._authenticator = Authenticator(
            runtime.store.partners,
            runtime.strangers,
            runtime.tokens,
            runtime.token_time,
            runtime.threads,
            runtime.settings.admin_key,
            runtime.attempts,
        )
        self._router = Router(self.contracts, self._endpoint, authenticator.identify)
        self._pages = Pages(self._subject())
        trace = runtime.tracing.write if runtime.tracing is not None else None
        observers = (writer(runtime.settings.log), trace)
        self._observers = tuple(one for one in observers if one is not None)
        self._body_budget = BodyBudget()
        self._cross_origin = CrossOrigin(runtime.settings.cors)
        self._claimed = {
            base + one.operation.own_path for one in bound for base in one.operation.bases
        }
        token_paths = {path for contract in self.contracts for path in contract.token_paths}
        self.token_paths = frozenset(token_paths - self._claimed)

    def _subject(self) -> Subject:
        """Return what the pages tell of."""
        runtime, bound = self.runtime, self.bound
        is_open = any(one.anonymous is not None and one.contract.service is None for one in bound)
        return Subject(
            self.contracts,
            runtime.settings,
            runtime.store,
            runtime.starting.partners,
            frozenset(one.operation.name for one in bound if one.is_remembered),
            {one.operation.name: one.declared for one in bound if one.declared is not None},
            partial(runtime.tokens.issue, ANONYMOUS_ID) if is_open else None,
        )

    # -- the way of a request --------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI asks."""
        match scope["type"]:
            case "lifespan":
                await self._lifespan(receive, send)
            case "http":
                seen = as_seen_outside(scope, self.runtime.settings.root_path)
                await self._serve_request(seen, receive, send)

    async def _serve_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        is_page = path not in self._claimed and self._pages.has(path)
        if not is_page or path.startswith("/contracts"):
            # No page of ours is for pages of others: they show what is known here only.
            if is_preflight(scope) and self._cross_origin.allowed(scope):
                answer = preflight(scope, self._router.methods(scope))
                await send_answer(answer, self._cross_origin.opened(scope, send))
                return
            send = self._cross_origin.opened(scope, send)
        if path in self.token_paths:
            # Tokens are granted wherever a contract says so.
            here = {"path": TOKEN_PATH, "raw_path": TOKEN_PATH.encode()}
            await self._serve({**scope, **here}, receive, send)
        elif path == HEALTH and HEALTH not in self._claimed:
            await send_answer(await health(self.runtime.store, self.runtime.threads), send)
        elif is_page:
            whole = f"{scope.get('root_path', '')}{path}"
            await self._pages({**scope, "path": whole}, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked_at = time.monotonic()
        exchange = scope[EXCHANGE] = Exchange(scope)
        try:
            # What is found and authenticated comes to `_endpoint`.
            await self._router(scope, exchange.reading(receive), send)
        except ConnectionDroppedError:
            self._note(exchange, NO_ANSWER)
            await hang_up(scope, receive)
        except Exception as error:
            await self._send(exchange, await self._refusal(error, scope), receive, send)

    async def _endpoint(self, scope: Scope, receive: Receive, send: Send, route: Route) -> None:
        answer = await self._answer(scope, receive, route)
        await self._send(scope[EXCHANGE], answer, receive, send)

    async def _send(self, exchange: Exchange, answer: Answer, receive: Receive, send: Send) -> None:
        """Write the request down, then answer it: who has the answer finds it in the journal."""
        answer = answer.below(exchange.base)
        self._note(exchange, answer)
        if answer.stream is None:
            await send_answer(answer, send)
        else:
            await send_stream(answer, answer.stream, receive, send)

    def _note(self, exchange: Exchange, answer: Answer) -> None:
        """Write a request down for its partner, and for whoever watches the sandbox."""
        handled = self.runtime.journal.add(exchange, answer)
        for observe in self._observers:
            observe(exchange, answer, handled)

    async def _answer(self, scope: Scope, receive: Receive, route: Route) -> Answer:
        """Answer a request, step by step. Raises Problem where a step refuses it."""
        if route.operation is None:
            scope[EXCHANGE].caller = await self._authenticator.holder(scope)
            return _answer_of_path(scope, route.allowed, self._router.meant(scope))
        bound = self._bound[route.operation]
        operation, query = bound.operation, scope["query_string"]
        exchange: Exchange = scope[EXCHANGE]
        exchange.contract, exchange.operation = bound.contract, operation
        if operation.broken is not None:
            raise operation.broken
        headers = headers_of(scope)
        caller = route.caller
        if caller is None and bound.anonymous is not None:
            caller = await self._authenticator.volunteer(bound.volunteering, scope)
        caller = exchange.caller = caller or bound.anonymous
        known, token = bound.answering.caller_of_token, operation.token
        if known and token and token.location == "query":
            caller = exchange.caller = await known(parameters.first(query, token.name))
        values = self._parameters(scope, bound, route.path_values)
        async with self._body_budget.for_body(caller.client_id if caller else "", headers):
            body = await self._body(scope, bound, receive)
        if known and token and token.location == "body":
            caller = exchange.caller = await known(body.member(token.name))
        request = Request(
            bound.contract,
            operation,
            caller,
            values,
            headers,
            *body,
            peer=peer_of(scope),
            root_path=exchange.root_path,
            scheme=scope["scheme"],
        )
        self._check(scope, bound, request)
        answer = await self._chosen(bound, request, exchange)
        if bound.locates_by_uri:
            answer = answer.below(exchange.whole_base)
        self._judge(scope, bound, answer)
        return answer

    async def _chosen(self, bound: BoundOperation, request: Request, exchange: Exchange) -> Answer:
        """Answer as the request prefers, as a scenario wants it, or as the operation does."""
        wishes = preferences(request.headers.get("prefer"))
        if wishes.keys() & PREFERENCES:
            return await self._preferred(bound, request, exchange, wishes.get("code", ""))
        caller = request.caller
        if caller is not None and not bound.contract.is_control:
            met = self.runtime.scenarios.meeting(caller.client_id, bound.operation, request.headers)
            if met is None and bound.declared is not None:
                met = bound.declared.meeting(caller.client_id, request)
            if met is not None:
                exchange.scenario, effect = met
                return await effect.answer(request, bound.answering.handler, bound.examples)
        return await bound.answering.handler(request)

    async def _preferred(
        self, bound: BoundOperation, request: Request, exchange: Exchange, code: str
    ) -> Answer:
        """Answer as a request prefers: by what is documented, or by any error, where scenarios are on."""
        try:
            return await bound.examples.answer(request)
        except Problem as problem:
            effect = effect_of_code(code)
            if problem.kind is not problems.UNKNOWN_PREFERENCE or effect is None:
                raise
            if not self.runtime.settings.scenarios:
                raise Problem(
                    problems.PREFERENCE_WITHOUT_SCENARIOS, reason=problem.detail, code=code
                ) from None
            exchange.scenario = f"Prefer: code={code}"
            return await effect.answer(request, bound.answering.handler, bound.examples)

    # -- whether request and answer fit the contract -----------------------------------------------

    def _parameters(
        self, scope: Scope, bound: BoundOperation, path_values: tuple[str, ...]
    ) -> Mapping[str, object]:
        operation, query = bound.operation, scope["query_string"]
        try:
            if operation.is_asked_by_target and len(query) < _LONGEST_REMEMBERED:
                return self._recent(operation.name, path_values, query)
            headers, wishes = without_wishes(headers_of(scope))
            path = operation.path_parameters(path_values)
            sources = parameters.Sources(path, query, headers, wishes)
            return parameters.read(operation, bound.schemas, sources)
        except Problem as problem:
            path = operation.path_parameters(path_values)
            return tolerated(problem, self.runtime.settings.validate, _named(scope), path)

    def _of_target(
        self, operation: str, path_values: tuple[str, ...], query: bytes
    ) -> Mapping[str, object]:
        """Return the parameters that stand in the target of a request; many ask for the same one again and again."""
        bound = self._bound[operation]
        sources = parameters.Sources(bound.operation.path_parameters(path_values), query, {})
        return parameters.read(bound.operation, bound.schemas, sources)

    async def _body(self, scope: Scope, bound: BoundOperation, receive: Receive) -> Body:
        headers, threads = headers_of(scope), self.runtime.threads
        try:
            return await read_body(bound.operation, bound.schemas, headers, receive, threads)
        except Problem as problem:
            return tolerated(problem, self.runtime.settings.validate, _named(scope), Body())

    def _check(self, scope: Scope, bound: BoundOperation, request: Request) -> None:
        """Raise Problem for a body that does not fit the contract."""
        if request.body_type is None:
            return
        if bound.answering.check is not None:
            bound.answering.check(request)
            return
        try:
            body = Body(request.body, request.raw, request.body_type)
            check_body(bound.schemas, request.caller, body)
        except Problem as problem:
            tolerated(problem, self.runtime.settings.validate, _named(scope), None)

    def _judge(self, scope: Scope, bound: BoundOperation, answer: Answer) -> None:
        """Write down what of an answer its contract does not document, unless a partner wanted it wrong."""
        if self.runtime.settings.validate_answers and scope[EXCHANGE].scenario is None:
            for fault in faults_of(answer, bound.operation, bound.schemas):
                answers_log.warning("%s: the answer %s: %s", _named(scope), answer.status, fault)

    # -- errors ----------------------------------------------------------------------------------

    async def _refusal(self, error: Exception, scope: Scope) -> Answer:
        """Return the answer to a request on whose way something was raised."""
        if isinstance(error, Problem):
            problem = error
        elif isinstance(error, DocumentError):
            problem = Problem(problems.UNUSABLE_CONTRACT, reason=error)
        elif isinstance(error, Unavailable):
            problem = Problem(problems.UNAVAILABLE, headers={"Retry-After": "1"}, reason=error)
        else:
            log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            problem = Problem(problems.OUR_FAULT)
        scope[EXCHANGE].problem = problem
        bound = self._bound.get(self._router.operation_of(scope) or "")
        if bound is None:
            return render(problem, self._form_of_path(scope["path"]))
        if problem.status == 401:
            problem.headers.setdefault(
                "WWW-Authenticate", challenge(bound.contract, bound.operation)
            )
        if not bound.contract.says_error_form:
            made = await self._documented_refusal(problem, scope, bound)
            if made is not None:
                return made
        return render(problem, bound.contract.error_form)

    async def _documented_refusal(
        self, problem: Problem, scope: Scope, bound: BoundOperation
    ) -> Answer | None:
        """Return the refusal that an operation documents; None for none, and when making it fails."""
        accept = headers_of(scope).get("accept")
        refused = bound.refusals.answer
        try:
            made = await self.runtime.threads.run(refused, problem, bound.operation, accept)
        except Exception:
            log.exception("%s could not be refused as documented", _named(scope))
            return None
        if made is not None:
            self._judge(scope, bound, made)
        return made

    def _form_of_path(self, path: str) -> str:
        """Return the error form of the contract under whose base path an unknown path lies."""
        for contract in self.contracts:
            if any(base and path.startswith(base + "/") for base in contract.base_paths):
                return contract.error_form
        return "problem"

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.runtime.dispatcher.start()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self.runtime.close()
                return


def _named(scope: Scope) -> str:
    return f"{scope['method']} {scope['path']}"


def _answer_of_path(scope: Scope, allowed: tuple[str, ...], meant: str | None) -> Answer:
    """Answer what no operation does: `OPTIONS` with the methods that are served. Raises Problem for all else."""
    if not allowed and meant is not None:
        raise Problem(problems.SERVED_ELSEWHERE, path=scope["path"], meant=meant)
    if not allowed:
        raise Problem(problems.NOT_SERVED, path=scope["path"])
    names = ", ".join(sorted({*allowed, "OPTIONS", *(["HEAD"] if "GET" in allowed else [])}))
    if scope["method"] == "OPTIONS":
        return Answer(204, b"", None, {"Allow": names})
    raise Problem(
        problems.WRONG_METHOD, headers={"Allow": names}, method=scope["method"], allowed=names
    )
