"""The requests of a check as curl lines: each token is fetched by a line of its own."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from contract_tests.http.messages import Exchange
from contract_tests.services.rewards.envelope import opened

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PASSWORD = "${CONTRACT_TESTS_LOGIN_PASSWORD:?}"  # noqa: S105 - the variable, not the password
_FOUND = 'sed -n \'s/.*"token" *: *"\\([^"]*\\)".*/\\1/p\''


@dataclass
class Shell:
    """Writes curl lines. Tokens, and abroad the password, come from variables.

    `login_path` is where one logs in, `login` how the run does.
    """

    base_url: str
    login_path: str
    login: Mapping[str, str] = field(repr=False)
    _names: dict[str, str] = field(default_factory=dict, repr=False)

    def know(self, token: str) -> None:
        """Give a token the name of a variable."""
        self._names.setdefault(token, f"TOKEN{len(self._names) + 1}")

    def lines(self, exchanges: Sequence[Exchange]) -> tuple[str, ...]:
        """Return the shell lines of what was sent, the logins that it needs before it."""
        used = [
            token
            for token in self._names
            if any(token.encode() in _whole(exchange) for exchange in exchanges)
        ]
        given = {
            token
            for token in used
            for one in exchanges
            if one.reply is not None and token.encode() in one.reply.body
        }
        logins = [
            self._login(self.login, self._names[token]) for token in used if token not in given
        ]
        return (*logins, *map(self._line, exchanges))

    def _login(self, login: Mapping[str, str], variable: str) -> str:
        body = self._hidden(json.dumps(dict(login)))
        return (
            f"{variable}=$(curl -s -X POST {self.base_url}{self.login_path} "
            f"-H 'Content-Type: application/json' --data-binary {body} | {_FOUND})"
        )

    def _line(self, exchange: Exchange) -> str:
        request, reply = exchange.request, exchange.reply
        given = opened(reply).data.get("token") if reply else None
        if isinstance(given, str) and given in self._names and request.body:
            return self._login(json.loads(request.body), self._names[given])
        parts = ["curl", "-s", "-X", request.method, self._hidden(self.base_url + request.path)]
        for name, value in request.headers.items():
            parts += ["-H", shlex.quote(f"{name}: {value}")]
        if request.body is not None:
            parts += ["--data-binary", self._hidden(request.body.decode("utf-8", "replace"))]
        return " ".join(parts)

    def _hidden(self, text: str) -> str:
        quoted = shlex.quote(text)
        for token, variable in self._names.items():
            quoted = quoted.replace(token, f"'\"${variable}\"'")
        password = self.login.get("password")
        if password and urlsplit(self.base_url).hostname not in _LOCAL:
            quoted = quoted.replace(password, f"'\"{_PASSWORD}\"'")
        return quoted


def _whole(exchange: Exchange) -> bytes:
    answer = exchange.reply.body if exchange.reply is not None else b""
    return exchange.request.path.encode() + (exchange.request.body or b"") + answer
