"""The security schemes of a contract, and which of them an operation asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from mock_server.contracts.form import member
from openapi_documents import Node


class Asked(NamedTuple):
    """A scheme that must be satisfied, and the scopes or roles that its credentials must have."""

    scheme: str
    scopes: tuple[str, ...] = ()


# What must be satisfied all together; empty where no credentials will do.
Requirement = tuple[Asked, ...]


class Scheme(NamedTuple):
    """How a request carries credentials.

    `kind` is `bearer`, `basic`, `apikey` or another word; `location` and `parameter` are those of an API key.
    `token_paths` are the paths at which client credentials get a token, whatever the flow; the host is ours.
    `takes_anybody` tells that whatever is well-formed is somebody.
    """

    name: str
    kind: str
    location: str = ""
    parameter: str = ""
    token_paths: tuple[str, ...] = ()
    opens_administration: bool = False
    takes_anybody: bool = False

    @property
    def is_checked(self) -> bool:
        """Whether anything of its credentials is looked at but that they are there."""
        return self.kind in ("bearer", "basic", "apikey")


def read_security(node: Node) -> Iterator[Requirement]:
    """Yield the alternatives of a `security` member. Raises DocumentError."""
    for alternative in node.elements():
        yield tuple(
            Asked(name, tuple(scope.text() for scope in asked.elements()))
            for name, asked in alternative.members()
        )


def read_scheme(name: str, node: Node, *, opens_administration: bool) -> Scheme:
    """Return the scheme that a Security Scheme Object describes. Raises DocumentError."""
    kind = _kind(node)
    is_key = kind == "apikey"
    return Scheme(
        name=name,
        kind=kind,
        location=node["in"].text() if is_key else "",
        parameter=node["name"].text() if is_key else "",
        token_paths=tuple(_token_paths(node)),
        opens_administration=opens_administration and is_key,
    )


def _kind(node: Node) -> str:
    declared = node["type"].text().lower()
    if declared in ("oauth2", "openidconnect"):
        return "bearer"
    if declared == "http":
        return node["scheme"].text().lower()
    return declared


def _token_paths(node: Node) -> Iterator[str]:
    flows = member(node, "flows")
    for _, flow in flows.members() if flows is not None else ():
        url = member(flow, "tokenUrl")
        if url is not None:
            with contextlib.suppress(ValueError):
                yield "/" + urlsplit(url.text()).path.lstrip("/")
