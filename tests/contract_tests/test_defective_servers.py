"""The independent server by plain HTTP: correct alone, visibly wrong with each of its faults."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.contract_tests import defective_servers as servers

CLIENTS = "/api/v2/Clients"
CLAIMS = "/api/v2/RevenueClaims"
COMBINED = "/api/v2/ClientsAndRevenueClaims"
SECRETS = {"partner-a": "secret-a", "partner-b": "secret-b", "partner-e": "secret-e"}
JSON = {"content-type": "application/json"}


def client(key: str = "a", **members: Any) -> dict[str, Any]:
    """A valid client."""
    return {
        "partner_client_id": key,
        "client_start_date": "2024-04-23T13:44:03.585Z",
        "entity_type": "SoleTrader",
        **members,
    }


def claim(key: str = "a", **members: Any) -> dict[str, Any]:
    """A valid revenue claim of partner-a."""
    return {
        "unique_reference": key,
        "partner_client_id": "shop",
        "time_period": period("2025-01-01", "2025-01-31"),
        "total_amount": 100,
        "currency": "GBP",
        "transaction_count": 3,
        **members,
    }


def combined(key: str = "a", *claims: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A valid client with claims."""
    return client(key, revenue_claims=list(claims or (bare(),)), **members)


def bare(**members: Any) -> dict[str, Any]:
    """A claim without references, as it stands inside a client."""
    whole = claim(**members)
    for name in ("unique_reference", "partner_client_id"):
        if name not in members:
            del whole[name]
    return whole


def period(start: str, end: str) -> dict[str, str]:
    """From the first to the last millisecond of these days, unless a time is given."""
    return {
        "start_time": start if "T" in start else f"{start}T00:00:00Z",
        "end_time": end if "T" in end else f"{end}T23:59:59.999Z",
    }


def without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    """The item without these members."""
    return {name: value for name, value in item.items() if name not in names}


class Caller:
    """Speaks to the server as its partners do."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.Client(base_url=base_url, trust_env=False, timeout=30)
        self.tokens: dict[str, str] = {}

    def token(self, partner: str) -> str:
        if partner not in self.tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": partner,
                "client_secret": SECRETS[partner],
            }
            self.tokens[partner] = self.http.post("/oauth2/token", data=form).json()["access_token"]
        return self.tokens[partner]

    def ask(
        self,
        method: str,
        path: str,
        *,
        partner: str | None = "partner-a",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        told = dict(headers or {})
        if partner is not None:
            told["authorization"] = f"Bearer {self.token(partner)}"
        return self.http.request(method, path, headers=told, **more)

    def submit(self, path: str, *items: Any, **more: Any) -> Any:
        return self.ask("POST", path, json=list(items), **more).json()

    def advance(self, seconds: float = 10, partner: str = "partner-a") -> None:
        change = {"advance": seconds}
        assert self.ask("POST", "/_sandbox/clock", json=change, partner=partner).status_code == 200

    def look(self, path: str, told: Any, query: str = "", **more: Any) -> Any:
        answer = self.ask("GET", f"{path}/Status/{told['status_check_id']}{query}", **more)
        return answer.json()

    def judged(self, path: str, *items: Any, partner: str = "partner-a") -> Any:
        told = self.submit(path, *items, partner=partner)
        if path == COMBINED:
            return told
        self.advance(partner=partner)
        return self.look(path, told, partner=partner)

    def states(self, path: str, *items: Any, partner: str = "partner-a") -> list[str]:
        result = self.judged(path, *items, partner=partner)["result"]
        return [entry["status"]["state"] for entry in result]

    def raw(
        self, body: bytes, path: str = CLIENTS, media: str = "application/json", **more: Any
    ) -> tuple[int, Any]:
        answer = self.ask("POST", path, content=body, headers={"content-type": media}, **more)
        errors = answer.status_code == 400 and answer.json().get("errors") is not None
        return answer.status_code, errors


def with_server(
    scenario: Callable[[Caller], Any], faults: tuple[str, ...] = (), **settings: Any
) -> Any:
    """What a scenario saw at a fresh service with these faults."""
    caller = fresh(faults, **settings)
    try:
        return scenario(caller)
    finally:
        caller.http.close()


SERVER = servers.Server()


def fresh(faults: tuple[str, ...] = (), **settings: Any) -> Caller:
    """A caller of a fresh service; the one before it is gone."""
    SERVER.service = servers.Service(faults, **settings)
    return Caller(SERVER.base_url)


@pytest.fixture(scope="session", autouse=True)  # a worker may be given tests of this file twice
def _running() -> Iterator[None]:
    with SERVER:
        yield


@pytest.fixture
def correct() -> Callable[[], Caller]:
    """Give callers of a correct service, each call a fresh one."""
    return fresh


# --- the correct server

Draft = tuple[str | None, dict[str, Any]]
A: Draft = ("a", {})
B: Draft = ("b", {})
A2: Draft = ("a", {"x": 2})
A_BAD: Draft = ("a", {"bad": True})
NOKEY: Draft = (None, {})
C, D, F, X = "Completed", "Duplicate", "Failed", "Conflict"
TABLE: list[tuple[str, list[list[Any]], list[list[str]]]] = [
    ("A", [[A]], [[C]]),
    ("A, A", [[A, A]], [[C, D]]),
    ("A, A, A", [[A, A, A]], [[C, D, D]]),
    ("A, A'", [[A, A2]], [[X, X]]),
    ("A, A, A'", [[A, A, A2]], [[X, X, X]]),
    ("A, B, A', B", [[A, B, A2, B]], [[X, C, X, D]]),
    ("A!", [[A_BAD]], [[F]]),
    ("A!, A!", [[A_BAD, A_BAD]], [[F, F]]),
    ("A, A!", [[A, A_BAD]], [[X, X]]),
    ("[A] A", [[A], [A]], [[C], [D]]),
    ("[A] A'", [[A], [A2]], [[C], [D]]),
    ("[A] A, A", [[A], [A, A]], [[C], [D, D]]),
    ("[A] A, A'", [[A], [A, A2]], [[C], [X, X]]),
    ("A, A' then A", [[A, A2], [A]], [[X, X], [C]]),
    ("A! then A", [[A_BAD], [A]], [[F], [C]]),
    ("no key", [[NOKEY]], [[F]]),
    ("100, 100.0", [[("a", {"x": 100}), ("a", {"x": 100.0})]], [[C, D]]),
    ("true, 1", [[("a", {"x": True}), ("a", {"x": 1})]], [[X, X]]),
    ("a, A", [[("a", {}), ("A", {})]], [[C, C]]),
]
MAKERS: dict[str, tuple[str, Callable[..., dict[str, Any]], str]] = {
    "clients": (CLIENTS, client, "partner_client_id"),
    "claims": (CLAIMS, claim, "unique_reference"),
    "combined": (COMBINED, combined, "partner_client_id"),
}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(
    ("saved", "expected"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_every_row_of_the_lifecycle_table_holds(
    correct: Callable[[], Caller], kind: str, saved: list[list[Any]], expected: list[list[str]]
) -> None:
    path, make, key = MAKERS[kind]
    caller = correct()
    for batch, states in zip(saved, expected, strict=True):
        items = []
        for name, members in batch:
            item = make(name, **without(members, "bad"))
            if "bad" in members:
                item["client_start_date" if path != CLAIMS else "currency"] = "?"
            items.append(item if name is not None else without(item, key))
        assert caller.states(path, *items) == states


def test_another_partners_record_does_not_count(correct: Callable[[], Caller]) -> None:
    caller = correct()
    assert caller.states(CLIENTS, client()) == [C]
    assert caller.states(CLIENTS, client(), partner="partner-b") == [C]
    assert caller.states(CLIENTS, client(), partner="partner-b") == [D]


def test_the_order_of_members_does_not_count(correct: Callable[[], Caller]) -> None:
    turned = dict(reversed(client().items()))
    assert correct().states(CLIENTS, client(), turned) == [C, D]


def test_both_client_operations_save_to_one_collection(correct: Callable[[], Caller]) -> None:
    caller = correct()
    told = caller.submit(CLIENTS, client())
    assert caller.states(COMBINED, combined()) == [D]
    assert caller.look(CLIENTS, told)["result"][0]["status"]["state"] == C


def test_the_echo_keeps_unknown_members_and_big_integers(correct: Callable[[], Caller]) -> None:
    strange: dict[str, Any] = {
        "big": 12345678901234567890123,
        "t": True,
        "n": None,
        "ü😀": [1.5, {"a": " x "}],
    }
    shown = correct().judged(CLIENTS, client(**strange))["result"][0]["data"]
    assert shown == client(**strange)
    assert shown["t"] is True


VALID_CLIENTS = [
    client("k" * 64),
    client("a._-Z9"),
    client(client_start_date="2024-02-29T00:00:00+02:00"),
    client(client_start_date="2024-01-01T00:00:00.123456789Z"),
    client(entity_type="LLP"),
    client(other_identifiers=[]),
    client(other_identifiers=[{"key": "k" * 64, "values": ["v" * 128, "1"]}]),
    client(extra=None),
]
INVALID_CLIENTS = [
    client("k" * 65),
    client(""),
    client("a b"),
    client("a\n"),
    client("é"),
    client(client_start_date="2023-02-29T00:00:00Z"),
    client(client_start_date="2024-01-01"),
    client(client_start_date="2024-01-01T00:00:00"),
    client(client_start_date=0),
    client(entity_type="llp"),
    client(entity_type=None),
    without(client(), "entity_type"),
    client(other_identifiers=None),
    client(other_identifiers=[{"key": "k" * 65, "values": ["1"]}]),
    client(other_identifiers=[{"key": "k", "values": []}]),
    client(other_identifiers=[{"key": "k", "values": ["v" * 129]}]),
    client(other_identifiers=[{"key": "k"}]),
]
VALID_CLAIMS = [
    claim(time_period=period("2024-02-01", "2024-02-29")),
    claim(time_period=period("2024-02-29", "2024-02-29")),
    claim(time_period=period("2000-02-01", "2000-02-29")),
    claim(time_period=period("2100-02-01", "2100-02-28")),
    claim(time_period=period("2025-12-01", "2025-12-31")),
    claim(time_period=period("2025-12-31", "2025-12-31")),
    claim(time_period=period("2025-04-01T00:00:00.000Z", "2025-04-30")),
    claim(total_amount=-1, transaction_count=-1),
    claim(total_amount=0, transaction_count=-1),
    claim(total_amount=-0.5, transaction_count=0),
    claim(transaction_count=3.0),
    claim(industry_category={"scheme": "MCC", "code": "0000"}),
]
INVALID_CLAIMS = [
    claim(time_period=period("2023-02-01", "2023-02-29")),
    claim(time_period=period("2023-02-01", "2023-02-27")),
    claim(time_period=period("2100-02-01", "2100-02-29")),
    claim(time_period=period("2025-01-01", "2025-01-30")),
    claim(time_period=period("2025-01-02", "2025-01-31")),
    claim(time_period=period("2025-01-01", "2025-02-28")),
    claim(time_period=period("2025-01-01", "2025-01-31T23:59:59Z")),
    claim(time_period=period("2025-01-01", "2025-02-01T00:00:00Z")),
    claim(time_period=period("2025-01-01T00:00:00.001Z", "2025-01-31")),
    claim(time_period=period("2025-01-31", "2025-01-01")),
    claim(time_period=period("2025-01-01T00:00:00+00:00", "2025-01-31")),
    claim(time_period=period("2025-01-01T00:00:00.0000Z", "2025-01-31")),
    claim(total_amount=1, transaction_count=-1),
    claim(total_amount=-0.1, transaction_count=1),
    claim(total_amount="1"),
    claim(total_amount=True),
    claim(transaction_count=1.5),
    claim(transaction_count=True),
    claim(currency="EUR"),
    claim(currency="gbp"),
    claim(industry_category={"scheme": "MCC", "code": "123"}),
    claim(industry_category={"scheme": "SIC", "code": "1234"}),
    without(claim(), "partner_client_id"),
    without(claim(), "total_amount"),
]
VALID_COMBINED = [
    combined("a", bare(), bare(unique_reference="r", total_amount=-1, transaction_count=0))
]
INVALID_COMBINED = [
    combined("a", bare(), bare(currency="EUR")),
    combined("a", bare(), bare(transaction_count=-3)),
    combined("a", bare(), bare(unique_reference="")),
    combined("a", bare(time_period=period("2025-01-02", "2025-01-31"))),
    combined("a", without(bare(), "currency")),
    client("a", revenue_claims=[]),
    client("a", revenue_claims=[1]),
    client("a"),
]


@pytest.mark.parametrize(
    ("path", "items", "state"),
    [
        (CLIENTS, VALID_CLIENTS, C),
        (CLIENTS, INVALID_CLIENTS, F),
        (CLAIMS, VALID_CLAIMS, C),
        (CLAIMS, INVALID_CLAIMS, F),
        (COMBINED, VALID_COMBINED, C),
        (COMBINED, INVALID_COMBINED, F),
    ],
    ids=["clients", "broken-clients", "claims", "broken-claims", "both", "broken-both"],
)
def test_items_are_valid_exactly_by_the_contract(
    correct: Callable[[], Caller], path: str, items: list[dict[str, Any]], state: str
) -> None:
    """Each item alone, in a world of its own, so that only its validity decides."""
    for item in items:
        shown = correct().judged(path, item)["result"][0]["status"]
        assert shown["state"] == state, (item, shown)
        assert bool(shown["validation_errors"]) == (state == F)


def test_a_partner_in_another_currency_is_asked_for_its_own(correct: Callable[[], Caller]) -> None:
    assert correct().states(CLAIMS, claim(currency="EUR"), claim("b"), partner="partner-e") == [
        C,
        F,
    ]


MANY = json.dumps([{}] * 10_001).encode()
BODIES: list[tuple[str, bytes, str, int]] = [
    ("NaN", b'[{"a": NaN}]', "application/json", 400),
    ("infinity", b'[{"a": 1e999}]', "application/json", 400),
    ("duplicate member", b'[{"a": 1, "a": 1}]', "application/json", 400),
    ("invalid UTF-8", b'[{"a": "\xff"}]', "application/json", 400),
    ("cut short", b'[{"a": 1}', "application/json", 400),
    ("trailing text", b"[{}] x", "application/json", 400),
    ("nothing", b"", "application/json", 400),
    ("empty array", b"[]", "application/json", 400),
    ("object", b"{}", "application/json", 400),
    ("null", b"null", "application/json", 400),
    ("number among objects", b"[{}, 1]", "application/json", 400),
    ("other type", b"[{}]", "text/plain", 415),
    ("no type", b"[{}]", "", 415),
    ("upper-case type", b"[{}]", "APPLICATION/JSON", 202),
    ("charset", b"[{}]", "application/json; charset=utf-8", 202),
    ("too many", MANY, "application/json", 413),
    ("as many as allowed", json.dumps([{}] * 10_000).encode(), "application/json", 202),
    ("too large", b'[{"a": "' + b"x" * servers.BODY_LIMIT + b'"}]', "application/json", 413),
    ("deep", b'[{"a": ' + b"[" * 100 + b"]" * 100 + b"}]", "application/json", 202),
    ("big integer", b'[{"a": 1234567890123456789012}]', "application/json", 202),
]


@pytest.mark.parametrize(
    ("body", "media", "status"), [b[1:] for b in BODIES], ids=[b[0] for b in BODIES]
)
def test_bodies_are_refused_exactly_by_the_contract(
    correct: Callable[[], Caller], body: bytes, media: str, status: int
) -> None:
    assert correct().raw(body, media=media) == (status, status == 400)


def test_a_body_in_chunks_is_read_whole(correct: Callable[[], Caller]) -> None:
    chunks = iter([b'[{"a": "\xc3', b'\xa9"}]'])
    answer = correct().ask("POST", CLIENTS, content=chunks, headers=JSON)
    assert answer.status_code == 202


def test_the_token_request_is_rfc_6749(correct: Callable[[], Caller]) -> None:
    http = correct().http
    grant = {"grant_type": "client_credentials"}
    right = {"client_id": "partner-a", "client_secret": "secret-a"}
    path = "/oauth2/token"
    assert http.post(path, json=grant | right).json()["token_type"] == "Bearer"
    assert http.post(path, data=grant, auth=("partner-a", "secret-a")).status_code == 200
    wrong = http.post(path, data=grant | right | {"client_secret": "?"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    other = http.post(path, data=right | {"grant_type": "password"})
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")


def test_a_server_without_control_settles_in_real_time() -> None:
    def scenario(caller: Caller) -> Any:
        told = caller.submit(CLIENTS, client())
        while True:
            shown = caller.look(CLIENTS, told)
            if shown["status"] == C:
                return shown["result"][0]["status"]["state"]

    assert with_server(scenario, control=False, delay=0.05) == C


@pytest.mark.parametrize(
    ("choice", "batches", "expected"),
    [
        ("saved-rival-is-conflict", [[client()], [client(x=1)]], [[C], [X]]),
        ("saved-rival-is-update", [[client()], [client(x=1)]], [[C], [C]]),
        ("invalid-before-rival", [[client(), client(entity_type="?")]], [[C, F]]),
        ("twin-before-rival", [[client(), client(), client(x=1)]], [[X, D, X]]),
        ("twin-before-invalid", [[client(entity_type="?"), client(entity_type="?")]], [[F, D]]),
        ("saved-before-rival", [[client()], [client(), client(x=1)]], [[C], [D, D]]),
        ("saved-before-invalid", [[client()], [client(entity_type="?")]], [[C], [D]]),
        ("signs-not-checked", [[claim(transaction_count=-1)]], [[C]]),
        ("periods-not-checked", [[claim(time_period=period("2025-01-02", "2025-01-03"))]], [[C]]),
        ("currency-not-checked", [[claim(currency="EUR")]], [[C]]),
    ],
)
def test_a_choice_decides_a_silence_otherwise(
    choice: str, batches: list[list[dict[str, Any]]], expected: list[list[str]]
) -> None:
    path = CLAIMS if "unique_reference" in batches[0][0] else CLIENTS

    def scenario(caller: Caller) -> Any:
        return [caller.states(path, *batch) for batch in batches]

    assert with_server(scenario, choices=[choice]) == expected


# --- each fault shows

SCENARIOS: dict[str, Callable[[Caller], Any]] = {}


def shows(*faults: str) -> Callable[[Callable[[Caller], Any]], Callable[[Caller], Any]]:
    """Name the faults that a scenario brings to light."""

    def note(scenario: Callable[[Caller], Any]) -> Callable[[Caller], Any]:
        for fault in faults:
            assert fault not in SCENARIOS, fault
            SCENARIOS[fault] = scenario
        return scenario

    return note


def in_one(*items: dict[str, Any], path: str = CLIENTS) -> Callable[[Caller], Any]:
    return lambda caller: caller.states(path, *items)


def in_turn(*batches: list[dict[str, Any]], path: str = CLIENTS) -> Callable[[Caller], Any]:
    return lambda caller: [caller.states(path, *batch) for batch in batches]


def each(*items: dict[str, Any], path: str = CLIENTS) -> Callable[[Caller], Any]:
    return in_turn(*([item] for item in items), path=path)


BROKEN = client(entity_type="?")
FILLER = [client(f"f{n}") for n in range(205)]

shows("first-rival-saved", "last-rival-saved", "rivals-failed", "conflict-without-errors")(
    lambda caller: caller.judged(CLIENTS, client(), client(x=1))
)
shows("third-rival-completed", "rival-copies-duplicate")(in_one(client(x=1), client(), client()))
shows("rivals-near-only")(in_one(client(), client("b"), client(x=1)))
shows("rivals-far-missed")(in_one(client(), *FILLER[:60], client(x=1)))
shows("keyless-are-rivals")(
    in_one(without(client(), "partner_client_id"), without(client(x=1), "partner_client_id"))
)
shows(
    "twins-completed", "twins-conflict", "twins-all-duplicate", "twin-keeps-last", "twins-merged"
)(in_one(client(), client()))
shows("third-twin-completed")(in_one(client(), client(), client()))
shows("twin-near-only")(in_one(client(), client("b"), client()))
shows("twin-far-missed")(in_one(client(), *FILLER[:60], client()))
shows("twins-in-large-missed")(in_one(client(), client(), *FILLER))
shows("saved-twin-completed", "saved-twin-conflict", "duplicate-without-errors")(
    lambda caller: [caller.judged(CLIENTS, client()) for _ in range(2)]
)
shows("saved-rival-failed", "saved-rival-completed")(in_turn([client()], [client(x=1)]))
shows("failed-saved", "failed-poisons")(in_turn([BROKEN], [client()]))
shows("conflict-saved", "conflict-poisons")(in_turn([client(), client(x=1)], [client()]))
shows("only-first-saved")(in_turn([client(), client("b")], [client("b")]))
shows("first-100-remembered")(in_turn(FILLER, FILLER[150:151]))
shows("last-100-remembered")(in_turn(FILLER, FILLER[:1]))
shows("forgets-after-5", "forgets-after-20")(each(client(), *FILLER[:25], client()))
shows("forgets-the-asked")(each(client(), client(), client()))
shows("all-or-nothing", "failed-without-errors", "overall-waits-for-failed", "order-by-state")(
    lambda caller: caller.judged(CLIENTS, client("b", entity_type="?"), client())
)
shows("failed-twin-duplicate")(in_one(BROKEN, BROKEN))
shows("key-case-folded")(in_one(client("a"), client("A")))
shows("key-cut-at-32")(in_one(client("k" * 32), client("k" * 33)))
shows("key-punctuation-ignored")(in_one(client("a.b"), client("a-b")))
shows("key-zeros-ignored")(in_one(client("7"), client("07")))
shows("key-digits-unseen")(in_one(client("7"), client("7", x=1)))
U = "76da0286-2e61-4160-8435-c71b6ba868d0"
shows("key-uuid-normalised")(in_one(client(U), client(U.upper())))
shows("accents-ignored")(in_one(client(x="é"), client(x="è")))
shows("hollow-never-equal")(in_one(client(x=[]), client(x=[])))
shows("first-item-only")(in_one(client(), client("b", entity_type="?")))
shows("key-as-number")(in_one(client("70"), client("7e1")))
shows("objects-order-ignored")(in_one(client(x=[{"a": 1}, {}]), client(x=[{}, {"a": 1}])))
shows("signs-ignored")(in_one(client(x=1), client(x=-1)))
shows("key-cut-at-60")(in_one(client("k" * 60), client("k" * 61)))
shows("id-leading-dot-refused")(in_one(client(".k")))
shows("text-ends-ignored")(in_one(client(x="a" * 101), client(x="a" * 102)))
shows("digit-texts-as-numbers")(in_one(client(x="7"), client(x="07")))
shows("array-ends-ignored")(in_one(client(x=[0] * 51), client(x=[0] * 52)))
shows("text-trimmed")(in_one(client(x="a"), client(x="a ")))
shows("text-case-folded")(in_one(client(x="a"), client(x="A")))
shows("key-trimmed")(in_one(client(), client("a ")))
shows("key-accents-composed")(in_one(client("\u00e9"), client("e\u0301")))
shows("key-numbers-as-text")(in_one(client("5"), client(partner_client_id=5)))
shows("rivals-need-a-good-key")(in_one(client("a b"), client("a b", x=1)))
shows("key-as-pattern")(lambda caller: [caller.states(CLIENTS, client(k)) for k in ("a_b", "axb")])
shows("first-1000-looked-up")(
    lambda caller: [caller.states(CLIENTS, *(client(f"k{n}") for n in range(1001))) for _ in "12"]
)
shows("filter-trimmed")(
    lambda caller: caller.look(CLIENTS, caller.submit(CLIENTS, client()), "?state=%20failed")
)
shows("category-code-any-digits", "category-code-longer")(
    in_one(
        claim("a", industry_category={"scheme": "MCC", "code": "1\u066334"}),
        claim("b", industry_category={"scheme": "MCC", "code": "12345"}),
        path=CLAIMS,
    )
)
shows("large-amounts-wait")(in_one(claim(total_amount=10**15), path=CLAIMS))
shows("period-by-length")(
    in_one(
        claim(time_period=period("2025-01-01T00:00:01Z", "2025-02-01T00:00:00.999Z")), path=CLAIMS
    )
)
shows("number-spelling")(in_one(client(x=100), client(x=100.0)))
shows("numbers-rounded")(in_one(client(x=0.001), client(x=0.002)))
shows("big-integers-as-doubles")(in_one(client(x=2**53), client(x=2**53 + 1)))
shows("numbers-as-text")(in_one(client(x=1), client(x="1")))
shows("member-order")(in_one(client(), dict(reversed(client().items()))))
shows("array-order-ignored")(in_one(client(x=[1, 2]), client(x=[2, 1])))
shows("true-is-one")(in_one(client(x=1), client(x=True)))
shows("unknown-members-ignored")(in_one(client(x=1), client(x=2)))
shows("nested-members-ignored")(in_one(client(), client(other_identifiers=[])))
shows("dates-as-instants")(
    in_one(client(x="2024-01-01T00:00:00Z"), client(x="2024-01-01T01:00:00+01:00"))
)
shows("null-is-missing")(in_one(client(), client(x=None)))
shows("claims-keyed-by-client")(in_one(claim("a"), claim("b"), path=CLAIMS))
shows("claims-keyed-by-all")(in_one(claim(), claim(total_amount=7), path=CLAIMS))


@shows("judged-at-acceptance", "settled-when-polled", "out-of-order")
def two_pending(caller: Caller) -> Any:
    first, second = caller.submit(CLIENTS, client()), caller.submit(CLIENTS, client(x=1))
    caller.advance()
    return [caller.look(CLIENTS, told) for told in (second, first)]


@shows("queue-of-its-own")
def a_claim_after_a_client(caller: Caller) -> Any:
    first, second = caller.submit(CLIENTS, client()), caller.submit(CLAIMS, claim())
    caller.advance(3)
    return caller.look(CLAIMS, second), caller.look(CLIENTS, first)


@shows("sync-jumps-queue")
def pending_then_synchronous(caller: Caller) -> Any:
    caller.submit(CLIENTS, client())
    return caller.states(COMBINED, combined())


@shows("sync-not-saved", "combined-own-collection")
def synchronous_then_client(caller: Caller) -> Any:
    return caller.states(COMBINED, combined()), caller.states(CLIENTS, client())


@shows("collections-mixed")
def one_key_in_two_collections(caller: Caller) -> Any:
    return caller.states(CLIENTS, client()), caller.states(CLAIMS, claim())


shows("records-shared")(
    lambda caller: [caller.states(CLIENTS, client(), partner=p) for p in ("partner-b", "partner-a")]
)

for fault, item in {
    "sign-off": claim(transaction_count=-1),
    "sign-half-off": claim(total_amount=-1),
    "sign-zero-refused": claim(total_amount=0),
    "both-negative-refused": claim(total_amount=-1, transaction_count=-1),
    "day-refused": claim(time_period=period("2025-01-02", "2025-01-02")),
    "month-refused": claim(),
    "leap-day-refused": claim(time_period=period("2024-02-01", "2024-02-29")),
    "month-of-31-refused": claim(),
    "december-refused": claim(time_period=period("2024-12-01", "2024-12-31")),
    "century-leap": claim(time_period=period("2100-02-01", "2100-02-28")),
    "millennium-no-leap": claim(time_period=period("2000-02-01", "2000-02-29")),
    "period-off": claim(time_period=period("2025-01-05", "2025-01-12")),
    "end-at-30-accepted": claim(time_period=period("2025-01-01", "2025-01-30")),
    "end-without-millis": claim(time_period=period("2025-01-01", "2025-01-31T23:59:59Z")),
    "end-at-midnight": claim(time_period=period("2025-01-01", "2025-02-01T00:00:00Z")),
    "start-any-hour": claim(time_period=period("2025-01-01T01:00:00Z", "2025-01-31")),
    "start-mid-month": claim(time_period=period("2025-01-02", "2025-01-31")),
    "two-months-accepted": claim(time_period=period("2025-01-01", "2025-02-28")),
    "own-currency-refused": claim(),
    "currency-off": claim(currency="USD"),
    "currency-off-for-returns": claim(currency="USD", total_amount=-1, transaction_count=-1),
    "currency-off-at-zero": claim(currency="USD", transaction_count=0),
    "currency-pattern-off": claim(currency=1),
    "claim-client-optional": without(claim(), "partner_client_id"),
    "period-end-optional": claim(time_period={"start_time": "2025-01-01T00:00:00Z"}),
    "time-offset-accepted": claim(time_period=period("2025-01-01T00:00:00+00:00", "2025-01-31")),
    "time-fraction-accepted": claim(time_period=period("2025-01-01", "2025-01-31T23:59:59.9990Z")),
    "category-code-off": claim(industry_category={"scheme": "MCC", "code": "1"}),
    "category-zero-refused": claim(industry_category={"scheme": "MCC", "code": "0742"}),
    "category-scheme-off": claim(industry_category={"scheme": "SIC", "code": "1234"}),
    "amount-text-accepted": claim(total_amount="1"),
    "count-fraction-accepted": claim(transaction_count=1.5),
    "count-double-refused": claim(transaction_count=3.0),
    "count-true-accepted": claim(transaction_count=True),
}.items():
    shows(fault)(in_one(item, path=CLAIMS))

for fault, item in {
    "id-64-refused": client("k" * 64),
    "id-65-accepted": client("k" * 65),
    "id-pattern-off": client("a b"),
    "id-newline-accepted": client("a\n"),
    "enum-misses-llp": client(entity_type="LLP"),
    "enum-off": client(entity_type="?"),
    "enum-case-ignored": client(entity_type="llp"),
    "date-format-off": client(client_start_date="?"),
    "date-only-accepted": client(client_start_date="2024-01-01"),
    "date-calendar-off": client(client_start_date="2024-02-30T00:00:00Z"),
    "date-offset-off": client(client_start_date="2024-01-01T00:00:00"),
    "date-offset-refused": client(client_start_date="2024-01-01T00:00:00+01:00"),
    "date-fraction-refused": client(),
    "required-off": without(client(), "client_start_date"),
    "entity-type-optional": without(client(), "entity_type"),
    "identifiers-off": client(other_identifiers=1),
    "identifier-values-empty": client(other_identifiers=[{"key": "k", "values": []}]),
    "identifier-key-65": client(other_identifiers=[{"key": "k" * 65, "values": ["1"]}]),
    "identifier-value-129": client(other_identifiers=[{"key": "k", "values": ["1" * 129]}]),
    "null-accepted": client(other_identifiers=None),
    "unknown-members-refused": client(x=1),
}.items():
    shows(fault)(in_one(item))

for fault, item in {
    "nested-reference-required": combined(),
    "nested-rules-off": combined("a", bare(currency="USD")),
    "nested-first-only": combined("a", bare(), bare(currency="USD")),
    "nested-second-off": combined("a", bare(), bare(currency=1)),
    "nested-schema-off": combined("a", bare(currency=1)),
    "claims-empty-accepted": client(revenue_claims=[]),
}.items():
    shows(fault)(in_one(item, path=COMBINED))

STRANGE = client(
    x=[2, 1, 0.123, 2**70 + 1, *range(20)],
    n=None,
    t=" é ",
    other_identifiers=[{"key": "k", "values": ["v"], "more": 1}],
)
shows(
    "echo-unknown-dropped",
    "echo-nested-dropped",
    "echo-numbers-rounded",
    "echo-integers-as-doubles",
    "echo-trimmed",
    "echo-dates-normalised",
    "echo-null-dropped",
    "echo-array-sorted",
    "echo-array-cut",
    "echo-escaped",
)(lambda caller: json.dumps(caller.judged(CLIENTS, STRANGE)))
shows("echo-default-added", "completed-with-errors", "overall-never", "never-settles")(
    lambda caller: caller.judged(CLIENTS, client())
)
shows("errors-joined")(lambda caller: caller.judged(CLIENTS, {}))
shows("errors-one-text", "state-not-declared")(lambda caller: caller.judged(CLIENTS, BROKEN))
shows("item-lost-in-large")(in_one(*FILLER[:101]))
shows("order-by-key", "order-reversed", "last-item-never-settles", "half-visible")(
    lambda caller: caller.judged(CLIENTS, *(client(k) for k in "bdac"))
)
shows("sync-pending")(in_one(combined(), path=COMBINED))


@shows("final-flips-back", "second-look-differs")
def four_looks(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    caller.advance()
    return [caller.look(CLIENTS, told) for _ in range(4)]


@shows("later-rival-changes")
def look_after_a_later_rival(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    caller.advance()
    caller.states(CLIENTS, client(x=1))
    return caller.look(CLIENTS, told)


@shows("final-hides-while-waiting")
def look_while_another_waits(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    caller.advance()
    caller.submit(CLIENTS, client("b"))
    return caller.look(CLIENTS, told)


shows("overall-waits-for-saved")(
    lambda caller: caller.judged(CLIENTS, client(entity_type="?"), client("b"), client("b", x=1))
)
shows("pointer-to-first")(lambda caller: caller.ask("POST", CLIENTS, json=[client(), 1]).json())


@shows("secret-end-ignored", "secret-case-folded")
def nearly_the_secret(caller: Caller) -> Any:
    form = {"grant_type": "client_credentials", "client_id": "partner-a"}
    asked = [form | {"client_secret": secret} for secret in ("secret-ax", "SECRET-A")]
    return [caller.http.post("/oauth2/token", data=one).status_code for one in asked]


@shows("overall-early", "pending-with-errors")
def look_while_pending(caller: Caller) -> Any:
    return caller.look(CLIENTS, caller.submit(CLIENTS, client()))


@shows(
    "filter-off",
    "filter-overall",
    "filter-lower-refused",
    "filter-lower-empty",
    "filter-unknown-ignored",
    "filter-unknown-empty",
    "filter-drops-conflict",
    "filter-inverted",
    "filter-empty-404",
    "filter-drops-unknown",
)
def filters(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client(), client(x=1), client("b"))
    seen = []
    for _ in range(2):
        for state in ("Pending", "pending", "Conflict", "completed", "Failed", "CONFLICT", "?", ""):
            seen.append(caller.look(CLIENTS, told, f"?state={state}"))
        caller.advance()
    return seen


shows("filter-twice-500")(
    lambda caller: caller.look(CLIENTS, caller.submit(CLIENTS, client()), "?state=a&state=b")
)


@shows("accept-to-the-letter")
def with_a_browsers_accept(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    path = f"{CLIENTS}/Status/{told['status_check_id']}"
    return caller.ask("GET", path, headers={"accept": "text/html, */*;q=0.8"}).status_code


@shows("member-twice")
def text_of_a_status(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    text = caller.ask("GET", f"{CLIENTS}/Status/{told['status_check_id']}").text
    return text.count('"status": {')


@shows("id-beginning-enough", "id-quote-500")
def ids_that_are_nearly_known(caller: Caller) -> Any:
    known = caller.submit(CLIENTS, client())["status_check_id"]
    changed = known[:-1] + ("1" if known[-1] == "0" else "0")
    return [caller.ask("GET", f"{CLIENTS}/Status/{i}").status_code for i in (changed, f"{known}'")]


@shows("inside-counts-as-saved")
def claim_like_one_inside_a_client(caller: Caller) -> Any:
    inside = without(claim("r"), "partner_client_id")
    caller.states(COMBINED, client(revenue_claims=[inside]))
    return caller.states(CLAIMS, claim("r"))


@shows(
    "no-token-accepted",
    "any-token-accepted",
    "scheme-ignored",
    "token-case-folded",
    "status-open",
    "unauthorized-404",
    "challenge-missing",
    "client-id-accepted",
    "token-end-accepted",
    "token-beyond-ascii-500",
)
def bad_tokens(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    path = f"{CLIENTS}/Status/{told['status_check_id']}"
    given: list[dict[str, Any]] = [
        {},
        {"authorization": "Bearer made-up"},
        {"authorization": f"Basic {caller.token('partner-a')}"},
        {"authorization": f"Bearer {caller.token('partner-a').upper()}"},
        {"authorization": f"Bearer x{caller.token('partner-a')}"},
        {"authorization": "Bearer partner-a"},
        {"authorization": b"Bearer \xfc"},
    ]
    answers = [caller.http.get(path, headers=headers) for headers in given]
    answers += [caller.http.post(CLIENTS, json=[client()], headers=headers) for headers in given]
    return [(answer.status_code, answer.headers.get("www-authenticate")) for answer in answers]


@shows("unauthorized-leaves-items")
def after_a_request_without_token(caller: Caller) -> Any:
    caller.http.post(CLIENTS, json=[client()])
    return caller.states(CLIENTS, client())


@shows("expired-accepted")
def after_the_life_of_the_token(caller: Caller) -> Any:
    SERVER.service.token_life = 1
    first = caller.ask("POST", CLIENTS, json=[client()]).status_code
    time.sleep(1.1)
    return first, caller.ask("POST", CLIENTS, json=[client()]).status_code


@shows("foreign-status-readable", "foreign-status-forbidden")
def look_at_a_foreign_submission(caller: Caller) -> Any:
    told = caller.submit(CLIENTS, client())
    path = f"{CLIENTS}/Status/{told['status_check_id']}"
    return caller.ask("GET", path, partner="partner-b").status_code


def keyed(caller: Caller, key: str, path: str, *items: Any, partner: str = "partner-a") -> Any:
    headers = {"idempotency-key": key}
    answer = caller.ask("POST", path, json=list(items), headers=headers, partner=partner)
    return answer.status_code, answer.json().get("status_check_id")


@shows(
    "idempotency-shared",
    "idempotency-off",
    "idempotency-body-ignored",
    "idempotency-operation-off",
    "idempotency-refuses-repeat",
    "idempotency-forgets-settled",
    "idempotency-first-item",
    "idempotency-order-ignored",
    "idempotency-case-folded",
    "idempotency-cut-at-64",
    "idempotency-as-number",
    "idempotency-items-by-key",
    "idempotency-longer-500",
    "idempotency-forgets-after-5",
    "idempotency-keeps-refused",
)
def idempotency_keys(caller: Caller) -> Any:
    first = keyed(caller, "k", CLIENTS, client())
    again = keyed(caller, "k", CLIENTS, client())
    other = keyed(caller, "k", CLIENTS, client("b"))
    elsewhere = keyed(caller, "k", CLAIMS, client())
    foreign = keyed(caller, "k", CLIENTS, client("c"), partner="partner-b")
    caller.advance()
    late = keyed(caller, "k", CLIENTS, client())
    longer = keyed(caller, "k", CLIENTS, client(), client("b"))
    alike = [
        keyed(caller, k, CLIENTS, client(k))[0] for k in ("K", "k" * 65, "k" * 66, "70", "7e1")
    ]
    refused = keyed(caller, "r", CLIENTS), keyed(caller, "r", CLIENTS, client("e"))[0]
    pair = [keyed(caller, "p", CLIENTS, client(x), client(y))[0] for x, y in ("gh", "hg")]
    for number in range(6):
        keyed(caller, f"{number}", CLIENTS, client("f"))
    last = keyed(caller, "k", CLIENTS, client())
    same = again[1] == first[1], late[1] == first[1], last[1] == first[1]
    codes = [one[0] for one in (first, again, other, elsewhere, foreign, late, longer)]
    codes.append(keyed(caller, "k", CLIENTS, client(x=1))[0])
    codes.append(keyed(caller, "k" * 256, CLIENTS, client("l"))[0])
    return same, codes, alike, refused, pair


def sent(body: bytes) -> Callable[[Caller], Any]:
    return lambda caller: caller.raw(body)


DEEP = b'[{"a": ' + b"[" * 30 + b"]" * 30 + b"}]"
for fault, body in {
    "nan-accepted": b'[{"a": NaN}]',
    "infinite-accepted": b'[{"a": 1e999}]',
    "duplicate-member-accepted": b'[{"a": 1, "a": 1}]',
    "empty-array-accepted": b"[]",
    "object-accepted": b"{}",
    "non-object-items-accepted": b"[{}, 1]",
    "non-object-items-dropped": b"[{}, 1]",
    "malformed-500": b"[",
    "utf8-500": b'[{"a": "\xff"}]',
    "utf8-replaced": b'[{"a": "\xff"}]',
    "trailing-accepted": b"[{}] x",
    "empty-body-500": b"",
    "too-many-accepted": MANY,
    "too-many-400": MANY,
    "limit-one-early": json.dumps([{}] * 10_000).encode(),
    "size-limit-off": b'[{"a": "' + b"x" * servers.BODY_LIMIT + b'"}]',
    "size-limit-early": b'[{"a": "' + b"x" * 2**20 + b'"}]',
    "comments-accepted": b"/* */ [{}]",
    "deep-500": DEEP,
    "quote-500": b'[{"a": "O\'Brien"}]',
    "astral-500": '[{"a": "😀"}]'.encode(),
    "problem-without-errors": b"[]",
}.items():
    shows(fault)(sent(body))
shows("combined-limit-off")(lambda caller: caller.raw(json.dumps([{}] * 1001).encode(), COMBINED))
shows("content-type-off", "content-type-400")(lambda c: c.raw(b"[{}]", media="text/plain"))
shows("type-without-slash-500")(lambda c: c.raw(b"[{}]", media="json"))
shows("no-type-500")(lambda c: c.ask("POST", CLIENTS, content=b"[{}]").status_code)
shows("other-json-accepted")(lambda c: c.raw(b"[{}]", media="text/json"))
shows("content-type-upper-refused")(lambda c: c.raw(b"[{}]", media="Application/JSON"))
shows("content-type-charset-refused")(
    lambda c: c.raw(b"[{}]", media="application/json; charset=utf-8")
)


@shows("refused-leaves-items")
def after_a_refused_request(caller: Caller) -> Any:
    caller.ask("POST", CLIENTS, json=[client(), 1])
    return caller.states(CLIENTS, client())


@shows("too-many-leaves-items")
def after_too_many_items(caller: Caller) -> Any:
    caller.ask("POST", CLIENTS, json=[client(), *[{}] * 10_000])
    return caller.states(CLIENTS, client())


@shows("chunked-ignored")
def in_chunks(caller: Caller) -> Any:
    chunks = iter([b"[{", b"}]"])
    return caller.ask("POST", CLIENTS, content=chunks, headers=JSON).status_code


@shows(
    "accepted-200",
    "accepted-without-uri",
    "accepted-id-no-uuid",
    "uri-of-other-operation",
    "uri-of-nothing",
    "uri-with-space",
    "sync-accepted-202",
    "status-as-text",
)
def submissions_over_http(caller: Caller) -> Any:
    seen: list[Any] = []
    for path, item in ((CLIENTS, client()), (CLAIMS, claim()), (COMBINED, combined("b"))):
        answer = caller.ask("POST", path, json=[item])
        told = answer.json()
        named = told.get("status_check_id", "")
        uri = told.get("status_check_uri", "")
        seen.append((answer.status_code, len(named), uri.replace(named, "ID") if named else ""))
        for place in (f"{path}/Status/{named}", uri.strip()) if named and uri else ():
            shown = caller.ask("GET", place)
            seen.append((shown.status_code, shown.headers["content-type"]))
    return seen


@shows(
    "allow-missing",
    "allow-wrong",
    "method-404",
    "put-accepted",
    "problem-as-json",
    "problem-without-type",
    "problem-status-differs",
    "problem-as-html",
    "malformed-id-404",
    "unknown-id-200",
    "unknown-id-500",
    "paths-case-folded",
)
def errors_over_http(caller: Caller) -> Any:
    seen = []
    unknown = "00000000-0000-4000-8000-000000000000"
    for method, path in (
        ("PUT", CLIENTS),
        ("DELETE", COMBINED),
        ("POST", f"{CLIENTS}/Status/{unknown}"),
        ("GET", f"{CLIENTS}/Status/{unknown}"),
        ("GET", f"{CLAIMS}/Status/17"),
        ("GET", "/api/v2/Nothing"),
        ("GET", "/api/v2/clients"),
    ):
        answer = caller.ask(method, path, json=[client()] if method == "PUT" else None)
        body = answer.text if answer.status_code >= 400 else ""
        seen.append(
            (answer.status_code, answer.headers.get("allow"), answer.headers["content-type"], body)
        )
    return seen


def settled(seen: Any) -> Any:
    """What was seen, with every made-up id replaced."""
    return json.loads(servers.UUID.sub("ID", json.dumps(seen)))


CORRECT: dict[Callable[[Caller], Any], Any] = {}


def test_every_fault_has_a_scenario() -> None:
    assert set(SCENARIOS) == set(servers.FAULT_BY_NAME)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="twin-near-onyl"):
        servers.Server({"twin-near-onyl"})


@pytest.mark.parametrize("fault", SCENARIOS)
def test_each_fault_shows_at_the_surface(fault: str) -> None:
    scenario = SCENARIOS[fault]
    if scenario not in CORRECT:
        CORRECT[scenario] = settled(with_server(scenario))
    assert settled(with_server(scenario, (fault,))) != CORRECT[scenario]
