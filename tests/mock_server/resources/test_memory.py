"""What a contract that says nothing of memory remembers: made, read, listed, changed, removed."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.mock_server.resources.conftest import SHOP
from tests.mock_server.samples import document
from tests.mock_server.served import Serve, Served, serving

MERGE = {"Content-Type": "application/merge-patch+json"}
PATCH = {"Content-Type": "application/json-patch+json"}


def make(shop: httpx.Client, **members: Any) -> dict[str, Any]:
    answer = shop.post("/products", json={"name": "Cup", **members})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(shop: httpx.Client, **query: Any) -> list[str]:
    return [one["name"] for one in shop.get("/products", params=query).json()["products"]]


def test_what_was_made_can_be_read(shop: httpx.Client) -> None:
    made = make(shop, colour="blue")
    assert made["name"] == "Cup"
    assert shop.get(f"/products/{made['id']}").json() == made


def test_what_was_sent_comes_back_but_for_what_is_written_only(shop: httpx.Client) -> None:
    made = make(shop, cost=3, note="not in the contract")
    assert "cost" not in made
    assert made["note"] == "not in the contract"


def test_a_member_that_the_client_left_out_has_its_default_or_is_not_there(
    shop: httpx.Client,
) -> None:
    made = make(shop)
    assert made["stock"] == 0
    assert "colour" not in made


def test_two_creations_have_two_ids_whatever_the_client_says(shop: httpx.Client) -> None:
    assert len({make(shop)["id"], make(shop, id=7)["id"], 7}) == 3


def test_the_location_of_what_was_made_leads_to_it(shop: httpx.Client) -> None:
    answer = shop.post("/products", json={"name": "Cup"})
    assert shop.get(answer.headers["Location"]).json() == answer.json()


def test_what_nobody_made_is_not_found(shop: httpx.Client) -> None:
    answer = shop.get("/products/424242")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no product 424242.")


def test_where_only_410_is_documented_what_is_not_there_is_gone(shop: httpx.Client) -> None:
    assert shop.get("/products/7/reviews/none").status_code == 410


def test_an_example_of_the_document_is_there_on_the_first_day(shop: httpx.Client) -> None:
    assert shop.get("/products/7").json()["name"] == "Kettle"
    assert names(shop) == ["Kettle"]


def test_where_the_document_has_no_example_one_is_made_up_for_the_first_day(
    shop: httpx.Client,
) -> None:
    assert shop.get("/carts/string").json()["cart"] == "string"
    (review,) = shop.get("/products/7/reviews").json()
    assert shop.get(f"/products/7/reviews/{review['id']}").json() == review


def test_an_id_made_up_of_the_schema_finds_the_first_example(shop: httpx.Client) -> None:
    assert shop.get("/products/1").json() == shop.get("/products/7").json()
    assert [shop.get(f"/products/{key}").status_code for key in (0, 2)] == [404, 404]


def test_what_was_removed_by_an_id_made_up_stays_gone(shop: httpx.Client) -> None:
    assert shop.delete("/products/1").status_code == 204
    assert [shop.get(f"/products/{key}").status_code for key in (1, 7)] == [404, 404]


def test_an_id_made_up_that_something_had_stands_for_nothing_else(shop: httpx.Client) -> None:
    shop.put("/tags/1", json={"label": "new"})
    assert shop.get("/tags/1").json() == {"tag": 1, "label": "new"}
    shop.delete("/tags/1")
    assert shop.get("/tags/5").json()["label"] == "old"
    assert shop.get("/tags/1").status_code == 404


def test_the_key_that_a_schema_has_for_an_example_finds_something(shop: httpx.Client) -> None:
    assert [shop.get(f"/tasks/{key}").status_code for key in ("321", "12", "13")] == [200, 200, 404]


def test_an_envelope_of_requests_and_answers_is_seen_through(shop: httpx.Client) -> None:
    made = shop.post("/tasks", json={"data": {"name": "Buy"}}).json()["data"]
    assert shop.get(f"/tasks/{made['gid']}").json() == {"data": made}
    assert made in shop.get("/tasks").json()["data"]


def test_put_makes_what_it_names_also_where_the_name_is_made_up(shop: httpx.Client) -> None:
    shop.put("/carts/string", json={"cart": "string", "lines": ["1"]})
    assert shop.get("/carts/string").json()["lines"] == ["1"]


def test_a_list_has_what_was_made_and_tells_how_many_there_are(shop: httpx.Client) -> None:
    make(shop, name="Pan")
    answer = shop.get("/products").json()
    assert [one["name"] for one in answer["products"]] == ["Kettle", "Pan"]
    assert (answer["total"], answer["has_more"]) == (2, False)


def test_a_page_has_as_many_as_were_asked_for_and_leads_to_the_next(shop: httpx.Client) -> None:
    for name in "abc":
        make(shop, name=name)
    assert names(shop, limit=2, offset=1) == ["a", "b"]
    first = shop.get("/products", params={"limit": 3})
    assert first.json()["has_more"] is True
    assert [one["name"] for one in shop.get(first.links["next"]["url"]).json()["products"]] == ["c"]


def test_a_page_is_the_same_counted_from_either_end(shop: httpx.Client) -> None:
    for name in "abcde":
        make(shop, name=name)
    everything = names(shop)
    for offset in range(8):
        for limit in (1, 2, 5, 9):
            page = everything[offset : offset + limit]
            assert names(shop, offset=offset, limit=limit) == page, (offset, limit)


def test_a_filtered_page_of_a_bare_list_leads_to_the_next_until_nothing_fits_any_more(
    shop: httpx.Client,
) -> None:
    reviews = f"/products/{make(shop)['id']}/reviews"
    for number in range(300):
        shop.post(reviews, json={"text": "Good." if number % 60 == 0 else "Bad."})
    answer = shop.get(reviews, params={"text": "Good.", "limit": 2})
    sizes = [len(answer.json())]
    while "next" in answer.links:
        answer = shop.get(answer.links["next"]["url"])
        assert {one["text"] for one in answer.json()} == {"Good."}
        sizes.append(len(answer.json()))
    assert sizes == [2, 2, 1]


def test_a_list_is_filtered_and_sorted_by_members_that_its_parameters_name(
    shop: httpx.Client,
) -> None:
    make(shop, name="b", colour="red")
    make(shop, name="a", colour="blue")
    assert names(shop, colour="red") == ["Kettle", "b"]
    assert names(shop, sort="name") == ["Kettle", "a", "b"]
    assert names(shop, sort="-name") == ["b", "a", "Kettle"]


def test_a_replacement_keeps_what_the_server_made_and_nothing_else(shop: httpx.Client) -> None:
    made = make(shop, colour="blue")
    replaced = shop.put(f"/products/{made['id']}", json={"name": "Mug"}).json()
    assert (replaced["id"], replaced["created_at"]) == (made["id"], made["created_at"])
    assert replaced["name"] == "Mug"
    assert "colour" not in replaced


def test_a_merge_changes_what_it_names_and_null_removes(shop: httpx.Client) -> None:
    made = make(shop, colour="blue", stock=4)
    change = json.dumps({"stock": 5, "colour": None, "id": 99})
    shop.patch(f"/products/{made['id']}", content=change, headers=MERGE)
    found = shop.get(f"/products/{made['id']}").json()
    assert (found["id"], found["name"], found["stock"]) == (made["id"], "Cup", 5)
    assert "colour" not in found


def test_a_patch_of_operations_is_applied_as_a_whole_or_not_at_all(shop: httpx.Client) -> None:
    made = make(shop)
    good: dict[str, object] = {"op": "replace", "path": "/name", "value": "Mug"}
    failing: dict[str, object] = {"op": "test", "path": "/stock", "value": 9}
    target = f"/products/{made['id']}"
    assert shop.patch(target, content=json.dumps([good, failing]), headers=PATCH).status_code == 409
    assert shop.get(target).json()["name"] == "Cup"
    assert shop.patch(target, content=json.dumps([good]), headers=PATCH).json()["name"] == "Mug"


def test_what_was_removed_is_gone_and_stays_gone(shop: httpx.Client) -> None:
    assert shop.delete("/products/7").status_code == 204
    assert shop.get("/products/7").status_code == 404
    assert shop.delete("/products/7").status_code == 404
    assert names(shop) == []


def test_what_is_inside_of_something_is_found_there_and_goes_with_it(shop: httpx.Client) -> None:
    one, other = make(shop)["id"], make(shop)["id"]
    review = shop.post(f"/products/{one}/reviews", json={"text": "Good."}).json()
    assert shop.get(f"/products/{one}/reviews/{review['id']}").json()["text"] == "Good."
    assert shop.get(f"/products/{other}/reviews/{review['id']}").status_code == 410
    assert shop.get(f"/products/{other}/reviews").json() == []
    shop.delete(f"/products/{one}")
    assert shop.get(f"/products/{one}/reviews/{review['id']}").status_code == 410


def test_put_alone_makes_what_its_path_names(shop: httpx.Client) -> None:
    assert shop.get("/carts/mine").status_code == 404
    assert shop.put("/carts/mine", json={"cart": "yours", "lines": ["7"]}).json()["cart"] == "mine"
    assert shop.get("/carts/mine").json() == {"cart": "mine", "lines": ["7"]}


def test_what_is_there_once_is_there_on_the_first_day(shop: httpx.Client) -> None:
    assert shop.get("/settings").json()["theme"] == "light"
    shop.patch("/settings", json={"size": 3})
    assert shop.get("/settings").json() == {"theme": "light", "size": 3}


def test_an_action_that_nobody_declares_answers_and_changes_nothing(shop: httpx.Client) -> None:
    before = shop.get("/products/7").json()
    assert shop.post("/products/7/order").json() == {"ordered": True}
    assert shop.get("/products/7").json() == before


def test_a_change_is_made_only_of_what_the_client_has_seen(shop: httpx.Client) -> None:
    seen = shop.get("/products/7").headers["ETag"]
    new = {"name": "Pot"}
    assert shop.put("/products/7", json=new, headers={"If-Match": '"other"'}).status_code == 412
    assert shop.put("/products/7", json=new, headers={"If-Match": seen}).status_code == 200
    assert shop.put("/products/7", json=new, headers={"If-Match": seen}).status_code == 412


def test_what_the_client_has_is_not_sent_again(shop: httpx.Client) -> None:
    seen = shop.get("/products/7").headers["ETag"]
    assert shop.get("/products/7", headers={"If-None-Match": seen}).status_code == 304


def test_each_caller_has_a_world_of_its_own(shop_server: Served) -> None:
    one, other = shop_server.partner(), shop_server.partner()
    made = make(one)
    assert one.get(f"/products/{made['id']}").status_code == 200
    assert other.get(f"/products/{made['id']}").status_code == 404


def test_the_instants_of_a_resource_follow_the_clock_of_its_partner(shop: httpx.Client) -> None:
    shop.post("/_sandbox/clock", json={"at": "2031-05-06T07:08:09Z"})
    made = make(shop)
    assert made["created_at"] == "2031-05-06T07:08:09Z"
    shop.post("/_sandbox/clock", json={"advance": 3600})
    changed = shop.put(f"/products/{made['id']}", json={"name": "Mug"}).json()
    assert changed["created_at"] == made["created_at"]
    assert changed["updated_at"] == "2031-05-06T08:08:09Z"


def test_after_a_reset_it_is_the_first_day_again(shop: httpx.Client) -> None:
    shop.delete("/products/7")
    make(shop)
    shop.post("/_sandbox/reset")
    assert names(shop) == ["Kettle"]


@pytest.mark.parametrize("path", ["/products/7", "/products/424242"])
def test_a_stateless_sandbox_gives_examples_only(path: str, served: Serve) -> None:
    stateless = served(SHOP, stateless=True).partner()
    assert stateless.get(path).json()["name"] == "Kettle"


def test_filters_are_the_same_on_postgresql(postgresql_database: str) -> None:
    with serving(SHOP, database=postgresql_database) as served, closing(served.partner()) as shop:
        for name, colour in (("b", "red"), ("a", "blue"), ("c", "gr\u00fcn")):
            make(shop, name=name, colour=colour)
        assert names(shop, colour="blue") == ["a"]
        assert names(shop, colour="gr\u00fcn") == ["c"]
        assert names(shop, colour="black") == []


def test_a_list_in_a_wrapper_that_others_share_has_what_was_made(served: Serve) -> None:
    note = {"type": "object", "properties": {"id": {"type": "string"}, "text": {"type": "string"}}}
    wrapper = {
        "type": "object",
        "properties": {"data": {"type": "array", "items": {"type": "object"}}},
    }
    notes = {"properties": {"data": {"items": {"$ref": "#/components/schemas/Note"}}}}

    def answering(schema: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": schema}}
        return {"responses": {"200": {"description": "It.", "content": content}}}

    one = {"$ref": "#/components/schemas/Note"}
    making = {"requestBody": {"content": {"application/json": {"schema": one}}}, **answering(one)}
    listing = answering({"allOf": [{"$ref": "#/components/schemas/Wrapper"}, notes]})
    paths = {
        "/notes": {"get": listing, "post": making},
        "/notes/{id}": {"get": answering(one)},
    }
    schemas = {"Note": note, "Wrapper": wrapper}
    http = served(document(paths, components={"schemas": schemas})).http
    made = http.post("/notes", json={"text": "Hi"}).json()

    assert made in http.get("/notes").json()["data"]
