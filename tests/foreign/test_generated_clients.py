"""Clients that the generators of others make of our contracts, without a switch, do the same import."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.foreign.install import HOME, NODE, PYTHON, install

ROOT = Path(__file__).resolve().parents[2]
IMPORTERS = Path(__file__).with_name("importers")
ADMIN = "the-admin-key"
CONTRACTS = {
    "identity": str(ROOT / "openapi/identity.yaml"),
    "partner": str(ROOT / "openapi/partner-client-service-v2.yaml"),
}
OUTCOMES = ["A Completed", "A Duplicate", "B Conflict", "B Conflict", "not valid Failed"]
STRICT = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "skipLibCheck": True,
    "target": "es2022",
    "module": "commonjs",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """Return the URL of a sandbox with the partner client service, in which each importer is another partner."""
    contract = ROOT / "openapi/partner-client-service-v2.yaml"
    settings = Settings(
        contracts=(contract,), database="sqlite://", admin_key=ADMIN, processing_delay=0.05
    )
    server = Embedded(settings)
    yield server.url
    server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which what was installed is found."""
    install()
    (tmp_path / "node_modules").symlink_to(HOME / "node_modules")
    settings = {"compilerOptions": STRICT, "include": ["*.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    """Run a program in a folder, and return what it printed."""
    path = f"{PYTHON}{os.pathsep}{os.environ['PATH']}"  # the Python generator asks for its ruff
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def outcomes(folder: Path, sandbox: str, *words: str) -> Sequence[str]:
    """Run the importer as a new partner."""
    made = httpx.post(f"{sandbox}/_sandbox/partners", json={}, headers={"X-Admin-Key": ADMIN})
    partner = made.raise_for_status().json()
    return run(folder, *words, sandbox, partner["client_id"], partner["client_secret"]).splitlines()


def test_openapi_python_client(folder: Path, sandbox: str) -> None:
    generator = str(PYTHON / "openapi-python-client")
    for name, file in CONTRACTS.items():
        told = run(
            folder, generator, "generate", "--path", file, "--output-path", name, "--meta", "none"
        )
        assert "warning" not in told.lower()
    (folder / "importer.py").write_bytes((IMPORTERS / "importer.py").read_bytes())
    assert outcomes(folder, sandbox, str(PYTHON / "python"), "importer.py") == OUTCOMES


def test_those_for_typescript_under_the_strictest_compiler(folder: Path, sandbox: str) -> None:
    # Each makes both clients in one go: most of their time they take to start.
    run(folder, str(NODE / "openapi-ts"), "-i", *CONTRACTS.values(), "-o", *CONTRACTS)
    described = {
        name: {"root": file, "x-openapi-ts": {"output": f"types/{name}.ts"}}
        for name, file in CONTRACTS.items()
    }
    (folder / "redocly.yaml").write_text(json.dumps({"apis": described}), encoding="utf-8")
    run(folder, str(NODE / "openapi-typescript"))
    for name in ("hey", "fetch"):
        (folder / f"{name}.ts").write_bytes((IMPORTERS / f"{name}.ts").read_bytes())
    run(folder, str(NODE / "tsc"), "--project", ".")
    for name in ("hey", "fetch"):
        assert outcomes(folder, sandbox, "node", f"{name}.js") == OUTCOMES
