"""The path below which a contract is served; the host is ours."""

from __future__ import annotations

from urllib.parse import urlsplit

from mock_server.contracts.form import member
from openapi_documents import Node


def base_path_of(root: Node) -> str:
    """Return the path of the first server, without a slash at the end. Raises DocumentError."""
    servers = member(root, "servers")
    listed = servers.elements() if servers is not None else []
    if not listed:
        return ""
    server = listed[0]
    server.mapping()
    found = member(server, "url")
    url = found.text() if found is not None else "/"
    variables = member(server, "variables")
    for name, variable in variables.members() if variables is not None else ():
        default = member(variable, "default")
        url = url.replace("{" + name + "}", default.text() if default is not None else "")
    try:
        path = urlsplit(url).path.strip("/")
    except ValueError as error:
        raise server.error(f"the url of the server is none: {error}") from None
    return f"/{path}" if path else ""
