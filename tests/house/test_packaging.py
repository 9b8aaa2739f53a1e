"""The package brings what its commands need and no more, in versions that are written down."""

from __future__ import annotations

import ast
import email
import itertools
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterable, Iterator
from email.message import Message
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("openapi_documents", "mock_server", "contract_tests", "spec_review")
PLAIN, JUDGE = "dependencies", "judge"
COMMANDS = ("mock-server", "contract-tests", "spec-review")
# Fixtures for other people's tests: whoever asks for them has pytest.
FOR_PYTEST = {"mock_server/plugin.py"}
# Loaded only where the packages of an extra are there and the environment asks for them.
OF_AN_EXTRA = {"mock_server/journal/tracing.py"}
# Found by name, by the library that is named behind it, and so imported nowhere here.
FOUND_BY_NAME = {
    "httptools": "uvicorn",
    "pytest-xdist": "pytest",
    "swagger-ui-py": "the reference pages, for its files",
}

# --- what is declared ------------------------------------------------------------------------------


@cache
def project() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    return read


def requirements(part: str) -> list[Requirement]:
    declared = project()
    lines = declared[PLAIN] if part == PLAIN else declared["optional-dependencies"][part]
    return [one for one in map(Requirement, lines) if one.name != "understudy"]


def names(*parts: str) -> set[str]:
    return {canonicalize_name(one.name) for part in parts for one in requirements(part)}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


@cache
def imported(*rooms: str) -> set[str]:
    """The distributions that the files of these rooms import."""
    known = metadata.packages_distributions()
    found: set[str] = set()
    for room in rooms:
        for file in (ROOT / room).rglob("*.py"):
            if file.relative_to(ROOT).as_posix() not in FOR_PYTEST | OF_AN_EXTRA:
                modules = set(imports(file)) - set(sys.stdlib_module_names) - set(ROOMS)
                found |= {canonicalize_name(known[module][0]) for module in modules}
    return found


def test_the_sandbox_and_the_review_import_only_what_a_plain_install_brings() -> None:
    assert imported("openapi_documents", "mock_server", "spec_review") <= names(PLAIN)


def test_the_judge_imports_only_what_its_extra_brings_too() -> None:
    assert imported("contract_tests") <= names(PLAIN, JUDGE)


def test_no_dependency_is_declared_that_nothing_imports() -> None:
    assert names(PLAIN, JUDGE) - set(FOUND_BY_NAME) <= imported(*ROOMS)
    assert set(FOUND_BY_NAME) <= names(PLAIN, JUDGE)


# --- the versions that are written down ------------------------------------------------------------


def pins(file: str) -> dict[str, str]:
    text = (ROOT / ".requirements" / file).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]+\])?==([^ ;]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("file", "parts"),
    [("all.txt", [PLAIN, JUDGE, "postgresql"]), ("test.txt", [PLAIN, JUDGE, "postgresql", "test"])],
)
def test_every_dependency_has_a_version_within_its_range_and_hashes(
    file: str, parts: list[str]
) -> None:
    pinned = pins(file)
    for part in parts:
        for wanted in requirements(part):
            version = pinned[canonicalize_name(wanted.name)]
            assert wanted.specifier.contains(version), f"{wanted}: {version}; run `make lock`"
    lines = (ROOT / ".requirements" / file).read_text(encoding="utf-8").splitlines()
    for line, after in itertools.pairwise(lines):
        if "==" in line:
            assert after.strip().startswith("--hash=sha256:"), line


def test_what_is_installed_for_use_is_tested_in_the_same_versions() -> None:
    assert pins("all.txt").items() <= pins("test.txt").items()


def test_the_version_is_that_of_the_newest_release_in_the_changelog() -> None:
    notes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.findall(r"^## (\d\S*)", notes, flags=re.MULTILINE)[0] == project()["version"]


# --- the wheel -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--no-index", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def described(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("dist-info/METADATA"))
        return email.message_from_string(archive.read(name).decode())


def test_the_wheel_carries_every_room_and_every_document(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())

    listed = subprocess.run(
        ["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {name for name in listed if (ROOT / name).exists()} <= inside
    assert {f"{room}/py.typed" for room in ROOMS} <= inside
    for folder in ("docs", "openapi", "fixtures"):
        for path in (ROOT / folder).rglob("*.*"):
            assert f"understudy/{path.relative_to(ROOT).as_posix()}" in inside
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_the_wheel_says_whose_it_is_and_names_no_registry(described: Message) -> None:
    assert described["License-Expression"] == "Apache-2.0"
    assert described["Author"]
    assert described["Requires-Python"] == ">=3.11"
    assert str(described.get_payload()).startswith("# Understudy")
    assert {one.partition(",")[0] for one in described.get_all("Project-URL", [])} >= {"Source"}


# --- installed -------------------------------------------------------------------------------------


def closure(wanted: Iterable[Requirement]) -> set[str]:
    """The names of the distributions that a requirement brings with it."""
    found: set[str] = set()
    asked: set[str] = set()
    waiting = list(wanted)
    while waiting:
        one = waiting.pop()
        if str(one) in asked or (one.marker and not one.marker.evaluate()):
            continue
        asked.add(str(one))
        found.add(canonicalize_name(one.name))
        for line in metadata.requires(one.name) or ():
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)
            ):
                needed.marker = None
                waiting.append(needed)
    return found


def lend(distributions: set[str], folder: Path) -> None:
    """Link the files of these distributions into a folder, as an installer would lay them."""
    for name in distributions:
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if ".." not in file.parts}:
            target = folder / top
            if not target.exists() and top != "__pycache__":
                target.symlink_to(str(distribution.locate_file(top)))


def installed(wheel: Path, folder: Path, *parts: str) -> Path:
    """Make a virtual environment of the wheel with what these parts declare; return its commands."""
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    lend(closure(one for part in parts for one in requirements(part)), packages)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install",
         "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
    )  # fmt: skip
    return folder / "bin"


@pytest.fixture(scope="module")
def plain(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(wheel, tmp_path_factory.mktemp("plain"), PLAIN)


@pytest.fixture(scope="module")
def whole(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(wheel, tmp_path_factory.mktemp("whole"), PLAIN, JUDGE, "postgresql")


def said(folder: Path, bin_folder: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(bin_folder / words[0]), *words[1:]],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120, env={"NO_COLOR": "1"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_its_version_and_its_options(
    tmp_path: Path, whole: Path, command: str
) -> None:
    assert said(tmp_path, whole, command, "--version") == (
        0,
        f"{command}, version {project()['version']}\n",
    )
    code, text = said(tmp_path, whole, command, "--help")
    assert (code, text.startswith("Usage: ")) == (0, True)


@pytest.mark.parametrize("command", ["mock-server", "spec-review"])
def test_the_sandbox_and_the_review_work_without_any_extra(
    tmp_path: Path, plain: Path, command: str
) -> None:
    assert said(tmp_path, plain, command, "--version")[0] == 0
    assert said(tmp_path, plain, command, "--help")[0] == 0


def test_the_contracts_travel_with_the_wheel(tmp_path: Path, plain: Path) -> None:
    code, text = said(tmp_path, plain, "python", "-m", "mock_server", "serve", "--help")
    assert code == 0, text
    (shipped,) = plain.parent.glob("lib/python*/site-packages/understudy/openapi")
    assert said(tmp_path, plain, "spec-review", "check", str(shipped))[0] == 0


def test_a_command_whose_extra_is_missing_says_in_one_sentence_what_to_install(
    tmp_path: Path, plain: Path
) -> None:
    code, text = said(tmp_path, plain, "contract-tests", "run", "--base-url", "http://127.0.0.1:1")

    assert code == 2
    assert text.count("\n") == 1
    assert "pip install 'understudy[judge]'" in text
