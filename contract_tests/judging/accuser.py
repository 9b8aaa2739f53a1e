"""Sends the requests of a contract's operations, and says which promise an answer breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from contract_tests.http.client import Reply, Target, Unanswered
from contract_tests.judging.answers import Answers, problem_faults
from contract_tests.judging.oracle import Mode
from contract_tests.judging.requirements import PROMISES
from contract_tests.judging.submitted import Episode, Submitted, told
from contract_tests.judging.verdict import Broken, Coverage, Finding, broken
from contract_tests.reading.contract import Contract, Operation
from contract_tests.reporting import curl
from contract_tests.settings import Settings


class Accuser:
    """Holds a server to one contract. What it finds is returned, to be raised or noted."""

    def __init__(
        self, contract: Contract, target: Target, settings: Settings, coverage: Coverage
    ) -> None:
        self.contract = contract
        self.target = target
        self.settings = settings
        self.coverage = coverage
        self.mode = Mode(settings.mode)
        self.answers = Answers(contract)

    def fail(  # noqa: PLR0913, PLR0917 - the parts of a finding
        self,
        episode: Episode,
        rule: str,
        operation: str,
        sent: str,
        expected: Iterable[str],
        came: str,
        sentence: str | None = None,
        source: str | None = None,
        signature: str = "",
    ) -> Broken:
        """Return the broken promise, to be raised."""
        known = PROMISES.get(rule, ("", ""))
        own = [one for one in self.target.transcript if not one.control]
        finding = Finding(
            rule=rule,
            sentence=sentence or known[0],
            source=source or known[1],
            contract=self.contract.name,
            operation=operation,
            suite=episode.suite,
            sent=sent,
            expected=tuple(expected),
            came=came,
            curl=curl.lines(
                self.target.transcript,
                self.settings,
                self.settings.run,
                self.target.token_path,
            ),
            requests=len(own),
            signature=signature,
            seed=self.settings.seed,
            repeat=self.settings.repeat(episode.suite),
        )
        problem = broken(finding)
        problem.episode = episode
        return problem

    def blame(
        self,
        made: Submitted,
        rule: str,
        expected: Iterable[str],
        came: str,
        number: int | None = None,
        signature: str = "",
    ) -> Broken:
        """Return the promise that a submission breaks; `number` is the item that shows it."""
        operation = made.submission.status or made.submission.operation
        sent = told(made.entries)
        if number is not None and len(made.entries) > 1:
            sent = f"item {number + 1} of {len(made.entries)}: {made.entries[number].text}"
        return self.fail(
            made.episode, rule, operation.id, sent, expected, came, signature=signature
        )

    def send(  # noqa: PLR0913 - the parts of a request
        self,
        episode: Episode,
        operation: Operation,
        path: str | None = None,
        *,
        method: str | None = None,
        who: str | None = "a",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        recipe: str | None = None,
        sent: str = "",
    ) -> Reply:
        """Send a request of an operation; raises Broken when it gets no answer or a 500."""
        method = method or operation.method
        path = path or operation.path
        self.coverage.count("operations", self.contract.name, operation.id)
        try:
            reply = self.target.send(
                method, path, who=who, headers=headers, body=body, recipe=recipe
            )
        except Unanswered as error:
            raise self.fail(
                episode,
                "answer.given",
                operation.id,
                sent or f"{method} {path}",
                ["an answer"],
                str(error),
            ) from None
        if reply.status >= 500 and reply.status != 501:
            raise self.fail(
                episode,
                "answer.no-server-error",
                operation.id,
                sent or f"{method} {path}",
                ["an answer below 500"],
                reply.told(),
            )
        return reply

    def documented(self, episode: Episode, operation: Operation, reply: Reply, sent: str) -> None:
        """Check that an answer is one that its operation documents; raises Broken."""
        faults = self.answers.faults(operation, reply)
        if faults:
            raise self.fail(
                episode,
                "answer.documented",
                operation.id,
                sent,
                ["an answer as documented"],
                f"{reply.status}: {'; '.join(faults)}",
                sentence=PROMISES["answer.documented"][0],
            )

    def refused(
        self,
        episode: Episode,
        operation: Operation,
        reply: Reply,
        rule: str,
        sent: str,
        statuses: Sequence[int],
    ) -> None:
        """Check that a request was refused with one of the statuses, in the contract's form."""
        if reply.status not in statuses:
            expected = [str(status) for status in statuses]
            if len(statuses) > 9:
                expected = sorted({f"{status // 100}xx" for status in statuses})
            raise self.fail(episode, rule, operation.id, sent, expected, reply.told())
        if reply.status >= 400:
            self.error_form(episode, operation, reply, sent, pointers=False)

    def error_form(
        self, episode: Episode, operation: Operation, reply: Reply, sent: str, pointers: bool
    ) -> None:
        """Check the form of an error answer."""
        if self.contract.error_form != "problem":
            return
        documented = self.answers.documented(operation, reply.status)
        if not self.contract.submissions and documented is not None:
            return  # a contract of somebody else: the operations suite knows its form
        faults = problem_faults(reply, pointers=False)
        if faults:
            raise self.fail(
                episode,
                "error.form",
                operation.id,
                sent,
                ["application/problem+json with type, title, status, detail"],
                f"{reply.status}: {'; '.join(faults)}",
            )
        if pointers and problem_faults(reply, pointers=True):
            raise self.fail(
                episode,
                "error.pointers",
                operation.id,
                sent,
                ["errors: [{pointer, detail}]"],
                reply.told(),
            )
