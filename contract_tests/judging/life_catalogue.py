"""Every requirement that the judge asks for of resources, inferred or declared. Data, as in the catalogue of batches."""

from __future__ import annotations

from contract_tests.reading.requirements import Kind, Requirement


def _of(name: str, sentence: str, section: str) -> Requirement:
    source = f"docs/resources.md#{section}"
    return Requirement(tuple(name.split(".")), Kind.LISTED, sentence, source)


def _kept(name: str, sentence: str) -> Requirement:
    return _of(f"resource.{name}", sentence, "what-is-kept")


def _lived(name: str, sentence: str) -> Requirement:
    return _of(f"life.{name}", sentence, "what-a-life-asks")


def _retried(name: str, sentence: str) -> Requirement:
    return _of(f"retry.{name}", sentence, "retries")


def _told(name: str, sentence: str) -> Requirement:
    return _of(f"webhook.{name}", sentence, "webhooks")


CREATED = _kept("read", "What was created can be read")
HOLDS = _kept("holds", "What was created holds what was sent")
DEFAULTED = _kept(
    "default", "A member that was not sent has the default that the contract gives it"
)
LISTED = _kept("listed", "A list has what was created, once")
FILTERED = _kept(
    "filtered", "A list that is asked for one value of a member has what has it, and nothing else"
)
PAGED = _kept("paged", "A page of a list has nothing that stood on the page before")
SIZED = _kept("page-size", "A page has no more elements than are asked for")
WALKED = _kept("pages", "Page by page, a list has all that it has at once")
COUNTED = _kept("total", "The total that a list tells is not less than what it has")
REPLACED = _kept("replaced", "A replacement shows, in a read and in the list")
WHOLE = _kept("whole", "A replacement leaves nothing of what it replaces")
MERGED = _kept("merged", "A change of some members shows, in a read and in the list")
PARTIAL = _kept("partial", "A change of some members leaves the others as they were")
REMOVED = _kept("removed", "What was removed cannot be read, and no list has it")
GONE = _kept("gone", "What was removed stays gone")
UNKNOWN = _kept("unknown", "What nobody made is not found: 404")
OWN_ID = _kept("own-id", "Two creations have two ids, and no id is given again")
PARTNER = _kept("partner", "A partner neither sees nor changes what another one made")
STEADY = _kept("steady", "Reading twice changes nothing")
ALONE = _kept("alone", "A change of one changes no other")
REPEATED = _kept("repeated", "A repeated PUT or DELETE changes nothing more")
PRECONDITION = _kept(
    "precondition", "A change under the entity tag of what is there no more is refused"
)
INSIDE = _kept("inside", "What is made in one is neither listed nor found in another")

STATE = _lived("state", "Every state is one that the lifecycle declares")
OUTCOME = _lived("outcome", "A creation becomes what the outcomes say, or is refused by them")
TRANSITION = _lived("transition", "A state is left along a declared transition only")
FINAL = _lived("final", "Final is for ever")
GUARD = _lived("guard", "A transition happens to what its guard chooses, and to nothing else")
OPERATION = _lived("operation", "An operation moves what it is declared to move")
EVENT = _lived("event", "An event moves what it is declared to move")
EARLY = _lived("early", "A transition by time does not happen before its time")
DEADLINE = _lived("deadline", "A transition by time has happened after its time")
REQUIRED = _lived("required", "An operation is refused unless what it requires is so")
REFUSED = _lived("refused", "What is refused moves nothing")

RETRY_SAME = _retried("same", "The same key with the same request gives the first answer again")
RETRY_ONCE = _retried("once", "However often a request is sent under a key, it is done once")
RETRY_OTHER = _retried("other", "The same key with another request is refused")
RETRY_EXACT = _retried("exact", "Keys are compared exactly, the whole of them")
RETRY_PARTNER = _retried("partner", "A key belongs to the partner that sent it")
RETRY_REFUSED = _retried("refused", "Nothing is kept of a refused request, its key neither")

ARRIVES = _told("arrives", "A declared notification arrives within the deadline")
ONCE = _told("once", "A notification has one id, however often it is sent")
VISIBLE = _told("visible", "A notification comes after its state can be read")
ORDER = _told("order", "The notifications of one resource arrive in the order of its transitions")
SIGNED = _told("signed", "A notification is signed as Standard Webhooks says")
BODY = _told("body", "A notification fits its schema, and tells of the resource and its state")
AGAIN = _told("again", "What was not answered with 2xx is sent again, under the same id")
DECLARED = _told("declared", "Nobody is notified of what is not declared")

OF_RESOURCES: tuple[Requirement, ...] = (
    CREATED, HOLDS, DEFAULTED, LISTED, FILTERED, PAGED, SIZED, WALKED, COUNTED, ALONE,
    REPLACED, WHOLE, MERGED, PARTIAL, REMOVED, GONE, UNKNOWN, OWN_ID, PARTNER, STEADY,
    REPEATED, PRECONDITION, INSIDE,
    STATE, OUTCOME, TRANSITION, FINAL, GUARD, OPERATION, EVENT, EARLY, DEADLINE, REQUIRED, REFUSED,
    RETRY_SAME, RETRY_ONCE, RETRY_OTHER, RETRY_EXACT, RETRY_PARTNER, RETRY_REFUSED,
    ARRIVES, ONCE, VISIBLE, ORDER, SIGNED, BODY, AGAIN, DECLARED,
)  # fmt: skip
