"""Reads a status through its filter by state, and compares it with what is known unfiltered."""

from __future__ import annotations

import json

from contract_tests.http.messages import Request
from contract_tests.judging import catalogue
from contract_tests.judging.asking import Asked
from contract_tests.judging.chosen_form import comparable
from contract_tests.judging.findings import Breach
from contract_tests.judging.session import Session
from contract_tests.judging.status_answer import ShownStatus, opened
from contract_tests.judging.story import Submitted
from contract_tests.reading.contract import Parameter
from contract_tests.reading.equality import canonical
from contract_tests.reading.silences import AnyOrderOfResults, OtherFilter


def filtered(
    session: Session, made: Submitted, parameter: Parameter, value: str, state: str
) -> None:
    """Read a status with a filter and compare it with what is known unfiltered."""
    requirement = catalogue.FILTER_ITEMS if value == state else catalogue.FILTER_SPELLING
    free = session.freedom.leaves_open(OtherFilter)
    asked = session.read_status(made, f"?{parameter.name}={value}")
    if asked.reply.status != 200:
        if any(one.values is not None and value not in one.values for one in free):
            return
        raise session.broken(made, Breach(requirement, ("200",), asked.reply.told))
    shown = opened(asked.reply.json(), made.submission.form)
    if not made.final:
        return
    expected = [
        entry.raw
        for entry, known in zip(made.shown or [], made.states, strict=True)
        if known == state
    ]
    came = _raw(shown)
    if came is not None and _is_by_overall(session, made, parameter):
        whole = [entry.raw for entry in made.shown or []]
        expected = whole if value.lower() == str(made.submission.form.done).lower() else []
    expected = [comparable(one, made, session.freedom) for one in expected]
    came = None if came is None else [comparable(one, made, session.freedom) for one in came]
    if came is not None and session.freedom.leaves_open(AnyOrderOfResults):
        came, expected = (
            sorted(each, key=lambda one: repr(canonical(one))) for each in (came, expected)
        )
    if came is not None and canonical(came) != canonical(expected):
        told = f"?{parameter.name}={value}: {len(came)} items, {json.dumps(_states(shown))[:200]}"
        wanted = (f"the {len(expected)} items that are {state}",)
        raise session.broken(made, Breach(requirement, wanted, told))
    done = made.submission.form.done
    if shown.overall not in {None, done} and not any(one.scope for one in free):
        raise session.broken(made, Breach(catalogue.FILTER_OVERALL, (done,), str(shown.overall)))


def _is_by_overall(session: Session, made: Submitted, parameter: Parameter) -> bool:
    """Whether a server filters by the overall status, where a silence leaves that open: the final one lists all there is."""
    scoped = [silence for silence, one in session.freedom.open(OtherFilter) if one.scope]
    done = str(made.submission.form.done)
    if not scoped or set(made.states) <= {done}:
        return False
    listed = _listed(session.read_status(made, f"?{parameter.name}={done}"), made)
    if listed is None or len(listed) != len(made.entries):
        return False
    told = f"?{parameter.name}={done} lists {len(listed)} of {len(made.entries)} items"
    session.coverage.saw(scoped[0], told, as_chosen=False)
    return True


def _listed(asked: Asked, made: Submitted) -> list[object] | None:
    """Return the entries that an answer lists, None where it lists none that can be read."""
    if asked.reply.status != 200:
        return None
    try:
        return _raw(opened(asked.reply.json(), made.submission.form))
    except ValueError:
        return None


def _raw(shown: ShownStatus) -> list[object] | None:
    """Return the entries as they came; None where there is no list of whole entries."""
    if shown.entries is None:
        return None
    return [entry.raw if entry is not None else None for entry in shown.entries]


def _states(shown: ShownStatus) -> list[object]:
    return [entry.state if entry is not None else None for entry in shown.entries or ()]


def filtered_while_pending(session: Session, made: Submitted, parameter: Parameter) -> None:
    """Compare the filters with each other while a submission (perhaps) waits."""
    if session.poll(made):
        return
    submission = made.submission
    for state in submission.lifecycle.states:
        if state not in parameter.values:
            continue
        query = f"?{parameter.name}={state}"
        asked = session.read_status(made, query)
        if session.poll(made):
            return  # it became final meanwhile: nothing can be said
        count = len(made.entries) if state == submission.lifecycle.initial else 0
        answered = asked.reply.status == 200
        shown = opened(asked.reply.json() if answered else None, submission.form)
        if any(_may_differ(one, state) for one in session.freedom.leaves_open(OtherFilter)):
            continue
        if shown.entries is None or len(shown.entries) != count:
            came = f"{query}: {asked.reply.told}"
            raise session.broken(made, Breach(catalogue.FILTER_ITEMS, (f"{count} items",), came))
        waiting = submission.form.waiting
        if shown.overall is not None and shown.overall != waiting:
            came = f"{query}: {shown.overall!r}"
            raise session.broken(made, Breach(catalogue.FILTER_OVERALL, (waiting,), came))


def _may_differ(other: OtherFilter, state: str) -> bool:
    """Whether a filter may do something else with a state."""
    return other.scope is not None or (other.values is not None and state not in other.values)


def filtered_by_nonsense(
    session: Session, made: Submitted, parameter: Parameter, value: str
) -> None:
    """Check that a value that the filter does not know is refused.

    Where it may give an empty list, or all, it gives no other: that would be a value that is known after all.
    """
    status, asking = made.submission.status, session.asking
    if status is None:
        return
    path = f"{made.status_path}?{parameter.name}={value}"
    asked = asking.ask(made.story, status, Request("GET", path, caller=made.caller))
    free = session.freedom.leaves_open(OtherFilter)
    # An empty value is often taken for none.
    tolerated = not value or any(one.unknown for one in free)
    if tolerated and asked.reply.status == 200:
        listed = _listed(asked, made)
        if listed is None or len(listed) in {0, len(made.entries)}:
            return
    asking.require_refused(asked, catalogue.FILTER_UNKNOWN, (400,))
    asking.require_error_form(asked, pointers=True)


def filtered_twice(session: Session, made: Submitted, parameter: Parameter) -> None:
    """Check that two values, and none, of which nobody says what they mean, let nothing fail."""
    status, name = made.submission.status, parameter.name
    one, two = (parameter.values * 2)[:2]
    for query in (f"{name}={one}&{name}={two}", name, "%25", "&&", "="):
        if status is not None:
            request = Request("GET", f"{made.status_path}?{query}", caller=made.caller)
            session.asking.ask(made.story, status, request)
