"""The admin key opens the sandbox's own operations, and no contract of a user."""

from __future__ import annotations

from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve

KEY = {"type": "apiKey", "in": "header", "name": "X-Admin-Key"}


def test_an_api_key_of_a_users_contract_is_a_partners_secret_whatever_the_file_is_called(
    served: Serve,
) -> None:
    paths = {"/mine": {"get": answering("mine", security=[{"adminKey": []}])}}
    contract = document(paths, components={"securitySchemes": {"adminKey": KEY}})
    sandbox = served(contract, names=("sandbox",), auth="known")

    def answered(path: str, key: str) -> int:
        return sandbox.http.get(path, headers={"X-Admin-Key": key}).status_code

    assert answered("/mine", "secret-a") == 200
    assert answered("/mine", "the-admin-key") == 401
    assert answered("/_sandbox/partners", "the-admin-key") == 200
    assert answered("/_sandbox/partners", "secret-a") == 401
