"""Which members an expression of a rule names, and which of them no schema has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.output.wording import nearest
from spec_review.reading.partners import KNOWN
from spec_review.reading.parts import CHOICES, Part, parts, properties, single
from spec_review.reading.vocabulary import ItemRule

TOKEN: Final = re.compile(
    r"""(?P<text>[rbRB]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))
      |(?P<number>\d[\w.]*)
      |(?P<name>[A-Za-z_]\w*)
      |(?P<sign>\S)""",
    re.VERBOSE,
)
"""The words and signs of an expression."""

MACROS: Final = ("all", "exists", "exists_one", "map", "filter")
"""The functions that give each item of a list a name."""

LIKENESS: Final = 0.8
"""How near the name of an attribute is to a known one that is meant."""

LONGEST_CHAIN: Final = 400
"""How many tokens of one chain are followed."""


@dataclass(frozen=True, slots=True)
class UnknownMember:
    """A member that an expression names: of what, its name, and the names that there are."""

    owner: str
    name: str
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of an expression."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain such as `self.items[0].all(x, ...)`.

    `name` is the member, "" for an index that is no text; `is_call` says that a function is called,
    and `variable` is the name that a macro gives to each item.
    """

    name: str
    is_call: bool = False
    variable: str = ""


def unknown_members(document: Document, rule: ItemRule) -> Iterator[UnknownMember]:
    """Yield each member that no schema has."""
    tokens = [
        Token(str(found.lastgroup), found.group()) for found in TOKEN.finditer(rule.expression)
    ]
    bound: dict[str, Pointer | None] = {"self": rule.schema}
    for index, token in enumerate(tokens):
        if token.kind != "name" or (index and tokens[index - 1].text == "."):
            continue
        if token.text == "partner":
            for step in islice(steps(tokens, index + 1), 1):
                known = frozenset(KNOWN[0])
                # A caller may have any attribute; only one that is spelled like a known one is told.
                if step.name not in known and nearest(step.name, known, LIKENESS) is not None:
                    yield UnknownMember("partner", step.name, known)
        elif token.text in bound:
            yield from along(document, bound, token.text, steps(tokens, index + 1))


def steps(tokens: list[Token], index: int) -> Iterator[Step]:
    """Yield the steps of the chain that goes on at a token."""
    end = Token("", "")
    chain = [*tokens[index : index + LONGEST_CHAIN], end, end, end, end]
    at = 0
    while chain[at].text in (".", "["):
        if chain[at].text == "[":
            inside, closing = chain[at + 1], chain[at + 2]
            if closing.text != "]":
                return
            yield Step(inside.text.strip("rbRB").strip("\"'") if inside.kind == "text" else "")
            at += 3
            continue
        at += 2 if chain[at + 1].text == "?" else 1
        name, following = chain[at], chain[at + 1]
        if name.kind != "name":
            return
        if following.text == "(":
            inside = chain[at + 2]
            yield Step(name.text, True, inside.text if inside.kind == "name" else "")
            return
        yield Step(name.text)
        at += 1


def along(
    document: Document, bound: dict[str, Pointer | None], start: str, chain: Iterator[Step]
) -> Iterator[UnknownMember]:
    """Follow a chain through the schemas; a macro binds its variable to the items on the way."""
    place, owner = bound[start], start
    for step in chain:
        if place is None:
            return
        side = parts(document, place, CHOICES)
        if step.is_call:
            if step.name in MACROS and step.variable:
                bound[step.variable] = single(side, "items")
            return
        if not step.name:
            place, owner = single(side, "items"), f"{owner}[]"
            continue
        known = properties(side)
        if step.name not in known:
            if known and not is_open(side):
                yield UnknownMember(owner, step.name, frozenset(known))
            return
        place, owner = known[step.name][0], f"{owner}.{step.name}"


def is_open(side: Sequence[Part]) -> bool:
    """Tell whether a schema describes members that it does not name."""
    words = ("additionalProperties", "patternProperties", "unevaluatedProperties")
    return any(isinstance(part.value.get(word), dict) for part in side for word in words)
