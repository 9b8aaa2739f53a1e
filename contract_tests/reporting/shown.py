"""What a server sent, as it may be shown: without secrets, and with nothing that a terminal obeys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from contract_tests.http.secrets import Secrets
from contract_tests.http.shell import quoted
from contract_tests.judging.findings import Finding

T = TypeVar("T")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LINES = frozenset({"curl", "curl_a", "curl_b"})
"""Members of reports that hold lines to be pasted into a shell."""


def visible(text: str) -> str:
    r"""Return a text with everything escaped that does not show: `\x1b`, `\n`, `\u202e`."""
    return text if text.isprintable() else "".join(map(_character, text))


def _character(one: str) -> str:
    if one.isprintable():
        return one
    code = ord(one)
    if code < 256:
        return _NAMED.get(one, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def pasted(line: str) -> str:
    """Return a shell line in which what does not show stands escaped, for the shell to read as it was."""
    return re.sub(r"[^ -~\n]+", lambda found: _in_shell(found[0]), line)


def _in_shell(text: str) -> str:
    """Return the end of a quoted word, letters that the shell unescapes, and its beginning anew."""
    return text if text.isprintable() else f"'{quoted(text.encode('utf-8', 'surrogatepass'))}'"


@dataclass(frozen=True)
class Shown:
    """Shows texts and reports of a run; `public` are secrets that everybody knows, so that lines may hold them."""

    secrets: Secrets
    public: frozenset[str] = frozenset()

    def text(self, text: str) -> str:
        """Return a text as people are shown it."""
        return visible(self.secrets.masked(text))

    def finding(self, one: Finding) -> Finding:
        """Return a finding as another process may know it: without secrets."""
        mask = self.secrets.masked
        return replace(one, sent=mask(one.sent), came=mask(one.came))

    def line(self, line: str) -> str:
        """Return a line to be pasted into a shell."""
        return pasted(self.secrets.without(self.public).masked(line))

    def whole(self, value: T) -> T:
        """Return a report, or a part of it, with all of its texts as people are shown them."""
        return cast(T, self._each(value, self.text))

    def _each(self, value: object, act: Callable[[str], str]) -> object:
        if isinstance(value, str):
            return act(value)
        if isinstance(value, Mapping):
            acts = {name: self.line if name in _LINES else act for name in value}
            return {name: self._each(one, acts[name]) for name, one in value.items()}
        if isinstance(value, list):
            return [self._each(one, act) for one in value]
        return value
