"""What nobody needs to read twice: credentials in what the journal shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urlencode

from mock_server.contracts.contract import Contract

MASKED = "***"

_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-admin-key", "x-api-key"}
)
_WORDS = r"(?:secret|passw|token|api_?key|otp|assertion|credential)"
_SECRET = re.compile(_WORDS, re.IGNORECASE)
# A member of a text that is no JSON, or only the beginning of one.
_LOOSE = re.compile(rf'("[^"]*{_WORDS}[^"]*"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^,}}\s]+)', re.IGNORECASE)
# The names of a secret's companions, which say nothing.
_HARMLESS = frozenset({"token_type", "token_url", "tokenurl"})
_SHORTEST = 6


class Masks(NamedTuple):
    """What is masked in one entry: parameters by name, and the values that came in credentials, wherever they stand."""

    names: frozenset[str]
    values: Sequence[str]

    @classmethod
    def of(cls, contract: Contract | None, headers: Iterable[tuple[str, str]], query: str) -> Masks:
        """Return the masks for a request to a contract."""
        schemes = contract.schemes.values() if contract else ()
        names = _HEADERS | {scheme.parameter.lower() for scheme in schemes if scheme.parameter}
        shown = [value for name, value in headers if name.lower() in names]
        shown += [value for name, value in parse_qsl(query) if _hidden(name, names)]
        words = {word for value in shown for word in (value, value.partition(" ")[2])}
        return cls(
            names, sorted((word for word in words if len(word) >= _SHORTEST), key=len, reverse=True)
        )

    def headers(self, given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return headers with credentials masked; the scheme of an Authorization header stays."""
        return [
            (name, _scheme(name, value) if name.lower() in self.names else self._text(value))
            for name, value in given
        ]

    def query(self, text: str) -> str:
        """Return a query or a form with credentials masked; one without any stays as it was written."""
        pairs = parse_qsl(text, keep_blank_values=True)
        if not any(_hidden(name, self.names) for name, _ in pairs):
            return self._text(text)
        shown = [(name, MASKED if _hidden(name, self.names) else value) for name, value in pairs]
        return self._text(urlencode(shown, safe="*"))

    def path(self, text: str) -> str:
        """Return a path without a credential that stands in it."""
        return (
            text
            if self._text(unquote_plus(text)) == unquote_plus(text)
            else self._text(unquote_plus(text))
        )

    def body(self, data: bytes, media_type: str) -> str:
        """Return a body as text, with the values of its secret members masked."""
        text = data.decode("utf-8", "replace")
        essence = media_type.partition(";")[0].strip().lower()
        if essence == "application/x-www-form-urlencoded":
            return self.query(text)
        if _SECRET.search(text):
            try:
                text = json.dumps(_masked(json.loads(text)), ensure_ascii=False)
            except (ValueError, RecursionError):
                text = _LOOSE.sub(rf'\1"{MASKED}"', text)
        return self._text(text)

    def _text(self, text: str) -> str:
        for value in self.values:
            text = text.replace(value, MASKED)
        return text


def _hidden(name: str, names: frozenset[str]) -> bool:
    return name.lower() in names or is_secret(name)


def is_secret(name: str) -> bool:
    """Tell whether a member or a parameter of this name holds a secret."""
    return bool(_SECRET.search(name)) and name.lower() not in _HARMLESS


def _scheme(name: str, value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {MASKED}" if space and name.lower().endswith("authorization") else MASKED


def _masked(value: object) -> object:
    match value:
        case Mapping():
            return {
                name: MASKED if is_secret(name) and isinstance(inner, str) else _masked(inner)
                for name, inner in value.items()
            }
        case list():
            return [_masked(inner) for inner in value]
        case _:
            return value
