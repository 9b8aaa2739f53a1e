"""`git:REVISION:path` is the document of another time, with the files that it refers to then."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from openapi_documents import DanglingReferenceError, DocumentError, ForbiddenReferenceError, load

API = "openapi: 3.1.1\na: {$ref: 'parts/b%20c.yaml#/x'}\nup: {$ref: '../up.yaml#/x'}\n"


def git(folder: Path, *words: str) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose files have changed since they were committed; one stands in it."""
    (tmp_path / "apis" / "parts").mkdir(parents=True)
    files = {
        "apis/api.yaml": API,
        "apis/parts/b c.yaml": "x: then",
        "up.yaml": "x: then",
        "apis/new\nline.yaml": "x: 1",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "apis" / "linked.yaml").symlink_to("api.yaml")
    (tmp_path / "apis" / "away.yaml").symlink_to("/etc/hostname")
    (tmp_path / "apis" / "lost.yaml").symlink_to("nothing.yaml")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "First")
    git(tmp_path, "tag", "v1")
    for name in files:
        (tmp_path / name).write_text("x: now")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_document_and_its_files_are_read_as_they_were(repository: Path) -> None:
    document = load("git:v1:apis/api.yaml")

    assert document.resolved(("a",)) == "then"
    assert [str(file) for file in document.files] == ["git:v1:apis/parts/b c.yaml"]
    assert str(document.position(document.follow(("a",)))) == "git:v1:apis/parts/b c.yaml:1:4"


def test_the_path_counts_from_here_or_from_the_top(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "apis")

    for name in ("api.yaml", "apis/api.yaml", "../apis/api.yaml", f"{repository}/apis/api.yaml"):
        assert load(f"git:HEAD:{name}").resolved(("a",)) == "then"


def test_links_of_the_repository_are_followed_within_it(repository: Path) -> None:
    assert load("git:HEAD:apis/linked.yaml").resolved(("a",)) == "then"
    with pytest.raises(DocumentError, match="a link that leads out of the repository"):
        load("git:HEAD:apis/away.yaml")
    with pytest.raises(DocumentError, match="a link that leads nowhere"):
        load("git:HEAD:apis/lost.yaml")


def test_a_file_outside_the_folder_is_read_where_it_is_allowed(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(ForbiddenReferenceError, match="--allow-refs DIR"):
        load("git:v1:apis/api.yaml").follow(("up",))
    assert load("git:v1:apis/api.yaml", allow_refs=["."]).resolved(("up",)) == "then"

    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "z.yaml").write_text("x: now")
    document = load("git:v1:apis/api.yaml", allow_refs=[elsewhere])
    assert document.value(document.target((), f"{elsewhere}/z.yaml#/x")) == "now"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("git:v1", "is written git:REVISION:path"),
        ("git::a", "is written git:REVISION:path"),
        ("git:v2:apis/api.yaml", "git knows no revision v2"),
        ("git:--help:apis/api.yaml", "git knows no revision --help"),
        ("git:v1:none.yaml", "git has no such file"),
        ("git:v1:apis", "this is a folder, a file is expected"),
        ("git:v1:apis/new\nline.yaml", "no name with a line break"),
    ],
)
def test_what_git_does_not_have_is_told(repository: Path, name: str, sentence: str) -> None:
    with pytest.raises(DocumentError, match=sentence):
        load(name)


def test_a_file_that_the_revision_does_not_have_is_told_where_it_is_named(repository: Path) -> None:
    document = load("git:v1:apis/api.yaml")

    with pytest.raises(
        DanglingReferenceError, match=r"git:v1:apis/none\.yaml: git has no such file"
    ):
        document.target(("a",), "none.yaml")


def test_a_file_of_that_name_is_read_before_git_is_asked(repository: Path) -> None:
    (repository / "git:v1:apis").mkdir()
    (repository / "git:v1:apis" / "api.yaml").write_text("name: file")

    assert load("git:v1:apis/api.yaml").data == {"name": "file"}


def test_no_repository_and_no_git_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(DocumentError, match="git says: not a git repository"):
        load("git:HEAD:api.yaml")

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DocumentError, match="git is not installed here"):
        load("git:HEAD:api.yaml")
