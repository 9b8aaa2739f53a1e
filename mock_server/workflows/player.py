"""Plays one workflow: each step is sent, judged by its criteria, and sent again where the description says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import httpx

from mock_server.workflows.criteria import broken
from mock_server.workflows.moment import Moment
from openapi_documents import Node
from openapi_documents.arazzo.description import Description, Found, Step, Workflow, listed, text_at
from openapi_documents.arazzo.expressions import as_text, filled

_MOST_STEPS: Final = 1000
"""So many steps are played at most: a workflow may lead back to itself."""


class Played(NamedTuple):
    """A step that was sent: what went out, what came back, and why it failed ("" where it did not).

    `again_in` are the seconds after which it is sent again, None where it is not.
    """

    step: str
    request: str
    answer: httpx.Response | None
    reason: str
    again_in: float | None = None

    @property
    def has_failed(self) -> bool:
        """Whether the workflow ends with this step, and badly."""
        return bool(self.reason) and self.again_in is None


class Action(NamedTuple):
    """What comes after a step: its type, the step that is gone to, the seconds before it is sent again, and how often."""

    type: str
    step: str
    after: float
    times: int


@dataclass
class Player:
    """Plays the workflows of a description against servers, one URL for each source."""

    description: Description
    servers: Mapping[str, str]
    http: httpx.Client = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    outputs: dict[str, Mapping[str, object]] = field(default_factory=dict)
    """What the workflows that were played gave, by their ids."""

    def play(self, workflow: Workflow, inputs: Mapping[str, object]) -> Iterator[Played]:
        """Yield each step as it was played; the last one has failed, or the workflow came to its end."""
        moment = Moment({**_defaults(workflow), **inputs}, flows=self.outputs, sources=self.servers)
        at, tries, count = 0, 0, 0
        while at < len(workflow.steps) and count < _MOST_STEPS:
            count += 1
            step = workflow.steps[at]
            reason, request, moment = self._sent(workflow, step, moment)
            action = _action(step, "onFailure" if reason else "onSuccess", moment, tries)
            if reason and (action is None or action.type == "end"):
                yield Played(step.id, request, moment.answer, reason)
                return
            wait = action.after if action is not None and reason else None
            yield Played(step.id, request, moment.answer, reason, wait)
            if reason and action is not None and action.type == "retry":
                tries += 1
                self.sleep(action.after)
                continue
            tries = 0
            moment = moment.after(step.id, _outputs(step.outputs, moment))
            if action is not None and action.type == "end":
                break
            names = [one.id for one in workflow.steps]
            at = names.index(action.step) if action is not None and action.step else at + 1
        self.outputs[workflow.id] = _outputs(_declared(workflow), moment)

    def _sent(self, workflow: Workflow, step: Step, moment: Moment) -> tuple[str, str, Moment]:
        """Send a step, and return why it fails, the request in words, and the moment with the answer."""
        found = self.description.operation(step)
        if found is None:  # steps that are workflows are told of before the play
            return "there is no such operation", step.id, moment
        request, path = self._request(workflow, step, found, moment)
        said = f"{request.method} {request.url.path}"  # a query may hold a token
        try:
            answer = self.http.send(request)
        except httpx.HTTPError as error:
            return f"no answer came: {error or type(error).__name__}", said, moment
        moment = replace(moment, answer=answer, path=path)
        reasons = (broken(one, moment) for one in step.criteria)
        return next((reason for reason in reasons if reason), ""), said, moment

    def _request(
        self, workflow: Workflow, step: Step, found: Found, moment: Moment
    ) -> tuple[httpx.Request, Mapping[str, str]]:
        path: dict[str, str] = {}
        query: dict[str, str] = {}
        headers: dict[str, str] = {}
        homes = {"path": path, "query": query, "header": headers}
        for parameter in (*listed(workflow.node, "parameters"), *listed(step.node, "parameters")):
            node = _referred(parameter)
            value = _filled(node["value"].value, moment) if "value" in node else None
            homes.get(text_at(node, "in"), query)[text_at(node, "name")] = as_text(value)
        way = found.operation.path
        for name, text in path.items():
            way = way.replace(f"{{{name}}}", quote(text, safe=""))
        body = step.node.get("requestBody")
        content: dict[str, Any] = {}
        if body is not None and "payload" in body:
            content = _content(body, found, _filled(body["payload"].value, moment), headers)
        url = self.servers[found.source.name].rstrip("/") + way
        method = found.operation.method.upper()
        return self.http.build_request(
            method, url, params=query or None, headers=headers, **content
        ), path


def _content(body: Node, found: Found, payload: object, headers: dict[str, str]) -> dict[str, Any]:
    kind = text_at(body, "contentType")
    described = found.document.members(found.operation.pointer).get("requestBody")
    content = found.document.members(described).get("content") if described is not None else None
    if not kind and content is not None:
        kind = next(iter(found.document.members(content)), "")
    if kind.startswith("application/x-www-form-urlencoded") and isinstance(payload, dict):
        return {"data": {name: as_text(value) for name, value in payload.items()}}
    if isinstance(payload, str) and "json" not in kind:
        headers.setdefault("Content-Type", kind or "text/plain")
        return {"content": payload.encode()}
    if kind and kind != "application/json":
        headers.setdefault("Content-Type", kind)
    return {"json": payload}


def _action(step: Step, member: str, moment: Moment, tries: int) -> Action | None:
    """Return the first action whose criteria hold; None to go on, or to fail."""
    for listed_action in listed(step.node, member):
        node = _referred(listed_action)
        limit = node.get("retryLimit")
        after = node.get("retryAfter")
        action = Action(
            text_at(node, "type"),
            text_at(node, "stepId"),
            float(after.number()) if after is not None else 0.0,
            limit.integer() if limit is not None else 1,
        )
        if action.type == "retry" and tries >= action.times:
            continue
        if moment.answer is None or not any(
            broken(one, moment) for one in listed(node, "criteria")
        ):
            return action
    return None


def _referred(node: Node) -> Node:
    """Return what a `reference` to a component leads to, the node itself where it has none."""
    reference = text_at(node, "reference")
    if not reference.startswith("$components."):
        return node
    found: Node = node.document.node(())  # type: ignore[attr-defined]
    for name in reference.removeprefix("$").split("."):
        found = found[name]
    return found


def _filled(value: object, moment: Moment) -> object:
    if isinstance(value, str):
        return filled(value, moment.value)
    if isinstance(value, dict):
        return {name: _filled(one, moment) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, moment) for one in value]
    return value


def _outputs(nodes: Mapping[str, Node], moment: Moment) -> dict[str, object]:
    return {name: _filled(node.value, moment) for name, node in nodes.items()}


def _declared(workflow: Workflow) -> Mapping[str, Node]:
    found = workflow.node.get("outputs")
    return dict(found.members()) if found is not None else {}


def _defaults(workflow: Workflow) -> dict[str, object]:
    """Return the inputs that have a default."""
    return {
        name: node["default"].value for name, node in workflow.inputs.items() if "default" in node
    }
