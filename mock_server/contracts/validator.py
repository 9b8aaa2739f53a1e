"""jsonschema-rs behind one door: a self-contained schema becomes a validator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import jsonschema_rs

SchemaError = jsonschema_rs.ValidationError
"""Raised for a schema that cannot be compiled."""


class Validator(Protocol):
    """What a compiled schema is asked."""

    def is_valid(self, instance: object) -> bool:
        """Tell whether an instance fits. Raises ValueError for a value that is no JSON."""

    def iter_errors(self, instance: object) -> Iterator[Any]:
        """Yield every fault of an instance, as jsonschema-rs tells it."""


class Definitions:
    """What the references of a schema may lead to; without anything, nothing is ever retrieved."""

    def __init__(self, root: Mapping[str, object] | None = None) -> None:
        """Take a self-contained schema, whose parts are compiled then."""
        named = root is not None and "$id" in root
        resources = [(str(root["$id"]), dict(root))] if root is not None and named else []
        self._registry = jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012)

    def compiled(
        self, schema: Mapping[str, object] | bool, keywords: Mapping[str, type] | None = None
    ) -> Validator:
        """Return the validator of a schema; `keywords` are words of our own.

        Raises SchemaError, and ValueError for what is no JSON.
        """
        try:
            return self._compiled(schema, keywords, jsonschema_rs.RegexOptions())
        except (ValueError, SchemaError):
            # Only this engine knows look-around and references back; it takes some texts that it should not.
            return self._compiled(schema, keywords, jsonschema_rs.FancyRegexOptions())

    def _compiled(
        self,
        schema: Mapping[str, object] | bool,
        keywords: Mapping[str, type] | None,
        patterns: jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions,
    ) -> Validator:
        validator: Validator = jsonschema_rs.Draft202012Validator(
            schema if isinstance(schema, bool) else dict(schema),
            registry=self._registry,
            validate_formats=True,
            keywords=dict(keywords or {}),
            pattern_options=patterns,
        )
        return validator


NOTHING = Definitions()
"""For schemas that are self-contained."""
