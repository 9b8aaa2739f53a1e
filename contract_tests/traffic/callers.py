"""Who sent a recorded request, as far as its credentials tell, and which of what was recorded is secret."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

from contract_tests.http.secrets import Secrets
from contract_tests.http.tokens import granted_in
from contract_tests.reading.contract import Contract, Scheme
from contract_tests.reading.json_text import parsed
from contract_tests.traffic.recorded import Recorded

_CLAIMS = ("client_id", "azp", "sub")  # of a token that is a JWT, the first that it has
_SECRETS = ("client_secret", "password", "assertion", "code", "refresh_token")


@dataclass(frozen=True)
class Sender:
    """Who sent a request; `certain` where it is told by a name and not by a token alone."""

    name: str
    certain: bool


class Callers:
    """Learns whose token is whose from the token requests of a recording."""

    def __init__(self, contract: Contract) -> None:
        self._secrets = Secrets()
        self._names: set[str] = set()
        self._schemes = {
            one.name: one
            for operation in contract.operations
            for schemes in operation.security
            for one in schemes
        }
        self._owners: dict[str, str] = {}

    @property
    def secrets(self) -> Secrets:
        """Return what nobody may be shown; a name that was tried as a secret is none."""
        return self._secrets.without(self._names)

    def learn(self, one: Recorded) -> None:
        """Take note of a token that was granted, and of every secret of an exchange."""
        form = _form(one)
        for name in _SECRETS:
            self._secrets.learn(form.get(name))
        for value in self._shown(one):
            self._secrets.learn(value)
        pair = _basic(one.headers.get("authorization", ""))
        if pair is not None:
            self._secrets.learn(pair[1])
        self._names |= {form.get("client_id", ""), pair[0] if pair else ""}
        tokens = list(granted_in(one.reply.body)) if "json" in one.reply.media_type else []
        owner = form.get("client_id") or (pair[0] if pair else None)
        for token in tokens:
            self._secrets.learn(token)
            if owner is not None:
                self._owners[token] = owner

    def of(self, one: Recorded) -> Sender:
        """Return who sent a request."""
        header = one.headers.get("authorization", "")
        pair = _basic(header)
        if pair is not None:
            return Sender(pair[0], certain=True)
        token = header.partition(" ")[2].strip() or next(self._shown(one), "")
        owner = self._owners.get(token) or _claimed(token)
        return Sender(owner or token, certain=owner is not None)

    def _shown(self, one: Recorded) -> Iterator[str]:
        """Yield the tokens and keys that a request shows."""
        header = one.headers.get("authorization", "")
        if header and _basic(header) is None:
            yield header.partition(" ")[2].strip() or header
        for scheme in self._schemes.values():
            if scheme.kind == "apikey":
                yield from _key(one, scheme)
        if "cookie" in one.headers:
            yield one.headers["cookie"]


def _key(one: Recorded, scheme: Scheme) -> Iterator[str]:
    if scheme.where == "header" and scheme.parameter.lower() in one.headers:
        yield one.headers[scheme.parameter.lower()]
    if scheme.where == "query":
        yield from parse_qs(one.target.partition("?")[2]).get(scheme.parameter, ())


def _form(one: Recorded) -> dict[str, str]:
    """Return the members of a request's body, be it a form or JSON."""
    kind = one.headers.get("content-type", "")
    if not one.body or not ("form" in kind or "json" in kind):
        return {}
    try:
        if "json" in kind:
            value = parsed(one.body)
            found = value if isinstance(value, dict) else {}
            return {name: each for name, each in found.items() if isinstance(each, str)}
        return {name: each[0] for name, each in parse_qs(one.body.decode()).items()}
    except ValueError:
        return {}


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, sign, secret = base64.b64decode(value.strip()).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if sign else None


def _claimed(token: str) -> str | None:
    """Return whose a JWT says that it is; nobody verifies it here."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        return None
    named = (claims.get(one) for one in _CLAIMS) if isinstance(claims, dict) else ()
    return next((one for one in named if isinstance(one, str)), None)
