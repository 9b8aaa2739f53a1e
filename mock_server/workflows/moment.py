"""What the expressions of a workflow know at one moment: inputs, outputs of steps, the request and its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from openapi_documents.arazzo.expressions import Expression


@dataclass(frozen=True)
class Moment:
    """A moment of a play. `answer` is None before the step was answered."""

    inputs: Mapping[str, object]
    steps: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    flows: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    answer: httpx.Response | None = None

    def after(self, step: str, outputs: Mapping[str, object]) -> Moment:
        """Return the moment after a step that gave something."""
        return replace(self, steps={**self.steps, step: outputs}, answer=None, path={})

    def value(self, expression: Expression) -> object:
        """Return what an expression gives, None for nothing."""
        found = self._found(expression)
        return _inside(found, expression.pointer or ())

    def _found(self, expression: Expression) -> object:
        names = expression.names
        match expression.root:
            case "inputs":
                return _inside(self.inputs, names)
            case "steps":
                return _inside(self.steps.get(names[0]), names[2:])
            case "workflows":
                return _inside(self.flows.get(names[0]), names[2:])
            case "sourceDescriptions":
                return self.sources.get(names[0])
        return self._of_messages(expression) if self.answer is not None else None

    def _of_messages(self, expression: Expression) -> object:
        answer = self.answer
        assert answer is not None  # noqa: S101 - asked by the one who calls this
        request = answer.request
        whole = {
            "statusCode": answer.status_code,
            "method": request.method,
            "url": str(request.url),
        }
        if expression.root in whole:
            return whole[expression.root]
        place, *names = expression.names
        message = answer if expression.root == "response" else request
        if place == "body":
            return _read(message.content)
        homes: Mapping[str, Mapping[str, str]] = {
            "header": message.headers,
            "query": dict(request.url.params),
            "path": self.path,
        }
        return homes[place].get(".".join(names))


def _read(content: bytes) -> object:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode("utf-8", "replace")


def _inside(value: object, way: tuple[str, ...]) -> Any:
    for name in way:
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
