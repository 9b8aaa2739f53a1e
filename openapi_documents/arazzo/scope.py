"""What a runtime expression may ask for at one place of a workflow, and why it gives nothing there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from openapi_documents.arazzo.description import Description, Found, Step, Workflow, named
from openapi_documents.arazzo.expressions import Expression
from openapi_documents.document import Document
from openapi_documents.errors import UnresolvedError
from openapi_documents.mending import did_you_mean
from openapi_documents.pointers import MISSING, Pointer

WhyNot = tuple[str, str]
"""A reason and its mend; both "" where nothing is wrong."""
FINE: Final[WhyNot] = ("", "")
_LEVELS: Final = 24
_SPOKEN: Final = {"inputs": "input", "workflows": "workflow", "sourceDescriptions": "source"}


@dataclass(frozen=True)
class Scope:
    """A place of a workflow: the steps `before` it, the step itself and its operation, None at the workflow's end."""

    description: Description
    workflow: Workflow
    before: Sequence[Step]
    step: Step | None
    found: Found | None
    has_answer: bool = field(default=False)

    def answered(self) -> Scope:
        """Return the place behind the answer of the step."""
        return replace(self, has_answer=True)

    def why_not(self, expression: Expression) -> WhyNot:
        """Return why an expression gives nothing here, and its mend."""
        root, names = expression.root, expression.names
        if root in ("response", "statusCode"):
            return self._of_answer(expression)
        if root == "steps":
            return self._of_step(names)
        if root == "components":
            return self._of_components(names)
        known = {
            "inputs": list(self.workflow.inputs),
            "workflows": [one.id for one in self.description.workflows],
            "sourceDescriptions": [one.name for one in self.description.sources],
        }.get(root)
        # Inputs that nobody described may have any names.
        return _named(_SPOKEN[root], names[0], known) if known else FINE

    def why_never(self, expression: Expression, value: object) -> str:
        """Return why an expression never equals a value, "" where it may."""
        if expression.root != "statusCode" or self.found is None or not isinstance(value, int):
            return ""
        codes = self._codes(self.found)
        if not codes or any(_covers(code, value) for code in codes):
            return ""
        return f"{self.found.operation.name} documents no {value}, only {', '.join(sorted(codes))}"

    # -- what stands elsewhere ---------------------------------------------------------------------

    def _of_step(self, names: Sequence[str]) -> WhyNot:
        known = {step.id: step for step in self.before}
        if names[0] not in known:
            later = names[0] in {step.id for step in self.workflow.steps}
            if later:
                return f"the step {names[0]} comes later, and has given nothing here", ""
            return _named("step", names[0], list(known))
        if len(names) < 3 or names[1] != "outputs":
            return (
                f"of the step {names[0]} only outputs can be asked for",
                f"Write $steps.{names[0]}.outputs.NAME",
            )
        return _named(f"output of the step {names[0]}", names[2], list(known[names[0]].outputs))

    def _of_components(self, names: Sequence[str]) -> WhyNot:
        root = self.description.document.root
        components = root.get("components")
        kind = names[0]
        known = named(components, kind) if components is not None else {}
        return _named(f"component under {kind}", names[1] if len(names) > 1 else "", list(known))

    # -- what an answer has -------------------------------------------------------------------------

    def _of_answer(self, expression: Expression) -> WhyNot:
        if not self.has_answer:
            return f"{expression.text} is asked for before there is an answer", ""
        is_in_body = expression.names[:1] == ("body",) and bool(expression.pointer)
        if is_in_body and self.found is not None:
            return self._of_body(self.found, expression)
        return FINE

    @staticmethod
    def _codes(found: Found) -> list[str]:
        responses = found.document.members(found.operation.pointer).get("responses")
        return list(found.document.members(responses)) if responses is not None else []

    def _of_body(self, found: Found, expression: Expression) -> WhyNot:
        schemas = list(_schemas(found))
        if not schemas:
            return FINE
        known: set[str] = set()
        for schema in schemas:
            missing = _first_missing(found.document, schema, expression.pointer or ())
            if missing is None:
                return FINE
            known |= missing[1]
        name = missing[0] if missing is not None else ""
        sentence = f"no answer of {found.operation.name} has the member {name} of {expression.text}"
        return sentence, did_you_mean(name, known)


def _named(kind: str, name: str, known: list[str]) -> WhyNot:
    return (
        FINE
        if name in known
        else (f"there is no {kind} {name}".rstrip(), did_you_mean(name, known))
    )


def _covers(documented: str, code: int) -> bool:
    return (
        documented == "default"
        or documented == str(code)
        or documented.upper() == f"{code // 100}XX"
    )


def _schemas(found: Found) -> Iterator[Pointer]:
    """Yield the places of the schemas of the JSON answers of an operation; nothing where one of them has none."""
    document = found.document
    responses = document.members(found.operation.pointer).get("responses")
    for response in (document.members(responses) if responses is not None else {}).values():
        content = document.members(response).get("content")
        for media in (document.members(content) if content is not None else {}).values():
            schema = document.members(media).get("schema")
            yield schema if schema is not None else (*media, "schema")


def _first_missing(
    document: Document, schema: Pointer, way: Sequence[str]
) -> tuple[str, set[str]] | None:
    """Return the first member of a way that a schema describes away, with those that it has; None when it may be there."""
    current = [schema]
    for name in way:
        parts = [part for one in current for part in _parts(document, one, _LEVELS)]
        inside: list[Pointer] = []
        known: set[str] = set()
        is_open = not parts
        for part in parts:
            value = document.value(part)
            if not isinstance(value, dict):
                is_open = True
                continue
            members = document.members((*part, "properties")) if "properties" in value else {}
            known |= set(members)
            if name in members:
                inside.append(members[name])
            if name.isdecimal() and "items" in value:
                inside.append((*part, "items"))
            is_open = is_open or bool(_OPENING & value.keys())
        if not inside:
            is_described = bool(known) or any("items" in _value(document, part) for part in parts)
            return (name, known) if is_described and not is_open else None
        current = inside
    return None


_OPENING: Final = {
    "additionalProperties",
    "patternProperties",
    "unevaluatedProperties",
    "prefixItems",
    "if",
}


def _value(document: Document, place: Pointer) -> dict[str, object]:
    found = document.value(place)
    return found if isinstance(found, dict) else {}


def _parts(document: Document, schema: Pointer, levels: int) -> Iterator[Pointer]:
    """Yield the schemas that speak of one value: itself, what it refers to, and the branches of its compositions."""
    value = document.value(schema)
    if value is MISSING or not levels:
        return
    yield schema
    if not isinstance(value, dict):
        return
    if isinstance(value.get("$ref"), str):
        try:
            yield from _parts(document, document.follow(schema), levels - 1)
        except UnresolvedError:
            return
    for word in ("allOf", "anyOf", "oneOf"):
        for index, _ in enumerate(value.get(word) or ()):
            yield from _parts(document, (*schema, word, index), levels - 1)
