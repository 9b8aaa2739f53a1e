"""The document that Connexion is handed: what the operations of all contracts ask of their callers, as OpenAPI 3.0.

Nothing else of an operation is Connexion's to know, and operations that ask for the same are one. Each security scheme
is put in one form, which carries the scheme as written.
"""

from __future__ import annotations

from collections.abc import Iterable

from connexion.spec import OpenAPISpecification

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation

SCHEME = "x-scheme"


class Projection(OpenAPISpecification):  # type: ignore[misc]
    """A document that was made here, so that it need be neither validated nor copied nor resolved."""

    def __init__(self, document: dict[str, object]) -> None:
        """Take the document."""
        self._raw_spec = self._spec = document
        self._base_uri = ""


def security_id(operation: Operation) -> str | None:
    """Return the id of the projected operation that asks for the same, None where nothing is asked for."""
    return f"{operation.contract}:{operation.security}" if operation.security else None


def project(contracts: Iterable[Contract]) -> dict[str, object]:
    """Return the OpenAPI 3.0 document of what is asked for."""
    asking: dict[str, Operation] = {}
    schemes: dict[str, object] = {}
    for contract in contracts:
        for name, scheme in contract.schemes.items():
            schemes[f"{contract.name}.{name}"] = {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                SCHEME: scheme,
            }
        for operation in contract.operations:
            identifier = security_id(operation)
            if identifier is not None:
                asking.setdefault(identifier, operation)
    return {
        "openapi": "3.0.3",
        "info": {"title": "understudy", "version": "1"},
        "paths": {
            f"/{number}": {"get": _projected(identifier, operation)}
            for number, (identifier, operation) in enumerate(asking.items())
        },
        "components": {"securitySchemes": schemes},
    }


def _projected(identifier: str, operation: Operation) -> dict[str, object]:
    return {
        "operationId": identifier,
        "security": [
            {f"{operation.contract}.{asked.scheme}": list(asked.scopes) for asked in requirement}
            for requirement in operation.security
        ],
        "responses": {"default": {"description": "as the contract says"}},
    }
