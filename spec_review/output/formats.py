"""The formats of findings, by the name that `--format` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from spec_review.output.github import as_github
from spec_review.output.junit import as_junit
from spec_review.output.plain import as_json
from spec_review.output.review import Review
from spec_review.output.sarif import as_sarif
from spec_review.output.text import as_text

FORMATS: Final[Mapping[str, Callable[[Review], str]]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "junit": as_junit,
}
"""The formats by the name that `--format` takes."""
