"""How a request shows who asks, by the security schemes of its operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contract_tests.http.client import CannotJudge, basic
from contract_tests.reading.contract import Contract, Operation
from contract_tests.reading.documents import resolve
from contract_tests.settings import Partner, Settings

SECRET = "$CONTRACT_TESTS_CLIENT_SECRET"  # noqa: S105 - the variable, not the secret
TOKEN = "$CONTRACT_TESTS_TOKEN"  # noqa: S105


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


def carried(
    contract: Contract, operation: Operation, partner: Partner, token: str | None
) -> Carried:
    """Return the first of the operation's alternatives for which a partner has everything.

    Nothing is carried where there is none. An API key is the fixed token, else the client secret.
    """
    for names in alternatives(contract, operation):
        made = Carried()
        if names and all(_add(made, _scheme(contract, name), partner, token) for name in names):
            return made
    return Carried()


def wanted(contract: Contract, operation: Operation) -> str:
    """Return what an operation asks for, in words: `an API key (X-API-Key) or a bearer token`."""
    told = [
        " and ".join(_told(_scheme(contract, name)) for name in names)
        for names in alternatives(contract, operation)
        if names
    ]
    return " or ".join(dict.fromkeys(told))


def token_path(contracts: Iterable[Contract], settings: Settings) -> str | None:
    """Return where tokens are granted: a path below the base URL, or a URL; None without any.

    What a contract says of another host holds for the host that is judged: credentials are
    never sent anywhere else unasked.
    """
    if settings.token_url is not None:
        return settings.token_url
    url = next((one.token_url for one in contracts if one.token_url), None)
    if url is None or "://" not in url:
        return url and "/" + url.lstrip("/")
    base = urlsplit(settings.base_url)
    path = urlsplit(url).path or "/"
    return f"{base.scheme}://{base.netloc}{path}" if base.path.strip("/") else path


def require_use(contract: Contract, settings: Settings, granting: str | None) -> None:
    """Raise CannotJudge when a contract asks for credentials and takes none of those given."""
    partner = settings.partner
    token = partner.token or (granting and "one that is granted")
    asking = [one for one in contract.operations if wanted(contract, one)]
    given = partner.client_id is not None or partner.token is not None
    if given and asking and all(carried(contract, one, partner, token).empty for one in asking):
        raise CannotJudge(
            f"{contract.name} asks for {wanted(contract, asking[0])} and names no place that "
            "grants one for these credentials; give --token, or --token-url"
        )


def alternatives(contract: Contract, operation: Operation) -> list[list[str]]:
    """Return the names of the schemes that an operation asks for, an alternative each."""
    default = contract.document.root.get("security", [])
    return [list(one) for one in operation.raw.get("security", default)]


def _scheme(contract: Contract, name: str) -> Mapping[str, Any]:
    schemes = contract.document.root.get("components", {}).get("securitySchemes", {})
    found: Mapping[str, Any] = resolve(contract.document, schemes.get(name, {}))
    return found


def _kind(scheme: Mapping[str, Any]) -> str:
    """Return `bearer`, `basic`, `apikey`, or another word."""
    kind = str(scheme.get("type", "")).lower()
    if kind in {"oauth2", "openidconnect"}:
        return "bearer"
    return str(scheme.get("scheme", "")).lower() if kind == "http" else kind


def _add(made: Carried, scheme: Mapping[str, Any], partner: Partner, token: str | None) -> bool:
    """Add what a scheme asks for; False when the partner has it not."""
    kind = _kind(scheme)
    if kind == "bearer" and token is not None:
        made.headers["Authorization"] = f"Bearer {token}"
        made.shell["Authorization"] = "Bearer $TOKEN_A"
    elif kind == "basic" and partner.client_id is not None and partner.client_secret is not None:
        made.headers["Authorization"] = basic(partner.client_id, partner.client_secret)
        pair = f"$(printf %s {partner.client_id}:{SECRET} | base64 -w0)"
        made.shell["Authorization"] = f"Basic {pair}"
    elif kind == "apikey" and (partner.token or partner.client_secret):
        name, value = str(scheme.get("name")), partner.token or partner.client_secret or ""
        place = {"header": made.headers, "query": made.query, "cookie": made.cookies}
        place[str(scheme.get("in"))][name] = value
        made.shell[name] = TOKEN if partner.token else SECRET
    else:
        return False
    return True


def _told(scheme: Mapping[str, Any]) -> str:
    match _kind(scheme):
        case "bearer":
            return "a bearer token"
        case "basic":
            return "a name and a password"
        case "apikey":
            return f"an API key ({scheme.get('name')})"
        case other:
            return f"credentials of type {other}"
