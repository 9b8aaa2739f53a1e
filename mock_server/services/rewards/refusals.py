"""The errors of the rewards service: a table of codes, and the problem that each makes.

The codes are the contract's own (R1) and stand in its schema `ErrorCode`; what
HTTP itself refuses has the codes that every envelope has.
"""

from __future__ import annotations

from mock_server.http.problems import Fault, Kind, Problem

NO_SUCH_PURCHASE = Kind(404, "There is no such purchase.")

REFUSALS = {
    "INVALID_TOKEN": (401, "The token is not accepted."),
    "INVALID_CREDENTIALS": (400, "The login is not accepted."),
    "UNKNOWN_ACCOUNT": (400, "There is no such account."),
    "AMBIGUOUS_ACCOUNT": (400, "More than one account is meant."),
    "UNKNOWN_PARTICIPANT": (400, "There is no such participant."),
    "PARTICIPANT_MISMATCH": (400, "Account and participant do not belong together."),
    "UNKNOWN_ACCESS_TOKEN": (400, "There is no such access token."),
    "ACCESS_TOKEN_NOT_EFFECTIVE": (400, "The access token identifies nobody now."),
    "WRONG_PASS_CODE": (400, "The pass code is wrong."),
    "ONE_TIME_PASSWORD_NOT_VALID": (400, "The one-time password identifies nobody."),
    "UNKNOWN_CLASSIFICATION": (400, "There is no such classification."),
    "UNKNOWN_UNIT": (400, "There is no such unit."),
    "UNKNOWN_BUSINESS_UNIT": (400, "There is no such business unit."),
    "UNKNOWN_PAYMENT_MEDIUM_BRAND": (400, "There is no such payment medium brand."),
    "UNKNOWN_PAYMENT_MEDIUM_TYPE": (400, "There is no such payment medium type."),
    "UNKNOWN_PRODUCT": (400, "There is no such product."),
    "UNKNOWN_FIELD": (400, "A field that is asked for does not exist."),
    "DUPLICATE_EXTERNAL_REFERENCE": (400, "The purchase was created before."),
    "UNKNOWN_PURCHASE": (400, "There is no such purchase."),
}


def refusal(code: str, member: str, reason: str) -> Problem:
    """Return a code's problem: member at fault (a JSON pointer, or empty) and reason."""
    status, sentence = REFUSALS[code]
    return Problem(Kind(status, sentence, code), Fault(f"#{member}", reason))
