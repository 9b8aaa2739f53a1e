"""Whether anything uses what stands below `components`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openapi_documents import Document, DocumentError, Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.references.walk import other_references, references
from spec_review.lint.rules.security.undefined_security_scheme import requirements, schemes
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import elements, mapping

KEPT: Final = (
    "schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks",
    "pathItems", "securitySchemes", "mediaTypes",
)  # fmt: skip
"""What `components` holds for others to refer to."""

DYNAMIC: Final = ("$dynamicAnchor", "$anchor", "$id")
"""Names by which a schema may be reached that no pointer names."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find components that no operation leads to.

    Nothing is said where one cannot know: in a document without operations, which holds them for others,
    and in one with a reference that leads nowhere, which may mean one of them.
    """
    document = contract.document
    has_operations = bool(document.operations() or document.webhooks())
    if not has_operations or document.broken_references():
        return
    reached = reached_components(document)
    anchors = [note.position.line for note in document.notes if note.kind == "anchor"]
    for kind in KEPT:
        lines = Lines(document, ("components", kind))
        for name, value in mapping(document.value(("components", kind))).items():
            place: Pointer = ("components", kind, name)
            is_named = any(word in mapping(value) for word in DYNAMIC)
            is_named = is_named or any(lines.hold(name, line) for line in anchors)
            if place not in reached and not name.startswith("x-") and not is_named:
                yield Fault(
                    place, f"nothing uses {name}", "leave it out, or refer to it", at_key=True
                )


@dataclass
class Lines:
    """The lines that the members of a mapping take, for what YAML refers to by an anchor."""

    document: Document
    place: Pointer

    def hold(self, name: str, line: int) -> bool:
        """Tell whether a line is one of a member, or begins on its last one."""
        at = {
            other: self.document.key_position((*self.place, other)).line
            for other in mapping(self.document.value(self.place))
        }
        following = [one for one in at.values() if one > at[name]]
        return at[name] <= line and (not following or line < min(following))


def reached_components(document: Document) -> set[Pointer]:
    """The components that something outside of the components leads to, by whatever way."""
    leads: dict[Pointer, list[Pointer]] = {}
    waiting: deque[Pointer] = deque()
    for holder, target in uses(document):
        source, reached = component_of(holder), component_of(target)
        if reached is None or source == reached:
            continue
        if source is None:
            waiting.append(reached)
        else:
            leads.setdefault(source, []).append(reached)
    found: set[Pointer] = set()
    while waiting:
        here = waiting.popleft()
        if here not in found:
            found.add(here)
            waiting += leads.get(here, ())
    return found


def component_of(place: Pointer) -> Pointer | None:
    """The component in which a place lies, None when in none."""
    return place[:3] if place[:1] == ("components",) and len(place) > 2 else None


def uses(document: Document) -> Iterator[tuple[Pointer, Pointer]]:
    """What refers to what: by reference, by discriminator, by the name of a security scheme."""
    for reference in (*references(document), *other_references(document)):
        try:
            if reference.word[0] == "$ref":
                yield reference.holder, document.target(reference.holder, reference.text)
            elif reference.word[0] == "discriminator":
                yield reference.holder, document.mapped(reference.place)
            elif reference.word[0] == "operationRef":
                yield reference.holder, document.linked_operation(reference.holder)
        except DocumentError:
            continue
    known = schemes(document)
    for place in requirements(document):
        for name in mapping(document.value(place)):
            if name in known:
                yield place, known[name]
    yield from chosen_by_parents(document)


def chosen_by_parents(document: Document) -> Iterator[tuple[Pointer, Pointer]]:
    """The schemas that extend one with a discriminator, which chooses them by their names."""
    for place in document.objects("schema"):
        for index, branch in enumerate(elements(mapping(document.value(place)).get("allOf"))):
            reference = mapping(branch).get("$ref")
            if not isinstance(reference, str):
                continue
            try:
                parent = document.target((*place, "allOf", index), reference)
            except DocumentError:
                continue
            if "discriminator" in mapping(document.value(parent)):
                yield parent, place


RULE: Final = Rule(
    id="unused-component",
    severity="warning",
    sentence="Some operation uses each component.",
    why="What nobody uses is changed by nobody, and read by people who take it for true.",
    breaks=shop(
        (
            "    Problem:\n      type: object",
            "    ▸Wish: {type: object, description: A wish.}\n    Problem:\n      type: object",
        )
    ),
    keeps=shop(),
    faults=faults,
    preset="recommended",
)
