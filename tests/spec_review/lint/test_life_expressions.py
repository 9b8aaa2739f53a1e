"""Every expression of a life is compiled, wherever it may stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec_review.commands import check

OFFERS = Path(__file__).resolve().parents[3] / "openapi" / "offers-preview.yaml"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("{partner_client_id: self.partner_client_id}", "{partner_client_id: 'self.('}"),
        ("rule: totals.clients == 0", "rule: totals.clients =="),
        ("rule: totals.clients == 0", "rule: 1 + 1"),
        ("rule: totals.clients == 0", "rule: total.clients == 0"),
        ("when: request.success", "when: request.success &&"),
        (".map(percent, {", ".map(percent, {{"),
        ("(!has(request.apply_offer_presets)", "3.0 + (!has(request.apply_offer_presets)"),
        ('x-value: "self.status ==', 'x-value: "self..status =='),
    ],
)
def test_one_that_does_not_compile_is_an_error(tmp_path: Path, right: str, wrong: str) -> None:
    text = OFFERS.read_text(encoding="utf-8")
    assert right in text
    contract = tmp_path / "offers.yaml"
    contract.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    result = check("--preset", "essential", contract)
    assert result.exit_code == 1, result.output
    assert "error life-expression the expression is refused by" in result.output
