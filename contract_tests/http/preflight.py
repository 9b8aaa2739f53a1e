"""Makes sure that there is an API behind the base URL before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from contract_tests.http.client import Client
from contract_tests.http.failures import UNREADABLE, CannotJudge, Unanswered
from contract_tests.http.messages import Reply, Request
from contract_tests.http.tokens import UNAVAILABLE

PAGES = frozenset({"text/html", "application/xhtml+xml"})
_PATIENCE = 10.0


@dataclass(frozen=True)
class Look:
    """A request that does no harm.

    `documented` are the media types and the status codes that the contract has for it, `shows` says
    whether it carries credentials that are no token.
    """

    request: Request
    documented: frozenset[str] = field(default_factory=frozenset)
    shows: bool = False


def look(client: Client, asked: Look) -> None:
    """Ask once. Raises CannotJudge with one sentence when this is no API that takes us."""
    base_url = client.server.base_url
    patience, granted = client.patience, False
    client.patience = min(_PATIENCE, client.budget.limits.deadline)
    try:
        granted = _granted(client)
        reply = client.send(asked.request).reply
    except Unanswered as error:
        told = (
            "gives no answer that can be read" if error.cause in UNREADABLE else "does not answer"
        )
        raise CannotJudge(f"{base_url} {told}: {error}") from error
    finally:
        client.patience = patience
    if reply is not None:
        _require_api(client, asked, reply, granted=granted)


def _granted(client: Client) -> bool:
    """Fetch the tokens of all partners; whether any had to be."""
    first = client.partners.first
    if client.server.token_url is None or first.token is not None or not first.client_id:
        return False
    for caller in client.partners:
        client.token(caller)
    return True


def _require_api(client: Client, asked: Look, reply: Reply, *, granted: bool) -> None:
    base_url, path = client.server.base_url, asked.request.path.partition("?")[0]
    fixed = client.partners.first.token is not None
    if reply.status in UNAVAILABLE:
        raise CannotJudge(f"{base_url} is not available: it answers {reply.status}")
    if reply.status == 401 and (fixed or asked.shows):
        what = "token" if fixed else "credentials"
        raise CannotJudge(f"{base_url} refused the {what}: {reply.told}")
    # What grants a token, or knows the methods of a path, is an API however it tells errors.
    if reply.status == 405 or (granted and reply.status >= 400):
        return
    if 300 <= reply.status < 400 and str(reply.status) not in asked.documented:
        where = reply.headers.get("location", "another place")
        raise CannotJudge(f"{base_url} redirects GET {path} to {where}; is it the API?")
    if reply.media_type in PAGES and reply.media_type not in asked.documented:
        raise CannotJudge(f"{base_url} answers HTML ({reply.status} to GET {path}); is it the API?")
