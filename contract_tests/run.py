"""A run as a value: what was asked for, the contracts that it judges by, and the names of what it makes."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from contract_tests import options
from contract_tests.generation.trials import require_rules_end
from contract_tests.http.credentials import Lacking, lacking, token_url, wanted
from contract_tests.http.failures import CannotJudge
from contract_tests.judging.mode import OF_ANY_CONTRACT, Suite
from contract_tests.reading.contract import Contract
from contract_tests.reading.inference import resources_of, singletons_of
from contract_tests.reading.reader import read
from contract_tests.reporting.baseline import Baseline, BaselineError
from contract_tests.reporting.baseline import read as read_baseline
from contract_tests.services import SERVICES
from contract_tests.settings import Settings


def fresh_name() -> str:
    """Return what all keys of a run begin with, no other run's."""
    return "ct" + uuid.uuid4().hex[:10]


@dataclass(frozen=True)
class Run:
    """A run that can begin; `name` is what all of its keys begin with, `started` seconds since 1970.

    A parallel worker has a name of its own among the workers, and a share of the requests that may be sent.
    """

    settings: Settings
    contracts: tuple[Contract, ...]
    token_url: str | None
    name: str = field(default_factory=fresh_name)
    started: float = field(default_factory=time.time)
    worker: str = ""
    share: int | None = None
    baseline: Baseline = field(default_factory=lambda: Baseline({}, date.min))

    def of_suite(self, suite: Suite) -> tuple[Contract, ...]:
        """Return the contracts that a suite can judge, none where it was not asked for."""
        return tuple(
            one for one in self.contracts if suite in self.settings.only and _judges(suite, one)
        )


def _judges(suite: Suite, contract: Contract) -> bool:
    """Whether a suite has anything to ask of a contract."""
    service = next((one for one in SERVICES if one.suite is suite), None)
    if service is not None:
        return service.has(contract)
    if suite is Suite.RESOURCES:
        return bool(resources_of(contract) or singletons_of(contract))
    return suite in OF_ANY_CONTRACT or bool(contract.submissions)


@dataclass(frozen=True)
class Handover:
    """What a parallel worker needs to know of its run."""

    settings: Settings
    name: str
    share: int | None


def prepared(settings: Settings) -> Run:
    """Read the contracts of a run, try their rules, and make the folders of its files.

    Raises DocumentError, OptionError and CannotJudge, each with one sentence why it cannot begin.
    """
    contracts = contracts_of(settings)
    for one in contracts:
        require_rules_end(one)
    settings.outputs.prepare()
    granting = token_url(contracts, settings.base_url, settings.token_url)
    for one in contracts:
        _require_credentials(one, settings, granting)
    run = Run(settings, contracts, granting, baseline=known_faults(settings))
    if not any(map(run.of_suite, settings.only)):
        told = " or ".join(settings.only)
        raise CannotJudge(f"the suite {told} has nothing to ask of {contracts[0].name}")
    return run


def known_faults(settings: Settings) -> Baseline:
    """Return the faults that are known today. Raises OptionError."""
    try:
        return read_baseline(settings.baseline, date.today())
    except BaselineError as error:
        raise options.OptionError(f"{options.BASELINE.flag} {error}") from error


def prepared_worker(handed: Handover, worker: str) -> Run:
    """Return the run of a parallel worker; its contracts were tried before."""
    contracts = contracts_of(handed.settings)
    granting = token_url(contracts, handed.settings.base_url, handed.settings.token_url)
    return Run(
        handed.settings,
        contracts,
        granting,
        handed.name,
        worker=worker,
        share=handed.share,
        baseline=known_faults(handed.settings),
    )


def contracts_of(settings: Settings) -> tuple[Contract, ...]:
    """Read the contracts of a run, each once. Raises DocumentError."""
    found = {}
    for name in settings.contracts:
        one = read(name, overlays=settings.overlays, allow_refs=settings.allow_refs)
        found[one.name] = one
    return tuple(found.values())


def _require_credentials(contract: Contract, settings: Settings, granting: str | None) -> None:
    """Raise CannotJudge when a contract asks for credentials and there are none that it takes."""
    missing = lacking(contract, settings.partners.first, granting)
    if missing is None:
        return
    asked = next(filter(None, map(wanted, contract.operations)))
    if missing is Lacking.CREDENTIALS:
        names = _named((options.CLIENT_ID, options.CLIENT_SECRET))
        raise CannotJudge(
            f"{contract.name} asks for {asked}; give {names}, or {_named((options.TOKEN,))}"
        )
    raise CannotJudge(
        f"{contract.name} asks for {asked} and names no place that grants one for these "
        f"credentials; give {_named((options.TOKEN,))}, or {_named((options.TOKEN_URL,))}"
    )


def _named(given: Iterable[options.Option[str]]) -> str:
    """Return options with their variables, as a sentence has them."""
    listed = list(given)
    flags = " and ".join(one.flag for one in listed)
    return f"{flags} ({', '.join(one.variable for one in listed)})"
