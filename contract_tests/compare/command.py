"""What `contract-tests compare` does: plays the same on two servers, and writes where they differ."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from contract_tests import options
from contract_tests.compare.plays import Play, plays
from contract_tests.compare.report import (
    Compared,
    Comparison,
    Verdict,
    choice_rows,
    difference_rows,
    sentence,
)
from contract_tests.compare.seen import Played, differences, met
from contract_tests.compare.silences import Observed, choices, observed
from contract_tests.http.credentials import token_url
from contract_tests.http.failures import BudgetSpent, TargetFailure
from contract_tests.http.partners import Partners
from contract_tests.judging.session import Session
from contract_tests.options import Given, Option
from contract_tests.process import Process
from contract_tests.reading.contract import Contract
from contract_tests.reporting.curl import CurlLines, public_secrets
from contract_tests.reporting.shown import Shown
from contract_tests.run import Run, prepared
from contract_tests.settings import settings_of

_OF_OTHER: tuple[tuple[Option[str], Option[str]], ...] = (
    (options.BASE_URL, options.OTHER_URL),
    (options.TOKEN_URL, options.OTHER_URL_TOKEN_URL),
    (options.TOKEN, options.OTHER_URL_TOKEN),
    (options.CLIENT_ID, options.OTHER_URL_CLIENT_ID),
    (options.CLIENT_SECRET, options.OTHER_URL_CLIENT_SECRET),
)
"""What holds for the first server, and what stands for it at the other one where it is given."""


def compare(given: Given) -> Comparison:
    """Play the same on both servers; the report is written where that was asked for.

    Raises OptionError, DocumentError and CannotJudge.
    """
    started = time.time()
    given.known(options.OTHER_URL)
    one = prepared(settings_of(given))
    there = settings_of(_of_other(given))
    granting = token_url(one.contracts, there.base_url, there.token_url)
    sides = Process(one), Process(Run(there, one.contracts, granting))
    notes: list[str] = []
    try:
        for side in sides:
            side.begin()
        found = [_compared(sides, contract, notes) for contract in one.contracts]
    finally:
        for side in sides:
            with contextlib.suppress(TargetFailure):
                side.clock.release()
    report = _report(sides, found, notes, time.time() - started)
    if one.settings.outputs.json is not None:
        text = json.dumps(report, indent=2, ensure_ascii=False)
        one.settings.outputs.json.write_text(text + "\n", encoding="utf-8")
    return report


def _of_other(given: Given) -> Given:
    values = dict(given.values)
    for here, there in _OF_OTHER:
        value = given.of(there)
        if value is not None:
            values[here.name] = value
    token, name = given.of(options.OTHER_URL_TOKEN), given.of(options.OTHER_URL_CLIENT_ID)
    variables = dict(given.variables)
    if (
        name is not None and token is None
    ):  # who has a name there shows no token of the first server
        values.pop(options.TOKEN.name, None)
        variables.pop(options.TOKEN.variable, None)
    return Given(values, variables)


def _compared(sides: tuple[Process, Process], contract: Contract, notes: list[str]) -> Compared:
    one = sides[0].session(contract)
    _share(sides, one)
    other = sides[1].session(contract)
    every = list(plays(one))
    with ThreadPoolExecutor(2) as pool:
        acts = [pool.submit(partial(_played, session, every)) for session in (one, other)]
        (here, seen_here, why), (there, seen_there, why_there) = (act.result() for act in acts)
    notes += [told for told in (why, why_there) if told]
    found = [
        difference
        for play, first, second in zip(every, here, there, strict=False)
        for difference in differences(first, second, follows=play.follows)
    ]
    points = sum(min(len(a.seen), len(b.seen)) for a, b in zip(here, there, strict=False))
    return Compared(contract.name, met(found), choices(one, seen_here, seen_there), points)


def _share(sides: tuple[Process, Process], one: Session) -> None:
    """Let the rules know the same of a partner at both servers: what the first one showed."""
    run = sides[1].run
    partners = run.settings.partners
    known = {
        caller: replace(partners.of(caller), attributes=one.materials.attributes.get(caller, {}))
        for caller in partners
    }
    first, *others = known.values()
    shared = Partners(first, others[0] if others else None)
    sides[1].run = replace(run, settings=replace(run.settings, partners=shared))


def _played(session: Session, every: Iterable[Play]) -> tuple[list[Played], Observed, str]:
    """Return what a server shows in each play and at each silence, and why it was not all of it."""
    found: list[Played] = []
    try:
        for one in every:
            found.append(one.act(session))
        return found, observed(session), ""
    except BudgetSpent as spent:
        return found, {}, f"{session.asking.client.server.base_url}: {spent}"


def _report(
    sides: tuple[Process, Process], found: Sequence[Compared], notes: list[str], seconds: float
) -> Comparison:
    lines = [CurlLines(one.client.server, one.client.partners, one.run.name) for one in sides]
    rows = [row for one in found for row in difference_rows(one, lines[0], lines[1])]
    silences = [row for one in found for row in choice_rows(one)]
    settings = sides[0].run.settings
    points = sum(one.points for one in found)
    differ = sum(not row["same"] for row in silences)
    verdict = Verdict.DIFFER if rows or differ else Verdict.SAME if points else Verdict.NOT_JUDGED
    report = Comparison(
        format=1,
        verdict=verdict,
        sentence="",
        a=settings.base_url,
        b=sides[1].run.settings.base_url,
        contracts=[one.contract for one in found],
        effort=settings.effort,
        seed=settings.seed,
        compared=points,
        requests=sum(one.budget.spent for one in sides),
        seconds=round(seconds, 2),
        notes=notes,
        differences=rows,
        silences=silences,
    )
    report["sentence"] = sentence(report, len(rows), differ)
    secrets = sides[0].client.secrets
    for secret in sides[1].client.secrets:
        secrets.learn(secret)
    return Shown(secrets, public_secrets()).whole(report)
