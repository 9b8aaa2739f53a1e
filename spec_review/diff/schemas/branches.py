"""The alternatives of a oneOf or anyOf, matched by what they are called or mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openapi_documents import Document, Pointer
from spec_review.diff.schemas.differences import Nested, SchemaDifference
from spec_review.diff.schemas.enumerations import ALTERNATIVES, forms
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Part, branches, listed_names, parts
from spec_review.reading.values import mapping, text


@dataclass(frozen=True)
class MatchedForms:
    """The alternatives of both sides: those that belong together, those that are gone or new."""

    pairs: Sequence[Pair]
    removed: Sequence[Pointer]
    added: Sequence[Pointer]


def branch_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """Alternatives that are gone, new, or take other values."""
    for word in ALTERNATIVES:
        before, after = forms(sides.before, word), forms(sides.after, word)
        if before and after:
            yield from differing_branches(sides, word)
        elif before or after:
            yield from branches_on_one_side(sides, word, before, after)


def has_one_sided_alternatives(sides: Sides) -> bool:
    """Whether one side says by alternatives what the other says without."""
    return any(
        bool(forms(sides.before, word)) != bool(forms(sides.after, word)) for word in ALTERNATIVES
    )


def differing_branches(sides: Sides, word: str) -> Iterator[SchemaDifference | Nested]:
    """The pairs of alternatives, and those that have no partner.

    Where a discriminator says which form a value has, its value is gone or new whatever else the form takes.
    """
    versions = sides.versions
    matched = matched_forms(sides, word)
    is_told_by_value = is_tagged(sides.before) and is_tagged(sides.after)
    for old, new in matched.pairs:
        yield Nested(versions.schemas(old, new))
    for pointer in matched.removed:
        sentence = f"{sides.name()} has no longer the form {branch_name(versions.old, pointer)}"
        yield SchemaDifference(
            "form-removed", "narrows", sentence, pointer, sides.new,
            is_removed=True, is_beyond_values=is_told_by_value,
        )  # fmt: skip
    for pointer in matched.added:
        sentence = f"{sides.name()} may have the form {branch_name(versions.new, pointer)} now"
        yield SchemaDifference(
            "form-added", "widens", sentence, sides.old, pointer,
            is_tolerable=word == "anyOf" or "defaultMapping" in discriminator(sides.before),
            is_beyond_values=is_told_by_value,
        )  # fmt: skip


def is_tagged(side: Sequence[Part]) -> bool:
    """Whether a discriminator says which alternative a value is."""
    return bool(text(discriminator(side).get("propertyName")))


def discriminator(side: Sequence[Part]) -> Mapping[str, object]:
    """The first discriminator that the parts have."""
    return next((each for part in side if (each := mapping(part.value.get("discriminator")))), {})


def mapped_names(side: Sequence[Part]) -> dict[str, str]:
    """The values that a discriminator maps, each with the name of the schema it stands for."""
    mapped = mapping(discriminator(side).get("mapping"))
    return {str(value): text(target).rpartition("/")[2] for value, target in mapped.items()}


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


def matched_forms(sides: Sides, word: str) -> MatchedForms:
    """Which alternatives belong together, by what they are called, what stands for them, or what they say."""
    versions = sides.versions
    pairs: list[Pair] = []
    removed, added = list(branches(sides.before, word)), list(branches(sides.after, word))
    was, now = mapped_names(sides.before), mapped_names(sides.after)
    same_tag = {(was[value], now[value]) for value in was if value in now}

    def has_same_tag(_: Versions, old: Pointer, new: Pointer) -> bool:
        names = given_name(versions.old, old) or "", given_name(versions.new, new) or ""
        return names in same_tag

    for is_same in (same_name, has_same_tag, same_value, same_type):
        for old in list(removed):
            new = next((branch for branch in added if is_same(versions, old, branch)), None)
            if new is not None:
                pairs.append((old, new))
                removed.remove(old)
                added.remove(new)
    if len(removed) == 1 and len(added) == 1 and not is_reference(versions.old, removed[0]):
        return MatchedForms([*pairs, (removed[0], added[0])], [], [])
    return MatchedForms(pairs, removed, added)


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
