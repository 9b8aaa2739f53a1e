"""Query, header, path and cookie parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Parameter
from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import SAFE, SENDER, TO_BUILD, UNCLEAR_SENDER

FORM: Final = ("style", "explode", "allowReserved", "allowEmptyValue")
"""The members that say how a parameter is written into the request."""

Key = tuple[str, str]
"""Where a parameter stands and its name."""


def parameter_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """Parameters that are gone, new, or are asked for otherwise."""
    old, new = pair.versions.old, pair.versions.new
    before = {key_of(each): each for each in old.parameters(pair.old.operation)}
    after = {key_of(each): each for each in new.parameters(pair.new.operation)}
    renamed = renamed_in_path(pair)
    for key, parameter in before.items():
        same = after.pop(renamed.get(key, key), None)
        if same is not None:
            yield from changes_of_parameter(pair, context, parameter, same)
            continue
        yield pair.change(
            "parameter-removed",
            f"{pair.name} has no {name_of(parameter)} any more",
            UNCLEAR_SENDER,
            parameter.pointer,
            (*pair.new.pointer, "parameters"),
            is_removed=True,
        )
    for parameter in after.values():
        must = parameter.value.get("required") is True
        yield pair.change(
            "parameter-added-required" if must else "parameter-added",
            f"{pair.name} has the {'required' if must else 'optional'} {name_of(parameter)} now",
            SENDER if must else TO_BUILD,
            pair.old.pointer,
            parameter.pointer,
        )


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
            SENDER if after else TO_BUILD,
            (*old.pointer, "required"),
            (*new.pointer, "required"),
        )
    for word in FORM:
        if form_of(old, word) != form_of(new, word):
            yield pair.change(
                "parameter-form", f"{name} is written otherwise ({word})", SENDER,
                (*old.pointer, word), (*new.pointer, word),
            )  # fmt: skip
    if old.value.get("deprecated") is not True and new.value.get("deprecated") is True:
        places = old.pointer, (*new.pointer, "deprecated")
        yield pair.change("parameter-deprecated", f"{name} is deprecated now", SAFE, *places)
    if "schema" in old.value and "schema" in new.value:
        context.usage.reach(
            (*old.pointer, "schema"), (*new.pointer, "schema"), "request", pair.name
        )


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


def form_of(parameter: Parameter, word: str) -> object:
    """The value of a keyword of a parameter's form, its default when it is not written."""
    usual = "form" if parameter.where in ("query", "cookie") else "simple"
    style = parameter.value.get("style", usual)
    defaults = {"style": style, "explode": style == "form"}
    return parameter.value.get(word, defaults.get(word, False))
