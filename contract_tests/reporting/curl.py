"""What was sent as curl lines that repeat it by copy and paste.

Each run of the lines uses fresh keys: the prefix of the run becomes `$RUN`, `$DIGITS` or `$LETTERS` where it is in
those, and `$HEX` or `$CAPITALS` where it is the end of a UUID. Ids that the server gave are taken from its own
answers. Secrets stand in the environment, but for those of the fixtures' partners, which everybody knows.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote_plus

import yaml

from contract_tests import options
from contract_tests.generation.keys import in_digits, in_hex, in_letters
from contract_tests.http.client import Server
from contract_tests.http.credentials import token_variable
from contract_tests.http.messages import Exchange, Reply, Request
from contract_tests.http.partners import Caller, Partners
from contract_tests.http.shell import marked, quoted
from contract_tests.judging.findings import Finding
from openapi_documents.shipped import folder

LONGEST = 100_000
"""Bytes of a body that stands in a line."""
_SHORTEST_ID = 8  # letters of a text that a later path may hold
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")  # a member that a pattern of sed may name
_CODE = ' -w "\\n%{http_code}\\n"'
_TOKENS = {Caller.FIRST: options.TOKEN, Caller.SECOND: options.OTHER_TOKEN}
_SECRETS = {Caller.FIRST: options.CLIENT_SECRET, Caller.SECOND: options.OTHER_CLIENT_SECRET}


@dataclass(frozen=True)
class CurlLines:
    """Writes curl lines for one server; all keys of the run begin with `prefix`."""

    server: Server
    partners: Partners
    prefix: str

    def of(self, finding: Finding) -> tuple[str, ...]:
        """Return the shell lines that show a finding."""
        if not finding.lines:
            return self.told(finding.exchanges)
        return tuple(self._with_tokens(finding.lines))

    def told(self, exchanges: Sequence[Exchange]) -> tuple[str, ...]:
        """Return the shell lines of what was sent, one after the other."""
        marks = self._marks()
        used = {
            name: mark
            for name, mark in marks.items()
            if mark and any(_mentions(one.request, mark) for one in exchanges)
        }
        fresh = self._fresh()
        story = _Story(self.server, used)
        lines = [
            line
            for number, one in enumerate(exchanges)
            for line in (*_pause(one), story.line(one, exchanges[number + 1 :], self.partners))
        ]
        return (*(f"{name}={fresh[name]}" for name in used), *self._with_tokens(lines))

    def _with_tokens(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield lines after those that set the tokens that they name."""
        for one in Caller:
            if any(f"${token_variable(one)}" in line for line in lines):
                yield from self._granted(one)
        yield from lines

    def _marks(self) -> dict[str, str]:
        """Return how the prefix of the run is written, by the variable that stands for it."""
        end = in_hex(self.prefix)
        return {
            "RUN": self.prefix,
            "DIGITS": in_digits(self.prefix),
            "LETTERS": in_letters(self.prefix),
            "HEX": end,
            "CAPITALS": end.upper(),
        }

    def _fresh(self) -> dict[str, str]:
        """Return what gives each variable a value that no other run has."""
        end = in_hex(self.prefix)[:2]
        return {
            "RUN": f"{self.prefix[:2]}$(date +%s)",
            "DIGITS": "$(date +%s)",
            "LETTERS": "$(date +%s | tr 0-9 a-j)",
            "HEX": f"{end}$(date +%s)",
            "CAPITALS": f"{end.upper()}${{HEX#{end}}}",
        }

    def _granted(self, caller: Caller) -> Iterator[str]:
        """Yield the line that sets a partner's `$TOKEN_A` or `$TOKEN_B`; none without credentials."""
        partner, url = self.partners.of(caller), self.server.token_url
        if partner.token is None and partner.client_id is None:
            return
        if partner.token is not None or url is None:
            yield f"{token_variable(caller)}=${{{_TOKENS[caller].variable}:?the bearer token or API key}}"
            return
        pair = partner.client_id or "", partner.client_secret or ""
        secret = f'"client_secret=${{{_SECRETS[caller].variable}:?}}"'
        if pair in known_to_all():
            secret = shlex.quote(f"client_secret={pair[1]}")
        yield (
            f"{token_variable(caller)}=$(curl -s {self.server.url(url)} -d grant_type=client_credentials "
            f"-d {shlex.quote(f'client_id={pair[0]}')} --data-urlencode {secret} "
            f"| {_member('access_token')})"
        )


def _member(name: str) -> str:
    """Return the command that prints the last member of a name in JSON."""
    return f'sed -n \'s/.*"{name}" *: *"\\([^"]*\\)".*/\\1/p\''


def _number(name: str) -> str:
    """Return the command that prints the last member of a name in JSON, which is a number."""
    return f"sed -n 's/.*\"{name}\" *: *\\([0-9]*\\).*/\\1/p'"


_ENTITY_TAG = "tr -d '\\r' | sed -n 's/^[Ee][Tt][Aa][Gg]: *//p'"
"""The command that prints the entity tag of an answer's head."""


@cache
def known_to_all() -> frozenset[tuple[str, str]]:
    """Return the credentials that the fixtures print."""
    text = (folder("fixtures") / "partners.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["partners"]
    return frozenset((row["client_id"], row["client_secret"]) for row in rows)


@cache
def public_secrets() -> frozenset[str]:
    """Return the secrets and the passwords that the fixtures print, which are no secrets."""
    texts = (one.read_text(encoding="utf-8") for one in folder("fixtures").glob("*.yaml"))
    named = r"\b(?:client_secret|password): *([^\s,}]+)"
    return frozenset(word for text in texts for word in re.findall(named, text))


def _mentions(request: Request, mark: str) -> bool:
    body = request.body or b""
    return mark.encode() in body or mark in request.path or mark in str(request.headers)


@dataclass
class _Story:
    """The lines of one story, and the ids of the server that they hold in variables."""

    server: Server
    marks: Mapping[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    def line(self, one: Exchange, later: Sequence[Exchange], partners: Partners) -> str:
        """Return the line of a request, which keeps what later ones need of its answer."""
        line = _piped(one.request, " ".join(self._words(one.request, partners)))
        captured = self._captured(one, later)
        if captured is None:
            return line + _CODE
        variable = self.ids[captured.value] = f"ID{len(self.ids) + 1}"
        return f"{variable}=$({line}{captured.command})"

    def _words(self, request: Request, partners: Partners) -> Iterator[str]:
        yield "curl -s"
        if request.method != "GET":
            yield f"-X {request.method}"
        yield f'"{self._url(request)}"'
        names = {name.lower() for name in request.headers}
        caller = request.caller if not request.secrets and "authorization" not in names else None
        if caller is not None and _shows(partners, caller):
            yield f'-H "Authorization: Bearer ${token_variable(caller)}"'
        for name, value in request.headers.items():
            if name in request.secrets:
                yield f'-H "{name}: {request.secrets[name]}"'
            else:
                yield "-H " + quoted(f"{name}: {value}".encode(), self._known)
        if request.body is not None:
            if "content-type" not in names:
                yield "-H Content-Type:"
            told = not request.recipe and len(request.body) <= LONGEST
            yield "--data-binary " + (quoted(request.body, self._known) if told else "@-")

    @property
    def _known(self) -> dict[str, str]:
        """Return what stands in variables, by their names: also the ids that are long enough to be nothing else."""
        ids = {
            variable: value for value, variable in self.ids.items() if len(value) >= _SHORTEST_ID
        }
        return {**self.marks, **ids}

    def _url(self, request: Request) -> str:
        below = self.server.base_url.rstrip("/")
        url = self.server.url(request.path)
        path = url.removeprefix(below)
        for value, variable in self.ids.items():
            path = _part(value).sub(f"${{{variable}}}", path)
        for name, shown in request.secrets.items():
            path = re.sub(rf"(?<=[?&]){re.escape(quote_plus(name))}=[^&]*", f"{name}={shown}", path)
        return marked(url[: -len(url.removeprefix(below))] + path, self.marks, "${%s}")

    def _captured(self, one: Exchange, later: Sequence[Exchange]) -> _Captured | None:
        """Return what a later request holds of an answer: a member in its path, or the entity tag in a header."""
        if one.reply is None or one.reply.status >= 300:
            return None
        found = next(_members_of(one.reply, later), None)
        if found is not None and found.value not in self.ids:
            return found
        tag = one.reply.headers.get("etag")
        if tag is None or tag in self.ids or len(tag) < _SHORTEST_ID:
            return None
        if any(tag in other.request.headers.values() for other in later):
            return _Captured(tag, f" -o /dev/null -D - | {_ENTITY_TAG}")
        return None


@dataclass(frozen=True)
class _Captured:
    """A value that later requests hold, and what makes a line print it alone."""

    value: str
    command: str


def _members_of(reply: Reply, later: Sequence[Exchange]) -> Iterator[_Captured]:
    """Yield the members of an answer that a later path holds, where the last of their name has the value."""
    try:
        answer = reply.json()
    except ValueError:
        return
    text = reply.body.decode("utf-8", "replace")
    for member, value in answer.items() if isinstance(answer, dict) else ():
        is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        is_text = isinstance(value, str) and len(value) >= _SHORTEST_ID and "/" not in value
        if not (is_number or is_text) or not _PLAIN.fullmatch(member):
            continue
        known = re.findall(rf'"{member}" *: *"?([^",}}\s]*)', text)
        if known[-1:] != [str(value)]:
            continue
        if any(_part(str(value)).search(other.request.path) for other in later):
            command = _number(member) if is_number else _member(member)
            yield _Captured(str(value), f" | tr -d '\\n' | {command}")


def _part(value: str) -> re.Pattern[str]:
    """Return what finds a value where it is a whole part of a path or a query."""
    return re.compile(rf"(?<![\w.~%-]){re.escape(value)}(?![\w.~%-])")


def _pause(one: Exchange) -> Iterator[str]:
    """Yield the line that waits until what a request asks for is there."""
    if one.waited:
        yield f"sleep {math.ceil(one.waited * 10) / 10:g}"


def _shows(partners: Partners, caller: Caller) -> bool:
    """Whether a partner has anything to show."""
    partner = partners.of(caller)
    return partner.token is not None or partner.client_id is not None


def _piped(request: Request, line: str) -> str:
    """Return a line with what prints its body before it, where that is too long to stand in it."""
    if request.recipe:
        return f"{request.recipe} | {line}"
    if request.body is not None and len(request.body) > LONGEST:
        size = len(request.body)
        return f"# a body of {size} bytes, as told above, comes in here:\ncat body.json | {line}"
    return line
