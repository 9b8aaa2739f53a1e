"""Which of the documented media types a request accepts best (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON.

    Application/json, text/json and everything that ends in +json.
    """
    kind = media_type.partition(";")[0].strip().lower()
    return kind in {"application/json", "text/json"} or kind.endswith("+json")


def negotiated(content: Mapping[str, object], accept: str | None) -> str:
    """The key of `content` that the request accepts best.

    Between equals JSON comes first, then the order of the document. The same order decides when
    nothing is acceptable (RFC 9110, 12.5.1, leaves that to the server).
    """
    ranges = list(_accepted(accept or "*/*"))
    order = sorted(content, key=lambda kind: not is_json(kind))

    def liking(kind: str) -> float:
        fitting = [(rank, q) for accepted, rank, q in ranges if _overlap(accepted, kind)]
        return max(fitting)[1] if fitting else 0.0

    return max(order, key=liking)


def concrete(written: str, accept: str | None) -> str:
    """The media type to send for one that may be written as a range (`image/*`)."""
    kind = written.partition(";")[0].strip().lower()
    if "*" not in kind:
        return written
    for accepted, _, q in sorted(_accepted(accept or ""), key=lambda each: -each[2]):
        if q > 0 and "*" not in accepted and _overlap(accepted, kind):
            return accepted
    return _CONCRETE.get(kind, "application/octet-stream")


def _accepted(accept: str) -> Iterator[tuple[str, int, float]]:
    """The ranges of an `Accept` header, each with how special it is and its quality."""
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        try:
            q = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            q = 0.0
        if "/" in kind:
            yield kind, 2 - kind.count("*"), q


def _overlap(accepted: str, written: str) -> bool:
    pairs = zip(
        accepted.split("/", 1),
        written.partition(";")[0].strip().lower().split("/", 1),
        strict=False,
    )
    return all("*" in (one, two) or one == two for one, two in pairs)


_CONCRETE: Final = {
    "*/*": "application/json", "application/*": "application/json", "text/*": "text/plain",
    "image/*": "image/png",
    "multipart/*": "multipart/mixed",
}  # fmt: skip
