"""The items that a contract itself shows for one of its operations."""

from __future__ import annotations

from spec_review.reading.following import followed
from spec_review.reading.parts import BRANCHES, parts
from spec_review.reading.values import elements
from spec_review.simulation.items import ItemSchemas
from spec_review.simulation.minimal import minimal_value
from spec_review.simulation.model import Intake, Model


def shown_items(model: Model, intake: Intake) -> list[object]:
    """The objects in the examples of an operation and of its schema, and one made of the schema."""
    document = model.contract.document
    content = (*followed(document, (*intake.pointer, "requestBody")), "content")
    schemas = {part.pointer for part in parts(document, intake.items, BRANCHES)}
    in_batches: list[object] = []
    alone: list[object] = []
    for example in model.contract.examples:
        if example.schema[: len(content)] == content:
            in_batches += elements(example.value)
        elif example.schema in schemas and example.pointer[-1] != "default":
            alone.append(example.value)
    shown = [value for value in (*in_batches, *alone) if isinstance(value, dict)]
    return [*shown, minimal_value(ItemSchemas(document, intake.items))]
