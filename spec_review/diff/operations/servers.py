"""The addresses of a service."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_documents import Document
from spec_review.diff.changes import Change
from spec_review.diff.verdicts import SAFE, UNCLEAR
from spec_review.diff.versions import Versions
from spec_review.reading.values import elements, mapping


def server_changes(versions: Versions) -> Iterator[Change]:
    """Servers that are no longer named, or are new."""
    before, after = urls(versions.old), urls(versions.new)
    for index, url in enumerate(before):
        if url not in after:
            instead = [str(other) for other in after if other not in before]
            more = f"; {', '.join(instead)} instead" if instead else ""
            yield Change(
                "server-removed",
                f"the server {url} is no longer named{more}",
                UNCLEAR,
                ("servers", index, "url"),
                ("servers", min(index, max(len(after) - 1, 0)), "url"),
                "operations",
                is_removed=True,
            )
    if all(url in after for url in before):
        for index, url in enumerate(after):
            if url not in before:
                yield Change(
                    "server-added", f"the server {url} is new", SAFE,
                    ("servers",), ("servers", index, "url"), "operations",
                )  # fmt: skip


def urls(document: Document) -> list[object]:
    """The addresses, as they are written."""
    return [mapping(server).get("url") for server in elements(document.data.get("servers"))]
