"""The document that Connexion is handed: a projection of all contracts into OpenAPI 3.0.

Connexion reads OpenAPI 3.0 only, renames templates, and hides `/things/mine` behind `/things/{id}`. So paths are put in
the right order, templates are renamed, and each security scheme is put in one form, which carries the scheme as written.
Parameters and bodies are checked against the contracts as written, by `http` and `contracts`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from connexion.spec import OpenAPISpecification
from connexion.utils import sort_routes

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from openapi_documents import DocumentError

CONNEXION_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
SCHEME = "x-scheme"
_TEMPLATE = re.compile(r"\{[^}]+\}")


class Projection(OpenAPISpecification):  # type: ignore[misc]
    """A document that was made here, so that it need be neither validated nor copied nor resolved."""

    def __init__(self, document: dict[str, object]) -> None:
        """Take the document."""
        self._raw_spec = self._spec = document
        self._base_uri = ""


def project(contracts: Iterable[Contract]) -> dict[str, object]:
    """Return the OpenAPI 3.0 document of everything that is served. Raises DocumentError."""
    paths: dict[str, dict[str, object]] = {}
    taken: dict[tuple[str, str], Operation] = {}
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
            method, path = routed(operation)
            other = taken.setdefault((method, path), operation)
            if other is operation:
                paths.setdefault(path, {})[method] = _projected(contract, operation, path)
            elif not contract.is_control:  # a user's contract goes before ours
                raise _taken(contract, operation, other)
    return {
        "openapi": "3.0.3",
        "info": {"title": "understudy", "version": "1"},
        "paths": {path: paths[path] for path in sort_routes(list(paths))},
        "components": {"securitySchemes": schemes},
    }


def _projected(contract: Contract, operation: Operation, path: str) -> dict[str, object]:
    return {
        "operationId": operation.name,
        "parameters": [
            {"name": name[1:-1], "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _TEMPLATE.findall(path)
        ],
        "security": [
            {f"{contract.name}.{name}": [] for name in requirement}
            for requirement in operation.security
        ],
        "responses": {"default": {"description": "as the contract says"}},
    }


def _taken(contract: Contract, operation: Operation, other: Operation) -> DocumentError:
    return contract.document.error(
        operation.place,
        f"{operation.method.upper()} {operation.path} is served already, "
        f"by {other.id} of {other.contract}",
        "Serve them apart, or give one another server path",
    )


def routed(operation: Operation) -> tuple[str, str]:
    """Return the method and the path by which Connexion, which knows eight methods, finds an operation."""
    path = plain_path(operation.path)
    if operation.method in CONNEXION_METHODS:
        return operation.method, path
    return "post", path_of_method(operation.method, path)


def path_of_method(method: str, path: str) -> str:
    """Return the path that stands for a method that Connexion does not know."""
    return f"/:{method}{path}"


def plain_path(path: str) -> str:
    """Rename the templates of a path to p0, p1, ...: Connexion changes some names."""
    names = (f"{{p{number}}}" for number in itertools.count())
    return _TEMPLATE.sub(lambda _match: next(names), path)
