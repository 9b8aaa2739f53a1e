"""Members that nobody described, in pairs that are, or nearly are, equal. Data."""

from __future__ import annotations

from collections.abc import Iterator


def unknown_pairs() -> Iterator[tuple[str, dict[str, object], dict[str, object]]]:
    """Yield how two items differ, and the members of each that make the difference."""
    long = "x" * 300
    yield "ends of long texts", {"x_a": f"{long}1"}, {"x_a": f"{long}2"}
    yield "ends of long arrays", {"x_a": [*range(60), 1]}, {"x_a": [*range(60), 2]}
    yield "texts of digits", {"x_a": "7"}, {"x_a": "07"}
    yield "a number in two texts", {"x_a": "100"}, {"x_a": "100.0"}
    yield "a text and true", {"x_a": True}, {"x_a": "true"}
    yield "a number and its negative", {"x_a": 7}, {"x_a": -7}
    yield "absent and null", {}, {"x_a": None}
    yield "absent and present", {}, {"x_a": "b"}
    yield "true and 1", {"x_a": True}, {"x_a": 1}
    yield "false and 0", {"x_a": False}, {"x_a": 0}
    yield "1 and '1'", {"x_a": 1}, {"x_a": "1"}
    yield "null and ''", {"x_a": None}, {"x_a": ""}
    yield "empty array and object", {"x_a": []}, {"x_a": {}}
    yield "composed and decomposed", {"x_a": "\u00e9"}, {"x_a": "e\u0301"}
    yield "large numbers", {"x_a": 9007199254740992}, {"x_a": 9007199254740993}
    yield "larger numbers", {"x_a": 2**64}, {"x_a": 2**64 + 1}
    yield "very large numbers", {"x_a": 10**22}, {"x_a": 10**22 + 1}
    yield "huge numbers in depth", {"x_a": [{"b": 2**70 + 1}]}, {"x_a": [{"b": 2**70}]}
    yield "1e22 and its digits", {"x_a": 1e22}, {"x_a": 10**22}
    yield "0 and -0.0", {"x_a": 0}, {"x_a": -0.0}
    yield "an entry repeated", {"x_a": [1]}, {"x_a": [1, 1]}
    yield "empty and nested arrays", {"x_a": []}, {"x_a": [[]]}
    yield "absent and empty text", {}, {"x_a": ""}
    yield "absent and false", {}, {"x_a": False}
    yield "composed and decomposed names", {"x_\u00e9": 1}, {"x_e\u0301": 1}
    yield "thousandths", {"x_a": 0.001}, {"x_a": 0.002}
    yield "last digits of doubles", {"x_a": 0.1}, {"x_a": 0.10000000000000002}
    yield "null in depth", {"x_a": {"b": 1}}, {"x_a": {"b": 1, "c": None}}
    yield "0 and null", {"x_a": 0}, {"x_a": None}
    yield "spaces inside", {"x_a": "a b"}, {"x_a": "a  b"}
    yield "date spellings", {"x_a": "2024-01-01T00:00:00Z"}, {"x_a": "2024-01-01T00:00:00.000Z"}
    yield "array orders", {"x_a": [1, 2]}, {"x_a": [2, 1]}
    yield "member orders", {"x_a": {"b": 1, "c": 2}}, {"x_a": {"c": 2, "b": 1}}
    yield "small differences", {"x_a": 1.0001}, {"x_a": 1.0002}
    yield "100 and 100.0", {"x_a": [100]}, {"x_a": [100.0]}
    hollow: dict[str, object] = {
        "x_a": "",
        "x_b": None,
        "x_c": [],
        "x_d": {},
        "x_e": 0,
        "x_f": False,
        "x_g": " ",
    }
    yield "that are all hollow", hollow, hollow
    yield "accents", {"x_a": "\u00e9"}, {"x_a": "\u00e8"}
    yield "characters of another script", {"x_a": "\u65e5\u672c"}, {"x_a": "\u4e2d\u56fd"}
    yield "letter cases", {"x_a": "b"}, {"x_a": "B"}
    yield "name cases", {"x_a": 1}, {"X_a": 1}
    yield "deep change", {"x_a": {"b": [{"c": 1}]}}, {"x_a": {"b": [{"c": 2}]}}
