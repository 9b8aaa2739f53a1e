"""By what items are compared, where a contract leaves that open: by their values, by their text, or once made alike."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contract_tests.reading.equality import canonical
from contract_tests.reading.schemas import described


class Normalised(StrEnum):
    """In what values may differ that a server makes alike before it compares them."""

    CASE = "case"
    SPACES = "spaces"
    ACCENTS = "accents"  # composed or not
    INSTANTS = "instants"  # one instant in several zones
    NUMBERS = "numbers"  # as numbers, or as text


class Texts(StrEnum):
    """Which texts of an item are compared."""

    AS_SENT = "as sent"
    AS_READ = "as read"  # with the order of members and the spelling of numbers


@dataclass(frozen=True)
class Likeness:
    """What a server compares: values as they are unless something else is said.

    `of_described` is whether members that nobody described are dropped before.
    """

    normalised: frozenset[Normalised] = frozenset()
    texts: Texts | None = None
    of_described: bool = False

    def form(self, value: object, text: str, schema: object) -> Hashable:
        """Return what is equal exactly for items of a schema that are compared as equal."""
        if self.of_described:
            return canonical(described(value, schema))
        if self.texts is Texts.AS_SENT:
            return text
        if self.texts is Texts.AS_READ:
            return json.dumps(json.loads(text, parse_float=_spelled, parse_int=_spelled))
        return canonical(self._alike(value) if self.normalised else value)

    def _alike(self, value: object) -> object:
        if isinstance(value, dict):
            return {name: self._alike(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._alike(one) for one in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value:g}" if Normalised.NUMBERS in self.normalised else value
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> object:
        if Normalised.INSTANTS in self.normalised and (moment := _instant(text)) is not None:
            return moment
        if Normalised.SPACES in self.normalised:
            text = text.strip()
        if Normalised.ACCENTS in self.normalised:
            text = unicodedata.normalize("NFC", text)
        return text.casefold() if Normalised.CASE in self.normalised else text


def _spelled(number: str) -> str:
    return f"number {number}"


def _instant(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None
