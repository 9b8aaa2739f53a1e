"""Where a contract's paths stand on the server that is judged."""

from __future__ import annotations

from urllib.parse import urlsplit

from contract_tests.reading.contract import Contract


def path_below(contract: Contract, base_url: str) -> str:
    """Return what comes between the base URL and the contract's paths.

    It is the path of the contract's first server; nothing when the base URL has it already.
    """
    path = contract.path_below
    return "" if urlsplit(base_url).path.rstrip("/").endswith(path) else path
