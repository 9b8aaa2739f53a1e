"""One process of a run: what it asks the server with, and what was found since it was last asked."""

from __future__ import annotations

import contextlib
import itertools
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from contract_tests.http.client import Client, Server
from contract_tests.http.clock import SandboxClock
from contract_tests.http.credentials import Carried, carried
from contract_tests.http.failures import CannotJudge
from contract_tests.http.ledger import Ledger
from contract_tests.http.limits import Budget
from contract_tests.http.messages import Request
from contract_tests.http.partners import Caller
from contract_tests.http.preflight import PAGES, Look, look
from contract_tests.http.servers import before
from contract_tests.http.tokens import Names
from contract_tests.judging.asking import Asking
from contract_tests.judging.coverage import ContractCoverage, Coverage
from contract_tests.judging.findings import Finding
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.materials import Materials
from contract_tests.judging.mode import Mode
from contract_tests.judging.pool import Pool
from contract_tests.judging.session import Plan, Session
from contract_tests.reading.contract import NOBODY, Contract, Operation
from contract_tests.reading.silences import OtherNames, Topic
from contract_tests.run import Run
from contract_tests.scenarios.attributes import known_attributes
from contract_tests.scenarios.first_look import first_look
from contract_tests.scenarios.learning import learned
from contract_tests.scenarios.token_requests import note_token_form
from contract_tests.services import SERVICES

_WORTH_SHARING = 0.1  # seconds that a submission is waited for


@dataclass(frozen=True)
class Taken:
    """What was found, counted, sent and planned since it was last taken."""

    findings: tuple[Finding, ...]
    coverage: Coverage
    requests: int
    notes: tuple[str, ...]
    planned: tuple[str, ...]


class Process:
    """A client, and a session for each contract, which remembers what was saved."""

    def __init__(self, run: Run) -> None:
        self.run = run
        limits, partners = run.settings.limits, run.settings.partners
        self.budget = Budget(limits, run.share)
        server = Server(run.settings.base_url, run.token_url)
        self.client = Client(server, partners, self.budget)
        self.client.hold(run.settings.login.get("password"))
        self.pool = Pool()
        self.clock = SandboxClock(self.client)
        self.coverage = Coverage()
        self._ledger = Ledger(run.name, run.settings.outputs.ledger)
        self._names = itertools.count(1)
        self._bases: dict[str, Session] = {}
        self._asked_by = ""  # the silence by which tokens are asked for under other names
        self._guard = threading.Lock()

    def begin(self) -> None:
        """Make sure that there is an API that takes the credentials, and begin the ledger.

        Raises CannotJudge and BudgetSpent.
        """
        self._ledger.begin()
        if self.run.settings.limits.dry_run:
            return
        self._look_for_api()
        settings = self.run.settings
        for service in SERVICES:
            for one in self.run.contracts if service.suite in settings.only else ():
                service.require(self.session(one), settings.login)
        self.coverage.take()

    def _look_for_api(self) -> None:
        """Make sure that there is an API; where it grants no token, ask under the names that a silence leaves open."""
        try:
            look(self.client, harmless(self.run))
        except CannotJudge:
            if not self._asks_otherwise():
                raise

    def _asks_otherwise(self) -> bool:
        for contract in self.run.contracts:
            # In strict mode too, where it is a finding: without a token nothing at all is judged.
            freedom = Freedom(Mode.DOCUMENTED, contract.silences)
            for silence, one in freedom.open(OtherNames):
                if contract.silences[silence].about is not Topic.AUTHENTICATION:
                    continue
                self.client.asks = Names(one.names)
                with contextlib.suppress(CannotJudge):
                    look(self.client, harmless(self.run))
                    self._asked_by = silence
                    return True
        self.client.asks = Names()
        return False

    def look(self) -> None:
        """Look at the submissions of each contract; find out whether their waiting is worth sharing."""
        if self.run.settings.limits.dry_run:
            return
        settings = self.run.settings
        bases = [self.base(one) for one in self.run.contracts if one.submissions]
        if bases and not self.clock.was_found:
            self._share(Pool(settings.limits.in_flight))
        for base in bases:
            if self._asked_by in base.contract.silences:
                told = f"tokens are asked for with {', '.join(self.client.asks.names.values())}"
                base.coverage.saw(self._asked_by, told, as_chosen=False)
                if base.freedom.strict:
                    note_token_form(base)
            first_look(base)
            self._bases[base.contract.name] = base.judging_by(*learned(base))
        known = {base.contract.name: base.contract for base in self._bases.values()}
        contracts = tuple(known.get(one.name, one) for one in self.run.contracts)
        self.run = replace(self.run, contracts=contracts)
        # Side by side only where there is something to wait for: what is judged in order is told in order.
        if max((one.usual_wait for one in bases), default=0.0) < _WORTH_SHARING:
            self._share(Pool())

    def _share(self, pool: Pool) -> None:
        self.pool = pool
        for base in self._bases.values():
            base.pool = pool

    def session(self, contract: Contract) -> Session:
        """Return a session for one test."""
        return self.base(contract).beside()

    def base(self, contract: Contract) -> Session:
        """Return what the sessions of a contract share; a sandbox's clocks stand still while there is one."""
        if contract.submissions or contract.lives:
            for caller in self.run.settings.partners:
                self.clock.freeze(caller)
        if contract.name not in self._bases:
            attributes = known_attributes(
                contract,
                self.run.settings.partners,
                lambda attributes: self._begun(contract, attributes),
            )
            self._bases[contract.name] = self._begun(contract, attributes)
        return self._bases[contract.name]

    def _begun(self, contract: Contract, attributes: Mapping[Caller, Mapping[str, str]]) -> Session:
        run, counted = self.run, ContractCoverage(contract.name, self.coverage, self._guard)
        settings = run.settings
        return Session(
            Asking(contract, self.client, counted, Freedom(settings.mode, contract.silences)),
            Freedom(settings.mode, contract.silences),
            Plan(
                settings.effort,
                settings.seed,
                run.name,
                self._names,
                run.worker,
                settings.webhooks,
            ),
            counted,
            self._ledger,
            self.clock,
            Materials(contract, attributes),
        )

    def take(self, tests: Sequence[Session] = ()) -> Taken:
        """Return what some tests found, and what was counted, sent and planned since this was asked last."""
        sessions = [*self._bases.values(), *tests]
        notes = list(dict.fromkeys(note for one in sessions for note in one.notes))
        for one in sessions:
            one.notes.clear()
        planned = tuple(self.budget.planned)
        self.budget.planned.clear()
        with self._guard:
            counted = self.coverage.take()
        found = tuple(found for one in sessions for found in one.findings.take())
        return Taken(found, counted, self.budget.taken(), tuple(notes), planned)


def harmless(run: Run) -> Look:
    """Return a GET of an operation, its parameters filled with unknown values.

    One that takes the credentials of the run is best; a contract may also have no GET at all.
    """
    best: tuple[int, Look] = (-1, Look(Request("GET", "/", _ACCEPT), PAGES))
    for contract in run.contracts:
        for one in contract.operations:
            is_below = not contract.submissions
            below = before(one, contract, run.settings.base_url) if is_below else ""
            shown = carried(one, run.settings.partners.first, None)
            rank = 2 * (one.method == "GET" and one.path != "/") + (not shown.empty)
            if rank > best[0]:
                best = rank, _look(below, one, shown)
    return best[1]


_ACCEPT = {"Accept": "application/json"}


def _look(below: str, operation: Operation, shown: Carried) -> Look:
    path = below + re.sub(r"\{[^}]*\}", NOBODY, operation.path)
    if shown.query:
        path = f"{path}?{urlencode(shown.query)}"
    request = Request("GET", path, {**_ACCEPT, **shown.own_headers})
    return Look(request, frozenset(_documented(operation)), shows=not shown.empty)


def _documented(operation: Operation) -> Iterator[str]:
    """Yield the status codes and the media types that an operation documents."""
    for response in operation.responses:
        yield response.code
        for media in response.media:
            yield media.type
