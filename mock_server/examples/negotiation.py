"""Which of the documented media types a request accepts best (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from mock_server.contracts.responses import Response


class NotAcceptableError(Exception):
    """The request accepts none of the media types that are documented; `known` are those."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(f"The answer can be had as {', '.join(self.known)}; Accept takes none.")


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON.

    Application/json, text/json and everything that ends in +json.
    """
    kind = media_type.partition(";")[0].strip().lower()
    return kind in {"application/json", "text/json"} or kind.endswith("+json")


def negotiated(content: Mapping[str, object], accept: str | None) -> str | None:
    """The key of `content` that the request accepts best, None when it accepts none.

    Between equals JSON comes first, then the order of the document.
    """
    known, asked = tuple(content), (accept or "").strip()
    return (_usual if len(asked) <= _LONGEST_USUAL else _negotiated)(known, asked)


def _negotiated(known: Sequence[str], accept: str) -> str | None:
    ranges = list(_accepted(accept)) if accept else [_ANYTHING]
    order = sorted(known, key=lambda kind: not is_json(kind))

    def liking(kind: str) -> float:
        fitting = [(one.rank, one.quality) for one in ranges if one.takes(kind)]
        return max(fitting)[1] if fitting else 0.0

    best = max(order, key=liking)
    return best if liking(best) > 0 else None


# A client asks for the same again and again.
_LONGEST_USUAL: Final = 200
_usual = lru_cache(maxsize=1024)(_negotiated)


def language(
    response: Response, documented: Sequence[str], accept_language: str | None
) -> str | None:
    """The documented language of an answer that the request wants most, None when it does not say or none is it."""
    if not documented or not accept_language:
        return None
    wanted = sorted(_weighed(accept_language), key=lambda each: -each[1])
    for tag, quality in wanted:
        for known in documented:
            same = known.lower() == tag or known.lower().partition("-")[0] == tag.partition("-")[0]
            if quality > 0 and (same or tag == "*"):
                return known
    return None


def concrete(written: str, accept: str | None) -> str:
    """The media type to send for one that may be written as a range (`image/*`)."""
    kind = written.partition(";")[0].strip().lower()
    if "*" not in kind:
        return written
    for one in sorted(_accepted(accept or ""), key=lambda each: -each.quality):
        if one.quality > 0 and "*" not in one.kind and one.takes(kind):
            return one.kind
    return _CONCRETE.get(kind, "application/octet-stream")


class _Range(NamedTuple):
    """A range of an `Accept` header: its parameters but for the quality, and the quality."""

    kind: str
    parameters: Mapping[str, str]
    quality: float

    @property
    def rank(self) -> tuple[int, int]:
        """How special it is."""
        return 2 - self.kind.count("*"), len(self.parameters)

    def takes(self, written: str) -> bool:
        """Whether it takes a media type: a parameter that both name has one value, the charset apart."""
        kind, others = _split(written)
        pairs = zip(self.kind.split("/", 1), kind.split("/", 1), strict=False)
        if not all("*" in (one, two) or one == two for one, two in pairs):
            return False
        named = self.parameters.keys() & others.keys() - {"charset"}
        return all(self.parameters[name] == others[name] for name in named)


_ANYTHING: Final = _Range("*/*", {}, 1.0)


def _split(media_type: str) -> tuple[str, dict[str, str]]:
    kind, *parameters = (piece.strip().lower() for piece in media_type.split(";"))
    pairs = (text.partition("=") for text in parameters if "=" in text)
    return kind, {name.strip(): value.strip().strip('"') for name, _, value in pairs}


def _accepted(accept: str) -> Iterator[_Range]:
    """The ranges of an `Accept` header."""
    for part in accept.split(","):
        kind, parameters = _split(part)
        quality = _quality(parameters.pop("q", "1"))
        if "/" in kind:
            yield _Range(kind, parameters, quality)


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    """The entries of a header such as `Accept-Language`, each with its quality."""
    for part in header.split(","):
        tag, parameters = _split(part)
        yield tag, _quality(parameters.get("q", "1"))


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


_CONCRETE: Final = {
    "*/*": "application/json", "application/*": "application/json", "text/*": "text/plain",
    "image/*": "image/png",
    "multipart/*": "multipart/mixed",
}  # fmt: skip
