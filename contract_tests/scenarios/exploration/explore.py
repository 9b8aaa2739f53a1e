"""What an exploration found, as findings: one for each check."""

from __future__ import annotations

import re

from contract_tests.http.credentials import Carried
from contract_tests.http.failures import CannotJudge
from contract_tests.http.shell import quoted
from contract_tests.judging.coverage import Part
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.scenarios.exploration.explorer import Explorer, Seen

SENTENCES = {
    "not_a_server_error": "No request makes the server fail",
    "status_code_conformance": "Every status code is one that the contract documents",
    "content_type_conformance": "Every content type is one that the contract documents",
    "response_headers_conformance": "Every answer has the headers that the contract documents",
    "response_schema_conformance": "Every answer fits the schema that the contract documents",
    "unsupported_method": "A wrong method is 405",
    "allow_header_conformance": "`Allow` lists the methods of the path",
    "ignored_auth": "An operation that needs credentials refuses a request without them",
    "missing_required_header": "A request without a required header is refused",
    "use_after_free": "What was deleted is gone",
    "ensure_resource_availability": "What was created can be read",
    "answer_given": "Every request is answered, in HTTP and in the encoding that the answer names",
    "answer_size": "No answer is larger than --max-answer allows, nor larger once it is decompressed",
    "own_origin": "What an answer refers to for further requests stands on the server that was asked",
    "valid_requests": "A valid request is taken at least once, or refused as documented",
    "negative_data_rejection": "A request that breaks the contract is refused",
}


def explore(session: Session) -> list[Finding]:
    """Run Schemathesis over a contract; return one finding for each check that failed.

    Raises BudgetSpent when the budget of requests is used up, and CannotJudge when every operation refuses the
    credentials, or none is there.
    """
    explorer = Explorer(session)
    seen = list(explorer.run())
    if not session.contract.submissions:  # those judge their items one by one
        seen += explorer.refused_though_valid()
    first: dict[str, Seen] = {}
    for one in seen:
        known = first.get(one.check)
        if known is None or len(one.curl) < len(known.curl):
            first[one.check] = one
    nowhere = explorer.nowhere()
    if nowhere is not None:
        raise CannotJudge(nowhere)
    findings = [_finding(explorer, one, seen) for one in first.values()]
    refusal = explorer.refusal()
    if explorer.spent is not None and (not findings or isinstance(explorer.spent, CannotJudge)):
        for finding in findings:
            session.findings.note(finding)
        raise explorer.spent
    if refusal is not None and not findings:
        raise CannotJudge(refusal)
    _explain(session, explorer)
    return findings


def _explain(session: Session, explorer: Explorer) -> None:
    for one in session.contract.operations:
        why = explorer.reasons.get(one.label)
        if why is not None:
            session.coverage.explain(Part.OPERATION, one.id, why)


def requirement_of(check: str) -> Requirement:
    """Return the requirement that a check asks for."""
    sentence = SENTENCES.get(check, check.replace("_", " "))
    source = "the contract's operations and responses"
    return Requirement(("surface", check), Kind.EXPLORATION, sentence, source)


def _finding(explorer: Explorer, one: Seen, seen: list[Seen]) -> Finding:
    labels = sorted({other.label for other in seen if other.check == one.check})
    more = f" (also {len(labels) - 1} others)" if len(labels) > 1 else ""
    known = {operation.label: operation.id for operation in explorer.contract.operations}
    curl = _without_secrets(as_sent(one.curl, one.body), explorer.carried.get(one.label, Carried()))
    return Finding(
        requirement=requirement_of(one.check),
        contract=explorer.contract.name,
        operations=frozenset(known.get(label, label) for label in labels),
        suite=Suite.OPERATIONS,
        sent=explorer.shown(curl)[:1500],
        expected=("what the contract documents",),
        came=one.told + more,
        lines=(curl,),
    )


def as_sent(curl: str, body: bytes | None) -> str:
    """Return a curl line of Schemathesis with the very bytes: it replaces what is no UTF-8."""
    try:
        (body or b"").decode("utf-8")
    except UnicodeDecodeError as error:
        before, _, after = curl.partition(" -d ")
        url = after.rpartition(" ")[2]
        return f"{before} --data-binary {quoted(error.object)} {url}"
    return curl


def _without_secrets(curl: str, shown: Carried) -> str:
    """Return a curl line of Schemathesis with variables where the credentials stand."""
    for name, text in shown.shell.items():
        header = re.compile(rf"'({re.escape(name)}): [^']*'", re.IGNORECASE)
        curl = header.sub(lambda found, text=text: f'"{found[1]}: {text}"', curl)  # type: ignore[misc]
    for values in (shown.query, shown.cookies):
        for name, value in values.items():
            curl = curl.replace(value, shown.shell[name])
    return curl
