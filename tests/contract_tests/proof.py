"""The proof of the judge: each fault of the independent server is found, a correct one is not.

    python tests/contract_tests/proof.py                       # 60 faults, effort standard, seed 1
    python tests/contract_tests/proof.py --all --seeds 1,2,3 -j 4
    python tests/contract_tests/proof.py --faults twin-near-only,nan-accepted --effort quick
    python tests/contract_tests/proof.py --alternatives             # a server for each of the contract's

Which 60 follows from the seed; they are of every suite. Each fault is given to the one suite that is meant to find it,
in the mode that forbids it (with `--all-suites`, to all suites). Prints the matrix and the kill rate; exit 1 when a
fault survived or a correct server was blamed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The judge and the server beside this file, wherever the run was started from.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from contract_tests.reading.otherwise import Choice
from contract_tests.reading.reader import read
from tests.contract_tests import defective_servers as servers
from tests.contract_tests.forked import command
from tests.contract_tests.innocent_servers import (
    Innocent,
    alternatives,
    has_items,
    name_of,
)

CONTRACT = read("partner-client-service-v2")
SECRETS = {"partner-a": "secret-a", "partner-b": "secret-b", "partner-e": "secret-e"}


@dataclass(frozen=True)
class Trial:
    """One run of the judge against one server."""

    name: str
    faults: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    mode: str = "documented"
    effort: str = "standard"
    seed: int = 1
    guilty: bool = True
    alternative: Choice | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Return what the server needs for the fault to show in time."""
        return {"token_life": 4.0} if "expired-accepted" in self.faults else {}


@dataclass(frozen=True)
class Verdict:
    """What the judge said in a trial."""

    trial: Trial
    code: int
    findings: tuple[dict[str, Any], ...]
    seconds: float
    output: str
    otherwise: frozenset[str] = frozenset()  # silences of which an alternative was told

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the names of the broken rules."""
        return tuple(str(one["rule"]) for one in self.findings)

    @property
    def right(self) -> bool:
        """Whether the judge told a guilty server from an innocent one."""
        if self.trial.guilty:
            return self.code == 1 and bool(self.findings)
        other = self.trial.alternative
        told = other is None or other.silence in self.otherwise
        return self.code == 0 and not self.findings and told


def judge(trial: Trial, *, first: bool = False, timeout: float = 600) -> Verdict:
    """Run the judge against a server made for this trial; with `first`, until it is broken."""
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(trial) as server,
    ):
        report = Path(folder) / "report.json"
        given = [
            "--base-url", server.base_url,
            "--client-id", "partner-a", "--other-client-id", "partner-b",
            "--partner", "currency=GBP",
            "--mode", trial.mode, "--effort", trial.effort, "--seed", str(trial.seed),
            "--json", str(report),
        ]  # fmt: skip
        if trial.suites:
            given += ["--only", ",".join(trial.suites)]
        variables = {
            "PYTEST_ADDOPTS": "--maxfail=1" if first else "",
            "CONTRACT_TESTS_CLIENT_SECRET": SECRETS["partner-a"],
            "CONTRACT_TESTS_OTHER_CLIENT_SECRET": SECRETS["partner-b"],
        }
        code, told = command("run", *given, variables=variables, timeout=timeout)
        findings, otherwise = (), frozenset[str]()
        if report.exists():
            written = json.loads(report.read_text(encoding="utf-8"))
            findings = tuple(written["findings"])
            rows = written["silences"]
            otherwise = frozenset(one["id"] for one in rows if one["did"] and not one["as_chosen"])
        seconds = time.monotonic() - started
        return Verdict(trial, code, findings, seconds, told, otherwise)


def served(trial: Trial) -> servers.Server:
    """Return the server of a trial."""
    if trial.alternative is None:
        return servers.Server(trial.faults, trial.choices, **trial.settings)
    return servers.Server(service=Innocent(CONTRACT, trial.alternative))


def alternative_trials(names: Iterable[str], seeds: Iterable[int], effort: str) -> Iterator[Trial]:
    """Yield for each alternative of the contract a server that takes it: innocent, but for strict mode."""
    every = {
        name_of(CONTRACT, one): one for one in alternatives(CONTRACT) if has_items(CONTRACT, one)
    }
    for seed in seeds:
        for name in names or every:
            one = every[name]
            told = f"{name} {one.told}"[:60]
            yield Trial(told, (), (), (), "documented", effort, seed, guilty=False, alternative=one)
            yield Trial(told, (), (), (), "strict", effort, seed, guilty=True, alternative=one)


def guilty_trials(
    names: Iterable[str], seeds: Iterable[int], effort: str, *, all_suites: bool = False
) -> Iterator[Trial]:
    """Yield a trial for each fault and seed."""
    for seed in seeds:
        for name in names:
            fault = servers.FAULT_BY_NAME[name]
            suites = () if all_suites else (fault.suite,)
            yield Trial(name, (name,), (), suites, fault.mode, effort, seed)


def selected(seed: int, most: int = 60) -> list[str]:
    """Return the names of so many faults, spread over all suites as the faults are; others for another seed."""
    groups: dict[str, list[str]] = {}
    for fault in servers.FAULTS:
        groups.setdefault(fault.suite, []).append(fault.name)
    share = most / len(servers.FAULTS)
    counts = {suite: max(1, int(len(group) * share)) for suite, group in groups.items()}
    for suite in sorted(groups, key=lambda one: len(groups[one]) * share % 1, reverse=True):
        counts[suite] += sum(counts.values()) < most
    return [
        group[(seed - 1 + number * len(group) // counts[suite]) % len(group)]
        for suite, group in groups.items()
        for number in range(counts[suite])
    ]


def innocent_trials(seeds: Iterable[int], effort: str) -> Iterator[Trial]:
    """Yield the trials that must end without a finding."""
    for seed in seeds:
        for mode in ("strict", "documented"):
            yield Trial(f"correct, {mode}", mode=mode, effort=effort, seed=seed, guilty=False)
        for choice in servers.CHOICES:
            suites = ("cases", "lifecycle", "rules")
            yield Trial(choice, (), (choice,), suites, "documented", effort, seed, guilty=False)


def line(verdict: Verdict) -> str:
    """Return a verdict as a line of the matrix."""
    trial = verdict.trial
    told = ", ".join(verdict.rules) or "-"
    words = {
        (True, True): "killed",
        (True, False): "SURVIVED",
        (False, True): "no alarm",
        (False, False): "FALSE ALARM",
    }
    word = words[trial.guilty, verdict.right]
    if verdict.code not in {0, 1}:
        last = (verdict.output.strip().splitlines() or [""])[-1]
        told = f"exit {verdict.code}: {last}"
    suite = ",".join(trial.suites) or "all"
    return (
        f"{word:<11} {trial.name:<28} {suite:<11} {trial.mode:<10} "
        f"seed {trial.seed} {verdict.seconds:5.1f} s  {told}"
    )


def summary(verdicts: list[Verdict]) -> Iterator[str]:
    """Yield the kill rate, for each suite and in all, and the false alarms."""
    guilty = [one for one in verdicts if one.trial.guilty]
    innocent = [one for one in verdicts if not one.trial.guilty]
    suites = sorted({",".join(one.trial.suites) or "all" for one in guilty})
    for suite in suites:
        here = [one for one in guilty if (",".join(one.trial.suites) or "all") == suite]
        killed = sum(one.right for one in here)
        yield f"{suite:<12} {killed:>4} of {len(here):>4} killed"
    if guilty:
        killed = sum(one.right for one in guilty)
        rate = 100 * killed / len(guilty)
        yield f"{'kill rate':<12} {killed:>4} of {len(guilty):>4} = {rate:.1f} %"
    if innocent:
        blamed = sum(not one.right for one in innocent)
        yield f"{'innocent':<12} {blamed:>4} of {len(innocent):>4} blamed"


def main() -> int:
    """Run the proof; return 0 when it holds."""
    parser = argparse.ArgumentParser(description="Prove the judge on servers with known faults.")
    parser.add_argument("--seeds", default="1", help="seeds, separated by commas")
    parser.add_argument("--all", action="store_true", help="every fault, not 60 of them")
    parser.add_argument("--faults", default="", help="only these faults, separated by commas")
    parser.add_argument("--suites", default="", help="only faults meant for these suites")
    parser.add_argument("--effort", default="standard", choices=("quick", "standard", "thorough"))
    parser.add_argument("-j", type=int, default=2, dest="jobs", help="runs at the same time")
    parser.add_argument("--all-suites", action="store_true", help="give each fault to all suites")
    parser.add_argument("--no-innocent", action="store_true", help="leave out the correct servers")
    parser.add_argument("--no-guilty", action="store_true", help="leave out the faulty servers")
    parser.add_argument(
        "--alternatives", nargs="?", const="all", help="servers of other choices, say S14.1,S38.1"
    )
    parser.add_argument("--first", action="store_true", help="end each run at its first finding")
    parser.add_argument("--json", type=Path, help="write every verdict as a JSON line")
    given = parser.parse_args()
    seeds = [int(seed) for seed in given.seeds.split(",")]
    names = given.faults.split(",") if given.faults else [fault.name for fault in servers.FAULTS]
    some = not (given.all or given.faults or given.suites)
    strangers = [name for name in names if name not in servers.FAULT_BY_NAME]
    if strangers:
        parser.error(f"no such fault: {', '.join(strangers)}")
    if given.suites:
        wanted = given.suites.split(",")
        names = [name for name in names if servers.FAULT_BY_NAME[name].suite in wanted]
    trials = list(innocent_trials(seeds, given.effort))
    for seed in seeds:
        chosen = selected(seed) if some else names
        trials += guilty_trials(chosen, [seed], given.effort, all_suites=given.all_suites)
    if given.alternatives:
        wanted = [] if given.alternatives == "all" else given.alternatives.split(",")
        trials = list(alternative_trials(wanted, seeds, given.effort))
    trials = [one for one in trials if not (given.no_guilty if one.guilty else given.no_innocent)]
    verdicts: list[Verdict] = []
    with ThreadPoolExecutor(given.jobs) as pool:
        running = [pool.submit(judge, trial, first=given.first) for trial in trials]
        for done in as_completed(running):
            verdict = done.result()
            verdicts.append(verdict)
            print(line(verdict), flush=True)
            if given.json:
                with given.json.open("a", encoding="utf-8") as file:
                    told = {
                        "name": verdict.trial.name,
                        "seed": verdict.trial.seed,
                        "right": verdict.right,
                        "code": verdict.code,
                        "findings": verdict.findings,
                    }
                    file.write(json.dumps(told) + "\n")
    print()
    print("\n".join(summary(verdicts)))
    return 0 if all(one.right for one in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
