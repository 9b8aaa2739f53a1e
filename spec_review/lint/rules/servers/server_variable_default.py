"""Whether the default of a server variable is one of its values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Severity
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping, texts


def faults(contract: Contract) -> Iterator[Fault]:
    """Find defaults that the enum beside them does not list, and enums that list nothing.

    OpenAPI 3.0 only advises against both.
    """
    document = contract.document
    severity: Severity = "warning" if document.version == "3.0" else "error"
    for place in document.objects("server variable"):
        variable = mapping(document.value(place))
        if not isinstance(variable.get("enum"), list):
            continue
        values, default = texts(variable["enum"]), variable.get("default")
        if not variable["enum"]:
            said = f"the enum of {place[-1]} lists nothing"
            mend = "list what it may be, or leave the enum out"
            yield Fault((*place, "enum"), said, mend, at_key=True, severity=severity)
        elif isinstance(default, str) and default not in values:
            yield Fault(
                (*place, "default"),
                f"the default {default} is none of the values that {place[-1]} may have",
                did_you_mean(default, values, f"it may be {joined(values)}"),
                severity=severity,
            )


RULE: Final = Rule(
    id="server-variable-default",
    severity="error",
    sentence="The default of a server variable is one of the values that it may have.",
    why="The address that everybody starts with is one that the contract itself rules out.",
    breaks=shop(
        (
            "paths:\n",
            "servers: [{url: '/{stage}', variables: {stage: {default: ▸tset, enum: [test, live]}}}]\npaths:\n",
        )
    ),
    keeps=shop(
        (
            "paths:\n",
            "servers: [{url: '/{stage}', variables: {stage: {default: test, enum: [test, live]}}}]\npaths:\n",
        )
    ),
    faults=faults,
)
