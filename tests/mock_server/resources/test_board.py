"""What is remembered of what nobody reads one by one, of what is in something else, and of many at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server.contracts.contract import load_contract
from mock_server.resources.inference import inferred
from mock_server.resources.map import as_json
from mock_server.resources.names import naming_above
from tests.mock_server.resources.conftest import CONSENTS
from tests.mock_server.served import Served, serving

BOARD = Path(__file__).with_name("board.yaml")


@pytest.fixture(scope="module")
def board_server() -> Iterator[Served]:
    """Return the server of the board."""
    with serving(BOARD) as served:
        yield served


@pytest.fixture
def board(board_server: Served) -> Iterator[httpx.Client]:
    """Return a new caller of the board."""
    client = board_server.partner()
    yield client
    client.close()


def make(board: httpx.Client, path: str, **members: Any) -> dict[str, Any]:
    answer = board.post(path, json=members)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(board: httpx.Client) -> list[str]:
    return [one["name"] for one in board.get("/labels").json()["labels"]]


def test_what_is_only_listed_and_removed_has_a_memory_too(board: httpx.Client) -> None:
    first, second = (make(board, "/labels", name=name) for name in ("one", "two"))

    assert first["id"] != second["id"]
    assert names(board)[-2:] == ["one", "two"]
    assert board.delete(f"/labels/{first['id']}").status_code == 204
    assert board.delete(f"/labels/{first['id']}").status_code == 404
    assert board.put(f"/labels/{second['id']}", json={"name": "three"}).json()["name"] == "three"
    assert names(board)[-1] == "three"
    assert "one" not in names(board)


def test_no_location_is_told_of_what_nobody_can_read(board: httpx.Client) -> None:
    assert "location" not in board.post("/labels", json={"name": "one"}).headers
    assert "location" in board.post("/teams", json={"name": "one"}).headers


def test_an_envelope_tells_the_number_of_all_elements(board: httpx.Client) -> None:
    make(board, "/labels", name="one")
    found = board.get("/labels").json()
    assert found["totalElements"] == len(found["labels"])


def test_what_is_only_made_and_listed_is_remembered_where_it_is(board: httpx.Client) -> None:
    one, two = (make(board, "/teams", name=name)["id"] for name in ("a", "b"))
    make(board, f"/teams/{one}/rooms", name="attic")

    assert [room["name"] for room in board.get(f"/teams/{one}/rooms").json()] == ["attic"]
    assert board.get(f"/teams/{two}/rooms").json() == []


def test_a_search_makes_nothing(board: httpx.Client) -> None:
    before = board.get("/searches").json()
    assert board.post("/searches", json={"query": "x"}).json() == before
    assert board.get("/searches").json() == before


def test_what_the_client_names_is_remembered_though_no_answer_tells_of_it(
    board: httpx.Client,
) -> None:
    for name in ("round", "square"):  # the second one is the same badge
        made = board.post("/badges", json={"id": "gold", "name": name})
        assert (made.status_code, made.content) == (201, b"")

    found = [one for one in board.get("/badges").json() if one["id"] == "gold"]
    assert found == [{"id": "gold", "name": "square"}]


def test_what_nobody_is_told_the_key_of_is_not_remembered(board: httpx.Client) -> None:
    before = board.get("/echoes").json()
    assert board.post("/echoes", json={"name": "x"}).status_code == 201
    assert board.get("/echoes").json() == before


def test_what_is_in_something_names_it(board: httpx.Client) -> None:
    team = make(board, "/teams", name="a")["id"]
    assert make(board, f"/teams/{team}/cards", title="t")["team_id"] == team


@pytest.mark.parametrize(
    ("path", "count", "named"),
    [
        ("/teams/{team_id}/cards/{id}", 1, {"teamid": 0}),
        ("/teams/{id}/cards/{card}", 1, {"teamid": 0}),
        ("/orgs/{org}/repos/{repo}/tags/{id}", 2, {"org": 0, "orgid": 0, "repo": 1, "repoid": 1}),
        ("/cards/{id}", 0, {}),
    ],
)
def test_members_that_name_what_something_is_in(
    path: str, count: int, named: dict[str, int]
) -> None:
    assert naming_above(path, count) == named


def test_what_is_in_something_that_is_gone_is_gone(board: httpx.Client) -> None:
    team = make(board, "/teams", name="a")["id"]
    card = make(board, f"/teams/{team}/cards", title="t")["id"]
    board.delete(f"/teams/{team}")

    assert board.get(f"/teams/{team}/cards/{card}").status_code == 404
    assert board.get(f"/teams/{team}/cards").status_code == 404
    assert board.post(f"/teams/{team}/cards", json={"title": "t"}).status_code == 404
    assert board.get(f"/teams/{team}/rooms").json() == []  # no 404 is documented there


def test_what_is_in_something_that_nobody_made_is_not_found(board: httpx.Client) -> None:
    refused = board.post("/teams/9000/cards", json={"title": "t"})
    assert refused.status_code == 404
    assert refused.json()["detail"] == "There is no team 9000."
    assert board.get("/teams/9000/cards").status_code == 404


def test_what_a_tool_fills_in_always_finds_what_is_in_the_example(board: httpx.Client) -> None:
    assert board.get("/teams/1/cards/1").status_code == 200
    board.delete("/teams/1")
    assert board.get("/teams/1").status_code == 404
    assert board.get("/teams/1/cards/1").status_code == 200


def test_a_head_tells_whether_it_is_there(board: httpx.Client) -> None:
    team = make(board, "/teams", name="a")["id"]
    assert board.head(f"/teams/{team}").status_code == 200
    assert board.head("/teams/9000").status_code == 404
    assert board.get(f"/teams/{team}").json()["name"] == "a"


def test_a_filter_may_be_called_so(board: httpx.Client) -> None:
    path = f"/teams/{make(board, '/teams', name='a')['id']}/cards"
    for title in ("one", "two"):
        make(board, path, title=title)
    found = board.get(path, params={"filter[title]": "two"}).json()
    assert [card["title"] for card in found] == ["two"]


def test_an_action_that_answers_with_what_it_is_about_shows_that(board: httpx.Client) -> None:
    team = make(board, "/teams", name="a")
    for action in ("praise", "thank"):
        assert board.post(f"/teams/{team['id']}/{action}").json() == team
    assert board.post("/teams/9000/praise").status_code == 404
    assert board.post("/teams/9000/thank").status_code == 200  # no 404 is documented there


def test_put_tells_whether_it_made_or_replaced(board: httpx.Client) -> None:
    made, replaced = (board.put("/notes/a", json={"text": text}) for text in ("1", "2"))

    assert (made.status_code, made.json()["text"]) == (201, "1")
    assert (replaced.status_code, replaced.content) == (204, b"")
    assert board.get("/notes/a").json()["text"] == "2"


def test_all_are_removed_at_once(board: httpx.Client) -> None:
    board.put("/notes/a", json={"text": "1"})
    assert board.delete("/notes").status_code == 204
    assert board.get("/notes").json() == []
    assert board.get("/notes/a").status_code == 404


def test_those_that_a_filter_chooses_are_removed_at_once(board: httpx.Client) -> None:
    path = f"/teams/{make(board, '/teams', name='a')['id']}/cards"
    for done in (True, False):
        make(board, path, title="t", done=done)
    board.delete(path, params={"done": "true"})
    assert [card["done"] for card in board.get(path).json()] == [False]


def test_those_whose_keys_are_sent_are_removed_at_once(board: httpx.Client) -> None:
    ids = [make(board, "/labels", name=name)["id"] for name in ("one", "two", "three")]
    board.request("DELETE", "/labels", json={"ids": ids[:2]})
    assert names(board)[-1] == "three"
    assert not {"one", "two"} & set(names(board))


def told(file: Path) -> dict[str, dict[str, Any]]:
    """Return the printed map of a contract, by the names of its resources."""
    printed = as_json("api", inferred(load_contract(file)))["resources"]
    assert isinstance(printed, list)
    return {one["name"]: one for one in printed}


def test_programs_are_told_what_is_inferred(board: httpx.Client) -> None:
    assert told(BOARD)["teams"]["inferred"] is True
    assert told(CONSENTS)["domestic-payment-consents"]["inferred"] is False
    assert board.get("/_sandbox/resources/teams/1").json()["inferred"] is True


def test_what_a_query_chooses_is_not_taken_for_what_is_there_once() -> None:
    others = inferred(load_contract(BOARD)).others
    assert others == {"/rate": "getRate asks in its query which one is meant (currency)"}
