"""`spec-review check` as a user meets it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import yaml

from openapi_documents import load, parse
from openapi_documents.vocabulary import check as check_words
from spec_review.lint.rules import RULES, check
from spec_review.lint.samples import PARCELS, SHOP
from tests.spec_review.commands import BROKEN, spec_review
from tests.spec_review.commands import check as run
from tests.spec_review.documents import OURS


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


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_own_contracts_have_no_finding(path: Path) -> None:
    assert [str(one) for one in check(load(path))] == []


def test_twenty_thousand_lines_are_checked_in_ten_seconds(tmp_path: Path) -> None:
    head, _, tail = SHOP.partition("components:")
    path = "  /things/{id}:" + head.partition("  /things/{id}:")[2]
    many = "".join(
        path.replace("/things/", f"/things{number}/").replace("getThing", f"getThing{number}")
        for number in range(1000)
    )
    text = head.partition("  /things/{id}:")[0] + many + "components:" + tail
    assert text.count("\n") > 20_000
    document = parse(text, "big.yaml")
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
    assert run(path, "--preset", "strict").exit_code == 0
    assert run(path, "--preset", "strict", "--fail-on", "warning").exit_code == 1


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
    [
        ("a: [1\nb: 2", "x.yaml:2: this is no YAML"),
        ("- a", "x.yaml:1: an OpenAPI document is a mapping"),
        (None, "there is no such file"),
        ("swagger: '2.0'", "x.yaml:1: this is Swagger 2.0, not OpenAPI"),
        ("openapi: 4.0.0", "x.yaml:1: OpenAPI 4.0.0 is not known here"),
        ("overlay: 1.0.0", "x.yaml:1: this is an OpenAPI Overlay 1.0.0, not OpenAPI"),
        ("a: 1", "x.yaml:1: this document does not say which OpenAPI it is written in"),
        ("openapi: 3.1.1\nopenapi: 3.1.1", "x.yaml:2: the key openapi stands here a second time"),
    ],
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


@pytest.mark.parametrize("form", ["github", "sarif", "junit", "json"])
def test_what_cannot_be_read_is_told_to_tools_as_well(tmp_path: Path, form: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: [1\nb: 2")
    result = run(path, "--format", form)
    assert result.exit_code == 2
    assert "unreadable-document" in result.stdout


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path, broken: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: [")
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "unsourced-claim" in result.stdout


def test_colours_are_for_terminals_that_want_them(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coloured = spec_review("check", broken, color=True)
    assert "\x1b[" in coloured.output
    monkeypatch.setenv("NO_COLOR", "1")
    plain = spec_review("check", broken, color=True)
    assert "\x1b[" not in plain.output


def test_every_rule_can_be_listed_and_told() -> None:
    listed = spec_review("rules").output
    for rule in RULES:
        assert rule.id in listed
        told = spec_review("rules", rule.id)
        assert told.exit_code == 0
        assert rule.why in told.output
    assert "did you mean dead-row?" in spec_review("rules", "ded-row").output


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("more.yaml#/Language", None),
        (
            "more.yaml#/Speech",
            "the reference more.yaml#/Speech leads nowhere: nothing stands there",
        ),
        ("other.yaml#/Language", "leads nowhere: {folder}/other.yaml: there is no such file"),
        (
            "broken.yaml#/Language",
            "leads to a broken file: {folder}/broken.yaml:2: this is no YAML",
        ),
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
    found = [one for one in check(load(path)) if one.rule.endswith("-reference")]
    expected = (sentence or "?").replace("{folder}", str(tmp_path))
    assert [expected in f"{one.sentence}. {one.mend}" for one in found] == [True] * bool(sentence)
    assert {one.rule for one in found} <= {"dangling-reference"}


def test_a_reference_out_of_the_folder_is_no_dangling_one(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("'#/components/parameters/Language'", "../more.yaml#/Language"))
    (finding,) = check(load(path))
    assert finding.rule == "unfollowed-reference"
    assert finding.sentence.endswith("leads out of the folder of the document")
    assert finding.mend.startswith("--allow-refs DIR")


def test_a_contract_in_json_is_checked_like_one_in_yaml(tmp_path: Path) -> None:
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(yaml.safe_load(BROKEN), indent=2))
    (finding,) = check(load(path))
    line = path.read_text().splitlines()[finding.line - 1]
    assert line[finding.column - 1 :] == '"TBD"'


def test_the_samples_fit_the_vocabulary() -> None:
    assert check_words(parse(PARCELS, "parcels.yaml")) == ()
