"""Whether an answer is one that the contract documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from contract_tests.http.client import Reply
from contract_tests.reading.contract import Contract, Operation, inline
from contract_tests.reading.documents import UnreadableContract, resolve
from contract_tests.reading.patterns import ecma_pattern
from contract_tests.reading.validity import FORMATS, Properties

PROBLEM = "application/problem+json"


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    inherited = Draft202012Validator.VALIDATORS["pattern"]
    if isinstance(instance, str) and not ecma_pattern(pattern).search(instance):
        yield from inherited(validator, "^(?!)", instance, schema)


_KIND: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern}
)


class Answers:
    """Checks answers against the responses that a contract documents."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._validators: dict[int, Any] = {}

    def documented(self, operation: Operation, status: int) -> Mapping[str, Any] | None:
        """Return the response object of a status: exact, of its range, or the default."""
        responses = operation.raw.get("responses", {})
        for name in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if name in responses:
                found = resolve(self._contract.document, responses[name])
                return found if isinstance(found, dict) else None
        return None

    def success(self, operation: Operation) -> int:
        """Return the status of success that an operation documents."""
        codes = [str(code) for code in operation.raw.get("responses", {})]
        return min(
            (int(code) for code in codes if code.startswith("2") and code.isdigit()), default=200
        )

    def faults(self, operation: Operation, reply: Reply) -> list[str]:
        """Return what in an answer differs from the contract, as sentences."""
        response = self.documented(operation, reply.status)
        if response is None:
            codes = ", ".join(str(code) for code in operation.raw.get("responses", {}))
            return [f"status {reply.status} is not documented; {codes} are"]
        found = list(self._header_faults(response, reply))
        content = response.get("content", {})
        if not content:
            return found
        if reply.media_type not in {name.split(";")[0].strip().lower() for name in content}:
            return [
                *found,
                f"content type {reply.media_type or '(none)'} is not documented; "
                f"{', '.join(content)} is",
            ]
        media = next(
            media
            for name, media in content.items()
            if name.split(";")[0].strip().lower() == reply.media_type
        )
        if "json" in reply.media_type and "schema" in media:
            found += self._schema_faults(media["schema"], reply)
        return found

    def _schema_faults(self, schema: Any, reply: Reply) -> list[str]:
        try:
            value = reply.json()
        except ValueError as error:
            return [f"the body is no JSON ({error})"]
        validator = self._validators.get(id(schema))
        if validator is None:
            try:
                plain = inline(self._contract.document, schema)
            except UnreadableContract:
                return []  # a recursive schema; the operations suite checks it
            kind: Any = extend(_KIND, {"properties": Properties()})  # type: ignore[no-untyped-call]
            validator = kind(plain, format_checker=FORMATS)
            self._validators[id(schema)] = validator
        return [
            f"at {'/'.join(str(part) for part in error.absolute_path) or 'the top'}: "
            f"{error.message[:200]}"
            for error in list(validator.iter_errors(value))[:3]
        ]

    def _header_faults(self, response: Mapping[str, Any], reply: Reply) -> Iterator[str]:
        for name, raw in response.get("headers", {}).items():
            header = resolve(self._contract.document, raw)
            value = reply.headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    yield f"the header {name} is missing"
                continue
            schema = inline(self._contract.document, header.get("schema", {}))
            if schema.get("type", "string") == "string" and not _KIND(schema).is_valid(value):
                yield f"the header {name} is {value!r}, which does not fit its schema"


def problem_faults(reply: Reply, pointers: bool) -> list[str]:
    """Return what in an error answer differs from RFC 9457 as the contracts use it."""
    if reply.media_type != PROBLEM:
        return [f"content type {reply.media_type or '(none)'} instead of {PROBLEM}"]
    try:
        value = reply.json()
    except ValueError:
        return ["the body is no JSON"]
    if not isinstance(value, dict):
        return ["the body is no object"]
    found = [
        f"`{name}` is missing"
        for name in ("type", "title", "status", "detail")
        if name not in value
    ]
    found += [
        f"`{name}` is no text"
        for name in ("type", "title", "detail")
        if name in value and not isinstance(value[name], str)
    ]
    if "status" in value and value["status"] != reply.status:
        found.append(f"`status` is {value['status']!r} in a {reply.status}")
    if pointers:
        errors = value.get("errors")
        good = isinstance(errors, list) and bool(errors) and all(_is_place(one) for one in errors)
        if not good:
            found.append("`errors` is no list of {pointer, detail}")
    return found


def _is_place(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("detail"), str):
        return False
    pointer = value.get("pointer")
    return isinstance(pointer, str) and pointer.removeprefix("#")[:1] in {"", "/"}
