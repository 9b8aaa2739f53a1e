"""What a contract asks of its callers, in words, and what of it nobody can do."""

from __future__ import annotations

from collections.abc import Iterator

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.security import Requirement, Scheme
from openapi_documents import DocumentError

_ANY = {
    "bearer": "any token",
    "basic": "any id and secret by HTTP Basic",
    "apikey": "any text",
}
_KNOWN = {
    "bearer": "a partner's token",
    "basic": "a partner's id and secret by HTTP Basic",
    "apikey": "a partner's secret",
}
_IN_AUTHORIZATION = "authorization"


def credentials_taken(contract: Contract) -> Iterator[str]:
    """Yield what each scheme that some operation asks for takes, one sentence for each."""
    used = {
        asked.scheme
        for operation in contract.operations
        for requirement in operation.security
        for asked in requirement
    }
    for name, scheme in contract.schemes.items():
        if name in used:
            yield f"{name}: {_taken(scheme)}"


def _taken(scheme: Scheme) -> str:
    if scheme.kind == "mutualtls":
        return "nothing, for client certificates are not checked"
    if not scheme.is_checked:
        word = "Digest" if scheme.kind == "digest" else scheme.kind
        return f"any `Authorization: {word} ...`, for what it says is not checked"
    told = (_ANY if scheme.takes_anybody else _KNOWN)[scheme.kind]
    if scheme.kind == "apikey":
        return f"{told} as {scheme.parameter} ({scheme.location})"
    return told


def credentials_in_conflict(contract: Contract) -> Iterator[DocumentError]:
    """Yield what no request can show: schemes that one header `Authorization` cannot carry together.

    Only where an operation has no other way; of operations that ask for the same, the first is told.
    """
    told: set[tuple[Requirement, ...]] = set()
    for operation in contract.operations:
        asked = operation.security
        if asked and asked not in told and all(_conflict(contract, one) for one in asked):
            told.add(asked)
            yield contract.document.error(operation.place, _sentence(operation))


def _conflict(contract: Contract, requirement: Requirement) -> bool:
    kinds: set[str] = set()
    for asked in requirement:
        scheme = contract.schemes[asked.scheme]
        is_key = scheme.kind == "apikey"
        if is_key and (scheme.location, scheme.parameter.lower()) == ("header", _IN_AUTHORIZATION):
            # Any text is a key, also one that begins with the word of another scheme.
            kinds |= set() if scheme.takes_anybody else {"key"}
        elif not is_key and scheme.kind != "mutualtls":
            kinds.add(scheme.kind)
    return len(kinds) > 1


def _sentence(operation: Operation) -> str:
    names = " and ".join(asked.scheme for asked in operation.security[0])
    return (
        f"{operation.method.upper()} {operation.path} asks for {names} in one Authorization header"
    )
