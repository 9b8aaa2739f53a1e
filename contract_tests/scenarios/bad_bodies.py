"""Bodies that must be refused as a whole (docs/contracts.md#bodies). Data."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.judging import catalogue
from contract_tests.judging.asking import CLEAR
from contract_tests.reading.requirements import Requirement

# Whether a server understands it is its own affair, as long as it does not fail over it.
CALM = (*range(200, 300), *CLEAR)


MOST = 100_000
"""Items of a request that is sent to try a limit."""


@dataclass(frozen=True)
class BadBody:
    """A request that must be refused, perhaps with a valid item in it."""

    requirement: Requirement
    about: str
    body: bytes
    statuses: tuple[int, ...] = (400,)
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    recipe: str | None = None
    wrong: int | None = None  # which item is wrong, where it is a single one


def bad_bodies(good: str, most: int | None) -> Iterator[BadBody]:
    """Yield everything that must be refused, each with the valid item `good` in it where one can stand."""
    opened = good[:-1]
    for about, text in _malformed(good, opened):
        yield BadBody(catalogue.BODY_MALFORMED, about, text.encode())
    yield from _no_text(good, opened)
    yield from _no_array(good)
    yield BadBody(catalogue.BODY_EMPTY, "an empty array", b"[]")
    yield BadBody(catalogue.BODY_EMPTY, "an empty array with spaces", b" [ \n ] ")
    yield from _extremes(opened)
    yield from _types(good)
    if most is not None and most <= MOST:
        count = most + 1
        yield BadBody(
            catalogue.BODY_TOO_MANY,
            f"{count} items",
            f"[{good}{', {}' * most}]".encode(),
            (413,),
            recipe=f"""python3 -c 'print("[{{}}" + ", {{}}" * {most} + "]")'""",
        )


def _malformed(good: str, opened: str) -> tuple[tuple[str, str], ...]:
    return (
        ("the array is not closed", f"[{good}"),
        ("an item is not closed", f"[{opened}]"),
        ("a comma too many", f"[{good},]"),
        ("a bracket too many", f"[{good}]]"),
        ("text after the array", f"[{good}] x"),
        ("two arrays", f"[{good}][{good}]"),
        ("a wrong bracket", f"[{good}}}"),
        ("single quotes", "[{'a': 1}]"),
        ("a comment", f"[{good}] // done"),
        ("a comment before the array", f"/* items */ [{good}]"),
        ("a line of comment", f"[ // items\n{good}]"),
        ("an unquoted name", f"[{good}, {{a: 1}}]"),
        ("a leading zero", f'[{opened}, "x_n": 01}}]'),
        ("a plus sign", f'[{opened}, "x_n": +1}}]'),
        ("a number without digits after the point", f'[{opened}, "x_n": 1.}}]'),
        ("a raw newline in a text", f'[{opened}, "x_t": "a\nb"}}]'),
        ("an unknown escape", f'[{opened}, "x_t": "\\x"}}]'),
        ("True", f'[{opened}, "x_t": True}}]'),
        ("NaN", f'[{opened}, "x_n": NaN}}]'),
        ("Infinity", f'[{opened}, "x_n": Infinity}}]'),
        ("-Infinity", f'[{opened}, "x_n": -Infinity}}]'),
        ("a duplicate member", f'[{opened}, "x_d": 1, "x_d": 2}}]'),
        ("a duplicate member in depth", f'[{opened}, "x_o": {{"d": 1, "d": 1}}}}]'),
        ("only spaces", "   "),
        ("no JSON", "hello"),
    )


def _no_text(good: str, opened: str) -> Iterator[BadBody]:
    yield BadBody(catalogue.BODY_MALFORMED, "an empty body", b"")
    utf8 = f'[{opened}, "x_t": "'.encode() + b"\xff\xfe" + b'"}]'
    yield BadBody(catalogue.BODY_MALFORMED, "bytes that are no UTF-8", utf8)
    cut = f'[{opened}, "x_t": "'.encode() + b"\xc3" + b'"}]'
    yield BadBody(catalogue.BODY_MALFORMED, "half a character", cut)
    yield BadBody(catalogue.BODY_MALFORMED, "UTF-16", f"[{good}]".encode("utf-16"))


def _no_array(good: str) -> Iterator[BadBody]:
    yield from (
        BadBody(catalogue.BODY_NOT_AN_ARRAY, told, text.encode())
        for told, text in (
            ("an object", good),
            ("a text", '"text"'),
            ("a number", "7"),
            ("null", "null"),
            ("true", "true"),
            ("an object around the array", f'{{"items": [{good}]}}'),
            ("an array of numbers", "[1, 2]"),
            ("an array of texts", '["a"]'),
            ("an array of null", "[null]"),
            ("an array of arrays", f"[[{good}]]"),
        )
    )
    yield from (
        BadBody(catalogue.BODY_NOT_AN_ARRAY, told, text.encode(), wrong=wrong)
        for told, text, wrong in (
            ("a number after a good item", f"[{good}, 1]", 1),
            ("null after a good item", f"[{good}, null]", 1),
            ("true before a good item", f"[true, {good}]", 0),
            ("a text between good items", f'[{good}, "x", {good}]', 1),
            ("an array after a good item", f"[{good}, [{good}]]", 1),
        )
    )


def every_bad(good: str, other: str, most: int | None) -> Iterator[BadBody]:
    """Yield all bad bodies; those that a server may accept hold another item."""
    for one, two in zip(bad_bodies(good, most), bad_bodies(other, most), strict=True):
        yield two if one.statuses == CALM else one


def _extremes(opened: str) -> Iterator[BadBody]:
    requirement = catalogue.BODY_CLEAR_REFUSAL
    yield BadBody(requirement, "1e999", f'[{opened}, "x_n": 1e999}}]'.encode(), CALM)
    yield BadBody(requirement, "-1e999", f'[{opened}, "x_n": -1e999}}]'.encode(), CALM)
    lone = f'[{opened}, "x_t": "\\ud800"}}]'
    yield BadBody(requirement, "a lone surrogate", lone.encode(), CALM)
    digits = f'[{opened}, "x_n": {"9" * 5000}}}]'
    yield BadBody(requirement, "an integer of 5,000 digits", digits.encode(), CALM)
    deep = b"[" * 100_000
    yield BadBody(
        requirement,
        "nesting 100,000 deep",
        deep,
        CLEAR,
        recipe="""python3 -c 'print("[" * 100000)'""",
    )
    nested = f'[{opened}, "x_d": '.encode() + b"[" * 50_000 + b"]" * 50_000 + b"}]"
    yield BadBody(
        requirement,
        "an item that nests 50,000 deep",
        nested,
        CALM,
        recipe="""python3 -c 'print("[{\\"x\\": " + "[" * 50000 + "]" * 50000 + "}]")'""",
    )


def _types(good: str) -> Iterator[BadBody]:
    body = f"[{good}]".encode()
    for kind in (
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "text/html",
        "application/jsonp",
        "application/vnd.api+json",
        "text/json",
        "image/png",
        "text/csv",
        "application/yaml",
        "application/x-ndjson",
        "application/json-seq",
        "application/merge-patch+json",
        "application",
        "json",
        "/",
        "application/",
        ";",
    ):
        yield BadBody(catalogue.BODY_CONTENT_TYPE, kind, body, (415,), (("Content-Type", kind),))
    yield BadBody(catalogue.BODY_CLEAR_REFUSAL, "no content type", body, CALM, ())
    nope = (("Content-Type", "application/json; charset=nope"),)
    yield BadBody(catalogue.BODY_CLEAR_REFUSAL, "an unknown charset", body, CALM, nope)
    zipped = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    yield BadBody(
        catalogue.BODY_CLEAR_REFUSAL, "a gzip body", gzip.compress(body, mtime=0), CALM, zipped
    )
    lying = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    yield BadBody(catalogue.BODY_CLEAR_REFUSAL, "a body that is no gzip", b"[{}]", CALM, lying)
