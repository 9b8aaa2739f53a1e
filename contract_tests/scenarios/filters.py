"""Reads a status through its filter by state, and compares it with what is known unfiltered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contract_tests.judging.observing import parts
from contract_tests.judging.session import Judge
from contract_tests.judging.submitted import Submitted
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import canonical


def filtered(judge: Judge, made: Submitted, value: str, state: str) -> None:
    """Read a status with a filter and compare it with what is known unfiltered."""
    status = made.submission.status
    assert status is not None  # noqa: S101
    parameter = state_filter(made.submission)
    name = parameter["name"] if parameter else "state"
    reply = judge.read_status(made, f"?{name}={value}")
    if reply.status != 200:
        rule = "filter.items" if value == state else "filter.spelling"
        raise judge.blame(made, rule, ["200"], reply.told())
    overall, result = parts(reply.json())
    made_states = list(made.states)
    if not made.final:
        return
    expected = [
        entry for entry, known in zip(made.seen or [], made_states, strict=True) if known == state
    ]
    if isinstance(result, list) and canonical(result) != canonical(expected):
        rule = "filter.items" if value == state else "filter.spelling"
        raise judge.blame(
            made,
            rule,
            [f"the {len(expected)} items that are {state}"],
            f"?{name}={value}: {len(result)} items, "
            f"{json.dumps([_state_of(one) for one in result])[:200]}",
        )
    if overall not in {None, "Completed"}:
        raise judge.blame(made, "filter.overall", ["Completed"], str(overall))


def filtered_while_pending(judge: Judge, made: Submitted) -> None:
    """Compare the filters with each other while a submission is (perhaps) Pending."""
    if judge.poll(made):
        return
    status, initial = made.submission.status, made.submission.lifecycle.initial
    assert status is not None  # noqa: S101
    parameter = state_filter(made.submission)
    values = (parameter or {}).get("schema", {}).get("enum", [])
    for state in made.submission.lifecycle.states:
        if state not in values or parameter is None:
            continue
        reply = judge.read_status(made, f"?{parameter['name']}={state}")
        overall, result = parts(reply.json()) if reply.status == 200 else (None, None)
        if judge.poll(made):
            return  # it became final meanwhile: nothing can be said
        count = len(made.entries) if state == initial else 0
        if not isinstance(result, list) or len(result) != count:
            raise judge.blame(
                made,
                "filter.items",
                [f"{count} items"],
                f"?{parameter['name']}={state}: {reply.told()}",
            )
        if overall is not None and overall != "Pending":
            raise judge.blame(
                made, "filter.overall", ["Pending"], f"?{parameter['name']}={state}: {overall!r}"
            )


def filtered_by_nonsense(judge: Judge, made: Submitted, value: str) -> None:
    """Check that a value that the filter does not know is refused."""
    status, parameter = made.submission.status, state_filter(made.submission)
    assert status is not None  # noqa: S101
    assert parameter is not None  # noqa: S101
    path = f"{made.status_path}?{parameter['name']}={value}"
    reply = judge.send(made.episode, status, path, who=made.who, sent=f"GET {path}")
    # An empty value is often taken for none.
    if not value and reply.status == 200:
        return
    judge.refused(made.episode, status, reply, "filter.unknown", f"GET {path}", [400])
    judge.error_form(made.episode, status, reply, f"GET {path}", pointers=True)


def filtered_twice(judge: Judge, made: Submitted) -> None:
    """Check that two values, and none, of which nobody says what they mean, let nothing fail."""
    status, parameter = made.submission.status, state_filter(made.submission)
    assert status is not None  # noqa: S101
    assert parameter is not None  # noqa: S101
    one, two = (parameter["schema"]["enum"] * 2)[:2]
    name = parameter["name"]
    for query in (f"{name}={one}&{name}={two}", name, "%25", "&&", "="):
        path = f"{made.status_path}?{query}"
        judge.send(made.episode, status, path, who=made.who, sent=f"GET {path}")


def state_filter(submission: Submission) -> Mapping[str, Any] | None:
    """Return the query parameter whose values are states."""
    if submission.status is None:
        return None
    for parameter in submission.status.parameters:
        values = parameter.get("schema", {}).get("enum", [])
        if parameter.get("in") == "query" and set(values) & set(submission.lifecycle.states):
            return parameter
    return None


def _state_of(entry: Any) -> Any:
    status = entry.get("status") if isinstance(entry, dict) else None
    return status.get("state") if isinstance(status, dict) else None
