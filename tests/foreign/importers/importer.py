"""Imports clients by what openapi-python-client generates: a token, a batch with each outcome, a poll until it is judged."""

import sys
import time
import uuid
from datetime import UTC, datetime

from identity import Client
from identity.api.tokens import create_token
from identity.models import Token, TokenRequest
from partner import AuthenticatedClient
from partner.api.clients import create_partner_clients, get_partner_clients_status
from partner.models import (
    Accepted,
    ClientsStatus,
    OverallStatus,
    PartnerClient,
    PartnerClientEntityType,
)

url, name, secret = sys.argv[1:]
credentials = TokenRequest("client_credentials", client_id=name, client_secret=secret)
token = create_token.sync(client=Client(url), body=credentials)
assert isinstance(token, Token), token

since = datetime(2021, 3, 1, 9, tzinfo=UTC)


def client(key: str, kind: PartnerClientEntityType) -> PartnerClient:
    return PartnerClient(key, since, kind)


llc, llp = PartnerClientEntityType.LLC, PartnerClientEntityType.LLP
batch = [
    client("A", llc),
    client("A", llc),
    client("B", llc),
    client("B", llp),
    client("not valid", llc),
]
with AuthenticatedClient(url, token.access_token) as partner:
    key = str(uuid.uuid4())
    sent = [
        create_partner_clients.sync(client=partner, body=batch, idempotency_key=key)
        for _ in range(2)
    ]
    accepted = sent[0]
    assert isinstance(accepted, Accepted), accepted
    assert sent[1] == accepted, "not the first answer again"
    while True:
        status = get_partner_clients_status.sync(accepted.status_check_id, client=partner)
        assert isinstance(status, ClientsStatus), status
        if status.status is OverallStatus.COMPLETED:
            break
        time.sleep(0.1)
for entry in status.result:
    typed = isinstance(entry.data, PartnerClient)
    print(entry.data.partner_client_id if typed else "?", entry.status.state.value)
