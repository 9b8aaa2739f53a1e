"""Media types and ranges of them, as keys of `content` and as headers spell them (RFC 9110, section 8.3.1)."""

from __future__ import annotations

from email.message import Message
from functools import lru_cache
from typing import NamedTuple

FORM = "application/x-www-form-urlencoded"
_OF_THE_WRITING = {"charset", "boundary"}
"""Parameters that say how a body is written, not what it is."""


class MediaRange(NamedTuple):
    """A media type (`text/csv`), or many (`text/*`, `application/*+json`), in lower case, with its parameters."""

    kind: str
    parameters: tuple[tuple[str, str], ...] = ()

    def parameter(self, name: str) -> str | None:
        """Return the value of a parameter, None when it has none."""
        return dict(self.parameters).get(name)

    def covers(self, kind: str) -> bool:
        """Tell whether a media type without parameters is one of this range."""
        if "*" not in self.kind:
            return self.kind == kind
        above, _, below = self.kind.partition("/")
        given_above, _, given_below = kind.partition("/")
        begins, _, ends = below.partition("*")
        return (
            above in ("*", given_above)
            and given_below.startswith(begins)
            and given_below.endswith(ends)
            and len(given_below) > len(begins) + len(ends)
        )


@lru_cache(maxsize=1024)
def media_range(text: str) -> MediaRange:
    """Return what a key of `content` or a `Content-Type` header says."""
    message = Message()
    message["Content-Type"] = text
    listed = message.get_params(failobj=[], header="Content-Type", unquote=True)
    kind = text.partition(";")[0].strip().lower()
    return MediaRange(kind, tuple((name.lower(), value) for name, value in listed[1:]))


@lru_cache(maxsize=1024)
def best_match(given: str, known: tuple[str, ...]) -> str | None:
    """Return the key of `content` that fits a content type best, None when none does.

    An exact one goes before a range, and one whose parameters are those given before one without. `charset` tells
    how a body is written: it never decides.
    """
    asked = media_range(given)
    ranked = ((_rank(asked, media_range(name)), name) for name in known)
    fitting = [(rank, name) for rank, name in ranked if rank is not None]
    return max(fitting, key=lambda each: each[0])[1] if fitting else None


def _rank(given: MediaRange, known: MediaRange) -> tuple[int, ...] | None:
    if not known.covers(given.kind):
        return None
    wanted = {pair for pair in known.parameters if pair[0] not in _OF_THE_WRITING}
    found = set(given.parameters)
    others = {name for name, value in wanted - found if given.parameter(name) is not None}
    if others:
        return None
    stars = known.kind.count("*")
    return (-stars, len(known.kind), len(wanted & found), -len(wanted - found))


def is_json(kind: str) -> bool:
    """Tell whether bodies of this media type or range, in lower case and without parameters, are JSON."""
    return kind in ("application/json", "text/json", "*/*", "application/*") or kind.endswith(
        "+json"
    )


def is_xml(kind: str) -> bool:
    """Tell whether bodies of this media type, in lower case and without parameters, are XML."""
    return kind in ("application/xml", "text/xml") or kind.endswith("+xml")
