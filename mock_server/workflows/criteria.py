"""Whether the criteria of a step hold, and what a reader is told of the first that does not."""

from __future__ import annotations

import re
from typing import Final

from jsonpath_rfc9535 import JSONPathEnvironment

from mock_server.workflows.moment import Moment
from openapi_documents import Node
from openapi_documents.arazzo.conditions import expressions_of, holds, read_condition
from openapi_documents.arazzo.description import text_at
from openapi_documents.arazzo.expressions import as_text, filled

_PATH: Final = JSONPathEnvironment()
_LONGEST: Final = 60


def broken(criterion: Node, moment: Moment) -> str:
    """Return why a criterion does not hold, "" where it does."""
    condition = text_at(criterion, "condition")
    written = criterion.get("type")
    kind = (text_at(written, "type") or text_at(criterion, "type")) if written is not None else ""
    if kind in ("", "simple"):
        return _simple(condition, moment)
    context = filled(text_at(criterion, "context"), moment.value)
    if kind == "regex":
        is_so = re.search(condition, as_text(context)) is not None
    else:
        is_so = (
            bool(_PATH.find(condition, context).values())
            if isinstance(context, dict | list)
            else False
        )
    return "" if is_so else f"{condition} does not hold of {_short(context)}"


def _simple(text: str, moment: Moment) -> str:
    condition = read_condition(text)
    if holds(condition, moment.value):
        return ""
    seen = (f"{one.text} is {_short(moment.value(one))}" for one in expressions_of(condition))
    return f"{text} does not hold: {', '.join(dict.fromkeys(seen))}"


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value) if isinstance(value, str) else as_text(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
