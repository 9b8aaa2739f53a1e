"""Clients and sessions of the judge, without its command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contract_tests.http.client import Client, Server
from contract_tests.http.limits import Budget, Limits
from contract_tests.http.partners import Partner, Partners
from contract_tests.judging.mode import Effort, Mode
from contract_tests.judging.session import Session
from contract_tests.process import Process
from contract_tests.reading.contract import Contract
from contract_tests.run import Run
from contract_tests.settings import Outputs, Settings

KNOWN = Partner("partner-a", "secret-a", attributes={"currency": "GBP"})
OTHER = Partner("partner-b", "secret-b", attributes={"currency": "GBP"})
FIXED = Partner(None, token="x")
NOBODY = Partner(None)


def client_of(
    base_url: str,
    partner: Partner = KNOWN,
    limits: Limits | None = None,
    token_url: str | None = "/oauth2/token",
) -> Client:
    """Return a client of one partner."""
    return Client(Server(base_url, token_url), Partners(partner), Budget(limits or Limits()))


def process_of(
    contract: Contract,
    base_url: str,
    *,
    partners: Partners | None = None,
    mode: Mode = Mode.STRICT,
    effort: Effort = Effort.THOROUGH,
    limits: Limits | None = None,
    login: Mapping[str, str] | None = None,
    ledger: Path | None = None,
) -> Process:
    """Return a process of a run by one contract."""
    settings = Settings(
        base_url=base_url,
        contracts=(contract.name,),
        partners=partners or Partners(KNOWN),
        login=login or {},
        mode=mode,
        effort=effort,
        limits=limits or Limits(),
        outputs=Outputs(ledger=ledger),
    )
    return Process(Run(settings, (contract,), contract.token_url, "ct0123456789"))


def session_of(contract: Contract, base_url: str, **options: object) -> Session:
    """Return a session of one partner, as `process_of` takes it."""
    return process_of(contract, base_url, **options).session(contract)  # type: ignore[arg-type]
