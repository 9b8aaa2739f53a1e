"""Headers that show no valid token: nothing, a token that is nearly one, and credentials of another kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_tests.http.credentials import basic
from contract_tests.http.partners import Partner


@dataclass(frozen=True)
class BadToken:
    """What a request shows instead of a token, and with which codes it may be refused."""

    about: str
    headers: Mapping[str, str]

    @property
    def statuses(self) -> tuple[int, ...]:
        """Return the codes: what HTTP does not allow in a header may be refused before anybody asks for a token."""
        return (401,) if all(one.isascii() for one in self.headers.values()) else (400, 401)


def bad_tokens(token: str, partner: Partner) -> Iterator[BadToken]:
    """Yield what is no token of a partner who has one."""
    yield BadToken("no token", {})
    for about, value in _headers(token, partner):
        yield BadToken(about, {"Authorization": value})


def _headers(token: str, partner: Partner) -> Iterator[tuple[str, str]]:
    client = partner.client_id or "a-client"
    other = ("A" if token[0] != "A" else "B") + token[1:]
    yield "an empty header", ""
    yield "a scheme without token", "Bearer"
    yield "an unknown token", "Bearer unknown"
    yield "a token that no variable held", "Bearer null"
    yield "a token that nobody defined", "Bearer undefined"
    yield "a token backwards", f"Bearer {token[::-1]}"
    yield "a token that looks signed", "Bearer eyJhbGciOiJub25lIn0.e30."
    yield "a token with a letter more", f"Bearer {token}x"
    yield "a token with a letter before it", f"Bearer x{token}"
    yield "a token cut short", f"Bearer {token[:-2]}"
    yield "the token in another case", f"Bearer {token.swapcase()}"
    yield "a token with another first letter", f"Bearer {other}"
    yield "the token under another scheme", f"Basic {token}"
    yield "the token under a made-up scheme", f"Token {token}"
    yield "the token without a scheme", token
    yield "client credentials", basic(client, partner.client_secret or "a-secret")
    yield "the client id as token", f"Bearer {client}"
    yield "a token of 2,000 letters", f"Bearer {'x' * 2000}"
    yield "a token beyond ASCII", "Bearer \u00fc"
