"""Whether an error is a problem of RFC 9457, as the contracts use it."""

from __future__ import annotations

from contract_tests.http.messages import Reply

PROBLEM = "application/problem+json"


def problem_faults(reply: Reply) -> list[str]:
    """Return what in an error answer is no problem."""
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
    return found


def error_pointers(reply: Reply) -> list[str] | None:
    """Return the pointers of the errors that a problem lists; None when they are not listed well."""
    errors = reply.json().get("errors")
    if not isinstance(errors, list) or not errors or not all(map(_is_place, errors)):
        return None
    return [str(one["pointer"]) for one in errors]


def _is_place(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("detail"), str):
        return False
    pointer = value.get("pointer")
    return isinstance(pointer, str) and pointer.removeprefix("#")[:1] in {"", "/"}
