"""The `Prefer` header (RFC 7240), and which response it asks for.

`Prefer: code=404` chooses another documented answer, `Prefer: example=name` another documented example, and
`Prefer: dynamic=true` a value of the schema, each time another one: the words that users of Prism know. Preferences of
other names are ignored, as that RFC asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mock_server.contracts.responses import Response


class UnknownPreferenceError(Exception):
    """The request prefers an answer that the contract does not document.

    `name` is the preference (`code` or `example`), `given` its value, `known` what may be asked
    for.
    """

    def __init__(self, name: str, given: str, known: Iterable[str]) -> None:
        self.name = name
        self.given = given
        self.known = tuple(known)
        told = f"known are {', '.join(self.known)}" if self.known else "there is none"
        super().__init__(f"Prefer asks for {name} {given!r}, which is not documented here: {told}.")


PREFERENCES: Final = frozenset({"code", "example", "dynamic"})
"""The preferences that choose an answer."""

_WISH: Final = re.compile(
    r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?\s*(?:[,;]|$)"""
)


def preferences(header: str | None) -> dict[str, str]:
    """The preferences of a `Prefer` header (RFC 7240).

    Names in lower case; of a repeated one the first counts.
    """
    wishes: dict[str, str] = {}
    place, text = 0, header or ""
    while place < len(text):
        match = _WISH.match(text, place)
        if match is None or match.end() == place:
            place = _next_comma(text, place)
            continue
        name, value = match.group(1).lower(), match.group(2) or ""
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        if value:
            wishes.setdefault(name, value)
        place = match.end()
    return wishes


def without_wishes(headers: Mapping[str, str]) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return headers as a contract that has a `Prefer` header of its own sees them, without what chooses an answer.

    The second value names the headers of which nothing is left then.
    """
    if "prefer" not in headers:
        return headers, frozenset()
    given = [part.strip() for part in headers["prefer"].split(",")]
    left = [part for part in given if part.partition("=")[0].strip().lower() not in PREFERENCES]
    others = {name: value for name, value in headers.items() if name != "prefer"}
    return (
        ({**others, "prefer": ", ".join(left)}, frozenset())
        if left
        else (others, frozenset({"prefer"}))
    )


def _next_comma(text: str, place: int) -> int:
    """The place behind the next comma: what stands before it is no preference, and is ignored."""
    comma = text.find(",", place)
    return len(text) if comma < 0 else comma + 1


def chosen_response(responses: Sequence[Response], code: str | None) -> tuple[int, Response | None]:
    """Return the status and the response: the preferred one, else the success answer, None when none is documented.

    Raises UnknownPreferenceError.
    """
    by_code = {response.code: response for response in responses}
    if code is not None:
        written = _documented(by_code, code)
        if written is None:
            known = [key for key in by_code if key != "default"]
            raise UnknownPreferenceError("code", code, known)
        return int(code), by_code[written]
    if not by_code:
        return 204, None
    written = _success(by_code)
    return _number_of(written), by_code[written]


def _documented(known: Mapping[str, Response], code: str) -> str | None:
    """Return the key of the response that documents a code: itself, its range, or `default`."""
    if not re.fullmatch(r"[2-5][0-9]{2}", code):
        return None
    keys = (code, f"{code[0]}XX", f"{code[0]}xx", "default")
    return next((key for key in keys if key in known), None)


def _success(known: Mapping[str, Response]) -> str:
    """Return the key of the success answer: the lowest 2xx, 2XX, default, else the first one."""
    exact = sorted(key for key in known if re.fullmatch(r"2\d\d", key))
    ranges = [key for key in known if key.upper() == "2XX"]
    return [*exact, *ranges, *(["default"] if "default" in known else []), *known][0]


def _number_of(key: str) -> int:
    return 200 if key == "default" else int(re.sub("[Xx]", "0", key))
