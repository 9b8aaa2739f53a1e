"""A run begins only where there is all that it needs; whatever is missing is one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.http.failures import CannotJudge
from contract_tests.http.partners import Partner, Partners
from contract_tests.judging.mode import Suite
from contract_tests.options import OptionError
from contract_tests.reading.reader import read
from contract_tests.run import prepared
from contract_tests.settings import Outputs, Settings
from openapi_documents import DocumentError
from tests.contract_tests.contracts import SMALL, V2_FILE
from tests.contract_tests.sessions import FIXED, KNOWN

V2 = Settings("http://x", (str(V2_FILE),), partners=Partners(KNOWN))
SECURED = """
openapi: 3.1.0
info: {title: T, version: "1"}
security: [{SCHEME: []}]
paths: {/a: {get: {operationId: a, responses: {"200": {description: ok}}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-API-Key}
    password: {type: http, scheme: basic}
    granted: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}
    bearer: {type: http, scheme: bearer}
"""


def secured(folder: Path, scheme: str) -> Settings:
    """A run by a contract that knows one scheme only."""
    file = folder / "secured.yaml"
    schemes = ("key", "password", "granted", "bearer")
    lines = [
        line
        for line in SECURED.replace("SCHEME", scheme).splitlines()
        if line.strip().partition(":")[0] not in set(schemes) - {scheme}
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return Settings("http://x", (str(file),))


def test_the_contracts_are_read_and_tokens_are_granted_where_the_first_says() -> None:
    run = prepared(V2)
    assert ([one.name for one in run.contracts], run.token_url) == ([V2_FILE.stem], "/oauth2/token")
    assert run.name.startswith("ct")
    assert prepared(V2).name != run.name


@pytest.mark.parametrize(
    ("scheme", "asked"),
    [
        ("key", "an API key (X-API-Key)"),
        ("password", "a name and a password"),
        ("granted", "a bearer token"),
    ],
)
def test_without_credentials_the_options_and_variables_are_named(
    scheme: str, asked: str, tmp_path: Path
) -> None:
    with pytest.raises(CannotJudge) as caught:
        prepared(secured(tmp_path, scheme))
    assert str(caught.value) == (
        f"secured asks for {asked}; give --client-id and --client-secret "
        "(CONTRACT_TESTS_CLIENT_ID, CONTRACT_TESTS_CLIENT_SECRET), or --token (CONTRACT_TESTS_TOKEN)"
    )


@pytest.mark.parametrize("scheme", ["key", "password", "granted"])
def test_with_credentials_it_can_begin(scheme: str, tmp_path: Path) -> None:
    prepared(replace(secured(tmp_path, scheme), partners=Partners(KNOWN)))


def test_credentials_for_which_nothing_grants_a_token_are_told(tmp_path: Path) -> None:
    known = replace(secured(tmp_path, "bearer"), partners=Partners(KNOWN))
    with pytest.raises(CannotJudge, match=r"names no place that grants one .* or --token-url"):
        prepared(known)
    prepared(replace(known, token_url="/token"))
    prepared(replace(known, partners=Partners(FIXED)))


def test_where_only_some_operations_ask_for_credentials_none_are_needed(tmp_path: Path) -> None:
    known = secured(tmp_path, "key")
    file = Path(known.contracts[0])
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{get: {", "{get: {security: [], "), encoding="utf-8")
    prepared(known)


def test_a_rule_that_has_no_end_is_told_before_anything_is_written(tmp_path: Path) -> None:
    nested = "self.all(a, self.all(b, self.all(c, self.all(d, self.all(e, self.all(f, a == f))))))"
    rules = f"x-rules: [{{id: r, rule: '{nested}', message: m, source: s}}]"
    schema = f"{{properties: {{k: {{type: array, items: {{type: integer}}, {rules}}}}}}}"
    file = tmp_path / "small.yaml"
    text = SMALL.replace("SCHEMA", schema).replace("EXAMPLE", "[{k: [1]}]")
    file.write_text(text, encoding="utf-8")
    ledger = tmp_path / "folder" / "ledger"
    with pytest.raises(DocumentError, match="the rule r: it takes more than"):
        prepared(Settings("http://x", (str(file),), outputs=Outputs(ledger=ledger)))
    assert not ledger.parent.exists()


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="this is a folder"):
        prepared(replace(V2, outputs=Outputs(html=tmp_path)))


def test_a_contract_that_is_named_twice_is_judged_once() -> None:
    known = replace(V2, contracts=(str(V2_FILE), V2_FILE.stem))
    assert [one.name for one in prepared(known).contracts] == [read(str(V2_FILE)).name]


def test_a_partner_without_anything_is_nobody() -> None:
    assert "hidden" not in repr(Partner("a", "hidden", "hidden"))


def test_a_suite_judges_only_the_contracts_of_which_it_has_something_to_ask(tmp_path: Path) -> None:
    run = prepared(V2)
    assert [one for one in Suite if not run.of_suite(one)] == [Suite.RESOURCES, Suite.REWARDS]
    foreign = prepared(replace(secured(tmp_path, "key"), partners=Partners(KNOWN)))
    assert [one for one in Suite if foreign.of_suite(one)] == [Suite.OPERATIONS, Suite.ACCESS]


def test_suites_that_have_nothing_to_ask_are_told() -> None:
    with pytest.raises(CannotJudge, match="the suite rewards has nothing to ask of partner-client"):
        prepared(replace(V2, only=(Suite.REWARDS,)))
