"""The addresses under which an operation is reached: its servers, with every value of their variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.operations.endpoints import Endpoint, path_shape
from spec_review.reading.values import elements, mapping, text

MOST: Final = 50
"""How many addresses of one server are told apart."""

Servers = Mapping[str, Pointer]
"""Addresses of servers, each with the place of what names it."""


def servers_at(document: Document, place: Pointer) -> Servers | None:
    """The addresses that an object names; None when it names none."""
    if not elements(document.value((*place, "servers"))):
        return None
    found: dict[str, Pointer] = {}
    for index, server in enumerate(elements(document.value((*place, "servers")))):
        for url in addresses_of(mapping(server)):
            found.setdefault(url, (*place, "servers", index))
    return found


def servers_of(document: Document, endpoint: Endpoint) -> Servers:
    """The addresses of the servers that serve an operation: its own, else its path's, else the document's."""
    for place in (endpoint.pointer, endpoint.operation.item, ()):
        named = servers_at(document, place)
        if named is not None:
            return named
    return {"/": ()}


def addresses_of(server: Mapping[str, object]) -> Iterator[str]:
    """The addresses of one server; a variable without listed values stands for itself."""
    url = text(server.get("url"))
    variables = mapping(server.get("variables"))
    names = [name for name in re.findall(r"\{([^}]*)\}", url) if values_of(variables, name)]
    for chosen in islice(product(*(values_of(variables, name) for name in names)), MOST):
        made = url
        for name, value in zip(names, chosen, strict=True):
            made = made.replace(f"{{{name}}}", value)
        yield usual_spelling(made.rstrip("/")) or "/"


def usual_spelling(url: str) -> str:
    """An address with its scheme and host in small letters and without the port that goes without saying.

    RFC 3986, 6.2.2.1 and 6.2.3; the names of variables stay as they are.
    """
    start = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*", url)
    if start is None:
        return url
    pieces = re.split(r"(\{[^}]*\})", start[0])
    small = "".join(piece if piece.startswith("{") else piece.lower() for piece in pieces)
    scheme = small.partition(":")[0]
    return small.removesuffix(USUAL_PORTS.get(scheme, "://")) + url[start.end() :]


USUAL_PORTS: Final = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}
"""The ports that need not be written, as the end of an address."""


def is_named(url: str, servers: Servers) -> bool:
    """Whether an address is one of those of the servers, whose variables without listed values stand for any text."""
    return url in servers or any(
        "{" in other
        and re.fullmatch(r".+".join(map(re.escape, re.split(r"\{[^}]*\}", other))), url)
        for other in servers
    )


def values_of(variables: Mapping[str, object], name: str) -> Sequence[str]:
    """The values that a variable may have, its default first; () when it may have any."""
    variable = mapping(variables.get(name))
    listed = [str(value) for value in elements(variable.get("enum"))]
    usual = [str(variable["default"])] if "default" in variable and listed else []
    return list(dict.fromkeys((*usual, *listed)))


def whole_addresses(document: Document, endpoint: Endpoint) -> set[str]:
    """The addresses of an operation, server and path together, without the names of parameters."""
    path = path_shape(endpoint.operation.path)
    return {f"{url.rstrip('/')}{path}" for url in servers_of(document, endpoint)}
