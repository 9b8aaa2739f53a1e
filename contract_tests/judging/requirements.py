"""Every promise that the judge checks besides the contract's own rows and rules.

A row is: the promise's id, its sentence, and where it stands. The words "lifecycle 2" and
"contracts 3" name the sections of the design that fixes them.
"""

from __future__ import annotations

PROMISES: dict[str, tuple[str, str]] = {
    # what a submission answers
    "submission.accepted": (
        "A submission of objects is accepted as a whole; item faults never fail the request",
        "contracts 3",
    ),
    "submission.status-uri": (
        "The accepted submission names the uri of its own status check",
        "contracts 1 and 2 (seed 000)",
    ),
    "submission.own-id": ("Every submission has a status check of its own", "contracts 1"),
    "submission.synchronous": (
        "A synchronous submission is answered with final states at once, never Pending",
        "contracts 2 (seeds 001, 002)",
    ),
    # what a status check answers
    "result.entries": ("`result` has one entry per item", "lifecycle 2"),
    "result.order": ("`result` is in request order", "lifecycle 2"),
    "result.echo": (
        "`data` is equal to what was sent, unknown members included",
        "lifecycle 2",
    ),
    "result.same-answer": ("Reading a status twice changes nothing", "lifecycle 2"),
    "state.declared": ("Every state is one that the lifecycle declares", "lifecycle 1"),
    "state.final": ("Final is for ever", "lifecycle 2"),
    "state.unit": (
        "A submission is processed as one unit: nobody sees half of one",
        "lifecycle 2",
    ),
    "state.order": (
        "Submissions of one partner are processed in the order in which they were accepted",
        "lifecycle 2",
    ),
    "state.liveness": ("Every item reaches a final state within the deadline", "lifecycle 2"),
    "status.overall": (
        "The overall status is Completed exactly when no item is Pending",
        "lifecycle 2 (seed 003)",
    ),
    "errors.form": ("`validation_errors` is an array of strings", "lifecycle 2"),
    "errors.empty": (
        "`validation_errors` is empty for Pending and Completed",
        "lifecycle 2",
    ),
    "errors.present": (
        "`validation_errors` has at least one entry for Duplicate, Conflict and Failed",
        "lifecycle 2",
    ),
    "errors.each-violation": (
        "`validation_errors` of a Failed item has one entry per violation, naming the member",
        "lifecycle 2",
    ),
    "errors.which-duplicate": (
        "`validation_errors` of a Duplicate says which of the two conditions holds",
        "lifecycle 2 (facts 4.3 rule 4)",
    ),
    "url.saved": ("`url` stands on saved items only, and is the saved item's", "contracts 1"),
    # filters
    "filter.items": ("The filter lists exactly the items in that state", "contracts 2"),
    "filter.overall": ("The filter never changes the overall status", "contracts 2"),
    "filter.spelling": ("The filter takes a state in either case", "contracts 1 and 2"),
    "filter.unknown": ("An unknown value of the filter is refused with 400", "contracts 1"),
    # records
    "record.saved": ("A saved item can be read by its key, as it was saved", "contracts 1"),
    "record.absent": ("What was not saved cannot be read: 404", "contracts 1"),
    "record.kept": (
        "Duplicate, Conflict and Failed leave no trace: the saved record stays as it was",
        "lifecycle 2",
    ),
    "memory": (
        "What was saved is remembered, whatever was submitted and saved since",
        "lifecycle 2",
    ),
    # equality
    "equality.values": (
        "Two items are identical exactly when their JSON values are equal after parsing",
        "lifecycle 2",
    ),
    "equality.key": ("Keys are compared exactly, the whole of them", "lifecycle 2"),
    "collection.own": (
        "Records of another collection do not make an item a duplicate",
        "lifecycle 1",
    ),
    "collection.shared": (
        "Operations that save to the same collection know each other's records",
        "contracts 2",
    ),
    "batch.each": (
        "Whether an item is valid does not depend on the items beside it",
        "lifecycle 2",
    ),
    "batch.far": (
        "Items of one request meet however far apart they stand",
        "lifecycle 2",
    ),
    # access
    "access.token": ("An operation without a valid bearer token answers 401", "contracts 3"),
    "access.challenge": ("A 401 carries `WWW-Authenticate: Bearer`", "contracts 3"),
    "access.partner-status": ("Another partner's submission is 404", "contracts 3"),
    "access.partner-records": (
        "A partner never sees, and is never influenced by, another partner's records",
        "lifecycle 2",
    ),
    "access.partner-conflict": (
        "A partner is never influenced by another partner's submissions",
        "lifecycle 2",
    ),
    "token.answer": (
        "The token answer is `{access_token, token_type: Bearer, expires_in}`, not to be cached",
        "contracts 3 (RFC 6749 section 5.1)",
    ),
    "token.forms": (
        "The token request is taken as form or JSON, with the secret in the body or by HTTP Basic",
        "contracts 3",
    ),
    "token.refused": (
        "A faulty token request is refused as RFC 6749 section 5.2 says",
        "contracts 3",
    ),
    "token.expiry": ("An expired token is 401", "contracts 3"),
    # bodies and errors
    "body.malformed": ("Malformed JSON is refused with 400", "contracts 3"),
    "body.not-an-array": ("A body that is no array of objects is refused with 400", "contracts 3"),
    "body.empty": ("An empty array is refused with 400", "contracts 3"),
    "body.too-large": ("Too many items or bytes are refused with 413", "contracts 3"),
    "body.largest": ("The largest array that the contract allows is accepted", "contracts 3"),
    "body.content-type": ("Another content type is refused with 415", "contracts 3"),
    "body.accepted-types": (
        "The content type is read as HTTP says: case and parameters do not change it",
        "contracts 3",
    ),
    "body.clear-refusal": ("Bad input is a clear 4xx, never a 500 and never a hang", "issue 2"),
    "body.nothing-kept": ("Nothing of a refused request is kept", "contracts 3"),
    "answer.accept": (
        "A request whose `Accept` admits JSON is answered like any other",
        "HTTP (RFC 9110 section 12.5.1)",
    ),
    "error.form": (
        "Every error is `application/problem+json` with type, title, status and detail",
        "contracts 3 (RFC 9457)",
    ),
    "error.pointers": ("A 400 lists its `errors` with pointer and detail", "contracts 3"),
    "path.unknown-id": ("An unknown status id is 404", "contracts 3"),
    "path.undeclared": ("What is no path of the contract, to the letter, is 404", "contracts 3"),
    "path.malformed-id": ("A status id that is no UUID is 400", "contracts 3"),
    "path.other-kind": ("The status id of another kind of submission is 404", "issue 2"),
    "path.method": ("A wrong method is 405 with `Allow`", "contracts 3"),
    # idempotency
    "idempotency.repeat": (
        "The same Idempotency-Key with the same body gives the first answer again",
        "contracts 3",
    ),
    "idempotency.reuse": (
        "The same Idempotency-Key with another body or operation is refused with 422",
        "contracts 3",
    ),
    "idempotency.exact": (
        "Idempotency keys are compared exactly, the whole of them",
        "contracts 3",
    ),
    "idempotency.partner": (
        "An Idempotency-Key belongs to the partner that sent it",
        "contracts 3",
    ),
    # answers in general
    "answer.documented": (
        "Every answer is one that the contract documents: status, content type, schema, headers",
        "the contract's responses",
    ),
    "answer.given": ("Every request is answered", "HTTP"),
    "answer.no-server-error": ("No request makes the server fail", "HTTP"),
}
