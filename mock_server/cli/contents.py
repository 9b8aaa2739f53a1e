"""What the contracts that are served hold, and a line to try it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from mock_server.app import Sandbox
from mock_server.binding import BoundOperation
from mock_server.cli.curl_lines import curl_line


def contents(sandbox: Sandbox) -> Iterator[str]:
    """Yield a line for each contract: how many operations of which kind, and where."""
    for contract in sandbox.contracts:
        if contract.is_control:
            continue
        bound = [one for one in sandbox.bound if one.contract.name == contract.name]
        if not bound:
            hooks = "webhooks" in contract.document.root
            why = "it describes webhooks alone" if hooks else "it has no paths"
            yield f"  {contract.name:<12} nothing is served: {why}"
            continue
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
    """Return a command that asks the operation of a user's contract which is asked with the most ease; None for none."""
    asked = [
        one
        for one in sandbox.bound
        if not one.contract.is_control
        and one.operation.broken is None
        and not _is_of_something_made(one)
    ]
    asked.sort(key=_effort)
    answered = (one for one in asked if not one.outlook.is_impossible(one.operation))
    lines = (curl_line(one, url) for one in islice(answered, _TRIED))
    return next((line for line in lines if line is not None), None)


_TRIED: Final = 5


def _is_of_something_made(bound: BoundOperation) -> bool:
    """Whether it asks for what somebody must have made: where lives are declared, no example is there to be found."""
    contract = bound.contract
    declares = bool(contract.lives or contract.lifecycles or contract.service)
    needs_body, _, needed = _effort(bound)
    return declares and bound.is_remembered and (needs_body or needed > 0)


def _effort(bound: BoundOperation) -> tuple[bool, bool, int]:
    """Return how much must be known to ask an operation."""
    operation = bound.operation
    needed = sum(one.required or one.location == "path" for one in operation.parameters)
    return operation.body_types.required, operation.method != "get", needed
