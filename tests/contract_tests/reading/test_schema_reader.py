"""Schemas without references: what counts, where it stands, and what has no end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contract_tests.generation.items import ItemMaker
from contract_tests.generation.variations import Variations
from contract_tests.reading.reader import read
from contract_tests.reading.schema_reader import MOST_LEVELS
from openapi_documents import DocumentError, LimitError
from tests.contract_tests.contracts import (
    ATTRIBUTES,
    V1_FILE,
    V2_FILE,
    contract_from,
    maker_of,
    small,
)


@pytest.mark.parametrize("file", [V1_FILE, V2_FILE], ids=lambda file: file.stem)
def test_each_constraint_that_an_item_breaks_is_found_in_the_document(file: Path) -> None:
    known = read(str(file))
    found = {}
    for submission in known.submissions:
        maker = ItemMaker(submission, ATTRIBUTES)
        for one in Variations(maker).all:
            for fault in maker.validity.faults(one.item):
                place = known.place(submission, fault.steps)
                known.document.node(place)
                found[fault.requirement.id] = known.cited(place)
    source = found["schema.partner_client_id.pattern"]
    name, line, pointer = re.split(r":(?=[0-9]+ )| ", source)
    assert (name, pointer) == (str(file), "(#/components/schemas/Identifier/pattern)")
    text = file.read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert text.strip().startswith("pattern:")


REFERRING = """
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /a:
    post:
      operationId: a
      x-submission: {lifecycle: some, processing: synchronous}
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/All"}}}}
      responses: {}
components:
  x-lifecycles:
    some:
      records: a
      key: [k]
      states: {Pending: {initial: true}, Done: {saved: true}, Wrong: {}}
      outcomes: [{when: invalid, then: Wrong}, {when: otherwise, then: Done}]
  schemas:
    All: {type: array, items: {$ref: "#/components/schemas/One"}}
    One: {$ref: "#/components/schemas/Two", minProperties: 2, allOf: [{maxProperties: 3}]}
    Two: {type: object, properties: {k: {$ref: "#/components/schemas/Key", description: k}}}
    Key: {$ref: "#/components/schemas/Text", maxLength: 4}
    Text: {type: string}
"""


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ({"k": 1, "l": 1}, "Text/type"),
        ({"k": "abcde", "l": 1}, "Key/maxLength"),
        ({"k": "a"}, "One/minProperties"),
        ({"k": "a", "l": 1, "m": 1, "n": 1}, "One/allOf/0/maxProperties"),
        (1, "Two/type"),
    ],
)
def test_what_stands_beside_a_reference_counts_and_has_its_place(item: object, place: str) -> None:
    known = contract_from(REFERRING)
    (submission,) = known.submissions
    faults = maker_of(known, {}).validity.faults(item)
    steps = [fault.steps for fault in faults if fault.steps]
    cited = [known.cited(known.place(submission, one)) for one in steps]
    assert f"(#/components/schemas/{place})" in str(cited)


def test_a_schema_that_holds_itself_is_asked_at_every_depth() -> None:
    known = contract_from(
        REFERRING.replace("Text: {type: string}", "Text: {type: [string, array], items: "
                          "{$ref: '#/components/schemas/Text'}, minItems: 1}")
    )  # fmt: skip
    validity = maker_of(known, {}).validity
    assert validity.faults({"k": ["a", ["b"]], "l": 1}) == ()
    assert [one.requirement.names[-1] for one in validity.faults({"k": [[[]]], "l": 1})] == [
        "minItems"
    ]


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ("{pattern: '('}", r"the pattern \( cannot be compiled"),
        ("{pattern: '^(a|aa)+$'}", r"takes more than 1 s for a text of"),
        (
            "{pattern: '(?:(?:a{1,999}){1,999}){1,999}'}",
            "(repeats a part more than 100000 times|cannot be compiled)",
        ),
        ("{patternProperties: {'^(a|aa)*$': {}}}", "takes more than 1 s"),
        ("{minLength: 100000000}", "minLength is 100000000"),
        ("{minItems: 100000000}", "minItems is 100000000"),
        ("{type: strin}", "is expected. Did you mean string?"),
        ("{properties: []}", "a mapping is expected"),
        ("{required: k}", "a list is expected"),
        ("{multipleOf: 0}", "a number above 0 is expected"),
    ],
)
def test_what_has_no_end_or_is_no_schema_is_told_with_its_line(schema: str, why: str) -> None:
    with pytest.raises(DocumentError, match=f"small.yaml:12: .*{why}"):
        small(f"{{properties: {{k: {schema}}}}}")


def test_references_that_lead_deeper_and_deeper_are_told() -> None:
    chain = "\n".join(
        f"    S{n}: {{properties: {{a: {{$ref: '#/components/schemas/S{n + 1}'}}}}}}"
        for n in range(MOST_LEVELS + 1)
    )
    text = f"{REFERRING}    S0x: {{}}\n{chain}\n    S{MOST_LEVELS + 1}: {{}}\n"
    with pytest.raises(LimitError, match="more than 100 levels"):
        contract_from(
            text.replace("Two: {type: object, ", "Two: {$ref: '#/components/schemas/S0', ")
        )


def test_references_that_multiply_are_told() -> None:
    doubling = "\n".join(
        f"    S{n}: {{properties: {{a: {{$ref: '#/components/schemas/S{n + 1}'}}, "
        f"b: {{$ref: '#/components/schemas/S{n + 1}'}}}}}}"
        for n in range(40)
    )
    text = f"{REFERRING}{doubling}\n    S40: {{}}\n"
    with pytest.raises(LimitError, match="more than 50000 parts"):
        contract_from(
            text.replace("Two: {type: object, ", "Two: {$ref: '#/components/schemas/S0', ")
        )


def test_what_only_the_server_writes_is_not_asked_for_in_an_item() -> None:
    schema = "{required: [k, made], properties: {k: {type: string}, made: {type: string, readOnly: true}}}"
    known = small(schema)
    assert maker_of(known).validity.is_valid({"k": "a"})
    place = known.submissions[0].item_place
    assert known.schemas.schema(place, "response")["required"] == ["k", "made"]
