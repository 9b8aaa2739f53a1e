"""The rules of the review, in the order in which they are documented.

A rule is a file: a function that finds its faults, and `RULE`, which says what must hold, with a sample that
breaks it and one that keeps it. A new rule is a new file and a line here.
"""

from __future__ import annotations

from typing import Final

from openapi_documents import Document
from spec_review.lint.rule import Rule
from spec_review.lint.rules.answers import header_name, media_type_name, success_answer
from spec_review.lint.rules.components import component_name, unused_component
from spec_review.lint.rules.examples import (
    broken_example,
    example_and_examples,
    example_rules,
    example_schema,
    one_way_example,
)
from spec_review.lint.rules.form import (
    address_form,
    missing_paths,
    openapi_form,
    schema_form,
    schema_pattern,
    schema_size,
)
from spec_review.lint.rules.item_rules import (
    duplicate_rule,
    rule_budget,
    rule_compiles,
    rule_constant,
    rule_engines,
    rule_error,
    rule_example,
    rule_members,
)
from spec_review.lint.rules.lifecycles import (
    collection_disagreement,
    dead_row,
    final_state,
    no_otherwise,
    saved_state,
    unknown_state,
    unreachable_state,
)
from spec_review.lint.rules.links import runtime_expression
from spec_review.lint.rules.lives import (
    idle_requirement,
    life_expression,
    life_state_exit,
    life_state_value,
    life_webhook,
    transition_operation,
    unreached_life_state,
    unread_resource,
)
from spec_review.lint.rules.paths import (
    ambiguous_path,
    duplicate_operation_id,
    duplicate_parameter,
    parameter_type,
    path_form,
    path_order,
    path_parameters,
    shadowed_path,
    trailing_slash,
)
from spec_review.lint.rules.prose import error_body, missing_description, missing_example
from spec_review.lint.rules.references import (
    circular_reference,
    dangling_reference,
    endless_schema,
    misplaced_reference,
    reference_kind,
    reference_siblings,
    unfollowed_reference,
)
from spec_review.lint.rules.schemas import (
    array_items,
    crossed_limits,
    discriminator_choice,
    duplicate_enum,
    enum_value,
    idle_nullable,
    misspelt_keyword,
    read_and_write_only,
    unknown_encoding,
    unknown_required,
    xml_exclusion,
)
from spec_review.lint.rules.security import (
    no_security,
    undefined_scope,
    undefined_security_scheme,
)
from spec_review.lint.rules.servers import (
    server_url,
    server_variable_default,
    unknown_server_variable,
)
from spec_review.lint.rules.silences import (
    duplicate_silence,
    silence_alternatives,
    silence_choice,
    unknown_silence,
    unsourced_claim,
    unused_silence,
)
from spec_review.lint.rules.submissions import (
    asynchronous_answer,
    echoed_item,
    key_member,
    record_key,
    record_operation,
    status_states,
    submission_body,
    synchronous_pending,
    unknown_link,
    unknown_name,
    unused_lifecycle,
)
from spec_review.lint.rules.tags import duplicate_tag, tag_parent, undefined_tag
from spec_review.lint.rules.vocabulary import unknown_word, word_form
from spec_review.lint.subject import Subject
from spec_review.output.findings import Finding, in_reading_order

RULES: Final[tuple[Rule, ...]] = tuple(
    module.RULE
    for module in (
        openapi_form,
        missing_paths,
        address_form,
        schema_form,
        schema_pattern,
        schema_size,
        misspelt_keyword,
        idle_nullable,
        array_items,
        crossed_limits,
        enum_value,
        duplicate_enum,
        unknown_required,
        discriminator_choice,
        read_and_write_only,
        unknown_encoding,
        xml_exclusion,
        dangling_reference,
        reference_kind,
        misplaced_reference,
        unfollowed_reference,
        reference_siblings,
        circular_reference,
        endless_schema,
        duplicate_operation_id,
        shadowed_path,
        ambiguous_path,
        path_order,
        path_form,
        trailing_slash,
        path_parameters,
        duplicate_parameter,
        parameter_type,
        header_name,
        media_type_name,
        success_answer,
        runtime_expression,
        undefined_security_scheme,
        undefined_scope,
        no_security,
        server_url,
        unknown_server_variable,
        server_variable_default,
        duplicate_tag,
        undefined_tag,
        tag_parent,
        component_name,
        unused_component,
        error_body,
        missing_description,
        missing_example,
        example_schema,
        example_and_examples,
        one_way_example,
        example_rules,
        broken_example,
        unknown_word,
        word_form,
        unreachable_state,
        unknown_state,
        final_state,
        saved_state,
        dead_row,
        no_otherwise,
        collection_disagreement,
        unreached_life_state,
        life_state_exit,
        life_state_value,
        transition_operation,
        life_webhook,
        life_expression,
        unread_resource,
        idle_requirement,
        unknown_name,
        unused_lifecycle,
        submission_body,
        key_member,
        asynchronous_answer,
        unknown_link,
        status_states,
        echoed_item,
        synchronous_pending,
        record_operation,
        record_key,
        rule_compiles,
        rule_members,
        rule_engines,
        rule_budget,
        rule_constant,
        rule_error,
        rule_example,
        duplicate_rule,
        silence_choice,
        silence_alternatives,
        unused_silence,
        unknown_silence,
        duplicate_silence,
        unsourced_claim,
    )
)


def check(document: Document) -> list[Finding]:
    """Return what all rules find in a document, in reading order and each thing once."""
    subject = Subject(document)
    return in_reading_order([finding for rule in RULES for finding in rule(subject)])
