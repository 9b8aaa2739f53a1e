"""Where a contract's paths stand on the server that is judged."""

from __future__ import annotations

from urllib.parse import urlsplit

from contract_tests.reading.contract import Contract
from contract_tests.reading.documents import resolve


def path_below(contract: Contract, base_url: str) -> str:
    """Return what comes between the base URL and the contract's paths.

    It is the path of the contract's first server; nothing when the base URL has it already.
    """
    servers = contract.document.root.get("servers") or [{}]
    first = resolve(contract.document, servers[0])
    url = str(first.get("url", ""))
    for name, variable in (first.get("variables") or {}).items():
        if "default" in variable:
            url = url.replace("{" + name + "}", str(variable["default"]))
    path = urlsplit(url).path.rstrip("/")
    if "{" in path:  # the author left it open, so the base URL must say it
        return ""
    return "" if urlsplit(base_url).path.rstrip("/").endswith(path) else path
