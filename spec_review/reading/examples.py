"""Every example of a document, with the schema that it must fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from openapi_documents import Document, DocumentError, Pointer
from openapi_documents.vocabulary import Vocabulary
from spec_review.reading.bodies import is_json
from spec_review.reading.declarations import word_at
from spec_review.reading.following import followed_or_none
from spec_review.reading.places import last_name
from spec_review.reading.values import elements, mapping, text

SCHEMA: Final = "schema"
"""What `x-breaks` says of an example that its schema refuses, before any rule is asked."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example: where its value stands, the schema it must fit, and the rule it breaks or "".

    `breaks` is SCHEMA for one that is meant to be refused by its schema.
    """

    pointer: Pointer
    schema: Pointer
    value: object
    breaks: str = ""
    breaks_at: Pointer = ()


def read_examples(vocabulary: Vocabulary) -> tuple[Example, ...]:
    """Every example and default of a document, each once."""
    found: dict[tuple[Pointer, Pointer], Example] = {}
    for example in (*examples_of_holders(vocabulary), *examples_in_schemas(vocabulary)):
        found.setdefault((example.pointer, example.schema), example)
    return tuple(found.values())


def examples_of_holders(vocabulary: Vocabulary) -> Iterator[Example]:
    """The examples beside a schema: of media types, parameters and headers.

    A text where the media type is not JSON is what goes over the wire, not the value that the schema is of.
    """
    document = vocabulary.document
    for kind in ("media type", "parameter", "header"):
        for place in document.objects(kind):
            holder = mapping(document.value(place))
            schema = (*place, "schema")
            if "schema" not in holder:
                continue
            found: list[Example] = []
            if "example" in holder:
                found.append(Example((*place, "example"), schema, holder["example"]))
            for name in mapping(holder.get("examples")):
                at = followed_or_none(document, (*place, "examples", name))
                if at is not None:
                    found += named_example(vocabulary, at, schema)
                    if is_json(last_name(place)):
                        found += example_in_a_file(document, at, schema)
            is_text = kind == "media type" and not is_json(last_name(place))
            yield from (one for one in found if not (is_text and isinstance(one.value, str)))


def named_example(vocabulary: Vocabulary, at: Pointer, schema: Pointer) -> Iterator[Example]:
    """The value of an Example Object."""
    example = mapping(vocabulary.document.value(at))
    breaks = word_at(vocabulary, at, "x-breaks")
    for word in ("value", "dataValue"):
        if word in example:
            rule = text(breaks[1]) if breaks else ""
            yield Example((*at, word), schema, example[word], rule, (*at, "x-breaks"))


def example_in_a_file(document: Document, at: Pointer, schema: Pointer) -> Iterator[Example]:
    """The JSON of the file that an Example Object names, as far as there is one and it is JSON."""
    if isinstance(mapping(document.value(at)).get("externalValue"), str):
        with suppress(DocumentError, ValueError, RecursionError):
            value = json.loads(document.external_value(at))
            yield Example((*at, "externalValue"), schema, value)


def is_xml_of(schema: Mapping[str, object]) -> bool:
    """Tell whether the example of a schema that is of no text is written as XML."""
    value, kind = schema["example"], schema.get("type")
    is_markup = isinstance(value, str) and re.fullmatch(r"(?s)\s*<.*>\s*", value) is not None
    return is_markup and kind in ("object", "array")


def examples_in_schemas(vocabulary: Vocabulary) -> Iterator[Example]:
    """The examples and defaults of schemas, but for XML in a text: that is what goes over the wire."""
    document = vocabulary.document
    for place in document.objects("schema"):
        schema = mapping(document.value(place))
        for word in ("example", "default"):
            if word in schema and not (word == "example" and is_xml_of(schema)):
                yield Example((*place, word), place, schema[word])
        for index, value in enumerate(elements(schema.get("examples"))):
            yield Example((*place, "examples", index), place, value)
