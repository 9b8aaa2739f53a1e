"""Forms that a discriminator tells apart: what is gone or new is told by its value, whatever else the forms take."""

from __future__ import annotations

import pytest

from openapi_documents import parse
from spec_review.diff.comparison import compare
from spec_review.diff.verdicts import PARTNERS

HEAD = """\
openapi: 3.2.0
info: {title: Animals, version: "1"}
paths:
  /animals:
    post:
      operationId: send
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}}
      responses: {'204': {description: Done.}}
    get:
      operationId: read
      responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}}}
components:
  schemas:
"""
FORM = "    %s: {type: object, required: [kind], properties: {kind: {type: string}, name: {type: string}}}\n"
MAPPED = "mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}"


def animals(*names: str, said: str = "", forms: str = "") -> str:
    """A document whose animals are one of these forms, all alike."""
    refs = ", ".join(f"{{$ref: '#/components/schemas/{name}'}}" for name in names)
    tag = f"{{propertyName: kind{', ' + said if said else ''}}}"
    union = f"    Animal: {{oneOf: [{refs}], discriminator: {tag}}}\n"
    return HEAD + union + (forms or "".join(FORM % name for name in names))


def told(old: str, new: str) -> list[str]:
    """The changes that are not safe for every partner: rule, sender, reader."""
    found = compare(parse(old, "old.yaml"), parse(new, "new.yaml")).changes
    return sorted(
        " ".join([each.change.rule, *(each.change.verdicts.of(party) for party in PARTNERS)])
        for each in found
        if each.change.verdicts.worst(PARTNERS) != "safe"
    )


@pytest.mark.parametrize("said", ["", MAPPED])
def test_a_form_that_is_gone_breaks_who_sends_it_and_a_new_one_who_reads(said: str) -> None:
    two, three = animals("Cat", "Dog", said=said), animals("Cat", "Dog", "Cow", said=said)

    assert told(three, two) == ["schema-form-removed breaking safe"]
    assert told(two, three) == ["schema-form-added safe breaking"]


def test_who_reads_copes_with_a_new_form_where_one_is_named_for_what_he_does_not_know() -> None:
    said = "defaultMapping: Cat"

    assert told(animals("Cat", "Dog", said=said), animals("Cat", "Dog", "Cow", said=said)) == [
        "schema-form-added safe unclear"
    ]


def test_a_schema_may_be_called_otherwise_where_its_value_stays() -> None:
    renamed = animals("Katze", "Dog", said=MAPPED.replace("/Cat", "/Katze"))

    assert told(animals("Cat", "Dog", said=MAPPED), renamed) == []


def test_a_schema_that_is_its_own_value_may_not() -> None:
    assert told(animals("Cat", "Dog"), animals("Katze", "Dog")) == [
        "schema-discriminator breaking safe",
        "schema-discriminator safe unclear",
    ]


def test_a_schema_that_is_called_otherwise_and_edited_is_compared_with_what_it_was() -> None:
    new = animals("Katze", "Dog", said=MAPPED.replace("/Cat", "/Katze"))
    new = new.replace("name: {type: string}", "name: {type: string, maxLength: 9}", 1)

    assert told(animals("Cat", "Dog", said=MAPPED), new) == [
        "schema-limit breaking safe",
        "schema-overlap safe unclear",
    ]


def test_the_form_of_what_has_no_known_value_may_not_be_another() -> None:
    cat, dog = (animals("Cat", "Dog", said=f"defaultMapping: {name}") for name in ("Cat", "Dog"))

    assert told(cat, dog) == ["schema-discriminator breaking breaking"]
    assert told(animals("Cat", "Dog"), cat) == ["schema-discriminator safe unclear"]
    assert told(cat, animals("Cat", "Dog")) == ["schema-discriminator breaking safe"]


def test_a_value_that_fits_a_new_form_too_is_told_as_what_a_validator_refuses() -> None:
    forms = "".join(FORM % name for name in ("Cat", "Dog"))
    forms = forms.replace("name: {type: string}", "a: {type: boolean}", 1)
    cow = "{type: object, required: [kind, b], properties: {kind: {type: string}, b: {}}}"
    old = animals("Cat", "Dog", forms=forms)
    new = animals("Cat", "Dog", "Cow", forms=f"{forms}    Cow: {cow}\n")

    assert told(old, new) == ["schema-form-added safe breaking", "schema-overlap unclear safe"]


UNION = HEAD + "    Animal: {oneOf: [%s]}\n"
CAT = "{type: object, required: [cat], properties: {cat: {type: string}}}"
DOG = CAT.replace("cat", "dog")


@pytest.mark.parametrize(
    ("form", "overlap"),
    [
        ("{type: object, required: [cat], properties: {cat: {}, age: {}}}", ["request-schema breaking safe"]),
        ("{type: object, required: [cat], properties: {cat: {maxLength: 3}, age: {}}}", ["schema-overlap unclear safe"]),
        ("{type: object, required: [age], properties: {age: {type: integer}}, maxProperties: 1}", []),
    ],
)  # fmt: skip
def test_a_form_of_which_nothing_is_left_that_fits_it_alone_breaks_who_sends_it(
    form: str, overlap: list[str]
) -> None:
    new = UNION % f"{CAT}, {DOG}, {form}"

    assert told(UNION % f"{CAT}, {DOG}", new) == sorted(
        ["schema-form-added safe breaking", *overlap]
    )


def test_a_schema_that_a_new_form_brings_is_not_called_unused() -> None:
    forms = "".join(FORM % name for name in ("Cat", "Dog"))
    cow = "    Cow: {type: object, properties: {kind: {const: Cow}, of: {$ref: '#/components/schemas/Farm'}}}\n"
    farm = "    Farm: {type: object}\n"
    new = animals("Cat", "Dog", "Cow", forms=forms + cow + farm)
    found = compare(parse(animals("Cat", "Dog", forms=forms), "a.yaml"), parse(new, "b.yaml"))

    assert "unused-changed" not in {each.change.rule for each in found.changes}


HEIRS = (
    HEAD
    + """\
    Animal: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind%s}}
    Pet: {allOf: [{$ref: '#/components/schemas/Animal'}]}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
"""
)
DOG_HEIR = "    Dog: {allOf: [{$ref: '#/components/schemas/Animal'}, {properties: {age: {}}}]}\n"


def test_what_inherits_from_a_schema_with_a_discriminator_travels_wherever_that_does() -> None:
    old = HEIRS % ""

    assert told(old, old.replace("type: integer", "type: number")) == ["schema-type safe breaking"]
    assert told(old, old.replace("integer", "string")) == ["schema-type breaking breaking"]


def test_an_heir_that_is_gone_breaks_who_sends_it_and_a_new_one_is_a_further_value() -> None:
    old = HEIRS % ""

    assert told(old, old + DOG_HEIR) == ["schema-form-added safe unclear"]
    assert told(old + DOG_HEIR, old) == ["schema-form-removed breaking safe"]


def test_an_heir_may_be_called_otherwise_where_its_value_stays() -> None:
    old = HEIRS % ", mapping: {cat: '#/components/schemas/Cat'}"

    assert told(old, old.replace("Cat", "Katze")) == []
    assert told(old, old.replace("cat:", "katze:")) == [
        "schema-discriminator breaking safe",
        "schema-discriminator safe unclear",
    ]


def test_what_is_joined_to_a_schema_in_use_is_not_called_unused() -> None:
    base = "    Animal: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a: {enum: [1]}}}]}\n"
    old = HEAD + base + "    Base: {type: object, properties: {a: {enum: [1, 2]}}}\n"
    found = compare(parse(old, "a.yaml"), parse(old.replace("[1, 2]", "[1, 3]"), "b.yaml"))

    assert [each.change.rule for each in found.changes] == ["written-otherwise"]
