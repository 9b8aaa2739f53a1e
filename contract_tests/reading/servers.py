"""Where a contract says that its operations stand."""

from __future__ import annotations

from urllib.parse import urlsplit

from openapi_documents import Node


def path_of_server(holder: Node) -> str | None:
    """Return the path of the first server that a document, a path item or an operation names.

    It is None where none is named, and empty where its author left the path open.
    """
    servers = holder.get("servers")
    listed = servers.elements() if servers else []
    if not listed:
        return None
    first = listed[0].follow()
    url = first["url"].text() if "url" in first else ""
    variables = first.get("variables")
    for name, one in variables.members() if variables else ():
        if "default" in one:
            url = url.replace("{" + name + "}", str(one["default"].value))
    path = _path(url)
    return "" if "{" in path else path


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
