"""Where a contract's paths stand on the server that is judged."""

from __future__ import annotations

from urllib.parse import urlsplit

from contract_tests.reading.contract import Contract, Operation


def path_below(contract: Contract, base_url: str) -> str:
    """Return what comes between the base URL and the contract's paths.

    It is the path of the contract's first server; nothing when the base URL has it already.
    """
    path = contract.path_below
    return "" if urlsplit(base_url).path.rstrip("/").endswith(path) else path


def before(operation: Operation, contract: Contract, base_url: str) -> str:
    """Return what comes before the path of an operation: below the base URL, or whole where it stands beside that.

    An operation with servers of its own stands at the path of the first one.
    """
    if operation.server is None:
        return path_below(contract, base_url)
    base = urlsplit(base_url)
    path = base.path.rstrip("/")
    if not (contract.path_below and path.endswith(contract.path_below)):
        return operation.server
    return (
        f"{base.scheme}://{base.netloc}{path.removesuffix(contract.path_below)}{operation.server}"
    )
