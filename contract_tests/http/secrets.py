"""The secrets of a run, and how they are kept out of whatever people read.

An answer may echo a secret as it is, or encoded: in percent or JSON escapes, character references, base64, hexadecimal.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

MASK = "***"
_SHORT = 6  # bytes; a shorter secret is masked only where it stands alone
_SHORTEST = 3  # bytes; less is no secret
_LEAST_CORE = 8  # letters of base64 that are taken for a secret
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


class Secrets:
    """Finds the secrets that a run holds, in any spelling, and writes `***` in their place."""

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._known: dict[str, None] = {}
        self._pattern: re.Pattern[bytes] | None = None
        for value in values:
            self.learn(value)

    def learn(self, value: str | None) -> None:
        """Hold one more secret, such as a token that was granted."""
        if value and len(value) >= _SHORTEST and value not in self._known:
            self._known[value] = None
            self._pattern = None

    def without(self, public: Iterable[str]) -> Secrets:
        """Return the secrets but for those that everybody knows."""
        known = set(public)
        return Secrets(one for one in self._known if one not in known)

    def mask(self, body: bytes) -> bytes:
        """Return bytes without the secrets."""
        if not self._known:
            return body
        if self._pattern is None:
            spelled = (one for secret in self._known for one in _spellings(secret))
            self._pattern = re.compile(b"|".join(spelled), re.IGNORECASE)
        return self._pattern.sub(MASK.encode(), body)

    def masked(self, text: str) -> str:
        """Return a text without the secrets."""
        if not self._known:
            return text
        body = self.mask(text.encode("utf-8", "surrogatepass"))
        return body.decode("utf-8", "surrogatepass")


def _spellings(secret: str) -> Iterator[bytes]:
    raw = secret.encode("utf-8", "surrogatepass")
    characters = [_character(one) for one in secret]
    if len(raw) >= _SHORT:
        # Cut short by one it is as good as told.
        yield b"".join(characters[:-1]) + b"(?:" + characters[-1] + b")?"
        yield re.escape(raw.hex().encode())
        yield from map(re.escape, _cores(raw))
    else:
        yield rb"(?<![0-9A-Za-z])" + b"".join(characters) + rb"(?![0-9A-Za-z])"


def _character(one: str) -> bytes:
    """Return what matches a character in each of its escapes."""
    raw, code = one.encode("utf-8", "surrogatepass"), ord(one)
    percent = b"".join(b"%%(?:25)*%02x" % byte for byte in raw)
    octal = b"".join(rb"\\+%03o" % byte for byte in raw)
    escapes = [
        re.escape(raw),
        percent,
        octal,
        b"&(?:amp;)*#0*%d;" % code,
        b"&(?:amp;)*#x0*%x;" % code,
    ]
    units = one.encode("utf-16-be", "surrogatepass")
    pairs = (units[start : start + 2].hex().encode() for start in range(0, len(units), 2))
    escapes.append(b"".join(rb"\\+u" + pair for pair in pairs))
    if code < 256:
        escapes.append(rb"\\+x%02x" % code)
    if one in _NAMED:
        escapes.append(b"&(?:amp;)*%s;" % _NAMED[one].encode())
    if not one.isalnum():
        escapes.append(rb"\\+" + re.escape(raw))
    if one == " ":
        escapes.append(rb"\+")
    return b"(?:" + b"|".join(escapes) + b")"


def _cores(raw: bytes) -> Iterator[bytes]:
    """Yield the letters that a secret gives base64, wherever it begins in what is encoded."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        core = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(core) >= _LEAST_CORE:
            yield core
            yield core.translate(bytes.maketrans(b"+/", b"-_"))
