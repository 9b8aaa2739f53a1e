"""Every requirement of a rewards service that is checked: a table of functions that ask a client.

A check raises Broken for a requirement that is not kept, and NotReached when it cannot be made of the server. What
rests on silences counts in strict mode; in documented mode it is only reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contract_tests.judging.findings import Broken
from contract_tests.reading.requirements import Requirement, of_service
from contract_tests.services.rewards import (
    access,
    access_tokens,
    events,
    exact,
    fields,
    identifiers,
    purchasing,
    relations,
    shape,
)
from contract_tests.services.rewards.client import RewardsClient
from contract_tests.services.rewards.requirements import SERVICE, sources

Look = Callable[[RewardsClient], None]


@dataclass(frozen=True)
class Check:
    """A requirement, how to see whether it is kept, and the silences that it rests on."""

    requirement: Requirement
    look: Look
    silences: tuple[str, ...] = ()


def run(check: Check, rewards: RewardsClient) -> None:
    """Make a check. Raises Broken, or NotReached.

    In documented mode a requirement that rests on silences is never broken, only reported.
    """
    rewards.begin(check.requirement)
    try:
        check.look(rewards)
    except Broken as error:
        _saw(rewards, check, as_chosen=False)
        own = error.finding.requirement == check.requirement
        if own and check.silences and not rewards.strict:
            return
        raise
    _saw(rewards, check, as_chosen=True)


def _saw(rewards: RewardsClient, check: Check, *, as_chosen: bool) -> None:
    """Note what the server did where silences apply."""
    told = "as the contract chose" if as_chosen else f"otherwise: {check.requirement.id}"
    for silence in check.silences:
        rewards.session.coverage.saw(silence, told, as_chosen=as_chosen)


def _check(look: Look, *silences: str, source: tuple[str, ...] = ()) -> Check:
    name = look.__name__.replace("_", "-")
    sentence = (look.__doc__ or "").rstrip(".")
    cited = sources(*(source or ("docs/contracts.md#rewards",)), *silences)
    return Check(of_service(SERVICE, name, sentence, cited), look, silences)


_LOGIN = ("docs/sources.md#rewards-login",)
_CONVENTIONS = ("docs/sources.md#rewards-conventions",)
_REQUEST = ("docs/sources.md#preview-request",)
_PREVIEW = ("docs/contracts.md#rewards-preview",)
_ARITHMETIC = ("docs/contracts.md#rewards-arithmetic",)
_JSON = ("RFC 8259",)

CHECKS = (
    _check(access.login_gives_a_token, source=_LOGIN),
    _check(access.a_login_may_name_a_unit_of_the_organisation, "R42"),
    _check(access.a_false_login_is_refused, source=_LOGIN),
    _check(access.a_login_of_one_organisation_fails_in_another),
    _check(access.without_a_good_token_nothing_is_answered, source=_CONVENTIONS),
    _check(access.a_released_token_is_worth_nothing, "R4"),
    _check(access.organisations_never_meet),
    _check(access.what_is_no_request_is_refused, source=_CONVENTIONS),
    _check(access.another_method_is_refused, "R38"),
    _check(identifiers.an_identifier_has_exactly_one_member, source=(*_REQUEST, "R7")),
    _check(access_tokens.an_access_token_identifier_has_exactly_one_member,
           source=(*_REQUEST, "R7", "R25")),
    _check(identifiers.each_member_of_an_identifier_names_the_same, source=_REQUEST),
    _check(identifiers.what_an_identifier_does_not_find_is_refused, "R30"),
    _check(access_tokens.an_access_token_that_is_not_effective_names_nobody,
           source=(*_REQUEST, "R24")),
    _check(identifiers.a_name_of_two_accounts_names_neither, "R26"),
    _check(identifiers.a_participant_must_be_the_accounts, "R6"),
    _check(access_tokens.a_one_time_password_names_for_one_purchase, "R24"),
    _check(shape.broken_examples_are_refused, "R8", "R9", "R10", "R14", "R27"),
    _check(shape.a_total_must_be_net_plus_vat, "R10"),
    _check(shape.totals_must_be_the_sums, "R9"),
    _check(shape.amounts_have_two_decimals, "R14"),
    _check(shape.exactly_one_of_unit_and_business_unit, "R8"),
    _check(shape.mandatory_members_are_asked_for, source=_REQUEST),
    _check(shape.values_of_another_kind_are_refused, "R11", "R27", "R37"),
    _check(shape.members_keep_to_their_types_and_bounds, "R14", "R37",
           source=("the contract's schemas",)),
    _check(shape.one_to_a_hundred_products_are_taken, "R31"),
    _check(shape.unknown_members_are_ignored, "R9"),
    _check(purchasing.a_preview_changes_nothing, source=_PREVIEW),
    _check(purchasing.a_purchase_does_what_its_preview_said, source=_PREVIEW),
    _check(purchasing.no_cent_is_lost_or_made, source=(*_ARITHMETIC, "R15", "R43", "R44")),
    _check(purchasing.a_purchase_moves_no_other_wallet, source=_PREVIEW),
    _check(events.a_created_purchase_can_be_read, source=_PREVIEW),
    _check(events.each_purchase_is_one_of_its_own, source=_PREVIEW),
    _check(events.an_external_reference_is_taken_once, source=_PREVIEW),
    _check(events.odd_texts_are_texts_like_any_other, source=_JSON),
    _check(events.a_refused_purchase_changes_nothing, source=_PREVIEW),
    _check(relations.the_order_of_products_does_not_matter, source=_ARITHMETIC),
    _check(relations.a_split_line_changes_no_total, source=_ARITHMETIC),
    _check(relations.more_products_never_award_less, source=_ARITHMETIC),
    _check(relations.spends_keep_to_their_bounds, "R15", "R16", "R17", "R18"),
    _check(relations.disable_instant_spend_makes_it_zero, source=_REQUEST),
    _check(fields.fields_set_gives_a_part_of_the_answer, source=_REQUEST),
    _check(fields.fields_set_of_a_purchase_chooses_too, source=_PREVIEW),
    _check(fields.an_unknown_field_is_refused, "R20"),
    _check(fields.every_member_is_answered, "R20"),
    _check(events.a_reference_number_may_be_used_again, "R28"),
    _check(relations.a_quantity_does_not_multiply, "R11"),
    _check(relations.numbers_count_by_value, source=_JSON),
    _check(exact.the_published_examples_come_out, source=("docs/sources.md#preview-examples",)),
    _check(exact.untouched_wallets_are_the_fixtures, source=_ARITHMETIC),
    _check(exact.every_amount_comes_out_to_the_cent,
           source=(*_ARITHMETIC, *(f"R{one}" for one in range(12, 21)), "R29", "R41", "R43")),
    _check(exact.every_purchase_comes_out_to_the_cent,
           source=(*_ARITHMETIC, "R15", "R43", "R44")),
)  # fmt: skip
