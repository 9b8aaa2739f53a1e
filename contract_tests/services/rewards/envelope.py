"""The envelope that every answer of a contract with `x-error-form: envelope` stands in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from contract_tests.http.messages import Reply
from contract_tests.services.rewards.values import Record

OK = "OK"


@dataclass(frozen=True)
class Answer:
    """An answer, opened. Numbers with a fraction are decimals, as they were written."""

    reply: Reply
    value: object = field(repr=False)

    @property
    def code(self) -> str | None:
        """Return `status.code`, None when there is none."""
        code = self._status.get("code")
        return code if isinstance(code, str) else None

    @property
    def message(self) -> str:
        """Return `status.message`, empty when there is none."""
        message = self._status.get("message")
        return message if isinstance(message, str) else ""

    @property
    def _status(self) -> Mapping[str, object]:
        status = self.value.get("status") if isinstance(self.value, dict) else None
        return status if isinstance(status, dict) else {}

    @property
    def is_ok(self) -> bool:
        """Whether the request was obeyed, as far as the envelope says."""
        return self.code == OK

    @property
    def data(self) -> Record:
        """Return `data`, empty when it is no object."""
        data = self.value.get("data") if isinstance(self.value, dict) else None
        return data if isinstance(data, dict) else {}


def opened(reply: Reply) -> Answer:
    """Open an answer; what is no JSON gives a value of None."""
    try:
        value = json.loads(reply.body.decode("utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError):
        value = None
    return Answer(reply, value)


def faults(answer: Answer, *, strict: bool) -> list[str]:
    """Return what in an answer is no envelope, as sentences.

    What the sources leave open (the HTTP status of an error, empty text or null in a success) is
    only asked for in strict mode.
    """
    reply, value = answer.reply, answer.value
    if reply.media_type != "application/json":
        return [f"content type {reply.media_type or '(none)'} instead of application/json"]
    if not isinstance(value, dict):
        return ["the body is no JSON object"]
    found = [f"`{name}` is missing" for name in ("data", "status") if name not in value]
    status = value.get("status", {})
    if not isinstance(status, dict):
        return [*found, "`status` is no object"]
    found += [
        f"`status.{name}` is missing"
        for name in ("code", "description", "message")
        if name not in status
    ]
    if "code" in status and (not isinstance(status["code"], str) or not status["code"]):
        found.append("`status.code` is no text")
    for name in ("description", "message"):
        if status.get(name) is not None and not isinstance(status[name], str):
            found.append(f"`status.{name}` is no text")
    return found + (_strict_faults(answer, status) if strict else [])


def _strict_faults(answer: Answer, status: Mapping[str, object]) -> list[str]:
    good = answer.reply.status == 200
    if answer.is_ok != good:
        return [f"status {answer.reply.status} with the code {answer.code}"]
    if not good and not status.get("message"):
        return ["an error without a message"]
    if good and (status.get("description") or status.get("message")):
        return ["a success with a description or a message"]
    if answer.reply.status in {400, 401} and not answer.message.startswith("#"):
        return ["an error whose message does not begin with the place of a member, `#/...`"]
    return []
