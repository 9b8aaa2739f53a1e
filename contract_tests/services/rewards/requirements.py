"""What a rewards service must do besides what its checks ask for, and the sources of all of it."""

from __future__ import annotations

from contract_tests.reading.requirements import Requirement, of_service

SERVICE = "rewards"


def sources(*names: str) -> str:
    """Return where a requirement stands: places of docs/, and silences by their ids."""
    return "; ".join(
        f"docs/sources.md#{name.lower()}" if name[:1] == "R" and name[1:].isdigit() else name
        for name in names
    )


ENVELOPE: Requirement = of_service(
    SERVICE,
    "envelope",
    "Every answer, an error too, is `{data, status: {code, description, message}}`",
    "docs/sources.md#rewards-conventions",
)
DOCUMENTED: Requirement = of_service(
    SERVICE,
    "answer-documented",
    "Every answer is one that the contract documents: status and schema",
    "the contract's responses",
)
SAYS_WHY: Requirement = of_service(
    SERVICE,
    "refusal-says-why",
    "A refusal says by its code what is wrong, and in its message where",
    sources("the contract's ErrorCode and Failure", "R1"),
)
ANSWERED: Requirement = of_service(
    SERVICE,
    "answer-given",
    "Every request is answered, and never with a 500",
    "RFC 9110 section 15.6",
)
