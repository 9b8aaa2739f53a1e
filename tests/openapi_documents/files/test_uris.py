"""Files stand to each other as their URIs do, whatever the URIs are."""

from __future__ import annotations

import pytest

from openapi_documents.files.uris import is_below, joined, neighbour, uri_of


@pytest.mark.parametrize(
    ("base", "uri", "path"),
    [
        ("file:///apis/a.yaml", "file:///apis/b.yaml", "/real/b.yaml"),
        ("file:///apis/a.yaml", "file:///apis/sub/b%20c.yaml?v=1", "/real/sub/b c.yaml"),
        ("file:///apis/a.yaml", "file:///b.yaml", "/b.yaml"),
        ("file:///apis/a.yaml", "file://localhost/apis/b.yaml", "/real/b.yaml"),
        ("file:///C:/apis/a.yaml", "file:///C:/apis/b.yaml", "/real/b.yaml"),
        ("file://server/share/a.yaml", "file://server/share/b.yaml", "/real/b.yaml"),
        ("https://x.example/v1/openapi", "https://x.example/v1/b.yaml", "/real/b.yaml"),
        ("https://x.example/v1/openapi", "https://x.example/b.yaml", "/b.yaml"),
        ("file:///apis/a.yaml", "file://server/apis/b.yaml", None),
        ("https://x.example/openapi", "https://y.example/b.yaml", None),
        ("https://x.example/openapi", "http://x.example/b.yaml", None),
        ("https://x.example/openapi", "https://x.example", None),
        ("file:///apis/a.yaml", "urn:example:b", None),
    ],
)
def test_a_neighbour_is_found_where_its_uri_leads(base: str, uri: str, path: str | None) -> None:
    assert neighbour(base, "/real/a.yaml", uri) == path


def test_a_uri_is_joined_without_its_fragment() -> None:
    assert joined("file:///apis/a.yaml", "../b%20c.yaml#/x") == "file:///b%20c.yaml"
    assert joined("https://x.example/a", "#/x") == "https://x.example/a"
    assert joined("urn:example:a", "b.yaml") == "b.yaml"
    with pytest.raises(ValueError, match="Invalid IPv6 URL"):
        joined("https://x.example/a", "http://[")


def test_signs_that_a_uri_escapes_are_escaped() -> None:
    assert uri_of("/a b/50%#1.yaml") == "file:///a%20b/50%25%231.yaml"


def test_below_means_within_the_same_folder() -> None:
    assert is_below("https://x.example/v1/openapi", "https://x.example/v1/sub/b.yaml")
    assert not is_below("https://x.example/v1/openapi", "https://x.example/v12/b.yaml")
