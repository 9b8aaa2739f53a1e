"""The kinds of changes: what `--format json` and its kin call the rule of a change.

A change of a schema is called by where its values travel and its kind: `request-limit`, `response-type`,
`schema-values` when they travel both ways.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from spec_review.simulation.witness import Facet as WitnessFacet

SchemaKind = Literal[
    "additional-members",
    "alternatives",
    "content",
    "default",
    "deprecated",
    "discriminator",
    "form-added",
    "form-removed",
    "format",
    "further-members",
    "items",
    "keywords",
    "limit",
    "member-added",
    "member-added-required",
    "member-optional",
    "member-removed",
    "member-removed-required",
    "member-required",
    "multipleOf",
    "overlap",
    "pattern",
    "rule-added",
    "rule-changed",
    "rule-ground",
    "rule-message",
    "rule-removed",
    "rule-renamed",
    "schema",
    "travels",
    "type",
    "uniqueItems",
    "value-added",
    "value-removed",
    "values",
    "xml",
]
"""A schema takes other values, or says something else about them."""

OperationKind = Literal[
    "callback-added",
    "callback-moved",
    "callback-removed",
    "encoding-changed",
    "link-added",
    "link-changed",
    "link-removed",
    "operation-added",
    "operation-deprecated",
    "operation-moved",
    "operation-removed",
    "operation-renamed",
    "parameter-added",
    "parameter-added-required",
    "parameter-default",
    "parameter-deprecated",
    "parameter-form",
    "parameter-optional",
    "parameter-removed",
    "parameter-required",
    "path-parameter-renamed",
    "request-body-added",
    "request-body-optional",
    "request-body-removed",
    "request-body-required",
    "request-media-type-added",
    "request-media-type-removed",
    "request-schema-added",
    "request-schema-removed",
    "response-added",
    "response-header-added",
    "response-header-deprecated",
    "response-header-form",
    "response-header-optional",
    "response-header-required",
    "response-header-removed",
    "response-media-type-added",
    "response-media-type-removed",
    "response-removed",
    "response-schema-added",
    "response-schema-removed",
    "security-added",
    "security-removed",
    "security-scheme",
    "server-added",
    "server-removed",
    "server-variable",
    "sunset-changed",
]
"""An operation is gone, new, or takes or answers something else."""

DeclarationKind = Literal[
    "error-form-changed",
    "error-names-changed",
    "initial-changed",
    "key-changed",
    "lifecycle-added",
    "lifecycle-removed",
    "lifecycle-renamed",
    "notice-added",
    "notice-removed",
    "processing-changed",
    "record-of-added",
    "record-of-removed",
    "records-changed",
    "requirement-added",
    "requirement-changed",
    "requirement-removed",
    "row-added",
    "row-decides-otherwise",
    "row-ground",
    "row-message",
    "row-removed",
    "rows-reordered",
    "saved-changed",
    "silence-added",
    "silence-alternatives",
    "silence-decided-otherwise",
    "silence-removed",
    "silence-words",
    "state-added",
    "state-removed",
    "status-of-added",
    "status-of-removed",
    "submission-added",
    "submission-removed",
    "token-changed",
    "transition-added",
    "transition-cause",
    "transition-guard",
    "transition-removed",
    "transition-source",
    "transition-target",
    "transition-time",
    "word-form",
]
"""The vocabulary declares something else."""

OtherKind = Literal[
    "behaviour-readable",
    "behaviour-unreadable",
    "extensions-changed",
    "info-changed",
    "outcome-changed",
    "tags-changed",
    "unused-changed",
    "words-changed",
    "written-otherwise",
]
"""The behaviour as a whole, and what is only said to people."""

ChangeKind = SchemaKind | OperationKind | DeclarationKind | OtherKind

ADDITIONS: Final[frozenset[ChangeKind]] = frozenset(
    kind
    for kinds in (SchemaKind, OperationKind, DeclarationKind)
    for kind in get_args(kinds)
    if kind.endswith(("-added", "-added-required"))
)
"""Kinds of what stands in the new document alone; its place in the old one is that of what would hold it."""

Area = Literal["operations", "behaviour", "schemas", "silences", "words"]
"""What a change is about, in the order in which changes are told."""

Facet = WitnessFacet | Literal["", "silence", "submission"]
"""Which part of the behaviour of a submission a change touches, "" when none."""
