"""A transcript as curl lines that repeat it by copy and paste.

Each run of the lines uses fresh keys: the prefix of the run becomes `$RUN`, `$DIGITS` or
`$LETTERS` where it is in those, and `$HEX` or `$CAPITALS` where it is the end of a UUID. Ids that the
server gave are taken from its own answers. Secrets stand in the environment, but for those of the
fixtures' partners, which everybody knows.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from contract_tests.generation.keys import in_digits, in_hex, in_letters
from contract_tests.http.client import Exchange
from contract_tests.reading.contract import folders
from contract_tests.settings import Settings

LONGEST = 100_000


def lines(
    exchanges: Sequence[Exchange], settings: Settings, prefix: str, token_path: str | None
) -> tuple[str, ...]:
    """Return the shell lines of a transcript."""
    told: list[str] = []
    end = in_hex(prefix)
    marks = {
        "RUN": prefix,
        "DIGITS": in_digits(prefix),
        "LETTERS": in_letters(prefix),
        "HEX": end,
        "CAPITALS": end.upper(),
    }
    fresh = {
        "RUN": f"{prefix[:2]}$(date +%s)",
        "DIGITS": "$(date +%s)",
        "LETTERS": "$(date +%s | tr 0-9 a-j)",
        "HEX": f"{end[:2]}$(date +%s)",
        "CAPITALS": f"{end[:2].upper()}${{HEX#{end[:2]}}}",
    }
    told += [
        f"{name}={fresh[name]}"
        for name, mark in marks.items()
        if mark and any(_mentions(one, mark) for one in exchanges)
    ]
    base = settings.base_url.rstrip("/")
    for who in sorted({one.partner for one in exchanges if one.partner}):
        told += token_lines(settings, token_path, who)
    known: dict[str, str] = {}
    for number, one in enumerate(exchanges):
        later = exchanges[number + 1 :]
        told.append(_line(one, base, marks, known, later))
    return tuple(told)


def _mentions(exchange: Exchange, mark: str) -> bool:
    body = exchange.body or b""
    return mark.encode() in body or mark in exchange.path or mark in str(exchange.headers)


def token_lines(settings: Settings, path: str | None, who: str = "a") -> list[str]:
    """Return the shell lines that set `$TOKEN_A` or `$TOKEN_B`; none for who has no credentials."""
    base = settings.base_url.rstrip("/")
    partner = settings.partner if who == "a" else settings.other
    if partner is None:
        return []
    name = f"TOKEN_{who.upper()}"
    if partner.token is not None or partner.client_id is None or path is None:
        if partner.token is None and partner.client_id is None:
            return []
        return [f"{name}=${{CONTRACT_TESTS_TOKEN:?the bearer token}}"]
    variable = (
        "CONTRACT_TESTS_CLIENT_SECRET" if who == "a" else "CONTRACT_TESTS_OTHER_CLIENT_SECRET"
    )
    secret = (
        shlex.quote(f"client_secret={partner.client_secret}")
        if (partner.client_id, partner.client_secret) in _known_to_all()
        else f'"client_secret=${{{variable}:?}}"'
    )
    return [
        f"{name}=$(curl -s {path if '://' in path else base + path} -d grant_type=client_credentials "
        f"-d {shlex.quote(f'client_id={partner.client_id}')} --data-urlencode {secret} "
        '| sed -n \'s/.*"access_token" *: *"\\([^"]*\\)".*/\\1/p\')'
    ]


@cache
def _known_to_all() -> frozenset[tuple[str, str]]:
    """Return the credentials that the fixtures print."""
    known: set[tuple[str, str]] = set()
    for folder in folders("fixtures"):
        path = folder / "partners.yaml"
        if path.is_file():
            rows = yaml.safe_load(path.read_text(encoding="utf-8"))["partners"]
            known |= {(row["client_id"], row["client_secret"]) for row in rows}
    return frozenset(known)


def _line(
    one: Exchange,
    base: str,
    marks: Mapping[str, str],
    known: dict[str, str],
    later: Sequence[Exchange],
) -> str:
    path = one.path if "://" in one.path else base + one.path
    for value, variable in known.items():
        path = path.replace(value, f"${{{variable}}}")
    path = _marked(path, marks, "${%s}")
    parts = ["curl", "-s"]
    if one.method != "GET":
        parts += ["-X", one.method]
    parts.append(f'"{path}"')
    names = {name.lower() for name, _ in one.headers}
    if one.partner and "authorization" not in names:
        parts.append(f'-H "Authorization: Bearer $TOKEN_{one.partner.upper()}"')
    for name, value in one.headers:
        parts.append("-H " + quoted(f"{name}: {value}".encode(), marks))
    if one.body is not None:
        if "content-type" not in names:
            parts.append("-H Content-Type:")
        if one.recipe or len(one.body) > LONGEST:
            parts.append("--data-binary @-")
        else:
            parts.append("--data-binary " + quoted(one.body, marks))
    line = " ".join(parts)
    if one.recipe:
        line = f"{one.recipe} | {line}"
    elif one.body is not None and len(one.body) > LONGEST:
        line = f"# a body of {len(one.body)} bytes, as told above, comes in here:\ncat body.json | {line}"
    captured = _captured(one, known, later)
    if captured is None:
        return line + ' -w "\\n%{http_code}\\n"'
    member, value = captured
    variable = f"ID{len(known) + 1}"
    known[value] = variable
    return (
        f"{variable}=$({line} | tr -d '\\n' | "
        f'sed -n \'s/.*"{member}" *: *"\\([^"]*\\)".*/\\1/p\')'
    )


def _captured(
    one: Exchange, known: dict[str, str], later: Sequence[Exchange]
) -> tuple[str, str] | None:
    if one.reply is None or one.reply.status >= 300:
        return None
    try:
        answer: Any = one.reply.json()
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    for member, value in answer.items():
        if not isinstance(value, str) or len(value) < 8 or value in known or "/" in value:
            continue
        if any(value in exchange.path for exchange in later):
            return member, value
    return None


def quoted(body: bytes, marks: Mapping[str, str]) -> str:
    """Return a word of the shell that stands for these bytes; `marks` become variables."""
    try:
        text = body.decode("utf-8")
        plain = text.isprintable()
    except UnicodeDecodeError:
        text, plain = "", False
    if not plain:
        # A hexadecimal escape would swallow the digits that follow it; three octal digits end.
        written = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\{byte:03o}"
            for byte in body
        )
        return "$'" + _marked(written, marks, "'\"$%s\"$'") + "'"
    quoted = "'" + text.replace("'", "'\"'\"'") + "'"
    return _marked(quoted, marks, "'\"$%s\"'")


def _marked(text: str, marks: Mapping[str, str], written: str) -> str:
    for name, mark in marks.items():
        text = text.replace(mark, written % name) if mark else text
    return text
