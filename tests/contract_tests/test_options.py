"""The one table of options: each has a flag, a variable, help, and its place in pytest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from contract_tests import options
from contract_tests.judging.mode import Effort, Mode, Suite
from contract_tests.options import OPTIONS, Given, OptionError, Raw, Section


def given(variables: Mapping[str, str] | None = None, /, **values: Raw) -> Given:
    return Given({name.replace("_", "-"): value for name, value in values.items()}, variables or {})


def test_every_option_has_a_name_of_its_own_a_section_and_help() -> None:
    for names in ([one.flag for one in OPTIONS], [one.variable for one in OPTIONS]):
        assert len(set(names)) == len(names)
    assert all(one.help.endswith(".") for one in OPTIONS)
    assert {one.section for one in OPTIONS} == set(Section)


def test_the_command_line_goes_before_the_variable_and_that_before_the_default() -> None:
    variables = {"CONTRACT_TESTS_MODE": "strict"}
    assert given(variables, mode="documented").known(options.MODE) is Mode.DOCUMENTED
    assert given(variables).known(options.MODE) is Mode.STRICT
    assert given().known(options.MODE) is Mode.DOCUMENTED


def test_an_empty_variable_is_none() -> None:
    assert given({"CONTRACT_TESTS_TOKEN": ""}).of(options.TOKEN) is None


def test_an_option_that_may_be_repeated_has_a_line_for_each_in_its_variable() -> None:
    assert given(contract=("a", "b")).all(options.CONTRACT) == ("a", "b")
    variables = {"CONTRACT_TESTS_LOGIN": "password=a,b=c;d\nusername=x"}
    assert dict(given(variables).all(options.LOGIN)) == {"password": "a,b=c;d", "username": "x"}
    assert given(contract=()).all(options.CONTRACT) == (options.CONTRACT.default,)


@pytest.mark.parametrize(
    ("text", "is_set"), [("1", True), ("true", True), ("0", False), ("", False)]
)
def test_a_flag_may_be_set_by_its_variable(text: str, is_set: bool) -> None:
    assert given({"CONTRACT_TESTS_DRY_RUN": text}).is_set(options.DRY_RUN) is is_set


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        (options.BASE_URL, "localhost:8080", "did you mean http://localhost:8080?"),
        (options.BASE_URL, "http://", "a URL with http:// or https:// is expected"),
        (options.BASE_URL, "http://a:99999", "a URL with http:// or https:// is expected"),
        (options.BASE_URL, "ftp://a", "a URL with http:// or https:// is expected"),
        (options.ONLY, "casez", "unknown suite; did you mean cases?"),
        (options.MODE, "strickt", "unknown mode; did you mean strict?"),
        (options.EFFORT, "fast", "unknown effort; did you mean"),
        (options.PARTNER, "currency", "name=value is expected"),
        (options.SEED, "x", "a whole number is expected"),
        (options.DEADLINE, "0", "a number of seconds above 0 is expected"),
        (options.DEADLINE, "nan", "a number of seconds above 0 is expected"),
        (options.MAX_REQUESTS, "0", "a number from 1 on is expected"),
        (options.IN_FLIGHT, "0", "a number from 1 on is expected"),
        (options.DRY_RUN, "perhaps", "1 or 0 is expected"),
    ],
)
def test_a_text_of_another_form_is_told_with_what_is_expected(
    option: options.Option[object], text: str, told: str
) -> None:
    with pytest.raises(OptionError) as caught:
        given(**{option.name.replace("-", "_"): text}).of(option)
    assert str(caught.value).startswith(f"{option.flag} {text}: ")
    assert told in str(caught.value)


def test_what_must_be_given_is_told_with_its_variable() -> None:
    with pytest.raises(
        OptionError, match=r"give --base-url URL \(CONTRACT_TESTS_BASE_URL\): where"
    ):
        given().known(options.BASE_URL)


def test_suites_are_told_apart_by_commas() -> None:
    assert given(only="cases, bodies,cases").known(options.ONLY) == (Suite.CASES, Suite.BODIES)
    assert given().known(options.ONLY) == tuple(Suite)
    assert given().known(options.EFFORT) is Effort.STANDARD
