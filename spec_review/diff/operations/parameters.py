"""Query, header, path and cookie parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import MISSING, Document, Parameter
from spec_review.diff.changes import Change
from spec_review.diff.operations.bodies import content_changes
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.endpoints import Endpoint
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.operations.parameter_forms import form_changes, text_schema
from spec_review.diff.schemas.verdicts import verdicts_of_effect
from spec_review.diff.verdicts import (
    READER,
    SAFE,
    TO_BUILD,
    UNCLEAR_READER,
    UNCLEAR_SENDER,
    Verdicts,
)
from spec_review.output.wording import listed_values
from spec_review.reading.values import mapping

Key = tuple[str, str]
"""Where a parameter stands and its name."""


def parameter_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """Parameters that are gone, new, or are asked for otherwise."""
    old, new = pair.versions.old, pair.versions.new
    before = parameters_of(old, pair.old)
    after = parameters_of(new, pair.new)
    renamed = renamed_in_path(pair)
    for key, parameter in before.items():
        same = after.pop(renamed.get(key, key), None)
        if same is not None:
            yield from changes_of_parameter(pair, context, parameter, same)
            continue
        yield pair.change(
            "parameter-removed",
            f"{pair.name} has no {name_of(parameter)} any more",
            verdicts_of_removed(pair, parameter),
            parameter.pointer,
            (*pair.new.pointer, "parameters"),
            is_removed=True,
        )
    for parameter in after.values():
        must = parameter.value.get("required") is True
        yield pair.change(
            "parameter-added-required" if must else "parameter-added",
            f"{pair.name} has the {'required' if must else 'optional'} {name_of(parameter)} now",
            verdicts_of_effect("narrows", pair.asked) if must else TO_BUILD,
            pair.old.pointer,
            parameter.pointer,
        )


IGNORED: Final = frozenset(
    (("header", "accept"), ("header", "content-type"), ("header", "authorization"))
)
"""What is no parameter, whatever is written (OpenAPI 3.1.1, "Parameter Object", `name`)."""


def parameters_of(document: Document, endpoint: Endpoint) -> dict[Key, Parameter]:
    """The parameters of an operation."""
    found = {key_of(each): each for each in document.parameters(endpoint.operation)}
    return {key: each for key, each in found.items() if key not in IGNORED}


def verdicts_of_removed(pair: OperationPair, parameter: Parameter) -> Verdicts:
    """What it is for whom that a parameter is gone: the provider sends those of a webhook."""
    if not pair.new.is_webhook:
        return UNCLEAR_SENDER
    return READER if parameter.value.get("required") is True else UNCLEAR_READER


def changes_of_parameter(
    pair: OperationPair, context: Context, old: Parameter, new: Parameter
) -> Iterator[Change]:
    """One parameter that both contracts have."""
    name = f"the {name_of(new)} of {pair.name}"
    before, after = old.value.get("required") is True, new.value.get("required") is True
    if before != after and old.where != "path":
        yield pair.change(
            "parameter-required" if after else "parameter-optional",
            f"{name} is required now" if after else f"{name} is no longer required",
            verdicts_of_effect("narrows" if after else "widens", pair.asked),
            (*old.pointer, "required"),
            (*new.pointer, "required"),
        )
    was, now = (each.value.get("deprecated") is True for each in (old, new))
    if was != now:
        places = (*old.pointer, "deprecated"), (*new.pointer, "deprecated")
        verb = "is deprecated now" if now else "is no longer deprecated"
        yield pair.change("parameter-deprecated", f"{name} {verb}", SAFE, *places)
    yield from form_changes(pair, old, new, name)
    yield from default_changes(pair, old, new, name)
    yield from value_changes(pair, context, old, new, name)


def value_changes(
    pair: OperationPair, context: Context, old: Parameter, new: Parameter, name: str
) -> Iterator[Change]:
    """The schema of a parameter, or the media type in which it is written."""
    if "content" in old.value and "content" in new.value:
        yield from content_changes(pair, context, (old.pointer, new.pointer), pair.asked, name)
    elif "content" in old.value or "content" in new.value:
        versions = pair.versions
        plain = text_schema(versions.old, old.pointer), text_schema(versions.new, new.pointer)
        if plain[0] and plain[1] and old.where not in ("path", "cookie"):
            context.usage.reach(plain[0], plain[1], pair.asked, pair.name, "text")
            return
        yield pair.change(
            "parameter-form",
            f"{name} is written as {'a media type' if 'content' in new.value else 'plain text'} now",
            verdicts_of_effect("both", pair.asked),
            (*old.pointer, "content" if "content" in old.value else "schema"),
            (*new.pointer, "content" if "content" in new.value else "schema"),
        )
    elif "schema" in old.value and "schema" in new.value:
        there = (*old.pointer, "schema"), (*new.pointer, "schema")
        context.usage.reach(*there, pair.asked, pair.name, "text")
    elif "schema" in old.value or "schema" in new.value:
        says = "has a schema now" if "schema" in new.value else "has no schema any more"
        effect = verdicts_of_effect("narrows" if "schema" in new.value else "widens", pair.asked)
        yield pair.change("parameter-form", f"{name} {says}", effect, old.pointer, new.pointer)


def default_changes(
    pair: OperationPair, old: Parameter, new: Parameter, name: str
) -> Iterator[Change]:
    """What a request without the parameter means: requests that leave it out are sent on."""
    versions = pair.versions
    places = (*old.pointer, "schema"), (*new.pointer, "schema")
    before = default_of(
        mapping(versions.old.value(places[0])), mapping(versions.old.resolved(places[0]))
    )
    after = default_of(
        mapping(versions.new.value(places[1])), mapping(versions.new.resolved(places[1]))
    )
    if before == after or old.value.get("required") is True or pair.new.is_webhook:
        return
    verdicts = SAFE if before is MISSING else Verdicts(sender="breaking")
    verdicts = UNCLEAR_SENDER if after is MISSING else verdicts
    was, now = (
        listed_values([each]) if each is not MISSING else "none" for each in (before, after)
    )
    yield pair.change(
        "parameter-default", f"the default of {name} is {now} now, it was {was}", verdicts,
        (*places[0], "default"), (*places[1], "default"),
    )  # fmt: skip


def default_of(beside: Mapping[str, object], referred: Mapping[str, object]) -> object:
    """The default that a schema gives, beside its reference or behind it."""
    return beside.get("default", referred.get("default", MISSING))


def renamed_in_path(pair: OperationPair) -> Mapping[Key, Key]:
    """The path's parameters of the old contract with their names in the new one."""
    before, after = (re.findall(r"\{([^}]*)\}", end.path) for end in (pair.old, pair.new))
    if len(before) != len(after):
        return {}
    return {("path", old): ("path", new) for old, new in zip(before, after, strict=True)}


def key_of(parameter: Parameter) -> Key:
    """What tells one parameter from another: header names in any case."""
    name = parameter.name.lower() if parameter.where == "header" else parameter.name
    return parameter.where, name


def name_of(parameter: Parameter) -> str:
    """A parameter in words."""
    return f"{parameter.where} parameter {parameter.name}"
