"""What a server that has started tells its user."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

import click
import sqlalchemy as sa

from mock_server.app import Sandbox
from mock_server.cli.contents import contents, line_to_paste
from mock_server.contracts.credentials import credentials_in_conflict, credentials_taken
from mock_server.settings import Settings
from mock_server.storage.partners import Partner
from openapi_documents import DocumentError

_SHOWN_PARTNERS = 8
_SHOWN_WARNINGS = 5


def warn(sandbox: Sandbox) -> None:
    """Tell what of the contracts cannot be served, on standard error."""
    faults = [contract.faults for contract in sandbox.contracts]
    missing = [error for each in faults for error in each.missing]
    unused = [error for each in faults for error in each.unused]
    _warn(missing, "operations that need it answer 501")
    _warn(unused, "no operation needs it")
    _warn([error for each in faults for error in each.formats], "the format is not asserted there")
    _warn([error for each in faults for error in each.unsendable], "it is not sent")
    conflicts = (credentials_in_conflict(contract) for contract in sandbox.contracts)
    _warn([error for each in conflicts for error in each], "it answers 401 to everybody")


def _warn(errors: Sequence[DocumentError], consequence: str) -> None:
    for error in errors[:_SHOWN_WARNINGS]:
        click.echo(f"warning: {str(error).rstrip('.')}; {consequence}", err=True)
    if len(errors) > _SHOWN_WARNINGS:
        click.echo(f"warning: {len(errors) - _SHOWN_WARNINGS} more like these", err=True)


def greet(sandbox: Sandbox, url: str, workers: int = 1) -> None:
    """Print what is served, where, by how many processes, and what one needs to begin."""
    settings = sandbox.runtime.settings
    names = [contract.name for contract in sandbox.contracts]
    lines = (
        f"{_strong('Understudy')} serves {', '.join(names)}",
        f"  at           {_strong(url)}",
        *contents(sandbox),
        f"  state in     {_where(settings)}",
        *_apart(workers),
        f"  due after    {settings.processing_delay:g} s on each partner's clock",
        f"  admin key    {settings.admin_key}",
        "  partners     " + "\n               ".join(_partners(sandbox)),
        *(f"  tokens       also at {path}" for path in sorted(sandbox.token_paths)),
        *_base_paths(sandbox),
        *_credentials(sandbox),
        "",
        "Paste this to get a token and look at a world:",
        f"  TOKEN=$(curl -s {url}/oauth2/token -d grant_type=client_credentials \\",
        "    -d client_id=partner-a -d client_secret=secret-a | "
        "python3 -c 'import json,sys; print(json.load(sys.stdin)[\"access_token\"])')",
        f'  curl -s {url}/_sandbox/world -H "Authorization: Bearer $TOKEN"',
        *_line_to_paste(sandbox, url),
        "",
    )
    click.echo("\n".join(lines))
    sys.stdout.flush()


def _apart(workers: int) -> Iterator[str]:
    """Yield what several processes do not share."""
    if workers > 1:
        yield (
            f"  apart        each of {workers} processes has a journal, tallies, scenarios and rate limits of its own;\n"
            "               to see all requests, or to let one go wrong, serve by one process"
        )


def _line_to_paste(sandbox: Sandbox, url: str) -> Iterator[str]:
    line = line_to_paste(sandbox, url)
    if line is not None:
        yield f"  {line}"


def _partners(sandbox: Sandbox) -> Iterator[str]:
    everybody = sandbox.runtime.store.partners.all()
    partners = [one for one in everybody if one.client_secret]  # `anonymous` has none to show
    yield from map(_partner, partners[:_SHOWN_PARTNERS])
    if len(partners) > _SHOWN_PARTNERS:
        yield "..."


def _partner(partner: Partner) -> str:
    attributes = ", ".join(str(value) for value in partner.attributes.values() if value != "")
    told = f" ({attributes})" if attributes else ""
    return f"{partner.client_id} / {partner.client_secret}{told}"


def _base_paths(sandbox: Sandbox) -> Iterator[str]:
    """Yield below which paths each contract is served, where that is not the root."""
    for contract in sandbox.contracts:
        bases = dict.fromkeys(base for one in contract.operations for base in one.bases)
        if any(bases):
            yield f"  {contract.name} is served below {', '.join(base or '/' for base in bases)}"


def _credentials(sandbox: Sandbox) -> Iterator[str]:
    """Yield what each contract takes of its callers."""
    for contract in sandbox.contracts:
        if not contract.is_control:
            for sentence in credentials_taken(contract):
                yield f"  {contract.name} takes {sentence}"


def _strong(text: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if plain else click.style(text, bold=True)


def _where(settings: Settings) -> str:
    if settings.is_in_memory:
        return "memory; it is gone when this ends"
    return sa.make_url(settings.database).render_as_string(hide_password=True)
