"""The words of Understudy are told where they are misspelt; those of others are left alone."""

from __future__ import annotations

import pytest

from openapi_documents import parse, shipped
from openapi_documents.load import load
from openapi_documents.vocabulary import Vocabulary, check, edits, nearest_word

OURS = "openapi: 3.1.1\nx-error-form: problem\n"


def told(text: str) -> list[str]:
    return [str(error) for error in check(parse(text, "api.yaml"))]


@pytest.mark.parametrize(
    "path", sorted(shipped.folder("openapi").glob("*.yaml")), ids=lambda p: p.stem
)
def test_the_shipped_contracts_are_spelled_right(path: object) -> None:
    assert check(load(str(path))) == ()


@pytest.mark.parametrize("ours", ["", "x-error-form: problem\n"], ids=["theirs", "ours"])
@pytest.mark.parametrize(
    "word", ["x-since", "x-internal-owner", "x-logo", "x-ms-enum", "x-tokenInfoFunc", "x-ruleset"]
)
def test_a_word_of_somebody_else_is_left_alone(word: str, ours: str) -> None:
    assert told(f"openapi: 3.1.1\n{ours}{word}: [1]\npaths: {{/a: {{get: {{{word}: 2}}}}}}") == []


def test_a_word_like_ours_that_means_something_else_is_left_alone() -> None:
    text = "openapi: 3.0.3\npaths: {/a: {get: {x-rules: [a], x-token: 3, responses: {}}}}"
    document = parse(text, "api.yaml")
    operation = document.root["paths"]["/a"]["get"]

    assert check(document) == ()
    assert Vocabulary(document).word(operation, "x-rules") is None
    assert Vocabulary(parse(OURS, "a.yaml")).word(parse(OURS, "a.yaml").root, "x-error-form")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("x-submision", "x-submission"),
        ("x-lifecycle", "x-lifecycles"),
        ("x-statsu-of", "x-status-of"),
    ],
)
def test_a_misspelt_word_is_told_with_its_mend(written: str, meant: str) -> None:
    text = f"openapi: 3.1.1\npaths: {{/a: {{post: {{{written}: 1}}}}}}"

    assert told(text) == [f"api.yaml:2: the word {written} is not known. Did you mean {meant}?"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("paths: {/a: {post: {x-silense: S1}}}", "Did you mean x-silence?"),
        ("paths: {/a: {post: {x-submission: {lifecycle: a, procesing: synchronous}}}}", "processing is missing"),
        ("paths: {/a: {post: {x-submission: {lifecycle: a, procesing: b}}}}", "Did you mean processing?"),
        ("paths: {/a: {post: {x-submission: {lifecycle: a, processing: sync}}}}", "the text 'sync' is not known here"),
        ("paths: {/a: {post: {x-lifecycles: {}}}}", "x-lifecycles stands in a operation; its place is a components"),
        ("paths: {/a: {post: {x-status-of: 3}}}", "the number 3 stands here under x-status-of, a list is expected"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_told_in_a_document_of_ours(text: str, sentence: str) -> None:
    assert any(sentence in one for one in told(OURS + text))


@pytest.mark.parametrize(
    ("text", "fault", "place"),
    [
        ("x-silense: S1", "unknown name", ("x-silense",)),
        ("x-breaks: a", "misplaced name", ("x-breaks",)),
        ("x-silences: [{id: S1}]", "missing member", ("x-silences", 0)),
        ("x-token: {in: body}", "missing member", ("x-token",)),
        ("x-token: {in: boody, name: a}", "unknown value", ("x-token", "in")),
        ("x-silences: 3", "type", ("x-silences",)),
        (
            "components: {schemas: {A: {x-rules: []}}}",
            "form",
            ("components", "schemas", "A", "x-rules"),
        ),
    ],
)
def test_an_error_says_where_and_of_what_kind_it_is(text: str, fault: str, place: object) -> None:
    errors = check(parse(OURS + text, "api.yaml"))

    assert [(error.fault, error.place) for error in errors] == [(fault, place)]


def test_a_name_below_properties_is_no_word() -> None:
    assert told(OURS + "components: {schemas: {A: {properties: {x-submision: {}}}}}") == []


def test_near_means_one_letter_or_two_in_a_long_word() -> None:
    assert nearest_word("x-lifecycels", is_ours=True) == "x-lifecycles"
    assert nearest_word("x-idempotencykeys", is_ours=False) == "x-idempotency-key"
    assert nearest_word("x-since", is_ours=True) is None
    assert [edits("ab", "ba", 2), edits("abc", "abd", 2), edits("a", "abcd", 2)] == [1, 1, 3]
