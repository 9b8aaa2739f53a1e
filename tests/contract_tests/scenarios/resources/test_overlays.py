"""The sandbox lives as the overlays say that come along: the judge finds nothing, in strict mode."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_tests.http.partners import Partner, Partners
from contract_tests.judging.mode import Effort, Mode
from contract_tests.process import Process
from contract_tests.reading.inference import resources_of
from contract_tests.reading.reader import read
from contract_tests.reading.resources import Does
from contract_tests.run import Run
from contract_tests.settings import Settings as Judging
from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.contract_tests.proof_of_lives import found
from tests.mock_server.samples import OPENAPI

DOCUMENTS = Path(__file__).parents[3] / "mock_server/overlays"


@pytest.mark.parametrize(
    ("document", "overlay", "states"),
    [
        ("payments", "open-banking-payment-consents", {"AWAU", "AUTH", "COND", "RJCT"}),
        ("payouts", "paypal-payouts", {"PENDING", "PROCESSING", "SUCCESS"}),
        ("statements", "xero-bank-feeds", {"PENDING", "DELIVERED"}),
        ("issues", "github-issues", {"open", "closed"}),
    ],
)
def test_the_sandbox_lives_as_declared(document: str, overlay: str, states: set[str]) -> None:
    file, beside = DOCUMENTS / f"{document}.yaml", OPENAPI / "overlays" / f"{overlay}.yaml"
    server = Embedded(Settings(contracts=(file,), overlays=(beside,), database="sqlite://"))
    contract = read(str(file), overlays=[str(beside)])
    # These documents ask nobody who he is: all are the same partner of the sandbox.
    partner = Partner(None, token=server.sandbox.runtime.tokens.issue("anonymous"))
    settings = Judging(
        base_url=server.url, contracts=(contract.name,), partners=Partners(partner),
        mode=Mode.STRICT, effort=Effort.QUICK,
    )  # fmt: skip
    process = Process(Run(settings, (contract,), None))
    try:
        assert [
            (one.sent, one.expected, one.came) for one in found(process, contract, "lives")
        ] == []
        assert process.budget.spent > 3 * len(states)
    finally:
        server.stop()


def test_what_is_made_for_each_element_is_found_where_the_whole_is_read() -> None:
    overlay = str(OPENAPI / "overlays/paypal-payouts.yaml")
    payout, item = resources_of(read(str(DOCUMENTS / "payouts.yaml"), overlays=[overlay]))

    assert (item.beside, item.deeds[Does.CREATE].sent) == (payout.path, ("items", 0))
