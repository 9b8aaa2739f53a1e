"""Whether everything that an Arazzo description names is there: operations, parameters, what expressions and criteria ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError

from openapi_documents.arazzo.conditions import (
    ConditionError,
    compared,
    expressions_of,
    read_condition,
)
from openapi_documents.arazzo.description import (
    HEADERS_OF_HTTP,
    Description,
    Found,
    Step,
    Workflow,
    listed,
    named,
    text_at,
)
from openapi_documents.arazzo.expressions import (
    ExpressionError,
    expressions_in,
    read_expression,
)
from openapi_documents.arazzo.faults import Fault, at_value, faults_of_form
from openapi_documents.arazzo.scope import Scope
from openapi_documents.mending import did_you_mean
from openapi_documents.node import Node

CRITERIA: Final = ("simple", "regex", "jsonpath")
"""The types of criteria that are looked at; there is `xpath` besides."""
_PATH: Final = JSONPathEnvironment()


def faults(description: Description) -> list[Fault]:
    """Return everything that is wrong with a description, as it stands from top to bottom."""
    found = [*faults_of_form(description), *_sources(description)]
    for workflow in description.workflows:
        found += _workflow(description, workflow)
    return sorted(dict.fromkeys(found), key=lambda one: (one.position.line, one.position.column))


def _sources(description: Description) -> Iterator[Fault]:
    for source in description.sources:
        if source.error is not None:
            sentence = f"the source {source.name} cannot be read: {source.error}"
            yield at_value("operation", source.node["url"], sentence)


def _workflow(description: Description, workflow: Workflow) -> Iterator[Fault]:
    for number, step in enumerate(workflow.steps):
        found = description.operation(step)
        yield from _operation(description, step, found)
        if found is not None:
            yield from _parameters(step, found)
        scope = Scope(description, workflow, workflow.steps[:number], step, found)
        yield from _step_expressions(scope, step)
        for criterion in step.criteria:
            yield from _criterion(scope, criterion)
        yield from _actions(scope, step)
    end = Scope(description, workflow, workflow.steps, None, None)
    for node in named(workflow.node, "outputs").values():
        yield from _expressions(end, node)


# -- operations ------------------------------------------------------------------------------------


def _operation(description: Description, step: Step, found: Found | None) -> Iterator[Fault]:
    flow = text_at(step.node, "workflowId")
    if flow and not flow.startswith("$"):
        known = [one.id for one in description.workflows]
        if flow not in known:
            mend = did_you_mean(flow, known)
            yield at_value(
                "operation", step.node["workflowId"], f"there is no workflow {flow}", mend
            )
    for member in ("operationId", "operationPath"):
        name = text_at(step.node, member)
        if name and found is None and all(one.error is None for one in description.sources):
            mend = did_you_mean(name, description.operation_names())
            yield at_value(
                "operation", step.node[member], f"no source has an operation {name}", mend
            )


def _parameters(step: Step, found: Found) -> Iterator[Fault]:
    described = {(one.where, one.name): one for one in found.document.parameters(found.operation)}
    given: set[tuple[str, str]] = set()
    for node in listed(step.node, "parameters"):
        if "reference" in node:
            continue
        where, name = text_at(node, "in"), text_at(node, "name")
        if not where:
            yield at_value(
                "parameter",
                node,
                f"the parameter {name} does not say where it stands",
                "Add in: path, query, header or cookie",
            )
        elif (where, name) in given:
            yield at_value(
                "parameter", node["name"], f"the {where} parameter {name} is given a second time"
            )
        elif (where, name) not in described and not (
            where == "header" and name.lower() in HEADERS_OF_HTTP
        ):
            known = [one for place, one in described if place == where]
            sentence = f"{found.operation.name} has no {where} parameter {name}"
            yield at_value("parameter", node["name"], sentence, did_you_mean(name, known))
        given.add((where, name))
    for key, parameter in described.items():
        if parameter.value.get("required") is True and key not in given:
            sentence = f"{found.operation.name} requires the {key[0]} parameter {key[1]}, which this step does not give"
            yield at_value("parameter", step.node, sentence)
    yield from _body(step, found)


def _body(step: Step, found: Found) -> Iterator[Fault]:
    described = found.document.members(found.operation.pointer).get("requestBody")
    body = step.node.get("requestBody")
    if described is None and body is not None:
        yield at_value("parameter", body, f"{found.operation.name} takes no body")
    elif described is not None and body is None:
        if (
            found.document.members(described).get("required")
            and found.document.resolved((*found.document.follow(described), "required")) is True
        ):
            yield at_value(
                "parameter",
                step.node,
                f"{found.operation.name} requires a body, which this step does not give",
            )
    elif described is not None and body is not None:
        content = found.document.members(described).get("content")
        known = list(found.document.members(content)) if content is not None else []
        kind = text_at(body, "contentType")
        if kind and kind.partition(";")[0] not in {one.partition(";")[0] for one in known}:
            sentence = f"{found.operation.name} takes no {kind}"
            yield at_value(
                "parameter", body["contentType"], sentence, f"Write {known[0]}" if known else ""
            )


# -- expressions -----------------------------------------------------------------------------------


def _step_expressions(scope: Scope, step: Step) -> Iterator[Fault]:
    for parameter in listed(step.node, "parameters"):
        for member in ("value", "reference"):
            if member in parameter:
                yield from _expressions(scope, parameter[member])
    body = step.node.get("requestBody")
    if body is not None:
        yield from _expressions(scope, body)
    for output in step.outputs.values():
        yield from _expressions(scope.answered(), output)


def _expressions(scope: Scope, node: Node) -> Iterator[Fault]:
    for way, text in expressions_in(node.value):
        at = node
        for part in way:
            at = at[part]
        try:
            reason, mend = scope.why_not(read_expression(text))
        except ExpressionError as error:
            reason, mend = str(error), ""
        if reason:
            yield at_value("expression", at, reason, mend)


# -- criteria and actions --------------------------------------------------------------------------


def _criterion(scope: Scope, node: Node) -> Iterator[Fault]:
    condition, context = text_at(node, "condition"), text_at(node, "context")
    written = node.get("type")
    kind = (text_at(written, "type") or text_at(node, "type")) if written is not None else "simple"
    if written is not None and kind not in (*CRITERIA, "xpath"):
        yield at_value(
            "criterion",
            written,
            f"there is no type {kind} of criteria",
            did_you_mean(kind, CRITERIA),
        )
        return
    if kind != "simple" and not context:
        yield at_value(
            "criterion", node, f"a criterion of type {kind} says what it is asked of, in context"
        )
    if context:
        yield from _expressions(scope.answered(), node["context"])
    reason = _why_no_condition(kind, condition)
    if reason:
        yield at_value("criterion", node["condition"], reason)
    elif kind == "simple" and "condition" in node:
        yield from _simple(scope.answered(), node["condition"])


def _why_no_condition(kind: str, condition: str) -> str:
    try:
        if kind == "regex":
            re.compile(condition)
        elif kind == "jsonpath":
            _PATH.compile(condition)
        elif kind == "simple":
            read_condition(condition)
    except (re.error, JSONPathError, ConditionError) as error:
        return f"{condition} cannot be read: {error}"
    return ""


def _simple(scope: Scope, node: Node) -> Iterator[Fault]:
    condition = read_condition(node.text())
    for expression in expressions_of(condition):
        reason, mend = scope.why_not(expression)
        if reason:
            yield at_value("expression", node, reason, mend)
    for expression, value in compared(condition):
        reason = scope.why_never(expression, value)
        if reason:
            yield at_value("criterion", node, reason)


def _actions(scope: Scope, step: Step) -> Iterator[Fault]:
    steps = [one.id for one in scope.workflow.steps]
    flows = [one.id for one in scope.description.workflows]
    for member in ("onSuccess", "onFailure"):
        for action in listed(step.node, member):
            for criterion in listed(action, "criteria"):
                yield from _criterion(scope, criterion)
            for name, known in (("stepId", steps), ("workflowId", flows)):
                target = text_at(action, name)
                if target and not target.startswith("$") and target not in known:
                    kind = name.removesuffix("Id")
                    yield at_value(
                        "operation",
                        action[name],
                        f"there is no {kind} {target}",
                        did_you_mean(target, known),
                    )
