"""What `git diff` and `git merge` do with contracts once they know the drivers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from spec_review.lint.samples import SHOP
from tests.spec_review.git import PERSON, commit

COMMANDS = Path(sys.executable).parent
PRICE = "        price: {type: number, description: What it costs., minimum: 0}\n"


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = f"{COMMANDS}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **PERSON, "PATH": path, "GIT_PAGER": "cat"}
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


@pytest.fixture(name="shop")
def _shop(tmp_path: Path) -> Path:
    """A contract in a repository whose git knows the drivers."""
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    (tmp_path / ".gitattributes").write_text("*.yaml diff=openapi merge=openapi\n")
    commit(tmp_path)
    git(tmp_path, "branch", "-M", "main")
    environment = {**os.environ, "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}"}
    installed = subprocess.run(
        ["spec-review", "git", "install"],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert ".gitattributes" in installed.stdout
    return path


def branched(
    shop: Path, ours: tuple[str, str], theirs: tuple[str, str]
) -> subprocess.CompletedProcess[str]:
    """Merge two edits of the contract."""
    git(shop.parent, "checkout", "-qb", "theirs")
    shop.write_text(SHOP.replace(*theirs))
    git(shop.parent, "commit", "-qam", "Theirs")
    git(shop.parent, "checkout", "-q", "main")
    shop.write_text(SHOP.replace(*ours))
    git(shop.parent, "commit", "-qam", "Ours")
    return git(shop.parent, "merge", "-q", "theirs")


def test_git_diff_shows_the_change_report(shop: Path) -> None:
    shop.write_text(SHOP.replace("minimum: 0", "minimum: 5"))
    told = git(shop.parent, "diff").stdout
    assert "`Thing.price`" in told
    assert "1 change, for partners" in told


def test_git_diff_shows_lines_of_what_is_no_contract(shop: Path) -> None:
    other = shop.parent / "other.yaml"
    other.write_text("a: 1\n")
    git(shop.parent, "add", ".")
    git(shop.parent, "commit", "-qm", "Other")
    other.write_text("a: 2\n")
    assert git(shop.parent, "diff").stdout.splitlines()[-2:] == ["-a: 1", "+a: 2"]


def test_members_that_both_sides_add_at_one_place_are_merged(shop: Path) -> None:
    ours = PRICE + "        colour: {type: string, description: Its colour.}\n"
    theirs = PRICE + "        weight: {type: number, description: In grams.}\n"
    done = branched(shop, (PRICE, ours), (PRICE, theirs))
    assert done.returncode == 0, done.stderr
    assert "colour" in shop.read_text()
    assert "weight" in shop.read_text()


def test_one_value_that_both_sides_change_is_left_to_people(shop: Path) -> None:
    done = branched(shop, ("minimum: 0", "minimum: 1"), ("minimum: 0", "minimum: 2"))
    assert done.returncode != 0
    assert "<<<<<<<" in shop.read_text()


def test_a_mistake_that_neither_side_has_is_told(shop: Path) -> None:
    """Both sides add an operation of the same id, far from each other."""
    operation = (
        "  /{name}:\n    get:\n      operationId: getMore\n      summary: Show more\n"
        "      responses: {{'204': {{description: There is none.}}}}\n"
    )
    ours = ("paths:\n", "paths:\n" + operation.format(name="ours"))
    theirs = (
        "components:\n  parameters:",
        operation.format(name="theirs") + "components:\n  parameters:",
    )
    done = branched(shop, ours, theirs)
    assert done.returncode != 0
    assert "getMore is the operationId of two operations" in done.stdout + done.stderr
