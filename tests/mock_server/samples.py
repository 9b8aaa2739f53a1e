"""What the tests of the sandbox send: clients and revenue claims that fit the shipped contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "openapi"
FIXTURES = ROOT / "fixtures"
V2 = OPENAPI / "partner-client-service-v2.yaml"

CLIENTS = "/api/v2/Clients"
CLAIMS = "/api/v2/RevenueClaims"
CLIENTS_WITH_CLAIMS = "/api/v2/ClientsAndRevenueClaims"


def client(key: str, entity_type: str = "LLC", **more: Any) -> dict[str, Any]:
    """Return a client that fits the contracts; `more` are members that it has beside the required."""
    return {
        "partner_client_id": key,
        "client_start_date": "2024-04-23T13:44:03.585Z",
        "entity_type": entity_type,
        **more,
    }


def claim(amount: float = 1, count: int = 1) -> dict[str, Any]:
    """Return a claim of January 2025 whose reference tells its amount and count."""
    period = {"start_time": "2025-01-01T00:00:00Z", "end_time": "2025-01-31T23:59:59.999Z"}
    return {
        "unique_reference": f"claim.{amount}.{count}",
        "partner_client_id": "A",
        "time_period": period,
        "total_amount": amount,
        "currency": "GBP",
        "transaction_count": count,
    }


def client_with_claims(key: str) -> dict[str, Any]:
    """Return a client with one claim."""
    inner = {"time_period", "total_amount", "currency", "transaction_count"}
    return client(key, revenue_claims=[{name: claim()[name] for name in inner}])


def document(paths: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return a small OpenAPI 3.1 document."""
    head = {"openapi": "3.1.1", "info": {"title": "A test", "version": "1"}}
    return {**head, "paths": paths, **members}


def answering(example: Any, **members: Any) -> dict[str, Any]:
    """Return an operation that answers 200 with an example."""
    content = {"application/json": {"example": example}}
    return {**members, "responses": {"200": {"description": "Fine.", "content": content}}}
