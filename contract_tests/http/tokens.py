"""Bearer tokens: read from the answer of a token request, and kept while they live."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from contract_tests.http.failures import CannotJudge
from contract_tests.http.messages import FORM, JSON, Reply
from contract_tests.http.partners import Caller, Partner
from contract_tests.reading.json_text import parsed

UNAVAILABLE = frozenset({429, 502, 503, 504})
_USUAL_LIFE = 300.0  # seconds
_LONGEST_LIFE = 10**9
_CARRIED = re.compile(r"[!-~]{1,16384}")  # what a header takes, more than RFC 6750 allows
_TOKENS = ("access_token", "refresh_token", "id_token")
_RESERVE = 0.9  # of its life; so that no token ends on its way


@dataclass(frozen=True)
class Token:
    """A token, and for how many seconds it is good."""

    value: str
    life: float


@dataclass(frozen=True)
class Names:
    """What the members of a token request are called, where a server has names of its own and takes JSON."""

    names: Mapping[str, str] = field(default_factory=dict)


def grant_of(partner: Partner, asks: Names) -> tuple[Mapping[str, str], bytes]:
    """Return the headers and the body that ask for a partner's token by client credentials."""
    form = {
        "grant_type": "client_credentials",
        "client_id": partner.client_id or "",
        "client_secret": partner.client_secret or "",
    }
    if not asks.names:
        return FORM, urlencode(form).encode()
    return JSON, json.dumps(
        {asks.names.get(name, name): one for name, one in form.items()}
    ).encode()


def read_token(reply: Reply, partner: Partner, url: str) -> Token:
    """Return the token that was granted. Raises CannotJudge with one sentence why there is none."""
    if reply.status in UNAVAILABLE:
        raise CannotJudge(f"the server is not available: the token request got {reply.status}")
    if reply.status in {404, 405, 501} or 300 <= reply.status < 400:
        raise CannotJudge(
            f"nothing grants tokens at {url}, which answers "
            f"{reply.status}; give --token, or --token-url if tokens are granted elsewhere"
        )
    try:
        value = reply.json()
    except (ValueError, RecursionError) as error:
        raise CannotJudge(
            "the token request was not answered with JSON but with "
            f"{reply.status} {reply.media_type or 'no content type'}"
        ) from error
    if reply.status != 200:
        raise CannotJudge(
            f"the server refused the credentials of {partner.client_id}: {reply.told}"
        )
    if not isinstance(value, dict) or not isinstance(value.get("access_token"), str):
        raise CannotJudge("the answer to the token request holds no `access_token`")
    token = value["access_token"]
    if not _CARRIED.fullmatch(token):
        raise CannotJudge(
            f"the `access_token` that {url} grants has characters that no `Authorization` header "
            "can carry; letters, digits and -._~+/= are expected (RFC 6750 section 2.1)"
        )
    return Token(token, life_of(value.get("expires_in")) or _USUAL_LIFE)


def life_of(value: object) -> float | None:
    """Return the seconds that `expires_in` tells, None where it tells no time that anybody waits for."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 < value <= _LONGEST_LIFE else None


def granted_in(body: bytes) -> Iterator[str]:
    """Yield the tokens that the answer to a token request holds."""
    try:
        value = parsed(body)
    except ValueError:
        return
    if isinstance(value, dict):
        yield from (value[one] for one in _TOKENS if isinstance(value.get(one), str))


class Tokens:
    """The tokens of the partners, each until its end is near."""

    def __init__(self) -> None:
        self._known: dict[Caller, tuple[str, float]] = {}

    def of(self, caller: Caller) -> str | None:
        """Return a token that is still good, None where there is none."""
        value, ends = self._known.get(caller, ("", 0.0))
        return value if time.monotonic() < ends else None

    def keep(self, caller: Caller, token: Token) -> None:
        """Remember a token."""
        self._known[caller] = (token.value, time.monotonic() + token.life * _RESERVE)

    def forget(self, caller: Caller) -> None:
        """Forget a token that was refused before its time."""
        self._known.pop(caller, None)
