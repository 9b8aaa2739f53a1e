"""The discriminator of alternatives: the member that says which one it is, and its values.

A value that is no longer mapped is refused; a further one is new to who reads; one that leads to another schema
means something else to both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openapi_documents import Document, Pointer
from spec_review.diff.schemas.branches import (
    discriminator,
    given_name,
    mapped_names,
    matched_forms,
)
from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.schemas.enumerations import ALTERNATIVES
from spec_review.diff.schemas.heirs import renamed_heirs
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.versions import Pair
from spec_review.output.wording import listed_values
from spec_review.reading.parts import Part, branches, parts, required
from spec_review.reading.values import mapping, text


def discriminator_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """A discriminator that is new, gone, another member, or leads elsewhere."""
    before, after = discriminator(sides.before), discriminator(sides.after)
    if not before and not after:
        return
    old, new = sides.places("discriminator")
    name = sides.name(new, old)
    was, now = text(before.get("propertyName")), text(after.get("propertyName"))
    if was != now:
        effect: Effect = "both" if was else effect_of_new(sides, now)
        effect = effect if now else "widens"
        sentence = f"which form {name} has is told by {now or 'no member'} now"
        sentence += f", it was told by {was}" if was else ""
        yield SchemaDifference(
            "discriminator", effect, sentence, old, new,
            is_beyond_values=True, is_tolerable=not now,
        )  # fmt: skip
        return
    yield from default_differences(sides, name, (old, new))
    first = targets(sides.versions.old, sides.before)
    second = targets(sides.versions.new, sides.after)
    forms = [matched_forms(sides, word) for word in ALTERNATIVES]
    called = {
        name_at(sides.versions.old, was): name_at(sides.versions.new, now)
        for each in forms
        for was, now in each.pairs
    }
    called |= renamed_heirs(sides)
    gone = {name_at(sides.versions.old, place) for each in forms for place in each.removed}
    fresh = {name_at(sides.versions.new, place) for each in forms for place in each.added}
    for value in dict.fromkeys((*first, *second)):
        before_form, after_form = first.get(value), second.get(value)
        if before_form in gone or after_form in fresh:
            continue  # told as a form
        found = mapping_difference(
            f"`{was}` of {name}", value, called.get(before_form or "", before_form), after_form
        )
        if found is not None:
            effect, sentence = found
            yield SchemaDifference(
                "discriminator", effect, sentence, (*old, "mapping", value), (*new, "mapping", value),
                is_beyond_values=True, is_tolerable=effect == "widens", member=value,
            )  # fmt: skip


def default_differences(sides: Sides, name: str, places: Pair) -> Iterator[SchemaDifference]:
    """The form of what has none of the values (OpenAPI 3.2, "Discriminator Object", `defaultMapping`)."""
    before, after = (
        text(discriminator(side).get("defaultMapping")).rpartition("/")[2]
        for side in (sides.before, sides.after)
    )
    if before == after:
        return
    effect: Effect = "both" if before and after else "widens" if after else "narrows"
    sentence = f"{name} is {after or 'of no form'} where no value says its form"
    sentence += f", it was {before}" if before else ""
    old, new = places
    yield SchemaDifference(
        "discriminator", effect, sentence, (*old, "defaultMapping"), (*new, "defaultMapping"),
        is_beyond_values=True, is_tolerable=effect == "widens",
    )  # fmt: skip


def effect_of_new(sides: Sides, member: str) -> Effect:
    """What a new discriminator asks for: a member that every form asked for already, or one that is new to some."""
    old = sides.versions.old
    forms = [branch for word in ALTERNATIVES for branch in branches(sides.before, word)]
    asked = [member in required(parts(old, form)) for form in forms]
    return "none" if asked and all(asked) else "unclear"


def mapping_difference(
    name: str, value: str, before: str | None, after: str | None
) -> tuple[Effect, str] | None:
    """What became of one value of the discriminator."""
    if before == after:
        return None
    if after is None:
        return "narrows", f"{name} is {listed_values([value])} no longer"
    if before is None:
        return "widens", f"{name} may be {listed_values([value])} now"
    return (
        "both",
        f"{listed_values([value])} in {name} stands for {after} now, it stood for {before}",
    )


def targets(document: Document, side: Sequence[Part]) -> dict[str, str]:
    """The values of the discriminator, each with the schema it stands for; by name where none is mapped."""
    found = mapped_names(side)
    for name in sorted(branch_names(document, side) - set(found.values())):
        found.setdefault(name, name)
    return found


def branch_names(document: Document, side: Sequence[Part]) -> set[str]:
    """The names of the schemas that the alternatives refer to."""
    return {
        name_at(document, branch)
        for word in ALTERNATIVES
        for branch in branches(side, word)
        if "$ref" in mapping(document.value(branch))
    }


def name_at(document: Document, branch: Pointer) -> str:
    """The name of an alternative, "" when it has none."""
    return given_name(document, branch) or ""
