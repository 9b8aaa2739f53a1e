"""Requests and answers as values, and what passed between a partner and the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.http.partners import Caller
from contract_tests.reading.json_text import parsed

JSON = {"Content-Type": "application/json"}
_KEPT = 2**16  # bytes of an answer
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Request:
    """A request as it stands; `path` is below the base URL, or a whole URL.

    `recipe` is a shell command that prints the body, for bodies too long to print. `secrets` tells headers and
    parameters that show who asks as a line of the shell has them.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    recipe: str | None = None
    caller: Caller | None = Caller.FIRST  # whose token it carries, None without one
    secrets: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def told(self) -> str:
        """Return it in a few words: `GET /clients/7`."""
        return f"{self.method} {self.path}"


def get(path: str, *, caller: Caller | None = Caller.FIRST, **headers: str) -> Request:
    """Return a GET; the names of headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("GET", path, named, caller=caller)


@dataclass(frozen=True)
class Reply:
    """An answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Return the content type without its parameters, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """Return the body as JSON; raises ValueError when it is none (`Infinity` is none)."""
        return parsed(self.body.decode("utf-8"))

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON, whatever its type says."""
        try:
            self.json()
        except ValueError:
            return False
        return True

    @property
    def told(self) -> str:
        """Return status, content type and the beginning of the body."""
        text = self.body[:400].decode("utf-8", "replace")
        return f"{self.status} {self.media_type or 'without content type'} {text}".strip()


@dataclass(frozen=True)
class Exchange:
    """A request with its answer; `control` tells one to the sandbox's own operations.

    `at` is when it was answered on a clock of its own, `waited` for how many seconds it has to be waited for.
    """

    request: Request
    reply: Reply | None
    control: bool = False
    at: float = field(default=0.0, compare=False)
    waited: float = 0.0

    @property
    def shortened(self) -> Exchange:
        """Return what of it is kept: of a long answer, the beginning."""
        if self.reply is None or len(self.reply.body) <= _KEPT:
            return self
        return replace(self, reply=replace(self.reply, body=self.reply.body[:_KEPT]))
