"""What the contracts that are served hold, and a line to try it."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from mock_server.app import Sandbox
from mock_server.binding import BoundOperation
from mock_server.contracts.contract import Contract


def contents(sandbox: Sandbox) -> Iterator[str]:
    """Yield a line for each contract: how many operations of which kind, and where."""
    for contract in sandbox.contracts:
        if contract.is_control:
            continue
        bound = [one for one in sandbox.bound if one.contract.name == contract.name]
        remembering = [one for one in bound if one.is_remembered]
        broken = [one for one in bound if one.operation.broken is not None]
        counts = [
            f"{len(remembering)} with a memory",
            f"{len(bound) - len(remembering) - len(broken)} answered by examples",
            *([f"{len(broken)} that cannot be answered"] if broken else []),
        ]
        paths = ", ".join(sorted({base or "/" for base in contract.base_paths}) or ["/"])
        many = f"{len(bound)} operation{'' if len(bound) == 1 else 's'}"
        yield f"  {contract.name:<12} {many} under {paths}: {', '.join(counts)}"


def line_to_paste(sandbox: Sandbox, url: str) -> str | None:
    """Return a command that asks the first operation of a user's contract which is asked with ease; None for none."""
    asked = [one for one in sandbox.bound if not one.contract.is_control and _is_easy(one)]
    best = min(
        asked,
        key=lambda one: (one.operation.method != "get", len(one.operation.templates)),
        default=None,
    )
    if best is None:
        return None
    words = ["curl", "-si", quote(url + best.operation.path), *_credentials(best)]
    if best.operation.method != "get":
        words.insert(2, f"-X {best.operation.method.upper()}")
    return " ".join(words)


def _is_easy(bound: BoundOperation) -> bool:
    operation = bound.operation
    needs = any(one.required for one in operation.parameters)
    return not (needs or operation.templates or operation.body_types.required or operation.broken)


def _credentials(bound: BoundOperation) -> Iterator[str]:
    if not bound.operation.security or () in bound.operation.security:
        return
    for asked in bound.operation.security[0]:
        yield from _credential(bound.contract, asked.scheme)


def _credential(contract: Contract, name: str) -> Iterator[str]:
    scheme = contract.schemes.get(name)
    match scheme.kind if scheme is not None else "":
        case "bearer":
            yield '-H "Authorization: Bearer $TOKEN"'
        case "basic":
            yield "-u partner-a:secret-a"
        case "apikey" if scheme is not None and scheme.location == "header":
            yield f"-H {quote(f'{scheme.parameter}: secret-a')}"
        case "apikey" if scheme is not None and scheme.location == "cookie":
            yield f"-b {quote(f'{scheme.parameter}=secret-a')}"
        case "apikey" if scheme is not None:
            yield f"-G -d {quote(f'{scheme.parameter}=secret-a')}"
