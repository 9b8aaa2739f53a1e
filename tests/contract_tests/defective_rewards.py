"""A small rewards server of its own, for showing that the judge finds what is wrong with one.

It shares no line with the sandbox or the judge. Without a fault it keeps the contract; each name of FAULTS turns one
thing wrong. `serve(fault)` is a context manager that gives its base URL.
"""

import copy
import datetime as dt
import itertools
import json
import math
import re
import secrets
import threading
from contextlib import contextmanager
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "rewards-world.yaml"
BASE = "/crmapi/rest/v2"
CENT = Decimal("0.01")

# Each fault, and the check that must find it.
FAULTS = {
    # the award
    "award rounded down": "every-amount-comes-out-to-the-cent",
    "award rounded up": "every-amount-comes-out-to-the-cent",
    "award rounded half to even": "every-amount-comes-out-to-the-cent",
    "award not rounded": "every-amount-comes-out-to-the-cent",
    "award rounded per product": "a-split-line-changes-no-total",
    "award rounded over all offers": "every-amount-comes-out-to-the-cent",
    "award on net": "the-published-examples-come-out",
    "award on the whole purchase": "the-published-examples-come-out",
    "award after spending": "every-amount-comes-out-to-the-cent",
    "award in float cents": "every-amount-comes-out-to-the-cent",
    "quantity multiplies": "a-quantity-does-not-multiply",
    "alternative award in the system total": "every-amount-comes-out-to-the-cent",
    "alternative rate forgotten": "every-amount-comes-out-to-the-cent",
    "item scope ignored": "every-amount-comes-out-to-the-cent",
    "first product only": "the-order-of-products-does-not-matter",
    "more products award less": "more-products-never-award-less",
    "ten products only": "a-split-line-changes-no-total",
    "items counted by quantity": "a-quantity-does-not-multiply",
    # which offers
    "offer before its dates": "every-amount-comes-out-to-the-cent",
    "offer after its dates": "every-amount-comes-out-to-the-cent",
    "last day left out": "every-amount-comes-out-to-the-cent",
    "first day left out": "every-amount-comes-out-to-the-cent",
    "offers judged today": "the-published-examples-come-out",
    "offer of another unit": "the-published-examples-come-out",
    "offer of another business unit": "every-amount-comes-out-to-the-cent",
    "business unit of a unit forgotten": "every-amount-comes-out-to-the-cent",
    "classification ignored": "every-amount-comes-out-to-the-cent",
    "classification of the spend taken": "every-amount-comes-out-to-the-cent",
    "payment medium ignored": "every-amount-comes-out-to-the-cent",
    "offers listed by their scheme": "the-published-examples-come-out",
    "voucher types without their codes": "every-amount-comes-out-to-the-cent",
    "amount from ignored": "every-amount-comes-out-to-the-cent",
    "amount of the offer's products": "every-amount-comes-out-to-the-cent",
    "amount from exclusive": "every-amount-comes-out-to-the-cent",
    "amount to ignored": "every-amount-comes-out-to-the-cent",
    "scheme ignored": "every-amount-comes-out-to-the-cent",
    "ineffective offer applied": "the-published-examples-come-out",
    "batch offer applied": "the-published-examples-come-out",
    "all offers on top": "every-amount-comes-out-to-the-cent",
    "first instead of best": "every-amount-comes-out-to-the-cent",
    "offers of nothing listed": "every-amount-comes-out-to-the-cent",
    # spending
    "maximum ignored": "spends-keep-to-their-bounds",
    "minimum ignored": "every-amount-comes-out-to-the-cent",
    "minimum exclusive": "every-amount-comes-out-to-the-cent",
    "limits of the organisation only": "the-published-examples-come-out",
    "additional ignores the purchase": "spends-keep-to-their-bounds",
    "additional ignores automatic": "every-amount-comes-out-to-the-cent",
    "additional counts the award": "the-published-examples-come-out",
    "additional though not allowed": "the-published-examples-come-out",
    "allow_spending stops instant": "every-amount-comes-out-to-the-cent",
    "participant may always spend": "every-amount-comes-out-to-the-cent",
    "instant beyond the purchase": "every-amount-comes-out-to-the-cent",
    "instant capped per offer": "every-amount-comes-out-to-the-cent",
    "instant not in the award": "spends-keep-to-their-bounds",
    "voucher counts as instant": "every-amount-comes-out-to-the-cent",
    "disable_instant_spend ignored": "disable-instant-spend-makes-it-zero",
    "disable_instant_spend keeps the award": "the-published-examples-come-out",
    "automatic without authorisation": "every-amount-comes-out-to-the-cent",
    "automatic at any merchant": "every-amount-comes-out-to-the-cent",
    "automatic beyond its maximum": "every-amount-comes-out-to-the-cent",
    "automatic below its minimum": "every-amount-comes-out-to-the-cent",
    "automatic from a small wallet": "every-amount-comes-out-to-the-cent",
    "automatic beyond the wallet": "every-amount-comes-out-to-the-cent",
    "automatic minimum exclusive": "every-amount-comes-out-to-the-cent",
    "automatic spares the smallest wallet": "every-amount-comes-out-to-the-cent",
    "reduction method always": "the-published-examples-come-out",
    "reduction method of another merchant": "every-amount-comes-out-to-the-cent",
    # previews and purchases
    "preview changes the wallet": "a-preview-changes-nothing",
    "preview takes the external reference": "a-preview-changes-nothing",
    "preview uses the one-time password": "a-one-time-password-names-for-one-purchase",
    "create differs from preview": "a-purchase-does-what-its-preview-said",
    "create ignores disable_instant_spend": "a-purchase-does-what-its-preview-said",
    "spend requests of another method": "a-purchase-does-what-its-preview-said",
    "vouchers worth five": "every-purchase-comes-out-to-the-cent",
    "vouchers share an ID": "each-purchase-is-one-of-its-own",
    "create keeps the spends": "no-cent-is-lost-or-made",
    "create forgets the award": "no-cent-is-lost-or-made",
    "create keeps the vouchers": "no-cent-is-lost-or-made",
    "wallet of the last account moved": "a-purchase-moves-no-other-wallet",
    "purchase of nobody refused": "a-purchase-does-what-its-preview-said",
    "create loses a cent": "no-cent-is-lost-or-made",
    "create forgets the points": "no-cent-is-lost-or-made",
    "spend requests missing": "a-purchase-does-what-its-preview-said",
    "one-time password for ever": "a-one-time-password-names-for-one-purchase",
    "external reference again": "an-external-reference-is-taken-once",
    "external reference of the same body only": "an-external-reference-is-taken-once",
    "external reference of one account": "an-external-reference-is-taken-once",
    "external reference in any case": "an-external-reference-is-taken-once",
    "external reference trimmed": "an-external-reference-is-taken-once",
    "preview looks at the external reference": "a-reference-number-may-be-used-again",
    "refusal uses the one-time password": "a-one-time-password-names-for-one-purchase",
    "password of the participant for ever": "a-one-time-password-names-for-one-purchase",
    "reference number unique": "a-reference-number-may-be-used-again",
    "zero character crashes": "odd-texts-are-texts-like-any-other",
    "references cut short": "odd-texts-are-texts-like-any-other",
    "refused purchase takes its reference": "a-refused-purchase-changes-nothing",
    "unknown field refused afterwards": "a-refused-purchase-changes-nothing",
    "show another event": "a-created-purchase-can-be-read",
    "show by number": "a-created-purchase-can-be-read",
    "show the chosen members only": "every-member-is-answered",
    "show changes": "a-created-purchase-can-be-read",
    "numbers repeat": "each-purchase-is-one-of-its-own",
    "balance after the award in a preview": "untouched-wallets-are-the-fixtures",
    "wallet of another account": "untouched-wallets-are-the-fixtures",
    # who asks
    "token not checked": "without-a-good-token-nothing-is-answered",
    "token not needed": "without-a-good-token-nothing-is-answered",
    "show without token": "without-a-good-token-nothing-is-answered",
    "token in any case": "without-a-good-token-nothing-is-answered",
    "token by its beginning": "without-a-good-token-nothing-is-answered",
    "released token still good": "a-released-token-is-worth-nothing",
    "release ends every token": "a-released-token-is-worth-nothing",
    "new login ends the old one": "login-gives-a-token",
    "password not checked": "a-false-login-is-refused",
    "password in any case": "a-false-login-is-refused",
    "password by its beginning": "a-false-login-is-refused",
    "unit of a login not looked at": "a-login-may-name-a-unit-of-the-organisation",
    "unit of a login refused": "a-login-may-name-a-unit-of-the-organisation",
    "organisation not checked": "a-login-of-one-organisation-fails-in-another",
    "events of another organisation": "organisations-never-meet",
    "world of another organisation": "organisations-never-meet",
    "external reference of another organisation": "organisations-never-meet",
    "access token of another organisation": "organisations-never-meet",
    "limits of another organisation": "every-amount-comes-out-to-the-cent",
    # identifiers
    "two members accepted": "an-identifier-has-exactly-one-member",
    "no member accepted": "an-identifier-has-exactly-one-member",
    "unknown member accepted": "an-identifier-has-exactly-one-member",
    "two products members accepted": "an-identifier-has-exactly-one-member",
    "two ways of an access token": "an-access-token-identifier-has-exactly-one-member",
    "identifier without pass code": "an-access-token-identifier-has-exactly-one-member",
    "pass code without identifier": "an-access-token-identifier-has-exactly-one-member",
    "pass code not checked": "an-access-token-that-is-not-effective-names-nobody",
    "ineffective token names": "an-access-token-that-is-not-effective-names-nobody",
    "expired one-time password": "an-access-token-that-is-not-effective-names-nobody",
    "first of two accounts": "a-name-of-two-accounts-names-neither",
    "participant not compared": "a-participant-must-be-the-accounts",
    "participant of a card not compared": "a-participant-must-be-the-accounts",
    "participant of nobody": "a-participant-must-be-the-accounts",
    "names in any case": "what-an-identifier-does-not-find-is-refused",
    "any member finds": "what-an-identifier-does-not-find-is-refused",
    "unknown product ignored": "what-an-identifier-does-not-find-is-refused",
    "unknown unit ignored": "what-an-identifier-does-not-find-is-refused",
    "unknown classification ignored": "what-an-identifier-does-not-find-is-refused",
    "alternative code forgotten": "each-member-of-an-identifier-names-the-same",
    # the shape of a purchase
    "unit and business unit": "exactly-one-of-unit-and-business-unit",
    "neither unit nor business unit": "exactly-one-of-unit-and-business-unit",
    "total not net plus VAT": "a-total-must-be-net-plus-vat",
    "total within a cent": "a-total-must-be-net-plus-vat",
    "total compared in floats": "a-total-must-be-net-plus-vat",
    "sums not compared": "totals-must-be-the-sums",
    "net sum not compared": "totals-must-be-the-sums",
    "totals are the base": "totals-must-be-the-sums",
    "tenths of a cent": "amounts-have-two-decimals",
    "broken rule ignored in create": "broken-examples-are-refused",
    "30 February": "broken-examples-are-refused",
    "text for true": "values-of-another-kind-are-refused",
    "zone accepted": "values-of-another-kind-are-refused",
    "quantity of zero": "values-of-another-kind-are-refused",
    "negative amounts": "values-of-another-kind-are-refused",
    "reference number not needed": "mandatory-members-are-asked-for",
    "texts of any type": "members-keep-to-their-types-and-bounds",
    "texts of any length": "members-keep-to-their-types-and-bounds",
    "empty texts": "members-keep-to-their-types-and-bounds",
    "amounts of any size": "members-keep-to-their-types-and-bounds",
    "no products accepted": "one-to-a-hundred-products-are-taken",
    "hundred products too many": "one-to-a-hundred-products-are-taken",
    "unknown members refused": "unknown-members-are-ignored",
    # the answer
    "no envelope of errors": "a-false-login-is-refused",
    "error with the code OK": "what-an-identifier-does-not-find-is-refused",
    "error without message": "what-an-identifier-does-not-find-is-refused",
    "error with status 200": "what-an-identifier-does-not-find-is-refused",
    "unknown error code": "what-an-identifier-does-not-find-is-refused",
    "one error code for all": "what-an-identifier-does-not-find-is-refused",
    "error without a place": "a-false-login-is-refused",
    "error of another place": "what-an-identifier-does-not-find-is-refused",
    "success with a message": "login-gives-a-token",
    "plain text": "login-gives-a-token",
    "Id for id": "every-member-is-answered",
    "amounts as text": "every-member-is-answered",
    "nulls left out": "every-member-is-answered",
    "fields_set ignored": "fields-set-gives-a-part-of-the-answer",
    "fields_set with spaces misread": "fields-set-gives-a-part-of-the-answer",
    "fields_set twice refused": "fields-set-gives-a-part-of-the-answer",
    "fields_set ignored in create": "fields-set-of-a-purchase-chooses-too",
    "unknown field ignored": "an-unknown-field-is-refused",
    "fields in any case": "an-unknown-field-is-refused",
    "GET previews": "another-method-is-refused",
    "crash on an array": "what-is-no-request-is-refused",
    "any content type": "what-is-no-request-is-refused",
}


EVENT = (
    "id", "number", "type", "life_cycle_state", "accounts_receivable_id", "rewards_participant_id",
    "rewards_participant_name", "performed_on", "description", "reference_number",
    "external_system_reference_number", "total_amount", "total_awarded_amount",
    "total_awarded_alternative_amount", "total_instant_spend_amount", "total_automatic_spend_amount",
    "total_spend_amount", "reduction_method", "wallet_balance", "wallet_alternative_balance",
    "applied_reward_offers_set", "spend_requests_set", "vouchers_set",
)  # fmt: skip


# The texts of a purchase, the least and the most of their letters.
TEXTS = {
    "reference_number": (1, 255),
    "external_system_reference_number": (1, 255),
    "payment_medium_identifier": (1, 255),
    "description": (0, 1000),
}


class Refused(Exception):
    """An error of the contract."""

    def __init__(self, code, message, status=400, place=""):
        super().__init__(message)
        self.code, self.message, self.status, self.place = code, message, status, place


@cache
def _organisations():
    return yaml.load(FIXTURE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["organisations"]


class Service:
    """The rewards service, with at most one fault."""

    def __init__(self, fault):
        assert fault is None or fault in FAULTS
        self.fault = fault
        self.lock = threading.RLock()
        self.organisations = _organisations()
        self.tokens = {}
        self.events = {}
        self.references = {}
        self.numbers = {}
        self.used = set()
        self.counter = itertools.count(1)
        self.wallets = {
            (name, account["id"]): [
                Decimal(account["wallet"]["balance"]),
                Decimal(account["wallet"]["alternative_balance"])
                if "alternative_balance" in account["wallet"]
                else None,
            ]
            for name, told in self.organisations.items()
            for account in told["accounts"]
            if "wallet" in account
        }

    def bad(self, *faults):
        """Tell whether one of the faults is the server's."""
        return self.fault in faults

    # Logging in.

    def login(self, body):
        names = ("username", "password", "organisation")
        if not all(isinstance(body.get(name), str) for name in names):
            raise Refused("INVALID_REQUEST", "username, password and organisation are needed")
        for name in names:
            demand(body[name], f"{name} is empty")
        for name, told in self.organisations.items():
            for user in told["users"]:
                if (
                    user["username"] == body["username"]
                    and self.is_password(user["password"], body["password"])
                    and (name == body["organisation"] or self.bad("organisation not checked"))
                ):
                    if self.bad("new login ends the old one"):
                        self.tokens.clear()
                    self.check_unit(told, body)
                    token = secrets.token_hex(20)
                    self.tokens[token] = name
                    return {"token": token}
        raise Refused("INVALID_CREDENTIALS", "no such user")

    def is_password(self, right, given):
        if self.bad("password in any case"):
            return right.lower() == given.lower()
        if self.bad("password by its beginning"):
            return right.startswith(given)
        return right == given or self.bad("password not checked")

    def check_unit(self, told, body):
        ids = [unit["id"] for unit in told["units"]]
        known = body.get("unit") in ids or self.bad("unit of a login not looked at")
        if "unit" in body and (not known or self.bad("unit of a login refused")):
            raise Refused("UNKNOWN_UNIT", "no such unit", place="/unit")

    def organisation(self, token, place="body"):
        if self.bad("token not checked") and isinstance(token, str):
            return "northwind"
        if self.bad("token not needed") and token is None:
            return "northwind"
        if self.bad("show without token") and place == "query":
            return "northwind"
        if self.bad("token in any case") and isinstance(token, str):
            token = token.lower()
        if self.bad("token by its beginning") and isinstance(token, str) and len(token) > 30:
            token = next((one for one in self.tokens if one[:30] == token[:30]), token)
        if not isinstance(token, str) or token not in self.tokens:
            raise Refused("INVALID_TOKEN", "the token is not good", 401)
        if self.bad("world of another organisation"):
            return "northwind"
        return self.tokens[token]

    def release(self, body):
        self.organisation(body.get("token"))
        if self.bad("release ends every token"):
            self.tokens.clear()
        elif not self.bad("released token still good"):
            self.tokens.pop(body["token"], None)
        return {}

    # Purchases.

    def preview(self, body):
        name = self.organisation(body.get("token"))
        self.check(body, creating=False)
        with self.lock:
            taken = (name, body.get("external_system_reference_number")) in self.references
            if taken and self.bad("preview looks at the external reference"):
                raise Refused("DUPLICATE_EXTERNAL_REFERENCE", "taken")
            purchase = self.look_up(name, body)
            data, _, _ = self.compute(name, purchase, body)
            wallet = self.wallets.get((name, purchase["account"]["id"]))
            if self.bad("preview changes the wallet") and wallet:
                wallet[0] += CENT
            if self.bad("preview uses the one-time password"):
                self.used |= self.passwords(body)
            if self.bad("preview takes the external reference"):
                self.references[name, body.get("external_system_reference_number")] = body
        return self.chosen(data, body)

    def create(self, body):
        name = self.organisation(body.get("token"))
        self.check(body, creating=True)
        if self.bad("zero character crashes") and "\0" in body["reference_number"]:
            raise RuntimeError("the database knows no zero character")
        with self.lock:
            reference = self.reference(body)
            shelf = name
            if self.bad("external reference of another organisation"):
                shelf = "all"
            before = self.references.get((shelf, reference))
            if (
                before is not None
                and reference is not None
                and not self.bad("external reference again")
            ):
                same = {**before, "token": 0} == {**body, "token": 0}
                if same or not self.bad("external reference of the same body only"):
                    place = "/external_system_reference_number"
                    raise Refused("DUPLICATE_EXTERNAL_REFERENCE", "is taken", place=place)
            if self.bad("refused purchase takes its reference"):
                self.references[name, reference] = body
            if self.bad("reference number unique"):
                key = (name, "number", body["reference_number"])
                if key in self.references:
                    raise Refused("INVALID_REQUEST", "the reference number is taken")
                self.references[key] = body
            purchase = self.look_up_to_create(name, body)
            data, vouchers, wallet = self.compute(name, purchase, body)
            if not self.bad("unknown field refused afterwards"):
                self.chosen(dict.fromkeys(EVENT), body)
            self.references[shelf, reference] = body
            if not self.bad("one-time password for ever"):
                self.used |= self.passwords(body)
            event = self.event(purchase, body, data, vouchers, wallet)
            told = self.chosen(event, body)
            whole = not self.bad("show the chosen members only")
            self.events[event["id"]] = (name, event if whole else told)
        return event if self.bad("fields_set ignored in create") else told

    def reference(self, body):
        reference = body.get("external_system_reference_number")
        if reference is None:
            return None
        if self.bad("external reference in any case"):
            return reference.lower()
        if self.bad("external reference trimmed"):
            return reference.strip()
        if self.bad("external reference of one account"):
            return reference + str(body["accounts_receivable_identifier"])
        return reference

    def look_up_to_create(self, name, body):
        if self.bad("create ignores disable_instant_spend"):
            body["disable_instant_spend"] = False
        try:
            purchase = self.look_up(name, body)
        except Refused:
            if self.bad("refusal uses the one-time password"):
                self.used |= self.passwords(body)
            raise
        nobody = "participant" not in purchase["account"]
        demand(not (nobody and self.bad("purchase of nobody refused")), "nobody buys")
        return purchase

    def event(self, purchase, body, data, vouchers, wallet):
        award, instant = data["total_award_amount"], data["total_instant_spend_amount"]
        automatic, points = (
            data["total_automatic_spend_amount"],
            data["total_award_alternative_amount"],
        )
        if self.bad("wallet of the last account moved") and wallet is not None:
            wallet = self.wallets[purchase["name"], purchase["told"]["accounts"][-1]["id"]]
        if self.bad("create differs from preview") and award:
            award += CENT
        if wallet is not None:
            wallet[0] += 0 if self.bad("create forgets the award") else award
            wallet[0] -= 0 if self.bad("create keeps the spends") else instant + automatic
            if not self.bad("create keeps the vouchers"):
                wallet[0] -= sum((value for _, value in vouchers), Decimal(0))
            if self.bad("create loses a cent"):
                wallet[0] -= CENT
            if points is not None and not self.bad("create forgets the points"):
                wallet[1] = (wallet[1] or Decimal(0)) + points
        number = 1 if self.bad("numbers repeat") else next(self.counter)
        spends = [
            {
                "id": secrets.token_hex(16),
                "number": f"SRE{number}{instantly}",
                "type": "SPEND_REQUEST",
                "life_cycle_state": "POSTED",
                "amount": amount,
                "instant_spend": instantly,
                "automatic_spend": not instantly,
                "reduction_method": data["reduction_method"]
                if not self.bad("spend requests of another method")
                else "FRONT_END_REDUCTION",
            }
            for amount, instantly in ((instant, True), (automatic, False))
            if amount
        ]
        return {
            "id": secrets.token_hex(16),
            "number": f"PCE{number}",
            "type": "PURCHASE",
            "life_cycle_state": "POSTED",
            "accounts_receivable_id": purchase["account"]["id"],
            "rewards_participant_id": data["rewards_participant_id"],
            "rewards_participant_name": data["rewards_participant_name"],
            "performed_on": body["performed_on"],
            "description": body.get("description"),
            "reference_number": body["reference_number"][
                : 9 if self.bad("references cut short") else None
            ],
            "external_system_reference_number": body.get("external_system_reference_number"),
            "total_amount": sum(line["total"] for line in purchase["lines"]),
            "total_awarded_amount": award,
            "total_awarded_alternative_amount": points,
            "total_instant_spend_amount": instant,
            "total_automatic_spend_amount": automatic,
            "total_spend_amount": instant + automatic,
            "reduction_method": data["reduction_method"],
            "wallet_balance": wallet[0] if wallet else None,
            "wallet_alternative_balance": wallet[1] if wallet else None,
            "applied_reward_offers_set": data["applied_reward_offers_set"],
            "spend_requests_set": [] if self.bad("spend requests missing") else spends,
            "vouchers_set": [
                {
                    "id": "V1" if self.bad("vouchers share an ID") else secrets.token_hex(16),
                    "value": 5 if self.bad("vouchers worth five") else value,
                    "voucher_type": self.kind(kind),
                }
                for kind, value in vouchers
            ],
        }

    def show(self, query):
        name = self.organisation(query.get("token"), "query")
        if "id" not in query:
            raise Refused("INVALID_REQUEST", "id is needed")
        owner, event = self.events.get(query["id"], (None, None))
        if self.bad("show by number"):
            events = {one["number"]: (who, one) for who, one in self.events.values()}
            owner, event = events.get(query["id"], (owner, event))
        if owner != name and not (owner and self.bad("events of another organisation")):
            raise Refused("UNKNOWN_PURCHASE", "no such purchase", place="/id")
        if self.bad("show another event"):
            event = list(self.events.values())[-1][1]
        if self.bad("show changes"):
            event = {**event, "life_cycle_state": "CANCELLED"}
        return event

    def chosen(self, data, body):
        wanted = body.get("fields_set")
        if wanted is None or self.bad("fields_set ignored"):
            return data
        names = wanted.split(",")
        if not self.bad("fields_set with spaces misread"):
            names = [one.strip(" ") for one in names]
        if self.bad("fields in any case"):
            names = [one.lower() for one in names]
        twice = len(names) > len(set(names)) and self.bad("fields_set twice refused")
        demand(not twice, "a name stands twice")
        unknown = [one for one in names if one not in data]
        if unknown and not self.bad("unknown field ignored"):
            raise Refused("UNKNOWN_FIELD", f"no field {unknown[0]}", place="/fields_set")
        return {one: data[one] for one in names if one in data}

    # Whether a purchase is one.

    def check(self, body, creating):
        self.check_members(body)
        self.check_identifiers(body)
        if self.bad("broken rule ignored in create") and creating:
            return
        self.check_rules(body)

    def check_members(self, body):
        need = [
            "accounts_receivable_identifier",
            "performed_on",
            "reference_number",
            "products_set",
        ]
        if self.bad("reference number not needed"):
            need.remove("reference_number")
            body.setdefault("reference_number", "none")
        for name in need:
            demand(name in body, f"{name} is required")
        for name, (least, most) in TEXTS.items():
            given = body.get(name, "x")
            demand(isinstance(given, str) or self.bad("texts of any type"), name)
            long = (
                isinstance(given, str) and len(given) > most and not self.bad("texts of any length")
            )
            demand(not long and (given or not least or self.bad("empty texts")), name)
        for name in ("disable_instant_spend", "process_immediately"):
            given = body.get(name, False)
            demand(isinstance(given, bool) or (self.bad("text for true") and given == "true"), name)
        performed = body["performed_on"]
        demand(isinstance(performed, str), "performed_on is no text")
        zone = "Z?" if self.bad("zone accepted") else ""
        demand(re.fullmatch(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d{zone}", performed), "performed_on")
        if not self.bad("30 February"):
            try:
                dt.datetime.fromisoformat(performed.rstrip("Z"))
            except ValueError:
                raise Refused("INVALID_REQUEST", "performed_on is no date") from None
        fields = body.get("fields_set", "a")
        lax = self.bad("unknown field ignored")
        demand(isinstance(fields, str) and len(fields) <= 2000, "fields")
        demand(
            isinstance(fields, str) and (lax or re.fullmatch(r"[ \w,]*\w[ \w,]*", fields)), "fields"
        )
        for name in ("total_amount", "net_amount", "vat_amount"):
            demand(name not in body or is_amount(body[name], most=10**11), name)
        products = body["products_set"]
        most = 99 if self.bad("hundred products too many") else 100
        least = 0 if self.bad("no products accepted") else 1
        demand(isinstance(products, list) and least <= len(products) <= most, "products_set")
        known = {*need, "token", "disable_instant_spend", "fields_set", "description"}
        if self.bad("unknown members refused"):
            known |= {name for name in body if name.endswith(("_amount", "_number"))}
            known |= {name for name in body if "identifier" in name and not name.startswith("inv")}
            demand(set(body) <= known, "an unknown member")
        for product in products:
            demand(isinstance(product, dict), "a product is no object")
            for name in ("net_amount", "vat_amount", "total_amount"):
                low = -(10**9) if self.bad("negative amounts") else 0
                most = 10**12 if self.bad("amounts of any size") else 10**9
                demand(name in product and is_amount(product[name], low, most), name)
            quantity = product.get("quantity", 1)
            demand(is_amount(quantity), "quantity")
            demand(quantity > 0 or (quantity == 0 and self.bad("quantity of zero")), "quantity")
            demand("product_identifier" in product, "product_identifier")

    def check_identifiers(self, body):
        terms = ("id", "name", "alternative_code")
        self.one_of(body, "accounts_receivable_identifier", ("id", "number", "name"), token=True)
        self.one_of(body, "rewards_participant_identifier", ("id", "number"), token=True)
        for name in (
            "classification_identifier",
            "spend_request_classification_identifier",
            "performed_by_unit_identifier",
            "payment_medium_brand_identifier",
            "payment_medium_type_identifier",
        ):
            self.one_of(body, name, terms)
        self.one_of(body, "performed_by_business_unit_identifier", ("id", "name", "code"))
        self.one_of(body, "invoice_identifier", ("id", "number"))
        for product in body["products_set"]:
            self.one_of(product, "product_identifier", ("id", "code", "alternative_code"))

    def one_of(self, holder, name, members, token=False):
        if name not in holder:
            return
        given = holder[name]
        demand(isinstance(given, dict), f"{name} is no object")
        if self.bad("unknown member accepted"):
            given = holder[name] = {one: value for one, value in given.items() if one != "unknown"}
        allowed = {*members, "access_token_identifier"} if token else set(members)
        demand(set(given) <= allowed, f"{name} has an unknown member")
        lax = self.bad("two members accepted") or (
            self.bad("two products members accepted") and name == "product_identifier"
        )
        if not given and self.bad("no member accepted") and name != "product_identifier":
            holder.pop(name)
            if name == "accounts_receivable_identifier":
                holder[name] = {"id": "A0000000000000000000000000000001"}
            return
        demand(len(given) == 1 or (lax and given), f"{name} needs exactly one member")
        for member, value in list(given.items())[:1]:
            holder[name] = {member: value}
            if member != "access_token_identifier":
                demand(isinstance(value, str) and value, f"{name}.{member} is no text")
            else:
                self.check_access_token(value)

    def check_access_token(self, given):
        demand(isinstance(given, dict), "the access token identifier is no object")
        kinds = {
            "authentication_code": str,
            "identifier": str,
            "pass_code": str,
            "one_time_password": int,
        }
        for name, value in given.items():
            demand(name in kinds and type(value) is kinds[name], f"{name} of an access token")
        ways = [name for name in given if name != "pass_code"]
        demand(
            len(ways) == 1 or (ways and self.bad("two ways of an access token")), "exactly one way"
        )
        if "identifier" in given and not self.bad("identifier without pass code"):
            demand("pass_code" in given or len(ways) > 1, "pass_code is required")
        if "pass_code" in given and not self.bad("pass code without identifier"):
            demand("identifier" in given or len(ways) > 1, "pass_code without identifier")

    def check_rules(self, body):
        units = [
            name
            for name in ("performed_by_unit_identifier", "performed_by_business_unit_identifier")
            if name in body
        ]
        least = 0 if self.bad("neither unit nor business unit") else 1
        most = 2 if self.bad("unit and business unit") else 1
        demand(least <= len(units) <= most, "exactly one of unit and business unit")
        for product in body["products_set"]:
            total, net, vat = (
                decimal(product[name]) for name in ("total_amount", "net_amount", "vat_amount")
            )
            if self.bad("total within a cent"):
                demand(abs(total - net - vat) <= CENT, "total is not net plus VAT")
            elif self.bad("total compared in floats"):
                demand(float(total) == float(net) + float(vat), "total is not net plus VAT")
            elif not self.bad("total not net plus VAT"):
                demand(total == net + vat, "total is not net plus VAT")
            if not self.bad("tenths of a cent"):
                demand(all(one == one.quantize(CENT) for one in (total, net, vat)), "two decimals")
        for name in ("total_amount", "net_amount", "vat_amount"):
            if name not in body or self.bad("sums not compared", "totals are the base"):
                continue
            if self.bad("net sum not compared") and name == "net_amount":
                continue
            total = sum(decimal(product[name]) for product in body["products_set"])
            demand(decimal(body[name]) == total, f"{name} is not the sum")

    # What a purchase names.

    def look_up(self, name, body):
        told = self.organisations[name]
        account = self.account(told, body, "accounts_receivable_identifier")
        self.compare_participant(told, body, account)
        named = {
            "unit": ("performed_by_unit_identifier", "units", "UNIT"),
            "business_unit": (
                "performed_by_business_unit_identifier",
                "business_units",
                "BUSINESS_UNIT",
            ),
            "classification": ("classification_identifier", "classifications", "CLASSIFICATION"),
            "spend": (
                "spend_request_classification_identifier",
                "classifications",
                "CLASSIFICATION",
            ),
            "brand": (
                "payment_medium_brand_identifier",
                "payment_medium_brands",
                "PAYMENT_MEDIUM_BRAND",
            ),
            "type": (
                "payment_medium_type_identifier",
                "payment_medium_types",
                "PAYMENT_MEDIUM_TYPE",
            ),
        }
        purchase = {
            key: self.find(told[collection], body[member], kind, f"/{member}")
            if member in body
            else None
            for key, (member, collection, kind) in named.items()
        }
        if self.bad("classification of the spend taken"):
            purchase["classification"] = purchase["classification"] or purchase["spend"]
        lines = []
        for number, product in enumerate(body["products_set"]):
            place = f"/products_set/{number}/product_identifier"
            found = self.find(told["products"], product["product_identifier"], "PRODUCT", place)
            lines.append(
                {
                    "code": found["code"] if found else None,
                    "total": decimal(product["total_amount"]),
                    "net": decimal(product["net_amount"]),
                    "quantity": decimal(product.get("quantity", 1)),
                }
            )
        if self.bad("totals are the base") and "total_amount" in body:
            lines[0]["total"] += decimal(body["total_amount"]) - sum(one["total"] for one in lines)
        return {**purchase, "account": account, "lines": lines, "told": told, "name": name}

    def compare_participant(self, told, body, account):
        name = "rewards_participant_identifier"
        given = body.get(name)
        if given is None or self.bad("participant not compared"):
            return
        if "access_token_identifier" in given:
            found = self.account(told, body, name).get("participant")
            if self.bad("participant of a card not compared"):
                return
        else:
            people = [one["participant"] for one in told["accounts"] if "participant" in one]
            found = self.find(people, given, "PARTICIPANT", f"/{name}")
        nobody = "participant" not in account and self.bad("participant of nobody")
        if found != account.get("participant") and not nobody:
            raise Refused("PARTICIPANT_MISMATCH", "another participant", place=f"/{name}")

    def find(self, records, identifier, kind, place):
        ((member, value),) = identifier.items()
        if self.bad("alternative code forgotten") and member == "alternative_code":
            member = "name"
        for record in records:
            if record.get(member) == value:
                return record
            if self.bad("any member finds") and value in record.values():
                return record
            if self.bad("names in any case") and record.get(member, "").lower() == value.lower():
                return record
        forgiven = {
            "unknown product ignored": "PRODUCT",
            "unknown unit ignored": "UNIT",
            "unknown classification ignored": "CLASSIFICATION",
        }
        if forgiven.get(self.fault) == kind:
            return None
        raise Refused(f"UNKNOWN_{kind}", "nothing has it", place=f"{place}/{member}")

    def account(self, told, body, name):
        ((member, value),) = body[name].items()
        place = f"/{name}/{member}"
        if member == "access_token_identifier":
            member, value = "number", self.access_token(told, value, place)["account"]
        found = [one for one in told["accounts"] if one[member] == value]
        if not found:
            raise Refused("UNKNOWN_ACCOUNT", f"no account has the {member} {value}", place=place)
        if len(found) > 1 and not self.bad("first of two accounts"):
            raise Refused("AMBIGUOUS_ACCOUNT", f"{len(found)} have it", place=place)
        return found[0]

    def access_token(self, told, given, place):
        way = next((one for one in given if one != "pass_code"), "pass_code")
        tokens = told["access_tokens"]
        if self.bad("access token of another organisation"):
            tokens = [one for each in self.organisations.values() for one in each["access_tokens"]]
        found = [one for one in tokens if one.get(way) == str(given[way])]
        expired = found and "expires_at" in found[0] and not self.bad("expired one-time password")
        used = way == "one_time_password" and given[way] in self.used
        if not found or expired or used:
            otp = way == "one_time_password"
            code = "ONE_TIME_PASSWORD_NOT_VALID" if otp else "UNKNOWN_ACCESS_TOKEN"
            raise Refused(code, f"no access token has this {way}", place=f"{place}/{way}")
        token = found[0]
        if way == "identifier" and not self.bad("pass code not checked"):
            given_code = given.get("pass_code")
            lax = given_code is None and self.bad("identifier without pass code")
            if token["pass_code"] != given_code and not lax:
                raise Refused("WRONG_PASS_CODE", "it is wrong", place=f"{place}/pass_code")
        if token["state"] != "EFFECTIVE" and not self.bad("ineffective token names"):
            otp = way == "one_time_password"
            code = "ONE_TIME_PASSWORD_NOT_VALID" if otp else "ACCESS_TOKEN_NOT_EFFECTIVE"
            raise Refused(code, "it is not effective", place=f"{place}/{way}")
        return token

    def passwords(self, body):
        holders = ["accounts_receivable_identifier", "rewards_participant_identifier"]
        if self.bad("password of the participant for ever"):
            holders.pop()
        tokens = [body.get(name, {}).get("access_token_identifier", {}) for name in holders]
        return {one["one_time_password"] for one in tokens if "one_time_password" in one}

    # What it comes to.

    def compute(self, name, purchase, body):
        told, account = purchase["told"], purchase["account"]
        participant = account.get("participant")
        wallet = self.wallets.get((name, account["id"]))
        if self.bad("wallet of another account") and wallet:
            wallet = self.wallets[name, told["accounts"][0]["id"]]
        total = sum(line["total"] for line in purchase["lines"])
        merchant = self.merchant(told, purchase)
        least, most = self.limits(told, merchant)
        offers = self.offers(told, purchase, body, total)
        allowed = (
            participant is not None
            and (
                participant.get("allow_spending") != "false"
                or self.bad("participant may always spend")
            )
            and (merchant is None or merchant["allow_spending"] == "true")
        )
        award = sum(
            (
                one
                for offer, one in offers
                if offer.get("currency") != "ALTERNATIVE"
                or self.bad("alternative award in the system total")
            ),
            Decimal(0),
        )
        if self.bad("award rounded over all offers"):
            award = award.quantize(CENT, ROUND_HALF_UP)
        instant = sum(
            (one for offer, one in offers if self.is_instant(offer)), Decimal(0)
        ).quantize(CENT, ROUND_HALF_UP)
        if self.bad("instant capped per offer"):
            instant = sum(
                (min(one, total) for offer, one in offers if self.is_instant(offer)), Decimal(0)
            )
        elif not self.bad("instant beyond the purchase"):
            instant = min(instant, total)
        if self.bad("allow_spending stops instant") and not allowed:
            instant = Decimal(0)
        if self.bad("instant not in the award"):
            award -= instant
        automatic = Decimal(0)
        if participant and wallet and allowed:
            automatic = self.automatic(participant, merchant, wallet, total - instant, least, most)
        if self.bad("award after spending") and total:
            award = (award * (total - instant - automatic) / total).quantize(CENT, ROUND_HALF_UP)
        if self.bad("award in float cents"):
            award = Decimal(repr(math.fsum([float(award), 0.1]) - 0.1))
        if self.bad("more products award less") and len(purchase["lines"]) > 2:
            award = (award / 2).quantize(CENT, ROUND_DOWN)
        data = {
            "total_award_amount": award,
            "total_award_alternative_amount": self.points(offers),
            "total_instant_spend_amount": instant,
            "total_automatic_spend_amount": automatic,
            "total_additional_spend_amount": self.additional(
                wallet, total, instant, automatic, award, (least, most), allowed
            ),
            "minimum_spend_amount_per_transaction": least,
            "maximum_spend_amount_per_transaction": most,
            "reduction_method": self.reduction(told, merchant, instant + automatic),
            "rewards_participant_id": participant["id"] if participant else None,
            "rewards_participant_name": participant["name"] if participant else None,
            "wallet_balance": wallet[0] if wallet else None,
            "wallet_alternative_balance": wallet[1] if wallet else None,
            "allow_spending": allowed,
            "voucher_types_set": [],
            "applied_reward_offers_set": [
                {
                    "Id" if self.bad("Id for id") else "id": offer["id"],
                    "name": offer["scheme"]
                    if self.bad("offers listed by their scheme")
                    else offer["name"],
                    "scheme_name": offer["scheme"],
                }
                for offer, _ in offers
            ],
        }
        if self.bad("balance after the award in a preview") and wallet:
            data["wallet_balance"] = wallet[0] + award
        kinds = {kind["name"]: kind for kind in told["voucher_types"]}
        given = [
            (kinds[offer["voucher_type"]], one) for offer, one in offers if "voucher_type" in offer
        ]
        seen = {kind["id"]: self.kind(kind) for kind, _ in given}
        data["voucher_types_set"] = list(seen.values())
        return data, given, wallet

    def is_instant(self, offer):
        if self.bad("voucher counts as instant"):
            return offer.get("spend_method", "").startswith("SPEND_INSTANTLY")
        return offer.get("spend_method") == "SPEND_INSTANTLY"

    def limits(self, told, merchant):
        limits = told["spend_limits"]
        if self.bad("limits of another organisation"):
            limits = self.organisations["northwind"]["spend_limits"]
        if merchant is not None and not self.bad("limits of the organisation only"):
            limits = merchant["spend_limits"]
        return Decimal(limits["minimum"]), Decimal(limits["maximum"])

    @staticmethod
    def points(offers):
        found = [one for offer, one in offers if offer.get("currency") == "ALTERNATIVE"]
        return sum(found) if found else None

    def kind(self, kind):
        names = ("id", "name", "alternative_code", "value_options", "classification", "description")
        told = {name: kind.get(name) for name in names}
        if self.bad("voucher types without their codes"):
            told["alternative_code"] = None
        return told

    def merchant(self, told, purchase):
        unit = purchase["unit"]["name"] if purchase["unit"] else None
        for merchant in told["merchants"]:
            if unit in merchant.get("units", []):
                return merchant
        business = self.business(purchase)
        return next(
            (one for one in told["merchants"] if business in one.get("business_units", [])), None
        )

    @staticmethod
    def business(purchase):
        if purchase["unit"]:
            return purchase["unit"]["business_unit"]
        return purchase["business_unit"]["name"] if purchase["business_unit"] else None

    def reduction(self, told, merchant, spent):
        if not spent and not self.bad("reduction method always"):
            return None
        if self.bad("reduction method of another merchant") and told["merchants"]:
            return told["merchants"][0]["reduction_method"]
        return merchant["reduction_method"] if merchant else "FRONT_END_REDUCTION"

    def additional(self, wallet, total, instant, automatic, award, limits, allowed):
        if wallet is None or not (allowed or self.bad("additional though not allowed")):
            return Decimal(0)
        balance = wallet[0] + (award if self.bad("additional counts the award") else 0)
        bounds = [balance - (0 if self.bad("additional ignores automatic") else automatic)]
        if not self.bad("additional ignores the purchase"):
            bounds.append(total - instant - automatic)
        if not self.bad("maximum ignored"):
            bounds.append(limits[1])
        amount = min(bounds)
        if self.bad("minimum exclusive"):
            return amount if amount > limits[0] else Decimal(0)
        return amount if amount >= limits[0] or self.bad("minimum ignored") else Decimal(0)

    def automatic(self, participant, merchant, wallet, left, least, most):
        rules = participant.get("automatic_spend", {})
        if rules.get("enabled") != "true" and not self.bad("automatic without authorisation"):
            return Decimal(0)
        anywhere = self.bad("automatic at any merchant")
        if merchant is not None and merchant["allow_automatic_spend"] != "true" and not anywhere:
            return Decimal(0)
        listed = rules.get("merchants", [])
        if listed and not anywhere and (merchant is None or merchant["name"] not in listed):
            return Decimal(0)
        floor = Decimal(rules.get("minimum_wallet_balance", 0))
        spared = self.bad("automatic spares the smallest wallet") and wallet[0] == floor
        small = wallet[0] < floor or spared
        if small and not self.bad("automatic from a small wallet"):
            return Decimal(0)
        amount = min(left, most)
        if not self.bad("automatic beyond the wallet"):
            amount = min(amount, wallet[0])
        if not self.bad("automatic beyond its maximum"):
            amount = min(amount, Decimal(rules.get("maximum_spend_amount", "1e9")))
        if not self.bad("automatic below its minimum"):
            least = max(least, Decimal(rules.get("minimum_spend_amount", 0)))
        enough = amount > least if self.bad("automatic minimum exclusive") else amount >= least
        return amount if enough else Decimal(0)

    def offers(self, told, purchase, body, total):
        found = []
        for scheme in told["schemes"]:
            for offer in scheme["offers"]:
                offer = {**offer, "scheme": scheme["name"]}  # noqa: PLW2901
                if self.applies(offer, purchase, body, total):
                    award = self.award(offer, purchase, told)
                    if award > 0 or self.bad("offers of nothing listed"):
                        found.append((offer, award))
        rivals = [one for one in found if one[0].get("on_top") == "false"]
        if len(rivals) < 2 or self.bad("all offers on top"):
            return found
        best = max(award for _, award in rivals)
        winner = next(one for one in rivals if one[1] == best)
        if self.bad("first instead of best"):
            winner = rivals[0]
        return [one for one in found if one[0].get("on_top") != "false" or one is winner]

    def applies(self, offer, purchase, body, total):
        participant = purchase["account"].get("participant")
        if participant is None:
            return False
        if offer["scheme"] not in participant["schemes"] and not self.bad("scheme ignored"):
            return False
        if offer.get("state") == "NOT_EFFECTIVE" and not self.bad("ineffective offer applied"):
            return False
        if offer.get("evaluation") == "BATCH_PROCESS" and not self.bad("batch offer applied"):
            return False
        return (
            self.is_wanted(offer, body)
            and self.is_in_time(offer, body)
            and self.is_in_place(offer, purchase)
            and self.is_paid_right(offer, purchase)
            and self.is_in_size(offer, self.size(offer, purchase, total))
        )

    def is_wanted(self, offer, body):
        instant = offer.get("spend_method", "").startswith("SPEND_INSTANTLY")
        keep = self.bad("disable_instant_spend ignored", "disable_instant_spend keeps the award")
        return keep or not (instant and body.get("disable_instant_spend"))

    def is_in_time(self, offer, body):
        day = str(dt.date.today()) if self.bad("offers judged today") else body["performed_on"][:10]
        first, last = offer.get("effective_from"), offer.get("effective_to")
        early = first is not None and (
            day < first or (day == first and self.bad("first day left out"))
        )
        late = last is not None and (day > last or (day == last and self.bad("last day left out")))
        return (not early or self.bad("offer before its dates")) and (
            not late or self.bad("offer after its dates")
        )

    def is_in_place(self, offer, purchase):
        unit = purchase["unit"]["name"] if purchase["unit"] else None
        if (
            "units" in offer
            and not self.bad("offer of another unit")
            and unit not in offer["units"]
        ):
            return False
        if "business_units" not in offer or self.bad("offer of another business unit"):
            return True
        if self.bad("business unit of a unit forgotten") and purchase["unit"]:
            return False
        return self.business(purchase) in offer["business_units"]

    def is_paid_right(self, offer, purchase):
        pairs = (
            []
            if self.bad("payment medium ignored")
            else [("payment_medium_brands", "brand"), ("payment_medium_types", "type")]
        )
        if not self.bad("classification ignored"):
            pairs.append(("classifications", "classification"))
        return all(
            wanted not in offer or (purchase[key] and purchase[key]["name"] in offer[wanted])
            for wanted, key in pairs
        )

    def size(self, offer, purchase, total):
        if not self.bad("amount of the offer's products"):
            return total
        wanted = offer.get("products", [line["code"] for line in purchase["lines"]])
        return sum(line["total"] for line in purchase["lines"] if line["code"] in wanted)

    def is_in_size(self, offer, total):
        least, most = offer.get("transaction_amount_from"), offer.get("transaction_amount_to")
        if least is not None and not self.bad("amount from ignored"):
            low = Decimal(least)
            if total < low or (total == low and self.bad("amount from exclusive")):
                return False
        return most is None or total <= Decimal(most) or self.bad("amount to ignored")

    def award(self, offer, purchase, told):
        lines = [
            one for one in purchase["lines"] if one["code"] in offer.get("products", [one["code"]])
        ]
        if not lines:
            return Decimal(0)
        if "award_amount" in offer:
            items = offer.get("scope", "").endswith("_ITEM") and not self.bad("item scope ignored")
            if items and self.bad("items counted by quantity"):
                return Decimal(offer["award_amount"]) * sum(line["quantity"] for line in lines)
            return Decimal(offer["award_amount"]) * (len(lines) if items else 1)
        if self.bad("award on the whole purchase"):
            lines = purchase["lines"]
        if self.bad("first product only"):
            lines = lines[:1]
        if self.bad("ten products only"):
            lines = lines[:10]
        rate = Decimal(offer["award_percentage"]) / 100
        if offer.get("currency") == "ALTERNATIVE" and not self.bad("alternative rate forgotten"):
            rate *= Decimal(told.get("alternative_currency_rate", 1))
        bases = [
            (line["net"] if self.bad("award on net") else line["total"])
            * (line["quantity"] if self.bad("quantity multiplies") else 1)
            for line in lines
        ]
        if self.bad("award rounded per product"):
            return sum((base * rate).quantize(CENT, ROUND_HALF_UP) for base in bases)
        award = sum(bases, Decimal(0)) * rate
        if self.bad("award not rounded", "award rounded over all offers"):
            return award
        modes = {
            "award rounded down": ROUND_DOWN,
            "award rounded up": ROUND_UP,
            "award rounded half to even": ROUND_HALF_EVEN,
        }
        return award.quantize(CENT, modes.get(self.fault, ROUND_HALF_UP))


def demand(holds, what):
    """Refuse a request unless something holds."""
    if not holds:
        raise Refused("INVALID_REQUEST", what)


def decimal(number):
    """Return the decimal that a JSON number was written as."""
    return Decimal(repr(number))


def is_amount(value, low=0, most=10**9):
    """Tell whether a value is a number that an amount may have."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and low <= value <= most


class Handler(BaseHTTPRequestHandler):
    """HTTP round the service."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    service = None

    def do_GET(self):
        self.answer(self.get)

    def do_POST(self):
        self.answer(self.post)

    def get(self):
        split = urlsplit(self.path)
        if split.path == f"{BASE}/customer_events/purchases/show":
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            return self.service.show(query)
        if self.service.bad("GET previews"):
            return {}
        raise Refused("METHOD_NOT_ALLOWED", "POST it", 405)

    def post(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "").split(";")[0].lower()
        if kind != "application/json" and not self.service.bad("any content type"):
            raise Refused("UNSUPPORTED_MEDIA_TYPE", f"not {kind}", 415)
        if kind != "application/json":
            return {"token": "x" * 20}
        try:
            body = json.loads(raw, parse_constant=lambda text: demand(False, text))
        except ValueError as error:
            raise Refused("INVALID_REQUEST", f"no JSON: {error}") from None
        if not (self.service.bad("crash on an array") and isinstance(body, list)):
            demand(isinstance(body, dict), "the body is no object")
        operations = {
            "/authentication/token": self.service.login,
            "/authentication/token/release": self.service.release,
            "/customer_events/purchases/preview": self.service.preview,
            "/customer_events/purchases/create": self.service.create,
        }
        operation = operations.get(urlsplit(self.path).path.removeprefix(BASE))
        if operation is None:
            raise Refused("NOT_FOUND", "nothing here", 404)
        return operation(copy.deepcopy(body))

    def answer(self, get_data):
        bad = self.service.bad
        status, data = 200, {}
        told = {"code": "OK", "description": "", "message": ""}
        try:
            data = get_data()
            if bad("success with a message"):
                told["message"] = "done"
        except Refused as error:
            status = 200 if bad("error with status 200") else error.status
            place = "/description" if bad("error of another place") else error.place
            words = error.message if bad("error without a place") else f"#{place} {error.message}"
            told = {"code": error.code, "description": "refused", "message": words}
            if bad("error with the code OK"):
                told["code"] = "OK"
            if bad("unknown error code"):
                told["code"] = "E42"
            if bad("one error code for all") and error.status == 400:
                told["code"] = "INVALID_REQUEST"
            if bad("error without message"):
                told["message"] = ""
        except Exception:
            status, told = 500, {"code": "INTERNAL_ERROR", "description": "", "message": "broken"}
        if bad("nulls left out"):
            data = {name: value for name, value in data.items() if value is not None}
        if bad("no envelope of errors") and status != 200:
            envelope = {"error": told["message"]}
        else:
            envelope = {"data": data, "status": told}
        spell = str if bad("amounts as text") else plain_number
        raw = json.dumps(envelope, default=spell).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if bad("plain text") else "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *arguments):
        """Say nothing."""


def plain_number(amount):
    """Return the JSON number of a decimal."""
    return int(amount) if amount == int(amount) else float(amount)


@contextmanager
def serve(fault=None):
    """Give the base URL of a server with this fault."""
    handler = type("Bound", (Handler,), {"service": Service(fault)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
