"""How a client changes some members of a resource: a merge (RFC 7396), or a list of operations (RFC 6902)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import jsonpatch

from mock_server.contracts.schema_view import SchemaView
from mock_server.http.problems import Fault, Kind, Problem
from mock_server.resources.making import Members
from mock_server.resources.names import plain
from mock_server.resources.shapes import is_object, members_of

BAD_PATCH: Final = Kind(400, "The patch cannot be applied.")
FAILED_TEST: Final = Kind(409, "A test of the patch failed.")


def merge(value: Members, change: Members, view: SchemaView) -> dict[str, object]:
    """Return a value with a change merged into it; null removes a member, and what is read-only stays."""
    found = dict(value)
    known = members_of(view)
    for given, new in change.items():
        name = given if given in known or given in value else _spelled(given, known)
        member = known.get(name)
        if member is not None and member.word("readOnly") is True:
            continue
        if new is None:
            found.pop(name, None)
        elif isinstance(new, Mapping):
            inside = found.get(name)
            inner = member if member is not None and is_object(member) else _NO_MEMBERS
            before = inside if isinstance(inside, Mapping) else {}
            found[name] = (
                merge(before, new, inner) if inner is not _NO_MEMBERS else _plainly(before, new)
            )
        elif member is None or member.word("writeOnly") is not True:
            found[name] = new
    return found


def _plainly(value: Members, change: Members) -> dict[str, object]:
    found = dict(value)
    for name, new in change.items():
        if new is None:
            found.pop(name, None)
        elif isinstance(new, Mapping):
            inside = found.get(name)
            found[name] = _plainly(inside if isinstance(inside, Mapping) else {}, new)
        else:
            found[name] = new
    return found


_NO_MEMBERS: Final = None


def _spelled(name: str, known: Mapping[str, SchemaView]) -> str:
    return next((one for one in known if plain(one) == plain(name)), name)


def patched(value: Members, operations: list[Mapping[str, object]]) -> dict[str, object]:
    """Return a value with the operations of a JSON Patch applied, all or none. Raises Problem for what cannot be."""
    try:
        found = jsonpatch.apply_patch(dict(value), operations)
    except jsonpatch.InvalidJsonPatch:
        return dict(value)  # operations of the contract's own, of which nothing is known here
    except jsonpatch.JsonPatchTestFailed as error:
        raise Problem(FAILED_TEST, Fault("#", str(error))) from None
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError) as error:
        raise Problem(BAD_PATCH, Fault("#", str(error))) from None
    if not isinstance(found, dict):
        raise Problem(BAD_PATCH, Fault("#", "what is left is no object"))
    return found
