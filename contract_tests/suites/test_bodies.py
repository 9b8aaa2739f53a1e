"""Bad input, refused as a whole and without a trace (contracts.md section 3)."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import pytest

from contract_tests.generation.items import Workshop
from contract_tests.generation.keys import in_digits, numerals
from contract_tests.http.client import Reply
from contract_tests.judging.session import JSON, Judge
from contract_tests.judging.submitted import Entry, Episode, spelled
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import NOBODY, Contract, Operation, Submission
from contract_tests.reading.equality import canonical, parsed
from contract_tests.scenarios.questions import Question, Steps, judge_questions
from contract_tests.scenarios.shrinking import note

SUITE = "bodies"
CLEAR = tuple(range(400, 500))
# Whether a server understands it is its own affair, as long as it does not fail over it.
CALM = (*range(200, 300), *CLEAR)


@dataclass(frozen=True)
class Bad:
    """A request that must be refused; `good` stands for a valid item in it."""

    rule: str
    told: str
    body: bytes
    statuses: tuple[int, ...] = (400,)
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    recipe: str | None = None
    place: int | None = None  # which item is wrong, where it is a single one


def bad_bodies(good: str, most: int | None) -> Iterator[Bad]:
    """Yield everything that must be refused, each with a valid item in it where one can stand."""
    opened = good[:-1]
    yield from (
        Bad("body.malformed", told, text.encode())
        for told, text in (
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
    )
    yield Bad("body.malformed", "an empty body", b"")
    utf8 = f'[{opened}, "x_t": "'.encode() + b"\xff\xfe" + b'"}]'
    yield Bad("body.malformed", "bytes that are no UTF-8", utf8)
    cut = f'[{opened}, "x_t": "'.encode() + b"\xc3" + b'"}]'
    yield Bad("body.malformed", "half a character", cut)
    yield Bad("body.malformed", "UTF-16", f"[{good}]".encode("utf-16"))
    yield from (
        Bad("body.not-an-array", told, text.encode())
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
        Bad("body.not-an-array", told, text.encode(), place=place)
        for told, text, place in (
            ("a number after a good item", f"[{good}, 1]", 1),
            ("null after a good item", f"[{good}, null]", 1),
            ("true before a good item", f"[true, {good}]", 0),
            ("a text between good items", f'[{good}, "x", {good}]', 1),
            ("an array after a good item", f"[{good}, [{good}]]", 1),
        )
    )
    yield Bad("body.empty", "an empty array", b"[]")
    yield Bad("body.empty", "an empty array with spaces", b" [ \n ] ")
    yield from _extremes(opened)
    yield from _types(good)
    if most is not None:
        count = most + 1
        yield Bad(
            "body.too-large",
            f"{count} items",
            f"[{good}{', {}' * most}]".encode(),
            (413,),
            recipe=f"""python3 -c 'print("[{{}}" + ", {{}}" * {most} + "]")'""",
        )


def every_bad(good: str, other: str, most: int | None) -> Iterator[Bad]:
    """Yield all bad bodies; those that a server may accept hold another item."""
    for one, two in zip(bad_bodies(good, most), bad_bodies(other, most), strict=True):
        yield two if one.statuses == CALM else one


def _extremes(opened: str) -> Iterator[Bad]:
    rule = "body.clear-refusal"
    yield Bad(rule, "1e999", f'[{opened}, "x_n": 1e999}}]'.encode(), CALM)
    yield Bad(rule, "-1e999", f'[{opened}, "x_n": -1e999}}]'.encode(), CALM)
    lone = f'[{opened}, "x_t": "\\ud800"}}]'
    yield Bad(rule, "a lone surrogate", lone.encode(), CALM)
    digits = f'[{opened}, "x_n": {"9" * 5000}}}]'
    yield Bad(rule, "an integer of 5,000 digits", digits.encode(), CALM)
    deep = b"[" * 100_000
    yield Bad(
        rule, "nesting 100,000 deep", deep, CLEAR, recipe="""python3 -c 'print("[" * 100000)'"""
    )
    nested = f'[{opened}, "x_d": '.encode() + b"[" * 50_000 + b"]" * 50_000 + b"}]"
    yield Bad(
        rule,
        "an item that nests 50,000 deep",
        nested,
        CALM,
        recipe="""python3 -c 'print("[{\\"x\\": " + "[" * 50000 + "]" * 50000 + "}]")'""",
    )


def _types(good: str) -> Iterator[Bad]:
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
        yield Bad("body.content-type", kind, body, (415,), (("Content-Type", kind),))
    yield Bad("body.clear-refusal", "no content type", body, CALM, ())
    nope = (("Content-Type", "application/json; charset=nope"),)
    yield Bad("body.clear-refusal", "an unknown charset", body, CALM, nope)
    zipped = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    yield Bad("body.clear-refusal", "a gzip body", gzip.compress(body, mtime=0), CALM, zipped)
    lying = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    yield Bad("body.clear-refusal", "a body that is no gzip", b"[{}]", CALM, lying)


def _good(
    judge: Judge, submission: Submission, episode: Episode, name: str, variant: int = 0
) -> Entry:
    workshop = judge.workshop(submission)
    variants = workshop.variants()
    item = workshop.keyed(variants[variant % len(variants)], f"{episode.namespace}{name}")
    return spelled(item, "body.nothing-kept", "it stood in a refused request before")


def test_bad_bodies_are_refused_and_leave_no_trace(judge: Judge, usable: Submission) -> None:
    """Each bad body in turn; what stood in it is new afterwards."""
    noted: set[str] = set()
    kept = judge.episode(SUITE)
    good = _good(judge, usable, kept, "kept")
    for bad in every_bad(good.text, _good(judge, usable, kept, "calm").text, usable.max_items):
        episode = judge.episode(SUITE)
        problem = _refused(judge, usable, episode, bad)
        if problem is not None and problem.finding.rule not in noted:
            noted.add(problem.finding.rule)
            note(judge, problem)
    if noted:
        return
    judge.episode(SUITE)
    problem = _trace(judge, usable, kept, good)
    if problem is not None:
        note(judge, _told_shortly(judge, usable, problem))


def _refused(judge: Judge, submission: Submission, episode: Episode, bad: Bad) -> Broken | None:
    operation = submission.operation
    try:
        reply = judge.send(
            episode,
            operation,
            headers=dict(bad.headers),
            body=bad.body,
            recipe=bad.recipe,
            sent=bad.told,
        )
        rule = "body.clear-refusal" if reply.status >= 500 else bad.rule
        judge.refused(episode, operation, reply, rule, bad.told, bad.statuses)
        if reply.status == 400:
            judge.error_form(episode, operation, reply, bad.told, pointers=True)
            _pointed(judge, submission, episode, bad, reply)
    except Broken as problem:
        return problem
    return None


def _pointed(
    judge: Judge, submission: Submission, episode: Episode, bad: Bad, reply: Reply
) -> None:
    """Check that no error points to another item than the one that is wrong."""
    if bad.place is None or judge.contract.error_form != "problem":
        return
    pointers = [str(one["pointer"]).lstrip("#").split("/")[1:2] for one in reply.json()["errors"]]
    items = {place for (place,) in filter(None, pointers) if place.isdigit()}
    if items - {str(bad.place)}:
        expected = [f"a pointer to #/{bad.place}"]
        raise judge.fail(episode, "error.pointers", submission.id, bad.told, expected, reply.told())


def _trace(judge: Judge, submission: Submission, episode: Episode, good: Entry) -> Broken | None:
    try:
        judge.settle(judge.submit(episode, submission, [good]))
    except Broken as problem:
        return problem
    return None


def _told_shortly(judge: Judge, submission: Submission, problem: Broken) -> Broken:
    """Return the trace as one bad body and one good one show it."""
    for number in range(200):
        episode = judge.episode(SUITE)
        good = _good(judge, submission, episode, "k")
        every = list(bad_bodies(good.text, submission.max_items))
        if number >= len(every):
            break
        if every[number].statuses == CALM:
            continue
        if _refused(judge, submission, episode, every[number]) is None:
            found = _trace(judge, submission, episode, good)
            if found is not None:
                return found
    return problem


def test_more_than_ten_mebibytes_are_refused(judge: Judge, usable: Submission) -> None:
    """One item that is too long by itself."""
    if "413" not in usable.operation.raw.get("responses", {}):
        pytest.skip("the contract documents no 413")
    episode = judge.episode(SUITE)
    good = _good(judge, usable, episode, "k")
    size = 10 * 1024 * 1024
    body = f'[{good.text[:-1]}, "x_pad": "{"a" * size}"}}]'.encode()
    pad = f"""python3 -c 'print("[{{\\"x_pad\\": \\"" + "a" * {size} + "\\"}}]")'"""
    bad = Bad("body.too-large", "more than 10 MiB", body, (413,), recipe=pad)
    problem = _refused(judge, usable, episode, bad) or _trace(judge, usable, episode, good)
    if problem is not None:
        note(judge, problem)


def test_the_largest_array_is_accepted(judge: Judge, usable: Submission) -> None:
    """Exactly as many items as the contract allows."""
    if usable.max_items is None:
        pytest.skip("the contract sets no limit")
    if judge.settings.effort == "quick":
        pytest.skip("not in a quick run")
    episode = judge.episode(SUITE)
    count = usable.max_items
    recipe = f"""python3 -c 'print("[" + ",".join(["{{}}"] * {count}) + "]")'"""
    body = b"[" + b",".join([b"{}"] * count) + b"]"
    try:
        reply = judge.send(
            episode,
            usable.operation,
            headers=JSON,
            body=body,
            recipe=recipe,
            sent=f"{count} empty items",
        )
        if reply.status != judge.answers.success(usable.operation):
            raise judge.fail(
                episode,
                "body.largest",
                usable.id,
                f"{count} empty items",
                [str(judge.answers.success(usable.operation))],
                reply.told(),
            )
    except Broken as problem:
        note(judge, problem)


def test_a_body_just_within_the_limit_is_accepted(judge: Judge, usable: Submission) -> None:
    """One item of nearly 10 MiB; what becomes of it is another matter."""
    operation = usable.operation
    if "413" not in operation.raw.get("responses", {}):
        pytest.skip("the contract documents no 413")
    if judge.settings.effort == "quick":
        pytest.skip("not in a quick run")
    size = 10 * 1024 * 1024 - 1024
    body = f'[{{"x_pad": "{"a" * size}"}}]'.encode()
    recipe = f"""python3 -c 'print("[{{\\"x_pad\\": \\"" + "a" * {size} + "\\"}}]")'"""
    episode = judge.episode(SUITE)
    sent = f"a body of {len(body)} bytes"
    try:
        reply = judge.send(episode, operation, headers=JSON, body=body, recipe=recipe, sent=sent)
        if reply.status >= 400:
            raise judge.fail(
                episode,
                "body.largest",
                usable.id,
                sent,
                [str(judge.answers.success(operation))],
                reply.told(),
            )
    except Broken as problem:
        note(judge, problem)


def test_the_content_type_is_read_as_http_says(judge: Judge, usable: Submission) -> None:
    """Case and parameters of the type do not matter; a chunked body is a body."""
    spellings = (
        {"Content-Type": "Application/JSON"},
        {"Content-Type": "APPLICATION/JSON; charset=utf-8"},
        {"Content-Type": "application/json; charset=utf-8"},
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Type": "application/json", "Transfer-Encoding": "chunked"},
    )
    for number, headers in enumerate(spellings):
        episode = judge.episode(SUITE)
        told = ", ".join(f"{name}: {value}" for name, value in headers.items())
        item = _good(judge, usable, episode, f"k{number}")
        entry = Entry(item.value, item.text)
        try:
            reply = judge.post(episode, usable, [entry], headers=headers)
            if reply.status >= 300:
                raise judge.fail(
                    episode,
                    "body.accepted-types",
                    usable.id,
                    told,
                    [str(judge.answers.success(usable.operation))],
                    reply.told(),
                )
            judge.settle(judge.accepted(episode, usable, [entry], "a", reply))
        except Broken as problem:
            note(judge, problem)
            return


def test_texts_of_every_kind_are_taken_and_echoed(judge: Judge, usable: Submission) -> None:
    """Valid JSON that servers are known to stumble over."""
    texts = (
        '"\\ud83d\\ude00 \U0001f600"',
        '"\\u0000"',
        '"line\\nbreak\\ttab\\"quote\\\\"',
        '"  spaces  "',
        '"ä ö ü ß é 漢字 עברית"',
        '"e\\u0301 \\u00e9"',
        "12345678901234567890",
        "9007199254740993",
        "0.1",
        "1.005",
        "123456.789",
        "1e-10",
        "null",
        "[]",
        "{}",
        '[3, 1, 2, 1, null, [], {"b": 1, "a": null}]',
        '{"": "empty name", "a b": 1, "A": 1, "a": 2}',
        "[" * 30 + "]" * 30,
        '"2024-04-23T13:44:03+02:00"',
        '"<script>alert(1)</script>"',
        """\"O'Brien's 'x'; -- $a {{b}} %s %n\"""",
        '"a\\/b"',
        '"' + "a" * 5000 + '"',
        json.dumps([*range(60)]),
    )
    workshop = judge.workshop(usable)
    probe = {**workshop.full, "x_any": 1}
    if not workshop.validity.is_valid(probe):
        pytest.skip("the items take no unknown members")
    judge_questions(judge, usable, [_with_text(workshop, text) for text in texts], SUITE)


def _with_text(workshop: Workshop, text: str) -> Question:
    def ask(prefix: str) -> Steps:
        item = workshop.keyed(workshop.full, f"{prefix}k")
        spelled = f'{json.dumps(item)[:-1]}, "x_any": {text}}}'
        return [[Entry(json.loads(spelled), spelled)]]

    return Question(ask)


def test_a_number_beyond_every_double_is_refused_or_kept(judge: Judge, usable: Submission) -> None:
    """It is JSON, so a server may take it; what it takes, it echoes as it was sent."""
    workshop = judge.workshop(usable)
    if not workshop.validity.is_valid({**workshop.full, "x_n": 1}):
        pytest.skip("the items take no unknown members")
    for text in ("1e999", "-1e999"):
        episode = judge.episode(SUITE)
        item = workshop.keyed(workshop.full, f"{episode.namespace}k")
        spelled = f'{json.dumps(item)[:-1]}, "x_n": {text}}}'
        entry = Entry(parsed(spelled), spelled)
        try:
            reply = judge.post(episode, usable, [entry])
            if reply.status in CLEAR:
                judge.refused(episode, usable.operation, reply, "body.clear-refusal", text, CLEAR)
            else:
                judge.settle(judge.accepted(episode, usable, [entry], "a", reply))
        except Broken as problem:
            note(judge, problem)
            return


def test_an_accept_that_admits_json_is_obeyed(judge: Judge, usable: Submission) -> None:
    """As browsers, scripts and libraries send it."""
    if usable.status is None:
        pytest.skip("the submission has no status operation")
    episode = judge.episode(SUITE)
    try:
        made = judge.submit(episode, usable, [_good(judge, usable, episode, "k")])
        path = made.status_path or ""
        for accept in (
            "*/*",
            "application/*",
            "APPLICATION/JSON",
            "text/html, application/json",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json;q=0.5, text/plain;q=0.9",
        ):
            told = f"GET {path} with Accept: {accept}"
            reply = judge.send(episode, usable.status, path, headers={"Accept": accept}, sent=told)
            if reply.status != 200:
                operation = usable.status.id
                raise judge.fail(episode, "answer.accept", operation, told, ["200"], reply.told())
        told = f"GET {path} with Accept: text/html"
        reply = judge.send(episode, usable.status, path, headers={"Accept": "text/html"}, sent=told)
        if reply.status == 200:
            judge.documented(episode, usable.status, reply, told)
    except Broken as problem:
        note(judge, problem)


# --- paths and methods ---------------------------------------------------------------------------


def test_ids_that_lead_nowhere_are_refused(judge: Judge, usable: Submission) -> None:
    """Unknown, malformed, and those of another kind of submission."""
    status = usable.status
    if status is None:
        pytest.skip("the submission has no status operation")
    cases: list[tuple[str, str, tuple[int, ...]]] = [("path.unknown-id", NOBODY, (404,))]
    parameter = status.parameter("path") or {}
    if parameter.get("schema", {}).get("format") == "uuid":
        malformed = ("17", "x", f"{NOBODY}0", NOBODY[:-1], "not-a-uuid", "%20", NOBODY[:-1] + "g")
        cases += [("path.malformed-id", one, (400,)) for one in malformed]
        _nearly_known(judge, usable, status)
    # What a database, a file system or a template would take for something else.
    strange = ("%2Fx", "%27", "%22", "%27%20OR%20%271%27=%271", "%3B", "%25", "%C3%A9")
    cases += [("body.clear-refusal", f"{NOBODY}{one}", CLEAR) for one in strange]
    cases.append(("body.clear-refusal", re.sub("[48]", "0", NOBODY), CLEAR))
    noted: set[str] = set()
    for rule, identifier, statuses in cases:
        path = status.path.replace("{" + str(parameter.get("name")) + "}", identifier)
        problem = _get_refused(judge, status, path, rule, statuses)
        if problem is not None and problem.finding.rule not in noted:
            noted.add(problem.finding.rule)
            note(judge, problem)
    _other_kinds(judge, usable, status)


def _nearly_known(judge: Judge, usable: Submission, status: Operation) -> None:
    """An id that differs from a known one in some of its digits is as unknown as any other."""
    episode = judge.episode(SUITE)
    try:
        made = judge.submit(episode, usable, [_good(judge, usable, episode, "k")])
        known = made.status_path or ""
        for path in (_turned(known, -1), _turned(known, -12), _turned(known, -36)):
            reply = judge.send(episode, status, path, sent=f"GET {path}")
            judge.refused(episode, status, reply, "path.unknown-id", f"GET {path}", (404,))
    except Broken as problem:
        note(judge, problem)


def _turned(path: str, place: int) -> str:
    """Return a path that ends in an id with another hexadecimal digit in one place."""
    other = "1" if path[place] == "0" else "0"
    return path[:place] + other + path[len(path) + place + 1 :]


def _get_refused(
    judge: Judge,
    operation: Operation,
    path: str,
    rule: str,
    statuses: tuple[int, ...],
    who: str | None = "a",
) -> Broken | None:
    episode = judge.episode(SUITE)
    sent = f"{operation.method} {path}"
    try:
        reply = judge.send(episode, operation, path, who=who, sent=sent)
        judge.refused(episode, operation, reply, rule, sent, statuses)
        if reply.status == 400:
            judge.error_form(episode, operation, reply, sent, pointers=True)
    except Broken as problem:
        return problem
    return None


def _other_kinds(judge: Judge, usable: Submission, status: Operation) -> None:
    for other in judge.contract.submissions:
        if other.status is None or other.status.id == status.id:
            continue
        episode = judge.episode(SUITE)
        entry = _good(judge, usable, episode, "k")
        try:
            made = judge.submit(episode, usable, [entry])
            identifier = (made.status_path or "").rsplit("/", 1)[-1]
            path = other.status.path.rsplit("/", 1)[0] + "/" + identifier
            reply = judge.send(episode, other.status, path, sent=f"GET {path}")
            judge.refused(episode, other.status, reply, "path.other-kind", f"GET {path}", (404,))
        except Broken as problem:
            note(judge, problem)


def test_a_wrong_method_is_405_with_allow(judge: Judge, contract: Contract) -> None:
    """Every path, with a method that it does not know."""
    if judge.settings.read_only:
        pytest.skip("a wrong method may write: not in a read-only run")
    if not contract.submissions:
        pytest.skip("the operations suite checks this contract")
    noted: set[str] = set()
    for path in dict.fromkeys(one.path for one in contract.operations):
        known = {one.method for one in contract.operations if one.path == path}
        operation = next(one for one in contract.operations if one.path == path)
        for method in ("DELETE", "PUT", "PATCH", "POST", "GET"):
            if method in known:
                continue
            problem = _wrong_method(judge, operation, _filled(path), method, known)
            if problem is not None and problem.finding.rule not in noted:
                noted.add(problem.finding.rule)
                note(judge, problem)


def _filled(path: str) -> str:
    head, brace, tail = path.partition("{")
    return head + NOBODY + _filled(tail.partition("}")[2]) if brace else path


def _wrong_method(
    judge: Judge, operation: Operation, path: str, method: str, known: set[str]
) -> Broken | None:
    episode = judge.episode(SUITE)
    sent = f"{method} {path}"
    try:
        body = b"[]" if method in {"PUT", "PATCH", "POST"} else None
        reply = judge.send(
            episode,
            operation,
            path,
            method=method,
            body=body,
            headers=JSON if body else None,
            sent=sent,
        )
        # `/Clients/Status` may also be read as another path with a parameter.
        statuses = (405,)
        judge.refused(episode, operation, reply, "path.method", sent, statuses)
        allow = {one.strip() for one in reply.headers.get("allow", "").split(",")} - {""}
        if not known <= allow or allow - known - {"HEAD", "OPTIONS"}:
            raise judge.fail(
                episode,
                "path.method",
                operation.id,
                sent,
                [f"Allow: {', '.join(sorted(known))}"],
                f"Allow: {reply.headers.get('allow', '(none)')}",
            )
    except Broken as problem:
        return problem
    return None


def test_a_path_that_nobody_declared_is_404(judge: Judge, contract: Contract) -> None:
    """Beside the declared paths there is nothing, and it is said in the form of all errors."""
    if not contract.submissions:
        pytest.skip("the operations suite checks this contract")
    operation = contract.submissions[0].operation
    paths = [operation.path.rstrip("/") + "Nope"]
    if judge.settings.mode == "strict":
        paths.append(operation.path.swapcase())  # a path is a text like any other
    for path in paths:
        problem = _get_refused(judge, operation, path, "path.undeclared", (404,))
        if problem is not None:
            note(judge, problem)
            return


# --- idempotency ---------------------------------------------------------------------------------


def test_an_idempotency_key_makes_a_retry_safe(judge: Judge, usable: Submission) -> None:
    """The first answer again, before and after it is settled; nothing is submitted twice."""
    header = usable.key_header
    if header is None:
        pytest.skip("the submission takes no idempotency key")
    for story in (_repeat, _reuse, _other_operation, _separate, _alike, _kept, _refused_first):
        try:
            story(judge, usable, header)
        except Broken as problem:
            note(judge, problem)


def _key(episode: Episode) -> str:
    return f"{episode.namespace}key"


def _repeat(judge: Judge, submission: Submission, header: str) -> None:
    episode = judge.episode(SUITE)
    entries = [_good(judge, submission, episode, "k1")]
    headers = {header: _key(episode)}
    made = judge.submit(episode, submission, entries, headers=headers)
    _same(
        judge,
        submission,
        made.reply,
        judge.post(episode, submission, entries, headers=headers),
        episode,
    )
    judge.settle(made)
    _same(
        judge,
        submission,
        made.reply,
        judge.post(episode, submission, entries, headers=headers),
        episode,
    )
    if submission.asynchronous:
        judge.poll(made)
        if judge.target.has_control("a"):
            judge.target.advance("a", 3600)
        judge.poll(made)


def _same(
    judge: Judge, submission: Submission, first: Reply, again: Reply, episode: Episode
) -> None:
    same = again.status == first.status
    if same:
        try:
            same = canonical(again.json()) == canonical(first.json())
        except ValueError:
            same = False
    if not same:
        raise judge.fail(
            episode,
            "idempotency.repeat",
            submission.id,
            "the same request with the same key",
            [first.told()],
            again.told(),
        )


def _reuse(judge: Judge, submission: Submission, header: str) -> None:
    episode = judge.episode(SUITE)
    headers = {header: _key(episode)}
    first = [_good(judge, submission, episode, name) for name in ("k1", "k3")]
    made = judge.submit(episode, submission, first, headers=headers)
    other = _good(judge, submission, episode, "k2")
    changed = [_good(judge, submission, episode, name, variant=1) for name in ("k1", "k3")]
    for body in ([other], [*first, other], first[::-1], changed, [other]):
        reply = judge.post(episode, submission, body, headers=headers)
        judge.refused(
            episode,
            submission.operation,
            reply,
            "idempotency.reuse",
            "the same key with another body",
            (422,),
        )
        judge.settle(made)
    judge.settle(judge.submit(episode, submission, [other]))


def _other_operation(judge: Judge, submission: Submission, header: str) -> None:
    for other in judge.contract.submissions:
        if other.id == submission.id or other.key_header is None:
            continue
        episode = judge.episode(SUITE)
        headers = {header: _key(episode)}
        entries = [_good(judge, submission, episode, "k1")]
        made = judge.submit(episode, submission, entries, headers=headers)
        reply = judge.post(episode, other, entries, headers=headers)
        judge.refused(
            episode,
            other.operation,
            reply,
            "idempotency.reuse",
            "the same key and body at another operation",
            (422,),
        )
        judge.settle(made)


def _alike(judge: Judge, submission: Submission, header: str) -> None:
    """Keys are compared exactly, the whole of them: 255 characters are allowed."""
    episode = judge.episode(SUITE)
    key = _key(episode)
    long = key.ljust(254, "x")
    answers: list[bytes] = []
    tried = [key, key.swapcase(), f"{long}1", f"{long}2", f"{key}0"]
    tried += chain.from_iterable(numerals(in_digits(key)))
    for number, one in enumerate(dict.fromkeys(tried)):
        entry = _good(judge, submission, episode, f"k{number}")
        reply = judge.post(episode, submission, [entry], headers={header: one})
        if reply.status == 422 or reply.body in answers:
            raise judge.fail(
                episode,
                "idempotency.exact",
                submission.id,
                f"another body with the key {one}",
                ["a submission of its own"],
                reply.told(),
            )
        answers.append(reply.body)
        judge.settle(judge.accepted(episode, submission, [entry], "a", reply))
    entry = _good(judge, submission, episode, "longer")
    reply = judge.post(episode, submission, [entry], headers={header: f"{long}12"})
    told = "a key of 256 characters"
    judge.refused(episode, submission.operation, reply, "idempotency.exact", told, (400,))


def _kept(judge: Judge, submission: Submission, header: str) -> None:
    """A key is known after many other keys were used."""
    episode = judge.episode(SUITE)
    entries = [_good(judge, submission, episode, "k")]
    made = judge.submit(episode, submission, entries, headers={header: _key(episode)})
    for number in range(judge.settings.pick(8, 25, 120)):
        other = _good(judge, submission, episode, f"m{number}")
        judge.submit(episode, submission, [other], headers={header: f"{_key(episode)}{number}"})
    again = judge.post(episode, submission, entries, headers={header: _key(episode)})
    _same(judge, submission, made.reply, again, episode)


def _refused_first(judge: Judge, submission: Submission, header: str) -> None:
    """Nothing is kept of a refused request, its key neither."""
    episode = judge.episode(SUITE)
    headers = {header: _key(episode)}
    reply = judge.send(
        episode,
        submission.operation,
        headers={**JSON, **headers},
        body=b"[",
        sent="an array that is not closed, with a key",
    )
    judge.refused(episode, submission.operation, reply, "body.malformed", "[", (400,))
    entry = _good(judge, submission, episode, "k")
    plain = Entry(entry.value, entry.text)
    reply = judge.post(episode, submission, [plain], headers=headers)
    if reply.status >= 400:
        raise judge.fail(
            episode,
            "body.nothing-kept",
            submission.id,
            "a good body with the key of a refused one",
            [str(judge.answers.success(submission.operation))],
            reply.told(),
        )
    judge.settle(judge.accepted(episode, submission, [plain], "a", reply))


def _separate(judge: Judge, submission: Submission, header: str) -> None:
    """Other keys, and no key, are submissions of their own."""
    episode = judge.episode(SUITE)
    entry = _good(judge, submission, episode, "k1")
    plain = Entry(entry.value, entry.text)
    for headers in ({header: _key(episode)}, {header: _key(episode) + "2"}, {}, {}):
        judge.settle(judge.submit(episode, submission, [plain], headers=headers))
