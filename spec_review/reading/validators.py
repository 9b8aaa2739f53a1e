"""The schemas of a document, compiled to validate: in one dialect, within a budget, fetching nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs

from openapi_documents import Document, DocumentError, Pointer, pointer_of
from openapi_documents.dialect import Schemas, Side

BACKTRACKING: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)
"""How long a pattern is tried on one text; beyond that the text does not match."""


class UnusableSchemaError(Exception):
    """A schema that no validator takes; `pointer` is the place, as near as it is known."""

    def __init__(self, sentence: str, pointer: Pointer) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Misfit:
    """One way in which a value does not fit its schema.

    `path` leads to the place in the value, `place` to the keyword in the document.
    """

    path: Pointer
    place: Pointer
    keyword: str
    sentence: str
    types: tuple[str, ...] = ()
    """The types that are taken, when the type is at fault."""
    missing: str = ""
    """The member that is required and not there."""
    is_undecided: bool = False
    """The pattern was tried for too long to say."""


class Validator:
    """A compiled schema."""

    def __init__(self, compiled: jsonschema_rs.Draft202012Validator) -> None:
        self._compiled = compiled

    def fits(self, value: object) -> bool:
        """Whether a value fits."""
        try:
            return bool(self._compiled.is_valid(value))
        except (ValueError, UnicodeEncodeError):  # a number or a text that JSON cannot write
            return False

    def misfits(self, value: object) -> list[Misfit]:
        """How a value does not fit, keyword by keyword."""
        return [misfit_of(error) for error in self._errors(value)]

    def causes(self, value: object) -> list[Misfit]:
        """How a value does not fit; of a choice, what keeps it from the branch that it nearly fits."""
        return [misfit_of(cause_of(error)) for error in self._errors(value)]

    def _errors(self, value: object) -> list[jsonschema_rs.ValidationError]:
        try:
            return list(self._compiled.iter_errors(value))
        except (ValueError, UnicodeEncodeError):
            return []


class Validators:
    """The schemas of one document, each compiled when it is first asked."""

    def __init__(self, document: Document) -> None:
        self._schemas = Schemas(document)
        self._known: dict[tuple[Pointer, Side], Validator | UnusableSchemaError] = {}

    def validator(self, schema: Pointer, side: Side = "both") -> Validator:
        """The validator of the schema at a place, as requests or answers have to fit it. Raises UnusableSchemaError."""
        key = schema, side
        if key not in self._known:
            try:
                self._known[key] = compiled(self._schemas, schema, {}, side)
            except UnusableSchemaError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, UnusableSchemaError):
            raise known
        return known

    def fits(self, schema: Pointer, value: object) -> bool:
        """Whether a value fits the schema; anything fits one that cannot be compiled."""
        try:
            return self.validator(schema).fits(value)
        except UnusableSchemaError:
            return True

    def causes(self, schema: Pointer, value: object, side: Side = "both") -> list[Misfit]:
        """How a value breaks the schema; nothing breaks one that cannot be compiled."""
        try:
            return self.validator(schema, side).causes(value)
        except UnusableSchemaError:
            return []


def compiled(
    schemas: Schemas, schema: Pointer, keywords: dict[str, Any], side: Side = "both"
) -> Validator:
    """The validator of the schema at a place, with keywords of our own. Raises UnusableSchemaError."""
    try:
        standalone = schemas.standalone(schema, side)
    except DocumentError as error:
        raise UnusableSchemaError(error.reason, schema) from None
    try:
        return Validator(
            jsonschema_rs.Draft202012Validator(
                standalone,
                validate_formats=True,
                keywords=keywords,
                offline=True,
                pattern_options=BACKTRACKING,
            )
        )
    except jsonschema_rs.ValidationError as error:
        raise UnusableSchemaError(error.message, schema) from None
    except (jsonschema_rs.ReferencingError, ValueError, TypeError) as error:
        raise UnusableSchemaError(first_line(str(error)), schema) from None


def misfit_of(error: jsonschema_rs.ValidationError) -> Misfit:
    """A validator's error as we tell it."""
    details = error.kind.as_dict()
    keyword = error.kind.name
    return Misfit(
        path=tuple(error.instance_path),
        place=document_place(error.schema_path),
        keyword=keyword,
        sentence=error.message,
        types=tuple(details.get("types", ())) if keyword == "type" else (),
        missing=str(details["property"]) if keyword == "required" else "",
        is_undecided=keyword == "pattern" and "error" in details,
    )


def cause_of(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """The one thing that keeps a value from the branch that it nearly fits."""
    while error.kind.name in ("anyOf", "oneOf"):
        branches = sorted(error.kind.as_dict().get("context", ()), key=len)
        if not branches or len(branches[0]) != 1 or len(branches) > 1 == len(branches[1]):
            break
        error = branches[0][0]
    return error


def document_place(path: Sequence[str | int]) -> Pointer:
    """Where in the document a keyword stands; `path` is its place in the schema that was compiled.

    The `$defs` of a compiled schema are named by the places of the document that they are made of.
    """
    if len(path) < 2 or path[0] != "$defs":
        return tuple(path)
    return (*pointer_of(str(path[1])), *path[2:])


def first_line(message: str) -> str:
    """A library's message without what follows its first line."""
    return next(iter(message.strip().splitlines()), message)
