"""Reads records by their keys, and compares them with what the server said it has saved."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from contract_tests.http.messages import Request
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.records import key_of
from contract_tests.judging.session import Session
from contract_tests.judging.story import Submitted, key_member, record_path
from contract_tests.reading.contract import Submission
from contract_tests.reading.validators import fits

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")  # what stands in a path as it is


def read(path: str, caller: Caller = Caller.FIRST) -> Request:
    """Return the request that reads a record."""
    return Request("GET", path, caller=caller)


def look_again(session: Session, made: Sequence[Submitted]) -> None:
    """Final is for ever: read every status again, and every record. Raises Broken."""
    for one in made:
        if one.submission.asynchronous:
            session.poll(one)
        _read_records(session, one)


def _read_records(session: Session, made: Submitted) -> None:
    submission = made.submission
    if submission.record is None or not submission.lifecycle.key:
        return
    store = session.outcomes.records.of(made.caller, submission)
    keys = {
        key_of(submission, entry.value): number
        for number, entry in enumerate(made.entries)
        if is_readable(submission, entry.value)
    }
    most = session.plan.effort.pick(12, 500, 2000)  # of a long batch, some from all over it
    for key, number in list(keys.items())[:: max(1, -(-len(keys) // most))]:
        _check_record(session, made, number, [saved.value for saved in store.get(key, [])])


def _check_record(session: Session, made: Submitted, number: int, saved: list[Hashable]) -> None:
    """Read one record and compare it with the values that may stand there."""
    record, entry, asking = made.submission.record, made.entries[number], session.asking
    if record is None:
        return
    request = read(record_path(made.submission, entry.value), made.caller)
    asked = asking.ask(made.story, record, request, f"{request.told} after {entry.text}")
    if not saved:
        if asked.reply.status != 404:
            raise asking.breaks(asked, catalogue.RECORD_ABSENT, "404")
        asking.require_error_form(asked)
        return
    if asked.reply.status != 200:
        raise asking.breaks(asked, catalogue.RECORD_SAVED, "200")
    likeness = session.freedom.likeness
    text, schema = asked.reply.body.decode("utf-8", "replace"), made.submission.item_schema
    if likeness.form(asked.reply.json(), text, schema) not in saved:
        raise asking.breaks(asked, catalogue.RECORD_KEPT, "the record as it was saved")


def is_readable(submission: Submission, value: object) -> bool:
    """Whether a key can stand in a path: plain text that the parameters allow."""
    record = submission.record
    if record is None or not isinstance(value, dict):
        return False
    if record.path.count("{") != len(submission.lifecycle.key):
        return False  # it is read by more, or by less, than its key
    members = [value.get(member) for member in submission.lifecycle.key]
    if not all(isinstance(one, str) and _PLAIN.fullmatch(one) for one in members):
        return False
    return all(
        fits(parameter.schema, value[key_member(submission, parameter.name)])
        for parameter in record.parameters
        if parameter.where == "path"
    )
