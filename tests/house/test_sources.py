"""What a contract, a fixture, a test or a finding cites stands in `docs/`.

A citation is `docs/sources.md#identical-in-request`, `openapi/identity.yaml#/paths` or an RFC, with a
remark after a colon if need be; several are separated by semicolons.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.judging.catalogue import CATALOGUE
from contract_tests.judging.life_catalogue import OF_RESOURCES
from contract_tests.reading.requirements import Requirement
from contract_tests.services.rewards import requirements
from contract_tests.services.rewards.checks import CHECKS

ROOT = Path(__file__).resolve().parents[2]
CITATION = re.compile(r"(docs/[\w-]+\.md)#([\w-]+)")
RFC = re.compile(r"RFC \d+( section [\d.]+)?")
FORMER = re.compile(
    r"\b(facts?|contracts|lifecycle|resources) \d(\.\d+)*\b|\bseeds? 00\d|\bissue #?\d",
    re.IGNORECASE,
)
SILENCE = re.compile(r"\b[RS][1-9]\d?\b")


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in sorted(set(listed.splitlines())) if (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def anchors(document: str) -> list[str]:
    return re.findall(r'<a id="([^"]+)">', (ROOT / document).read_text(encoding="utf-8"))


def values_of(node: Any, *names: str) -> Iterator[str]:
    """Yield every text that stands under one of these names, at any depth."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in names and isinstance(value, str):
                yield value
            yield from values_of(value, *names)
    elif isinstance(node, list):
        for value in node:
            yield from values_of(value, *names)


def value_at(document: str, pointer: str) -> Any:
    value = yaml.safe_load((ROOT / document).read_text(encoding="utf-8"))
    for token in pointer.split("/")[1:]:
        value = value[token.replace("~1", "/").replace("~0", "~")]
    return value


def assert_resolves(citation: str) -> None:
    target = citation.split(": ", maxsplit=1)[0]
    if RFC.fullmatch(target):
        return
    document, anchor = target.split("#")
    if document.startswith("openapi/"):
        assert value_at(document, anchor), citation
    else:
        assert anchor in anchors(document), citation


def cited() -> list[Path]:
    return [
        *sorted((ROOT / "openapi").glob("*.yaml")),
        *sorted((ROOT / "fixtures/cases").rglob("*.yaml")),
    ]


@pytest.mark.parametrize("path", cited(), ids=name_of)
def test_every_source_and_basis_of_a_contract_or_a_case_resolves(path: Path) -> None:
    for text in values_of(yaml.safe_load(path.read_text(encoding="utf-8")), "source", "basis"):
        for citation in re.split(r"; (?=docs/|openapi/|RFC )", text):
            assert_resolves(citation)


@pytest.mark.parametrize("path", sorted((ROOT / "openapi").glob("*.yaml")), ids=name_of)
def test_every_silence_of_a_contract_is_told_in_the_sources(path: Path) -> None:
    silences = yaml.safe_load(path.read_text(encoding="utf-8")).get("x-silences", [])

    assert {row["id"].lower() for row in silences} <= set(anchors("docs/sources.md"))


def test_every_citation_of_a_page_anywhere_resolves() -> None:
    for path in tracked():
        for document, anchor in CITATION.findall(path.read_text(encoding="utf-8", errors="ignore")):
            assert anchor in anchors(document), f"{name_of(path)} cites {document}#{anchor}"


def test_every_silence_that_code_names_is_told_in_the_sources() -> None:
    for path in tracked():
        if path.suffix == ".py":
            for silence in SILENCE.findall(path.read_text(encoding="utf-8")):
                assert silence.lower() in anchors("docs/sources.md"), f"{name_of(path)}: {silence}"


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=name_of)
def test_the_links_of_a_page_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert len(set(anchors(name_of(path)))) == len(anchors(name_of(path)))
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        document, _, anchor = target.partition("#")
        there = (path.parent / document).resolve() if document else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(name_of(there)), target


def test_nothing_is_cited_that_stands_outside_the_repository() -> None:
    found = [
        name_of(path)
        for path in tracked()
        if FORMER.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]

    assert found == []


REQUIREMENTS = (
    *CATALOGUE,
    *OF_RESOURCES,
    *(check.requirement for check in CHECKS),
    *(requirements.ENVELOPE, requirements.DOCUMENTED, requirements.SAYS_WHY, requirements.ANSWERED),
)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda one: one.id)
def test_what_a_finding_prints_as_its_source_resolves(requirement: Requirement) -> None:
    for citation in requirement.source.split("; "):
        if not citation.startswith("the contract's "):
            assert_resolves(citation)
