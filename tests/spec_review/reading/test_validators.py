"""Schemas, compiled: within a budget, fetching nothing, and told where their keywords stand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from openapi_documents import load, parse
from spec_review.reading.validators import UnusableSchemaError, Validators

HEAD = "openapi: 3.1.1\ninfo: {title: A, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n"
PLACE = ("components", "schemas", "A")


def validators(schema: str) -> Validators:
    return Validators(parse(f"{HEAD}    A: {schema}\n    B: {{type: integer}}\n", "a.yaml"))


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "^(a*)*b$", "(?=(a+)+$)b|^(a|a)*$"])
def test_a_pattern_is_given_up_before_it_takes_long(pattern: str) -> None:
    began = time.process_time()
    misfits = validators(f"{{type: string, pattern: '{pattern}'}}").causes(PLACE, "a" * 40 + "!")

    assert time.process_time() - began < 3
    assert [misfit.keyword for misfit in misfits] == ["pattern"]


def test_a_misfit_leads_to_the_place_in_the_value_and_to_the_keyword() -> None:
    schema = "{type: object, properties: {b: {$ref: '#/components/schemas/B'}}}"

    (misfit,) = validators(schema).causes(PLACE, {"b": "1"})

    assert misfit.path == ("b",)
    assert misfit.place == ("components", "schemas", "B", "type")
    assert misfit.types == ("integer",)


def test_the_cause_is_told_of_the_branch_that_nearly_fits() -> None:
    schema = "{oneOf: [{required: [a, b, c]}, {required: [a]}]}"

    (misfit,) = validators(schema).causes(PLACE, {})

    assert (misfit.keyword, misfit.missing) == ("required", "a")


@pytest.mark.parametrize(
    "reference", ["https://a.example/b.json", "file:///etc/hostname", "../b.yaml"]
)
def test_nothing_is_fetched(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"{HEAD}    A: {{$ref: '{reference}'}}\n")

    with pytest.raises(UnusableSchemaError):
        Validators(load(path)).validator(PLACE)


@pytest.mark.parametrize("schema", ["{type: 5}", "{pattern: '['}", "{$ref: '#/nowhere'}", "7"])
def test_anything_fits_a_schema_that_nobody_can_use(schema: str) -> None:
    """What is wrong with it is told by the rules of the review."""
    assert validators(schema).fits(PLACE, {"a": 1})


def test_nullable_of_3_0_and_instants_are_known() -> None:
    text = HEAD.replace("3.1.1", "3.0.4")
    schema = "{type: string, format: date-time, nullable: true}"
    schemas = Validators(parse(f"{text}    A: {schema}\n", "a.yaml"))

    fits = [schemas.fits(PLACE, value) for value in (None, "2020-01-01T00:00:00Z", "yesterday", 1)]

    assert fits == [True, True, False, False]
