"""Known faults do not fail a run until their day; new ones always do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contract_tests.reporting.baseline import (
    DAYS,
    Baseline,
    BaselineError,
    Known,
    Standing,
    expected,
    fingerprint,
    read,
    written,
)

TODAY = date(2027, 1, 31)
ONE, TWO = fingerprint("r", "shop", "send"), fingerprint("r", "shop", "read")


def baseline(folder: Path, text: str) -> Baseline:
    file = folder / "known.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, TODAY)


def entry(name: str, expires: str = "null") -> str:
    return f"- {{fingerprint: '{name}', rule: r, reason: ticket 7, expires: {expires}}}\n"


def test_a_fingerprint_follows_from_names_alone() -> None:
    assert fingerprint("outcome.twin-saved", "shop", "sendOrders") == "f392cf505f1ca5bc"
    assert (
        len({ONE, TWO, fingerprint("r", "shop2", "send"), fingerprint("r2", "shop", "send")}) == 4
    )


@pytest.mark.parametrize(
    ("expires", "standing"),
    [
        ("null", Standing.KNOWN),
        ("2027-01-31", Standing.KNOWN),
        ("2027-01-30", Standing.EXPIRED),
        ("'2026-01-30'", Standing.EXPIRED),
    ],
)
def test_a_known_fault_may_stay_until_its_day(
    expires: str, standing: Standing, tmp_path: Path
) -> None:
    assert baseline(tmp_path, "known:\n" + entry(ONE, expires)).standing([ONE]) is standing


def test_a_finding_is_known_when_all_of_it_is(tmp_path: Path) -> None:
    known = baseline(tmp_path, "known:\n" + entry(ONE))
    assert known.standing([ONE, TWO]) is Standing.NEW
    assert known.standing([]) is Standing.NEW
    assert known.reasons([ONE, TWO]) == "ticket 7"


def test_what_is_not_found_any_more_is_mended(tmp_path: Path) -> None:
    known = baseline(tmp_path, "known:\n" + entry(ONE) + entry(TWO))
    assert [one.fingerprint for one in known.mended([TWO])] == [ONE]


def test_what_is_written_can_be_read_once_there_is_a_reason(tmp_path: Path) -> None:
    empty = Baseline({}, TODAY)
    text = written(expected(empty, "r", [("shop", "send"), ("shop", "read")]))
    with pytest.raises(BaselineError, match=r"entry 1 \(r\) has no reason: say why"):
        baseline(tmp_path, text)
    known = baseline(tmp_path, text.replace("reason: ''", "reason: ticket 7"))
    assert known.standing([ONE, TWO]) is Standing.KNOWN
    assert f"(until {date.fromordinal(TODAY.toordinal() + DAYS)})" in known.reasons([ONE])


def test_a_reason_that_is_known_stays_when_the_file_is_written_anew() -> None:
    old = Known(ONE, "r", "shop", "send", "ticket 7")
    (same,) = expected(Baseline({ONE: old}, TODAY), "r", [("shop", "send")])
    assert same is old


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("known: 7", "a list under .known. is expected"),
        ("- x", "a list under .known. is expected"),
        ("{", "this is no YAML"),
        ("known: [{rule: r}]", "entry 1 has no fingerprint"),
        ("known: [{fingerprint: a, reasons: x}]", "has an unknown member reasons"),
        ("known: [{fingerprint: a, reason: x, expires: soon}]", "expires: soon is no day"),
    ],
)
def test_what_is_no_baseline_is_told_in_a_sentence(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=why):
        baseline(tmp_path, text)


def test_a_baseline_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="No such file"):
        read(tmp_path / "none.yaml", TODAY)
