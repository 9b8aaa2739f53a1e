"""The members of objects: new, gone, required, and what is marked at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from openapi_documents import MISSING, Document, Pointer
from spec_review.diff.schemas.branches import has_one_sided_alternatives
from spec_review.diff.schemas.differences import Effect, Nested, SchemaDifference
from spec_review.diff.schemas.sides import Sides, every, is_closed, matched_places
from spec_review.diff.schemas.wording import name_of
from spec_review.diff.versions import Versions
from spec_review.output.wording import listed_values
from spec_review.reading.parts import (
    CHOICES,
    Direction,
    only_direction,
    parts,
    properties,
    required,
    single,
    takes_everything,
)
from spec_review.reading.values import mapping

MARKED: Final[Mapping[str, Direction]] = {"readOnly": "request", "writeOnly": "response"}
"""The marks that keep a member out of a direction."""


def member_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """The properties of an object, and which of them must be there."""
    before, after = properties(sides.before), properties(sides.after)
    was_named = properties(parts(sides.versions.old, sides.old, CHOICES))
    is_named = properties(parts(sides.versions.new, sides.new, CHOICES))
    was_required, is_required = required(sides.before), required(sides.after)
    for name in dict.fromkeys((*before, *after)):
        if name in before and name in after:
            for old, new in matched_places(sides.versions, before[name], after[name]):
                only = travels_only(sides.versions, old, new)
                yield Nested(sides.versions.schemas(old, new), only)
                yield from mark_differences(sides, old, new)
        elif name in after and name not in was_named:
            yield member_added(sides, name, after[name][0], is_required)
        elif name in before and name not in is_named:
            yield member_removed(sides, name, before[name][0], was_required, is_required)
    if not has_one_sided_alternatives(sides):
        yield from required_differences(sides)


def travels_only(versions: Versions, old: Pointer, new: Pointer) -> Direction | None:
    """The one direction in which a member travels before and now."""
    before, after = only_direction(versions.old, old), only_direction(versions.new, new)
    return after if before == after else None


def member_added(
    sides: Sides, name: str, new: Pointer, is_required: Mapping[str, Pointer]
) -> SchemaDifference:
    """A member that only the new schema names."""
    document = sides.versions.new
    only = only_direction(document, new)
    reached = tuple(part.pointer for part in parts(document, new)) or (new,)
    must = is_required.get(name)
    if must is not None:
        sentence = f"{name_of(new)} is new and required"
        if "default" in said_at(document, new):
            sentence += "; its default does not stand in for it"
        return SchemaDifference(
            "member-added-required", "narrows", sentence, sides.old, new, only,
            member=name, related=(must, *reached),
        )  # fmt: skip
    sentence = f"{name_of(new)} is new and optional"
    effect: Effect = "widens" if is_closed(sides.before) else "none"
    return SchemaDifference(
        "member-added", effect, sentence, sides.old, new, only,
        is_tolerable=True, member=name, related=reached, is_beyond_values=True,
    )  # fmt: skip


def member_removed(
    sides: Sides,
    name: str,
    old: Pointer,
    was_required: Mapping[str, Pointer],
    is_required: Mapping[str, Pointer],
) -> SchemaDifference:
    """A member that only the old schema names."""
    document = sides.versions.old
    must = was_required.get(name)
    said = f"is gone, it was {'required' if must else 'optional'}"
    if name in is_required:
        said = "is required and no longer described"
    return SchemaDifference(
        "member-removed-required" if must else "member-removed",
        "narrows" if is_closed(sides.after) else "none",
        f"{name_of(old)} {said}",
        old,
        (*sides.new, "properties", name),
        only_direction(document, old),
        is_removed=True,
        member=name,
        related=(*(part.pointer for part in parts(document, old)), *([must] if must else [])),
        is_beyond_values=True,
    )


def required_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Members that must be there now, or need not any more, in the directions in which they travel."""
    directions: tuple[Direction, ...] = ("request", "response")
    found = {way: list(required_in(sides, way)) for way in directions}
    said = {way: {(one.kind, one.member) for one in found[way]} for way in directions}
    for one in found["request"]:
        is_both = (one.kind, one.member) in said["response"]
        yield one if is_both else replace(one, only="request")
    for one in found["response"]:
        if (one.kind, one.member) not in said["request"]:
            yield replace(one, only="response")


def required_in(sides: Sides, direction: Direction) -> Iterator[SchemaDifference]:
    """Members that values in one direction must have now, or need not any more."""
    before, after = properties(sides.before), properties(sides.after)
    must_before = travelling(sides.versions.old, required(sides.before), before, direction)
    must_after = travelling(sides.versions.new, required(sides.after), after, direction)
    for name, place in must_after.items():
        if name in must_before or (name not in before and name in after):
            continue
        named = next(iter(after.get(name) or before.get(name) or ()), None)
        sentence = f"{name_of(named or (*sides.new, 'properties', name))} is now required"
        old = before[name][0] if name in before else sides.old
        yield SchemaDifference("member-required", "narrows", sentence, old, place, member=name)
    for name, place in must_before.items():
        if name not in must_after and (name in after or name not in before):
            new = after[name][0] if name in after else (*sides.new, "properties", name)
            sentence = f"{name_of(new)} is no longer required"
            yield SchemaDifference("member-optional", "widens", sentence, place, new, member=name)


def travelling(
    document: Document,
    must: Mapping[str, Pointer],
    named: Mapping[str, Sequence[Pointer]],
    direction: Direction,
) -> dict[str, Pointer]:
    """The required members that travel in a direction."""
    return {
        name: place
        for name, place in must.items()
        if name not in named or only_direction(document, named[name][0]) in (None, direction)
    }


def mark_differences(sides: Sides, old: Pointer, new: Pointer) -> Iterator[SchemaDifference]:
    """What is marked at a member: deprecated, or only read, or only written; its default."""
    before, after = said_at(sides.versions.old, old), said_at(sides.versions.new, new)
    if bool(before.get("deprecated")) != bool(after.get("deprecated")):
        verb = "is deprecated now" if after.get("deprecated") else "is no longer deprecated"
        yield SchemaDifference("deprecated", "none", f"{name_of(new)} {verb}", old, new)
    for word, direction in MARKED.items():
        if bool(before.get(word)) != bool(after.get(word)):
            verb = "is now" if after.get(word) else "is no longer"
            effect: Effect = "unclear" if after.get(word) else "none"
            sentence = f"{name_of(new)} {verb} {word}"
            yield SchemaDifference(
                "travels", effect, sentence, old, new, direction, is_beyond_values=True
            )
    if before.get("default", MISSING) != after.get("default", MISSING):
        now = listed_values([after["default"]]) if "default" in after else "none"
        was = listed_values([before["default"]]) if "default" in before else "none"
        effect = "unclear" if "default" in before else "none"
        sentence = f"the default of {name_of(new)} is {now} now, it was {was}"
        yield SchemaDifference(
            "default", effect, sentence, (*old, "default"), (*new, "default"), is_beyond_values=True
        )


def own_mark_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """What is marked at a schema that is no member, no parameter and has no name: those are told elsewhere."""
    place = sides.new
    is_told = place[-2:-1] == ("properties",) or place[:2] == ("components", "schemas")
    if not is_told and "parameters" not in place:
        yield from mark_differences(sides, sides.old, sides.new)


def said_at(document: Document, pointer: Pointer) -> Mapping[str, object]:
    """What a schema says, with what stands beside its `$ref`."""
    return {**mapping(document.resolved(pointer)), **mapping(document.value(pointer))}


def additional_member_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """Whether members that the contract does not name are taken."""
    word = "additionalProperties"
    places = every(sides.before, word), every(sides.after, word)
    for old, new in matched_places(sides.versions, *places):
        if isinstance(sides.versions.old.value(old), dict) and isinstance(
            sides.versions.new.value(new), dict
        ):
            yield Nested(sides.versions.schemas(old, new))
    before, after = single(sides.before, word), single(sides.after, word)
    was = sides.versions.old.value(before) if before else True
    now = sides.versions.new.value(after) if after else True
    both_are_schemas = isinstance(was, dict) and isinstance(now, dict) and before and after
    if both_are_schemas or was == now or (takes_everything(was) and takes_everything(now)):
        return
    here = before or sides.old, after or sides.new
    if was is False or now is False:
        verb = (
            "no members any more that it does not name" if now is False else "further members now"
        )
        effect: Effect = "narrows" if now is False else "widens"
        sentence = f"{sides.name()} takes {verb}"
        yield SchemaDifference(
            "additional-members", effect, sentence, *here, is_tolerable=was is False
        )
    else:
        verb = "must fit a schema now" if takes_everything(was) else "may be anything now"
        effect = "narrows" if takes_everything(was) else "widens"
        sentence = f"the further members of {sides.name()} {verb}"
        yield SchemaDifference("further-members", effect, sentence, *here)
