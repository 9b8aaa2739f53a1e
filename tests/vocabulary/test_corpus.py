"""The corpus itself: every word has cases, and a document is refused by the vocabulary exactly where it says so."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from openapi_documents import parse
from openapi_documents.vocabulary import check, words

from .corpus import FOLDER, Case, cases


@pytest.mark.parametrize("word", sorted(words()))
def test_every_word_has_a_file_of_cases_that_are_right_and_wrong(word: str) -> None:
    found = [case for case in cases() if case.word == word]

    assert (FOLDER / f"{word}.yaml").exists()
    assert any(case.refused for case in found)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_case_says_something(case: Case) -> None:
    assert bool(case.refused) != bool(case.means or case.items or case.plays)


@pytest.mark.parametrize("case", [case for case in cases() if not case.refused], ids=str)
def test_what_is_not_refused_is_an_openapi_document_with_words_of_the_right_form(
    case: Case,
) -> None:
    document = parse(yaml.safe_dump(dict(case.document), sort_keys=False), "orders.yaml")

    assert check(document) == ()
    vocabulary = json.loads((FOLDER.parents[1] / "openapi/vocabulary.schema.json").read_text())
    jsonschema.Draft202012Validator(vocabulary).validate(case.document)
