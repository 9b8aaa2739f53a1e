"""A small independent partner client service, and the faults that can be switched on in it.

It answers what docs/contracts.md says of clients and claims (v2) from memory and shares no line with the
mock or with the judge: items are checked by hand-written code. `Server()` is correct;
`Server(faults={"twin-near-only"})` has exactly that defect; and with
`Server(choices={"saved-rival-is-conflict"})` it decides a silence of the sources otherwise and is
still correct.

    python tests/contract_tests/defective_servers.py --port 8123 --fault twin-near-only
"""

from __future__ import annotations

import argparse
import base64
import binascii
import calendar
import contextlib
import json
import re
import socket
import threading
import time
import unicodedata
import urllib.parse
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import jiter
import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_LIMIT = 10 * 1024 * 1024
STATES = ("Pending", "Completed", "Duplicate", "Conflict", "Failed")


@dataclass(frozen=True)
class Fault:
    """One named defect: the suite that is meant to find it, what is wrong, the mode that forbids it."""

    name: str
    suite: str
    sentence: str
    mode: str = "documented"


ALTERNATIVES = frozenset(
    {
        "order-by-state", "order-by-key", "order-reversed",
        "errors-one-text",
        "half-visible",
        "echo-unknown-dropped", "echo-nested-dropped", "unknown-members-refused",
        "filter-unknown-ignored", "filter-unknown-empty", "filter-overall",
        "empty-array-accepted", "non-object-items-accepted",
        "too-many-accepted", "combined-limit-off",
        "unknown-id-200",
        "idempotency-off",
        "time-offset-accepted",
    }
)  # fmt: skip
"""What the silences of the contract leave open, so that strict mode alone forbids it."""


def _faults(suite: str, mode: str, table: str) -> Iterator[Fault]:
    for line in filter(str.strip, table.splitlines()):
        name, _, sentence = line.strip().partition(" ")
        yield Fault(name, suite, sentence.strip(), "strict" if name in ALTERNATIVES else mode)


CASES = """
    first-rival-saved           the first item of a conflict is saved, only the later ones are Conflict
    last-rival-saved            the last item of a conflict is saved, only the earlier ones are Conflict
    third-rival-completed       only the first two items of a conflict are Conflict, a third is saved
    rivals-failed               rivals of one request are Failed instead of Conflict
    twins-completed             twins of one request are both saved
    twins-conflict              twins of one request are Conflict
    twins-all-duplicate         the first of twins in one request is Duplicate too, none is saved
    third-twin-completed        the third of three twins is Completed again
    twin-keeps-last             the last of twins is saved and the earlier ones are Duplicate
    saved-twin-completed        an item identical to a saved record is Completed again
    saved-twin-conflict         an item identical to a saved record is Conflict
    saved-rival-failed          an item with the key of a saved record and other data is Failed
    failed-saved                a Failed item is remembered as saved
    conflict-saved              Conflict items are remembered as saved
    conflict-poisons            a key that was in Conflict once is in Conflict for ever
    failed-poisons              a key that was Failed once is Failed for ever
    key-case-folded             keys that differ in case count as the same
    number-spelling             100 and 100.0 count as different
    member-order                the order of members counts
"""
STRICT_CASES = """
    saved-rival-completed       an item with the key of a saved record and other data is Completed
    rival-copies-duplicate      the exact copy of an item in conflict is Duplicate instead of Conflict
    failed-twin-duplicate       the second of two identical invalid items is Duplicate
"""
OUTCOMES = """
    rivals-near-only            rivals are noticed only when they stand next to each other
    rivals-far-missed           rivals more than 50 places apart are not noticed
    keyless-are-rivals          items without a key count as rivals of each other
    twin-near-only              twins are noticed only when they stand next to each other
    twin-far-missed             twins more than 50 places apart are not noticed
    twins-in-large-missed       twins are not looked for in a batch of more than 200 items
    only-first-saved            of a submission only the first Completed item is remembered
    first-100-remembered        only the first 100 records of a partner are remembered
    last-100-remembered         only the latest 100 records of a partner are remembered
    forgets-after-5             records are forgotten after five further submissions
    forgets-after-20            records are forgotten after twenty further submissions
    forgets-the-asked           a record is forgotten once a later submission was compared with it
    all-or-nothing              one Failed item makes every other new item of the batch Failed
    judged-at-acceptance        an item is compared with what was saved when its submission was accepted
    sync-not-saved              the synchronous operation saves nothing
    combined-own-collection     clients with claims are saved to a collection of their own
    collections-mixed           clients and claims share one collection, so their keys collide
    claims-keyed-by-client      revenue claims are told apart by their client
    claims-keyed-by-all         revenue claims are rivals of nobody, their key is the whole item
    key-cut-at-32               only the first 32 letters of a key count
    key-punctuation-ignored     keys that differ in punctuation count as the same
    key-zeros-ignored           zeros before a key of digits alone do not count
    key-digits-unseen           an item with a key of digits alone never meets another
    key-uuid-normalised         keys that are UUIDs are compared without hyphens and case
    inside-counts-as-saved      the reference of a claim inside a saved client counts as a saved claim
    key-as-number               keys that read as numbers are compared as numbers
    objects-order-ignored       the order of an array of objects does not count
    signs-ignored               numbers that differ in sign count as identical
    key-trimmed                 keys are compared without the spaces around them
    key-accents-composed        letters of keys are compared in their composed form
    key-numbers-as-text         a key that is a number is compared as text
    key-as-pattern              a line in a saved key stands for any letter
    first-1000-looked-up        only the first 1,000 items of a batch are compared with records
    key-cut-at-60               only the first 60 letters of a key count
    text-ends-ignored           of a text only the first 100 letters are compared
    digit-texts-as-numbers      texts of digits are compared as numbers
    array-ends-ignored          of an array only the first 50 entries are compared
    text-trimmed                text that differs in surrounding spaces counts as identical
    text-case-folded            text that differs in case counts as identical
    numbers-rounded             numbers that differ by less than a cent count as identical
    big-integers-as-doubles     integers beyond 2^53 are compared as doubles
    numbers-as-text             the number 1 and the text "1" count as identical
    array-order-ignored         the order of an array does not count
    accents-ignored             letters beyond ASCII are all alike
    hollow-never-equal          an item with something empty in it is identical to nothing
    true-is-one                 true and 1 count as identical
    unknown-members-ignored     unknown members are left out of the comparison
    nested-members-ignored      nested members are left out of the comparison
    dates-as-instants           two spellings of one instant count as identical
    null-is-missing             a member that is null counts as missing
"""
STRICT_OUTCOMES = """
    rivals-need-a-good-key      different items with a key that is no valid key are Failed, not Conflict
"""
RULES = """
    first-item-only             only the first item of a request is checked
    sign-zero-refused           zero with a signed number breaks the sign rule
    both-negative-refused       two negative numbers break the sign rule
    day-refused                 a whole day is no period
    month-refused               a whole month is no period
    leap-day-refused            29 February is not the end of a leap year's month
    month-of-31-refused         31 is not the end of any month
    december-refused            the month of December is no period
    century-leap                2100 counts as a leap year, so its February ends on the 29th
    millennium-no-leap          2000 does not count as a leap year, so its February ends on the 28th
    own-currency-refused        the agreed currency is taken from another partner
    id-64-refused               an identifier of 64 letters is refused
    id-65-accepted              an identifier of 65 letters is accepted
    id-pattern-off              any text is accepted as identifier
    id-leading-dot-refused      an identifier may not begin with a dot
    id-newline-accepted         an identifier may end with a newline
    enum-misses-llp             the entity type LLP is refused
    enum-off                    any text is accepted as entity type
    enum-case-ignored           the entity type is accepted in any case
    date-format-off             any text is accepted as client_start_date
    date-only-accepted          a client_start_date without time is accepted
    date-calendar-off           30 February is accepted as client_start_date
    date-offset-off             a client_start_date without offset is accepted
    date-offset-refused         a client_start_date with an offset other than Z is refused
    date-fraction-refused       a client_start_date with a fraction is refused
    time-offset-accepted        a period written with an offset instead of Z is accepted
    time-fraction-accepted      a period with more than three fraction digits is accepted
    required-off                missing members are accepted, except the key
    entity-type-optional        entity_type may be missing
    period-end-optional         end_time may be missing
    claim-client-optional       a revenue claim without partner_client_id is accepted
    nested-reference-required   a claim inside a client must have a unique_reference
    identifiers-off             other_identifiers are not checked
    identifier-values-empty     other_identifiers may have no values
    identifier-key-65           a key of other_identifiers may have 65 letters
    identifier-value-129        a value of other_identifiers may have 129 letters
    category-code-any-digits    the code of industry_category may have digits of any script
    category-code-longer        the code of industry_category may have five digits
    large-amounts-wait          an amount of 1,000,000,000,000,000 or more is never processed
    category-code-off           the code of industry_category may be any text
    category-zero-refused       the code of industry_category may not begin with 0
    category-scheme-off         the scheme of industry_category may be any text
    amount-text-accepted        total_amount may be text
    count-fraction-accepted     transaction_count may have a fraction
    count-double-refused        transaction_count 3.0 is refused
    count-true-accepted         transaction_count may be true
    null-accepted               optional members may be null
    unknown-members-refused     unknown members make an item Failed
    claims-empty-accepted       revenue_claims may be empty
    nested-schema-off           the claims inside a client are not checked by their schema
    nested-second-off           of the claims inside a client only the first is checked
    currency-pattern-off        currency may be no text at all
"""
STRICT_RULES = """
    sign-off                    mixed signs are accepted
    sign-half-off               a negative amount with a positive count is accepted
    period-off                  any period is accepted
    end-at-30-accepted          the 30th is accepted as the end of a month of 31 days
    end-without-millis          a period may end at 23:59:59
    end-at-midnight             a period may end at the next midnight
    period-by-length            a period may begin late when it ends as late
    start-any-hour              a period may start at any hour
    start-mid-month             a period may run from any day to the end of the month
    two-months-accepted         a period may run over several months
    currency-off                any currency is accepted
    currency-off-for-returns    any currency is accepted with a negative amount
    currency-off-at-zero        any currency is accepted with a count of zero
    nested-rules-off            the rules are not asked of claims inside a client
    nested-first-only           only the first claim inside a client is checked by the rules
"""
PROCESSING = """
    final-hides-while-waiting   what is final shows as Pending while a later submission waits
    final-flips-back            a final item is Pending again from the third look on
    second-look-differs         a Completed item is Duplicate from the second look on
    later-rival-changes         a Completed item becomes Conflict when a rival is submitted later
    overall-early               the overall status is Completed while items are Pending
    overall-never               the overall status stays Pending
    overall-waits-for-failed    the overall status stays Pending when an item is Failed
    item-lost-in-large          the last item of a batch of more than 100 is lost
    twins-merged                a twin has no entry of its own
    order-by-state              saved items are listed first
    order-by-key                the result is sorted by key
    order-reversed              the result is listed backwards
    echo-unknown-dropped        unknown members are not echoed
    echo-nested-dropped         unknown members of nested objects are not echoed
    echo-numbers-rounded        numbers are echoed rounded to cents
    echo-integers-as-doubles    big integers are echoed as doubles
    echo-trimmed                text is echoed without surrounding spaces
    echo-dates-normalised       dates are echoed in another spelling
    echo-null-dropped           members that are null are not echoed
    echo-default-added          other_identifiers is added to the echo
    echo-array-sorted           arrays are echoed sorted
    echo-array-cut              arrays are echoed up to their twentieth entry
    echo-escaped                text beyond ASCII is echoed as question marks
    duplicate-without-errors    validation_errors is empty for Duplicate
    conflict-without-errors     validation_errors is empty for Conflict
    failed-without-errors       validation_errors is empty for Failed
    completed-with-errors       validation_errors is filled for Completed
    pending-with-errors         validation_errors is filled for Pending
    errors-one-text             validation_errors is one text
    sync-pending                the synchronous answer shows Pending
    never-settles               nothing is ever processed
    overall-waits-for-saved     the overall status stays Pending when items are Failed and Conflict alone
    last-item-never-settles     the last item of a batch of four or more stays Pending
    queue-of-its-own            claims do not wait for the clients accepted before them
    out-of-order                the latest submission is processed first
    settled-when-polled         a submission is processed when it is looked at, whatever came before
    sync-jumps-queue            the synchronous operation does not wait for earlier submissions
    half-visible                at first only one half of a processed batch is shown as final
"""
STRICT_PROCESSING = """
    errors-joined               all violations of an item are told in one entry
"""
FILTERS = """
    filter-off                  the state filter is ignored
    filter-overall              the overall status is that of the filtered items
    filter-trimmed              spaces around the state of a filter do not count
    filter-lower-refused        the state filter refuses lower case
    filter-lower-empty          the state filter finds nothing in lower case
    filter-unknown-ignored      an unknown state is ignored
    filter-unknown-empty        an unknown state gives an empty list
    filter-drops-conflict       the state filter never finds Conflict
    filter-inverted             the state filter lists all other items
    filter-drops-unknown        the filtered list shows no unknown members
    filter-twice-500            a state filter that stands twice answers 500
    filter-empty-404            a filter that finds nothing answers 404
"""
ACCESS = """
    no-token-accepted           a request without token is served
    any-token-accepted          an unknown token is served
    token-case-folded           a token is served in any case
    expired-accepted            an expired token is served
    scheme-ignored              a token is served under any scheme
    status-open                 a status is shown without token
    foreign-status-readable     another partner's submission can be read
    foreign-status-forbidden    another partner's submission answers 403
    records-shared              records are compared across partners
    idempotency-shared          idempotency keys are shared between partners
    unauthorized-leaves-items   the items of a request without token are saved
    unauthorized-404            a missing token answers 404
    client-id-accepted          the client id is served as a token
    secret-end-ignored          what stands after the client secret is ignored
    secret-case-folded          a client secret is accepted in any case
    token-end-accepted          a token is served with something before it
    token-beyond-ascii-500      a token beyond ASCII answers 500
"""
BODIES = """
    nan-accepted                NaN is accepted
    infinite-accepted           a number beyond every double is accepted
    duplicate-member-accepted   a duplicate member is accepted
    empty-array-accepted        an empty array is accepted
    object-accepted             a lone object is accepted as an array of one
    non-object-items-accepted   items that are no objects become Failed items
    pointer-to-first            the error of an item that is no object points to the first item
    non-object-items-dropped    items that are no objects are dropped silently
    malformed-500               malformed JSON answers 500
    utf8-500                    invalid UTF-8 answers 500
    utf8-replaced               invalid UTF-8 is repaired and accepted
    trailing-accepted           text after the array is accepted
    empty-body-500              an empty body answers 500
    too-many-accepted           any number of items is accepted
    too-many-400                too many items answer 400
    too-many-leaves-items       of too many items the first hundred are saved
    size-limit-early            more than 1 MiB are refused
    comments-accepted           comments are accepted in JSON
    other-json-accepted         any content type that ends in json is accepted
    limit-one-early             exactly as many items as allowed are refused
    combined-limit-off          the synchronous operation takes 10,000 items
    size-limit-off              more than 10 MiB are accepted
    content-type-off            any content type is accepted
    content-type-upper-refused  the content type in upper case is refused
    content-type-charset-refused a content type with a charset is refused
    content-type-400            another content type answers 400
    refused-leaves-items        the good items of a refused request are saved
    chunked-ignored             a chunked body counts as empty
    quote-500                   an apostrophe in a text answers 500
    type-without-slash-500      a content type without a slash answers 500
    no-type-500                 a request without a content type answers 500
    deep-500                    deep nesting in an item answers 500
    astral-500                  text beyond the basic plane answers 500
"""
ANSWERS = """
    accepted-200                a submission is accepted with 200
    accepted-without-uri        status_check_uri is missing
    accepted-id-no-uuid         status_check_id is no UUID
    sync-accepted-202           the synchronous operation answers 202
    status-as-text              a status is answered as text/plain
"""
ACCEPTANCE = """
    uri-of-other-operation      the status_check_uri of claims names the clients' status
    uri-of-nothing              the status_check_uri names another submission
    uri-with-space              a space stands before the status_check_uri
    state-not-declared          an item state is spelled in lower case
"""
CHALLENGES = """
    challenge-missing           401 carries no WWW-Authenticate
"""
STRICT_HTTP = """
    paths-case-folded           a path is known in any case
"""
HTTP = """
    allow-missing               405 carries no Allow
    allow-wrong                 Allow lists methods that are refused
    method-404                  a wrong method answers 404
    put-accepted                PUT is served like POST
    problem-as-json             a problem is sent as application/json
    problem-without-type        a problem has no type
    problem-status-differs      the status in a problem is another than that of the answer
    problem-without-errors      a 400 does not list its errors
    accept-to-the-letter        any Accept but application/json and */* answers 406
    member-twice                an entry has the member status twice
    id-beginning-enough         the first eight digits of a status id are enough
    id-quote-500                an apostrophe in a status id answers 500
    problem-as-html             an unknown status id is answered with HTML
    malformed-id-404            a status id that is no UUID answers 404
    unknown-id-200              an unknown status id answers an empty result
    unknown-id-500              an unknown status id answers 500
    idempotency-off             a repeat with the same key is submitted again
    idempotency-body-ignored    the same key with another body gives the first answer
    idempotency-operation-off   the same key at another operation is submitted
    idempotency-refuses-repeat  a repeat with the same key and body is refused
    idempotency-forgets-settled a key is forgotten when its submission is settled
    idempotency-forgets-after-5 a key is forgotten after five others
    idempotency-case-folded     idempotency keys that differ in case count as the same
    idempotency-cut-at-64       only the first 64 letters of an idempotency key count
    idempotency-items-by-key    bodies under a key are compared by the keys of their items
    idempotency-longer-500      a key of more than 255 letters answers 500
    idempotency-as-number       idempotency keys that read as numbers are compared as numbers
    idempotency-first-item      of a body under a key only the first item counts
    idempotency-order-ignored   under a key the order of the items does not count
    idempotency-keeps-refused   a refused request uses up its key
"""

FAULTS: tuple[Fault, ...] = (
    *_faults("cases", "documented", CASES),
    *_faults("cases", "strict", STRICT_CASES),
    *_faults("lifecycle", "documented", OUTCOMES),
    *_faults("lifecycle", "strict", STRICT_OUTCOMES),
    *_faults("rules", "documented", RULES),
    *_faults("rules", "strict", STRICT_RULES),
    *_faults("lifecycle", "documented", PROCESSING),
    *_faults("rules", "strict", STRICT_PROCESSING),
    *_faults("lifecycle", "documented", FILTERS),
    *_faults("access", "documented", ACCESS),
    *_faults("bodies", "documented", BODIES),
    *_faults("operations", "documented", ANSWERS),
    *_faults("lifecycle", "documented", ACCEPTANCE),
    *_faults("access", "documented", CHALLENGES),
    *_faults("bodies", "documented", HTTP),
    *_faults("bodies", "strict", STRICT_HTTP),
)
FAULT_BY_NAME = {fault.name: fault for fault in FAULTS}

# Other decisions of a silence, or another order of the four stages: correct by the sources, and
# refused by strict mode only.
STAGE_ORDERS: dict[str, tuple[str, ...]] = {
    "invalid-before-rival": ("invalid", "rival", "twin", "saved"),
    "twin-before-rival": ("twin", "rival", "invalid", "saved"),
    "twin-before-invalid": ("rival", "twin", "invalid", "saved"),
    "saved-before-rival": ("saved", "rival", "invalid", "twin"),
    "saved-before-invalid": ("rival", "saved", "invalid", "twin"),
}
CHOICES: dict[str, str] = {
    "saved-rival-is-conflict": "an item with the key of a saved record and other data is Conflict (S14)",
    "saved-rival-is-update": "an item with the key of a saved record and other data is Completed (S14)",
    "signs-not-checked": "mixed signs are accepted (S32)",
    "periods-not-checked": "any period is accepted (S11)",
    "currency-not-checked": "any currency is accepted (S31)",
    "invalid-before-rival": "an invalid item is Failed before rivals are looked for (S16)",
    "twin-before-rival": "the copy of an item in conflict is Duplicate (S15)",
    "twin-before-invalid": "the second of two identical invalid items is Duplicate (S16)",
    "saved-before-rival": "an item whose record was saved is Duplicate before rivals are looked for",
    "saved-before-invalid": "an invalid item with a saved key is Duplicate",
    "asks-for-patience": "every fortieth request is put off by 429 with Retry-After",
    "beyond-doubles-kept": "a number beyond every double is taken, and kept as it is",
}


# --- partners and operations


@dataclass(frozen=True)
class Partner:
    """Who may call, and in which currency."""

    client_id: str
    secret: str
    currency: str


PARTNERS = (
    Partner("partner-a", "secret-a", "GBP"),
    Partner("partner-b", "secret-b", "GBP"),
    Partner("partner-e", "secret-e", "EUR"),
)


@dataclass(frozen=True)
class Kind:
    """One sort of submission."""

    name: str
    path: str
    key: str
    collection: str
    limit: int
    synchronous: bool = False


CLIENTS = Kind("clients", "/api/v2/Clients", "partner_client_id", "clients", 10_000)
CLAIMS = Kind("claims", "/api/v2/RevenueClaims", "unique_reference", "claims", 10_000)
COMBINED = Kind(
    "combined", "/api/v2/ClientsAndRevenueClaims", "partner_client_id", "clients", 1_000, True
)


# --- JSON


class Refused(Exception):
    """The request as a whole is answered with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def exact(value: Any) -> Any:
    """The value with each decimal as the equal int or double; refuses what no double reaches."""
    if isinstance(value, dict):
        return {name: exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [exact(entry) for entry in value]
    if isinstance(value, Decimal):
        double = float(value)
        if double in (float("inf"), float("-inf")):
            raise ValueError("a number is too large")
        whole = value == value.to_integral_value()
        return int(value) if whole and Decimal(double) != value else double
    return value


def unbounded(text: str) -> int | float:
    """The number that a text says, however large."""
    double = float(text)
    return int(Decimal(text)) if double in (float("inf"), float("-inf")) else double


INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def like(records: list[Saved], key: Any) -> Iterator[Saved]:
    """The records in whose keys a line stands where the key has another letter."""
    for record in records:
        known = str(record.key[-1])
        if "_" in known and re.fullmatch(re.escape(known).replace("_", "."), str(key[-1])):
            yield record


def as_number(text: str) -> str:
    """A text that reads as a number as a double's text; any other text as it is."""
    try:
        return repr(float(text))
    except ValueError:
        return text


def instant(text: str) -> datetime | None:
    """The instant that an RFC 3339 date-time names, to the microsecond; None for other text."""
    match = INSTANT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, offset = match[7] or "0", match[8]
    minutes = 0
    if offset not in ("Z", "z"):
        hours, rest = int(offset[1:3]), int(offset[4:6])
        if hours > 23 or rest > 59:
            return None
        minutes = (hours * 60 + rest) * (-1 if offset[0] == "-" else 1)
    leap = second == 60
    try:
        moment = datetime(
            year,
            month,
            day,
            hour,
            minute,
            59 if leap else second,
            int(fraction[:6].ljust(6, "0")),
            tzinfo=timezone(timedelta(minutes=minutes)),
        )
        universal = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if leap and (universal.hour, universal.minute) != (23, 59):
        return None
    return moment


# --- the service


@dataclass(frozen=True)
class Saved:
    """A record, or what a fault takes for one."""

    key: Any
    whole: Any
    round: int
    owner: str


@dataclass
class Entry:
    """An item and what became of it."""

    data: dict[str, Any]
    state: str = "Pending"
    errors: list[str] = field(default_factory=list)
    key: Any = None


@dataclass
class Submission:
    """A batch of one partner."""

    id: str
    kind: Kind
    owner: str
    due: float
    known: int
    entries: list[Entry]
    settled: bool = False
    looks: int = 0


@dataclass
class Replay:
    """The first answer under an idempotency key."""

    path: str
    body: Any
    answer: tuple[int, Any]
    submission: Submission


@dataclass
class World:
    """Everything of one partner."""

    partner: Partner
    shift: float = 0.0
    frozen_at: float | None = None
    submissions: dict[str, Submission] = field(default_factory=dict)
    queue: list[Submission] = field(default_factory=list)
    records: dict[str, list[Saved]] = field(default_factory=dict)
    index: dict[tuple[str, Any], list[int]] = field(default_factory=dict)
    replays: dict[str, Replay] = field(default_factory=dict)
    poisoned: dict[tuple[str, Any], str] = field(default_factory=dict)
    asked: dict[tuple[str, int], Submission] = field(default_factory=dict)
    rounds: int = 0

    def now(self) -> float:
        """The time in this world, in seconds."""
        return time.time() + self.shift if self.frozen_at is None else self.frozen_at


class Service:
    """The partner client service as a plain ASGI application."""

    def __init__(
        self,
        faults: Iterable[str] = (),
        choices: Iterable[str] = (),
        *,
        control: bool = True,
        delay: float | None = None,
        token_life: float = 3600.0,
    ) -> None:
        self.faults = frozenset(faults)
        self.choices = frozenset(choices)
        strangers = (self.faults - FAULT_BY_NAME.keys()) | (self.choices - CHOICES.keys())
        if strangers:
            raise ValueError(f"no such fault or choice: {', '.join(sorted(strangers))}")
        self.control = control
        self.delay = delay if delay is not None else (5.0 if control else 0.1)
        self.token_life = token_life
        self.worlds = {partner.client_id: World(partner) for partner in PARTNERS}
        self.tokens: dict[str, tuple[str, float]] = {}
        self.shared_replays: dict[str, Replay] = {}
        self.requests = 0

    def on(self, fault: str) -> bool:
        """Whether this defect is switched on."""
        assert fault in FAULT_BY_NAME, fault
        return fault in self.faults

    # --- equality

    def form(self, value: Any, known: frozenset[str] | None = None) -> Any:  # noqa: PLR0911
        """A hashable form that is equal exactly when the JSON values are equal."""
        if isinstance(value, bool):
            return ("number", int(value)) if self.on("true-is-one") else ("truth", value)
        if isinstance(value, int | float):
            return self.number_form(value)
        if isinstance(value, str):
            return self.text_form(value)
        if isinstance(value, list):
            entries = tuple(self.form(entry) for entry in value)
            if self.on("objects-order-ignored") and all(isinstance(e, dict) for e in value):
                entries = tuple(sorted(entries, key=repr))
            if self.on("array-ends-ignored"):
                entries = entries[:50]
            if self.on("array-order-ignored"):
                return ("array", tuple(sorted(entries, key=repr)))
            return ("array", entries)
        if isinstance(value, dict):
            members = value.items()
            if self.on("hollow-never-equal") and any(m in (None, "", [], {}) for _, m in members):
                return ("hollow", id(value))
            if known is not None and self.on("unknown-members-ignored"):
                members = {n: m for n, m in members if n in known}.items()
            if self.on("null-is-missing"):
                members = {n: m for n, m in members if m is not None}.items()
            if known is not None and self.on("nested-members-ignored"):
                members = {n: m for n, m in members if not isinstance(m, dict | list)}.items()
            pairs = tuple((name, self.form(member)) for name, member in members)
            return ("object", pairs if self.on("member-order") else frozenset(pairs))
        return ("null",)

    def number_form(self, value: int | float) -> Any:
        """The form of a number."""
        if self.on("number-spelling"):
            return (type(value).__name__, value)
        if self.on("signs-ignored"):
            return ("number", abs(value))
        if self.on("numbers-rounded"):
            return ("number", round(value, 2))
        if self.on("big-integers-as-doubles"):
            return ("number", float(value))
        if self.on("numbers-as-text"):
            return ("text", f"{value}")
        return ("number", value)

    def text_form(self, value: str) -> Any:
        """The form of a text."""
        if self.on("text-ends-ignored"):
            value = value[:100]
        if self.on("digit-texts-as-numbers") and value.isdigit():
            value = value.lstrip("0")
        if self.on("accents-ignored"):
            value = value.encode("ascii", "replace").decode()
        if self.on("text-trimmed"):
            value = value.strip()
        if self.on("text-case-folded"):
            value = value.casefold()
        if self.on("dates-as-instants"):
            moment = instant(value)
            if moment is not None:
                return ("instant", moment)
        return ("text", value)

    def key_of(  # noqa: PLR0912 - one line for each fault
        self, kind: Kind, item: dict[str, Any]
    ) -> Any:
        """The form of the key; None when the item has none."""
        name = kind.key
        if kind is CLAIMS and self.on("claims-keyed-by-client"):
            name = "partner_client_id"
        if kind is CLAIMS and self.on("claims-keyed-by-all"):
            return self.form(item)
        if name not in item:
            return ("keyless",) if self.on("keyless-are-rivals") else None
        key = item[name]
        if self.on("key-numbers-as-text") and not isinstance(key, str):
            key = str(key)
        if isinstance(key, str):
            if self.on("key-case-folded"):
                key = key.lower()
            if self.on("key-trimmed"):
                key = key.strip()
            if self.on("key-accents-composed"):
                key = unicodedata.normalize("NFC", key)
            if self.on("key-cut-at-60"):
                key = key[:60]
            if self.on("key-cut-at-32"):
                key = key[:32]
            if self.on("key-punctuation-ignored"):
                key = re.sub(r"[._-]", "", key)
            if self.on("key-zeros-ignored") and key.isdigit():
                key = key.lstrip("0")
            if self.on("key-as-number"):
                key = as_number(key)
            if self.on("key-uuid-normalised") and re.fullmatch(r"[0-9a-fA-F-]{32,36}", key):
                key = key.replace("-", "").lower()
            if self.on("key-digits-unseen") and key.isdigit():
                return ("unseen", id(item))
        return self.form(key)

    # --- the four stages

    def judge(self, world: World, kind: Kind, batch: Submission) -> None:
        """Give every entry of the batch its final state; saves nothing."""
        entries = batch.entries
        for entry in entries:
            entry.key = self.key_of(kind, entry.data)
        wholes = [self.form(entry.data, KNOWN[kind.name]) for entry in entries]
        faults = [self.violations(world, kind, entry.data) for entry in entries]
        if self.on("first-item-only"):
            faults[1:] = [[] for _ in faults[1:]]
        for stage in self.stages():
            if stage == "rival":
                self.stage_rival(entries, wholes)
            elif stage == "invalid":
                self.stage_invalid(entries, faults)
            elif stage == "twin":
                self.stage_twin(entries, wholes)
            else:
                self.stage_saved(world, batch, wholes)
        for entry in entries:
            if entry.state == "Pending":
                entry.state = "Completed"
        self.spoil_errors(entries)

    def violations(self, world: World, kind: Kind, item: dict[str, Any]) -> list[str]:
        """Everything that is wrong with an item."""
        return violations(self, kind, item, world.partner)

    def stages(self) -> tuple[str, ...]:
        """In which order the conditions are looked for."""
        order: tuple[str, ...] = ("rival", "invalid", "twin", "saved")
        for choice in self.choices & STAGE_ORDERS.keys():
            order = STAGE_ORDERS[choice]
        if self.on("rival-copies-duplicate"):
            order = STAGE_ORDERS["twin-before-rival"]
        if self.on("failed-twin-duplicate"):
            order = STAGE_ORDERS["twin-before-invalid"]
        return order

    def stage_rival(self, entries: list[Entry], wholes: list[Any]) -> None:
        """Conflict for every item of a key under which different items stand."""
        groups: dict[Any, list[int]] = {}
        for place, entry in enumerate(entries):
            if entry.state == "Pending" and entry.key is not None:
                groups.setdefault(entry.key, []).append(place)
        for key, places in groups.items():
            if len({wholes[place] for place in places}) < 2:
                continue
            if self.on("rivals-need-a-good-key") and not IDENTIFIER.fullmatch(str(key[-1])):
                continue
            for rank, place in enumerate(places):
                others = [p for p in places if wholes[p] != wholes[place]]
                apart = min(abs(p - place) for p in others)
                if self.on("first-rival-saved") and rank == 0:
                    continue
                if self.on("last-rival-saved") and rank == len(places) - 1:
                    continue
                if self.on("third-rival-completed") and rank >= 2:
                    continue
                if self.on("rivals-near-only") and apart > 1:
                    continue
                if self.on("rivals-far-missed") and apart > 50:
                    continue
                entries[place].state = "Failed" if self.on("rivals-failed") else "Conflict"
                entries[place].errors = ["another item of this request has this key, other data"]

    def stage_invalid(self, entries: list[Entry], faults: list[list[str]]) -> None:
        """Failed for every item that breaks its schema or a rule."""
        for entry, errors in zip(entries, faults, strict=True):
            if entry.state == "Pending" and errors:
                entry.state, entry.errors = "Failed", errors
        if self.on("all-or-nothing") and any(entry.state == "Failed" for entry in entries):
            for entry in entries:
                if entry.state == "Pending":
                    entry.state, entry.errors = "Failed", ["another item of the batch failed"]

    def stage_twin(self, entries: list[Entry], wholes: list[Any]) -> None:
        """Duplicate for every item before which an identical one stands."""
        if self.on("twins-completed"):
            return
        if self.on("twins-in-large-missed") and len(entries) > 200:
            return
        places: dict[Any, list[int]] = {}
        for place, entry in enumerate(entries):
            if entry.state == "Pending":
                places.setdefault(wholes[place], []).append(place)
        for copies in places.values():
            if len(copies) < 2:
                continue
            late = copies[1:]
            if self.on("twin-keeps-last"):
                late = copies[:-1]
            if self.on("twins-all-duplicate") or self.on("twins-conflict"):
                late = copies
            for rank, place in enumerate(late, start=1):
                apart = place - copies[rank - 1] if late is not copies else 0
                if self.on("third-twin-completed") and rank >= 2:
                    continue
                if self.on("twin-near-only") and apart != 1:
                    continue
                if self.on("twin-far-missed") and apart > 50:
                    continue
                entries[place].state = "Conflict" if self.on("twins-conflict") else "Duplicate"
                entries[place].errors = ["an identical item stands before it in this request"]

    def stage_saved(self, world: World, batch: Submission, wholes: list[Any]) -> None:
        """Duplicate for every item whose key was saved before."""
        collection = self.collection_of(batch.kind)
        for place, (entry, whole) in enumerate(zip(batch.entries, wholes, strict=True)):
            if entry.state != "Pending" or entry.key is None:
                continue
            if place >= 1000 and self.on("first-1000-looked-up"):
                continue
            poison = world.poisoned.get((collection, entry.key))
            if poison is not None:
                entry.state, entry.errors = poison, ["this key was refused before"]
                continue
            known = list(self.recall(world, collection, entry.key, batch))
            if self.on("key-as-pattern"):
                known += like(world.records.get(collection, []), entry.key)
            if not known:
                continue
            if any(record.whole == whole for record in known):
                if self.on("saved-twin-completed"):
                    continue
                entry.state = "Conflict" if self.on("saved-twin-conflict") else "Duplicate"
                entry.errors = ["an identical record was saved before"]
            elif self.saved_rival(batch.kind) != "Completed":
                entry.state = self.saved_rival(batch.kind)
                entry.errors = ["a record with this key and other data was saved before"]

    def saved_rival(self, kind: Kind) -> str:
        """What an item with the key of a saved record and other data becomes."""
        if "saved-rival-is-update" in self.choices or self.on("saved-rival-completed"):
            return "Completed"
        if self.on("saved-rival-failed"):
            return "Failed"
        return "Conflict" if "saved-rival-is-conflict" in self.choices else "Duplicate"

    def collection_of(self, kind: Kind) -> str:
        """Where the items of this kind are saved."""
        if kind is COMBINED and self.on("combined-own-collection"):
            return "combined"
        return "everything" if self.on("collections-mixed") else kind.collection

    def recall(self, world: World, collection: str, key: Any, batch: Submission) -> Iterator[Saved]:
        """The records under this key that the batch is compared with."""
        worlds = self.worlds.values() if self.on("records-shared") else [world]
        for other in worlds:
            records = other.records.get(collection, [])
            for place in other.index.get((collection, key), ()):
                if self.on("first-100-remembered") and place >= 100:
                    continue
                if self.on("last-100-remembered") and place < len(records) - 100:
                    continue
                if self.on("judged-at-acceptance") and place >= batch.known:
                    continue
                age = world.rounds - records[place].round
                if self.on("forgets-after-5") and age > 5:
                    continue
                if self.on("forgets-after-20") and age > 20:
                    continue
                if self.on("forgets-the-asked"):
                    first = other.asked.setdefault((collection, place), batch)
                    if first is not batch:
                        continue
                yield records[place]

    def spoil_errors(self, entries: list[Entry]) -> None:
        """The faults in validation_errors."""
        for entry in entries:
            if self.on(
                {
                    "Duplicate": "duplicate-without-errors",
                    "Conflict": "conflict-without-errors",
                    "Failed": "failed-without-errors",
                }.get(entry.state, "completed-with-errors")
            ):
                entry.errors = ["saved"] if entry.state == "Completed" else []

    # --- processing

    def save(self, world: World, batch: Submission) -> None:
        """Remember what was saved."""
        collection = self.collection_of(batch.kind)
        if batch.kind.synchronous and self.on("sync-not-saved"):
            return
        first = True
        for entry in batch.entries:
            wanted = entry.state == "Completed"
            if entry.state == "Failed" and entry.key is not None:
                wanted = wanted or self.on("failed-saved")
                if self.on("failed-poisons"):
                    world.poisoned[collection, entry.key] = "Failed"
            if entry.state == "Conflict":
                wanted = wanted or self.on("conflict-saved")
                if self.on("conflict-poisons"):
                    world.poisoned[collection, entry.key] = "Conflict"
            if wanted and (first or not self.on("only-first-saved")):
                whole = self.form(entry.data, KNOWN[batch.kind.name])
                records = world.records.setdefault(collection, [])
                world.index.setdefault((collection, entry.key), []).append(len(records))
                records.append(Saved(entry.key, whole, world.rounds, world.partner.client_id))
                first = False
                if self.on("inside-counts-as-saved"):
                    self.save_inside(world, entry)

    def save_inside(self, world: World, entry: Entry) -> None:
        """Remember the claims inside a client as if they had been sent as claims."""
        for claim in entry.data.get("revenue_claims", []):
            if isinstance(claim, dict) and "unique_reference" in claim:
                key = self.key_of(CLAIMS, claim)
                records = world.records.setdefault("claims", [])
                world.index.setdefault(("claims", key), []).append(len(records))
                records.append(Saved(key, None, world.rounds, world.partner.client_id))

    def process(self, world: World, batch: Submission) -> None:
        """Judge and save one batch as one unit."""
        world.rounds += 1
        if self.on("later-rival-changes"):
            self.change_earlier(world, batch)
        self.judge(world, batch.kind, batch)
        self.save(world, batch)
        batch.settled = True
        if self.on("large-amounts-wait"):
            for entry in batch.entries:
                amount = entry.data.get("total_amount")
                if isinstance(amount, int | float) and amount >= 10**15:
                    entry.state, entry.errors = "Pending", []
        if self.on("last-item-never-settles") and len(batch.entries) >= 4:
            batch.entries[-1].state, batch.entries[-1].errors = "Pending", []

    def change_earlier(self, world: World, batch: Submission) -> None:
        """The fault `later-rival-changes`."""
        coming = {self.key_of(batch.kind, e.data): self.form(e.data) for e in batch.entries}
        for earlier in world.submissions.values():
            for entry in earlier.entries if earlier.kind is batch.kind else ():
                other = coming.get(entry.key)
                if entry.state == "Completed" and other not in (None, self.form(entry.data)):
                    entry.state, entry.errors = "Conflict", ["a rival came later"]

    def settle(self, world: World, polled: Submission | None = None, all_of: bool = False) -> None:
        """Process what is due, in the order in which it was accepted."""
        if self.on("never-settles"):
            return
        now = world.now()
        if self.on("settled-when-polled"):
            due = [b for b in world.queue if b is polled and b.due <= now]
        elif all_of:
            due = list(world.queue)
        else:
            due = []
            for batch in world.queue:
                if batch.due > now:
                    if self.on("queue-of-its-own"):
                        continue
                    break
                due.append(batch)
        if self.on("out-of-order"):
            due.reverse()
        for batch in due:
            world.queue.remove(batch)
            self.process(world, batch)

    # --- what is shown

    def entry_shown(self, batch: Submission, entry: Entry) -> dict[str, Any]:
        """One entry of `result`."""
        state, errors = entry.state, list(entry.errors)
        if state == "Pending" and self.on("pending-with-errors"):
            errors = ["not processed yet"]
        if self.on("final-flips-back") and batch.looks > 2:
            state, errors = "Pending", []
        if self.on("second-look-differs") and batch.looks > 1 and state == "Completed":
            state, errors = "Duplicate", ["an identical record was saved before"]
        if self.on("sync-pending") and batch.kind.synchronous:
            state, errors = "Pending", []
        if self.on("state-not-declared"):
            state = state.lower()
        if self.on("errors-joined") and errors:
            errors = ["; ".join(errors)]
        shown: Any = "; ".join(errors) if self.on("errors-one-text") else errors
        data = self.echo(entry.data, KNOWN[batch.kind.name])
        if self.on("echo-default-added"):
            data = {"other_identifiers": [], **data}
        return {"data": data, "status": {"state": state, "validation_errors": shown}}

    def echo(self, value: Any, known: frozenset[str] | None = None) -> Any:
        """The value as it was sent."""
        if isinstance(value, dict):
            members = value
            if known is not None and self.on("echo-unknown-dropped"):
                members = {n: m for n, m in members.items() if n in known}
            if known is None and self.on("echo-nested-dropped"):
                members = {n: m for n, m in members.items() if n in ALL_KNOWN}
            if self.on("echo-null-dropped"):
                members = {n: m for n, m in members.items() if m is not None}
            return {name: self.echo(member) for name, member in members.items()}
        if isinstance(value, list):
            entries = [self.echo(entry) for entry in value]
            if self.on("echo-array-cut"):
                entries = entries[:20]
            return sorted(entries, key=repr) if self.on("echo-array-sorted") else entries
        if isinstance(value, str):
            if self.on("echo-trimmed"):
                value = value.strip()
            if self.on("echo-escaped"):
                value = value.encode("ascii", "replace").decode()
            moment = instant(value) if self.on("echo-dates-normalised") else None
            return value if moment is None else moment.isoformat(timespec="microseconds")
        if isinstance(value, int | float) and not isinstance(value, bool):
            if self.on("echo-numbers-rounded"):
                return round(value, 2)
            if self.on("echo-integers-as-doubles"):
                return float(value) if abs(value) > 2**53 else value
        return value

    def answer_of(self, batch: Submission, state: str | None = None) -> dict[str, Any]:
        """The body of a status answer."""
        if batch.settled:
            batch.looks += 1
        entries = [self.entry_shown(batch, entry) for entry in batch.entries]
        if self.on("half-visible") and batch.settled and batch.looks == 1 and len(entries) > 1:
            for entry in entries[len(entries) // 2 :]:
                entry["status"] = {"state": "Pending", "validation_errors": []}
        if self.on("item-lost-in-large") and len(entries) > 100:
            entries.pop()
        if self.on("twins-merged") and batch.settled:
            entries = [
                shown
                for shown, entry in zip(entries, batch.entries, strict=True)
                if not (entry.state == "Duplicate" and "request" in "".join(entry.errors))
            ]
        if self.on("order-by-state"):
            entries.sort(key=lambda shown: shown["status"]["state"] != "Completed")
        if self.on("order-by-key"):
            entries.sort(key=lambda shown: str(shown["data"].get(batch.kind.key)))
        if self.on("order-reversed"):
            entries.reverse()
        states = [entry["status"]["state"] for entry in entries]
        if state is not None and not self.on("filter-off"):
            entries = [entry for entry in entries if self.listed(entry, state)]
            if self.on("filter-drops-unknown"):
                for entry in entries:
                    names = entry["data"].keys() & ALL_KNOWN
                    entry["data"] = {name: entry["data"][name] for name in names}
            if self.on("filter-overall"):
                states = [entry["status"]["state"] for entry in entries]
        return {"status": self.overall(states), "result": entries}

    def listed(self, shown: dict[str, Any], state: str) -> bool:
        """Whether the filter lets this entry through."""
        if self.on("filter-lower-empty") and state.islower():
            return False
        if self.on("filter-drops-conflict") and state.lower() == "conflict":
            return False
        hit = bool(shown["status"]["state"].lower() == state.lower())
        return not hit if self.on("filter-inverted") else hit

    def overall(self, states: list[str]) -> str:
        """The overall status."""
        if self.on("overall-early"):
            return "Completed"
        if self.on("overall-never"):
            return "Pending"
        if self.on("overall-waits-for-failed") and "Failed" in states:
            return "Pending"
        if self.on("overall-waits-for-saved") and set(states) == {"Failed", "Conflict"}:
            return "Pending"
        return "Pending" if any(s.lower() == "pending" for s in states) else "Completed"

    # --- access

    def issue_token(self, headers: dict[str, str], body: bytes) -> tuple[int, Any, dict[str, str]]:
        """A token by the client credentials grant, or an error as RFC 6749 section 5.2 says."""
        fields = self.token_fields(headers, body)
        if fields is None:
            return self.token_error(400, "invalid_request", "the body is no form and no object")
        if "grant_type" not in fields:
            return self.token_error(400, "invalid_request", "grant_type is required")
        if fields["grant_type"] != "client_credentials":
            return self.token_error(400, "unsupported_grant_type", "use client_credentials")
        given = fields.get("client_id"), fields.get("client_secret")
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                pair = base64.b64decode(credentials, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return self.token_error(401, "invalid_client", "the Basic header cannot be read")
            name, _, secret = (urllib.parse.unquote_plus(part) for part in pair.partition(":"))
            given = name, secret
        for world in self.worlds.values():
            known = world.partner.secret
            secret = str(given[1])
            if self.on("secret-end-ignored"):
                secret = secret[: len(known)]
            if self.on("secret-case-folded"):
                secret = secret.lower()
            if (given[0], secret) == (world.partner.client_id, known):
                token = uuid.uuid4().hex
                self.tokens[token] = (world.partner.client_id, time.time() + self.token_life)
                told = {"token_type": "Bearer", "expires_in": int(self.token_life)}
                return 200, {"access_token": token, **told}, {"cache-control": "no-store"}
        return self.token_error(401, "invalid_client", "the client id or the secret is wrong")

    def token_fields(self, headers: dict[str, str], body: bytes) -> dict[str, Any] | None:
        """The members of a token request."""
        media = headers.get("content-type", "").split(";")[0].strip().lower()
        try:
            if media == "application/json":
                value = json.loads(body)
                return value if isinstance(value, dict) else None
            pairs = urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)
        except ValueError:
            return None
        return dict(pairs)

    def token_error(self, status: int, error: str, text: str) -> tuple[int, Any, dict[str, str]]:
        """An OAuth error."""
        headers = {"cache-control": "no-store"}
        if status == 401:
            headers["www-authenticate"] = 'Basic realm="partners"'
        return status, {"error": error, "error_description": text}, headers

    def world_of(self, headers: dict[str, str], status_id: str | None) -> World:
        """The world of the caller."""
        header = headers.get("authorization")
        if header is None and self.on("no-token-accepted"):
            return self.worlds["partner-a"]
        if header is None and status_id is not None and self.on("status-open"):
            owner = next((w for w in self.worlds.values() if status_id in w.submissions), None)
            return owner or self.worlds["partner-a"]
        scheme, _, token = (header or "").partition(" ")
        token = token.strip()
        challenge = 'Bearer error="invalid_token"' if header else "Bearer"
        refusal = Refused(401, "The bearer token is missing, unknown or expired.")
        if not self.on("challenge-missing"):
            refusal.headers["www-authenticate"] = challenge
        if self.on("unauthorized-404"):
            refusal = Refused(404, "There is nothing here.")
        if scheme.lower() != "bearer" and not self.on("scheme-ignored"):
            raise refusal
        if self.on("token-case-folded"):
            token = next((one for one in self.tokens if one.lower() == token.lower()), token)
        if self.on("token-end-accepted"):
            token = next((one for one in self.tokens if token.endswith(one)), token)
        if self.on("client-id-accepted") and token in self.worlds:
            return self.worlds[token]
        if self.on("token-beyond-ascii-500") and not token.isascii():
            raise Refused(500, "UnicodeEncodeError")
        if token not in self.tokens and self.on("any-token-accepted"):
            return self.worlds["partner-a"]
        if token not in self.tokens:
            raise refusal
        owner_id, until = self.tokens[token]
        world = self.worlds[owner_id]
        if time.time() >= until and not self.on("expired-accepted"):
            raise refusal
        return world

    # --- requests

    def parse(self, raw: bytes) -> Any:
        """The JSON value of a body, or a refusal."""
        loose = self.on("nan-accepted") or self.on("trailing-accepted")
        try:
            if self.on("utf8-replaced"):
                raw = raw.decode("utf-8", "replace").encode()
            if self.on("utf8-500"):
                try:
                    raw.decode()
                except UnicodeDecodeError:
                    raise Refused(500, "UnicodeDecodeError") from None
            if self.on("comments-accepted"):
                raw = re.sub(rb"/\*.*?\*/|// [^\n\"]*\n", b"", raw)
            if self.on("quote-500") and b"'" in raw:
                raise Refused(500, "OperationalError")
            if self.on("empty-body-500") and not raw:
                raise Refused(500, "IndexError")
            if self.on("trailing-accepted"):
                text = raw.decode()
                raw = text[: json.JSONDecoder().raw_decode(text.lstrip())[1]].encode()
            return exact(
                jiter.from_json(
                    raw,
                    catch_duplicate_keys=not self.on("duplicate-member-accepted"),
                    allow_inf_nan=loose,
                    float_mode="decimal" if not loose else "float",
                )
            )
        except (ValueError, RecursionError) as error:
            if "beyond-doubles-kept" in self.choices and "too large" in str(error):
                return json.loads(raw, parse_float=unbounded)
            if self.on("infinite-accepted") and "too large" in str(error):
                return json.loads(re.sub(rb"\d+(\.\d+)?[eE]\+?\d{3,}", b"1e308", raw))
            if self.on("malformed-500"):
                raise Refused(500, "JSONDecodeError") from None
            text = str(error)
            raise Refused(
                400, "The body is not valid JSON.", [{"pointer": "#", "detail": text}]
            ) from None

    def check_content_type(self, headers: dict[str, str]) -> None:
        """Refuse any content type but JSON."""
        given = headers.get("content-type", "")
        if self.on("no-type-500") and not given:
            raise Refused(500, "KeyError")
        if self.on("type-without-slash-500") and given and "/" not in given:
            raise Refused(500, "ValueError")
        media, _, parameters = given.partition(";")
        wanted = media.strip() if self.on("content-type-upper-refused") else media.strip().lower()
        fine = wanted == "application/json"
        if self.on("other-json-accepted") and wanted.endswith("json"):
            fine = True
        if self.on("content-type-charset-refused") and parameters:
            fine = False
        if not fine and not self.on("content-type-off"):
            status = 400 if self.on("content-type-400") else 415
            errors = [{"pointer": "#", "detail": "content type"}] if status == 400 else None
            raise Refused(status, f"The content type {given!r} is not application/json.", errors)

    def check_items(self, world: World, kind: Kind, body: Any) -> list[dict[str, Any]]:
        """The items of a submission, or a refusal of the whole."""
        if self.on("object-accepted") and isinstance(body, dict):
            body = [body]
        if not isinstance(body, list):
            detail = "The body is no array of objects."
            raise Refused(400, detail, [{"pointer": "#", "detail": "must be an array"}])
        if not body and not self.on("empty-array-accepted"):
            errors = [{"pointer": "#", "detail": "must have at least 1 item"}]
            raise Refused(400, "The array is empty.", errors)
        limit = 10_000 if self.on("combined-limit-off") else kind.limit
        many = len(body) >= limit if self.on("limit-one-early") else len(body) > limit
        if many and not self.on("too-many-accepted"):
            if self.on("too-many-leaves-items"):
                self.leave(world, kind, body[:100])
            errors = [{"pointer": "#", "detail": "too many"}]
            raise Refused(400 if self.on("too-many-400") else 413, "Too many items.", errors)
        if self.on("non-object-items-dropped"):
            body = [item for item in body if isinstance(item, dict)]
        if self.on("non-object-items-accepted"):
            return [item if isinstance(item, dict) else {"value": item} for item in body]
        first = self.on("pointer-to-first")
        errors = [
            {"pointer": f"#/{0 if first else place}", "detail": "must be an object"}
            for place, item in enumerate(body)
            if not isinstance(item, dict)
        ]
        if errors:
            if self.on("refused-leaves-items"):
                self.leave(world, kind, body)
            raise Refused(400, "The body is no array of objects.", errors)
        items: list[dict[str, Any]] = body
        if self.on("deep-500") and any(depth(item) > 20 for item in body):
            raise Refused(500, "RecursionError")
        if self.on("astral-500") and re.search("[\U00010000-\U0010ffff]", str(body)):
            raise Refused(500, "UnicodeEncodeError")
        return items

    def leave(self, world: World, kind: Kind, body: list[Any]) -> None:
        """Save what is good in a request that is refused."""
        good = [item for item in body if isinstance(item, dict)]
        world.queue.append(self.submit(world, kind, good))
        self.settle(world, all_of=True)

    def submit(self, world: World, kind: Kind, items: list[dict[str, Any]]) -> Submission:
        """Accept a batch."""
        quick = self.on("queue-of-its-own") and kind.name == "claims"
        batch = Submission(
            id=str(uuid.uuid4()),
            kind=kind,
            owner=world.partner.client_id,
            due=world.now() + self.delay * (0.5 if quick else 1),
            known=len(world.records.get(self.collection_of(kind), [])),
            entries=[Entry(item) for item in items],
        )
        if self.on("accepted-id-no-uuid"):
            batch.id = batch.id[:8]
        world.submissions[batch.id] = batch
        return batch

    def post(
        self, world: World, kind: Kind, headers: dict[str, str], raw: bytes
    ) -> tuple[int, Any]:
        """Answer a submission."""
        idempotency = self.idempotency_key(headers)
        replays = self.shared_replays if self.on("idempotency-shared") else world.replays
        try:
            self.check_content_type(headers)
            body = self.parse(raw)
            items = self.check_items(world, kind, body)
        except Refused as refusal:
            if idempotency is not None and self.on("idempotency-keeps-refused"):
                nothing = Submission("", kind, world.partner.client_id, 0, 0, [])
                replays[idempotency] = Replay(kind.path, "", (refusal.status, {}), nothing)
            raise
        earlier = None if idempotency is None else replays.get(idempotency)
        if earlier is not None and not self.on("idempotency-off"):
            answer = self.replay(earlier, kind, body)
            if answer is not None:
                return answer
        batch = self.submit(world, kind, items)
        if kind.synchronous:
            if not self.on("sync-jumps-queue"):
                self.settle(world, all_of=True)
            self.process(world, batch)
            answer = (202 if self.on("sync-accepted-202") else 200, self.answer_of(batch))
        else:
            world.queue.append(batch)
            answer = (200 if self.on("accepted-200") else 202, self.accepted(batch))
        if idempotency is not None:
            replays[idempotency] = Replay(kind.path, self.plain(body), answer, batch)
            if self.on("idempotency-forgets-after-5") and len(replays) > 5:
                del replays[next(iter(replays))]
        return answer

    def idempotency_key(self, headers: dict[str, str]) -> str | None:
        """The key that makes a retry safe, None without one."""
        key = headers.get("idempotency-key")
        if key is None:
            return None
        if not 1 <= len(key) <= 255:
            errors = [{"pointer": "#/header/Idempotency-Key", "detail": "1 to 255 letters"}]
            status = 500 if len(key) > 255 and self.on("idempotency-longer-500") else 400
            raise Refused(status, "The Idempotency-Key does not fit the contract.", errors)
        if self.on("idempotency-case-folded"):
            key = key.lower()
        if self.on("idempotency-cut-at-64"):
            key = key[:64]
        if self.on("idempotency-as-number"):
            key = as_number(key)
        return key

    def plain(self, body: Any) -> str:
        """The body as one text, to compare a repeat with."""
        return json.dumps(body, sort_keys=True)

    def replay(self, earlier: Replay, kind: Kind, body: Any) -> tuple[int, Any] | None:
        """The first answer again, or a refusal; None to submit anew."""
        if self.on("idempotency-refuses-repeat"):
            raise Refused(422, "This Idempotency-Key was used before.")
        first = earlier.submission
        if self.on("idempotency-forgets-settled") and first.settled and not kind.synchronous:
            return None
        if earlier.path != kind.path:
            if self.on("idempotency-operation-off"):
                return None
            raise Refused(422, "This Idempotency-Key was used before for another operation.")
        same = earlier.body == self.plain(body) or self.on("idempotency-body-ignored")
        if self.on("idempotency-first-item"):
            same = json.loads(earlier.body)[0] == body[0]
        if self.on("idempotency-items-by-key"):
            bodies = (json.loads(earlier.body), body)
            same = len({str([item.get(kind.key) for item in one]) for one in bodies}) == 1
        if self.on("idempotency-order-ignored"):
            same = sorted(earlier.body) == sorted(self.plain(body))
        if not same:
            raise Refused(422, "This Idempotency-Key was used before for another body.")
        return earlier.answer

    def accepted(self, batch: Submission) -> dict[str, str]:
        """The answer to an asynchronous submission."""
        path = batch.kind.path
        if self.on("uri-of-other-operation"):
            path = CLIENTS.path
        named = str(uuid.uuid4()) if self.on("uri-of-nothing") else batch.id
        uri = f"{path}/Status/{named}"
        if self.on("uri-with-space"):
            uri = f" {uri}"
        told = {"status_check_id": batch.id, "status_check_uri": uri}
        if self.on("accepted-without-uri"):
            del told["status_check_uri"]
        return told

    def status(  # noqa: PLR0912 - one line for each fault
        self, world: World, kind: Kind, status_id: str, query: str
    ) -> tuple[int, Any]:
        """Answer a status check."""
        values = urllib.parse.parse_qs(query, keep_blank_values=True).get("state", [])
        state = values[-1] if values else None
        if self.on("filter-twice-500") and len(values) > 1:
            raise Refused(500, "TypeError")
        if self.on("id-quote-500") and "'" in status_id:
            raise Refused(500, "OperationalError")
        if self.on("id-beginning-enough"):
            known = (one for one in world.submissions if one[:8] == status_id[:8].lower())
            status_id = next(known, status_id)
        if not UUID.fullmatch(status_id) and not self.on("accepted-id-no-uuid"):
            detail = f"{status_id!r} is no UUID."
            errors = [{"pointer": "#/path/status_check_id", "detail": detail}]
            raise Refused(404 if self.on("malformed-id-404") else 400, detail, errors)
        if self.on("filter-trimmed") and state is not None:
            state = state.strip()
        spelled = {*STATES, *(s.lower() for s in STATES)}
        if self.on("filter-lower-refused"):
            spelled = set(STATES)
        if state is not None and state not in spelled:
            if self.on("filter-unknown-ignored"):
                state = None
            elif not self.on("filter-unknown-empty"):
                errors = [{"pointer": "#/query/state", "detail": "is none of the five states"}]
                raise Refused(400, f"There is no state {state!r}.", errors)
        batch = world.submissions.get(status_id.lower())
        if batch is None:
            batch = self.foreign(status_id.lower())
        if batch is None or batch.kind is not kind:
            if self.on("unknown-id-200"):
                return 200, {"status": "Completed", "result": []}
            raise Refused(500 if self.on("unknown-id-500") else 404, "No such submission.")
        self.settle(self.worlds[batch.owner], polled=batch)
        answer = self.answer_of(batch, state)
        self.hide_while_waiting(world, batch, answer)
        if state is not None and not answer["result"] and self.on("filter-empty-404"):
            raise Refused(404, "No such items.")
        return 200, answer

    def hide_while_waiting(self, world: World, batch: Submission, answer: dict[str, Any]) -> None:
        """The fault that takes back what is final."""
        if self.on("final-hides-while-waiting") and batch.settled and world.queue:
            for entry in answer["result"]:
                entry["status"] = {"state": "Pending", "validation_errors": []}

    def foreign(self, status_id: str) -> Submission | None:
        """Another partner's submission, where a fault lets it be seen."""
        found = next(
            (w.submissions[status_id] for w in self.worlds.values() if status_id in w.submissions),
            None,
        )
        if found is not None and self.on("foreign-status-forbidden"):
            raise Refused(403, "This submission belongs to another partner.")
        if self.on("foreign-status-readable") or self.on("status-open"):
            return found if self.on("foreign-status-readable") else None
        return None

    def set_clock(self, world: World, raw: bytes) -> tuple[int, Any]:
        """Move, freeze or release the clock of this world."""
        change = self.parse(raw)
        bad = Refused(400, "One of advance, freeze and at.", [{"pointer": "#", "detail": "?"}])
        if not isinstance(change, dict) or len(change) != 1:
            raise bad
        now = world.now()
        match change:
            case {"advance": bool()}:
                raise bad
            case {"advance": int() | float() as seconds} if 0 <= seconds <= 3155760000:
                now += seconds
            case {"freeze": bool() as frozen}:
                world.frozen_at = now if frozen else None
            case {"at": str() as text} if (moment := instant(text)) is not None:
                now = moment.timestamp()
            case _:
                raise bad
        if world.frozen_at is not None:
            world.frozen_at = now
        else:
            world.shift = now - time.time()
        self.settle_due(world)
        return 200, self.clock(world)

    def settle_due(self, world: World) -> None:
        """Settle what the move made due."""
        if not self.on("settled-when-polled"):
            self.settle(world)

    def clock(self, world: World) -> dict[str, Any]:
        """The clock as the control surface shows it."""
        moment = datetime.fromtimestamp(world.now(), UTC)
        text = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {"now": text, "frozen": world.frozen_at is not None}

    # --- ASGI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        more: dict[str, str] = {}
        media = "application/json"
        try:
            raw, size = await self.read(receive)
            if self.on("chunked-ignored") and "chunked" in headers.get("transfer-encoding", ""):
                raw, size = b"", 0
            if size > BODY_LIMIT and not self.on("size-limit-off"):
                raw = None
            if size > 2**20 and self.on("size-limit-early"):
                raw = None
            accept = headers.get("accept", "*/*")
            if self.on("accept-to-the-letter") and accept not in ("*/*", "application/json"):
                raise Refused(406, f"{accept} cannot be had.")
            status, payload, more = self.route(scope, headers, raw)
            if self.on("status-as-text") and "/Status/" in scope["path"]:
                media = "text/plain"
        except Refused as refusal:
            status, more = refusal.status, refusal.headers
            payload, media = self.problem(refusal)
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        if self.on("member-twice"):
            content = content.replace(b'"status": {', b'"status": {}, "status": {')
        if scope["method"] == "HEAD":
            content = b""
        told = {"content-type": media, "content-length": str(len(content)), **more}
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in told.items()],
            }
        )
        await send({"type": "http.response.body", "body": content})

    async def read(self, receive: Receive) -> tuple[bytes | None, int]:
        """The whole body and its size.

        Beyond the limit it is drained, so that the client gets to read the answer.
        """
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"", 0
            part = message.get("body", b"")
            size += len(part)
            if size <= BODY_LIMIT or self.on("size-limit-off"):
                parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts), size

    def problem(self, refusal: Refused) -> tuple[Any, str]:
        """A refusal as RFC 9457 renders it."""
        if refusal.status == 404 and self.on("problem-as-html"):
            return b"<html><body><h1>404</h1></body></html>", "text/html"
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": TITLES.get(refusal.status, "Error"),
            "status": refusal.status,
            "detail": refusal.detail,
        }
        if refusal.status == 400 and not self.on("problem-without-errors"):
            body["errors"] = refusal.errors or []
        if self.on("problem-without-type"):
            del body["type"]
        if self.on("problem-status-differs"):
            body["status"] = 500 if refusal.status != 500 else 400
        as_json = self.on("problem-as-json")
        return body, "application/json" if as_json else "application/problem+json"

    def route(
        self, scope: Scope, headers: dict[str, str], raw: bytes | None
    ) -> tuple[int, Any, dict[str, str]]:
        """Find the operation, then the caller, then the answer."""
        method = scope["method"]
        self.requests += 1
        if "asks-for-patience" in self.choices and self.requests % 40 == 0:
            raise Refused(429, "One moment.", headers={"retry-after": "0"})
        segments = [urllib.parse.unquote(s) for s in scope["raw_path"].decode("latin-1").split("/")]
        handlers, status_id = self.handlers("/".join(segments[:4]), segments)
        if not handlers:
            raise Refused(404, "There is nothing here.")
        if method == "PUT" and "POST" in handlers and self.on("put-accepted"):
            method = "POST"
        if method not in handlers:
            allow = ", ".join(sorted(handlers))
            if self.on("allow-wrong"):
                allow = "GET, POST, PUT"
            more = {} if self.on("allow-missing") else {"allow": allow}
            code = 404 if self.on("method-404") else 405
            raise Refused(code, f"{method} is not allowed here.", headers=more)
        handler = handlers[method]
        if handler == "token":
            if raw is None:
                return self.token_error(413, "invalid_request", "the body is too large")
            return self.issue_token(headers, raw)
        if self.on("unauthorized-leaves-items") and "authorization" not in headers and raw:
            self.leave(self.worlds["partner-a"], KINDS[handler], json.loads(raw))
        world = self.world_of(headers, status_id)
        self.settle_due(world)
        if raw is None:
            raise Refused(413, "The body has more than 10 MiB.")
        if handler == "clock":
            answer = self.set_clock(world, raw) if method == "POST" else (200, self.clock(world))
            return (*answer, {})
        kind = KINDS[handler]
        if status_id is not None:
            query = scope["query_string"].decode("latin-1")
            return (*self.status(world, kind, status_id, query), {})
        return (*self.post(world, kind, headers, raw), {})

    def handlers(self, path: str, segments: list[str]) -> tuple[dict[str, str], str | None]:
        """The methods of a path, with the name of what answers them, and the status id in it."""
        if segments == ["", "oauth2", "token"]:
            return {"POST": "token"}, None
        if segments == ["", "_sandbox", "clock"] and self.control:
            return {"GET": "clock", "POST": "clock"}, None
        for kind in KINDS.values():
            folded = self.on("paths-case-folded") and path.lower() == kind.path.lower()
            if path != kind.path and not folded:
                continue
            if len(segments) == 4:
                return {"POST": kind.name}, None
            if len(segments) == 6 and segments[4] == "Status" and not kind.synchronous:
                return ({"GET": kind.name}, segments[5]) if segments[5] else ({}, None)
        return {}, None


KINDS = {kind.name: kind for kind in (CLIENTS, CLAIMS, COMBINED)}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


def depth(value: Any) -> int:
    """How deep a value is nested."""
    if isinstance(value, dict):
        return 1 + max((depth(member) for member in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth(entry) for entry in value), default=0)
    return 0


# --- checking an item

CLIENT_MEMBERS = frozenset(
    {"partner_client_id", "client_start_date", "entity_type", "other_identifiers"}
)
CLAIM_MEMBERS = frozenset(
    {
        "unique_reference",
        "partner_client_id",
        "time_period",
        "total_amount",
        "currency",
        "transaction_count",
        "industry_category",
        "other_identifiers",
    }
)
KNOWN = {
    "clients": CLIENT_MEMBERS,
    "claims": CLAIM_MEMBERS,
    "combined": CLIENT_MEMBERS | {"revenue_claims"},
}
ALL_KNOWN = (
    CLIENT_MEMBERS
    | CLAIM_MEMBERS
    | {"revenue_claims", "start_time", "end_time", "scheme", "code", "key", "values"}
)
ENTITY_TYPES = ("SoleTrader", "LimitedCompany", "LLC", "LLP", "Partnership", "SoleProprietor")
IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}")
PERIOD_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z")


def violations(service: Service, kind: Kind, item: dict[str, Any], partner: Partner) -> list[str]:
    """Everything that is wrong with an item, each naming its member; empty when it is valid."""
    check = Check(service, partner)
    if kind is CLAIMS:
        references = ["unique_reference", "partner_client_id"]
        if service.on("claim-client-optional"):
            references.pop()
        check.claim(item, "", references)
    else:
        check.client(item)
    if kind is COMBINED:
        check.claims(item)
    if kind.key not in item and not any(kind.key in error for error in check.errors):
        check.errors.append(f"{kind.key} is required")
    if service.on("unknown-members-refused"):
        check.errors += [f"{name} is unknown" for name in item if name not in KNOWN[kind.name]]
    return check.errors


def is_number(value: Any) -> bool:
    """Whether a value is a JSON number (true is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


class Check:
    """Collects what is wrong with one item."""

    def __init__(self, service: Service, partner: Partner) -> None:
        self.on = service.on
        self.choices = service.choices
        self.partner = partner
        self.errors: list[str] = []

    def need(self, holds: bool, sentence: str) -> bool:
        """Note the sentence unless it holds."""
        if not holds:
            self.errors.append(sentence)
        return holds

    def required(self, value: dict[str, Any], at: str, names: Iterable[str]) -> None:
        """Every one of the members is there."""
        if self.on("required-off"):
            return
        for name in names:
            self.need(name in value, f"{at}{name} is required")

    def given(self, value: dict[str, Any], name: str) -> bool:
        """Whether the member is there to be checked."""
        if name in value and value[name] is None and self.on("null-accepted"):
            return name in REQUIRED_SOMEWHERE
        return name in value

    def identifier(self, value: dict[str, Any], at: str, name: str) -> None:
        """1 to 64 letters, digits, dots, underscores or hyphens."""
        if not self.given(value, name):
            return
        text = value[name]
        if self.on("id-pattern-off") and isinstance(text, str):
            return
        fine = isinstance(text, str) and IDENTIFIER.fullmatch(text) is not None
        if isinstance(text, str):
            if self.on("id-65-accepted") and len(text) == 65:
                fine = IDENTIFIER.fullmatch(text[1:]) is not None
            if self.on("id-leading-dot-refused") and text.startswith("."):
                fine = False
            if self.on("id-64-refused") and len(text) == 64:
                fine = False
            if self.on("id-newline-accepted") and text.endswith("\n"):
                fine = IDENTIFIER.fullmatch(text[:-1]) is not None
        self.need(fine, f"{at}{name} must be 1 to 64 letters, digits or ._-")

    def client(self, item: dict[str, Any]) -> None:
        """The members of a client."""
        names = ["partner_client_id", "client_start_date", "entity_type"]
        if self.on("entity-type-optional"):
            names.pop()
        self.required(item, "", names)
        self.identifier(item, "", "partner_client_id")
        if self.given(item, "client_start_date"):
            fine = self.is_start_date(item["client_start_date"])
            self.need(fine, "client_start_date must be a date-time with an offset")
        if self.given(item, "entity_type"):
            fine = self.is_entity_type(item["entity_type"])
            self.need(fine, f"entity_type must be one of {', '.join(ENTITY_TYPES)}")
        self.identifiers(item, "")

    def is_start_date(self, value: Any) -> bool:
        """Whether a value is an RFC 3339 date-time."""
        if not isinstance(value, str):
            return False
        fine = instant(value) is not None
        if self.on("date-format-off"):
            fine = True
        if self.on("date-only-accepted"):
            fine = fine or re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
        if self.on("date-calendar-off"):
            fine = fine or instant(re.sub(r"-(29|30|31)(?=[Tt])", "-28", value)) is not None
        if self.on("date-offset-off"):
            fine = fine or instant(value + "Z") is not None
        if self.on("date-offset-refused"):
            fine = fine and value.endswith(("Z", "z"))
        if self.on("date-fraction-refused"):
            fine = fine and "." not in value
        return fine

    def is_entity_type(self, value: Any) -> bool:
        """Whether a value is one of the legal forms."""
        if not isinstance(value, str):
            return False
        if self.on("enum-misses-llp") and value == "LLP":
            return False
        if self.on("enum-case-ignored"):
            return value.lower() in {name.lower() for name in ENTITY_TYPES}
        return self.on("enum-off") or value in ENTITY_TYPES

    def identifiers(self, value: dict[str, Any], at: str) -> None:
        """`other_identifiers`: a list of {key, values}."""
        name = "other_identifiers"
        if self.on("identifiers-off") or not self.given(value, name):
            return
        if not self.need(isinstance(value[name], list), f"{at}{name} must be an array"):
            return
        for place, entry in enumerate(value[name]):
            here = f"{at}{name}[{place}]"
            if not self.need(isinstance(entry, dict), f"{here} must be an object"):
                continue
            self.required(entry, f"{here}.", ("key", "values"))
            if "key" in entry:
                most = 65 if self.on("identifier-key-65") else 64
                fine = isinstance(entry["key"], str) and 1 <= len(entry["key"]) <= most
                self.need(fine, f"{here}.key must be 1 to 64 letters")
            if "values" in entry:
                most = 129 if self.on("identifier-value-129") else 128
                values = entry["values"]
                fine = isinstance(values, list)
                fine = fine and (bool(values) or self.on("identifier-values-empty"))
                fine = fine and all(isinstance(v, str) and 1 <= len(v) <= most for v in values)
                self.need(fine, f"{here}.values must be one or more of 1 to 128 letters")

    def claims(self, item: dict[str, Any]) -> None:
        """`revenue_claims`: at least one claim whose references are optional."""
        name = "revenue_claims"
        self.required(item, "", (name,))
        if not self.given(item, name):
            return
        claims = item[name]
        if not self.need(isinstance(claims, list), f"{name} must be an array"):
            return
        self.need(bool(claims) or self.on("claims-empty-accepted"), f"{name} must not be empty")
        references = ["unique_reference"] if self.on("nested-reference-required") else []
        for place, claim in enumerate(claims):
            here = f"{name}[{place}]"
            if self.on("nested-second-off") and place > 0:
                continue
            if self.on("nested-schema-off") and not fits(self, claim):
                continue
            if self.need(isinstance(claim, dict), f"{here} must be an object"):
                rules = not self.on("nested-rules-off")
                if self.on("nested-first-only") and place > 0:
                    rules = False
                self.claim(claim, f"{here}.", references, rules=rules)

    def claim(
        self, claim: dict[str, Any], at: str, references: list[str], *, rules: bool = True
    ) -> None:
        """The members of a claim, then the rules that only a claim of the right shape is asked."""
        before = len(self.errors)
        whole = ("time_period", "total_amount", "currency", "transaction_count")
        self.required(claim, at, whole)
        for name in ("unique_reference", "partner_client_id"):
            self.identifier(claim, at, name)
        if self.given(claim, "time_period"):
            self.period(claim["time_period"], f"{at}time_period", rules)
        if self.given(claim, "total_amount"):
            amount = claim["total_amount"]
            fine = is_number(amount)
            fine = fine or (self.on("amount-text-accepted") and isinstance(amount, str))
            self.need(fine, f"{at}total_amount must be a number")
        if self.given(claim, "currency"):
            currency = claim["currency"]
            fine = isinstance(currency, str) and re.fullmatch("[A-Z]{3}", currency) is not None
            fine = fine or self.on("currency-pattern-off")
            self.need(fine, f"{at}currency must be three capital letters")
        if self.given(claim, "transaction_count"):
            fine = self.is_count(claim["transaction_count"])
            self.need(fine, f"{at}transaction_count must be an integer")
        self.category(claim, at)
        self.identifiers(claim, at)
        shaped = len([e for e in self.errors[before:] if PERIOD_SENTENCE not in e]) == 0
        self.required(claim, at, references)
        if shaped and rules and all(name in claim for name in whole):
            self.claim_rules(claim, at)

    def is_count(self, value: Any) -> bool:
        """Whether a value is an integer (3.0 is one, true is none)."""
        if isinstance(value, bool):
            return self.on("count-true-accepted")
        if isinstance(value, float):
            if self.on("count-double-refused"):
                return False
            return self.on("count-fraction-accepted") or value.is_integer()
        return isinstance(value, int)

    def category(self, claim: dict[str, Any], at: str) -> None:
        """`industry_category`: {scheme: MCC, code: four digits}."""
        if not self.given(claim, "industry_category"):
            return
        category = claim["industry_category"]
        here = f"{at}industry_category"
        if not self.need(isinstance(category, dict), f"{here} must be an object"):
            return
        self.required(category, f"{here}.", ("scheme", "code"))
        if "scheme" in category:
            fine = category["scheme"] == "MCC"
            fine = fine or (self.on("category-scheme-off") and isinstance(category["scheme"], str))
            self.need(fine, f"{here}.scheme must be MCC")
        if "code" in category:
            code = category["code"]
            fine = isinstance(code, str)
            if fine and self.on("category-zero-refused") and code.startswith("0"):
                fine = False
            fine = fine and (
                self.on("category-code-off")
                or re.fullmatch("[0-9]{4}", code) is not None
                or (
                    self.on("category-code-any-digits") and re.fullmatch(r"\d{4}", code) is not None
                )
                or (self.on("category-code-longer") and re.fullmatch("[0-9]{5}", code) is not None)
            )
            self.need(fine, f"{here}.code must be four digits")

    def period(self, period: Any, at: str, rules: bool) -> None:
        """Two instants in UTC, and the rule of the whole period."""
        if not self.need(isinstance(period, dict), f"{at} must be an object"):
            return
        names = ["start_time", "end_time"]
        if self.on("period-end-optional"):
            names.pop()
        self.required(period, f"{at}.", names)
        moments: list[datetime] = []
        for name in ("start_time", "end_time"):
            if name not in period:
                continue
            moment = self.period_time(period[name])
            if self.need(moment is not None, f"{at}.{name} must be a date-time in UTC with Z"):
                assert moment is not None
                moments.append(moment)
        off = self.on("period-off") or "periods-not-checked" in self.choices
        if rules and len(moments) == 2 and not off:
            self.need(self.is_whole(*moments), f"{at} {PERIOD_SENTENCE}")

    def period_time(self, value: Any) -> datetime | None:
        """The instant of a period's start or end; None when it is not written as it must be."""
        if not isinstance(value, str):
            return None
        if self.on("time-offset-accepted") and not value.endswith("Z"):
            return instant(value)
        if self.on("time-fraction-accepted"):
            cut = re.sub(r"(\.\d{3})\d+Z$", r"\1Z", value)
            return instant(cut) if PERIOD_TIME.fullmatch(cut) else None
        return instant(value) if PERIOD_TIME.fullmatch(value) else None

    def is_whole(self, start: datetime, end: datetime) -> bool:
        """Whether the two are the first and the last millisecond of one day or one month."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if self.on("end-at-midnight") and (end.hour, end.minute, end.second) == (0, 0, 0):
            end -= timedelta(milliseconds=1)
        if self.on("end-without-millis") and end.microsecond == 0:
            end = end.replace(microsecond=999000)
        if self.on("period-by-length") and start.date() != end.date():
            late = start - start.replace(hour=0, minute=0, second=0, microsecond=0)
            start, end = start - late, end - late
        if self.on("start-any-hour"):
            start = start.replace(hour=0, minute=0, second=0, microsecond=0)
        if (start.hour, start.minute, start.second, start.microsecond) != (0, 0, 0, 0):
            return False
        if (end.hour, end.minute, end.second, end.microsecond) != (23, 59, 59, 999000):
            return False
        if start.date() == end.date():
            return not self.on("day-refused") or self.is_month(start, end)
        return self.is_month(start, end) and not self.on("month-refused")

    def is_month(self, start: datetime, end: datetime) -> bool:
        """Whether the two dates are the first and the last of one month."""
        last = calendar.monthrange(end.year, end.month)[1]
        lasts = {last}
        if end.month == 2 and self.on("leap-day-refused"):
            lasts = {28}
        if end.month == 2 and self.on("century-leap") and end.year % 100 == 0:
            lasts = {29}
        if end.month == 2 and self.on("millennium-no-leap") and end.year % 100 == 0:
            lasts = {28}
        if last == 31 and self.on("month-of-31-refused"):
            lasts = {30}
        if self.on("end-at-30-accepted"):
            lasts |= {30}
        if end.month == 12 and self.on("december-refused"):
            return False
        if self.on("two-months-accepted"):
            return start.day == 1 and end.day in lasts and start < end
        same = (start.year, start.month) == (end.year, end.month)
        if (end.year, end.month) == (9999, 12):
            return False  # the contract's rule adds a millisecond, and there is no such instant
        first = start.day == 1 or self.on("start-mid-month")
        return same and first and end.day in lasts

    def claim_rules(self, claim: dict[str, Any], at: str) -> None:
        """The sign rule and the currency rule."""
        amount, count = claim["total_amount"], claim["transaction_count"]
        if is_number(amount) and is_number(count):
            fine = not (amount > 0 > count or amount < 0 < count)
            if self.on("sign-off") or "signs-not-checked" in self.choices:
                fine = True
            if self.on("sign-half-off") and amount < 0:
                fine = True
            if self.on("sign-zero-refused") and (amount == 0) != (count == 0):
                fine = False
            if self.on("both-negative-refused") and amount < 0 and count < 0:
                fine = False
            self.need(fine, f"{at}total_amount and transaction_count must have the same sign")
        agreed = self.partner.currency
        if self.on("own-currency-refused"):
            agreed = "EUR" if agreed == "GBP" else "GBP"
        if not (self.on("currency-off") or "currency-not-checked" in self.choices):
            fine = claim["currency"] == agreed or not isinstance(claim["currency"], str)
            if self.on("currency-off-for-returns") and is_number(amount) and amount < 0:
                fine = True
            if self.on("currency-off-at-zero") and count == 0:
                fine = True
            self.need(fine, f"{at}currency must be {agreed}")


PERIOD_SENTENCE = "must be the first and the last millisecond of one day or one month"
REQUIRED_SOMEWHERE = frozenset(
    {
        "partner_client_id",
        "client_start_date",
        "entity_type",
        "time_period",
        "total_amount",
        "currency",
        "transaction_count",
        "unique_reference",
        "revenue_claims",
    }
)


def fits(check: Check, claim: Any) -> bool:
    """Whether a claim breaks no schema (the fault `nested-schema-off` lets all others through)."""
    if not isinstance(claim, dict):
        return False
    alone = Check.__new__(Check)
    alone.on, alone.choices = check.on, check.choices
    alone.partner, alone.errors = check.partner, []
    alone.claim(claim, "", [], rules=False)
    return not alone.errors


# --- running it


class Server:
    """The service on a free local port, in a thread: `with Server(faults={...}) as server`.

    `base_url` is where it answers. Another service may be put in the place of `service` at any time.
    """

    def __init__(
        self,
        faults: Iterable[str] = (),
        choices: Iterable[str] = (),
        *,
        control: bool = True,
        delay: float | None = None,
        token_life: float = 3600.0,
        port: int = 0,
        service: Service | None = None,
    ) -> None:
        self.service = service or Service(
            faults, choices, control=control, delay=delay, token_life=token_life
        )
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            log_level="error",
            lifespan="off",
            timeout_keep_alive=120,
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.service(scope, receive, send)

    def _run(self) -> None:
        self._uvicorn.run(sockets=[self._socket])

    @property
    def base_url(self) -> str:
        """Where the service answers."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Server:
        self._thread.start()
        while not self._uvicorn.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._uvicorn.force_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A partner client service with chosen faults.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", action="append", default=[], choices=sorted(FAULT_BY_NAME))
    parser.add_argument("--choice", action="append", default=[], choices=sorted(CHOICES))
    parser.add_argument("--no-control", action="store_true", help="run in real time")
    parser.add_argument("--delay", type=float, default=None, help="seconds until a batch is due")
    given = parser.parse_args()
    with Server(
        given.fault,
        given.choice,
        control=not given.no_control,
        delay=given.delay,
        port=given.port,
    ) as server:
        print(server.base_url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
