"""Where the members of a status answer stand follows from the schema of the answer."""

from __future__ import annotations

from contract_tests.reading.reader import read
from contract_tests.reading.status_form import USUAL, status_form
from tests.contract_tests.contracts import BOTH, CLIENT, V1_FILE

STATES = ("Waiting", "Kept", "Refused")


def test_the_shipped_contracts_have_the_usual_form() -> None:
    assert CLIENT.form.state == USUAL.state
    assert (CLIENT.form.entries, CLIENT.form.overall) == (("result",), ("status",))
    assert BOTH.form.entries == ("result",)


def test_an_answer_that_is_the_list_itself_has_no_overall_status() -> None:
    v1 = read(str(V1_FILE)).submissions[0].form
    assert (v1.entries, v1.overall) == ((), None)


def test_other_names_are_found_by_what_they_hold() -> None:
    entry = {
        "properties": {
            "verdict": {"properties": {"code": {"enum": [*STATES]}, "reasons": {"type": "array"}}},
            "sent": {"type": "object"},
            "link": {"type": "string", "format": "uri"},
        }
    }
    schema = {
        "properties": {
            "phase": {"enum": ["Waiting", "Over"]},
            "lines": {"type": "array", "items": entry},
        }
    }
    form = status_form(schema, STATES, "Waiting")
    assert form.entries == ("lines",)
    assert (form.overall, form.waiting, form.done) == (("phase",), "Waiting", "Over")
    assert form.state == ("verdict", "code")
    assert form.errors == ("verdict", "reasons")
    assert form.item == ("sent",)
    assert form.url == ("link",)


def test_where_the_schema_says_nothing_the_usual_names_hold() -> None:
    assert status_form({}, STATES, None).state == USUAL.state
    assert status_form(True, STATES, None).entries == USUAL.entries
