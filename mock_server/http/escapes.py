"""Percent-encoding (RFC 3986, section 2). A delimiter that came encoded belongs to a value and never parts two.

So texts are decoded in two steps: `decoded` leaves each encoded delimiter as a letter that nobody can send, texts are
taken apart, and `plain` puts the delimiters in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

Pairs = Mapping[str, Sequence[str]]
"""Names, and the values that stand with each, as `decoded` leaves them."""

_DELIMITERS = "/,;=&|."
_ENCODED = re.compile("%(" + "|".join(f"{ord(letter):02X}" for letter in _DELIMITERS) + ")", re.I)
_KEPT_APART = 0xDC00
_TO_PLAIN = {_KEPT_APART + ord(letter): letter for letter in _DELIMITERS}


def decoded(text: str, *, plus: str = "+", errors: str = "replace") -> str:
    """Return a text without its percent-encoding; `plus` is what a plus sign stands for.

    Raises UnicodeDecodeError for what is not UTF-8 where `errors` are `strict`.
    """
    if "%" not in text and "+" not in text:
        return text
    apart = _ENCODED.sub(lambda found: chr(_KEPT_APART + int(found[1], 16)), text)
    return unquote(apart.replace("+", plus), errors=errors)


def plain(text: str) -> str:
    """Return a decoded text with the delimiters that came encoded."""
    return text if text.isascii() else text.translate(_TO_PLAIN)


def expression_of(text: str) -> str:
    """Return the regular expression of a text, whichever of its delimiters came encoded."""
    return "".join(
        f"[{re.escape(letter)}{chr(_KEPT_APART + ord(letter))}]"
        if letter in _DELIMITERS
        else re.escape(letter)
        for letter in text
    )


def pairs_of(text: str, *, plus: str = " ", errors: str = "replace") -> Pairs:
    """Return the pairs of a query or a form, of which `plus` is what a plus sign in a value stands for.

    Raises UnicodeDecodeError for what is not UTF-8 where `errors` are `strict`.
    """
    pairs: dict[str, list[str]] = {}
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            key = plain(decoded(name, plus=" ", errors=errors))
            pairs.setdefault(key, []).append(decoded(value, plus=plus, errors=errors))
    return pairs
