"""The options of a run, each once: its flag, its variable, its help, and its name in pytest. Data.

The value of an option is read by `of` of a `Given`: from the command line, else from its variable, else its default.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from contract_tests.judging.mode import Effort, Mode, Suite
from contract_tests.reading.nearest import nearest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=StrEnum)
Raw = str | Sequence[str] | bool | None


class OptionError(ValueError):
    """An option that is missing, or whose value is of another form; the text is one sentence."""


class Section(StrEnum):
    """A heading of the help."""

    JUDGED = "What is judged"
    WHO = "Who asks"
    HOW = "How it is judged"
    ALLOWED = "What is allowed"
    WRITTEN = "What is written"


@dataclass(frozen=True)
class Option(Generic[T_co]):
    """An option: how it is named, what it is for, and how its text becomes a value.

    `read` raises ValueError with what is expected. `in_pytest` is its name there where another option has its own,
    empty where pytest has an option for it.
    """

    name: str
    help: str
    section: Section
    read: Callable[[str], T_co]
    metavar: str = "TEXT"
    default: str | None = None
    shown_default: str = ""
    short: str = ""
    in_pytest: str | None = None
    repeated: bool = False
    is_flag: bool = False
    secret: bool = False

    @property
    def flag(self) -> str:
        """Return its name on the command line."""
        return f"--{self.name}"

    @property
    def pytest_flag(self) -> str:
        """Return its name among those of pytest, empty where it has none."""
        name = self.name if self.in_pytest is None else self.in_pytest
        return name and f"--{name}"

    @property
    def variable(self) -> str:
        """Return the variable that stands for it."""
        return f"CONTRACT_TESTS_{self.name.upper().replace('-', '_')}"

    @property
    def help_text(self) -> str:
        """Return its help, with its variable and its default."""
        default = self.shown_default or self.default
        parts = [
            self.help,
            f"Better in {self.variable}." if self.secret else f"[{self.variable}]",
            f"[default: {default}]" if default else "",
        ]
        return "  ".join(filter(None, parts))


@dataclass(frozen=True)
class Given:
    """What was given for the options, by their names; what is not there may stand in a variable."""

    values: Mapping[str, Raw]
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def of(self, option: Option[T]) -> T | None:
        """Return the value of an option, None where there is none. Raises OptionError."""
        raw = self.values.get(option.name)
        text = (
            raw if isinstance(raw, str) else self.variables.get(option.variable) or option.default
        )
        return None if text is None else _read(option, text)

    def known(self, option: Option[T]) -> T:
        """Return the value of an option that has a default, or must be given. Raises OptionError."""
        value = self.of(option)
        if value is None:
            told = option.help[:1].lower() + option.help[1:].rstrip(".")
            raise OptionError(f"give {option.flag} {option.metavar} ({option.variable}): {told}")
        return value

    def all(self, option: Option[T]) -> tuple[T, ...]:
        """Return the values of an option that may be repeated; in a variable each has a line."""
        raw = self.values.get(option.name)
        texts: Sequence[str] = () if raw is None or isinstance(raw, str | bool) else raw
        if not texts:
            texts = (self.variables.get(option.variable) or option.default or "").splitlines()
        return tuple(_read(option, one) for one in texts)

    def is_set(self, option: Option[bool]) -> bool:
        """Whether a flag was given. Raises OptionError."""
        return bool(self.values.get(option.name)) or bool(self.of(option))


def _read(option: Option[T], text: str) -> T:
    try:
        return option.read(text)
    except ValueError as error:
        raise OptionError(f"{option.flag} {text}: {error}") from None


# --- how texts become values -------------------------------------------------------------------------


def url(text: str) -> str:
    """Read a URL."""
    try:
        split = urlsplit(text)
        whole = split.scheme in {"http", "https"} and split.hostname and (split.port or 1)
    except ValueError:
        whole = False
    if not whole:
        bare = "://" not in text and re.fullmatch(r"[\w.-]+(:\d+)?(/.*)?", text)
        hint = f"; did you mean http://{text}?" if bare else ""
        raise ValueError(f"a URL with http:// or https:// is expected{hint}")
    return text


def url_or_path(text: str) -> str:
    """Read a URL, or a path below the base URL."""
    return text if text.startswith("/") else url(text)


def pair(text: str) -> tuple[str, str]:
    """Read `name=value`."""
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError("name=value is expected")
    return name, value


def one_of(kind: type[E], what: str) -> Callable[[str], E]:
    """Return what reads a word of a few."""

    def read(text: str) -> E:
        if text not in list(kind):
            raise ValueError(f"unknown {what}; did you mean {nearest(text, list(kind))}?")
        return kind(text)

    return read


def suites(text: str) -> tuple[Suite, ...]:
    """Read suites, with commas between them."""
    read = one_of(Suite, "suite")
    return tuple(dict.fromkeys(read(one.strip()) for one in text.split(",") if one.strip()))


def count(text: str) -> int:
    """Read a whole number from 1 on."""
    number = integer(text)
    if number < 1:
        raise ValueError("a number from 1 on is expected")
    return number


def integer(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise ValueError("a whole number is expected") from None


def seconds(text: str) -> float:
    """Read a time above zero."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ValueError("a number of seconds above 0 is expected")
    return number


def size(text: str) -> int:
    """Read a number of bytes above zero, perhaps in KiB, MiB or GiB."""
    found = re.fullmatch(r"([0-9]{1,12}) ?(|[KMG]iB)", text.strip())
    number = int(found[1]) * 1024 ** ("", "KiB", "MiB", "GiB").index(found[2]) if found else 0
    if number < 1:
        raise ValueError("a number of bytes above 0 is expected, perhaps with KiB, MiB or GiB")
    return number


def shard(text: str) -> tuple[int, int]:
    """Read which of how many parts: `1/4` is the first."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= part <= parts:
        raise ValueError("one of several parts is expected: 1/4, 2/4, 3/4 or 4/4")
    return part, parts


def yes(text: str) -> bool:
    """Read whether a flag is set, from its variable."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False, "": False}
    if text.lower() not in words:
        raise ValueError("1 or 0 is expected")
    return words[text.lower()]


# --- the table ---------------------------------------------------------------------------------------

BASE_URL = Option(
    "base-url", "Where the server answers, say http://127.0.0.1:8080.", Section.JUDGED, url, "URL"
)
CONTRACT = Option(
    "contract", "A shipped contract by name, or a file; may be repeated.", Section.JUDGED, str,
    "NAME-OR-PATH", default="partner-client-service-v2", repeated=True,
)  # fmt: skip
OVERLAY = Option(
    "overlay", "An OpenAPI overlay that is applied to each contract; may be repeated.",
    Section.JUDGED, str, "FILE", repeated=True,
)  # fmt: skip
ALLOW_REFS = Option(
    "allow-refs", "A folder that `$ref`s may lead to, besides the contract's own; may be repeated.",
    Section.JUDGED, str, "DIR", repeated=True,
)  # fmt: skip
ONLY = Option(
    "only", f"Suites, with commas: {', '.join(Suite)}.", Section.JUDGED, suites, "SUITES",
    default=",".join(Suite), shown_default="all",
)  # fmt: skip
CLIENT_ID = Option(
    "client-id",
    "OAuth2 client credentials; also the name where a contract asks for a password.",
    Section.WHO, str,
)  # fmt: skip
CLIENT_SECRET = Option(
    "client-secret", "The secret; also the password or the API key.", Section.WHO, str, secret=True
)
OTHER_CLIENT_ID = Option(
    "other-client-id", "A second partner, so that access between partners is judged.",
    Section.WHO, str,
)  # fmt: skip
OTHER_CLIENT_SECRET = Option(
    "other-client-secret", "The second partner's secret.", Section.WHO, str, secret=True
)
TOKEN = Option(
    "token", "A fixed bearer token or API key, instead of client credentials.", Section.WHO, str,
    secret=True,
)  # fmt: skip
OTHER_TOKEN = Option(
    "other-token",
    "The second partner's fixed bearer token or API key.",
    Section.WHO,
    str,
    secret=True,
)
WEBHOOK_URL = Option(
    "webhook-url",
    "Where the server reaches the judge's own listener, so that webhooks are judged; it listens at the port of this URL.",
    Section.JUDGED, url, "URL", shown_default="a port of this machine, for a sandbox on it",
)  # fmt: skip
WEBHOOK_SECRET = Option(
    "webhook-secret", "The secret that signs the server's webhooks: whsec_ and base64.",
    Section.WHO, str, secret=True,
)  # fmt: skip
TOKEN_URL = Option(
    "token-url", "Where tokens are granted.", Section.WHO, url_or_path, "URL",
    shown_default="where the contract says, on the server itself",
)  # fmt: skip
LOGIN = Option(
    "login",
    "A member of the login of a contract that has one; may be repeated. The password may stand in "
    "CONTRACT_TESTS_LOGIN_PASSWORD.",
    Section.WHO, pair, "NAME=VALUE", repeated=True,
)  # fmt: skip
LOGIN_PASSWORD = "CONTRACT_TESTS_LOGIN_PASSWORD"  # noqa: S105 - the variable, not the password
PARTNER = Option(
    "partner", "What the rules know of the partner: currency=GBP; may be repeated.",
    Section.WHO, pair, "NAME=VALUE", repeated=True,
)  # fmt: skip
MODE = Option(
    "mode", "Allow whatever the sources allow (documented), or the contract's own choices (strict).",
    Section.HOW, one_of(Mode, "mode"), "|".join(Mode), default="documented",
)  # fmt: skip
EFFORT = Option(
    "effort", "How much is tried.", Section.HOW, one_of(Effort, "effort"), "|".join(Effort),
    default="standard",
)  # fmt: skip
SEED = Option(
    "seed", "The seed of everything that is generated.", Section.HOW, integer, "NUMBER",
    default="1", in_pytest="judge-seed",
)  # fmt: skip
DEADLINE = Option(
    "deadline", "Seconds until an item must be final.", Section.HOW, seconds, "SECONDS",
    default="30",
)  # fmt: skip
IN_FLIGHT = Option(
    "in-flight", "How many submissions may be waited for at once, where the server takes its time.",
    Section.ALLOWED, count, "NUMBER", default="32",
)  # fmt: skip
MAX_REQUESTS = Option(
    "max-requests", "The budget of HTTP requests.", Section.ALLOWED, count, "NUMBER"
)
REQUIRE_REACH = Option(
    "require-reach",
    "Fail when an operation never gave a success answer; always so in strict mode where every suite is asked.",
    Section.HOW, yes, is_flag=True,
)  # fmt: skip
READ_ONLY = Option(
    "read-only", "Send nothing but GET and token requests.", Section.ALLOWED, yes, is_flag=True
)
DRY_RUN = Option(
    "dry-run", "Send nothing; print what would be sent.", Section.ALLOWED, yes, is_flag=True
)
MAX_ANSWER = Option(
    "max-answer", "The most bytes of an answer that are read: 1000000, 500KiB, 64MiB.",
    Section.ALLOWED, size, "SIZE", default="16MiB",
)  # fmt: skip
QUIET = Option(
    "quiet", "Tell no progress, and nothing at all of a contract that holds.", Section.WRITTEN, yes,
    is_flag=True, short="-q", in_pytest="",
)  # fmt: skip
JUNIT = Option("junit", "Write JUnit XML.", Section.WRITTEN, str, "FILE", in_pytest="")
HTML = Option(
    "html", "Write the verdict as a page.", Section.WRITTEN, str, "FILE", in_pytest="verdict-html"
)
JSON = Option(
    "json", "Write the verdict as JSON.", Section.WRITTEN, str, "FILE", in_pytest="verdict-json"
)
LEDGER = Option(
    "ledger", "Write everything that is created, a JSON line each, as it is created.",
    Section.WRITTEN, str, "FILE",
)  # fmt: skip
SHARD = Option(
    "shard", "Run one of several parts, as another machine runs the others: 1/4.", Section.HOW,
    shard, "PART/PARTS", in_pytest="judge-shard",
)  # fmt: skip
BASELINE = Option(
    "baseline", "Faults that are known, in a file that --write-baseline wrote: only new ones fail.",
    Section.HOW, str, "FILE", in_pytest="judge-baseline",
)  # fmt: skip
WRITE_BASELINE = Option(
    "write-baseline", "Write what is found as known; each fault then needs a reason.",
    Section.WRITTEN, str, "FILE", in_pytest="judge-write-baseline",
)  # fmt: skip
SARIF = Option(
    "sarif", "Write the findings in SARIF 2.1.0, for code scanning.", Section.WRITTEN, str, "FILE",
    in_pytest="verdict-sarif",
)  # fmt: skip
SUMMARY = Option(
    "summary", "Add the verdict to a file as Markdown.", Section.WRITTEN, str, "FILE",
    shown_default="the summary of the step, in GitHub Actions", in_pytest="verdict-summary",
)  # fmt: skip
FRESH = Option(
    "fresh", "Nothing was saved before the recording began.", Section.HOW, yes, is_flag=True
)
OTHER_URL = Option("other-url", "Where the other server answers.", Section.JUDGED, url, "URL")
OTHER_URL_TOKEN = Option(
    "other-url-token", "A fixed token for the other server, where it is another.", Section.WHO, str,
    secret=True,
)  # fmt: skip
OTHER_URL_TOKEN_URL = Option(
    "other-url-token-url", "Where tokens for the other server are granted.", Section.WHO,
    url_or_path, "URL", shown_default="where the contract says, on that server itself",
)  # fmt: skip
OTHER_URL_CLIENT_ID = Option(
    "other-url-client-id", "Client credentials for the other server, where they are others.",
    Section.WHO, str,
)  # fmt: skip
OTHER_URL_CLIENT_SECRET = Option(
    "other-url-client-secret", "The secret for the other server.", Section.WHO, str, secret=True
)

OPTIONS: tuple[Option[object], ...] = (
    BASE_URL, CONTRACT, OVERLAY, ALLOW_REFS, ONLY, WEBHOOK_URL,
    CLIENT_ID, CLIENT_SECRET, OTHER_CLIENT_ID, OTHER_CLIENT_SECRET, TOKEN, OTHER_TOKEN, TOKEN_URL, LOGIN, PARTNER,
    WEBHOOK_SECRET,
    MODE, EFFORT, SEED, DEADLINE, SHARD, BASELINE, REQUIRE_REACH,
    IN_FLIGHT, MAX_REQUESTS, MAX_ANSWER, READ_ONLY, DRY_RUN,
    QUIET, JUNIT, HTML, JSON, SARIF, SUMMARY, LEDGER, WRITE_BASELINE,
)  # fmt: skip
"""The options of a run."""
OF_TRAFFIC: tuple[Option[object], ...] = (
    CONTRACT, OVERLAY, ALLOW_REFS, BASE_URL, PARTNER, MODE, FRESH, BASELINE,
    JUNIT, HTML, JSON, SARIF, SUMMARY, WRITE_BASELINE,
)  # fmt: skip
"""The options of the judgement of a recording."""
OF_COMPARISON: tuple[Option[object], ...] = (
    BASE_URL, OTHER_URL, CONTRACT, OVERLAY, ALLOW_REFS,
    CLIENT_ID, CLIENT_SECRET, OTHER_CLIENT_ID, OTHER_CLIENT_SECRET, TOKEN, TOKEN_URL, PARTNER,
    OTHER_URL_CLIENT_ID, OTHER_URL_CLIENT_SECRET, OTHER_URL_TOKEN, OTHER_URL_TOKEN_URL,
    EFFORT, SEED, DEADLINE, MAX_REQUESTS, MAX_ANSWER, READ_ONLY, JSON, LEDGER,
)  # fmt: skip
"""The options of a comparison of two servers."""
