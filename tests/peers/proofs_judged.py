"""Judges, in strict mode, the sandbox that serves each document of others with the overlay that comes along for it.

    python tests/peers/proofs_judged.py --contracts ../shared/peers/real --pets ../shared/public-contracts --seeds 1-20

Exit 1 when anything is found: the sandbox keeps what it declares.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT)]

from contract_tests.http.partners import Partner, Partners  # noqa: E402
from contract_tests.judging.mode import Effort, Mode  # noqa: E402
from contract_tests.process import Process  # noqa: E402
from contract_tests.reading.contract import Contract  # noqa: E402
from contract_tests.reading.reader import read  # noqa: E402
from contract_tests.run import Run  # noqa: E402
from contract_tests.settings import Settings as Judging  # noqa: E402
from mock_server.serving import Embedded  # noqa: E402
from mock_server.settings import Settings  # noqa: E402
from tests.contract_tests.proof_of_lives import found  # noqa: E402

PROOFS = {
    "openbanking-uk/payment-initiation-openapi.yaml": "open-banking-payment-consents",
    "paypal/payments_payouts_batch_v1.json": "paypal-payouts",
    "xero/xero_bankfeeds.yaml": "xero-bank-feeds",
    "github/api.github.com.yaml": "github-issues",
}
PETS = "oai-petstore-expanded.yaml"
PARTNERS = Partners(Partner("partner-a", "secret-a"), Partner("partner-b", "secret-b"))


def judged(file: Path, overlay: Path | None, seed: int) -> tuple[int, list[str]]:
    """Judge the sandbox by one document: how many requests were sent, and what was found."""
    overlays = (overlay,) if overlay is not None else ()
    server = Embedded(Settings(contracts=(file,), overlays=overlays, database="sqlite://"))
    try:
        contract: Contract = read(str(file), overlays=[str(one) for one in overlays])
        settings = Judging(
            base_url=server.url, contracts=(contract.name,), partners=PARTNERS, mode=Mode.STRICT,
            effort=Effort.QUICK, seed=seed,
        )  # fmt: skip
        process = Process(Run(settings, (contract,), "/oauth2/token", f"ct{seed:010}"))
        findings = found(process, contract)
        return process.budget.spent, [
            f"{one.requirement.id}: {one.sent} {one.came[:160]}" for one in findings
        ]
    finally:
        server.stop()


def main() -> int:
    """Judge every proof with every seed; return 0 when nothing was found."""
    parser = argparse.ArgumentParser(
        description="Judge the sandbox by the overlays that come along."
    )
    parser.add_argument(
        "--contracts", type=Path, required=True, help="the folder of the vendors' documents"
    )
    parser.add_argument(
        "--pets", type=Path, help="the folder of the pet store, which has no overlay"
    )
    parser.add_argument("--seeds", default="1", help="one seed, or the first and the last: 1-20")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    proofs = [
        (given.contracts / name, ROOT / f"openapi/overlays/{overlay}.yaml")
        for name, overlay in PROOFS.items()
    ]
    wrong = 0
    for seed in range(int(first), int(last or first) + 1):
        pets = [(given.pets / PETS, None)] if given.pets else []
        for file, overlay in [*proofs, *pets]:
            started = time.monotonic()
            requests, told = judged(file, overlay, seed)
            wrong += len(told)
            print(
                f"{file.name}, seed {seed}: {requests} requests, {len(told)} findings, {time.monotonic() - started:.1f} s",
                flush=True,
            )
            for one in told:
                print(f"    {one}")
    print(f"{wrong} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
