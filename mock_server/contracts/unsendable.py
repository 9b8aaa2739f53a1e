"""Names in a contract that no header of HTTP takes (RFC 9110, section 5): they are left out of answers, and told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openapi_documents import Document, DocumentError

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_MOST = 100


def is_name(text: str) -> bool:
    """Tell whether a header may be called so."""
    return _TOKEN.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Tell whether a header may have this value."""
    return _VALUE.fullmatch(text) is not None


def unsendable_names(document: Document) -> tuple[DocumentError, ...]:
    """Return what is said of each media type, header and scheme whose name no header takes."""
    found = [*_of_members(document), *_of_schemes(document)]
    return tuple(found[:_MOST])


def _of_members(document: Document) -> Iterator[DocumentError]:
    for kind, fits in (("media type", is_value), ("header", is_name)):
        for place in document.objects(kind):
            name = str(place[-1])
            if place[-2:-1] in (("content",), ("headers",)) and not fits(name):
                yield document.error(place, f"no header takes the {kind} {name!r}")


def _of_schemes(document: Document) -> Iterator[DocumentError]:
    for place in document.objects("security scheme"):
        scheme = document.value(place)
        if not isinstance(scheme, dict):
            continue
        named = scheme.get("name") if scheme.get("in") in ("header", "cookie") else None
        for member, name in (("name", named), ("scheme", scheme.get("scheme"))):
            if isinstance(name, str) and not is_name(name):
                yield document.error((*place, member), f"no header takes the {member} {name!r}")
