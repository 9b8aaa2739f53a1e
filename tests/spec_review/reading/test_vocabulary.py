"""Words of others are left alone, ours are told with their mend."""

from __future__ import annotations

import pytest

from openapi_documents import parse
from spec_review.lint.rules import check
from spec_review.lint.samples import PARCELS, SHOP

FOREIGN = (
    "x-since",
    "x-internal-owner",
    "x-amazon-apigateway-integration",
    "x-logo",
    "x-rule",
    "x-states",
)
"""Words that others use, some of them near to ours."""

OWN = [("x-lifecycles", "x-lifecycle"), ("x-submission", "x-submision"), ("x-status-of", "x-statusof"),
       ("x-record-of", "x-record-off"), ("x-silences", "x-silencess"), ("x-breaks", "x-breacks")]  # fmt: skip


def told(text: str) -> list[tuple[str, str]]:
    return [(finding.rule, finding.mend) for finding in check(parse(text, "a.yaml"))]


@pytest.mark.parametrize("value", ["1", "{a: [1]}", "[]", "null", "x"])
@pytest.mark.parametrize("word", FOREIGN)
def test_a_word_of_somebody_else_is_left_alone(word: str, value: str) -> None:
    text = SHOP.replace("      summary:", f"      {word}: {value}\n      summary:")
    text = text.replace("    Thing:\n", f"    Thing:\n      {word}: {value}\n")
    text = text.replace("components:\n", f"{word}: {value}\ncomponents:\n  {word}: {value}\n")

    assert told(text) == []


@pytest.mark.parametrize("word", ["x-since", "x-internal-owner", "x-logo"])
def test_it_is_left_alone_in_a_contract_with_our_words_too(word: str) -> None:
    assert (
        told(PARCELS.replace("      summary: Send", f"      {word}: 7\n      summary: Send")) == []
    )


@pytest.mark.parametrize(("word", "misspelt"), OWN)
def test_a_misspelt_word_of_ours_is_told_with_its_mend(word: str, misspelt: str) -> None:
    text = PARCELS.replace(f"{word}:", f"{misspelt}:")

    assert ("unknown-word", f"Did you mean {word}?") in told(text)


@pytest.mark.parametrize(
    ("written", "other", "mend"),
    [
        ("processing: asynchronous", "procesing: asynchronous", "processing"),
        ("processing: asynchronous", "processing: asynchronus", "asynchronous"),
        ("when: twin-saved", "when: twin-save", "twin-saved"),
        ("initial: true", "intial: true", "initial"),
    ],
)
def test_a_misspelt_name_or_value_is_told_with_its_mend(
    written: str, other: str, mend: str
) -> None:
    findings = told(PARCELS.replace(written, other))

    assert f"Did you mean {mend}?" in [told_mend for _, told_mend in findings]
