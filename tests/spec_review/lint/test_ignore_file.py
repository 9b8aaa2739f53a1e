"""The file of findings that somebody decided to live with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec_review.commands import BROKEN, check


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    return path


LINE = next(n for n, text in enumerate(BROKEN.splitlines(), 1) if "TBD" in text)


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
        ignore.write_text("# why\n\n" + line.format(line=LINE) + "\n")
        assert check(broken, "--ignore", ignore).exit_code == 0

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
        result = check(broken, "--ignore", ignore)
        assert result.exit_code == 1
        assert f"{ignore}:1:1 warning unused-ignore" in result.output

    def test_a_rule_that_does_not_exist_is_refused(self, tmp_path: Path, broken: Path) -> None:
        ignore = tmp_path / "ignore"
        ignore.write_text("ded-row")
        result = check(broken, "--ignore", ignore)
        assert result.exit_code == 2
        assert "did you mean dead-row?" in result.output

    def test_a_file_that_is_not_there_is_refused(self, broken: Path) -> None:
        assert check(broken, "--ignore", "nowhere").exit_code == 2
