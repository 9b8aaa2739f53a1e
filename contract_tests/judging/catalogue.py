"""Every requirement that the judge asks for besides a contract's own rows, rules and schemas. Data.

A row is a constant: its id, its sentence, and where that stands in the repository (or the RFC). Checks name the constant,
so that a misspelt one cannot be imported; `CATALOGUE` has all of them, each once. Those of resources stand in
`life_catalogue`.
"""

from __future__ import annotations

from contract_tests.reading.requirements import Kind, Requirement


def _listed(name: str, sentence: str, source: str) -> Requirement:
    return Requirement(tuple(name.split(".")), Kind.LISTED, sentence, source)


SUBMISSION_ACCEPTED = _listed(
    "submission.accepted",
    "A submission of objects is accepted as a whole; item faults never fail the request",
    "docs/contracts.md#submissions",
)
SUBMISSION_STATUS_URI = _listed(
    "submission.status-uri",
    "The accepted submission names the uri of its own status check",
    "docs/contracts.md#status-check",
)
SUBMISSION_OWN_ID = _listed(
    "submission.own-id",
    "Every submission has a status check of its own",
    "docs/contracts.md#submissions",
)
SUBMISSION_SYNCHRONOUS = _listed(
    "submission.synchronous",
    "A synchronous submission is answered with final states at once, never with the initial one",
    "docs/contracts.md#submissions",
)
RESULT_ENTRIES = _listed(
    "result.entries", "A status answer has one entry per item", "docs/lifecycle.md#result"
)
RESULT_ORDER = _listed(
    "result.order", "The entries are in request order", "docs/lifecycle.md#result"
)
RESULT_ECHO = _listed(
    "result.echo",
    "An entry holds the item as it was sent, unknown members included",
    "docs/lifecycle.md#result",
)
RESULT_SAME_ANSWER = _listed(
    "result.same-answer", "Reading a status twice changes nothing", "docs/lifecycle.md#result"
)
STATE_DECLARED = _listed(
    "state.declared", "Every state is one that the lifecycle declares", "docs/lifecycle.md#states"
)
STATE_FINAL = _listed("state.final", "Final is for ever", "docs/lifecycle.md#final")
STATE_UNIT = _listed(
    "state.unit",
    "A submission is processed as one unit: nobody sees half of one",
    "docs/lifecycle.md#unit",
)
STATE_ORDER = _listed(
    "state.order",
    "Submissions of one partner are processed in the order in which they were accepted",
    "docs/lifecycle.md#order",
)
STATE_LIVENESS = _listed(
    "state.liveness",
    "Every item reaches a final state within the deadline",
    "docs/lifecycle.md#final",
)
STATUS_OVERALL = _listed(
    "status.overall",
    "The overall status is final exactly when no item is in its initial state",
    "docs/lifecycle.md#overall-status",
)
ERRORS_FORM = _listed(
    "errors.form",
    "The errors of an entry are an array of texts",
    "docs/lifecycle.md#validation-errors",
)
ERRORS_EMPTY = _listed(
    "errors.empty",
    "The errors are empty for items that wait or are saved",
    "docs/lifecycle.md#validation-errors",
)
ERRORS_PRESENT = _listed(
    "errors.present",
    "An item that is final and not saved has at least one error",
    "docs/lifecycle.md#validation-errors",
)
ERRORS_EACH_VIOLATION = _listed(
    "errors.each-violation",
    "The errors of an invalid item are one per violation, naming the member",
    "docs/lifecycle.md#validation-errors",
)
ERRORS_WHICH_DUPLICATE = _listed(
    "errors.which-duplicate",
    "The errors of a twin say whether it stands in the request or was saved before",
    "docs/lifecycle.md#validation-errors",
)
URL_SAVED = _listed(
    "url.saved",
    "The url stands on saved items only, and is the saved item's",
    "docs/contracts.md#url",
)
FILTER_ITEMS = _listed(
    "filter.items",
    "The filter lists exactly the items in that state",
    "docs/contracts.md#state-filter",
)
FILTER_OVERALL = _listed(
    "filter.overall",
    "The filter never changes the overall status",
    "docs/contracts.md#state-filter",
)
FILTER_SPELLING = _listed(
    "filter.spelling", "The filter takes a state in either case", "docs/contracts.md#state-filter"
)
FILTER_UNKNOWN = _listed(
    "filter.unknown",
    "An unknown value of the filter is refused with 400",
    "docs/contracts.md#state-filter",
)
RECORD_SAVED = _listed(
    "record.saved",
    "A saved item can be read by its key, as it was saved",
    "docs/contracts.md#records",
)
RECORD_ABSENT = _listed(
    "record.absent", "What was not saved cannot be read: 404", "docs/contracts.md#records"
)
RECORD_KEPT = _listed(
    "record.kept",
    "What is not saved leaves no trace: the saved record stays as it was",
    "docs/lifecycle.md#saving",
)
MEMORY = _listed(
    "memory",
    "What was saved is remembered, whatever was submitted and saved since",
    "docs/lifecycle.md#saving",
)
EQUALITY_VALUES = _listed(
    "equality.values",
    "Two items are identical exactly when their JSON values are equal after parsing",
    "docs/lifecycle.md#identical",
)
EQUALITY_KEY = _listed(
    "equality.key", "Keys are compared exactly, the whole of them", "docs/lifecycle.md#key"
)
COLLECTION_OWN = _listed(
    "collection.own",
    "Records of another collection do not make an item a duplicate",
    "docs/lifecycle.md#collections",
)
COLLECTION_SHARED = _listed(
    "collection.shared",
    "Operations that save to the same collection know each other's records",
    "docs/lifecycle.md#collections",
)
BATCH_EACH = _listed(
    "batch.each",
    "Whether an item is valid does not depend on the items beside it",
    "docs/lifecycle.md#batch",
)
BATCH_FAR = _listed(
    "batch.far", "Items of one request meet however far apart they stand", "docs/lifecycle.md#batch"
)
ACCESS_TOKEN = _listed(
    "access.token",
    "An operation without a valid bearer token answers 401",
    "docs/contracts.md#access",
)
ACCESS_CHALLENGE = _listed(
    "access.challenge", "A 401 carries `WWW-Authenticate: Bearer`", "docs/contracts.md#access"
)
ACCESS_PARTNER_STATUS = _listed(
    "access.partner-status", "Another partner's submission is 404", "docs/contracts.md#access"
)
ACCESS_PARTNER_RECORDS = _listed(
    "access.partner-records",
    "A partner never sees, and is never influenced by, another partner's records",
    "docs/lifecycle.md#partners",
)
TOKEN_ANSWER = _listed(
    "token.answer",
    "The token answer is `{access_token, token_type: Bearer, expires_in}`, not to be cached",
    "docs/contracts.md#token",
)
TOKEN_FORMS = _listed(
    "token.forms",
    "The token request is taken as form or JSON, with the secret in the body or by HTTP Basic",
    "docs/contracts.md#token",
)
TOKEN_REFUSED = _listed(
    "token.refused",
    "A faulty token request is refused as RFC 6749 section 5.2 says",
    "docs/contracts.md#token",
)
TOKEN_EXPIRY = _listed("token.expiry", "An expired token is 401", "docs/contracts.md#access")
BODY_MALFORMED = _listed(
    "body.malformed", "Malformed JSON is refused with 400", "docs/contracts.md#bodies"
)
BODY_NOT_AN_ARRAY = _listed(
    "body.not-an-array",
    "A body that is no array of objects is refused with 400",
    "docs/contracts.md#bodies",
)
BODY_EMPTY = _listed("body.empty", "An empty array is refused with 400", "docs/contracts.md#bodies")
BODY_TOO_LARGE = _listed(
    "body.too-large", "Too many bytes are refused with 413", "docs/contracts.md#bodies"
)
BODY_TOO_MANY = _listed(
    "body.too-many", "Too many items are refused with 413", "docs/contracts.md#bodies"
)
BODY_LARGEST = _listed(
    "body.largest",
    "The largest array that the contract allows is accepted",
    "docs/contracts.md#bodies",
)
BODY_CONTENT_TYPE = _listed(
    "body.content-type", "Another content type is refused with 415", "docs/contracts.md#bodies"
)
BODY_ACCEPTED_TYPES = _listed(
    "body.accepted-types",
    "The content type is read as HTTP says: case and parameters do not change it",
    "docs/contracts.md#bodies",
)
BODY_CLEAR_REFUSAL = _listed(
    "body.clear-refusal",
    "Bad input is a clear 4xx, never a 500 and never a hang",
    "docs/contracts.md#bad-input",
)
BODY_NOTHING_KEPT = _listed(
    "body.nothing-kept", "Nothing of a refused request is kept", "docs/contracts.md#bodies"
)
ANSWER_ACCEPT = _listed(
    "answer.accept",
    "A request whose `Accept` admits JSON is answered like any other",
    "RFC 9110 section 12.5.1",
)
ERROR_FORM = _listed(
    "error.form",
    "Every error is `application/problem+json` with type, title, status and detail",
    "docs/contracts.md#errors",
)
ERROR_POINTERS = _listed(
    "error.pointers", "A 400 lists its `errors` with pointer and detail", "docs/contracts.md#errors"
)
PATH_UNKNOWN_ID = _listed(
    "path.unknown-id", "An unknown status id is 404", "docs/contracts.md#paths"
)
PATH_UNDECLARED = _listed(
    "path.undeclared",
    "What is no path of the contract, to the letter, is 404",
    "docs/contracts.md#paths",
)
PATH_MALFORMED_ID = _listed(
    "path.malformed-id", "A status id that is no UUID is 400", "docs/contracts.md#paths"
)
PATH_OTHER_KIND = _listed(
    "path.other-kind",
    "The status id of another kind of submission is 404",
    "docs/contracts.md#paths",
)
PATH_METHOD = _listed(
    "path.method", "A wrong method is 405 with `Allow`", "docs/contracts.md#paths"
)
IDEMPOTENCY_REPEAT = _listed(
    "idempotency.repeat",
    "The same Idempotency-Key with the same body gives the first answer again",
    "docs/contracts.md#idempotency",
)
IDEMPOTENCY_REUSE = _listed(
    "idempotency.reuse",
    "The same Idempotency-Key with another body or operation is refused with 422",
    "docs/contracts.md#idempotency",
)
IDEMPOTENCY_EXACT = _listed(
    "idempotency.exact",
    "Idempotency keys are compared exactly, the whole of them",
    "docs/contracts.md#idempotency",
)
IDEMPOTENCY_PARTNER = _listed(
    "idempotency.partner",
    "An Idempotency-Key belongs to the partner that sent it",
    "docs/contracts.md#idempotency",
)
ANSWER_DOCUMENTED = _listed(
    "answer.documented",
    "Every answer is one that the contract documents: status, content type, schema, headers",
    "the contract's responses",
)
ANSWER_GIVEN = _listed("answer.given", "Every request is answered", "RFC 9110 section 3.4")
ANSWER_SIZE = _listed(
    "answer.size",
    "No answer is larger than --max-answer allows, nor larger once it is decompressed",
    "docs/contracts.md#answers",
)
ANSWER_ORIGIN = _listed(
    "answer.origin",
    "What an answer refers to for further requests stands on the server that was asked",
    "docs/contracts.md#answers",
)
ANSWER_NO_SERVER_ERROR = _listed(
    "answer.no-server-error", "No request makes the server fail", "RFC 9110 section 15.6"
)

OF_ITEMS = frozenset({BODY_EMPTY, BODY_NOT_AN_ARRAY})
OF_EQUALITY = frozenset({EQUALITY_VALUES, EQUALITY_KEY})


CATALOGUE: tuple[Requirement, ...] = (
    SUBMISSION_ACCEPTED,
    SUBMISSION_STATUS_URI,
    SUBMISSION_OWN_ID,
    SUBMISSION_SYNCHRONOUS,
    RESULT_ENTRIES,
    RESULT_ORDER,
    RESULT_ECHO,
    RESULT_SAME_ANSWER,
    STATE_DECLARED,
    STATE_FINAL,
    STATE_UNIT,
    STATE_ORDER,
    STATE_LIVENESS,
    STATUS_OVERALL,
    ERRORS_FORM,
    ERRORS_EMPTY,
    ERRORS_PRESENT,
    ERRORS_EACH_VIOLATION,
    ERRORS_WHICH_DUPLICATE,
    URL_SAVED,
    FILTER_ITEMS,
    FILTER_OVERALL,
    FILTER_SPELLING,
    FILTER_UNKNOWN,
    RECORD_SAVED,
    RECORD_ABSENT,
    RECORD_KEPT,
    MEMORY,
    EQUALITY_VALUES,
    EQUALITY_KEY,
    COLLECTION_OWN,
    COLLECTION_SHARED,
    BATCH_EACH,
    BATCH_FAR,
    ACCESS_TOKEN,
    ACCESS_CHALLENGE,
    ACCESS_PARTNER_STATUS,
    ACCESS_PARTNER_RECORDS,
    TOKEN_ANSWER,
    TOKEN_FORMS,
    TOKEN_REFUSED,
    TOKEN_EXPIRY,
    BODY_MALFORMED,
    BODY_NOT_AN_ARRAY,
    BODY_EMPTY,
    BODY_TOO_LARGE,
    BODY_TOO_MANY,
    BODY_LARGEST,
    BODY_CONTENT_TYPE,
    BODY_ACCEPTED_TYPES,
    BODY_CLEAR_REFUSAL,
    BODY_NOTHING_KEPT,
    ANSWER_ACCEPT,
    ERROR_FORM,
    ERROR_POINTERS,
    PATH_UNKNOWN_ID,
    PATH_UNDECLARED,
    PATH_MALFORMED_ID,
    PATH_OTHER_KIND,
    PATH_METHOD,
    IDEMPOTENCY_REPEAT,
    IDEMPOTENCY_REUSE,
    IDEMPOTENCY_EXACT,
    IDEMPOTENCY_PARTNER,
    ANSWER_DOCUMENTED,
    ANSWER_GIVEN,
    ANSWER_SIZE,
    ANSWER_ORIGIN,
    ANSWER_NO_SERVER_ERROR,
)
