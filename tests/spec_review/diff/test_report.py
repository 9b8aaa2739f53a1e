"""A report that people read: one cause, one entry; both sides; whoever is hurt first; what was accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import Result

from spec_review.diff.report.entries import excerpts
from spec_review.diff.report.wording import in_short
from tests.spec_review.commands import spec_review
from tests.spec_review.git import commit

HEAD = 'openapi: 3.1.1\ninfo: {title: Shop, version: "1"}\npaths:\n'
OPERATION = """\
  /{name}:
    get:
      operationId: list-{name}
      tags: [{tag}]
      parameters:
        - {{name: page, in: query, schema: {{type: integer, maximum: 100}}}}
      responses:
        "200":
          description: They.
          content:
            application/json:
              schema: {{type: object, required: [total], properties: {{total: {{type: integer}}}}}}
"""
SHOP = HEAD + "".join(
    OPERATION.format(name=name, tag=tag) for name, tag in (("cats", "pets"), ("dogs", "pets"), ("toys", "goods"))
)  # fmt: skip

Compare = Callable[..., Result]


@pytest.fixture(name="compare")
def _compare(tmp_path: Path) -> Compare:
    """Compare the shop with an edited one."""

    def compare(*edits: tuple[str, str], options: tuple[str, ...] = ()) -> Result:
        edited = SHOP
        for old, new in edits:
            assert old in edited
            edited = edited.replace(old, new)
        (tmp_path / "old.yaml").write_text(SHOP)
        (tmp_path / "new.yaml").write_text(edited)
        return spec_review("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", *options)

    return compare


NARROW = ("maximum: 100", "maximum: 50")
LOOSE = ("required: [total], ", "")


class TestEntries:
    """One cause is one entry."""

    def test_the_same_change_at_three_places_is_told_once(self, compare: Compare) -> None:
        lines = compare(NARROW).stdout.splitlines()
        assert lines[2] == "Breaking for partners (1)"
        assert "in list-cats, list-dogs and list-toys" in lines[8]
        assert lines[9].count("new.yaml:") == 2

    def test_a_parameter_is_called_by_its_name(self, compare: Compare) -> None:
        assert "`page` has a maximum of 50 now, it was 100" in compare(NARROW).stdout

    def test_both_places_and_both_values_are_told(self, compare: Compare, tmp_path: Path) -> None:
        lines = compare(NARROW).stdout.splitlines()
        assert lines[6:8] == [
            f"    before: 100 at {tmp_path}/old.yaml:9:68",
            f"    after:  50 at {tmp_path}/new.yaml:9:68",
        ]

    def test_long_values_are_told_from_where_they_differ(self) -> None:
        same = "a word " * 30
        before, after = excerpts(f"{same}old{same}", f"{same}new{same}")

        assert "old" in before
        assert "new" in after
        assert max(len(before), len(after)) <= 80

    def test_a_value_says_which_member_shows_the_change(self, compare: Compare) -> None:
        assert "without `total`: {} for" in compare(LOOSE).output

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("  /cats:", "  /kittens: {get: {responses: {'200': {description: d, content: {text/plain: {}}}}}}\n  /cats:"),
            ("required: [total], properties: {total: {type: integer}}", "properties: {}"),
        ],
    )  # fmt: skip
    def test_what_holds_something_new_or_gone_is_not_told_again(
        self, compare: Compare, old: str, new: str
    ) -> None:
        assert "written otherwise" not in compare((old, new)).output

    def test_whoever_is_hurt_most_comes_first(self, compare: Compare) -> None:
        both = compare(LOOSE, NARROW).stdout
        assert both.index("maximum") < both.index("no longer required")
        reader = compare(LOOSE, NARROW, options=("--for", "reader")).stdout
        assert reader.index("no longer required") < reader.index("maximum")
        assert "Breaking for a partner who reads (1)" in reader

    def test_all_places_are_told_on_demand(self, compare: Compare) -> None:
        many = compare(NARROW, options=("--places",)).stdout
        assert "in list-cats, list-dogs, list-toys" in many

    def test_quiet_leaves_out_what_is_safe_and_says_how_much(self, compare: Compare) -> None:
        result = compare(("description: They.", "description: All."), options=("--quiet",))
        assert (
            result.stdout.splitlines()[-1]
            == "1 change, for partners 0 breaking, 0 unclear, 1 safe."
        )


class TestSelection:
    """Changes of some paths and tags."""

    @pytest.mark.parametrize(
        ("options", "operations"),
        [
            (("--path", "/cats"), {"list-cats"}),
            (("--path", "/*s"), {"list-cats", "list-dogs", "list-toys"}),
            (("--tag", "pets"), {"list-cats", "list-dogs"}),
            (("--tag", "pets", "--path", "/dogs"), {"list-dogs"}),
            (("--tag", "none"), set()),
        ],
    )
    def test_only_what_touches_them_is_told_and_counts(
        self, compare: Compare, options: tuple[str, ...], operations: set[str]
    ) -> None:
        result = compare(NARROW, options=(*options, "--format", "json"))
        changes = json.loads(result.stdout)["changes"]
        assert {name for change in changes for name in change["operations"]} == operations
        assert result.exit_code == (1 if operations else 0)

    def test_what_no_operation_has_is_told(self, compare: Compare) -> None:
        result = compare(NARROW, options=("--path", "/cat", "--tag", "none"))

        assert result.stderr.splitlines() == [
            "no path fits /cat. Did you mean /cats?",
            "no operation has the tag none",
        ]


class TestApprovals:
    """Changes that somebody accepted."""

    def fingerprint(self, compare: Compare) -> str:
        told = json.loads(compare(NARROW, options=("--format", "json")).stdout)
        (one,) = {change["fingerprint"] for change in told["changes"]}
        return str(one)

    def test_one_that_is_accepted_does_not_count(self, compare: Compare, tmp_path: Path) -> None:
        file = tmp_path / "accepted.yaml"
        mark = self.fingerprint(compare)
        file.write_text(f"approvals: [{{fingerprint: {mark}, reason: All were asked.}}]\n")
        result = compare(NARROW, options=("--approve", str(file)))
        assert result.exit_code == 0
        assert "All were asked." in result.stdout
        assert result.stdout.splitlines()[-1] == "Nothing else changed; 1 change accepted."

    def test_it_is_known_again_where_lines_have_moved(self, compare: Compare) -> None:
        moved = compare(NARROW, ("paths:\n", "\n\npaths:\n"), options=("--format", "json"))
        assert {one["fingerprint"] for one in json.loads(moved.stdout)["changes"]} == {
            self.fingerprint(compare)
        }

    @pytest.mark.parametrize(
        ("entry", "sentence"),
        [
            ("fingerprint: {mark}, reason: a, until: 2020-01-01", "ended on 2020-01-01"),
            ("fingerprint: 0123, reason: a", "nothing has the fingerprint 0123 any more"),
        ],
    )
    def test_one_that_is_over_or_fits_nothing_is_told(
        self, compare: Compare, tmp_path: Path, entry: str, sentence: str
    ) -> None:
        file = tmp_path / "accepted.yaml"
        file.write_text("approvals: [{" + entry.format(mark=self.fingerprint(compare)) + "}]\n")
        result = compare(NARROW, options=("--approve", str(file)))
        assert result.exit_code == 1
        assert sentence in result.stderr

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("approvals: [{fingerprint: a, reason: ' '}]", ":1: an approval says why"),
            (
                "approvals: [{fingerprint: a, reson: b}]",
                ":1: reson is not known here. did you mean reason?",
            ),
            ("approvals: [{fingerprint: a, reason: b, until: soon}]", ":1: this is no day"),
            ("approvals: [{reason: b}]", "fingerprint is missing here"),
            ("approval: []", ":1: approval is not known here"),
            (None, "there is no such file"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_told_with_its_line(
        self, compare: Compare, tmp_path: Path, text: str | None, sentence: str
    ) -> None:
        file = tmp_path / "accepted.yaml"
        if text is not None:
            file.write_text(text)
        result = compare(NARROW, options=("--approve", str(file)))
        assert result.exit_code == 2
        assert sentence in result.stderr


def many(tmp_path: Path, number: int) -> tuple[Path, Path]:
    """Two contracts with as many breaking changes, each of its own kind."""
    paths = {}
    for name, most in (("old", 1000), ("new", 10)):
        text = HEAD
        for index in range(number):
            text += OPERATION.format(name=f"p{index}", tag="a").replace(
                "maximum: 100", f"maximum: {most + index}"
            )
        paths[name] = tmp_path / f"{name}.yaml"
        paths[name].write_text(text)
    return paths["old"], paths["new"]


def test_a_comment_fits_and_counts_the_rest(tmp_path: Path) -> None:
    text = spec_review("diff", *many(tmp_path, 400), "--format", "markdown").stdout
    assert len(text) < 65_536
    assert "- and 375 more" in text


def test_the_page_shows_both_texts_side_by_side(compare: Compare) -> None:
    page = compare(NARROW, options=("--format", "html")).stdout
    assert page.startswith("<!doctype html>")
    assert (
        "<b>    9          - {name: page, in: query, schema: {type: integer, maximum: 100}}</b>"
        in page
    )
    assert (
        "<b>    9          - {name: page, in: query, schema: {type: integer, maximum: 50}}</b>"
        in page
    )


def test_the_page_shows_of_a_document_in_one_line_what_is_around_a_place(tmp_path: Path) -> None:
    old, new = (json.dumps(yaml.safe_load(path.read_text())) for path in many(tmp_path, 30))
    (tmp_path / "old.json").write_text(old)
    (tmp_path / "new.json").write_text(new)
    page = spec_review("diff", tmp_path / "old.json", tmp_path / "new.json", "--format", "html")

    assert len(page.stdout) < 60_000 < len(old) * 30
    assert "maximum" in page.stdout


def test_of_a_long_text_that_shows_something_its_length_is_told() -> None:
    assert in_short("a" * 256) == '"aaaaaaaaaaaaaaaaaaaa"... (256 characters)'
    assert in_short(["a"]) == '["a"]'


def test_the_page_shows_no_tag_of_a_document(compare: Compare) -> None:
    page = compare(
        ("maximum: 100", 'maximum: 50, pattern: "<script>"'), options=("--format", "html")
    )
    assert "<script>" not in page.stdout


def test_sarif_has_both_places_rule_texts_and_fingerprints_that_stay(compare: Compare) -> None:
    def results(*edits: tuple[str, str]) -> list[dict[str, Any]]:
        (run,) = json.loads(compare(*edits, options=("--format", "sarif")).stdout)["runs"]
        assert all(rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"])
        found: list[dict[str, Any]] = run["results"]
        return found

    (one,) = results(NARROW)
    (moved,) = results(NARROW, ("paths:\n", "\n\npaths:\n"))
    (before,) = one["relatedLocations"]
    assert before["physicalLocation"]["region"]["startLine"] == 9
    assert moved["locations"][0]["physicalLocation"]["region"]["startLine"] == 11
    assert one["partialFingerprints"] == moved["partialFingerprints"]


def test_the_names_of_junit_cases_are_unique(tmp_path: Path) -> None:
    text = spec_review("diff", *many(tmp_path, 20), "--format", "junit").stdout
    names = [case.get("name") for case in ElementTree.fromstring(text).iter("testcase")]
    assert len(names) == len(set(names)) == 20


def test_annotations_name_files_from_the_root_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "api").mkdir()
    path = tmp_path / "api" / "shop.yaml"
    path.write_text(SHOP)
    commit(tmp_path)
    path.write_text(SHOP.replace(*NARROW))
    monkeypatch.chdir(path.parent)
    text = spec_review("diff", "git:HEAD:shop.yaml", "shop.yaml", "--format", "github").stdout
    assert text.startswith("::error file=api/shop.yaml,line=9,")
