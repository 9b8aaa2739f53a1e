"""Bodies as in the guide's client sample; the marker stands where each request puts a number of its own."""

import itertools
import json
from typing import Any

MARKER = "@@"
_numbers = itertools.count(1)


def template(items: int) -> str:
    """Return the body of a submission with a marker in each partner_client_id."""
    return json.dumps([_client(place) for place in range(items)], separators=(",", ":"))


def unique(text: str) -> bytes:
    """Return a template as a body that was not sent before."""
    return text.replace(MARKER, f"9{next(_numbers):011d}").encode()


def fresh_start() -> int:
    """Return the first number for one run of the load generator; no two runs share any."""
    return next(_numbers) * 10_000_000


def preview(token: str, products: int) -> dict[str, Any]:
    """Return a preview of a purchase, as in the first example of the rewards documents."""
    return {
        "token": token,
        "accounts_receivable_identifier": {"number": "ACR0000000265"},
        "performed_by_unit_identifier": {"name": "Admin Unit"},
        "performed_on": "2016-06-22T15:00:00",
        "reference_number": "RF000001",
        "products_set": [
            {
                "product_identifier": {"code": "Serendipity" if place % 2 else "Bronze"},
                "total_amount": 400,
                "net_amount": 350,
                "vat_amount": 50,
            }
            for place in range(products)
        ],
    }


def _client(place: int) -> dict[str, Any]:
    return {
        "partner_client_id": f"{place:08x}-4879-4616-8052-{MARKER}",
        "client_start_date": "2024-04-23T13:44:03.585Z",
        "entity_type": "SoleTrader",
        "other_identifiers": [{"key": "MerchantId", "values": ["123456"]}],
    }
