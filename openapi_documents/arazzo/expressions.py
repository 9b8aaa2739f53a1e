"""Runtime expressions of Arazzo: `$statusCode`, `$steps.login.outputs.token`, `$response.body#/offers/0/id`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from openapi_documents.pointers import pointer_parts

WHOLE: Final = ("$url", "$method", "$statusCode")
"""Expressions that stand for themselves."""
MESSAGES: Final = ("request", "response")
NAMED: Final = (
    "inputs", "outputs", "steps", "workflows", "sourceDescriptions", "components",
)  # fmt: skip
ROOTS: Final = (*WHOLE, *(f"${name}." for name in (*MESSAGES, *NAMED)))

_EXPRESSION: Final = re.compile(
    r"\$(?P<root>[A-Za-z]+)(?:\.(?P<names>[^#]+))?(?:#(?P<pointer>.*))?"
)
_EMBEDDED: Final = re.compile(r"\{(\$[^{}]+)\}")
_PLACES: Final = {"header": 2, "query": 2, "path": 2, "body": 1}


class ExpressionError(ValueError):
    """A text that is no runtime expression, with the reason."""


@dataclass(frozen=True)
class Expression:
    """An expression: its root without the `$`, the names behind it, and a JSON pointer into the value, None for none."""

    text: str
    root: str
    names: tuple[str, ...] = ()
    pointer: tuple[str, ...] | None = None


def read_expression(text: str) -> Expression:
    """Return the expression that a text is. Raises ExpressionError."""
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        raise ExpressionError(f"{text} is no runtime expression")
    root, names, pointer = match["root"], match["names"], match["pointer"]
    found = Expression(
        text, root, tuple(names.split(".")) if names else (),
        pointer_parts(pointer) if pointer is not None else None,
    )  # fmt: skip
    _check(found)
    return found


def _check(found: Expression) -> None:
    text, names = found.text, found.names
    if f"${found.root}" in WHOLE:
        if names or found.pointer is not None:
            raise ExpressionError(f"nothing follows ${found.root}, and {text} goes on")
    elif found.root in MESSAGES:
        place = names[0] if names else ""
        if place not in _PLACES:
            raise ExpressionError(f"{text} names none of {', '.join(_PLACES)} of the message")
        if place != "body" and (len(names) < _PLACES[place] or found.pointer is not None):
            raise ExpressionError(f"{text} does not say which {place}")
    elif found.root in NAMED:
        if not names:
            raise ExpressionError(f"{text} does not say which of the {found.root}")
    else:
        raise ExpressionError(f"{text} begins with none of {', '.join(ROOTS)}")


def is_expression(text: str) -> bool:
    """Tell whether a text as a whole is meant as an expression."""
    return text.startswith("$") and len(text) > 1 and not text.startswith("$$")


def embedded(text: str) -> Iterator[str]:
    """Yield the expressions that a text is or has in braces."""
    if is_expression(text):
        yield text
    else:
        yield from _EMBEDDED.findall(text)


def filled(text: str, value: Callable[[Expression], object]) -> object:
    """Return a text with the values of its expressions; what an expression alone gives keeps its type."""
    if is_expression(text):
        return value(read_expression(text))
    return _EMBEDDED.sub(lambda match: as_text(value(read_expression(match[1]))), text)


def as_text(value: object) -> str:
    """Return a value as it stands in a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def expressions_in(
    value: object, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every expression in a JSON value, with the way to the text that holds it."""
    if isinstance(value, str):
        yield from ((at, text) for text in embedded(value))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from expressions_in(one, (*at, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from expressions_in(one, (*at, index))
