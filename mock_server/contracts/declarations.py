"""What a contract declares of the fate of its items: `x-lifecycles`, `x-rules` and `x-silences`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_server.contracts.documents import Document, escape
from mock_server.contracts.expressions import Expression, ExpressionError
from mock_server.contracts.lifecycles import CONDITIONS, Lifecycle, Row, State
from mock_server.contracts.words import VALUES, check_members, nearest

_LIFECYCLE_WORDS = {"key", "records", "states", "outcomes", "x-silence"}
_STATE_WORDS = {"initial", "saved"}
_ROW_WORDS = {"when", "then", "source", "silence", "message"}
_RULE_WORDS = {"id", "rule", "message", "source", "silence"}
_SILENCE_WORDS = {
    "id",
    "question",
    "choice",
    "alternatives",
    "about",
    "instead",
    "basis",
}


def lifecycles(document: Document) -> dict[str, Lifecycle]:
    """Return the lifecycles of a document by name. Raises ContractError."""
    base = "/components/x-lifecycles"
    declared = document.mapping(base, "a map of lifecycles")
    return {
        name: _lifecycle(document, f"{base}/{escape(name)}", name, raw)
        for name, raw in declared.items()
    }


def _lifecycle(document: Document, pointer: str, name: str, raw: Any) -> Lifecycle:
    raw = check_members(
        document, pointer, raw, _LIFECYCLE_WORDS, ("key", "records", "states", "outcomes")
    )
    key = raw["key"]
    if not isinstance(key, list) or not all(isinstance(member, str) for member in key):
        raise document.error(f"{pointer}/key", "`key` is a list of member names.")
    states = _states(document, f"{pointer}/states", raw["states"])
    return Lifecycle(
        name=name,
        key=tuple(key),
        records=str(raw["records"]),
        states=states,
        rows=_rows(document, f"{pointer}/outcomes", raw["outcomes"], states),
    )


def _states(document: Document, pointer: str, raw: Any) -> dict[str, State]:
    if not isinstance(raw, Mapping) or not raw:
        raise document.error(pointer, "`states` is a map of states.")
    states = {}
    for name, flags in raw.items():
        members = check_members(
            document, f"{pointer}/{escape(name)}", flags or {}, _STATE_WORDS, ()
        )
        states[name] = State(name, members.get("initial") is True, members.get("saved") is True)
    if sum(state.initial for state in states.values()) > 1:
        raise document.error(pointer, "more than one state is initial.")
    return states


def _rows(
    document: Document, pointer: str, raw: Any, states: Mapping[str, State]
) -> tuple[Row, ...]:
    if not isinstance(raw, list) or not raw:
        raise document.error(pointer, "`outcomes` is a list of rows.")
    rows = tuple(
        _row(document, f"{pointer}/{number}", number + 1, item, states)
        for number, item in enumerate(raw)
    )
    if not any(row.when == "otherwise" for row in rows):
        raise document.error(
            pointer, "no row holds `otherwise`.", "Add one at the end, for the items that are left."
        )
    return rows


def _row(
    document: Document, pointer: str, number: int, raw: Any, states: Mapping[str, State]
) -> Row:
    raw = check_members(document, pointer, raw, _ROW_WORDS, ("when", "then"))
    if raw["when"] not in CONDITIONS:
        raise document.error(
            f"{pointer}/when",
            f"the condition {raw['when']} is not understood.",
            nearest(str(raw["when"]), CONDITIONS),
        )
    state = states.get(str(raw["then"]))
    if state is None:
        raise document.error(
            f"{pointer}/then",
            f"the state {raw['then']} is not declared.",
            nearest(str(raw["then"]), states),
        )
    if state.initial:
        raise document.error(f"{pointer}/then", f"the state {state.name} is initial, not final.")
    return Row(
        number=number,
        when=raw["when"],
        then=state.name,
        message=raw.get("message"),
        source=raw.get("source"),
        silence=listed(raw.get("silence")),
    )


def listed(value: Any) -> tuple[str, ...]:
    """Return one text, or several, as a tuple."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (str(value),)


def check_rules(document: Document) -> None:
    """Raise ContractError for a rule that does not compile, or a silence with an unknown member."""
    for pointer, schema in schema_positions(document.content):
        for number, raw in enumerate(schema["x-rules"]):
            place = f"{pointer}/x-rules/{number}"
            rule = check_members(document, place, raw, _RULE_WORDS, ("id", "rule", "message"))
            try:
                Expression(str(rule["rule"]))
            except ExpressionError as error:
                raise document.error(
                    f"{place}/rule", f"the rule {rule['id']} does not compile: {error}."
                ) from None
    for number, raw in enumerate(document.content.get("x-silences") or ()):
        check_members(document, f"/x-silences/{number}", raw, _SILENCE_WORDS, ("id",))


def schema_positions(value: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every mapping below a value that carries `x-rules`, with its JSON pointer."""
    if isinstance(value, Mapping):
        if "x-rules" in value and isinstance(value["x-rules"], list):
            yield pointer, value
        for name, item in value.items():
            if name not in VALUES:
                yield from schema_positions(item, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from schema_positions(item, f"{pointer}/{number}")
