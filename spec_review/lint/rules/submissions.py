"""Whether the operations of a lifecycle can do what the lifecycle says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from spec_review.document import Document, Operation, Pointer, UnresolvedError
from spec_review.lint.rule import Fault, Rule, did_you_mean, listed
from spec_review.lint.samples import parcels
from spec_review.reading.schemas import schemas_of
from spec_review.reading.vocabulary import Contract, Lifecycle, Submission, json_schema, read


def _unknown_name(document: Document) -> Iterator[Fault]:
    contract = read(document)
    names = [one.name for one in contract.lifecycles]
    submissions = [one.operation.id for one in contract.submissions]
    for submission in contract.submissions:
        if submission.lifecycle and submission.lifecycle not in names:
            yield Fault(
                (*submission.pointer, "lifecycle"),
                f"there is no lifecycle {submission.lifecycle}",
                did_you_mean(submission.lifecycle, names, f"the lifecycles are {listed(names)}"),
            )
    for status in contract.statuses:
        for index, name in enumerate(status.submissions):
            if name not in submissions:
                yield Fault(
                    (*status.pointer, index),
                    f"{name} is no submission of this contract",
                    did_you_mean(name, submissions, f"the submissions are {listed(submissions)}"),
                )
    for record in contract.records:
        if record.lifecycle not in names:
            yield Fault(
                record.pointer,
                f"there is no lifecycle {record.lifecycle}",
                did_you_mean(record.lifecycle, names, f"the lifecycles are {listed(names)}"),
            )


def _unused_lifecycle(document: Document) -> Iterator[Fault]:
    contract = read(document)
    used = {one.lifecycle for one in contract.submissions}
    for lifecycle in contract.lifecycles:
        if lifecycle.name not in used:
            yield Fault(
                lifecycle.pointer,
                f"no submission takes items of the lifecycle {lifecycle.name}",
                "name it in an x-submission, or leave it out",
                at_key=True,
            )


def _submission_body(document: Document) -> Iterator[Fault]:
    contract = read(document)
    for submission in contract.submissions:
        operation = submission.operation
        if "requestBody" not in operation.value:
            yield Fault(
                submission.pointer,
                f"{operation.name} is a submission without a body",
                "add a requestBody with an array of items",
                at_key=True,
            )
            continue
        schema = contract.body_schema(submission)
        if schema is None or schemas_of(document).items(schema) is None:
            yield Fault(
                schema or (*operation.pointer, "requestBody"),
                f"the body of {operation.name} is no JSON array of items",
                "let its application/json schema be {type: array, items: ...}",
                at_key=True,
            )


def _judged(contract: Contract) -> Iterator[tuple[Submission, Lifecycle]]:
    for submission in contract.submissions:
        lifecycle = contract.lifecycle(submission.lifecycle)
        if lifecycle is not None:
            yield submission, lifecycle


def _key_member(document: Document) -> Iterator[Fault]:
    contract = read(document)
    schemas = schemas_of(document)
    told: set[tuple[Pointer, str]] = set()
    for submission, lifecycle in _judged(contract):
        item = contract.item_schema(submission)
        if item is None:
            continue
        members, required = schemas.members(item), schemas.required(item)
        for index, name in enumerate(lifecycle.key):
            if (item, name) in told:
                continue
            if name not in members:
                told.add((item, name))
                yield Fault(
                    (*lifecycle.pointer, "key", index),
                    f"the items of {submission.operation.name} have no member {name}",
                    did_you_mean(name, members, f"their members are {listed(members)}"),
                )
            elif name not in required:
                told.add((item, name))
                yield Fault(
                    (*item, "required") if "required" in document.value(item) else item,
                    f"{name} is the key of {lifecycle.name}, but an item may leave it out",
                    f"add {name} to required",
                    at_key=True,
                )


def _success(operation: Operation) -> list[str]:
    responses = operation.value.get("responses")
    return (
        [code for code in responses if code.startswith("2")] if isinstance(responses, dict) else []
    )


def _initial(lifecycle: Lifecycle) -> list[str]:
    return [state.name for state in lifecycle.states if state.initial]


def _asynchronous_answer(document: Document) -> Iterator[Fault]:
    contract = read(document)
    for submission, lifecycle in _judged(contract):
        if submission.processing != "asynchronous":
            continue
        name = submission.operation.name
        if not _initial(lifecycle):
            yield Fault(
                submission.pointer,
                f"{name} is judged later, but {lifecycle.name} has no initial state",
                "add a state such as Pending: {initial: true}",
                at_key=True,
            )
        statuses = contract.status_operations(submission)
        if not statuses:
            yield Fault(
                submission.pointer,
                f"no operation tells how a submission of {name} stands",
                f"add an operation with x-status-of: [{submission.operation.id}]",
                at_key=True,
            )
        elif not _links(document, submission.operation, [one.operation for one in statuses]):
            yield Fault(
                submission.pointer,
                f"the answer of {name} does not link to {statuses[0].operation.name}",
                f"add a link with operationId: {statuses[0].operation.id} to its response",
                at_key=True,
            )


def _links(document: Document, operation: Operation, statuses: list[Operation]) -> bool:
    """Tell whether a success response of an operation has a link to one of the statuses."""
    for code in _success(operation):
        above = (*operation.pointer, "responses", code, "links")
        links = document.resolved(above)
        for name in links if isinstance(links, dict) else ():
            link = document.resolved((*above, name))
            if not isinstance(link, dict):
                continue
            if link.get("operationId") in [one.id for one in statuses if one.id]:
                return True
            reference = link.get("operationRef")
            if isinstance(reference, str) and _leads_to(document, reference, statuses):
                return True
    return False


def _leads_to(document: Document, reference: str, statuses: list[Operation]) -> bool:
    try:
        return document.target((), reference) in [one.pointer for one in statuses]
    except UnresolvedError:
        return False


def _unknown_link(document: Document) -> Iterator[Fault]:
    names = [one.id for one in document.operations() if one.id]
    for place in document.objects("link"):
        link = document.value(place)
        if not isinstance(link, dict) or "$ref" in link:
            continue
        name = link.get("operationId")
        if isinstance(name, str) and name not in names:
            yield Fault(
                (*place, "operationId"),
                f"the link leads to {name}, which is no operation of this contract",
                did_you_mean(name, names, f"the operations are {listed(names)}"),
            )
            continue
        operation = next((one for one in document.operations() if one.id and one.id == name), None)
        given = link.get("parameters")
        given = {} if given is None else given
        if operation is None or not isinstance(given, dict):
            continue
        known = {one.name: one.value for one in document.parameters(operation)}
        filled = {parameter.partition(".")[2] or parameter for parameter in given} | set(given)
        for parameter in given:
            if parameter not in known and parameter.partition(".")[2] not in known:
                yield Fault(
                    (*place, "parameters", parameter),
                    f"{operation.name} has no parameter {parameter}",
                    did_you_mean(parameter, known, f"its parameters are {listed(sorted(known))}"),
                    at_key=True,
                )
                break
        else:
            for parameter, value in known.items():
                if value.get("required") is True and parameter not in filled:
                    yield Fault(
                        place,
                        f"the link does not fill in {parameter}, which {operation.name} requires",
                        f"add {parameter} to its parameters",
                        at_key=True,
                    )


def _state_words(document: Document, operation: Operation) -> tuple[Pointer, list[Any]] | None:
    """Return the states that the answer of an operation may show for an item, as its schema says."""
    for code in _success(operation):
        schemas = schemas_of(document)
        place: Pointer | None = json_schema(document, (*operation.pointer, "responses", code))
        if place is None:
            continue
        result = schemas.member(place, "result")
        place = schemas.items(result) if result else schemas.items(place)
        for name in ("status", "state"):
            place = schemas.member(place, name) if place else None
        words = schemas.words(place) if place else None
        if words is not None:
            return words
    return None


def _status_states(document: Document) -> Iterator[Fault]:
    contract = read(document)
    told: set[tuple[Pointer, str]] = set()
    for submission, lifecycle in _judged(contract):
        if submission.processing == "synchronous":
            answers = [submission.operation]
        else:
            answers = [one.operation for one in contract.status_operations(submission)]
        for operation in answers:
            found = _state_words(document, operation)
            if found is None:
                continue
            place, words = found
            expected = [
                state.name
                for state in lifecycle.states
                if not (state.initial and submission.processing == "synchronous")
            ]
            for name in expected:
                if name not in words and (place, name) not in told:
                    told.add((place, name))
                    yield Fault(
                        place,
                        f"the answer of {operation.name} does not know the state {name} "
                        f"of {lifecycle.name}",
                        did_you_mean(
                            name, [str(one) for one in words if one not in expected], f"add {name}"
                        ),
                        at_key=True,
                    )


def _synchronous_pending(document: Document) -> Iterator[Fault]:
    contract = read(document)
    initial = {state for one in contract.lifecycles for state in _initial(one)} | {"Pending"}
    for submission, lifecycle in _judged(contract):
        if submission.processing != "synchronous":
            continue
        name = submission.operation.name
        if _initial(lifecycle):
            yield Fault(
                submission.pointer,
                f"{name} answers at once, but {lifecycle.name} starts with {_initial(lifecycle)[0]}",
                "use a lifecycle without an initial state",
                at_key=True,
            )
            continue
        found = _state_words(document, submission.operation)
        for index, word in enumerate(found[1] if found else ()):
            if found and word in initial:
                yield Fault(
                    (*found[0], index),
                    f"{name} answers at once, but its answer may show {word}",
                    f"leave {word} out",
                )


def _record_operation(document: Document) -> Iterator[Fault]:
    contract = read(document)
    read_back = {
        lifecycle.records
        for record in contract.records
        if (lifecycle := contract.lifecycle(record.lifecycle)) is not None
    }
    for lifecycle in contract.lifecycles:
        if lifecycle.saves and lifecycle.records not in read_back and not lifecycle.silences:
            yield Fault(
                (*lifecycle.pointer, "records"),
                f"no operation reads a record of {lifecycle.records} back",
                f"add an operation with x-record-of: {lifecycle.name}, "
                "or an x-silence that says why there is none",
            )


def _record_key(document: Document) -> Iterator[Fault]:
    contract = read(document)
    for record in contract.records:
        lifecycle = contract.lifecycle(record.lifecycle)
        if lifecycle is None:
            continue
        names = {one.name for one in document.parameters(record.operation)}
        for name in lifecycle.key:
            if name not in names:
                yield Fault(
                    record.pointer,
                    f"{record.operation.name} does not take {name}, by which {lifecycle.name} is found",
                    did_you_mean(name, names, f"add a parameter {name}"),
                    at_key=True,
                )


_RECORD: Final = "      summary: Read a parcel\n      x-record-of: parcel\n"

unknown_name: Final = Rule(
    id="unknown-name",
    severity="error",
    sentence="Every lifecycle and submission that an operation names is there.",
    why="The operation would be served without its behaviour.",
    breaks=parcels(("x-status-of: [sendParcels]", "x-status-of: [sendParcels, ▸sendParcel]")),
    keeps=parcels(),
    faults=_unknown_name,
)
unused_lifecycle: Final = Rule(
    id="unused-lifecycle",
    severity="warning",
    sentence="Every lifecycle has a submission.",
    why="A declaration that nothing uses looks like behaviour and is none.",
    breaks=parcels(
        (
            "  responses:\n    Problem:\n      description: The request",
            "    ▸crate:\n      key: [number]\n      records: crates\n      x-silence: P1\n"
            "      states: {Completed: {saved: true}, Failed: {}}\n      outcomes:\n"
            "        - {when: invalid, then: Failed, source: guide 2}\n"
            "        - {when: otherwise, then: Completed, source: guide 5}\n"
            "  responses:\n    Problem:\n      description: The request",
        )
    ),
    keeps=parcels(),
    faults=_unused_lifecycle,
)
submission_body: Final = Rule(
    id="submission-body",
    severity="error",
    sentence="The body of a submission is a JSON array of items.",
    why="There is nothing else for a lifecycle to judge.",
    breaks=parcels(
        (
            "            schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}",
            "            ▸schema: {type: object}",
        ),
        ("light: {value: [{number: a1, weight: 2, lifters: 1}]}", "light: {value: {number: a1}}"),
        (
            "              lonely: {x-breaks: liftable, value: [{number: a2, weight: 30, lifters: 1}]}\n",
            "",
        ),
        (
            "              example: {number: a1, weight: 2, lifters: 1}\n",
            "              examples:\n"
            "                good: {value: {number: a1, weight: 2, lifters: 1}}\n"
            "                lonely: {x-breaks: liftable, "
            "value: {number: a2, weight: 30, lifters: 1}}\n",
        ),
    ),
    keeps=parcels(),
    faults=_submission_body,
)
key_member: Final = Rule(
    id="key-member",
    severity="error",
    sentence="Every key member is a required member of the items.",
    why="An item without its key is Failed, although its schema lets it pass.",
    breaks=parcels(
        ("      required: [number, weight, lifters]", "      ▸required: [weight, lifters]")
    ),
    keeps=parcels(),
    faults=_key_member,
)
asynchronous_answer: Final = Rule(
    id="asynchronous-answer",
    severity="error",
    sentence="What is judged later has an initial state, a status operation and a link to it.",
    why="A partner who cannot ask what became of the items has sent them into the dark.",
    breaks=parcels(
        ("      x-submission: {lifecycle: parcel,", "      ▸x-submission: {lifecycle: parcel,"),
        (
            "          links:\n            status: {operationId: getStatus, parameters: {id: $response.body#/id}}\n",
            "",
        ),
    ),
    keeps=parcels(),
    faults=_asynchronous_answer,
)
unknown_link: Final = Rule(
    id="unknown-link",
    severity="error",
    sentence="Every link leads to an operation of the contract and fills in its parameters.",
    why="Tools that follow links stop there, and readers search in vain.",
    breaks=parcels(
        ("parameters: {id: $response.body#/id}", "parameters: {▸number: $response.body#/id}")
    ),
    keeps=parcels(),
    faults=_unknown_link,
)
status_states: Final = Rule(
    id="status-states",
    severity="error",
    sentence="The answer that shows the states knows every state of the lifecycle.",
    why="A client made from the schema fails on the first item in the state that is missing.",
    breaks=parcels(
        (
            " enum: [Pending, Completed, Duplicate, Conflict, Failed]",
            " ▸enum: [Pending, Completed, Duplicate, Failed]",
        )
    ),
    keeps=parcels(),
    faults=_status_states,
)
synchronous_pending: Final = Rule(
    id="synchronous-pending",
    severity="error",
    sentence="A synchronous submission never answers Pending.",
    why="There is no status operation to ask later, so the item would stay Pending for ever.",
    breaks=parcels(
        (
            "      x-submission: {lifecycle: parcel, processing: asynchronous}",
            "      ▸x-submission: {lifecycle: parcel, processing: synchronous}",
        ),
    ),
    keeps=parcels(),
    faults=_synchronous_pending,
)
record_operation: Final = Rule(
    id="record-operation",
    severity="error",
    sentence="What is saved can be read back, or an x-silence says why not.",
    why="Otherwise nobody can see what a Completed item became.",
    breaks=parcels(
        (_RECORD, "      summary: Read a parcel\n"),
        ("      records: parcels", "      records: ▸parcels"),
    ),
    keeps=parcels(
        (_RECORD, "      summary: Read a parcel\n"),
        ("      records: parcels", "      records: parcels\n      x-silence: P1"),
    ),
    faults=_record_operation,
)
record_key: Final = Rule(
    id="record-key",
    severity="error",
    sentence="The operation that reads a record takes the key of its lifecycle.",
    why="A record can only be found by its key.",
    breaks=parcels(
        ("  /parcels/{number}:", "  /parcels/{no}:"),
        ("{name: number, in: path,", "{name: no, in: path,"),
        ("      x-record-of: parcel", "      ▸x-record-of: parcel"),
    ),
    keeps=parcels(),
    faults=_record_key,
)
