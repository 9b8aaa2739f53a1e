"""What passed between a client and a server, as a recording tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from contract_tests.http.messages import Reply


class RecordingError(ValueError):
    """A file that is no recording; the text is one sentence."""


@dataclass(frozen=True)
class Recorded:
    """One request with its answer.

    `number` counts the exchanges of a file from 1; `began` and `ended` are seconds since 1970, or the numbers where no
    time is told. Header names are lower case. A body is None where it was not recorded.
    """

    number: int
    began: float
    ended: float
    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    reply: Reply
    has_body: bool = True  # whether the body of the answer was recorded

    @property
    def origin(self) -> str:
        """Return scheme, host and port of its URL, nothing where it has only a path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    @property
    def target(self) -> str:
        """Return path and query."""
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def told(self) -> str:
        """Return it in a few words, with its number in the file: `exchange 7: GET /x`."""
        return f"exchange {self.number}: {self.method} {self.target}"


def moment(text: object, otherwise: float) -> float:
    """Return an ISO 8601 instant, or a number of seconds or milliseconds, as seconds since 1970."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text) / 1000 if text > 10**11 else float(text)
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
