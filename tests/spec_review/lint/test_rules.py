"""Each rule finds what its breaking sample shows, exactly that, and nothing in the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openapi_documents import DocumentError, parse
from spec_review.lint.reference import page
from spec_review.lint.rule import Rule
from spec_review.lint.rules import RULES, check
from spec_review.lint.rules.lifecycles import collection_disagreement
from spec_review.lint.rules.lives.samples import ORDERS
from spec_review.lint.rules.paths import ambiguous_path
from spec_review.lint.rules.silences.unknown_silence import nearest_silence
from spec_review.lint.samples import PARCELS, SHOP
from tests.spec_review.documents import ROOT


def ids(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_the_breaking_sample_has_exactly_one_finding_at_its_mark(rule: Rule) -> None:
    findings = check(parse(rule.breaks.text, "sample.yaml"))
    assert [(one.rule, str(one.position)) for one in findings] == [
        (rule.id, str(rule.breaks.position("sample.yaml")))
    ], findings


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_the_keeping_sample_has_no_finding(rule: Rule) -> None:
    assert check(parse(rule.keeps.text, "sample.yaml")) == []


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_a_rule_says_what_must_hold_and_why(rule: Rule) -> None:
    assert rule.sentence.endswith(".")
    assert rule.why.endswith(".")
    assert rule.breaks.text != rule.keeps.text


def test_the_page_about_the_rules_says_what_the_rules_say() -> None:
    path = ROOT / "spec_review" / "lint" / "rules" / "README.md"
    assert path.read_text() == page(RULES), "write page(RULES) there again"


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_rule_stands_in_the_file_of_its_name() -> None:
    folder = ROOT / "spec_review" / "lint" / "rules"
    stems = {path.stem.replace("_", "-") for path in folder.glob("*/*.py")}
    assert {rule.id for rule in RULES} <= stems


@pytest.mark.parametrize(
    ("alternative", "state"),
    [
        ("{state: Conflit}", "Conflit"),
        ("{member: errors, form: 'null', in: [Duplicate, Conflit]}", "Conflit"),
        ("{shown: {Conflit: Failed}}", "Conflit"),
    ],
)
def test_a_state_that_an_alternative_names_is_declared(alternative: str, state: str) -> None:
    text = PARCELS.replace("[Conflict]\n", f"[another]\n    instead: [{alternative}]\n")
    (finding,) = (each for each in check(parse(text, "a.yaml")) if each.rule == "unknown-state")
    assert state in finding.sentence
    assert finding.mend == "did you mean Conflict?"


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("S" + "99", ["S1", "S9", "S14"], "S14"),  # of no contract of ours
        ("S3", ["S1", "S4", "S14"], "S4"),
        ("P4", ["S4", "P40"], "P40"),
        ("unansered", ["unanswered", "S1"], "unanswered"),
        ("S1", ["other"], None),
    ],
)
def test_the_nearest_silence_is_meant(name: str, known: list[str], near: str | None) -> None:
    assert nearest_silence(name, known) == near


@pytest.mark.parametrize("served", [True, False])
def test_a_requirement_is_idle_where_a_service_answers(served: bool) -> None:
    needs = "      x-requires: [{lifecycle: order, id: $request.body#/order, states: [Placed]}]\n"
    text = ORDERS.replace("      operationId: pay\n", f"      operationId: pay\n{needs}")
    word = "x-understudy-service: rewards\n" if served else ""
    rules = {each.rule for each in check(parse(f"{text}{word}", "a.yaml"))}
    assert ("idle-requirement" in rules) == served


@pytest.mark.parametrize(
    "place",
    [
        "webhooks: {told: {post: %s}}",
        "paths: {/a: {post: {callbacks: {told: {'{$url}': {post: %s}}}}}}",
    ],
)
def test_a_provider_may_send_what_is_read_only(place: str) -> None:
    operation = (
        "{requestBody: {content: {application/json: {schema: {properties: {id: {readOnly: true}}}, "
        "example: {id: 1}}}}, responses: {'204': {description: Heard.}}}"
    )
    head = 'openapi: 3.1.1\ninfo: {title: A, version: "1"}\n'
    rules = {each.rule for each in check(parse(f"{head}{place % operation}\n", "a.yaml"))}
    turned = {
        each.rule
        for each in check(parse(f"{head}paths: {{/a: {{post: {operation}}}}}\n", "a.yaml"))
    }

    assert "one-way-example" in turned
    assert "one-way-example" not in rules


def test_what_is_the_habit_of_a_file_is_told_once() -> None:
    silent = "".join(
        f"  /p{number}: {{get: {{responses: {{'204': {{description: Done.}}}}}}}}\n"
        for number in range(30)
    )
    findings = check(parse(SHOP.replace("paths:\n", f"paths:\n{silent}"), "a.yaml"))
    (one,) = (each for each in findings if each.rule == "missing-description")
    assert (
        one.sentence == "the operations GET /p0, GET /p1, GET /p2 and 27 more have no description"
    )


@pytest.mark.parametrize(("kind", "meets"), [("string", True), ("integer", False)])
def test_paths_meet_only_where_a_fixed_part_is_a_value_of_the_parameter(
    kind: str, meets: bool
) -> None:
    text = ambiguous_path.RULE.breaks.text.replace(
        "description: Its number., schema: {type: string}, example: a1}",
        f"description: Its number., schema: {{type: {kind}}}, example: 1}}",
    )
    rules = {each.rule for each in check(parse(text, "a.yaml"))}
    assert ("ambiguous-path" in rules) == meets


SIDES = """\
openapi: 3.0.3
info: {title: A, version: "1"}
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/A"}, example: SENT}}}
      responses:
        "200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/A"}, example: CAME}}}
components:
  schemas:
    A:
      type: object
      required: [id, pin]
      properties: {id: {type: integer, readOnly: true}, pin: {type: string, writeOnly: true}}
"""


@pytest.mark.parametrize(
    ("sent", "came", "lines"),
    [
        ("{pin: '1'}", "{id: 1}", []),
        ("{id: 1}", "{id: 1}", [6]),
        ("{pin: '1'}", "{pin: '1'}", [8]),
    ],
)
def test_an_example_lacks_what_only_the_other_message_has(
    sent: str, came: str, lines: list[int]
) -> None:
    findings = check(parse(SIDES.replace("SENT", sent).replace("CAME", came), "a.yaml"))
    assert [each.line for each in findings if each.rule == "example-schema"] == lines


@pytest.mark.parametrize(
    ("example", "lines"), [("<a><id>1</id></a>", []), ("<b> and more", [15]), ("{}", [15])]
)
def test_an_example_of_a_schema_may_be_xml_in_a_text(example: str, lines: list[int]) -> None:
    text = SIDES.replace("SENT", "{pin: '1'}").replace("CAME", "{id: 1}")
    findings = check(parse(f'{text}      example: "{example}"\n', "a.yaml"))
    assert [each.line for each in findings if each.rule == "example-schema"] == lines


@pytest.mark.parametrize(
    ("pin", "is_quoted"), [("12", True), ("true", True), ("[1]", False), ("null", False)]
)
def test_quotes_mend_what_is_a_text_without_them(pin: str, is_quoted: bool) -> None:
    text = SIDES.replace("SENT", f"{{pin: {pin}}}").replace("CAME", "{id: 1}")
    mends = [one.mend for one in check(parse(text, "a.yaml")) if one.rule == "example-schema"]
    assert mends == ["write it in quotes" if is_quoted else ""]


def found(text: str) -> list[tuple[str, int, int]]:
    return [(one.rule, one.line, one.column) for one in check(parse(text, "sample.yaml"))]


class TestPlaces:
    """A finding stands where the text is written, however the document leads there."""

    def test_through_a_reference_to_an_example(self) -> None:
        text = SHOP.replace(
            "example: {id: a1, price: 5}", "examples: {one: {$ref: '#/components/examples/One'}}"
        ).replace("  schemas:\n", "  examples:\n    One:\n      value: {id: 5}\n  schemas:\n")
        line = text.splitlines().index("      value: {id: 5}") + 1
        assert found(text) == [("example-schema", line, 19)]

    def test_through_a_reference_to_a_parameter(self) -> None:
        text = SHOP.replace("      schema: {type: string}\n", "      schema: {minLength: 1}\n")
        line = text.splitlines().index("      schema: {minLength: 1}") + 1
        assert found(text) == [("parameter-type", line, 7)]

    def test_through_an_alias_once_where_the_anchor_is(self) -> None:
        text = SHOP.replace(
            "example: {id: a1, price: 5}", "examples: {one: &one {value: {id: 5}}, two: *one}"
        )
        line = next(n for n, one in enumerate(text.splitlines(), 1) if "&one" in one)
        column = text.splitlines()[line - 1].index("id: 5") + 5
        assert found(text) == [("example-schema", line, column)]

    def test_through_a_merge_key(self) -> None:
        text = SHOP.replace("components:\n", "x-shared: &shared {minimum: no}\ncomponents:\n")
        text = text.replace(", minimum: 0}", ", <<: *shared}").replace(
            "minimum: no", "minimum: [0]"
        )
        line = next(n for n, one in enumerate(text.splitlines(), 1) if "&shared" in one)
        assert ("schema-form", line, text.splitlines()[line - 1].index("minimum") + 1) in found(
            text
        )

    def test_in_the_lifecycle_whose_states_are_an_alias(self) -> None:
        """Two lifecycles share their states; only the second one never reaches Conflict."""
        text = collection_disagreement.RULE.keeps.text.replace(
            "states: {Completed: {saved: true}, Failed: {}}", "states: *states"
        ).replace("processing: synchronous", "processing: asynchronous")
        conflict = text.splitlines().index("        Conflict: {}") + 1
        assert ("unreachable-state", conflict, 9) in found(text)


@pytest.mark.parametrize("sample", [SHOP, PARCELS], ids=["shop", "parcels"])
@settings(max_examples=60, derandomize=True, deadline=None)
@given(data=st.data())
def test_no_edit_crashes_a_rule_and_every_finding_stands_in_the_text(
    sample: str, data: st.DataObject
) -> None:
    lines = sample.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        edit = data.draw(st.sampled_from(["drop", "double", "swap", "retype", "rename", "empty"]))
        key, colon, rest = lines[at].partition(":")
        match edit:
            case "drop":
                lines[at] = ""
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "retype":
                new = data.draw(st.sampled_from(["3", "true", "[]", "{}", "[[]]", "{$ref: '#/a'}"]))
                lines[at] = f"{key}: {new}"
            case "rename":
                lines[at] = f"{key}x{colon}{rest}"
            case "empty":
                lines[at] = f"{key}:"
    text = "\n".join(lines)
    try:
        document = parse(text, "sample.yaml")
    except DocumentError:
        return  # the edit left no YAML
    for finding in check(document):
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
