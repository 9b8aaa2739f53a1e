"""Which of several media types a content type is of (RFC 9110 sections 8.3 and 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message


@dataclass(frozen=True)
class MediaType:
    """A media type, or a range such as `text/*`; its words in lower case."""

    main: str
    sub: str
    parameters: Mapping[str, str]


def media_type(text: str) -> MediaType:
    """Read a media type with its parameters; what is none is a type of no name."""
    message = Message()
    message["Content-Type"] = text.replace("\r", "").replace("\n", "")
    (whole, _), *others = message.get_params() or [("", "")]
    main, _, sub = whole.strip().lower().partition("/")
    return MediaType(main, sub, {name.lower(): value.lower() for name, value in others})


def most_exact(ranges: Sequence[str], content_type: str) -> int | None:
    """Return the number of the range that fits a content type most exactly, None where none does.

    One whose parameters are those of the type comes first; where none has them, parameters are not looked at.
    """
    came = media_type(content_type)
    ranks = [_rank(media_type(one), came) for one in ranges]
    best = max(ranks, default=None)
    return None if best is None or best == _UNFIT else ranks.index(best)


_UNFIT = (-1, -1)


def _rank(known: MediaType, came: MediaType) -> tuple[int, int]:
    if known.main not in {came.main, "*"} or known.sub not in {came.sub, "*"}:
        return _UNFIT
    same = all(came.parameters.get(name) == value for name, value in known.parameters.items())
    return (known.main != "*") + (known.sub != "*"), len(known.parameters) + 1 if same else 0
