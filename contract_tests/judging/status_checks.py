"""What an answer about a submission must tell, whatever the outcomes are: its form, and that it continues what was seen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Breach
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.status_answer import ShownEntry, ShownStatus
from contract_tests.judging.story import Submitted, record_path
from contract_tests.reading.equality import canonical, identical
from contract_tests.reading.silences import AnyOrderOfResults, ItemByItem, OtherMember


def breach_of(made: Submitted, shown: ShownStatus, freedom: Freedom) -> Breach | None:
    """Return the first requirement that an answer breaks, None when it keeps all of them."""
    breach = next(_entries(made, shown, freedom), None)
    if breach is not None or shown.entries is None:
        return breach
    entries = [entry for entry in shown.entries if entry is not None]
    return next(_of_entries(made, shown, entries, freedom), None)


def _entries(made: Submitted, shown: ShownStatus, freedom: Freedom) -> Iterator[Breach]:
    """Yield what is wrong with the list of entries, and with the items in them."""
    entries, count = shown.entries, len(made.entries)
    if entries is None or len(entries) != count:
        came = "no list" if entries is None else f"{len(entries)} entries"
        yield Breach(catalogue.RESULT_ENTRIES, (f"{count} entries",), came)
        return
    for entry in entries:
        if entry is None:
            expected = "entries with the item and its state"
            yield Breach(catalogue.RESULT_ENTRIES, (expected,), _text(shown.raw)[:200])
            return
    yield from _echo(made, [entry.item for entry in entries if entry is not None], freedom)


def _echo(made: Submitted, items: list[object], freedom: Freedom) -> Iterator[Breach]:
    sent = [entry.value for entry in made.entries]
    pairs = enumerate(zip(items, sent, strict=True))
    number = next((n for n, (came, one) in pairs if not identical(came, one)), None)
    if number is None:
        return
    if Counter(map(canonical, items)) == Counter(map(canonical, sent)):
        if not freedom.leaves_open(AnyOrderOfResults):
            expected = "the items in request order"
            yield Breach(catalogue.RESULT_ORDER, (expected,), json.dumps(items)[:500])
        return
    expected, came = made.entries[number].text, _text(items[number])
    yield Breach(catalogue.RESULT_ECHO, (expected,), came, number)


def _of_entries(
    made: Submitted, shown: ShownStatus, entries: list[ShownEntry], freedom: Freedom
) -> Iterator[Breach]:
    states = [str(entry.state) for entry in entries]
    for number, entry in enumerate(entries):
        yield from _entry(made, number, entry, freedom)
    yield from _unit(made, states, freedom)
    yield from _overall(made, shown.overall, states)
    yield from _continues(made, entries, states)


def _entry(made: Submitted, number: int, entry: ShownEntry, freedom: Freedom) -> Iterator[Breach]:
    lifecycle, state = made.submission.lifecycle, str(entry.state)
    if state not in lifecycle.states:
        yield Breach(catalogue.STATE_DECLARED, lifecycle.states, state, number)
        return
    if state == lifecycle.initial and not made.submission.asynchronous:
        expected = ("a final state",)
        yield Breach(catalogue.SUBMISSION_SYNCHRONOUS, expected, state, number)
    errors = entry.errors
    if not isinstance(errors, list) or not all(isinstance(one, str) for one in errors):
        yield Breach(catalogue.ERRORS_FORM, ("an array of strings",), repr(errors), number)
        return
    quiet = state == lifecycle.initial or state in lifecycle.saving
    if quiet and errors:
        yield Breach(catalogue.ERRORS_EMPTY, ("[]",), f"{state} with {errors}", number)
    if not quiet and not any(one.strip() for one in errors):
        expected = ("at least one entry",)
        yield Breach(catalogue.ERRORS_PRESENT, expected, f"{state} with {errors}", number)
    yield from _url(made, number, entry, state in lifecycle.saving, freedom)


def _url(
    made: Submitted, number: int, entry: ShownEntry, saved: bool, freedom: Freedom
) -> Iterator[Breach]:
    submission, url = made.submission, entry.url
    if submission.record is None or submission.form.url is None:
        return
    if saved:
        path = record_path(submission, made.entries[number].value)
        if not isinstance(url, str) or not unquote(url).endswith(path):
            yield Breach(catalogue.URL_SAVED, (path,), repr(url), number)
    elif url is not None:
        name = submission.form.url[-1]
        free = freedom.leaves_open(OtherMember)
        if not any(one.name == name and one.form == "present" for one in free):
            came = f"{entry.state} with {url!r}"
            yield Breach(catalogue.URL_SAVED, ("no url",), came, number)


def _unit(made: Submitted, states: list[str], freedom: Freedom) -> Iterator[Breach]:
    if is_half_done(made, states) and not freedom.leaves_open(ItemByItem):
        expected = (f"all {made.submission.lifecycle.initial}, or none",)
        yield Breach(catalogue.STATE_UNIT, expected, ", ".join(states[:50]))


def is_half_done(made: Submitted, states: list[str]) -> bool:
    """Whether some items are final while others are not."""
    initial = made.submission.lifecycle.initial
    return initial in states and any(state != initial for state in states)


def _overall(made: Submitted, overall: object, states: list[str]) -> Iterator[Breach]:
    if overall is None:
        return
    form = made.submission.form
    expected = form.waiting if made.submission.lifecycle.initial in states else form.done
    if overall != expected:
        came = f"{overall!r} while the items are {', '.join(sorted(set(states)))}"
        yield Breach(catalogue.STATUS_OVERALL, (expected,), came)


def _continues(made: Submitted, entries: list[ShownEntry], states: list[str]) -> Iterator[Breach]:
    initial = made.submission.lifecycle.initial
    for number, before in enumerate(made.states):
        if before == initial:
            continue
        if states[number] != before:
            yield Breach(catalogue.STATE_FINAL, (before,), states[number], number)
        if made.shown is not None and made.settled:
            old, new = made.shown[number].verdict, entries[number].verdict
            if not identical(old, new):
                expected = (json.dumps(old),)
                yield Breach(catalogue.RESULT_SAME_ANSWER, expected, json.dumps(new), number)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
