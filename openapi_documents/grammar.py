"""Which objects stand where in an OpenAPI document: for each kind, its members that hold others."""

from __future__ import annotations

from typing import Final, Literal

Shape = Literal["one", "map", "extensible map", "list"]
"""An extensible map holds extensions (`x-...`) beside what it names."""

Grammar = dict[str, dict[str, tuple[Shape, str]]]

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

SUBSCHEMAS: Final[dict[str, tuple[Shape, str]]] = {
    **dict.fromkeys(
        (
            "items", "additionalProperties", "not", "if", "then", "else", "contains",
            "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema",
            "additionalItems",
        ),
        ("one", "schema"),
    ),
    **dict.fromkeys(
        ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
        ("map", "schema"),
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("list", "schema")),
}  # fmt: skip
"""The members of a schema that hold schemas."""

IN_PLACE: Final = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")
"""Those of them whose schemas speak about the same value."""

_WITH_CONTENT: Final[dict[str, tuple[Shape, str]]] = {
    "schema": ("one", "schema"),
    "content": ("map", "media type"),
    "examples": ("map", "example"),
}

GRAMMAR: Final[Grammar] = {
    "document": {
        "info": ("one", "info"),
        "servers": ("list", "server"),
        "tags": ("list", "tag"),
        "paths": ("extensible map", "path item"),
        "webhooks": ("map", "path item"),
        "components": ("one", "components"),
    },
    "info": {},
    "server": {"variables": ("map", "server variable")},
    "server variable": {},
    "tag": {},
    "components": {
        "schemas": ("map", "schema"),
        "responses": ("map", "response"),
        "parameters": ("map", "parameter"),
        "examples": ("map", "example"),
        "requestBodies": ("map", "request body"),
        "headers": ("map", "header"),
        "links": ("map", "link"),
        "callbacks": ("map", "callback"),
        "pathItems": ("map", "path item"),
        "securitySchemes": ("map", "security scheme"),
        "mediaTypes": ("map", "media type"),
        "x-lifecycles": ("map", "lifecycle"),
    },
    "path item": {
        "servers": ("list", "server"),
        "parameters": ("list", "parameter"),
        "additionalOperations": ("map", "operation"),
        **dict.fromkeys(METHODS, ("one", "operation")),
    },
    "operation": {
        "servers": ("list", "server"),
        "parameters": ("list", "parameter"),
        "requestBody": ("one", "request body"),
        "responses": ("extensible map", "response"),
        "callbacks": ("map", "callback"),
    },
    "callback": {},
    "parameter": _WITH_CONTENT,
    "header": _WITH_CONTENT,
    "request body": {"content": ("map", "media type")},
    "response": {
        "headers": ("map", "header"),
        "content": ("map", "media type"),
        "links": ("map", "link"),
    },
    "media type": {
        "schema": ("one", "schema"),
        "itemSchema": ("one", "schema"),
        "examples": ("map", "example"),
        "encoding": ("map", "encoding"),
        "prefixEncoding": ("list", "encoding"),
        "itemEncoding": ("one", "encoding"),
    },
    "encoding": {
        "headers": ("map", "header"),
        "encoding": ("map", "encoding"),
    },
    "schema": SUBSCHEMAS,
    "example": {},
    "link": {"server": ("one", "server")},
    "security scheme": {},
    "lifecycle": {},
}

KINDS: Final = tuple(GRAMMAR)
"""The kinds that `Document.objects` knows."""

REFERABLE: Final = frozenset(
    {
        "schema", "response", "parameter", "example", "request body", "header", "link", "callback",
        "path item", "security scheme", "media type",
    }
)  # fmt: skip
"""Kinds in whose place a reference may stand."""
