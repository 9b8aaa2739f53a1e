"""What a rewards service promises: one check is one function that asks a bench.

A check raises Broken for a promise that is not kept, and NotReached when it cannot be made of the
server. What rests on silences counts in strict mode; in documented mode it is only reported.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from contract_tests import rewards_oracle as oracle
from contract_tests.documents import resolve
from contract_tests.rewards_bench import (
    CREATE,
    LOGIN,
    PREVIEW,
    Bench,
    NotReached,
    Promise,
    World,
)
from contract_tests.rewards_scenes import Body, examples, line, number, schema_of
from contract_tests.verdict import Broken

ACCOUNT, PARTICIPANT = "accounts_receivable_identifier", "rewards_participant_identifier"
TOKEN = "access_token_identifier"  # noqa: S105 - the name of a member
UNIT, BUSINESS_UNIT = "performed_by_unit_identifier", "performed_by_business_unit_identifier"
PRODUCT = "product_identifier"
AMOUNTS = (
    "total_award_amount",
    "total_award_alternative_amount",
    "total_instant_spend_amount",
    "total_automatic_spend_amount",
    "total_additional_spend_amount",
    "minimum_spend_amount_per_transaction",
    "maximum_spend_amount_per_transaction",
    "wallet_balance",
    "wallet_alternative_balance",
)
SETS = ("voucher_types_set", "applied_reward_offers_set")
COLLECTIONS = {
    ACCOUNT: "accounts",
    "classification_identifier": "classifications",
    "spend_request_classification_identifier": "classifications",
    UNIT: "units",
    BUSINESS_UNIT: "business_units",
    "payment_medium_brand_identifier": "payment_medium_brands",
    "payment_medium_type_identifier": "payment_medium_types",
    PRODUCT: "products",
}


class Check(NamedTuple):
    """A promise, and how to see whether it is kept."""

    promise: Promise
    look: Callable[[Bench], None]


def run(check: Check, bench: Bench) -> None:
    """Make a check. Raises Broken, or NotReached.

    In documented mode a promise that rests on silences is never broken, only reported.
    """
    bench.begin(check.promise)
    try:
        check.look(bench)
    except Broken as error:
        bench.saw(check.promise, as_chosen=False)
        own = error.finding.rule == check.promise.id
        if own and check.promise.silences and not bench.strict:
            return
        raise
    bench.saw(check.promise, as_chosen=True)


# Logging in and out.


def login_gives_a_token(bench: Bench) -> None:
    """A login gives a token that opens the other operations."""
    first, second = bench.fresh_token(), bench.fresh_token()
    for token in (first, second):
        bench.obeyed(bench.preview(bench.purchase(), token), "a preview with a fresh token")


def a_false_login_is_refused(bench: Bench) -> None:
    """User, password and organisation must belong together."""
    for name in ("username", "password", "organisation"):
        wrong = bench.settings.login[name] + "x"
        bench.refused(bench.login(**{name: wrong}), f"a login with another {name}")
        bench.refused(bench.login(**{name: None}), f"a login without {name}")
    bodies: tuple[Any, ...] = ([], {}, {"username": 1, "password": 2, "organisation": 3})
    for body in bodies:
        bench.refused(bench.ask(LOGIN, body), body)


def a_login_of_one_organisation_fails_in_another(bench: Bench) -> None:
    """A login is good for its own organisation only."""
    world = bench.known_world()
    other = world.fixture.other_login(world.name)
    bench.refused(
        bench.login(organisation=other["organisation"]), "a login to another organisation"
    )


def without_a_good_token_nothing_is_answered(bench: Bench) -> None:
    """Every other operation needs a good token."""
    body = bench.purchase()
    token = bench.token
    bad: tuple[object, ...] = (None, "", "618012859", token[:-1], token + "x", 7, True, {}, [token])
    for one in bad:
        bench.refused(bench.preview(body, one), {"token": one}, 401)
        bench.refused(bench.create(body, one), {"token": one}, 401)
    for one in (None, "", "618012859"):
        bench.refused(bench.show("X", one), {"token": one}, 401)
        bench.refused(bench.release(one), {"token": one}, 401)


def a_released_token_is_worth_nothing(bench: Bench) -> None:
    """A released token is refused from then on."""
    token, other = bench.fresh_token(), bench.fresh_token()
    bench.obeyed(bench.release(token), "a release")
    bench.refused(bench.preview(bench.purchase(), token), "a preview with a released token", 401)
    bench.refused(bench.show("X", token), "a released token", 401)
    bench.refused(bench.release(token), "a second release", 401)
    bench.obeyed(bench.preview(bench.purchase(), other), "another token of the same user")


def organisations_never_meet(bench: Bench) -> None:
    """Nobody sees or is influenced by another organisation."""
    world = bench.known_world()
    login = world.fixture.other_login(world.name)
    other = bench.fresh_token(**login)
    event = bench.obeyed(bench.create(bench.purchase()), "a purchase")
    bench.refused(bench.show(str(event.get("id")), other), "an event of another organisation")
    theirs = world.fixture.organisations[login["organisation"]]
    _compare_preview(bench, _common_purchase(world, theirs), theirs, other)
    foreign = world.organisation["accounts"][-1]["number"]
    told = bench.preview(bench.purchase(**{ACCOUNT: {"number": foreign}}), other)
    bench.refused(told, "an account of another organisation")


def _common_purchase(world: World, theirs: Mapping[str, Any]) -> Body:
    """Return a purchase whose names mean something, but not the same, in two organisations."""
    numbers = {account["number"] for account in world.organisation["accounts"]}
    account = next(one for one in theirs["accounts"] if one["number"] in numbers)
    return world.maker.purchase(account["number"], theirs["units"][0]["name"], 10_000)


# The envelope and HTTP.


def what_is_no_request_is_refused(bench: Bench) -> None:
    """Broken JSON, no object, another content type: an error in the envelope."""
    good = b'{"token": "x"}'
    text = {"Content-Type": "text/plain"}
    for operation in (LOGIN, PREVIEW, CREATE):
        for raw in (b"", b"{", b"nonsense", b"[]", b"null", b'"text"', b'{"token": NaN}', b"\xff"):
            told = bench.ask(operation, raw)
            bench.expect(not told.is_ok, repr(raw), "an error", told.reply.told())
        told = bench.ask(operation, good, headers=text)
        bench.expect(not told.is_ok, "a body of text/plain", "an error", told.reply.told())
        if bench.strict:
            bench.expect(told.reply.status == 415, "a body of text/plain", "415", told.reply.told())


def another_method_is_refused(bench: Bench) -> None:
    """Another method is an error in the envelope."""
    for operation in (PREVIEW, CREATE):
        told = bench.ask(operation, None, method="GET")
        bench.refused(told, f"GET on {operation}", 405)


# Identifiers.


def an_identifier_has_exactly_one_member(bench: Bench) -> None:
    """Exactly one of the members of an identifier must be given."""
    for name, members in _identifiers(bench):
        values = _known_values(bench, name, members)
        for wrong in _wrong_identifiers(members, values):
            body = _with_identifier(bench, name, wrong)
            for operation in (PREVIEW, CREATE):
                told = bench.ask(operation, {**body, "token": bench.token})
                bench.refused(told, {name: wrong})


def an_access_token_identifier_has_exactly_one_member(bench: Bench) -> None:
    """Exactly one way to name an access token, and pass_code with identifier."""
    wrong: tuple[Body, ...] = (
        {},
        {"unknown": "X"},
        {"identifier": "CARD-1"},
        {"pass_code": "1234"},
        {"authentication_code": "AUTH-265", "pass_code": "1234"},
        {"authentication_code": "AUTH-265", "one_time_password": 734821},
        {"authentication_code": "AUTH-265", "identifier": "CARD-1", "pass_code": "1234"},
        {"identifier": "CARD-1", "pass_code": "1234", "one_time_password": 734821},
        {"one_time_password": 734821, "pass_code": "1234"},
        {"one_time_password": "734821"},
        {"authentication_code": 265},
    )
    for holder in (ACCOUNT, PARTICIPANT):
        for identifier in wrong:
            body = _with_identifier(bench, holder, {TOKEN: identifier})
            bench.refused(bench.preview(body), {holder: {TOKEN: identifier}})


def each_member_of_an_identifier_names_the_same(bench: Bench) -> None:
    """Each member of an identifier finds the same thing."""
    world = bench.known_world()
    for name, members in _identifiers(bench):
        values = _known_values(bench, name, members)
        answers = []
        for member in (one for one in members if one in values):
            body = _with_identifier(bench, name, {member: values[member]})
            answers.append(bench.obeyed(bench.preview(body), {name: {member: values[member]}}))
        bench.expect(all(one == answers[0] for one in answers), name, "the same answers", answers)
    for account in world.organisation["accounts"]:
        if account.get("participant"):
            _tokens_name_their_account(bench, world, account)


def _tokens_name_their_account(bench: Bench, world: World, account: Mapping[str, Any]) -> None:
    by_number = {ACCOUNT: {"number": account["number"]}}
    for token in world.organisation["access_tokens"]:
        lasting = token["state"] == "EFFECTIVE" and "expires_at" not in token
        if token["account"] != account["number"] or not lasting or "one_time_password" in token:
            continue
        identifier = {
            name: token[name]
            for name in ("authentication_code", "identifier", "pass_code")
            if name in token
        }
        one = bench.preview(bench.purchase(**by_number))
        two = bench.preview(bench.purchase(**{ACCOUNT: {TOKEN: identifier}}))
        bench.expect(
            bench.obeyed(two, identifier) == bench.obeyed(one, by_number),
            identifier,
            "the answer of its account",
            two.reply.told(),
        )
        participant = {PARTICIPANT: {TOKEN: identifier}}
        three = bench.preview(bench.purchase(**by_number, **participant))
        bench.obeyed(three, {**by_number, **participant})


def what_an_identifier_does_not_find_is_refused(bench: Bench) -> None:
    """What an identifier does not find is refused."""
    for name, members in _identifiers(bench):
        for member in members:
            if member == TOKEN or name.startswith("invoice"):
                continue
            wrong = {member: "no such thing"}
            bench.refused(bench.preview(_with_identifier(bench, name, wrong)), {name: wrong})


def an_access_token_that_is_not_effective_names_nobody(bench: Bench) -> None:
    """Only effective access tokens identify, with their own pass code."""
    world = bench.known_world()
    wrong: list[Body] = [
        {"authentication_code": "no such code"},
        {"identifier": "no such card", "pass_code": "1234"},
        {"one_time_password": 999999},
    ]
    for token in world.organisation["access_tokens"]:
        identifier = {
            name: token[name]
            for name in ("authentication_code", "identifier", "pass_code", "one_time_password")
            if name in token
        }
        if token["state"] != "EFFECTIVE" or "expires_at" in token:
            wrong.append(identifier)
        if "pass_code" in token:
            wrong.append({**identifier, "pass_code": token["pass_code"] + "0"})
    for identifier in wrong:
        body = bench.purchase(**{ACCOUNT: {TOKEN: identifier}})
        bench.refused(bench.preview(body), {ACCOUNT: {TOKEN: identifier}})
        bench.refused(bench.create(body), {ACCOUNT: {TOKEN: identifier}})


def a_name_of_two_accounts_names_neither(bench: Bench) -> None:
    """A name that several accounts have is refused."""
    accounts = bench.known_world().organisation["accounts"]
    names = [account["name"] for account in accounts]
    for name in {one for one in names if names.count(one) > 1}:
        body = bench.purchase(**{ACCOUNT: {"name": name}})
        bench.refused(bench.preview(body), {ACCOUNT: {"name": name}})


def a_participant_must_be_the_accounts(bench: Bench) -> None:
    """A participant that is given must be the account's."""
    accounts = bench.known_world().organisation["accounts"]
    own = accounts[-1]["participant"]
    other = next(one["participant"] for one in accounts if one.get("participant"))
    for member in ("id", "number"):
        good = {PARTICIPANT: {member: own[member]}}
        bench.obeyed(bench.preview(bench.purchase(**good)), good)
        for value in (other[member], "no such participant"):
            wrong = {PARTICIPANT: {member: value}}
            bench.refused(bench.preview(bench.purchase(**wrong)), wrong)


def a_one_time_password_names_for_one_purchase(bench: Bench) -> None:
    """A one-time password is used up by a purchase, not by a preview."""
    tokens = bench.known_world().organisation["access_tokens"]
    for token in tokens:
        password = token.get("one_time_password")
        if password is None or token["state"] != "EFFECTIVE" or "expires_at" in token:
            continue
        body = bench.purchase(**{ACCOUNT: {TOKEN: {"one_time_password": password}}})
        if not bench.preview(body).is_ok:
            continue  # used up by a run before
        bench.obeyed(bench.preview(body), "a second preview with a one-time password")
        bench.obeyed(bench.create(body), "a purchase with a one-time password")
        bench.refused(bench.create(body), "a second purchase with a one-time password")
        bench.refused(bench.preview(body), "a preview with a used one-time password")
        return
    raise NotReached("every one-time password of the fixture is used up; reset the sandbox")


def _identifiers(bench: Bench) -> Iterator[tuple[str, list[str]]]:
    """Yield each identifier that the contract knows in a purchase, with its members."""
    document = bench.contract.document
    body = schema_of(bench.contract, PREVIEW)
    properties = dict(body.get("properties", {}))
    products = resolve(document, properties.get("products_set", {}))
    properties.update(resolve(document, products.get("items", {})).get("properties", {}))
    for name, raw in properties.items():
        schema = resolve(document, raw)
        if schema.get("minProperties") == schema.get("maxProperties") == 1:
            yield name, list(schema["properties"])


def _known_values(bench: Bench, name: str, members: list[str]) -> dict[str, Any]:
    """Return a good value for as many members of an identifier as is known."""
    if bench.world is None:
        body = bench.purchase()
        given = body["products_set"][0].get(name) if name == PRODUCT else body.get(name)
        return dict(given or {})
    organisation = bench.world.organisation
    account = organisation["accounts"][-1]
    if name == PARTICIPANT:
        record = account["participant"]
    elif name in COLLECTIONS:
        record = account if name == ACCOUNT else organisation[COLLECTIONS[name]][0]
    else:
        record = {"id": "1", "number": "1"}
    return {member: record[member] for member in members if member in record}


def _wrong_identifiers(members: list[str], values: Mapping[str, Any]) -> Iterator[Body]:
    yield {}
    yield {"unknown": "X"}
    made_up = {one: {"authentication_code": "AUTH-265"} if one == TOKEN else "X" for one in members}
    told = {**made_up, **values}
    for one, two in itertools.combinations(members, 2):
        yield {one: told[one], two: told[two]}
    for one in values:
        yield {one: None}
        yield {one: 1}
        yield {one: values[one], "unknown": "X"}


def _with_identifier(bench: Bench, name: str, identifier: Body) -> Body:
    body = bench.purchase()
    if name == PRODUCT:
        body["products_set"][0][PRODUCT] = identifier
    elif name == BUSINESS_UNIT:
        body.pop(UNIT, None)
        body[name] = identifier
    else:
        body[name] = identifier
    return body


# The shape of a purchase, and the rules.


def broken_examples_are_refused(bench: Bench) -> None:
    """What breaks a rule of the contract is refused."""
    bench.obeyed(bench.preview(bench.purchase()), "a purchase that breaks no rule")
    for name, breaks, body in examples(bench.contract, PREVIEW):
        if breaks is None:
            continue
        bench.coverage.count("rules", bench.contract.name, f"rule.{breaks}|inside")
        bench.coverage.count("rules", bench.contract.name, f"rule.{breaks}|outside")
        for told in (bench.preview(body), bench.create(body)):
            bench.refused(told, {name: breaks})
        for told in (
            bench.preview(_broken(bench, body)),
            bench.create(_broken(bench, body)),
        ):
            bench.refused(told, {name: breaks})


def _broken(bench: Bench, body: Body) -> Body:
    """Return the broken example with the places and people that this server knows."""
    names = (ACCOUNT, *([UNIT] if UNIT in body and BUSINESS_UNIT not in body else []))
    base = bench.purchase()
    known = base["products_set"][0][PRODUCT]
    changed = {**copy.deepcopy(body), **{name: base[name] for name in names if name in base}}
    for product in changed["products_set"]:
        product[PRODUCT] = known
    return changed


def a_total_must_be_net_plus_vat(bench: Bench) -> None:
    """Total is net plus VAT, to the cent, in each product."""
    for net, vat, total in ((100, 20, 119), (100, 20, 121), (10, 1, 10), (1, 0, 0), (0, 1, 2)):
        body = bench.purchase()
        body["products_set"][-1] |= _amounts(net, vat, total)
        bench.refused(bench.preview(body), _amounts(net, vat, total))
    for net, vat in ((10, 20), (1, 2), (110, 5), (0, 0), (33_333_301, 2), (99_999_999_998, 1)):
        body = bench.purchase()
        body["products_set"][-1] |= _amounts(net, vat, net + vat)
        bench.obeyed(bench.preview(body), _amounts(net, vat, net + vat))


def totals_must_be_the_sums(bench: Bench) -> None:
    """Totals, when given, are the sums over the products, and change nothing."""
    bare = bench.obeyed(bench.preview(bench.purchase()), "a purchase without totals")
    sums = {
        name: sum(oracle.cents(product[name]) for product in bench.purchase()["products_set"])
        for name in ("total_amount", "net_amount", "vat_amount")
    }
    good = {name: number(cents) for name, cents in sums.items()}
    for some in ({name: value} for name, value in good.items()):
        bench.obeyed(bench.preview(bench.purchase(**some)), some)
    data = bench.obeyed(bench.preview(bench.purchase(**good)), good)
    bench.expect(data == bare, good, "the same answer as without totals", data)
    for name, cents in sums.items():
        for wrong in (number(cents + 1), number(cents - 1), cents / 100 + 0.001, 0):
            told = bench.preview(bench.purchase(**{**good, name: wrong}))
            bench.refused(told, {name: wrong})


def amounts_have_two_decimals(bench: Bench) -> None:
    """Amounts finer than a cent are refused."""
    for told in ((0.001, 0, 0.001), (19.999, 0.001, 20), (1.005, 0.005, 1.01)):
        body = bench.purchase()
        names = ("net_amount", "vat_amount", "total_amount")
        body["products_set"][-1] |= dict(zip(names, told, strict=True))
        bench.refused(bench.preview(body), told)


def exactly_one_of_unit_and_business_unit(bench: Bench) -> None:
    """Exactly one of unit and business unit."""
    body = bench.purchase()
    without = {name: body[name] for name in body if name not in {UNIT, BUSINESS_UNIT}}
    bench.refused(bench.preview(without), "neither unit nor business unit")
    world = bench.known_world()
    unit = {UNIT: {"id": world.organisation["units"][0]["id"]}}
    business = {BUSINESS_UNIT: {"id": world.organisation["business_units"][0]["id"]}}
    bench.refused(bench.preview({**without, **unit, **business}), {**unit, **business})
    bench.obeyed(bench.preview({**without, **unit}), unit)
    bench.obeyed(bench.preview({**without, **business}), business)


def mandatory_members_are_asked_for(bench: Bench) -> None:
    """Every mandatory member is asked for."""
    for name in (ACCOUNT, "performed_on", "reference_number", "products_set"):
        bench.refused(bench.preview(bench.purchase(**{name: None})), f"without {name}")
    for name in (PRODUCT, "net_amount", "vat_amount", "total_amount"):
        body = bench.purchase()
        del body["products_set"][-1][name]
        bench.refused(bench.preview(body), f"a product without {name}")


def values_of_another_kind_are_refused(bench: Bench) -> None:
    """A value of another type or form is refused."""
    wrong: tuple[Body, ...] = (
        {"disable_instant_spend": "true"},
        {"disable_instant_spend": 1},
        {"products_set": {}},
        {"reference_number": 7},
        {"reference_number": ""},
        {"performed_on": 20200504},
        {"performed_on": "yesterday"},
        {"performed_on": "2020-05-04"},
        {"performed_on": "2020-05-04T10:00:00Z"},
        {"performed_on": "2020-13-04T10:00:00"},
        {"performed_on": "2021-02-29T10:00:00"},
        {"performed_on": "2020-05-04T24:00:00"},
        {"fields_set": ["total_award_amount"]},
        {ACCOUNT: "ACR0000000265"},
        {ACCOUNT: []},
    )
    for one in wrong:
        bench.refused(bench.preview(bench.purchase(**one)), one)
    for one in ({"quantity": 0}, {"quantity": -1}, {"quantity": "1"}, _amounts(-100, 0, -100)):
        body = bench.purchase()
        body["products_set"][-1] |= one
        bench.refused(bench.preview(body), one)
    body = bench.purchase()
    body["products_set"][-1]["total_amount"] = str(body["products_set"][-1]["total_amount"])
    bench.refused(bench.preview(body), "an amount as text")


def one_to_a_hundred_products_are_taken(bench: Bench) -> None:
    """A purchase has 1 to 100 products."""
    product = bench.purchase()["products_set"][0]
    for count in (0, 101):
        bench.refused(bench.preview(bench.purchase(products_set=[product] * count)), count)
    bench.obeyed(bench.preview(bench.purchase(products_set=[product] * 100)), 100)


def unknown_members_are_ignored(bench: Bench) -> None:
    """Members without effect change nothing."""
    plain = bench.obeyed(bench.preview(bench.purchase()), "a purchase")
    more = {"invoice_identifier": {"number": "I1"}, "process_immediately": True, "x_more": [1]}
    data = bench.obeyed(bench.preview(bench.purchase(**more)), more)
    bench.expect(data == plain, more, "the same answer as without", data)


# Properties that hold whatever the offers are.


def a_preview_changes_nothing(bench: Bench) -> None:
    """A preview leaves no trace: repeated, it gives the same answer."""
    reference = f"{bench.settings.run}-{bench.token[-6:]}-preview"
    body = bench.purchase(external_system_reference_number=reference)
    first = bench.obeyed(bench.preview(body), "a preview")
    for _ in range(3):
        again = bench.obeyed(bench.preview(body), "the same preview")
        bench.expect(again == first, body, f"the first answer: {_plain(first)}", again)
    bench.obeyed(bench.create(body), "a purchase after its previews")


def a_purchase_does_what_its_preview_said(bench: Bench) -> None:
    """A purchase does what its preview said, and its event adds up."""
    for body in _several(bench):
        said = bench.obeyed(bench.preview(body), "a preview")
        done = bench.obeyed(bench.create(body), "the purchase of that preview")
        pairs = {
            "total_award_amount": "total_awarded_amount",
            "total_award_alternative_amount": "total_awarded_alternative_amount",
            **{
                name: name
                for name in (
                    "total_instant_spend_amount",
                    "total_automatic_spend_amount",
                    "reduction_method",
                    "rewards_participant_id",
                    "rewards_participant_name",
                    "applied_reward_offers_set",
                )
            },
        }
        for before, after in pairs.items():
            bench.expect(
                done.get(after) == said.get(before),
                body,
                f"{after} as the preview's {before}: {said.get(before)}",
                f"{done.get(after)}",
            )
        _expect_event(bench, body, done)


def _expect_event(bench: Bench, body: Body, done: Mapping[str, Any]) -> None:
    """Demand that an event is posted, tells its purchase, and adds up."""
    told = {
        "type": "PURCHASE",
        "life_cycle_state": "POSTED",
        "performed_on": body["performed_on"],
        "reference_number": body["reference_number"],
        "external_system_reference_number": body.get("external_system_reference_number"),
        "description": body.get("description"),
    }
    for name, value in told.items():
        bench.expect(done.get(name) == value, body, f"{name} {value}", done.get(name))
    total = sum(oracle.cents(product["total_amount"]) for product in body["products_set"])
    bench.expect(
        _cents(done.get("total_amount")) == total, body, f"{total} cents", done.get("total_amount")
    )
    instant = _cents(done.get("total_instant_spend_amount"))
    automatic = _cents(done.get("total_automatic_spend_amount"))
    bench.expect(
        _cents(done.get("total_spend_amount")) == instant + automatic,
        body,
        "total_spend_amount as instant plus automatic",
        done.get("total_spend_amount"),
    )
    requests = {
        (bool(one.get("instant_spend")), bool(one.get("automatic_spend")), _cents(one["amount"]))
        for one in done.get("spend_requests_set") or ()
    }
    expected = {(True, False, instant), (False, True, automatic)}
    bench.expect(
        requests == {one for one in expected if one[2]},
        body,
        "a spend request for each amount that is spent",
        done.get("spend_requests_set"),
    )


def no_cent_is_lost_or_made(bench: Bench) -> None:
    """The wallet moves by award less spends and vouchers, to the cent."""
    for body in _several(bench):
        before = bench.obeyed(bench.preview(body), "a preview")
        done = bench.obeyed(bench.create(body), "its purchase")
        after = bench.obeyed(bench.preview(body), "the preview after it")
        if before.get("wallet_balance") is None:
            continue
        given = sum(_cents(one["value"]) for one in done.get("vouchers_set") or ())
        balance = (
            _cents(before["wallet_balance"])
            + _cents(before["total_award_amount"])
            - _cents(before["total_instant_spend_amount"])
            - _cents(before["total_automatic_spend_amount"])
            - given
        )
        points = _cents(before.get("wallet_alternative_balance") or 0) + _cents(
            before.get("total_award_alternative_amount") or 0
        )
        for told in (done, after):
            bench.expect(
                _cents(told.get("wallet_balance")) == balance,
                body,
                f"a wallet of {balance} cents",
                told.get("wallet_balance"),
            )
            bench.expect(
                _cents(told.get("wallet_alternative_balance") or 0) == points,
                body,
                f"an alternative balance of {points} hundredths",
                told.get("wallet_alternative_balance"),
            )


def a_created_purchase_can_be_read(bench: Bench) -> None:
    """A created purchase can be read as it was answered."""
    done = bench.obeyed(bench.create(bench.purchase(description="read again")), "a purchase")
    shown = bench.obeyed(bench.show(str(done.get("id"))), "the purchase that was created")
    bench.expect(shown == done, f"show {done.get('id')}", _plain(done), shown)
    bench.obeyed(bench.create(bench.purchase()), "another purchase")
    again = bench.obeyed(bench.show(str(done.get("id"))), "the first purchase again")
    bench.expect(again == done, f"show {done.get('id')}", _plain(done), again)
    bench.refused(bench.show("no-such-id"), "show no-such-id")


def each_purchase_is_one_of_its_own(bench: Bench) -> None:
    """Each purchase has an ID and a number of its own."""
    body = bench.purchase()
    events = [bench.obeyed(bench.create(body), "a purchase") for _ in range(3)]
    for name in ("id", "number"):
        told = [event.get(name) for event in events]
        bench.expect(len(set(told)) == len(told), body, f"three values of {name}", told)


def an_external_reference_is_taken_once(bench: Bench) -> None:
    """An external reference is taken once."""
    reference = f"{bench.settings.run}-{bench.token[-6:]}-once"
    body = bench.purchase(external_system_reference_number=reference)
    done = bench.obeyed(bench.create(body), "a purchase with an external reference")
    bench.refused(bench.create(body), "the same external reference again")
    other = bench.purchase(
        external_system_reference_number=reference, reference_number="another", description="other"
    )
    bench.refused(bench.create(other), "the same external reference for another purchase")
    after = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    bench.expect(
        after.get("wallet_balance") == done.get("wallet_balance"),
        body,
        f"a wallet of {done.get('wallet_balance')}",
        after.get("wallet_balance"),
    )


def a_refused_purchase_changes_nothing(bench: Bench) -> None:
    """A refused purchase changes nothing."""
    before = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    reference = f"{bench.settings.run}-{bench.token[-6:]}-refused"
    body = bench.purchase(external_system_reference_number=reference)
    wrong = copy.deepcopy(body)
    wrong["products_set"][-1][PRODUCT] = {"code": "no such thing"}
    bench.refused(bench.create(wrong), "a purchase of an unknown product")
    after = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    bench.expect(after == before, "a preview after a refusal", _plain(before), after)
    bench.obeyed(bench.create(body), "the same purchase, corrected")


def the_order_of_products_does_not_matter(bench: Bench) -> None:
    """The order of the products does not matter."""
    for body in _several(bench):
        one = bench.obeyed(bench.preview(body), "a preview")
        turned = {**body, "products_set": body["products_set"][::-1]}
        two = bench.obeyed(bench.preview(turned), "the same products in another order")
        bench.expect(_sorted(two) == _sorted(one), turned, _plain(one), two)


def a_split_line_changes_no_total(bench: Bench) -> None:
    """A line split in two with the same sums changes nothing."""
    for body in _several(bench, splits=False):
        one = bench.obeyed(bench.preview(body), "a preview")
        split = copy.deepcopy(body)
        product = split["products_set"].pop(0)
        total, net = oracle.cents(product["total_amount"]), oracle.cents(product["net_amount"])
        for part in (total // 3, total - total // 3):
            share = min(net, part) if part == total // 3 else net - min(net, total // 3)
            split["products_set"].append({**product, **_amounts(share, part - share, part)})
        two = bench.obeyed(bench.preview(split), "the same with one line split in two")
        bench.expect(_sorted(two) == _sorted(one), split, _plain(one), two)


def more_products_never_award_less(bench: Bench) -> None:
    """More products never award less while the offers stay."""
    for body in _several(bench):
        one = bench.obeyed(bench.preview(body), "a preview")
        more = {**body, "products_set": body["products_set"] + body["products_set"][:1]}
        two = bench.obeyed(bench.preview(more), "the same with one product more")
        before = {offer["id"] for offer in one.get("applied_reward_offers_set") or ()}
        after = {offer["id"] for offer in two.get("applied_reward_offers_set") or ()}
        if before <= after:  # else an offer ended at an amount, and less is right
            bench.expect(
                _cents(two.get("total_award_amount")) >= _cents(one.get("total_award_amount")),
                more,
                f"at least {one.get('total_award_amount')}",
                two.get("total_award_amount"),
            )


def spends_keep_to_their_bounds(bench: Bench) -> None:
    """No spend exceeds wallet, purchase, award or limits."""
    for body in _several(bench):
        data = bench.obeyed(bench.preview(body), "a preview")
        wallet = _cents(data.get("wallet_balance") or 0)
        total = sum(oracle.cents(product["total_amount"]) for product in body["products_set"])
        instant = _cents(data.get("total_instant_spend_amount") or 0)
        automatic = _cents(data.get("total_automatic_spend_amount") or 0)
        additional = _cents(data.get("total_additional_spend_amount") or 0)
        least = _cents(data.get("minimum_spend_amount_per_transaction") or 0)
        most = _cents(data.get("maximum_spend_amount_per_transaction") or 10**12)
        bounds = {
            "instant within the award": instant <= _cents(data.get("total_award_amount") or 0),
            "instant within the purchase": instant <= total,
            "additional within the wallet": additional + automatic <= wallet,
            "all within the purchase": instant + automatic + additional <= total,
            "additional at most the maximum": additional <= most,
            "additional zero or at least the minimum": additional == 0 or additional >= least,
            "automatic at most the maximum": automatic <= most,
            "automatic zero or at least the minimum": automatic == 0 or automatic >= least,
            "nothing of the wallet when spending is not allowed": data.get("allow_spending")
            is not False
            or automatic + additional == 0,
        }
        for told, holds in bounds.items():
            bench.expect(holds, body, told, data)


def disable_instant_spend_makes_it_zero(bench: Bench) -> None:
    """disable_instant_spend leaves instant offers out."""
    for body in _several(bench):
        data = bench.obeyed(bench.preview({**body, "disable_instant_spend": True}), "a preview")
        bench.expect(
            _cents(data.get("total_instant_spend_amount") or 0) == 0,
            body,
            "no instant spend",
            data.get("total_instant_spend_amount"),
        )
        bench.expect(not data.get("voucher_types_set"), body, "no vouchers", data)
        plain = bench.obeyed(bench.preview(body), "a preview")
        off = bench.obeyed(bench.preview({**body, "disable_instant_spend": False}), "a preview")
        bench.expect(off == plain, body, "false as absent", off)


def fields_set_gives_a_part_of_the_answer(bench: Bench) -> None:
    """fields_set gives those members of the full answer."""
    full = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    names = list(full)
    choices = [[name] for name in names] + [names[:3], names[-2:], names[::2], names]
    for chosen in choices:
        for joined in (",".join(chosen), " , ".join(chosen)):
            data = bench.obeyed(bench.preview(bench.purchase(fields_set=joined)), joined)
            expected = {name: full[name] for name in chosen}
            bench.expect(data == expected, joined, _plain(expected), data)


def an_unknown_field_is_refused(bench: Bench) -> None:
    """A name in fields_set that does not exist is refused."""
    for wrong in ("no_such_field", "total_award_amount,no_such_field", "", ","):
        told = bench.preview(bench.purchase(fields_set=wrong))
        bench.refused(told, {"fields_set": wrong})


def every_member_is_answered(bench: Bench) -> None:
    """Without fields_set every member is answered."""
    data = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    operation = bench.contract.operation(PREVIEW)
    documented = resolve(
        bench.contract.document,
        bench.contract.document.root["components"]["schemas"]["PurchasePreview"],
    )
    if operation is not None:
        names = set(documented["properties"])
        bench.expect(set(data) == names, "a preview", str(sorted(names)), sorted(data))
    done = bench.obeyed(bench.create(bench.purchase()), "a purchase")
    documented = bench.contract.document.root["components"]["schemas"]["PurchaseEvent"]
    names = set(documented["properties"])
    bench.expect(set(done) == names, "a purchase", str(sorted(names)), sorted(done))


def a_reference_number_may_be_used_again(bench: Bench) -> None:
    """A reference number may be used again."""
    body = bench.purchase(reference_number="the same")
    for _ in range(2):
        bench.obeyed(bench.create(body), "the same reference number")


def a_quantity_does_not_multiply(bench: Bench) -> None:
    """Amounts are for the whole line, whatever the quantity."""
    one = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    for quantity in (1, 2, 0.5, 1000):
        body = bench.purchase()
        for product in body["products_set"]:
            product["quantity"] = quantity
        data = bench.obeyed(bench.preview(body), {"quantity": quantity})
        bench.expect(data == one, {"quantity": quantity}, _plain(one), data)


def numbers_count_by_value(bench: Bench) -> None:
    """100 and 100.0 are the same amount."""
    one = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    body = bench.purchase()
    for product in body["products_set"]:
        for name in ("net_amount", "vat_amount", "total_amount"):
            product[name] = float(product[name])
    data = bench.obeyed(bench.preview(body), "whole amounts with a fraction of zero")
    bench.expect(data == one, body, _plain(one), data)


# Exactly, against our own sandbox.


def the_published_examples_come_out(bench: Bench) -> None:
    """Both published examples give the printed amounts."""
    bench.known_world()
    operation = bench.contract.operation(PREVIEW)
    response = operation.raw["responses"]["200"] if operation else {}
    printed = response["content"]["application/json"]["examples"]
    for name, breaks, body in examples(bench.contract, PREVIEW):
        if breaks is None and name in printed:
            expected = printed[name]["value"]["data"]
            data = bench.obeyed(bench.preview(body), name)
            for member, value in expected.items():
                bench.expect(
                    _same(data.get(member), value), name, f"{member}: {value}", data.get(member)
                )


def every_amount_comes_out_to_the_cent(bench: Bench) -> None:
    """Every member of a preview comes out, to the cent."""
    world = bench.known_world()
    for body in world.maker.many(bench.settings.pick(50, 300, 3000)):
        _compare_preview(bench, body, world.organisation, bench.token)


def every_purchase_comes_out_to_the_cent(bench: Bench) -> None:
    """Every wallet comes out, to the cent, after a purchase."""
    world = bench.known_world()
    account = world.organisation["accounts"][-1]["number"]
    for body in itertools.islice(
        (one for one in world.maker.many(200) if _is_new(one)), bench.settings.pick(10, 40, 150)
    ):
        mine = {**body, ACCOUNT: {"number": account}}
        said = _compare_preview(bench, mine, world.organisation, bench.token)
        done = bench.obeyed(bench.create(mine), "the purchase of that preview")
        moved = (
            said["wallet_balance"]
            + said["total_award_amount"]
            - said["total_instant_spend_amount"]
            - said["total_automatic_spend_amount"]
            - oracle.vouchers(world.organisation, mine)
        )
        bench.expect(
            _cents(done.get("wallet_balance")) == moved,
            mine,
            f"a wallet of {moved} cents",
            done.get("wallet_balance"),
        )


def _is_new(body: Body) -> bool:
    return "disable_instant_spend" not in body or len(body["products_set"]) > 1


def _compare_preview(
    bench: Bench, body: Body, organisation: Mapping[str, Any], token: str
) -> dict[str, Any]:
    told = bench.preview(body, token)
    data = bench.obeyed(told, body)
    opening = oracle.account_of(organisation, body).get("wallet")
    balance, points = data.get("wallet_balance"), data.get("wallet_alternative_balance")
    expected = oracle.expected(
        organisation,
        body,
        _cents(balance) if opening else None,
        _cents(points) if opening and "alternative_balance" in opening else None,
    )
    came = _comparable(data)
    for name, value in expected.items():
        bench.expect(
            came.get(name, "nothing") == value,
            body,
            f"{name}: {value}{' (in cents)' if name in AMOUNTS else ''}",
            f"{came.get(name, 'nothing')} in {told.reply.told()}",
        )
    return expected


def untouched_wallets_are_the_fixtures(bench: Bench) -> None:
    """A wallet that nobody used is as in the fixture."""
    world = bench.known_world()
    for account in world.organisation["accounts"][:-1]:
        body = bench.purchase(**{ACCOUNT: {"id": account["id"]}})
        data = bench.obeyed(bench.preview(body), account["name"])
        wallet = account.get("wallet") or {}
        for name, member in (
            ("wallet_balance", "balance"),
            ("wallet_alternative_balance", "alternative_balance"),
        ):
            value = wallet.get(member)
            bench.expect(
                _same(data.get(name), value), account["name"], f"{name}: {value}", data.get(name)
            )


def _comparable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with amounts in cents and sets as sorted ids."""
    found = dict(data)
    for name in AMOUNTS:
        if found.get(name) is not None:
            found[name] = _cents(found[name])
    for name in SETS:
        found[name] = sorted(str(one.get("id")) for one in found.get(name) or ())
    return found


# Small steps.


def _several(bench: Bench, *, splits: bool = True) -> Iterator[Body]:
    """Yield the bench's purchase and, in our own sandbox, one at each of its units."""
    yield bench.purchase()
    if bench.world is None:
        return
    organisation = bench.world.organisation
    per_item = {
        unit
        for scheme in organisation["schemes"]
        for offer in scheme["offers"]
        if str(offer.get("scope", "")).endswith("_ITEM")
        for unit in offer.get("units", [])
    }
    products = organisation["products"]
    numbers = [organisation["accounts"][-1]["number"]]
    for step, unit in enumerate(organisation["units"]):
        if splits or unit["name"] not in per_item:
            body = bench.world.maker.purchase(numbers[0], unit["name"], 5_000 + step * 111)
            code = products[-1 - step % len(products)]["code"]
            yield {**body, "products_set": [*body["products_set"], line(code, 2_500 + step)]}


def _amounts(net: int, vat: int, total: int) -> Body:
    return {
        "net_amount": number(net),
        "vat_amount": number(vat),
        "total_amount": number(total),
    }


def _cents(amount: Any) -> int:
    """Return an amount of an answer as whole cents; what is none, or finer, as an impossible one."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        return -(10**15)
    scaled = Decimal(amount) * 100
    return int(scaled) if scaled == int(scaled) else -(10**15)


def _same(came: Any, value: Any) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _cents(came) == oracle.cents(value)
    return bool(came == value)


def _sorted(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(value, key=str) if isinstance(value, list) else value
        for name, value in data.items()
    }


def _plain(data: Mapping[str, Any]) -> str:
    return str(
        {name: str(value) if isinstance(value, Decimal) else value for name, value in data.items()}
    )


def _check(look: Callable[[Bench], None], *silences: str, source: str = "contracts 4") -> Check:
    name = look.__name__.replace("_", "-")
    sentence = (look.__doc__ or "").rstrip(".")
    return Check(Promise(f"rewards.{name}", sentence, source, silences), look)


CHECKS = (
    _check(login_gives_a_token, source="facts 2 (P1)"),
    _check(a_false_login_is_refused, source="facts 2 (P1)"),
    _check(a_login_of_one_organisation_fails_in_another),
    _check(without_a_good_token_nothing_is_answered, source="seed 004, facts 2"),
    _check(a_released_token_is_worth_nothing, "R4"),
    _check(organisations_never_meet),
    _check(what_is_no_request_is_refused, source="facts 2"),
    _check(another_method_is_refused, "R38"),
    _check(an_identifier_has_exactly_one_member, source="seed 004, R7"),
    _check(an_access_token_identifier_has_exactly_one_member, source="seed 004, R7, R25"),
    _check(each_member_of_an_identifier_names_the_same, source="seed 004"),
    _check(what_an_identifier_does_not_find_is_refused, "R30"),
    _check(an_access_token_that_is_not_effective_names_nobody, source="seed 004, R24"),
    _check(a_name_of_two_accounts_names_neither, "R26"),
    _check(a_participant_must_be_the_accounts, "R6"),
    _check(a_one_time_password_names_for_one_purchase, "R24"),
    _check(broken_examples_are_refused, "R8", "R9", "R10", "R14", "R27"),
    _check(a_total_must_be_net_plus_vat, "R10"),
    _check(totals_must_be_the_sums, "R9"),
    _check(amounts_have_two_decimals, "R14"),
    _check(exactly_one_of_unit_and_business_unit, "R8"),
    _check(mandatory_members_are_asked_for, source="seed 004"),
    _check(values_of_another_kind_are_refused, "R11", "R27", "R37"),
    _check(one_to_a_hundred_products_are_taken, "R31"),
    _check(unknown_members_are_ignored, "R9"),
    _check(a_preview_changes_nothing),
    _check(a_purchase_does_what_its_preview_said),
    _check(no_cent_is_lost_or_made, "R15", "R43", "R44"),
    _check(a_created_purchase_can_be_read),
    _check(each_purchase_is_one_of_its_own),
    _check(an_external_reference_is_taken_once, source="seed 004, contracts 4"),
    _check(a_refused_purchase_changes_nothing),
    _check(the_order_of_products_does_not_matter, source="issue 4"),
    _check(a_split_line_changes_no_total, source="issue 4"),
    _check(more_products_never_award_less, source="issue 4"),
    _check(spends_keep_to_their_bounds, "R15", "R16", "R17", "R18"),
    _check(disable_instant_spend_makes_it_zero, source="seed 004"),
    _check(fields_set_gives_a_part_of_the_answer, source="seed 004"),
    _check(an_unknown_field_is_refused, "R20"),
    _check(every_member_is_answered, "R20"),
    _check(a_reference_number_may_be_used_again, "R28"),
    _check(a_quantity_does_not_multiply, "R11"),
    _check(numbers_count_by_value, source="JSON"),
    _check(the_published_examples_come_out, source="seed 004"),
    _check(untouched_wallets_are_the_fixtures),
    _check(every_amount_comes_out_to_the_cent, source="contracts 4, R12 to R20, R29, R41, R43"),
    _check(every_purchase_comes_out_to_the_cent, source="contracts 4, R15, R43, R44"),
)  # fmt: skip
