"""The rules of the review, in the order in which they are documented."""

from __future__ import annotations

from typing import Final

from spec_review.document import Document
from spec_review.findings import Finding, in_reading_order
from spec_review.rules.answers import error_body, missing_description, missing_example
from spec_review.rules.example_values import broken_example, example_rules, example_schema
from spec_review.rules.form import duplicate_key, openapi_form, schema_form
from spec_review.rules.paths import (
    duplicate_operation_id,
    duplicate_parameter,
    parameter_type,
    path_order,
    path_parameters,
    shadowed_path,
)
from spec_review.rules.references import circular_reference, dangling_reference, endless_schema
from spec_review.rules.rule import Rule as Rule

RULES: Final[tuple[Rule, ...]] = (
    openapi_form,
    duplicate_key,
    schema_form,
    dangling_reference,
    circular_reference,
    endless_schema,
    duplicate_operation_id,
    shadowed_path,
    path_order,
    path_parameters,
    duplicate_parameter,
    parameter_type,
    error_body,
    missing_description,
    missing_example,
    example_schema,
    example_rules,
    broken_example,
)


def check(document: Document) -> list[Finding]:
    """Return what all rules find in a document, in reading order and each thing once."""
    return in_reading_order([finding for rule in RULES for finding in rule(document)])
