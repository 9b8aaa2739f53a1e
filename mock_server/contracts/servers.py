"""The paths below which operations are served; the hosts are ours.

The servers of an operation go before those of its path, and those before the document's. Each of several is served:
with every value of a variable that lists them, and with any where a whole segment is a variable that lists none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from mock_server.contracts.form import member
from openapi_documents import Node

_MOST_PATHS = 64
"""Paths that the variables of one server may make."""

ANY = "{*}"
"""A segment of a base path that is any text."""


def base_paths(*lists: Node | None) -> tuple[str, ...]:
    """Return the paths of the servers of the first list that has any: of an operation, its path, the document.

    The first path is the one of the first server with its defaults. None ends with a slash. Raises DocumentError.
    """
    for servers in lists:
        listed = servers.elements() if servers is not None and servers.value is not None else []
        if listed:
            paths = [path for server in listed for path in _paths(server)]
            return tuple(dict.fromkeys(paths))
    return ("",)


def _paths(server: Node) -> Iterator[str]:
    server.mapping()
    found = member(server, "url")
    url = found.text() if found is not None else "/"
    variables = {name: list(_values(variable)) for name, variable in _variables(server)}
    choices = itertools.product(*variables.values())
    for values in itertools.islice(choices, _MOST_PATHS):
        yield _path(server, _filled(url, dict(zip(variables, values, strict=True))))
    for name, known in variables.items():
        if len(known) == 1 and f"/{{{name}}}" in f"/{url}":
            others = {other: listed[0] for other, listed in variables.items()}
            path = _path(server, _filled(url, {**others, name: ANY}))
            if ANY in path.split("/"):
                yield path


def _variables(server: Node) -> Iterator[tuple[str, Node]]:
    variables = member(server, "variables")
    return variables.members() if variables is not None else iter(())


def _values(variable: Node) -> Iterator[str]:
    """Yield the values of a variable, its default first."""
    default, listed = member(variable, "default"), member(variable, "enum")
    named = [*([default] if default is not None else []), *(listed.elements() if listed else [])]
    # A port or a version is often written as the number that it looks like.
    values = [one.text() if isinstance(one.value, str) else f"{one.value}" for one in named]
    yield from dict.fromkeys(values or [""])


def _filled(url: str, values: dict[str, str]) -> str:
    return re.sub(r"\{([^{}]*)\}", lambda found: values.get(found[1], ANY), url)


def _path(server: Node, url: str) -> str:
    try:
        path = urlsplit(urljoin("http://sandbox/", url)).path.strip("/")
    except ValueError as error:
        raise server.error(f"the url of the server is none: {error}") from None
    return f"/{path}" if path else ""
