"""Every promise of a rewards service: a table of checks, each a function that asks a bench.

A check raises Broken for a promise that is not kept, and NotReached when it cannot be made of the
server. What rests on silences counts in strict mode; in documented mode it is only reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from contract_tests.judging.verdict import Broken
from contract_tests.services.rewards import access, exact, identifiers, properties, shape
from contract_tests.services.rewards.client import Bench, Promise


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


def _check(look: Callable[[Bench], None], *silences: str, source: str = "contracts 4") -> Check:
    name = look.__name__.replace("_", "-")
    sentence = (look.__doc__ or "").rstrip(".")
    return Check(Promise(f"rewards.{name}", sentence, source, silences), look)


CHECKS = (
    _check(access.login_gives_a_token, source="facts 2 (P1)"),
    _check(access.a_login_may_name_a_unit_of_the_organisation, "R42"),
    _check(access.a_false_login_is_refused, source="facts 2 (P1)"),
    _check(access.a_login_of_one_organisation_fails_in_another),
    _check(access.without_a_good_token_nothing_is_answered, source="seed 004, facts 2"),
    _check(access.a_released_token_is_worth_nothing, "R4"),
    _check(access.organisations_never_meet),
    _check(access.what_is_no_request_is_refused, source="facts 2"),
    _check(access.another_method_is_refused, "R38"),
    _check(identifiers.an_identifier_has_exactly_one_member, source="seed 004, R7"),
    _check(identifiers.an_access_token_identifier_has_exactly_one_member, source="seed 004, R7, R25"),
    _check(identifiers.each_member_of_an_identifier_names_the_same, source="seed 004"),
    _check(identifiers.what_an_identifier_does_not_find_is_refused, "R30"),
    _check(identifiers.an_access_token_that_is_not_effective_names_nobody, source="seed 004, R24"),
    _check(identifiers.a_name_of_two_accounts_names_neither, "R26"),
    _check(identifiers.a_participant_must_be_the_accounts, "R6"),
    _check(identifiers.a_one_time_password_names_for_one_purchase, "R24"),
    _check(shape.broken_examples_are_refused, "R8", "R9", "R10", "R14", "R27"),
    _check(shape.a_total_must_be_net_plus_vat, "R10"),
    _check(shape.totals_must_be_the_sums, "R9"),
    _check(shape.amounts_have_two_decimals, "R14"),
    _check(shape.exactly_one_of_unit_and_business_unit, "R8"),
    _check(shape.mandatory_members_are_asked_for, source="seed 004"),
    _check(shape.values_of_another_kind_are_refused, "R11", "R27", "R37"),
    _check(shape.members_keep_to_their_types_and_bounds, "R14", "R37", source="schemas"),
    _check(shape.one_to_a_hundred_products_are_taken, "R31"),
    _check(shape.unknown_members_are_ignored, "R9"),
    _check(properties.a_preview_changes_nothing),
    _check(properties.a_purchase_does_what_its_preview_said),
    _check(properties.no_cent_is_lost_or_made, source="contracts 4, R15, R43, R44"),
    _check(properties.a_purchase_moves_no_other_wallet),
    _check(properties.a_created_purchase_can_be_read),
    _check(properties.each_purchase_is_one_of_its_own),
    _check(properties.an_external_reference_is_taken_once, source="seed 004, contracts 4"),
    _check(properties.odd_texts_are_texts_like_any_other, source="JSON"),
    _check(properties.a_refused_purchase_changes_nothing),
    _check(properties.the_order_of_products_does_not_matter, source="issue 4"),
    _check(properties.a_split_line_changes_no_total, source="issue 4"),
    _check(properties.more_products_never_award_less, source="issue 4"),
    _check(properties.spends_keep_to_their_bounds, "R15", "R16", "R17", "R18"),
    _check(properties.disable_instant_spend_makes_it_zero, source="seed 004"),
    _check(properties.fields_set_gives_a_part_of_the_answer, source="seed 004"),
    _check(properties.fields_set_of_a_purchase_chooses_too, source="contracts 4"),
    _check(properties.an_unknown_field_is_refused, "R20"),
    _check(properties.every_member_is_answered, "R20"),
    _check(properties.a_reference_number_may_be_used_again, "R28"),
    _check(properties.a_quantity_does_not_multiply, "R11"),
    _check(properties.numbers_count_by_value, source="JSON"),
    _check(exact.the_published_examples_come_out, source="seed 004"),
    _check(exact.untouched_wallets_are_the_fixtures),
    _check(exact.every_amount_comes_out_to_the_cent, source="contracts 4, R12 to R20, R29, R41, R43"),
    _check(exact.every_purchase_comes_out_to_the_cent, source="contracts 4, R15, R43, R44"),
)  # fmt: skip
