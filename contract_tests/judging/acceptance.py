"""The answer to a submission: that it is accepted, and where it says that its status is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from contract_tests.http.origins import leads_elsewhere
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Breach
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.story import Submitted
from contract_tests.reading.contract import Operation, Submission
from contract_tests.reading.silences import OtherCode, OtherPaths

_POINTERS = ("uri", "url", "href")  # ends of the names of members that point somewhere
_LONGEST = 2000  # characters of an id; a longer path is not taken everywhere (RFC 9110 section 4.1)
_OF_SEGMENTS = ":@,;=+*"  # what stands in a segment as it is, and does no harm in a shell
_KEPT = "/?&%" + _OF_SEGMENTS


def is_accepted(operation: Operation, status: int, freedom: Freedom) -> bool:
    """Whether a status code accepts a submission."""
    others = (
        one.code for one in freedom.leaves_open(OtherCode) if one.of is None and one.when is None
    )
    return status in {operation.success, *others}


class StatusPaths:
    """Finds where the status of each submission is asked for; every one has an id of its own."""

    def __init__(self, freedom: Freedom, base_url: str) -> None:
        self._freedom = freedom
        self._base_url = base_url
        self._ids: set[str] = set()

    def path_of(self, made: Submitted) -> str | Breach:
        """Return the path of the status of an accepted submission, or what its answer breaks."""
        status, value = made.submission.status, _value(made)
        identifier = next(_ids(made, value), None)
        if status is None or identifier is None or len(identifier) > _LONGEST:
            expected = ("an id and a uri of the status check",)
            if identifier is not None:
                expected = (f"an id of at most {_LONGEST} characters",)
            return Breach(catalogue.SUBMISSION_STATUS_URI, expected, made.reply.told)
        path = filled(status.path, segment(identifier))
        if identifier in self._ids:
            expected = ("an id that no other submission has",)
            return Breach(catalogue.SUBMISSION_OWN_ID, expected, identifier)
        self._ids.add(identifier)
        for name, uri in value.items():
            if isinstance(uri, str) and name.endswith(_POINTERS):
                told = self._told(name, uri, path)
                if told != path:
                    return told
        return path

    def _told(self, name: str, uri: str, path: str) -> str | Breach:
        """Return the path that a uri of an answer leads to, where `path` is expected."""
        if leads_elsewhere(self._base_url, uri):
            expected = (f"a uri on {self._base_url}",)
            return Breach(catalogue.ANSWER_ORIGIN, expected, f"{name}: {uri}")
        if uri.split() == [uri] and _is_at(uri, path):
            return path
        if self._freedom.leaves_open(OtherPaths) and uri.startswith("/"):
            return quote(uri, safe=_KEPT, errors="surrogatepass")
        return Breach(catalogue.SUBMISSION_STATUS_URI, (path,), uri)


def _is_at(uri: str, path: str) -> bool:
    """Whether a uri ends with a path, in whichever way its characters are escaped."""
    return uri.endswith(path) or unquote(uri).endswith(unquote(path))


def filled(path: str, identifier: str) -> str:
    """Return a path with a segment in place of its parameters."""
    return re.sub(r"\{[^}]*\}", lambda _: identifier, path)


def segment(identifier: str) -> str:
    """Return an id as one segment of a path, whatever stands in it."""
    told = quote(identifier, safe=_OF_SEGMENTS, errors="surrogatepass")
    # Clients and servers leave out segments of dots.
    return told.replace(".", "%2E") if told in {".", ".."} else told


def _value(made: Submitted) -> Any:
    try:
        value = made.reply.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _ids(made: Submitted, value: Any) -> Iterator[str]:
    """Yield the ids of an answer under the names that links, then the parameter, give it."""
    for name in _names(made.submission, made.reply.status):
        if isinstance(value.get(name), str):
            yield value[name]


def _names(submission: Submission, code: int) -> Iterator[str]:
    response, status = submission.operation.response(code), submission.status
    for link in response.links if response and status else ():
        if status is not None and link.operation == status.id:
            yield from (one.rsplit("/", 1)[-1] for one in link.parameters.values())
    if status is not None:
        parameter = status.parameter("path")
        yield parameter.name if parameter else "id"
