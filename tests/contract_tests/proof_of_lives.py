"""The proof of the judge of resources: each fault of two independent servers is named, a correct server is not blamed.

    python tests/contract_tests/proof_of_lives.py                    # every fault, every choice, seed 1
    python tests/contract_tests/proof_of_lives.py --seeds 1,2,3 -j 2
    python tests/contract_tests/proof_of_lives.py --faults reads-stale,lost-update

Exit 1 when a fault was not found under its own name, or a server was blamed that does nothing wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(
    0, str(HERE.parents[1])
)  # the judge and the servers beside this file, wherever the run was started from

from contract_tests.http.partners import Partner, Partners  # noqa: E402
from contract_tests.judging.findings import Finding  # noqa: E402
from contract_tests.judging.mode import Effort, Mode  # noqa: E402
from contract_tests.process import Process  # noqa: E402
from contract_tests.reading.contract import Contract  # noqa: E402
from contract_tests.reading.reader import read  # noqa: E402
from contract_tests.reporting.merging import merged  # noqa: E402
from contract_tests.run import Run  # noqa: E402
from contract_tests.settings import Settings  # noqa: E402
from contract_tests.suites.resources import test_resources  # noqa: E402
from tests.contract_tests import bank, plain_service, shelter  # noqa: E402

SERVERS: Mapping[str, ModuleType] = {"shelter": shelter, "bank": bank}
PARTNERS = Partners(Partner(None, token="one"), Partner(None, token="two"))


@dataclass(frozen=True)
class Trial:
    """One judgement of one server."""

    server: str
    faults: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    mode: str = "documented"
    seed: int = 1
    tests: str = (
        ""  # a word in the names of the tests that are played; all of them where it is empty
    )

    @property
    def name(self) -> str:
        """What is switched on."""
        return ", ".join((*self.faults, *self.choices)) or f"correct, {self.mode}"

    @property
    def wanted(self) -> set[str]:
        """The requirements of which one has to be named; none where nothing is wrong."""
        known = SERVERS[self.server].FAULT_BY_NAME
        return {one for name in self.faults for one in known[name].requirements}


@cache
def contract(server: str) -> Contract:
    """The contract of a server."""
    return read(str(HERE / f"{server}.yaml"))


def judged(trial: Trial) -> list[Finding]:
    """Judge a server made for this trial: one finding for each requirement."""
    service = SERVERS[trial.server].service(trial.faults, trial.choices)
    known = contract(trial.server)
    with plain_service.serving(service) as url:
        settings = Settings(
            base_url=url, contracts=(known.name,), partners=PARTNERS, mode=Mode(trial.mode),
            effort=Effort.STANDARD, seed=trial.seed,
        )  # fmt: skip
        process = Process(Run(settings, (known,), None, f"ct{trial.seed:010}"))
        return found(process, known, trial.tests)


def found(process: Process, known: Contract, word: str = "") -> list[Finding]:
    """Play the tests of the suite with a word in their names: one finding for each requirement."""
    session = process.session(known)
    for test in tests(word):
        try:
            test(session, known)
        except pytest.skip.Exception:
            continue
    return [one.best for one in merged(session.findings.take())]


def tests(word: str) -> list[Callable[..., None]]:
    """The tests of the suite with a word in their names, in their order."""
    known = vars(test_resources).items()
    return [one for name, one in known if name.startswith("test_") and word in name]


def trials(seeds: list[int], names: list[str]) -> Iterator[Trial]:
    """Every fault and every choice, or the faults of some names."""
    for seed in seeds:
        for server, module in SERVERS.items():
            for fault in module.FAULTS:
                if not names or fault.name in names:
                    yield Trial(server, (fault.name,), mode=fault.mode, seed=seed)
            if not names:
                yield Trial(server, seed=seed)
                yield Trial(server, mode="strict", seed=seed)
                yield from (Trial(server, (), (one,), seed=seed) for one in module.CHOICES)


def play(trial: Trial) -> tuple[bool, str]:
    """Judge, and tell whether it is as it should be."""
    started = time.monotonic()
    named = {one.requirement.id for one in judged(trial)}
    right = bool(named & trial.wanted) if trial.faults else not named
    word = (
        ("killed" if right else "SURVIVED")
        if trial.faults
        else ("no alarm" if right else "FALSE ALARM")
    )
    seconds = time.monotonic() - started
    told = ", ".join(sorted(named)) or "-"
    return (
        right,
        f"{word:<11} {trial.server:<9} {trial.name:<30} seed {trial.seed} {seconds:5.1f} s  {told}",
    )


def main() -> int:
    """Run the proof; return 0 when it holds."""
    parser = argparse.ArgumentParser(
        description="Prove the judge of resources on servers with known faults."
    )
    parser.add_argument("--seeds", default="1", help="seeds, separated by commas")
    parser.add_argument("--faults", default="", help="only these faults, separated by commas")
    parser.add_argument("-j", type=int, default=2, dest="jobs", help="trials at the same time")
    given = parser.parse_args()
    names = given.faults.split(",") if given.faults else []
    known = {fault.name for module in SERVERS.values() for fault in module.FAULTS}
    if set(names) - known:
        parser.error(f"no such fault: {', '.join(sorted(set(names) - known))}")
    chosen = list(trials([int(seed) for seed in given.seeds.split(",")], names))
    wrong = 0
    with ProcessPoolExecutor(given.jobs) as pool:
        for is_right, told in pool.map(play, chosen):
            wrong += not is_right
            print(told, flush=True)
    faults = sum(bool(one.faults) for one in chosen)
    print(
        f"\n{len(known)} faults known; {faults} trials of faults, {len(chosen) - faults} of servers without; {wrong} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
