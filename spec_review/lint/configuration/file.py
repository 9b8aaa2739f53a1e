"""Reads `.spec-review.yaml`, and finds it: in the folder of a contract or in one above it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, TypeVar

from openapi_documents import DocumentError, Node, load
from spec_review.lint.configuration.custom import read_custom_rules
from spec_review.lint.configuration.presets import PRESETS
from spec_review.lint.configuration.settings import Configuration, Override, RuleSetting
from spec_review.lint.rule import Preset, Rule
from spec_review.output.findings import SEVERITIES, Severity
from spec_review.output.wording import did_you_mean, joined

NAME: Final = ".spec-review.yaml"
"""What the file is called."""

OFF: Final = "off"
MEMBERS: Final = ("preset", "contracts", "rules", "overrides", "ignore", "custom")
OF_A_RULE: Final = ("severity", "kinds", "paths")
OF_AN_OVERRIDE: Final = ("files", "preset", "rules")

Word = TypeVar("Word", bound=str)


def found_upwards(start: Path) -> Path | None:
    """The configuration in a folder or in the nearest one above it, None when there is none."""
    folder = start.resolve()
    for here in (folder, *folder.parents):
        if (here / NAME).is_file():
            return here / NAME
    return None


def read_configuration(path: Path, rules: Sequence[Rule]) -> Configuration:
    """What a file says. Raises DocumentError, one sentence with file and line, for whatever it cannot mean."""
    root = load(path).root
    known_members(root, MEMBERS)
    custom = read_custom_rules(root.get("custom"), [rule.id for rule in rules])
    known = {rule.id: rule for rule in (*rules, *custom)}
    ignore = root.get("ignore")
    return Configuration(
        folder=path.parent,
        preset=preset_of(root),
        rules=settings_of(root, known),
        overrides=tuple(override_of(one, known) for one in listed(root, "overrides")),
        contracts=texts_of(root, "contracts"),
        ignore=None if ignore is None else str(path.parent / ignore.text()),
        custom=custom,
    )


def override_of(node: Node, known: dict[str, Rule]) -> Override:
    """What holds for some files."""
    known_members(node, OF_AN_OVERRIDE)
    if "files" not in node:
        raise node.error("an override says for which files it holds", "add files: [glob]")
    return Override(texts_of(node, "files"), preset_of(node), settings_of(node, known))


def preset_of(node: Node) -> Preset | None:
    """The preset that is named, None when there is none."""
    chosen = node.get("preset")
    return None if chosen is None else one_of(chosen, PRESETS)


def settings_of(node: Node, known: dict[str, Rule]) -> dict[str, RuleSetting]:
    """What is said of the rules."""
    rules = node.get("rules")
    found: dict[str, RuleSetting] = {}
    for name, setting in rules.members() if rules is not None else ():
        if name not in known:
            mend = did_you_mean(name, known, "`spec-review rules` lists them")
            raise DocumentError(setting.key_position, f"there is no rule {name}", mend)
        found[name] = setting_of(setting, known[name])
    return found


def setting_of(node: Node, rule: Rule) -> RuleSetting:
    """What is said of one rule: `off`, a severity, or a mapping of options."""
    if isinstance(node.value, bool):
        return RuleSetting(is_on=node.value)
    if not isinstance(node.value, dict):
        return spoken(node)
    known_members(node, OF_A_RULE)
    said = spoken(node["severity"]) if "severity" in node else RuleSetting(is_on=True)
    kinds = node.get("kinds")
    for kind in kinds.elements() if kinds is not None else ():
        if kind.text() not in rule.kinds:
            has = f"its kinds are {joined(rule.kinds)}" if rule.kinds else "the rule has no kinds"
            raise kind.error(
                f"{rule.id} finds nothing of the kind {kind.text()}",
                did_you_mean(kind.text(), rule.kinds, has),
            )
    return RuleSetting(said.is_on, said.severity, texts_of(node, "kinds"), texts_of(node, "paths"))


def spoken(node: Node) -> RuleSetting:
    """What a word says of a rule."""
    word: str = one_of(node, (OFF, "on", *SEVERITIES))
    if word in (OFF, "on"):
        return RuleSetting(is_on=word == "on")
    severity: Severity = one_of(node, SEVERITIES)
    return RuleSetting(is_on=True, severity=severity)


def one_of(node: Node, words: Sequence[Word]) -> Word:
    """The word at a place. Raises DocumentError when it is none of those."""
    written = node.text()
    for word in words:
        if word == written:
            return word
    mend = did_you_mean(written, words, f"write one of {joined(words)}")
    raise node.error(f"{written} is not known here", mend)


def known_members(node: Node, known: Collection[str]) -> None:
    """Raise DocumentError for a member that means nothing."""
    for name, member in node.members():
        if name not in known:
            mend = did_you_mean(name, known, f"the members are {joined(known)}")
            raise DocumentError(member.key_position, f"{name} is not known here", mend)


def listed(node: Node, name: str) -> list[Node]:
    """The elements of a list, none when it is not there."""
    found = node.get(name)
    return [] if found is None else found.elements()


def texts_of(node: Node, name: str) -> tuple[str, ...]:
    """The texts of a list, or one alone."""
    found = node.get(name)
    if found is None:
        return ()
    if isinstance(found.value, str):
        return (found.value,)
    return tuple(one.text() for one in found.elements())
