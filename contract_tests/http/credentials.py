"""How a request shows who asks, by the security schemes of its operation."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit

from contract_tests.http.partners import Caller, Partner
from contract_tests.reading.contract import Contract, Operation, Scheme

SECRETS = {
    Caller.FIRST: "$CONTRACT_TESTS_CLIENT_SECRET",
    Caller.SECOND: "$CONTRACT_TESTS_OTHER_CLIENT_SECRET",
}
"""The variables, not the secrets."""


@dataclass
class Carried:
    """What a request carries; `shell` tells each value as a curl line has it."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    query: dict[str, str] = field(default_factory=dict, repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)
    shell: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether it shows nothing."""
        return not (self.headers or self.query or self.cookies)

    @property
    def own_headers(self) -> dict[str, str]:
        """Return the headers, the one of the cookies included."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**self.headers, **({"Cookie": cookie} if cookie else {})}

    @property
    def shell_words(self) -> dict[str, str]:
        """Return what stands for `own_headers` and the query in a line of the shell."""
        cookie = "; ".join(f"{name}={self.shell[name]}" for name in self.cookies)
        told = {name: one for name, one in self.shell.items() if name not in self.cookies}
        return {**told, **({"Cookie": cookie} if cookie else {})}


def token_variable(caller: Caller) -> str:
    """Return the name of the variable that holds the token of a partner in lines of the shell."""
    return f"TOKEN_{caller.upper()}"


def basic(name: str, secret: str) -> str:
    """Return the value of an HTTP Basic `Authorization` header."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def carried(
    operation: Operation, partner: Partner, token: str | None, caller: Caller = Caller.FIRST
) -> Carried:
    """Return the first of the operation's alternatives for which a partner has everything.

    Nothing is carried where there is none. An API key is the fixed token, else the client secret.
    """
    for schemes in operation.security:
        made = Carried()
        if schemes and all(_add(made, one, partner, token, caller) for one in schemes):
            return made
    return Carried()


def wanted(operation: Operation) -> str:
    """Return what an operation asks for, in words: `an API key (X-API-Key) or a bearer token`."""
    told = [" and ".join(map(_worded, schemes)) for schemes in operation.security if schemes]
    return " or ".join(dict.fromkeys(told))


def token_url(contracts: Iterable[Contract], base_url: str, given: str | None) -> str | None:
    """Return where tokens are granted: a path below the base URL, or a URL; None without any.

    What a contract says of another host holds for the host that is judged: credentials are
    never sent anywhere else unasked.
    """
    if given is not None:
        return given
    url = next((one.token_url for one in contracts if one.token_url), None)
    if url is None or "://" not in url:
        return url and "/" + url.lstrip("/")
    base = urlsplit(base_url)
    path = urlsplit(url).path or "/"
    return f"{base.scheme}://{base.netloc}{path}" if base.path.strip("/") else path


class Lacking(Enum):
    """What a run does not have that a contract asks for."""

    CREDENTIALS = "credentials"
    GRANT = "a place that grants a token for the credentials"


def lacking(contract: Contract, partner: Partner, granting: str | None) -> Lacking | None:
    """Return what is not there that every request needs; None where enough is.

    `granting` is where tokens are granted.
    """
    asking = [one for one in contract.operations if wanted(one)]
    if not asking:
        return None
    if partner.client_id is None and partner.token is None:
        secured = all(one.secured for one in contract.operations)
        return Lacking.CREDENTIALS if secured else None
    token = partner.token or (granting and "one that is granted")
    if all(carried(one, partner, token).empty for one in asking):
        return Lacking.GRANT
    return None


def _add(
    made: Carried, scheme: Scheme, partner: Partner, token: str | None, caller: Caller
) -> bool:
    """Add what a scheme asks for; False when the partner has it not."""
    if scheme.kind == "bearer" and token is not None:
        made.headers["Authorization"] = f"Bearer {token}"
        made.shell["Authorization"] = f"Bearer ${token_variable(caller)}"
        return True
    if scheme.kind == "basic" and None not in {partner.client_id, partner.client_secret}:
        made.headers["Authorization"] = basic(partner.client_id or "", partner.client_secret or "")
        pair = f"$(printf %s {partner.client_id}:{SECRETS[caller]} | base64 -w0)"
        made.shell["Authorization"] = f"Basic {pair}"
        return True
    places = {"header": made.headers, "query": made.query, "cookie": made.cookies}
    value = partner.token or partner.client_secret
    if scheme.kind == "apikey" and value and scheme.where in places:
        places[scheme.where][scheme.parameter] = value
        made.shell[scheme.parameter] = (
            f"${token_variable(caller)}" if partner.token else SECRETS[caller]
        )
        return True
    return False


def _worded(scheme: Scheme) -> str:
    match scheme.kind:
        case "bearer":
            return "a bearer token"
        case "basic":
            return "a name and a password"
        case "apikey":
            return f"an API key ({scheme.parameter})"
        case other:
            return f"credentials of type {other}"
