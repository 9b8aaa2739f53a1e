"""Keys that a client chooses fit their schema and are never the same."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.generation.fresh_keys import fresh_keys
from contract_tests.reading.validators import Validator


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "pattern": "^[0-9]{13}$"},
        {"type": "string", "pattern": "^(ab|cd)-[A-Z]{2}[0-9]+$"},
        {"type": "string", "pattern": r"^\d{4}/\w{6,}$"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "maxLength": 8},
        {"type": "string", "minLength": 40},
        {"type": "integer"},
        {"type": "integer", "minimum": 100_000, "maximum": 999_999},
    ],
)
def test_a_key_fits_its_schema_and_is_never_given_twice(schema: dict[str, Any]) -> None:
    valid = Validator(schema).is_valid
    keys = [next(filter(valid, fresh_keys(schema, f"run-{number}"))) for number in range(20)]

    assert len(set(keys)) == len(keys)
    assert keys[0] == next(filter(valid, fresh_keys(schema, "run-0")))
