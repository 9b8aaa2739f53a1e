"""Contracts that cannot be served say file, line and the mend."""

from __future__ import annotations

import textwrap

import pytest

from mock_server.batches.processing import processing_of
from mock_server.contracts.contract import Contract, read_contract
from mock_server.contracts.schemas import Schemas
from openapi_documents import DocumentError, parse
from tests.mock_server.samples import V2


def read(text: str) -> Contract:
    """Read a contract as the server does when it starts."""
    contract = read_contract(parse(textwrap.dedent(text), "my.yaml"), "my")
    processing_of([contract], {"my": Schemas(contract.document, contract.rules)})
    return contract


def refusal(text: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(text)
    return caught.value


def edited(old: str, new: str) -> tuple[str, int]:
    """Return v2 with an edit and the line of the edit."""
    text = V2.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1), text.count("\n", 0, text.index(old)) + 1


@pytest.mark.parametrize(
    ("old", "new", "sentence", "mend"),
    [
        ("x-submission: {", "x-submision: {", "x-submision is not known", "x-submission"),
        ("when: twin-saved", "when: twins-saved", "twins-saved", "twin-saved"),
        ("then: Conflict", "then: Conflikt", "Conflikt is not declared", "Conflict"),
        (
            "{lifecycle: partner-client,",
            "{lifecycle: partner-clients,",
            "no lifecycle partner-clients",
            "partner-client",
        ),
        (
            "x-status-of: [createPartnerClients]",
            "x-status-of: [createPartnerClient]",
            "createPartnerClient is no operation",
            "createPartnerClients",
        ),
        (
            "rule: self.currency == partner.currency",
            "rule: self.currency === partner.currency",
            "does not compile",
            "",
        ),
        (
            "$ref: '#/components/schemas/PartnerClient'",
            "$ref: '#/components/schemas/Klient'",
            "#/components/schemas/Klient leads nowhere",
            "",
        ),
        (
            "operationId: createRevenueClaims",
            "operationId: createPartnerClients",
            "stands a second time",
            "another name",
        ),
        ("openapi: 3.1.1", "openapi: 4.0.0", "'4.0.0'", "3.0, 3.1 and 3.2"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_mend(
    old: str, new: str, sentence: str, mend: str
) -> None:
    text, line = edited(old, new)

    error = refusal(text)

    assert sentence in error.reason
    assert mend in error.mend
    assert abs(error.position.line - line) <= 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("maxItems: 10000", "maxItems: [10000]"),
        ("required: [revenue_claims]", "required: [revenue_claims, revenue_claims]"),
        ("type: integer", "type: integr"),
    ],
)
def test_a_schema_that_is_none_is_refused_with_its_line(old: str, new: str) -> None:
    text, line = edited(old, new)

    error = refusal(text)

    assert "is expected" in error.reason or "no JSON Schema" in error.reason
    assert error.position.line == line


def test_a_lifecycle_needs_a_last_resort() -> None:
    text, _ = edited("        - when: otherwise\n", "        - when: invalid\n")

    assert "otherwise" in str(refusal(text))


def test_a_key_that_stands_twice_is_refused_where_it_stands_again() -> None:
    error = refusal("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\nopenapi: 3.1.1\n")

    assert error.position.line == 4
    assert "the key openapi stands here a second time" in error.reason


def test_broken_yaml_is_refused_with_its_line() -> None:
    assert refusal("openapi: 3.1.0\ninfo: [\n").position.line >= 2


def test_a_recursive_alias_is_refused_and_not_followed_for_ever() -> None:
    assert "stands inside what it names" in refusal("openapi: 3.1.0\na: &a\n  b: *a\n").reason


def test_templates_in_a_contract_are_plain_text() -> None:
    text = "openapi: 3.1.0\ninfo: {title: '{{ 7*7 }}', version: '1'}\npaths: {}\n"

    assert read(text).title == "{{ 7*7 }}"


def test_words_of_other_tools_are_left_alone_in_a_document_that_uses_none_of_ours() -> None:
    text = """\
        openapi: 3.1.0
        info: {title: t, version: '1', x-logo: {url: a}}
        paths:
          /a:
            get: {x-addedInVersion: 5, responses: {'200': {description: d}}}
        """

    assert len(read(text).operations) == 1


def test_a_near_miss_of_our_words_is_refused_even_there() -> None:
    text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\nx-silence-s: []\npaths: {}\n"

    assert "x-silences" in refusal(text).mend
