"""Reads the vocabulary of a document; what has not its form is left out, for `word-form` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_documents import Document, Pointer
from openapi_documents.vocabulary import Vocabulary, words
from spec_review.reading.values import elements, mapping, text, text_or_texts, texts
from spec_review.reading.vocabulary import (
    ItemRule,
    Lifecycle,
    Mention,
    Outcome,
    RecordOf,
    Silence,
    State,
    StatusOf,
    Submission,
)


def word_at(vocabulary: Vocabulary, holder: Pointer, name: str) -> tuple[Pointer, Any] | None:
    """The place and the value of one of our words, None when the object has none or a foreign one."""
    value = vocabulary.document.value(holder)
    if not isinstance(value, dict) or name not in value:
        return None
    node = vocabulary.word(vocabulary.document.node(holder), name)
    return None if node is None else (node.place, node.value)


_LIVING = {"state", "transitions", "notify"}


def read_lifecycles(vocabulary: Vocabulary) -> Iterator[Lifecycle]:
    """The lifecycles of a document."""
    found = word_at(vocabulary, ("components",), "x-lifecycles")
    if found is None:
        return
    above, declared = found
    for name, value in mapping(declared).items():
        # One without a collection is the life of a resource, not of the items of batches.
        if isinstance(value, dict) and ("records" in value or not _LIVING & set(value)):
            yield read_lifecycle((*above, name), name, value)


def read_lifecycle(pointer: Pointer, name: str, value: dict[str, Any]) -> Lifecycle:
    """One lifecycle."""
    states = tuple(
        State(
            (*pointer, "states", state),
            state,
            mapping(marks).get("initial") is True,
            mapping(marks).get("saved") is True,
        )
        for state, marks in mapping(value.get("states")).items()
    )
    return Lifecycle(
        pointer=pointer,
        name=name,
        key=texts(value.get("key")),
        records=text(value.get("records")),
        states=states,
        initial=next((state.name for state in states if state.is_initial), None),
        saved=frozenset(state.name for state in states if state.is_saved),
        outcomes=tuple(
            Outcome(
                pointer=at,
                index=int(str(at[-1])),
                when=text(row.get("when")),
                then=text(row.get("then")),
                source=text(row["source"]) if "source" in row else None,
                silences=read_mentions((*at, "silence"), row.get("silence")),
                message=text(row.get("message")),
            )
            for at, row in rows((*pointer, "outcomes"), value.get("outcomes"))
        ),
        silences=read_mentions((*pointer, "x-silence"), value.get("x-silence")),
    )


def read_submissions(vocabulary: Vocabulary) -> Iterator[Submission]:
    """The operations with `x-submission`."""
    for operation in vocabulary.document.operations():
        found = word_at(vocabulary, operation.pointer, "x-submission")
        if found is not None and isinstance(found[1], dict):
            declared = found[1]
            lifecycle, processing = declared.get("lifecycle"), declared.get("processing")
            yield Submission(found[0], operation, text(lifecycle), text(processing))


def read_statuses(vocabulary: Vocabulary) -> Iterator[StatusOf]:
    """The operations with `x-status-of`."""
    for operation in vocabulary.document.operations():
        found = word_at(vocabulary, operation.pointer, "x-status-of")
        if found is not None:
            yield StatusOf(found[0], operation, texts(found[1]))


def read_records(vocabulary: Vocabulary) -> Iterator[RecordOf]:
    """The operations with `x-record-of`."""
    for operation in vocabulary.document.operations():
        found = word_at(vocabulary, operation.pointer, "x-record-of")
        if found is not None and isinstance(found[1], str):
            yield RecordOf(found[0], operation, found[1])


def read_rules(vocabulary: Vocabulary) -> Iterator[ItemRule]:
    """The `x-rules` of all schemas."""
    for schema in vocabulary.document.objects("schema"):
        found = word_at(vocabulary, schema, "x-rules")
        for at, rule in rows(*found) if found else ():
            yield ItemRule(
                pointer=at,
                schema=schema,
                id=text(rule.get("id")),
                expression=text(rule.get("rule")),
                message=text(rule.get("message")),
                source=text(rule["source"]) if "source" in rule else None,
                silences=read_mentions((*at, "silence"), rule.get("silence")),
            )


def read_silences(vocabulary: Vocabulary) -> Iterator[Silence]:
    """The rows of `x-silences`."""
    found = word_at(vocabulary, (), "x-silences")
    for at, row in rows(*found) if found else ():
        yield Silence(
            pointer=at,
            id=text(row.get("id")),
            question=text(row.get("question")),
            choice=text(row.get("choice")),
            alternatives=texts(row.get("alternatives")),
            basis=text(row.get("basis")),
            about=text(row.get("about")),
            instead=tuple(mapping(other) for other in elements(row.get("instead"))),
        )


def read_references_to_silences(vocabulary: Vocabulary) -> Iterator[Mention]:
    """The `x-silence` of every object but the lifecycles, which are read with theirs."""
    for kind in words()["x-silence"]:
        if kind == "lifecycle":
            continue
        for place in vocabulary.document.objects(kind):
            found = word_at(vocabulary, place, "x-silence")
            if found is not None:
                yield from read_mentions(*found)


def read_mentions(pointer: Pointer, value: object) -> tuple[Mention, ...]:
    """The silences that one reference names: a text, or a list of them."""
    if isinstance(value, str):
        return (Mention(pointer, value),)
    return tuple(
        Mention((*pointer, index), name)
        for index, name in enumerate(elements(value))
        if isinstance(name, str)
    )


def rows(pointer: Pointer, value: object) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """The mappings of a list, with their places."""
    for index, row in enumerate(elements(value)):
        if isinstance(row, dict):
            yield (*pointer, index), row


def silences_named_at(document: Document, pointer: Pointer) -> tuple[str, ...]:
    """The silences that an object names in `silence` or `x-silence`."""
    value = mapping(document.value(pointer))
    return (*text_or_texts(value.get("silence")), *text_or_texts(value.get("x-silence")))
