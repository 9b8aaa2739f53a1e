"""What a refused request is told of the credentials that would do: the header WWW-Authenticate (RFC 9110, section 11)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.security import Scheme

_QUOTABLE = re.compile(r"[^ !#-\[\]-~]")


def challenge(contract: Contract, operation: Operation) -> str:
    """Return the WWW-Authenticate header that tells which schemes an operation takes."""
    realm = _QUOTABLE.sub("", contract.title) or "understudy"
    names = dict.fromkeys(
        asked.scheme for requirement in operation.security for asked in requirement
    )
    told = (one for name in names for one in _challenge(contract.schemes[name], realm))
    return ", ".join(dict.fromkeys(told)) or f'Bearer realm="{realm}"'


def _challenge(scheme: Scheme, realm: str) -> Iterator[str]:
    match scheme.kind:
        case "basic":
            yield f'Basic realm="{realm}", charset="UTF-8"'
        case "digest":
            nonce = secrets.token_hex(16)
            yield f'Digest realm="{realm}", qop="auth", algorithm=SHA-256, nonce="{nonce}"'
        case "apikey":
            yield f'ApiKey realm="{realm}", in="{scheme.location}", name="{scheme.parameter}"'
        case "mutualtls":
            return
        case kind:
            yield f'{kind.capitalize()} realm="{realm}"'
