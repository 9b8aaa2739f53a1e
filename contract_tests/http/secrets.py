"""The secrets of a run, and how they are kept out of whatever people read.

An answer may echo a secret as it is, or encoded: in percent or JSON escapes, character references, base64, hexadecimal.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote_to_bytes

MASK = "***"
_SHORT = 6  # bytes; a shorter secret is masked only where it stands alone
_LONG = 12  # bytes
_SHORTEST = 3  # bytes; less is no secret
_LEAST_CORE = 8  # letters of base64 that are taken for a secret
_ROUNDS = 4  # escapes within escapes
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{3})|([^0-9A-Za-z]|$))")
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


class Secrets:
    """Finds the secrets that a run holds, in any spelling, and writes `***` in their place."""

    def __init__(self, values: Iterable[str | None] = ()) -> None:
        self._known: dict[str, tuple[bytes, ...]] = {}  # with what shows that one may be there
        self._pattern: re.Pattern[bytes] | None = None
        for value in values:
            self.learn(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def learn(self, value: str | None) -> None:
        """Hold one more secret, such as a token that was granted."""
        if value and len(value) >= _SHORTEST and value not in self._known:
            self._known[value] = tuple(_signs(value))
            self._pattern = None

    def without(self, public: Iterable[str]) -> Secrets:
        """Return the secrets but for those that everybody knows."""
        known = set(public)
        return Secrets(one for one in self._known if one not in known)

    def mask(self, body: bytes) -> bytes:
        """Return bytes without the secrets."""
        if not self._known or not self._are_in(body):
            return body
        if self._pattern is None:
            spelled = (one for secret in self._known for one in _spellings(secret))
            self._pattern = re.compile(b"|".join(spelled), re.IGNORECASE)
        return self._pattern.sub(MASK.encode(), body)

    def _are_in(self, body: bytes) -> bool:
        """Whether a secret may be in these bytes: told at once, where the pattern takes its time."""
        if not all(map(str.isascii, self._known)):
            return True
        every = [sign for signs in self._known.values() for sign in signs]
        return any(sign in view for view in _views(body) for sign in every)

    def masked(self, text: str) -> str:
        """Return a text without the secrets."""
        if not self._known:
            return text
        body = self.mask(text.encode("utf-8", "surrogatepass"))
        return body.decode("utf-8", "surrogatepass")


def _signs(secret: str) -> Iterator[bytes]:
    """Yield what stands in bytes with their escapes undone where a secret does."""
    raw = secret.encode("utf-8", "surrogatepass")
    yield _plain(raw)[: None if len(raw) < _LONG else -1]
    if len(raw) >= _SHORT:
        yield _hex(raw)
        yield from map(_plain, _cores(raw))


def _spellings(secret: str) -> Iterator[bytes]:
    raw = secret.encode("utf-8", "surrogatepass")
    characters = [_character(one) for one in secret]
    if len(raw) >= _SHORT:
        # A long one that is cut short by one is as good as told.
        end = b"?" if len(raw) >= _LONG else b""
        yield b"".join(characters[:-1]) + characters[-1] + end
        yield re.escape(_hex(raw))
        yield from map(re.escape, _cores(raw))
    else:
        yield rb"(?<![0-9A-Za-z])" + b"".join(characters) + rb"(?![0-9A-Za-z])"


def _views(body: bytes) -> Iterator[bytes]:
    """Yield bytes in lower case, as they are and with their escapes undone, round after round."""
    yield _plain(body)
    view = body
    for _ in range(_ROUNDS):
        undone = _undone(view)
        if undone == view:
            return
        view = undone
        yield _plain(view)


def _plain(body: bytes) -> bytes:
    """Return bytes in lower case, with the spaces of forms."""
    return body.lower().replace(b"+", b" ")


def _undone(body: bytes) -> bytes:
    if b"%" in body:
        body = unquote_to_bytes(body)
    if b"&" in body:
        body = unescape(body.decode("utf-8", "replace")).encode("utf-8", "replace")
    return _ESCAPE.sub(_unescaped, body) if b"\\" in body else body


def _unescaped(found: re.Match[bytes]) -> bytes:
    for digits, base in ((found[1], 16), (found[2], 16), (found[3], 8)):
        if digits:
            code = int(digits, base)
            wide = len(digits) == 4
            return chr(code).encode("utf-8", "surrogatepass") if wide else bytes([code % 256])
    return found[4]


def _hex(raw: bytes) -> bytes:
    return raw.hex().encode()


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
