"""`spec-review check` as a user meets it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner, Result

from spec_review.cli import main
from spec_review.document import Document
from spec_review.lint.command import contracts
from spec_review.lint.rules import RULES, check
from spec_review.lint.samples import PARCELS, SHOP
from spec_review.output.findings import Finding
from spec_review.output.formats import FORMATS, Review
from spec_review.reading.vocabulary import FORMS, PLACES, WORDS

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(contracts([str(ROOT / "openapi")])) if (ROOT / "openapi").is_dir() else []
OURS = [path for path in OURS if not path.endswith(".schema.json")]
BROKEN = PARCELS.replace("then: Failed, source: guide 2}", "then: Failed, source: TBD}")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture(name="broken")
def _broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    return path


@pytest.fixture(name="clean")
def _clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.yaml"
    path.write_text(PARCELS)
    return path


@pytest.mark.parametrize("path", OURS, ids=lambda path: Path(path).stem)
def test_our_own_contracts_have_no_finding(path: str) -> None:
    assert [str(one) for one in check(Document.load(path))] == []


def test_twenty_thousand_lines_are_checked_in_ten_seconds(tmp_path: Path) -> None:
    head, _, tail = SHOP.partition("components:")
    path = "  /things/{id}:" + head.partition("  /things/{id}:")[2]
    many = "".join(
        path.replace("/things/", f"/things{number}/").replace("getThing", f"getThing{number}")
        for number in range(1000)
    )
    text = head.partition("  /things/{id}:")[0] + many + "components:" + tail
    assert text.count("\n") > 20_000
    document = Document.parse(text, "big.yaml")
    start = time.process_time()
    assert check(document) == []
    assert time.process_time() - start < 10


def test_a_clean_contract_ends_with_0_and_a_line_that_says_so(clean: Path) -> None:
    result = run(clean)
    assert (result.exit_code, result.output) == (0, "1 file checked, no finding\n")


def test_a_finding_is_told_with_its_place_its_rule_and_its_mend(broken: Path) -> None:
    result = run(broken)
    assert result.exit_code == 1
    line = next(n for n, text in enumerate(BROKEN.splitlines(), 1) if "TBD" in text)
    assert result.output.splitlines() == [
        f"{broken}:{line}:49 error unsourced-claim the row invalid claims a source and names none",
        "    mend: name the document and its part, or write silence: with the row that decided it",
        "",
        "1 file checked, 1 error",
    ]


def test_warnings_fail_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("description: What it costs., ", ""))
    assert run(path).exit_code == 0
    assert run(path, "--fail-on", "warning").exit_code == 1


def test_a_folder_is_searched_for_contracts_and_other_files_are_passed_over(
    tmp_path: Path, clean: Path
) -> None:
    (tmp_path / "other.yaml").write_text("jobs: {}\n")
    (tmp_path / "words.schema.json").write_text('{"type": "object"}')
    assert run(tmp_path).output == "1 file checked, no finding\n"


def test_the_folder_openapi_is_checked_when_no_path_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run().exit_code == 2
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi" / "a.yaml").write_text(PARCELS)
    assert run().output == "1 file checked, no finding\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("a: [1\nb: 2", ":2:2: is no YAML"), ("- a", ":1:1: is no mapping"), (None, "no such file")],
)
def test_what_cannot_be_read_ends_with_2_and_its_line(
    tmp_path: Path, text: str | None, sentence: str
) -> None:
    path = tmp_path / "x.yaml"
    if text is not None:
        path.write_text(text)
    result = run(path)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path, broken: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: [")
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "unsourced-claim" in result.stdout


def test_colours_are_for_terminals_that_want_them(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coloured = CliRunner().invoke(main, ["check", str(broken)], color=True)
    assert "\x1b[" in coloured.output
    monkeypatch.setenv("NO_COLOR", "1")
    plain = CliRunner().invoke(main, ["check", str(broken)], color=True)
    assert "\x1b[" not in plain.output


FINDINGS = check(Document.parse(BROKEN, "a b/broken.yaml"))


def test_json_holds_every_part_of_a_finding() -> None:
    told = json.loads(FORMATS["json"](Review(FINDINGS, ["a b/broken.yaml"], RULES)))
    assert told["counts"] == {"error": 1, "warning": 0, "note": 0}
    assert told["findings"][0]["rule"] == "unsourced-claim"
    assert told["findings"][0]["line"] == FINDINGS[0].line


def test_sarif_names_the_rule_and_the_region() -> None:
    told = json.loads(FORMATS["sarif"](Review(FINDINGS, [], RULES)))
    (run,) = told["runs"]
    (result,) = run["results"]
    assert told["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/broken.yaml"}
    assert place["region"] == {"startLine": FINDINGS[0].line, "startColumn": 49}


def test_github_commands_stay_on_one_line_each() -> None:
    finding = Finding("a-rule", "warning", FINDINGS[0].position, "100 %\nof it", "so: or so")
    first = FORMATS["github"](Review([finding])).splitlines()[0]
    assert first == (
        f"::warning file=a b/broken.yaml,line={finding.line},col=49,title=a-rule"
        "::100 %25%0Aof it (so: or so)"
    )


def test_junit_has_a_failed_case_per_finding_and_a_passed_one_for_a_clean_file() -> None:
    text = FORMATS["junit"](Review(FINDINGS, ["a b/broken.yaml", "clean.yaml"], RULES))
    suites = ElementTree.fromstring(text)
    assert [(one.get("name"), one.get("failures")) for one in suites] == [
        ("a b/broken.yaml", "1"),
        ("clean.yaml", "0"),
    ]
    assert len(suites.findall(".//failure")) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_say_that_there_is_nothing_and_write_any_sentence(form: str) -> None:
    assert FORMATS[form](Review([], ["clean.yaml"], RULES))
    odd = Finding("odd", "note", FINDINGS[0].position, "<&> \x07 'é' \"", "]]>")
    text = FORMATS[form](Review([odd]))
    if form == "junit":
        assert len(ElementTree.fromstring(text).findall(".//failure")) == 1


class TestIgnoreFile:
    """A file of findings that somebody decided to live with."""

    @pytest.mark.parametrize(
        "line",
        [
            "unsourced-claim",
            "unsourced-claim broken.yaml  # the gateway answers",
            "unsourced-claim *.yaml the row invalid",
            "unsourced-claim broken.yaml:{line}",
        ],
    )
    def test_a_line_leaves_its_findings_out(self, tmp_path: Path, broken: Path, line: str) -> None:
        ignore = tmp_path / "ignore"
        ignore.write_text("# why\n\n" + line.format(line=FINDINGS[0].line) + "\n")
        assert run(broken, "--ignore", ignore).exit_code == 0

    @pytest.mark.parametrize(
        "line",
        [
            "dead-row",
            "unsourced-claim other.yaml",
            "unsourced-claim broken.yaml:1",
            "unsourced-claim * another sentence",
        ],
    )
    def test_a_line_that_ignores_nothing_is_a_finding(
        self, tmp_path: Path, broken: Path, line: str
    ) -> None:
        ignore = tmp_path / "ignore"
        ignore.write_text(line)
        result = run(broken, "--ignore", ignore)
        assert result.exit_code == 1
        assert f"{ignore}:1:1 warning unused-ignore" in result.output

    def test_a_rule_that_does_not_exist_is_refused(self, tmp_path: Path, broken: Path) -> None:
        ignore = tmp_path / "ignore"
        ignore.write_text("ded-row")
        result = run(broken, "--ignore", ignore)
        assert result.exit_code == 2
        assert "did you mean dead-row?" in result.output

    def test_a_file_that_is_not_there_is_refused(self, broken: Path) -> None:
        assert run(broken, "--ignore", "nowhere").exit_code == 2


def test_every_rule_can_be_listed_and_told() -> None:
    runner = CliRunner()
    listed = runner.invoke(main, ["rules"]).output
    for rule in RULES:
        assert rule.id in listed
        told = runner.invoke(main, ["rules", rule.id])
        assert told.exit_code == 0
        assert rule.why in told.output
    assert "did you mean dead-row?" in runner.invoke(main, ["rules", "ded-row"]).output


def x_words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "properties" and isinstance(inner, dict):
                yield from (word for word in inner if word.startswith("x-"))
            yield from x_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from x_words(inner)


class TestVocabulary:
    """`openapi/vocabulary.schema.json` and this room's own list of words are the same."""

    schema = json.loads((ROOT / "openapi" / "vocabulary.schema.json").read_text())

    def test_both_know_the_same_words(self) -> None:
        # x-rules, x-breaks and some places of x-silence stand in definitions without their word.
        defined = {"x-rules", "x-breaks", "x-silence"}
        assert set(x_words(self.schema)) | defined == set(WORDS)
        assert set(PLACES) == set(FORMS) == set(WORDS)

    @pytest.mark.parametrize(
        ("definition", "word", "inside"),
        [
            ("lifecycle", "x-lifecycles", ("additionalProperties",)),
            (
                "outcome",
                "x-lifecycles",
                ("additionalProperties", "properties", "outcomes", "items"),
            ),
            ("submission", "x-submission", ()),
            ("rules", "x-rules", ()),
            ("silences", "x-silences", ()),
            ("errorForm", "x-error-form", ()),
            ("errorNames", "x-error-names", ()),
        ],
    )
    def test_both_know_the_same_members_and_values(
        self, definition: str, word: str, inside: tuple[str, ...]
    ) -> None:
        ours: Any = FORMS[word]
        for part in inside:
            ours = ours[part]
        theirs = self.schema["$defs"][definition]
        ours, theirs = ours.get("items", ours), theirs.get("items", theirs)
        assert set(ours.get("properties", {})) == set(theirs.get("properties", {}))
        assert ours.get("enum") == theirs.get("enum")
        for name, member in ours.get("properties", {}).items():
            assert set(member.get("enum", ())) == set(theirs["properties"][name].get("enum", ()))

    def test_the_sample_fits_the_schema(self) -> None:
        validator = jsonschema_rs.validator_for(self.schema)
        assert [str(one) for one in validator.iter_errors(yaml.safe_load(PARCELS))] == []


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("more.yaml#/Language", None),
        ("more.yaml#/Speech", "#/Speech is nowhere in more.yaml"),
        ("other.yaml#/Language", "there is no file other.yaml beside this one"),
        ("broken.yaml#/Language", "broken.yaml#/Language is not readable: is no YAML"),
        ("https://example.org/more.yaml#/Language", None),
    ],
)
def test_a_reference_to_another_file_is_looked_up_there(
    tmp_path: Path, reference: str, sentence: str | None
) -> None:
    (tmp_path / "more.yaml").write_text("Language: {name: a, in: query, schema: {type: string}}")
    (tmp_path / "broken.yaml").write_text("a: [")
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("'#/components/parameters/Language'", f"'{reference}'"))
    found = [one for one in check(Document.load(path)) if one.rule == "dangling-reference"]
    assert [one.sentence.startswith(sentence or "?") for one in found] == [True] * bool(sentence)


def test_a_contract_in_json_is_checked_like_one_in_yaml(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(yaml.safe_load(BROKEN), indent=2))
    (finding,) = check(Document.load(path))
    line = path.read_text().splitlines()[finding.line - 1]
    assert line[finding.column - 1 :] == '"TBD"'
