"""Looks at the answer that tells how a submission stands: its form, and that it continues what was seen before."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import unquote

from contract_tests.http.client import Reply
from contract_tests.judging.accuser import Accuser
from contract_tests.judging.submitted import Submitted, record_path
from contract_tests.reading.equality import canonical, identical


class Observer:
    """Checks everything that a status tells but the outcomes; raises Broken."""

    def __init__(self, accuser: Accuser) -> None:
        self._accuser = accuser

    def take(self, made: Submitted, reply: Reply) -> None:
        """Check the form of a status answer, and that it continues what was seen before."""
        value = reply.json()
        overall, result = parts(value)
        self._check_entries(made, result)
        states = [str(entry["status"]["state"]) for entry in result]
        for number, entry in enumerate(result):
            self._check_entry(made, number, entry, states[number])
        self._check_unit(made, states)
        self._check_overall(made, overall, states)
        self._check_continues(made, states, result)
        made.states = states
        made.seen = result
        for state in states:
            name = f"{made.submission.lifecycle.name}.{state}"
            self._accuser.coverage.count("states", self._accuser.contract.name, name)

    def _check_entries(self, made: Submitted, result: Any) -> None:
        if not isinstance(result, list) or len(result) != len(made.entries):
            came = f"{len(result)} entries" if isinstance(result, list) else "no list"
            raise self._accuser.blame(
                made, "result.entries", [f"{len(made.entries)} entries"], came
            )
        for entry in result:
            state = entry.get("status") if isinstance(entry, dict) else None
            if not isinstance(state, dict) or "state" not in state or "data" not in entry:
                raise self._accuser.blame(
                    made,
                    "result.entries",
                    ["entries of {data, status: {state, ...}}"],
                    json.dumps(entry)[:200],
                )
        pairs = list(zip((entry["data"] for entry in result), made.entries, strict=True))
        differs = (n for n, (got, sent) in enumerate(pairs) if not identical(got, sent.value))
        number = next(differs, None)
        if number is None:
            return
        known = Counter(canonical(sent.value) for _, sent in pairs)
        if Counter(canonical(got) for got, _ in pairs) == known:
            raise self._accuser.blame(
                made,
                "result.order",
                ["the items in request order"],
                json.dumps([entry["data"] for entry in result])[:500],
            )
        raise self._accuser.blame(
            made,
            "result.echo",
            [made.entries[number].text],
            json.dumps(result[number]["data"], ensure_ascii=False),
            number,
        )

    def _check_entry(self, made: Submitted, number: int, entry: Any, state: str) -> None:
        lifecycle = made.submission.lifecycle
        if state not in lifecycle.states:
            raise self._accuser.blame(made, "state.declared", lifecycle.states, state, number)
        if state == lifecycle.initial and not made.submission.asynchronous:
            raise self._accuser.blame(
                made, "submission.synchronous", ["a final state"], state, number
            )
        errors = entry["status"].get("validation_errors")
        if not isinstance(errors, list) or not all(isinstance(one, str) for one in errors):
            raise self._accuser.blame(
                made, "errors.form", ["an array of strings"], repr(errors), number
            )
        quiet = state == lifecycle.initial or state in lifecycle.saving
        if quiet and errors:
            raise self._accuser.blame(
                made, "errors.empty", ["[]"], f"{state} with {errors}", number
            )
        if not quiet and not any(one.strip() for one in errors):
            raise self._accuser.blame(
                made, "errors.present", ["at least one entry"], f"{state} with {errors}", number
            )
        self._check_url(made, number, entry, state)

    def _check_url(self, made: Submitted, number: int, entry: Any, state: str) -> None:
        record = made.submission.record
        if record is None or not made.submission.shows_url:
            return
        saved = state in made.submission.lifecycle.saving
        url = entry.get("url")
        if saved:
            path = record_path(made.submission, made.entries[number].value)
            if not isinstance(url, str) or not unquote(url).endswith(path):
                raise self._accuser.blame(made, "url.saved", [path], repr(url), number)
        elif url is not None:
            raise self._accuser.blame(
                made, "url.saved", ["no url"], f"{state} with {url!r}", number
            )

    def _check_unit(self, made: Submitted, states: list[str]) -> None:
        initial = made.submission.lifecycle.initial
        if initial in states and any(state != initial for state in states):
            raise self._accuser.blame(
                made, "state.unit", ["all Pending, or none"], ", ".join(states[:50])
            )

    def _check_overall(self, made: Submitted, overall: Any, states: list[str]) -> None:
        if overall is None:
            return
        initial = made.submission.lifecycle.initial
        expected = "Pending" if initial in states else "Completed"
        if overall != expected:
            raise self._accuser.blame(
                made,
                "status.overall",
                [expected],
                f"{overall!r} while the items are {', '.join(sorted(set(states)))}",
            )

    def _check_continues(self, made: Submitted, states: list[str], result: list[Any]) -> None:
        initial = made.submission.lifecycle.initial
        for number, before in enumerate(made.states):
            if before != initial and states[number] != before:
                raise self._accuser.blame(made, "state.final", [before], states[number], number)
            if before != initial and made.seen is not None and made.settled:
                old, new = made.seen[number]["status"], result[number]["status"]
                if not identical(old, new):
                    raise self._accuser.blame(
                        made, "result.same-answer", [json.dumps(old)], json.dumps(new), number
                    )


def parts(value: Any) -> tuple[Any, Any]:
    """Return the overall status (None for a bare array) and the entries."""
    if isinstance(value, list):
        return None, value
    if isinstance(value, dict):
        return value.get("status"), value.get("result")
    return None, None
