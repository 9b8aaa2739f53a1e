"""The shape of the code: files and functions that are read in one sitting, and nothing written twice."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("openapi_documents", "mock_server", "contract_tests", "spec_review")
LINES_OF_A_FILE, LINES_OF_A_FUNCTION, LINES_TWICE = 500, 60, 6
# What pytest must not load at its start, and commands that need not load one another; by full names, in one table each.
LOADED_WHEN_ASKED_FOR = {
    "mock_server/plugin.py",
    "mock_server/cli/main.py",
    "mock_server/console/pages.py",
    "mock_server/journal/telemetry.py",
    "mock_server/storage/database.py",  # one dialect of two
    "openapi_documents/overlays/overlay.py",  # JSONPath, for documents that have an overlay
    "spec_review/cli.py",
}


@dataclass(frozen=True)
class Rule:
    """What is found wrong in a room, and the rooms that do not keep it yet: only ever fewer."""

    name: str
    find: Callable[[str], Iterator[str]]
    not_yet: frozenset[str] = frozenset()
    rooms: tuple[str, ...] = ROOMS


def files(room: str) -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


# Most rules walk through the same files, one after the other.
parsed = cache(ast.parse)


@cache
def nodes(text: str) -> list[ast.stmt | ast.expr]:
    return [node for node in ast.walk(parsed(text)) if isinstance(node, ast.stmt | ast.expr)]


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(text):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def long_files(room: str) -> Iterator[str]:
    for name, text in files(room):
        if text.count("\n") > LINES_OF_A_FILE:
            yield f"{name} has {text.count(chr(10))} lines"


def long_functions(room: str) -> Iterator[str]:
    for name, text in files(room):
        for function in functions(text):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield f"{name}: {function.name} has {length} lines"


def hidden_imports(room: str) -> Iterator[str]:
    for name, text in files(room):
        for function in functions(text):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{name}:{node.lineno}: {ast.unparse(node)}"


def modules_by_name(room: str) -> Iterator[str]:
    for name, text in files(room):
        for node in nodes(text):
            called = dotted(node.func) if isinstance(node, ast.Call) else ""
            tricks = ("__import__", "importlib.import_module", "import_module", "sys.modules.get")
            if called in tricks and name not in LOADED_WHEN_ASKED_FOR:
                yield f"{name}:{node.lineno}: {called}"


def dotted(node: ast.expr) -> str:
    """A name with its dots, as it is written; empty for anything else."""
    if isinstance(node, ast.Attribute):
        whole = dotted(node.value)
        return f"{whole}.{node.attr}" if whole else ""
    return node.id if isinstance(node, ast.Name) else ""


def changed_globals(room: str) -> Iterator[str]:
    for name, text in files(room):
        for node in nodes(text):
            if isinstance(node, ast.Global):
                yield f"{name}:{node.lineno}: {ast.unparse(node)}"


def systems_of_one_kind(room: str) -> Iterator[str]:
    """What only Linux, macOS or Windows has; what needs one of them looks for it by `hasattr` or a try."""
    for name, text in files(room):
        written = nodes(text)
        tried = {
            statement
            for node in written
            if isinstance(node, ast.Try) and "ImportError" in map(named, node.handlers)
            for statement in node.body
        }
        for node in written:
            if node in tried:
                continue
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            elif isinstance(node, ast.Attribute):
                modules = [dotted(node)]
            yield from (f"{name}:{node.lineno}: {one}" for one in modules if one in OF_ONE_SYSTEM)


def named(handler: ast.ExceptHandler) -> str:
    """What a handler catches, as it is written."""
    return ast.unparse(handler.type) if handler.type else ""


def services_by_name(room: str) -> Iterator[str]:
    """What stands outside the folder of the hand-written service, or its one suite, and names it."""
    for name, text in files(room):
        if not {"services", "rewards"} & set(Path(name).parts) and name != TABLE_OF_SUITES:
            for number, line in enumerate(text.splitlines(), 1):
                if "rewards" in line.lower():
                    yield f"{name}:{number}: {line.strip()}"


TABLE_OF_SUITES = "contract_tests/judging/mode.py"
OF_ONE_SYSTEM = {
    "curses", "fcntl", "grp", "msvcrt", "os.fork", "os.getuid", "os.geteuid", "os.killpg", "os.setsid", "posix", "pty",
    "pwd", "readline", "resource", "signal.SIGALRM", "signal.SIGHUP", "signal.SIGKILL", "signal.SIGUSR1",
    "socket.SO_REUSEPORT", "syslog", "termios", "tty", "uvloop", "winreg",
}  # fmt: skip


RULES = (
    Rule(
        f"no file has more than {LINES_OF_A_FILE} lines",
        long_files,
        frozenset({"tests"}),
        (*ROOMS, "tests"),
    ),
    Rule(
        f"no function has more than {LINES_OF_A_FUNCTION} lines",
        long_functions,
        frozenset({"tests"}),
        (*ROOMS, "tests"),
    ),
    Rule("no import hides in a function", hidden_imports),
    Rule("no module is found by a trick with its name", modules_by_name),
    Rule("no function changes a global name", changed_globals),
    Rule("nothing is used that only one system has", systems_of_one_kind),
    Rule("no service is named outside its folder", services_by_name),
)


@pytest.mark.parametrize(
    ("room", "rule"),
    [pytest.param(room, rule, id=f"{room}: {rule.name}") for rule in RULES for room in rule.rooms],
)
def test_a_room_keeps_a_rule(room: str, rule: Rule) -> None:
    found = list(rule.find(room))

    if room in rule.not_yet:
        assert found, f"{room} keeps it now: take it off the rule"
    else:
        assert found == []


# --- cycles --------------------------------------------------------------------------------------

CYCLES_STILL: set[str] = set()


def cycle(room: str) -> list[str]:
    """The modules of a room that import each other in a circle, if any do."""
    graph = grimp.build_graph(room, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_imports_itself_by_way_of_others(room: str) -> None:
    found = cycle(room)

    if room in CYCLES_STILL:
        assert found, f"{room} has no cycle any more: take it off"
    else:
        assert found == []


# --- twice ---------------------------------------------------------------------------------------

TWICE_STILL: set[frozenset[str]] = set()
"""Pairs of rooms that have lines in common."""


def code_lines(text: str) -> list[tuple[int, str]]:
    """The lines that do something: without comments, docstrings, imports and lone brackets."""
    quiet: set[int] = set()
    for node in nodes(text):
        constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if constant or isinstance(node, ast.Import | ast.ImportFrom):
            quiet |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    words: dict[int, list[str]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT):
            words[token.start[0]].append(token.string)
    lines = ((number, " ".join(parts)) for number, parts in sorted(words.items()))
    return [
        (number, line)
        for number, line in lines
        if number not in quiet and any(letter.isalnum() for letter in line)
    ]


def windows(room: str) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name, text in files(room):
        lines = code_lines(text)
        for start in range(len(lines) - LINES_TWICE + 1):
            part = lines[start : start + LINES_TWICE]
            found.setdefault(tuple(line for _, line in part), f"{name}:{part[0][0]}")
    return found


def test_no_lines_stand_in_two_rooms() -> None:
    lines = {room: windows(room) for room in ROOMS}
    for one, other in combinations(ROOMS, 2):
        here, there = lines[one], lines[other]
        twice = [f"{here[part]} is {there[part]}" for part in here.keys() & there.keys()]

        if frozenset({one, other}) in TWICE_STILL:
            assert twice, f"{one} and {other} have nothing in common any more: take them off"
        else:
            assert twice == []
