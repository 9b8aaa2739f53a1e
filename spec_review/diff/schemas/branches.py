"""The alternatives of a oneOf or anyOf, matched by what they are called or mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from openapi_documents import Document, Pointer
from spec_review.diff.schemas.differences import Nested, SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import branches, listed_names, parts
from spec_review.reading.values import mapping, text


def branch_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """Alternatives that are gone, new, or take other values."""
    for word in ("oneOf", "anyOf"):
        before, after = branches(sides.before, word), branches(sides.after, word)
        if before and after:
            yield from differing_branches(sides, word, before, after)
        elif before or after:
            yield from branches_on_one_side(sides, word, before, after)


def has_one_sided_alternatives(sides: Sides) -> bool:
    """Whether one side says by alternatives what the other says without."""
    return any(
        bool(branches(sides.before, word)) != bool(branches(sides.after, word))
        for word in ("oneOf", "anyOf")
    )


def differing_branches(
    sides: Sides, word: str, before: Sequence[Pointer], after: Sequence[Pointer]
) -> Iterator[SchemaDifference | Nested]:
    """The pairs of alternatives, and those that have no partner and are covered by none."""
    versions = sides.versions
    matches, removed, added = matched_branches(versions, before, after)
    for old, new in matches:
        yield Nested(versions.schemas(old, new))
    for pointer in removed:
        sentence = f"{sides.name()} has no longer the form {branch_name(versions.old, pointer)}"
        yield SchemaDifference(
            "form-removed", "narrows", sentence, pointer, sides.new, is_removed=True
        )
    for pointer in added:
        sentence = f"{sides.name()} may have the form {branch_name(versions.new, pointer)} now"
        yield SchemaDifference(
            "form-added", "widens", sentence, sides.old, pointer, is_tolerable=word == "anyOf"
        )


def branches_on_one_side(
    sides: Sides, word: str, before: Sequence[Pointer], after: Sequence[Pointer]
) -> Iterator[SchemaDifference]:
    """One side has alternatives and the other has none."""
    verb = "has alternatives now" if after else "has no alternatives any more"
    yield SchemaDifference(
        "alternatives", "unclear", f"{sides.name()} {verb} ({word})",
        before[0][:-1] if before else sides.old, after[0][:-1] if after else sides.new,
        is_tolerable=word == "anyOf",
    )  # fmt: skip


def matched_branches(
    versions: Versions, before: Sequence[Pointer], after: Sequence[Pointer]
) -> tuple[list[Pair], list[Pointer], list[Pointer]]:
    """Pairs of alternatives that belong together, and those that have no partner."""
    pairs: list[Pair] = []
    removed, added = list(before), list(after)
    for is_same in LIKENESSES:
        for old in list(removed):
            new = next((branch for branch in added if is_same(versions, old, branch)), None)
            if new is not None:
                pairs.append((old, new))
                removed.remove(old)
                added.remove(new)
    if len(removed) == 1 and len(added) == 1 and not is_reference(versions.old, removed[0]):
        return [*pairs, (removed[0], added[0])], [], []
    return pairs, removed, added


def is_reference(document: Document, pointer: Pointer) -> bool:
    """Whether an alternative refers to a named schema."""
    return "$ref" in mapping(document.value(pointer))


def same_name(versions: Versions, old: Pointer, new: Pointer) -> bool:
    """Whether both alternatives refer to the schema of the same name, or carry one title."""
    first, second = given_name(versions.old, old), given_name(versions.new, new)
    return first is not None and first == second and first != ""


def same_value(versions: Versions, old: Pointer, new: Pointer) -> bool:
    """Whether both alternatives are written alike."""
    return bool(versions.old.resolved(old) == versions.new.resolved(new))


def same_type(versions: Versions, old: Pointer, new: Pointer) -> bool:
    """Whether both alternatives without a name have the same type."""
    if is_reference(versions.old, old) or is_reference(versions.new, new):
        return False
    first = mapping(versions.old.resolved(old)).get("type")
    return first is not None and first == mapping(versions.new.resolved(new)).get("type")


LIKENESSES: Final[tuple[Callable[[Versions, Pointer, Pointer], bool], ...]] = (
    same_name,
    same_value,
    same_type,
)
"""By what alternatives belong together, the surest first."""


def given_name(document: Document, pointer: Pointer) -> str | None:
    """The name that an alternative has by its reference or title."""
    value = mapping(document.value(pointer))
    if isinstance(value.get("$ref"), str):
        return text(value["$ref"]).rpartition("/")[2]
    title = value.get("title")
    return title if isinstance(title, str) else None


def branch_name(document: Document, pointer: Pointer) -> str:
    """What an alternative is called: by its reference, its title, or its number and its members."""
    name = given_name(document, pointer)
    if name is not None:
        return name
    number = f"number {int(str(pointer[-1])) + 1}"
    members = listed_names(parts(document, pointer))
    return f"{number}, with {' and '.join(members[:2])}" if members else number
