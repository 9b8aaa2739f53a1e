"""The verdict of a whole run: the report that `verdict` describes, and its lines."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract_tests.http.client import PAGES
from contract_tests.http.credentials import Carried, carried
from contract_tests.http.servers import path_below
from contract_tests.judging.verdict import Coverage, merge
from contract_tests.reading.contract import Contract, Operation
from contract_tests.reading.documents import resolve
from contract_tests.settings import Settings

if TYPE_CHECKING:
    from contract_tests.plugin import Run


@dataclass(frozen=True)
class Probe:
    """A request that does no harm: its path, what the contract has for it, and its credentials."""

    path: str
    documented: frozenset[str] = frozenset()
    shown: Carried = field(default_factory=Carried)


def harmless(contracts: Iterable[Contract], settings: Settings) -> Probe:
    """Return a GET of an operation, its parameters filled with unknown values.

    One that takes the credentials of the run is best; a contract may also have no GET at all.
    """
    best: tuple[int, Probe] = (-1, Probe("/", frozenset(PAGES)))
    for contract in contracts:
        below = "" if contract.submissions else path_below(contract, settings.base_url)
        for one in contract.operations:
            shown = carried(contract, one, settings.partner, None)
            rank = 2 * (one.method == "GET" and one.path != "/") + (not shown.empty)
            if rank > best[0]:
                path = re.sub(r"\{[^}]*\}", "00000000-0000-4000-8000-000000000000", one.path)
                best = rank, Probe(below + path, _documented(contract, one), shown)
    return best[1]


def _documented(contract: Contract, operation: Operation) -> frozenset[str]:
    """Return the status codes and the media types that an operation documents."""
    told: set[str] = set()
    for code, raw in operation.raw.get("responses", {}).items():
        told |= {code, *resolve(contract.document, raw).get("content", {})}
    return frozenset(told)


def report(run: Run, coverage: Coverage, now: datetime) -> dict[str, Any]:
    """Return the report of a run, as `verdict` describes it."""
    findings = merge(run.findings)
    seconds = now.timestamp() - run.started
    tests = sum(suite["tests"] - suite["skipped"] for suite in run.suites.values())
    verdict = "holds"
    if findings:
        verdict = "broken"
    elif run.crashes or run.refusals or (tests == 0 and not run.settings.dry_run):
        verdict = "not judged"
    settings = run.settings
    cover = {
        "operations": list(_operations(run, coverage)),
        "states": list(_states(run, coverage)),
        "outcomes": list(_outcomes(run, coverage)),
        "rules": list(_rules(run, coverage)),
        "constraints": list(_constraints(run, coverage)),
        "silences": [],
    }
    silences = list(_silences(run, coverage))
    cover["silences"] = [
        {
            "contract": one["contract"],
            "id": one["id"],
            "name": one["question"],
            "count": sum(coverage.behaviours.get(f"{one['contract']}|{one['id']}", {}).values()),
            "why": one["why"],
        }
        for one in silences
    ]
    return {
        "format": 1,
        "verdict": verdict,
        "sentence": _sentence(verdict, findings, run, tests),
        "started": (now - timedelta(seconds=seconds)).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
        "target": {
            "base_url": settings.base_url,
            "partners": [
                one.client_id for one in (settings.partner, settings.other) if one and one.client_id
            ],
            "control": bool(run.target._control.get("a")) or _control_used(run),
            "requests": run.requests,
            "max_requests": settings.max_requests,
        },
        "contracts": [
            {
                "name": one.name,
                "title": one.document.root.get("info", {}).get("title", one.name),
                "version": one.document.root.get("info", {}).get("version", ""),
                "path": str(one.document.path),
            }
            for one in run.contracts.values()
        ],
        "mode": settings.mode,
        "effort": settings.effort,
        "seed": settings.seed,
        "only": list(settings.only),
        "run": settings.run,
        "notes": [*run.notes, *run.refusals, *run.crashes],
        "findings": findings,
        "coverage": cover,
        "silences": silences,
        "suites": list(run.suites.values()),
        "ledger": {
            "file": settings.ledger,
            "submissions": _total(coverage, "created", "submissions"),
            "items": _total(coverage, "created", "items"),
            "records": _total(coverage, "created", "records"),
        },
    }


def _control_used(run: Run) -> bool:
    return any(run.target._control.values())


def _total(coverage: Coverage, kind: str, name: str) -> int:
    return sum(
        times
        for place, times in coverage.counts.items()
        if place.startswith(f"{kind}|") and place.endswith(f"|{name}")
    )


def _sentence(verdict: str, findings: list[Any], run: Run, tests: int) -> str:
    names = ", ".join(run.contracts)
    if run.settings.dry_run and not run.refusals:
        return f"Nothing was sent; {len(run.planned)} requests were planned."
    if verdict == "broken":
        rules = "rule is" if len(findings) == 1 else "rules are"
        return f"{names} does not hold: {len(findings)} {rules} broken."
    if verdict == "not judged":
        failed = [f"the judge itself failed at {one}" for one in run.crashes]
        reasons = [*run.refusals, *failed, *run.notes, "there was nothing to judge in these suites"]
        return f"Could not judge: {reasons[0]}."
    limit = "" if not run.notes else " as far as it was judged"
    return (
        f"{names} holds{limit}: {tests} checks, {run.requests} requests, mode {run.settings.mode}."
    )


def _row(coverage: Coverage, kind: str, contract: str, ident: str, name: str) -> dict[str, Any]:
    count = coverage.counts.get(f"{kind}|{contract}|{ident}", 0)
    why = coverage.reasons.get(f"{kind}|{contract}|{ident}", "no request led to it")
    return {
        "contract": contract,
        "id": ident,
        "name": name,
        "count": count,
        "why": None if count else why,
    }


def _operations(run: Run, coverage: Coverage) -> Iterator[dict[str, Any]]:
    for contract in run.contracts.values():
        for one in contract.operations:
            name = f"{one.method} {one.path}"
            yield _row(coverage, "operations", contract.name, one.id, name)


def _states(run: Run, coverage: Coverage) -> Iterator[dict[str, Any]]:
    for contract in run.contracts.values():
        for lifecycle in contract.lifecycles.values():
            for state in lifecycle.states:
                ident = f"{lifecycle.name}.{state}"
                yield _row(coverage, "states", contract.name, ident, state)


def _outcomes(run: Run, coverage: Coverage) -> Iterator[dict[str, Any]]:
    for contract in run.contracts.values():
        for lifecycle in contract.lifecycles.values():
            for row in lifecycle.rows:
                ident = f"{lifecycle.name}.{row.number}"
                name = f"{row.number} {row.when} -> {row.then}"
                yield _row(coverage, "outcomes", contract.name, ident, name)


def _sides(coverage: Coverage, kind: str, contract: str, rule: str, name: str) -> dict[str, Any]:
    inside = coverage.counts.get(f"{kind}|{contract}|{rule}|inside", 0)
    outside = coverage.counts.get(f"{kind}|{contract}|{rule}|outside", 0)
    both = inside + outside
    why = None if both else coverage.reasons.get(f"{kind}|{contract}|{rule}", "no item tried it")
    return {
        "contract": contract,
        "id": rule,
        "name": name,
        "count": both,
        "inside": inside,
        "outside": outside,
        "why": why,
    }


def _rules(run: Run, coverage: Coverage) -> Iterator[dict[str, Any]]:
    for contract in run.contracts.values():
        for rule in contract.rules.values():
            yield _sides(coverage, "rules", contract.name, f"rule.{rule.id}", rule.message)


def _constraints(run: Run, coverage: Coverage) -> Iterator[dict[str, Any]]:
    for contract in run.contracts.values():
        start = f"constraints|{contract.name}|"
        rules = {
            place.removeprefix(start).rsplit("|", 1)[0]
            for place in coverage.counts
            if place.startswith(start)
        }
        for rule in sorted(rules):
            name = rule.removeprefix("schema.")
            yield _sides(coverage, "constraints", contract.name, rule, name)


def _silences(run: Run, coverage: Coverage) -> Iterator[dict[str, Any]]:
    for contract in run.contracts.values():
        for one in contract.silences.values():
            place = f"{contract.name}|{one.id}"
            told = coverage.behaviours.get(place, {})
            chosen = {mark[:1] for mark in told}
            did = "; ".join(
                f"{text[1:]} ({times} times)" if times > 1 else text[1:]
                for text, times in sorted(told.items(), key=lambda pair: -pair[1])[:6]
            )
            why = coverage.reasons.get(
                f"silences|{place}", "no request of a partner can show it, or none did in this run"
            )
            yield {
                "contract": contract.name,
                "id": one.id,
                "question": one.question,
                "choice": one.choice,
                "alternatives": list(one.alternatives),
                "basis": one.basis,
                "did": did or None,
                "as_chosen": None if not told or chosen == {"?"} else "-" not in chosen,
                "why": None if told else why,
            }


def write(value: dict[str, Any], settings: Settings) -> None:
    """Write the report as JSON and as a page, where that was asked for."""
    if settings.json:
        text = json.dumps(value, indent=2, ensure_ascii=False)
        Path(settings.json).write_text(text + "\n", encoding="utf-8")
    if settings.html and importlib.util.find_spec("contract_tests.reporting.html") is not None:
        render = import_module("contract_tests.reporting.html").render
        Path(settings.html).write_text(render(value), encoding="utf-8")


def lines(value: dict[str, Any], planned: list[str]) -> Iterator[str]:
    """Yield the report as a terminal shows it."""
    yield ""
    for number, one in enumerate(value["findings"], start=1):
        yield f"{number}. {one['rule']}: {one['sentence']}"
        yield f"   source     {one['source']}"
        yield f"   operations {', '.join(one['operations'])} (met in {', '.join(one['suites'])})"
        yield f"   sent       {_short(one['sent'])}"
        yield f"   expected   {' or '.join(one['expected'])}"
        yield f"   came       {_short(one['came'])}"
        yield "   repeat by"
        for line in one["curl"]:
            yield f"     {line}"
        yield f"   seed {one['seed']}: {one['repeat']}"
        yield ""
    for line in planned:
        yield line
    seen = [one for one in value["silences"] if one["did"]]
    if seen:
        yield "Silences met:"
        for one in seen:
            mark = {True: "as chosen", False: "OTHERWISE", None: "seen"}[one["as_chosen"]]
            yield f"  {one['id']} {mark}: {one['question']} {one['did']}"
    missed = [
        one
        for kind in ("operations", "states", "outcomes", "rules")
        for one in value["coverage"][kind]
        if not one["count"]
    ]
    for one in missed if len(missed) <= 12 else []:
        yield f"Not reached: {one['contract']} {one['id']} {one['name']} ({one['why']})"
    if len(missed) > 12:
        yield f"Not reached: {len(missed)} operations, states, rows and rules (--json tells which)"
    for note in value["notes"]:
        yield f"Note: {note}"
    for suite in value["suites"]:
        yield (
            f"{suite['name']:>11}: {suite['tests']} tests, {suite['failed']} failed, "
            f"{suite['skipped']} skipped, {suite['seconds']} s"
        )
    yield f"Run {value['run']}, {value['seconds']} s. {value['sentence']}"


def _short(text: str, limit: int = 500) -> str:
    return text if len(text) <= limit else f"{text[:limit]} ... ({len(text)} characters)"
