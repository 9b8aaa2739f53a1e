"""Which references lead to the server that was asked, and which elsewhere."""

from __future__ import annotations

import pytest

from contract_tests.http.origins import leads_elsewhere, references

BASE = "http://127.0.0.1:8080/api"


@pytest.mark.parametrize(
    "reference",
    [
        "/api/x",
        "x?y#z",
        "",
        "?page=2",
        "http://127.0.0.1:8080/other",
        "HTTP://127.0.0.1:8080",
        "//127.0.0.1:8080/x",
        "@evil.example/x",
        "./x:y",
    ],
)
def test_what_stays(reference: str) -> None:
    assert not leads_elsewhere(BASE, reference)


@pytest.mark.parametrize(
    "reference",
    [
        "http://127.0.0.1:8081/api/x",
        "https://127.0.0.1:8080/api/x",
        "//evil.example/api/x",
        "/\\evil.example/x",
        "/\t/evil.example/x",
        "http://127.0.0.1:8080@evil.example/x",
        "http://user@evil.example:8080/",
        "http://[::1/x",
        "http://127.0.0.1:x/",
        "ftp://127.0.0.1:8080/x",
        "javascript:alert(1)",
        "http:///x",
    ],
)
def test_what_leads_elsewhere(reference: str) -> None:
    assert leads_elsewhere(BASE, reference)


def test_the_usual_port_is_no_other_origin() -> None:
    assert not leads_elsewhere("https://a.example/x", "https://A.example:443/y")
    assert leads_elsewhere("https://a.example/x", "https://a.example:80/y")


def test_headers_refer_to_what_is_asked_next() -> None:
    link = '</a>; rel="next", <http://x/help>; rel=help, <//y>; title="a, b"; REL="up last"'
    assert list(references(201, {"location": "/new", "link": link})) == ["/new", "/a", "//y"]


def test_a_redirection_is_not_followed_so_it_may_lead_anywhere() -> None:
    assert list(references(302, {"location": "http://elsewhere/"})) == []
