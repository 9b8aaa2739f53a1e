"""Puts the cause of a refusal into a value of the schema that a contract has for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from typing import Any, Final

from mock_server.http.problems import Fault, Problem

Path = tuple[str | int, ...]
_NEAR: Final = 2
"""How many members lead to a list of faults: `error` and `errors`, say."""
Fits = Callable[[Any], bool]

_MESSAGES: Final = (
    "message", "detail", "details", "description", "error_description", "errormessage", "reason",
    "error", "msg", "text", "title",
)  # fmt: skip
_PLACES: Final = (
    "pointer",
    "field",
    "path",
    "location",
    "source",
    "property",
    "param",
    "name",
    "loc",
)
_STATUSES: Final = ("status", "code", "statuscode", "status_code", "errorcode", "httpstatus")


def with_cause(value: Any, problem: Problem, status: int, fits: Fits) -> Any:
    """Return a value with the cause in it, as far as its schema takes it: `fits` tells.

    The cause stands in the first text member, one that is called a message before others; a list of objects has one for
    each fault; numbers that are called a status are it. What does not fit stays as it was.
    """
    if isinstance(value, str):
        return problem.message if fits(problem.message) else value
    made, filled = _with_faults(value, problem, fits)
    for path, member in sorted(_scalars(made), key=_is_message):
        if isinstance(member, str) and (filled is None or path[: len(filled)] != filled):
            told = _first(fits, made, path, (problem.message, problem.detail))
            if told is not None:
                made = told
                break
    for path, member in list(_scalars(made)):
        is_number = isinstance(member, int) and not isinstance(member, bool)
        if is_number and path and str(path[-1]).lower() in _STATUSES:
            made = _first(fits, made, path, (status,)) or made
    return made


def without_depths(value: Any, fits: Fits) -> Any:
    """Return a made-up value without the objects in the objects of its members, as far as its schema lets them go.

    They could be about anything; a refusal is read for its cause.
    """
    made = value
    for path in [path for path, member in _members(value) if isinstance(member, dict)]:
        fewer = _without(made, path)
        if fits(fewer):
            made = fewer
    return made


def _members(value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the members of the objects in a value."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            yield from (((name, key), member) for key, member in inner.items())


def _without(value: Any, path: Path) -> Any:
    key, *rest = path
    if rest:
        return {**value, key: _without(value[key], tuple(rest))}
    return {name: member for name, member in value.items() if name != key}


def _with_faults(value: Any, problem: Problem, fits: Fits) -> tuple[Any, Path | None]:
    """Fill the first list of objects, or of texts, with one for each fault; return where it stands as well.

    A list deep inside is about something else than the faults of a request.
    """
    faults = problem.faults or (Fault("", problem.message),)
    for path, items in _lists(value):
        if items and len(path) <= _NEAR:
            filled = [_filled(items[0], fault) for fault in faults]
            told = _first(fits, value, path, (filled, filled[:1]))
            if told is not None:
                return told, path
    return value, None


def _filled(item: Any, fault: Fault) -> Any:
    """Return an item of a list of faults: as the first one, with place and sentence of this fault."""
    sentence = f"{fault.pointer} {fault.detail}".strip()
    if isinstance(item, str):
        return sentence
    made = deepcopy(item)
    texts = [path for path, member in _scalars(item) if isinstance(member, str)]
    places = [path for path in texts if str(path[-1]).lower() in _PLACES]
    for path in places:
        made = _put(made, path, fault.pointer)
    sentences = sorted(
        (path for path in texts if path not in places), key=lambda p: _is_message((p, ""))
    )
    for path in sentences[:1]:
        made = _put(made, path, fault.detail if places else sentence)
    return made


def _first(fits: Fits, value: Any, path: Path, candidates: tuple[Any, ...]) -> Any | None:
    """Return the value with the first candidate at a path that fits, None when none does."""
    made = (_put(value, path, one) for one in candidates)
    return next((one for one in made if fits(one)), None)


def _put(value: Any, path: Path, member: Any) -> Any:
    if not path:
        return member
    key, *rest = path
    copied: Any = copy(value)
    copied[key] = _put(value[key], tuple(rest), member)
    return copied


def _is_message(found: tuple[Path, Any]) -> tuple[int, bool, int]:
    """Order members: those nearest to the root first, of those what is called a message."""
    path = found[0]
    name = str(path[-1]).lower() if path else ""
    rank = _MESSAGES.index(name) if name in _MESSAGES else len(_MESSAGES)
    return len(path), name not in _MESSAGES, rank


def _scalars(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _scalars(member, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _scalars(item, (*path, place))
    else:
        yield path, value


def _lists(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(value, list):
        yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _lists(member, (*path, name))
