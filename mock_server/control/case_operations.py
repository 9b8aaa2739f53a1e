"""What a partner submitted, as cases that every server must pass, by the control surface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from mock_server.batches.behaviour import Lifecycles
from mock_server.batches.processing import Processing
from mock_server.batches.recording import MOST_ITEMS, Recorder, Recording
from mock_server.batches.submission_state import SubmissionState
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.control.operations import SERVICE
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Fault, Kind, Problem
from mock_server.http.requests import Answering, Request
from mock_server.storage.threads import Threads
from openapi_documents.mending import did_you_mean

_MOST = 200
"""How many of the last submissions are looked at."""
NOTHING_SUBMITTED = Kind(404, "Nothing was submitted that cases could be made of.")
_HEAD = """\
# What the sandbox did with the submissions of one partner, in the form of fixtures/cases.
# Left out: {left} of them, which are not settled, are of more than {most} items, or ended as they did by what is not in the case.
"""


class CaseOperations:
    """Answers the operation that tells submissions as cases."""

    def __init__(
        self, lifecycles: Lifecycles, processing: Mapping[str, Processing], threads: Threads
    ) -> None:
        """Take what looks into worlds, how operations are processed, and the threads that work."""
        self._lifecycles = lifecycles
        self._processing = processing
        self._threads = threads

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers the operation of the shipped control contract."""
        is_ours = contract.service == SERVICE and operation.id == "downloadCases"
        return Answering(self.download) if is_ours else None

    async def download(self, request: Request) -> Answer:
        """Answer with the cases of one operation, of the last one that was used where none is named. Raises Problem."""
        caller = request.known_caller
        await self._lifecycles.settling.bring_up_to_date(caller)
        listed = await self._threads.run(self._lifecycles.worlds.latest, caller, _MOST)
        submissions = [one for one, _ in listed if one.operation in self._processing]
        name = self._wanted(
            request.parameters.get("operation"), [one.operation for one in submissions]
        )
        standings = [
            await self._lifecycles.standings.read(caller, one.id) for one in reversed(submissions)
        ]
        there = [one for one in standings if one is not None]
        recorder = Recorder(name, self._processing, caller)
        text = await self._threads.run(_written, recorder, there)
        file = f'attachment; filename="{name.partition(":")[2]}.yaml"'
        return Answer(200, text, "application/yaml", {"Content-Disposition": file})

    def _wanted(self, asked: str | None, submitted: Sequence[str]) -> str:
        """Return the name of the operation that is meant. Raises Problem for none, or one to which nothing was sent."""
        if not submitted:
            raise Problem(NOTHING_SUBMITTED)
        if asked is None:
            return submitted[0]
        known = dict.fromkeys(submitted)
        found = next((name for name in known if asked in (name, name.partition(":")[2])), None)
        if found is None:
            mend = did_you_mean(asked, [name.partition(":")[2] for name in known])
            told = f"nothing was submitted to {asked}. {mend}".rstrip()
            raise Problem(problems.BAD_PARAMETER, Fault("#/query/operation", told))
        return found


def _written(recorder: Recorder, standings: Sequence[SubmissionState]) -> bytes:
    recording: Recording = recorder.record(standings)
    head = _HEAD.format(left=recording.left_out, most=MOST_ITEMS)
    body = yaml.safe_dump(dict(recording.file), sort_keys=False, allow_unicode=True, width=120)
    return f"{head}{body}".encode()
