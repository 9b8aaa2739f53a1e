"""Forms: what a value must be, and what must be that stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from openapi_documents.errors import DocumentError
from openapi_documents.mending import did_you_mean
from openapi_documents.node import described
from openapi_documents.pointers import Pointer


class Misfit(NamedTuple):
    """A place, what is expected there instead of what stands there, and the texts that are known."""

    place: Pointer
    expected: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """What a value must be, in words and as a test."""

    expected: str
    fits: Callable[[Any], bool]
    items: Form | None = None
    """The form of each item of a list, and of each member of a mapping."""
    members: Mapping[str, Form] = field(default_factory=dict)
    """The forms of members by their names."""
    known: tuple[str, ...] = ()
    """The texts that fit, when there are few."""

    def misfits(self, place: Pointer, value: Any) -> Iterator[Misfit]:
        """Yield the places in a value that have not this form."""
        if not self.fits(value):
            yield Misfit(place, self.expected, self.known)
            return
        inside = enumerate(value) if isinstance(value, list) else ()
        for part, one in value.items() if isinstance(value, dict) else inside:
            form = self.members.get(part, self.items) if isinstance(part, str) else self.items
            if form is not None:
                yield from form.misfits((*place, part), one)


class Located(Protocol):
    """What a sentence needs of the document."""

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place."""

    def error(self, pointer: Pointer, reason: str, mend: str = "") -> DocumentError:
        """Return the error that a fault at a place makes."""


def told(document: Located, misfit: Misfit) -> DocumentError:
    """Return the error that a misfit makes."""
    value = document.value(misfit.place)
    names = [part for part in misfit.place if isinstance(part, str)]
    under = f" under {names[-1]}" if names else ""
    return document.error(
        misfit.place,
        f"{described(value)} stands here{under}, {misfit.expected} is expected",
        did_you_mean(value, misfit.known) if isinstance(value, str) else "",
    )


def is_number(value: Any) -> bool:
    """Tell whether a value is a number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


TEXT: Final = Form("a text", lambda value: isinstance(value, str))
BOOLEAN: Final = Form("true or false", lambda value: isinstance(value, bool))
NUMBER: Final = Form("a number", is_number)
LIST: Final = Form("a list", lambda value: isinstance(value, list))
MAPPING: Final = Form("a mapping", lambda value: isinstance(value, dict))
TEXTS: Final = Form("a list", LIST.fits, TEXT)
TEXT_BY_NAME: Final = Form("a mapping", MAPPING.fits, TEXT)
TEXTS_BY_NAME: Final = Form("a mapping", MAPPING.fits, TEXTS)
