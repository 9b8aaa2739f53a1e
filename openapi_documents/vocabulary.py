"""The words that contracts add to OpenAPI, by the one table of them: `openapi/vocabulary.schema.json`.

What a word means is not known here, only how it is spelled: which there are, what form each has, and
which objects may carry it. Any other `x-` word is somebody else's and is left alone, and so is one of
these names in a document that has none of the words that are Understudy's alone.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, Final, Literal

import jsonschema_rs

from openapi_documents import shipped
from openapi_documents.document import Document
from openapi_documents.errors import DocumentError
from openapi_documents.grammar import KINDS
from openapi_documents.node import Node, described
from openapi_documents.pointers import Pointer

OUR_OWN: Final = frozenset(
    {
        "x-lifecycles", "x-submission", "x-status-of", "x-record-of", "x-silences",
        "x-idempotency-key", "x-error-form", "x-error-names", "x-understudy-service",
    }
)  # fmt: skip
"""Words that nobody else has; one of them makes a document a contract of Understudy."""

WordFault = Literal[
    "unknown name", "misplaced name", "missing member", "unknown value", "type", "form"
]
"""What may be wrong with a word. Names stand at a key; a member is missing where it should stand.

`type` is a value of another type, `form` any other: too few items, another pattern.
"""


class WordError(DocumentError):
    """What is wrong with one of our words: `place` is where, `fault` says of what kind it is."""

    def __init__(
        self, document: Document, place: Pointer, fault: WordFault, reason: str, mend: str = ""
    ) -> None:
        """Take the place, the kind of the fault, what is wrong there and the mend."""
        at_key = fault in ("unknown name", "misplaced name")
        at = document.key_position if at_key else document.position
        super().__init__(at(place), reason, mend)
        self.place = place
        self.fault = fault


_LONG: Final = 11
"""From how many letters on a word may be misspelt in two of them: `x-since` is no `x-silence`."""


@cache
def table() -> Mapping[str, Any]:
    """Return the vocabulary as JSON Schema."""
    path = shipped.folder("openapi") / "vocabulary.schema.json"
    schema: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """Return each word and the kinds of objects that may carry it."""
    listed = table()["$defs"]["words"]["properties"]
    return {word: tuple(form["x-in"]) for word, form in listed.items()}


@cache
def _validator() -> Any:
    return jsonschema_rs.Draft202012Validator({**table(), "$ref": "#/$defs/words"})


@dataclass(eq=False)
class Vocabulary:
    """The words of one document."""

    document: Document = field(repr=False)

    def word(self, holder: Node, name: str) -> Node | None:
        """Return what an object has under one of our words; None when it has none, or a foreign one."""
        node = holder.get(name)
        return None if node is None or node.place in self._foreign else node

    @cached_property
    def is_ours(self) -> bool:
        """Whether the document has a word that is Understudy's alone."""
        return any(name in OUR_OWN for _, _, name in self._found)

    @cached_property
    def errors(self) -> tuple[WordError, ...]:
        """What is wrong with the words: misspelt, at a wrong place, or of a wrong form."""
        return tuple(self._errors())

    # -- what stands there -------------------------------------------------------------------------

    @cached_property
    def _found(self) -> tuple[tuple[str, Pointer, str], ...]:
        """The extensions of the document: the kind and the place of the object, and the name."""
        return tuple(
            (kind, place, name)
            for kind in KINDS
            for place in self.document.objects(kind)
            for name in self._extensions(place)
        )

    def _extensions(self, place: Pointer) -> list[str]:
        value = self.document.value(place)
        return [name for name in value if name.startswith("x-")] if isinstance(value, dict) else []

    @cached_property
    def _foreign(self) -> frozenset[Pointer]:
        if self.is_ours:
            return frozenset()
        return frozenset(
            (*place, name)
            for kind, place, name in self._found
            if name in words()
            and (kind not in words()[name] or any(self._misfits((*place, name), name)))
        )

    def _errors(self) -> Iterator[WordError]:
        for kind, place, name in self._found:
            here = (*place, name)
            if name not in words():
                near = nearest_word(name, self.is_ours)
                if near is not None:
                    yield self._error(
                        here,
                        "unknown name",
                        f"the word {name} is not known",
                        f"Did you mean {near}?",
                    )
            elif here in self._foreign:
                continue
            elif kind not in words()[name]:
                stands = " or ".join(words()[name])
                yield self._error(
                    here, "misplaced name", f"{name} stands in a {kind}; its place is a {stands}"
                )
            else:
                yield from self._misfits(here, name)

    def _error(self, place: Pointer, fault: WordFault, reason: str, mend: str = "") -> WordError:
        return WordError(self.document, place, fault, reason, mend)

    # -- forms -------------------------------------------------------------------------------------

    def _misfits(self, place: Pointer, name: str) -> Iterator[WordError]:
        for error in _validator().iter_errors({name: self.document.value(place)}):
            cause = _cause(error)
            yield from self._misfit((*place, *list(cause.instance_path)[1:]), cause)

    def _misfit(self, place: Pointer, error: Any) -> Iterator[WordError]:
        details = error.kind.as_dict()
        match error.kind.name:
            case "additionalProperties":
                known = sorted(self._members(error))
                for member in details["unexpected"]:
                    yield self._error(
                        (*place, member), "unknown name", f"the word {member} is not known here",
                        did_you_mean(member, known),
                    )  # fmt: skip
            case "required":
                missing = details["property"]
                yield self._error(
                    place, "missing member", f"{missing} is missing here", f"Add {missing}"
                )
            case "enum":
                came = self.document.value(place)
                options = [str(one) for one in details["options"]]
                yield self._error(
                    place, "unknown value", f"{described(came)} is not known here",
                    did_you_mean(str(came), options),
                )  # fmt: skip
            case "type":
                expected = " or ".join(_JSON[one] for one in details["types"])
                yield self._error(place, "type", self.document.node(place).expected(expected))
            case _:
                yield self._error(
                    place, "form", f"this has not the form of the word: {error.message}"
                )

    @staticmethod
    def _members(error: Any) -> list[str]:
        """Return the members that the schema knows at which an unexpected one was met."""
        schema: Any = table()
        for part in str(error.absolute_keyword_location or "").partition("#")[2].split("/")[1:-1]:
            schema = schema[int(part)] if isinstance(schema, list) else schema[part]
        return list(schema.get("properties", {})) if isinstance(schema, dict) else []


_JSON: Final = {
    "object": "a mapping", "array": "a list", "string": "a text", "boolean": "true or false",
    "integer": "an integer", "number": "a number", "null": "nothing (null)",
}  # fmt: skip


def _cause(error: Any) -> Any:
    """Return the error of the one branch of a choice that a value nearly fits."""
    while error.kind.name in ("anyOf", "oneOf"):
        at = list(error.instance_path)
        branches = sorted(
            error.kind.as_dict().get("context", ()),
            key=lambda errors: (_is_of_another_type(errors, at), len(errors)),
        )
        if not branches or not branches[0]:
            break
        error = branches[0][0]
    return error


def _is_of_another_type(errors: list[Any], place: list[Any]) -> bool:
    """Tell whether a branch of a choice wants another type than what stands at the place."""
    return any(error.kind.name == "type" and list(error.instance_path) == place for error in errors)


@lru_cache(maxsize=4096)
def nearest_word(name: str, is_ours: bool) -> str | None:
    """Return the word of ours that a name was meant to be, None when it is somebody else's.

    One letter may be wrong, two in a long word; in a document of others only a name like one of
    those that are Understudy's alone is told.
    """
    known = words() if is_ours else OUR_OWN
    for distance in (1, 2):
        for word in sorted(known):
            if (distance == 1 or len(word) >= _LONG) and edits(name, word, distance) <= distance:
                return word
    return None


def did_you_mean(name: str, known: list[str]) -> str:
    """Return the question that mends an unknown name, or what is known."""
    ranked = sorted(known, key=lambda one: edits(name.lower(), one.lower(), len(one)))
    close = [one for one in ranked if edits(name.lower(), one.lower(), 3) <= max(1, len(one) // 3)]
    close = close or difflib.get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are {', '.join(known)}" if known else ""


def edits(one: str, other: str, most: int) -> int:
    """Return how many letters to add, drop, change or swap make one text the other (up to `most` + 1)."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def check(document: Document) -> tuple[WordError, ...]:
    """Return what is wrong with the words of a document."""
    return Vocabulary(document).errors
