"""What `validation_errors` must tell; the texts themselves are a server's own."""

from __future__ import annotations

import json
import re

from contract_tests.judging.accuser import Accuser
from contract_tests.judging.oracle import Allowed, Mode
from contract_tests.judging.submitted import Submitted
from contract_tests.judging.verdict import Broken
from contract_tests.reading.validity import Fault


class ErrorTexts:
    """Checks the texts of items, and remembers those of duplicates: the two kinds must differ."""

    def __init__(self, accuser: Accuser) -> None:
        self._accuser = accuser
        self._texts: dict[str, dict[str, set[str]]] = {}

    def fault(
        self, made: Submitted, number: int, allowed: Allowed, faults: tuple[Fault, ...]
    ) -> Broken | None:
        """Check what `validation_errors` says; texts are not asserted literally."""
        if self._accuser.mode is not Mode.STRICT or made.seen is None:
            return None
        errors = made.seen[number]["status"]["validation_errors"]
        row = allowed.strict
        if row.when == "invalid" and faults:
            missing = self._unnamed(faults, errors)
            if missing:
                return self._accuser.blame(
                    made, "errors.each-violation", missing, json.dumps(errors), number
                )
        if row.when in {"twin-in-request", "twin-saved", "rival-saved"}:
            rows = made.submission.lifecycle.rows
            others = {r.message for r in rows if r.message and r.when != row.when}
            wrong = [one for one in errors if one in others and one != row.message]
            if wrong and row.message and row.message not in errors:
                # Who takes near twins for twins says so in the texts too: one fault, one name.
                asked = str(made.entries[number].rule)
                rule = asked if asked.startswith("equality.") else "errors.which-duplicate"
                return self._accuser.blame(made, rule, [row.message], json.dumps(errors), number)
            self._note_text(made, row.when, errors)
            if self._same_text(made):
                return self._accuser.blame(
                    made,
                    "errors.which-duplicate",
                    ["a text of its own for a twin in the request and for a saved record"],
                    json.dumps(errors),
                    number,
                )
        return None

    def _note_text(self, made: Submitted, when: str, errors: list[str]) -> None:
        texts = self._texts.setdefault(made.submission.lifecycle.name, {})
        plain = re.sub(r"\d+|'[^']*'|\"[^\"]*\"", "#", " ".join(errors))
        plain = re.sub(rf"{self._accuser.settings.run}\S*", "#", plain)
        kind = "request" if when == "twin-in-request" else "saved"
        texts.setdefault(kind, set()).add(plain)

    def _same_text(self, made: Submitted) -> bool:
        texts = self._texts.get(made.submission.lifecycle.name, {})
        return bool(texts.get("request", set()) & texts.get("saved", set()))

    def _unnamed(self, faults: tuple[Fault, ...], errors: list[str]) -> list[str]:
        camel = self._accuser.contract.error_names == "camelCase"
        members = {f.member for f in faults if f.member and not f.rule.startswith("rule.")}
        told_text = " ".join(errors)
        plain = re.sub(r"[^a-z0-9]", "", told_text.lower())
        missing = []
        for member in sorted(members):
            spelled = _camel(member) if camel else member
            found = (
                spelled in told_text if camel else re.sub(r"[^a-z0-9]", "", member.lower()) in plain
            )
            if not found:
                missing.append(f"an entry that names {spelled}")
        if len(errors) < len({fault.path for fault in faults if fault.member in members}) and len(
            members
        ) > len(errors):
            missing.append(f"{len(members)} entries, one per violation")
        return missing


def _camel(member: str) -> str:
    first, *rest = member.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
