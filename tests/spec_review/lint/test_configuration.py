"""What `.spec-review.yaml` says holds, and what it cannot mean is told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_review.lint.configuration.presets import PRESETS
from spec_review.lint.rules import RULES
from spec_review.lint.samples import PARCELS, SHOP
from tests.spec_review.commands import check
from tests.spec_review.documents import ROOT

SILENT = SHOP.replace("description: What it costs., ", "")
"""A foreign contract in which only `missing-description` finds something."""


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> Path:
    (tmp_path / "api").mkdir()
    path = tmp_path / "api" / "shop.yaml"
    path.write_text(SILENT)
    return path


def configured(shop: Path, text: str) -> Path:
    (shop.parent.parent / ".spec-review.yaml").write_text(text)
    return shop


def rules_found(path: Path, *options: str) -> list[str]:
    lines = check(path, *options).stdout.splitlines()
    return [line.split()[2] for line in lines if line.startswith(str(path.parent))]


class TestPresets:
    """Which rules are asked when nobody chose."""

    def test_a_contract_of_others_is_asked_what_is_essential(self, shop: Path) -> None:
        assert rules_found(shop) == []

    def test_one_with_words_of_ours_is_asked_everything(self, tmp_path: Path) -> None:
        path = tmp_path / "parcels.yaml"
        path.write_text(PARCELS.replace("description: In kilograms., ", ""))
        assert rules_found(path) == ["missing-description"]

    def test_the_command_line_has_the_last_word(self, shop: Path) -> None:
        configured(shop, "preset: essential\n")
        assert rules_found(shop, "--preset", "strict") == ["missing-description"]

    def test_what_is_of_taste_is_not_essential(self) -> None:
        essential = {rule.id for rule in RULES if rule.preset == "essential"}
        house = {
            "error-body",
            "missing-example",
            "path-order",
            "parameter-type",
            "unused-component",
        }
        assert not essential & house

    def test_of_a_rule_some_presets_ask_a_part_only(self, shop: Path) -> None:
        shop.write_text(SILENT.replace("      summary: Show a thing\n", ""))
        assert len(rules_found(shop)) == 1
        assert len(rules_found(shop, "--preset", "strict")) == 2
        assert len(rules_found(configured(shop, "rules: {missing-description: on}"))) == 2

    def test_every_rule_is_in_one_of_them(self) -> None:
        assert {rule.preset for rule in RULES} <= set(PRESETS)


class TestFile:
    """What stands in the file."""

    def test_it_is_found_above_the_contract(self, shop: Path) -> None:
        assert rules_found(configured(shop, "preset: strict\n")) == ["missing-description"]

    def test_a_nearer_one_comes_first(self, shop: Path) -> None:
        configured(shop, "preset: strict\n")
        (shop.parent / ".spec-review.yaml").write_text("preset: essential\n")
        assert rules_found(shop) == []

    def test_a_rule_is_put_on_and_off(self, shop: Path) -> None:
        assert rules_found(configured(shop, "rules: {missing-description: on}\n"))
        assert not rules_found(
            configured(shop, "preset: strict\nrules: {missing-description: off}\n")
        )

    def test_a_severity_is_that_of_the_user(self, shop: Path) -> None:
        result = check(configured(shop, "rules: {missing-description: error}\n"))
        assert result.exit_code == 1
        assert "error missing-description" in result.stdout

    @pytest.mark.parametrize(("kind", "count"), [("member", 1), ("operation", 0)])
    def test_a_rule_may_be_asked_of_some_kinds_only(
        self, shop: Path, kind: str, count: int
    ) -> None:
        text = f"rules: {{missing-description: {{kinds: [{kind}]}}}}\n"
        assert len(rules_found(configured(shop, text))) == count

    @pytest.mark.parametrize(
        ("paths", "count"), [("/things/*", 1), ("/other", 0), ("!/things/*", 0), ("!/other", 1)]
    )
    def test_a_rule_may_be_asked_of_some_paths_only(
        self, shop: Path, paths: str, count: int
    ) -> None:
        shop.write_text(SHOP.replace("      summary: Show a thing\n", ""))
        text = f"rules: {{missing-description: {{paths: ['{paths}']}}}}\n"
        assert len(rules_found(configured(shop, text))) == count

    def test_some_files_may_be_asked_otherwise(self, shop: Path) -> None:
        text = "overrides: [{files: ['api/*'], preset: strict}]\n"
        assert rules_found(configured(shop, text)) == ["missing-description"]
        text = "overrides: [{files: ['old/*'], preset: strict}]\n"
        assert rules_found(configured(shop, text)) == []

    def test_it_names_the_contracts_and_the_file_of_what_is_ignored(
        self, shop: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configured(shop, "preset: strict\ncontracts: [api]\nignore: lived-with\n")
        (shop.parent.parent / "lived-with").write_text("missing-description\n")
        monkeypatch.chdir(shop.parent.parent)
        assert check().stdout == "1 file checked, no finding\n"

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("presett: strict", ":1: presett is not known here. did you mean preset?"),
            ("preset: stirct", ":1: stirct is not known here. did you mean strict?"),
            ("rules: {path-ordr: off}", ":1: there is no rule path-ordr. did you mean path-order?"),
            ("rules:\n  path-order: eror", ":2: eror is not known here. did you mean error?"),
            ("rules: {path-order: {kind: []}}", "did you mean kinds?"),
            ("rules: {missing-example: {kinds: [bodies]}}", "did you mean body?"),
            ("rules: {path-order: {kinds: [a]}}", "the rule has no kinds"),
            ("overrides: [{preset: strict}]", "an override says for which files it holds"),
            ("rules: [a]", "a list stands here under rules, a mapping is expected"),
            ("preset: [strict]", "a list stands here under preset, a text is expected"),
        ],
    )
    def test_what_it_cannot_mean_is_told_with_its_line(
        self, shop: Path, text: str, sentence: str
    ) -> None:
        result = check(configured(shop, text))
        assert result.exit_code == 2
        assert sentence in result.stderr


def test_the_file_in_the_guide_can_be_read(shop: Path) -> None:
    guide = (ROOT / "docs" / "review.md").read_text()
    configured(shop, guide.partition("```yaml\n")[2].partition("```")[0])
    (shop.parent.parent / "review.ignore").write_text("")
    result = check(shop)
    assert (result.exit_code, result.stderr) == (0, "")


HTTPS = """\
custom:
  - id: https-only
    severity: error
    given: $.servers[*].url
    {condition}
    message: 'a server is called by https, not by {{value}}'
    mend: write https
    samples:
      breaks: [{{servers: [{{url: 'http://a.example'}}]}}]
      keeps: [{{servers: [{{url: 'https://a.example'}}]}}]
"""


class TestCustomRules:
    """Rules that a user writes as data."""

    @pytest.fixture
    def open_shop(self, shop: Path) -> Path:
        shop.write_text(
            SHOP.replace("paths:\n", "servers: [{url: 'http://shop.example'}]\npaths:\n")
        )
        return shop

    @pytest.mark.parametrize(
        "condition", ["schema: {pattern: '^https:'}", "cel: self.startsWith('https:')"]
    )
    def test_what_breaks_one_is_told_where_it_stands(self, open_shop: Path, condition: str) -> None:
        result = check(configured(open_shop, HTTPS.format(condition=condition)))
        line = next(
            n for n, one in enumerate(open_shop.read_text().splitlines(), 1) if "http:" in one
        )
        assert result.stdout.splitlines()[:2] == [
            f'{open_shop}:{line}:17 error https-only a server is called by https, not by "http://shop.example"',
            "    mend: write https",
        ]

    def test_one_may_ask_of_a_name(self, open_shop: Path) -> None:
        rule = "custom:\n  - {id: lower-case, given: '$.paths.*', of: key, message: no, schema: {pattern: '^[a-z/]*$'}}\n"
        assert rules_found(configured(open_shop, rule)) == ["lower-case"]

    def test_one_is_put_off_like_any_other(self, open_shop: Path) -> None:
        text = HTTPS.format(condition="schema: {pattern: '^https:'}") + "rules: {https-only: off}\n"
        assert rules_found(configured(open_shop, text)) == []

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("$.servers[*].url", "servers[", "this is no JSONPath"),
            ("schema: {pattern: '^https:'}", "schema: {type: 5}", "this is no JSON Schema"),
            ("schema: {pattern: '^https:'}", "cel: self.(", "this is no CEL"),
            ("schema: {pattern: '^https:'}", "mend: a", "stands here a second time"),
            ("    mend: write https\n", "    cel: 'true'\n", "write either schema or cel"),
            ("'http://a.example'", "'https://b.example'", "this sample keeps the rule https-only"),
            ("'https://a.example'", "'http://b.example'", "this sample breaks the rule https-only"),
            ("id: https-only", "id: path-order", "there is a rule path-order already"),
            ("severity: error", "severity: eror", "did you mean error?"),
        ],
    )
    def test_one_that_is_none_is_told_with_its_line(
        self, open_shop: Path, old: str, new: str, sentence: str
    ) -> None:
        text = HTTPS.format(condition="schema: {pattern: '^https:'}").replace(old, new)
        result = check(configured(open_shop, text))
        assert result.exit_code == 2
        assert sentence in result.stderr
