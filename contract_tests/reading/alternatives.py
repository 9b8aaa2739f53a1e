"""Reads what a server may do instead of a contract's choice: an entry of `instead` as a typed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.silences import (
    Alternative,
    AnyOrderOfResults,
    ItemByItem,
    JudgedByItem,
    Named,
    OtherCode,
    OtherEquality,
    OtherFilter,
    OtherMedia,
    OtherMember,
    OtherNames,
    OtherOrder,
    OtherPaths,
    OtherRetry,
    OtherRule,
    OtherSchema,
    OtherState,
    OtherStatusAnswer,
    RecordsRead,
    SavedParts,
    ShownStates,
    UnknownMembers,
)

Entry = Mapping[str, Any]


def alternative(entry: Entry) -> Alternative:
    """Return an entry that the vocabulary allows as a value; raises KeyError for one of another kind."""
    word = next(word for word in KINDS if word in entry)
    return KINDS[word](entry)


def _code(entry: Entry) -> OtherCode:
    return OtherCode(
        int(entry["code"]), entry.get("of"), entry.get("when"), entry.get("holds") == "nothing"
    )


def _names(entry: Entry) -> OtherNames:
    names = entry["names"]
    return OtherNames(names) if isinstance(names, Mapping) else OtherNames({}, names)


def _filter(entry: Entry) -> OtherFilter:
    told = entry["filter"]
    values = told.get("values")
    return OtherFilter(
        None if values is None else tuple(values), told.get("unknown"), told.get("scope")
    )


def _rule(entry: Entry) -> OtherRule:
    return OtherRule(None if entry["rule"] == "ignored" else str(entry["rule"]))


# What each kind of entry is told by, and how it is read.
KINDS: Mapping[str, Callable[[Entry], Alternative]] = {
    "state": lambda entry: OtherState(entry["state"], entry.get("record")),
    "order": lambda entry: OtherOrder(tuple(Condition(one) for one in entry["order"])),
    "rule": _rule,
    "schema": lambda entry: OtherSchema(entry["schema"]),
    "unknown-members": lambda entry: UnknownMembers(entry["unknown-members"]),
    "code": _code,
    "judged": lambda _: JudgedByItem(),
    "member": lambda entry: OtherMember(entry["member"], entry["form"], tuple(entry.get("in", ()))),
    "names": _names,
    "media": lambda entry: OtherMedia(tuple(entry["media"])),
    "results": lambda _: AnyOrderOfResults(),
    "progress": lambda _: ItemByItem(),
    "shown": lambda entry: ShownStates(entry["shown"]),
    "filter": _filter,
    "paths": lambda entry: OtherPaths(entry["paths"]),
    "status-answer": lambda entry: OtherStatusAnswer(entry["status-answer"]),
    "equality": lambda entry: OtherEquality(entry["equality"]),
    "retry": lambda entry: OtherRetry(entry["retry"].get("key"), entry["retry"].get("repeat")),
    "saved": lambda entry: SavedParts(entry["saved"]),
    "records": lambda _: RecordsRead(),
    "named": lambda entry: Named(entry["named"]),
}
