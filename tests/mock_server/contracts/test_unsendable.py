"""Names that no header of HTTP takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock_server.samples import document
from tests.mock_server.served import Serve


def answering(content: str = "text/plain", **more: Any) -> dict[str, Any]:
    answer = {"description": "Fine.", "content": {content: {"example": "hello"}}, **more}
    return {"get": {"responses": {"200": answer}}}


PATHS = {
    "/line": answering("text/plain\r\nX-Evil: 1"),
    "/snow": answering("text/pla\N{SNOWMAN}n"),
    "/header": answering(headers={"X\r\nY": {"example": "1"}, "X-Fine": {"example": "1"}}),
    "/scheme": {"get": {**answering()["get"], "security": [{"odd": []}]}},
}
SCHEMES = {"odd": {"type": "http", "scheme": "di\r\ngest"}}
CONTRACT = document(PATHS, components={"securitySchemes": SCHEMES})


@pytest.mark.parametrize("path", ["/line", "/snow", "/header"])
def test_they_are_not_sent(served: Serve, path: str) -> None:
    answer = served(CONTRACT).http.get(path)
    assert (answer.status_code, answer.text) == (200, "hello")
    assert "X-Evil" not in answer.headers


def test_others_of_the_same_answer_are(served: Serve) -> None:
    assert served(CONTRACT).http.get("/header").headers["X-Fine"] == "1"


def test_a_challenge_with_such_a_name_is_left_out(served: Serve) -> None:
    answer = served(CONTRACT).http.get("/scheme")
    assert answer.status_code == 401


def test_a_name_is_told_with_its_line(served: Serve) -> None:
    (contract, *_control) = served(CONTRACT).server.sandbox.contracts
    told = [str(error) for error in contract.faults.unsendable]
    assert len(told) == 4
    assert "the media type 'text/plain\\r\\nX-Evil: 1'" in told[0]
