"""Where the members of a status answer stand, by the schema that the contract has for it.

The entries are the answer itself or its one array of objects; the state is the text of an entry with an enumeration
of states; the errors stand beside it; the item is the object that does not lead to it; the url is a text in the form
of one. Where the schema does not tell, the names are `result`, `data`, `status.state`, `status.validation_errors`
and `status`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from contract_tests.reading.schemas import folded, kinds, members

Names = tuple[str, ...]


@dataclass(frozen=True)
class StatusForm:
    """The way to each member: to `overall` and `entries` from the top, to the others from an entry.

    `waiting` and `done` are what `overall` tells while an item waits and when none does.
    """

    entries: Names = ("result",)
    overall: Names | None = ("status",)
    waiting: str = "Pending"
    done: str = "Completed"
    item: Names = ("data",)
    state: Names = ("status", "state")
    errors: Names = ("status", "validation_errors")
    url: Names | None = None


USUAL = StatusForm()


def status_form(schema: object, states: Collection[str], initial: str | None) -> StatusForm:
    """Return the form of an answer with a schema without references, for items that have these states."""
    entries = _entries(schema)
    array = folded(schema) if not entries else folded(members(schema).get(entries[0]))
    entry = array.get("items", {})
    state = next(_ways_to_state(entry, states), USUAL.state)
    overall = _overall(schema) if entries else None
    waiting, done = _overall_words(schema, overall, initial)
    return StatusForm(
        entries=entries,
        overall=overall,
        waiting=waiting,
        done=done,
        item=_item(entry, state),
        state=state,
        errors=_errors(entry, state),
        url=_url(entry),
    )


def _entries(schema: object) -> Names:
    if "array" in kinds(folded(schema)):
        return ()
    arrays = [name for name, one in members(schema).items() if "items" in folded(one)]
    return (arrays[0],) if len(arrays) == 1 else USUAL.entries


def _ways_to_state(entry: object, states: Collection[str], way: Names = ()) -> Iterator[Names]:
    """Yield the ways to texts with an enumeration of states, those nearest to the entry first."""
    known = members(entry)
    for name, one in known.items():
        values = _values(one)
        if values and all(one in states for one in values):
            yield (*way, name)
    for name, one in known.items():
        yield from _ways_to_state(one, states, (*way, name))


def _values(schema: object) -> list[object]:
    known = folded(schema)
    return [known["const"]] if "const" in known else list(known.get("enum", ()))


def _overall(schema: object) -> Names | None:
    found = (name for name, one in members(schema).items() if _values(one))
    return next(((name,) for name in found), None)


def _overall_words(schema: object, overall: Names | None, initial: str | None) -> tuple[str, str]:
    values = _values(members(schema).get(overall[0])) if overall else []
    if not values:
        return USUAL.waiting, USUAL.done
    waiting = initial if initial in values else values[0]
    return str(waiting), str(next((one for one in reversed(values) if one != waiting), values[-1]))


def _item(entry: object, state: Names) -> Names:
    objects = [
        name
        for name, one in members(entry).items()
        if name != state[0] and kinds(folded(one)) & {"object"}
    ]
    return (objects[0],) if objects else USUAL.item


def _errors(entry: object, state: Names) -> Names:
    beside: Mapping[str, object] = members(entry)
    for name in state[:-1]:
        beside = members(beside.get(name))
    for kind in ("array", "string"):
        for name, one in beside.items():
            if name != state[-1] and kind in kinds(folded(one)):
                return (*state[:-1], name)
    return USUAL.errors


def _url(entry: object) -> Names | None:
    for name, one in members(entry).items():
        if str(folded(one).get("format", "")).startswith("uri"):
            return (name,)
    return None
