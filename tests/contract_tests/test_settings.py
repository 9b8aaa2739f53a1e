"""What a run was asked to do, as one value; mistakes are told before anything is sent."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from contract_tests.judging.mode import Suite
from contract_tests.options import Given, OptionError, Raw
from contract_tests.settings import Outputs, Settings, settings_of

URL = "http://x"


def settings(variables: Mapping[str, str] | None = None, /, **values: Raw) -> Settings:
    given = {name.replace("_", "-"): value for name, value in values.items()}
    return settings_of(Given({"base-url": URL, **given}, variables or {}))


@pytest.mark.parametrize("whose", ["", "other-"])
def test_an_id_without_its_secret_is_told(whose: str) -> None:
    variable = f"CONTRACT_TESTS_{whose.upper().replace('-', '_')}CLIENT_SECRET"
    with pytest.raises(OptionError, match=f"give --{whose}client-secret, better in {variable}"):
        settings(**{f"{whose}client-id": "partner-c"})
    assert settings({variable: "s"}, **{f"{whose}client-id": "partner-c"})


def test_a_fixed_token_needs_no_secret_and_a_dry_run_none_either() -> None:
    assert settings(client_id="a", token="t").partners.first.token == "t"
    assert settings(client_id="a", dry_run=True).partners.first.client_secret is None


def test_partners_share_the_attributes_that_are_given() -> None:
    known = settings(
        client_id="a", client_secret="s", other_client_id="b", other_client_secret="t",
        partner=("currency=GBP",),
    ).partners  # fmt: skip
    assert known.second is not None
    assert known.first.attributes == known.second.attributes == {"currency": "GBP"}


def test_the_password_of_a_login_may_stand_in_its_variable_alone() -> None:
    variables = {"CONTRACT_TESTS_LOGIN_PASSWORD": "p"}
    assert settings(variables, login=("username=u",)).login == {"username": "u", "password": "p"}
    assert settings(variables, login=("password=q",)).login == {"password": "q"}
    assert settings(variables).login == {}


def test_secrets_never_show() -> None:
    told = repr(
        settings(client_id="a", client_secret="hidden", token="hidden", login=("x=hidden",))
    )
    assert "hidden" not in told


def test_the_command_that_repeats_a_suite_names_every_contract_and_no_secret() -> None:
    known = settings(
        client_id="a", client_secret="hidden", contract=("a b.yaml",), overlay=("o.yaml",)
    )
    assert known.repeat(Suite.RULES) == (
        "contract-tests run --base-url http://x --contract 'a b.yaml' --overlay o.yaml "
        "--mode documented --effort standard --seed 1 --only rules"
    )


def test_the_folders_of_the_files_are_made(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "verdict.html"
    Outputs(html=file).prepare()
    assert file.parent.is_dir()
    assert not file.exists()


@pytest.mark.parametrize("option", ["junit", "html", "json", "ledger"])
def test_a_file_that_cannot_be_written_is_told(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path, tmp_path / "file" / "verdict"):
        with pytest.raises(OptionError, match=f"--{option} {path}: "):
            Outputs(**{option: path}).prepare()


@pytest.fixture
def nobody() -> Iterator[None]:
    """Go on as a user who owns nothing: root may write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """Return a folder that everybody may look into, and nobody may write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        yield Path(folder)


@pytest.mark.usefixtures("closed_folder", "nobody")
def test_a_folder_in_which_one_may_not_write_is_told(closed_folder: Path) -> None:
    with pytest.raises(OptionError, match="nothing can be written there"):
        Outputs(html=closed_folder / "verdict.html").prepare()
