"""An answer about a submission in the form that the contract chose, where a server takes an alternative of a silence.

Only documented mode makes it so; which silences it met on the way is told with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.judging.freedom import Freedom
from contract_tests.judging.story import Entry, Submitted, record_path
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import canonical, identical
from contract_tests.reading.schemas import described
from contract_tests.reading.silences import (
    AnyOrderOfResults,
    OtherMember,
    OtherStatusAnswer,
    UnknownMembers,
)
from contract_tests.reading.status_form import Names


@dataclass
class Chosen:
    """An answer in the form that the contract chose, and what a server does instead, by silence."""

    value: Any
    met: dict[str, str] = field(default_factory=dict)


def in_chosen_form(value: Any, made: Submitted, freedom: Freedom) -> Chosen:
    """Return a status answer as the contract chose it, as far as its silences leave open how it looks."""
    chosen = Chosen(value)
    for silence, one in freedom.open(OtherStatusAnswer):
        if _is_elsewhere(chosen.value, made.submission, one):
            chosen.value = _moved(chosen.value, made, one)
            chosen.met[silence] = "the answer has the other form"
    found = _at(chosen.value, made.submission.form.entries)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return chosen
    # Which entry holds which item is settled before anything is given back to an item.
    for silence, _ in freedom.open(AnyOrderOfResults):
        ordered = _in_request_order(found, made, twins=silence in freedom.taken)
        if ordered is not None:
            chosen.met[silence] = "in another order"
            found = ordered
    entries = [_Entry(one, made.submission, chosen.met) for one in found]
    for silence, member in freedom.open(OtherMember):
        for number, entry in enumerate(entries):
            sent = made.entries[number] if len(entries) == len(made.entries) else None
            entry.restore(silence, member, sent)
    for silence, unknown in freedom.open(UnknownMembers):
        if unknown.are == "dropped" and len(entries) == len(made.entries):
            for entry, sent in zip(entries, made.entries, strict=True):
                entry.restore_dropped(silence, sent)
    values = [one.value for one in entries]
    chosen.value = _put(chosen.value, made.submission.form.entries, values)
    return chosen


# --- an answer that stands elsewhere -----------------------------------------------------------------


def _is_elsewhere(value: Any, submission: Submission, other: OtherStatusAnswer) -> bool:
    pointer = other.pointers.get("entries")
    here = isinstance(_at(value, submission.form.entries), list)
    return not here and pointer is not None and isinstance(_at(value, _way(pointer)), list)


def _way(pointer: str) -> Names:
    return tuple(part for part in pointer.split("/") if part)


def _moved(value: Any, made: Submitted, other: OtherStatusAnswer) -> Any:
    form, submission = made.submission.form, made.submission
    entries = [
        _with_url(one, number, made, other)
        for number, one in enumerate(_at(value, _way(other.pointers["entries"] or "")))
    ]
    if not form.entries:
        return entries
    whole = _put({}, form.entries, entries)
    if form.overall is None:
        return whole
    states = [_at(one, form.state) for one in entries]
    waiting = submission.lifecycle.initial in states
    return _put(whole, form.overall, form.waiting if waiting else form.done)


def _with_url(entry: Any, number: int, made: Submitted, other: OtherStatusAnswer) -> Any:
    """Return an entry with its url where the contract has one and the answer has none, or the other way round."""
    form, submission = made.submission.form, made.submission
    if not isinstance(entry, dict) or "url" not in other.pointers:
        return entry
    pointer = other.pointers["url"]
    if pointer is not None:
        name = _way(pointer)[-1]
        return {key: one for key, one in entry.items() if key != name}
    saved = _at(entry, form.state) in submission.lifecycle.saving
    if form.url is None or not saved or submission.record is None or number >= len(made.entries):
        return entry
    return _put(entry, form.url, record_path(submission, made.entries[number].value))


# --- the members of an entry -------------------------------------------------------------------------


class _Entry:
    """An entry of an answer whose members are put in the form that the contract chose."""

    def __init__(
        self, value: Mapping[str, Any], submission: Submission, met: dict[str, str]
    ) -> None:
        self.value: Any = value
        self._submission = submission
        self._form = submission.form
        self._met = met

    def restore(self, silence: str, other: OtherMember, sent: Entry | None) -> None:
        """Give a member its chosen form."""
        state = _at(self.value, self._form.state)
        if other.states and state not in other.states:
            return
        for way, act in (
            (self._form.errors, self._errors),
            (self._form.item, self._item),
            (self._form.url or (), self._url),
        ):
            if way and way[-1] == other.name:
                act(silence, other, way, sent)

    def _errors(self, silence: str, other: OtherMember, way: Names, _: Entry | None) -> None:
        came = _at(self.value, way)
        text = other.form == "text" and isinstance(came, str)
        null = other.form == "null" and came is None and _has(self.value, way)
        absent = other.form == "absent" and not _has(self.value, way)
        if text or null or absent:
            self.value = _put(self.value, way, [came] if came else [])
            self._met[silence] = f"{way[-1]} is {other.form}"

    def _item(self, silence: str, other: OtherMember, way: Names, sent: Entry | None) -> None:
        came = _at(self.value, way)
        if sent is not None and other.form in {"empty", "null", "absent"} and not came:
            self.value = _put(self.value, way, sent.value)
            self._met[silence] = f"{way[-1]} is {other.form}"

    def _url(self, silence: str, other: OtherMember, way: Names, _: Entry | None) -> None:
        saved = _at(self.value, self._form.state) in self._submission.lifecycle.saving
        if other.form == "present" and not saved and _has(self.value, way):
            inner = {name: one for name, one in self.value.items() if name != way[-1]}
            self.value = inner if len(way) == 1 else self.value
            self._met[silence] = f"{way[-1]} is present"

    def restore_dropped(self, silence: str, sent: Entry) -> None:
        """Give an item the members back that nobody described, where a server leaves them out."""
        came = _at(self.value, self._form.item)
        less = described(sent.value, self._submission.item_schema)
        if not identical(came, sent.value) and identical(came, less):
            self.value = _put(self.value, self._form.item, sent.value)
            self._met[silence] = "members that nobody described are dropped"


def comparable(entry: Any, made: Submitted, freedom: Freedom) -> Any:
    """Return an entry without what a server was seen to leave out of it, or to show otherwise.

    Of an answer that has some of the entries alone nobody can tell which of them hold what.
    """
    form, schema = made.submission.form, made.submission.item_schema
    state = _at(entry, form.state)
    for silence, _ in freedom.open(UnknownMembers):
        item = _at(entry, form.item)
        if silence in made.otherwise and item is not None:
            entry = _put(entry, form.item, described(item, schema))
    for silence, one in freedom.open(OtherMember):
        for way in (form.errors, form.item, form.url or ()):
            concerns = silence in made.otherwise and (not one.states or state in one.states)
            if concerns and way[-1:] == (one.name,):
                entry = _put(entry, way, None)
    return entry


# --- the order of entries ----------------------------------------------------------------------------


def _in_request_order(values: Sequence[Any], made: Submitted, *, twins: bool) -> list[Any] | None:
    """Return entries in the order of the items that they hold; of equal items the saved one first.

    None where they stand so already; entries that equal items alone tell apart do unless `twins` says otherwise.
    """
    submission = made.submission
    wanted_items = list(_wanted(made, len(values)))
    items = [_item_of(one, submission) for one in values]
    if items == wanted_items and not twins:
        return None
    waiting = sorted(
        range(len(values)),
        key=lambda n: _at(values[n], submission.form.state) not in submission.lifecycle.saving,
    )
    ordered = []
    for wanted in wanted_items:
        found = next((number for number in waiting if items[number] == wanted), None)
        if found is None:
            return None
        waiting.remove(found)
        ordered.append(found)
    return None if waiting or ordered == sorted(ordered) else [values[n] for n in ordered]


def _wanted(made: Submitted, count: int) -> Iterator[object]:
    if count == len(made.entries):
        yield from (canonical(entry.value) for entry in made.entries)


def _item_of(entry: Any, submission: Submission) -> object:
    return canonical(_at(entry, submission.form.item))


# --- ways --------------------------------------------------------------------------------------------


def _at(value: Any, way: Names) -> Any:
    for name in way:
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return value


def _has(value: Any, way: Names) -> bool:
    outer = _at(value, way[:-1])
    return isinstance(outer, dict) and way[-1] in outer


def _put(value: Any, way: Names, new: Any) -> Any:
    if not way:
        return new
    known = value if isinstance(value, dict) else {}
    return {**known, way[0]: _put(known.get(way[0]), way[1:], new)}
