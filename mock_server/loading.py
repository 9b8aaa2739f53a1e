"""The contracts that a server serves: those that the settings name, and the control surface."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mock_server.contracts.contract import Contract, load_contract
from mock_server.kept import KeptContracts
from mock_server.settings import Authentication, Settings, control_contracts, shipped_contracts


def load_contracts(settings: Settings) -> list[Contract]:
    """Read the contracts that the settings name, and the control surface. Raises DocumentError."""
    kept = KeptContracts(Path(settings.cache) if settings.cache else None)
    chosen = _chosen(settings, kept)
    by_name: dict[str, Contract] = {}
    for contract in chosen:
        other = by_name.setdefault(contract.name, contract)
        if other is not contract:
            raise contract.document.error(
                (),
                f"{other.document.name} is called {contract.name} as well",
                "Rename one of the two files",
            )
    return chosen + _control_surface(chosen, kept)


def _chosen(settings: Settings, kept: KeptContracts) -> list[Contract]:
    if not settings.contracts:
        return [kept.load(path) for path in shipped_contracts()]
    loaded = (
        kept.load(path, settings.overlays, settings.allow_refs) for path in settings.contracts
    )
    return [_open_to_callers(contract, settings.auth) for contract in loaded]


def _open_to_callers(contract: Contract, asked: Authentication | None) -> Contract:
    """Return the contract with the callers that it takes: any, unless what it declares depends on who is asking."""
    depends = bool(contract.lifecycles) or contract.service is not None
    takes_anybody = asked == "any" or (asked is None and not depends)
    if not takes_anybody or contract.is_control:
        return contract
    schemes = {
        name: scheme._replace(takes_anybody=True) for name, scheme in contract.schemes.items()
    }
    return replace(contract, schemes=schemes)


def _control_surface(chosen: list[Contract], kept: KeptContracts) -> list[Contract]:
    """Return the control contracts that were not chosen already, under names that are not taken."""
    served = {contract.service for contract in chosen}
    taken = {contract.name for contract in chosen}
    found = []
    for path in control_contracts():
        is_taken = path.stem in taken
        contract = load_contract(path, f"understudy-{path.stem}") if is_taken else kept.load(path)
        if contract.service not in served:
            found.append(contract)
    return found
