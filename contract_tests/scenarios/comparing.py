"""Finds out by what a server compares items, where the contract leaves that open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from contract_tests.generation.spelling import Style
from contract_tests.http.failures import NotAllowed
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Submission
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.likeness import Likeness, Normalised, Texts
from contract_tests.reading.silences import OtherEquality, UnknownMembers

_VALUES: Mapping[Normalised, tuple[object, object]] = {
    Normalised.CASE: ("Some Text", "sOME tEXT"),
    Normalised.SPACES: ("some text", " some text "),
    Normalised.ACCENTS: ("caf\u00e9", "cafe\u0301"),
    Normalised.INSTANTS: ("2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"),
    Normalised.NUMBERS: (17, "17"),
}
"""Values that are alike for who makes them so."""
_UNLIKE = ("one text", "another text")
"""Values that nobody takes for one another, but who drops the member in which they stand."""
_STYLES = (Style.PLAIN, Style.REVERSED, Style.FLOATS, Style.ESCAPES, Style.SPACES)
_FEW = 2
"""So many kinds of differences must be told as an alternative has it: one alone is a fault."""


def compared_by(session: Session) -> tuple[Likeness, str]:
    """Return by what a server compares items, and the silence that leaves it open; none where it follows the choice."""
    open_ones = session.freedom.open(OtherEquality)
    dropping = [name for name, one in session.freedom.open(UnknownMembers) if one.are == "dropped"]
    for submission in session.usable if open_ones or dropping else ():
        if not _takes_more(session, submission):
            continue
        try:
            found = _found(session, submission)
        except (Broken, NotAllowed):
            break
        if found.of_described:
            return (found, dropping[0]) if dropping else (Likeness(), "")
        kinds = {one.by for _, one in open_ones}
        chosen = "text" if found.texts is not None else "normalised"
        return (
            (found, open_ones[0][0])
            if open_ones and found != Likeness() and chosen in kinds
            else (Likeness(), "")
        )
    return Likeness(), ""


def _takes_more(session: Session, submission: Submission) -> bool:
    """Whether items with members that nobody described are valid, so that any value may be tried."""
    maker = session.maker(submission)
    return bool(submission.lifecycle.key) and maker.validity.is_valid(
        {**maker.full, "x_value": "x"}
    )


def _found(session: Session, submission: Submission) -> Likeness:
    pairs = [*_by_values(session, submission), *_by_styles(session, submission)]
    told = set(_told(session, submission, [*pairs, _unlike(session, submission)]))
    if None in told:
        return Likeness(of_described=True)
    normalised = frozenset(one for one in told if isinstance(one, Normalised))
    written = {one for one in told if isinstance(one, Style)}
    if len(normalised) >= _FEW:
        return Likeness(normalised)
    if Style.PLAIN in written and not written & {Style.REVERSED, Style.FLOATS}:
        read = written & {Style.ESCAPES, Style.SPACES}
        return Likeness(texts=Texts.AS_READ if read else Texts.AS_SENT)
    return Likeness()


Pair = tuple[Normalised | Style | None, Entry, Entry]
"""Two items and in what they differ alike; None where they are unlike."""


def _unlike(session: Session, submission: Submission) -> Pair:
    maker, story = session.maker(submission), session.story(Suite.SILENCES)
    key = f"{story.namespace}unlike"
    one, two = (spelled(maker.keyed({**maker.full, "x_value": each}, key)) for each in _UNLIKE)
    return None, one, two


def _by_values(session: Session, submission: Submission) -> Iterator[Pair]:
    maker, story = session.maker(submission), session.story(Suite.SILENCES)
    for kind, values in _VALUES.items():
        key = f"{story.namespace}{kind}"
        one, two = (spelled(maker.keyed({**maker.full, "x_value": value}, key)) for value in values)
        yield kind, one, two


def _by_styles(session: Session, submission: Submission) -> Iterator[Pair]:
    maker, story = session.maker(submission), session.story(Suite.SILENCES)
    for style in _STYLES:
        item = maker.keyed({**maker.full, "x_value": 100}, f"{story.namespace}{style}")
        yield style, spelled(item), spelled(item, style=style)


def _told(
    session: Session, submission: Submission, pairs: Sequence[Pair]
) -> Iterator[Normalised | Style | None]:
    """Yield what each pair is about of which a server takes the second item for the first one."""
    story = session.story(Suite.SILENCES)
    entries = [entry for _, one, two in pairs for entry in (one, two)]
    made = session.begin(story, submission, entries)
    session.wait(made)
    twin = submission.lifecycle.row(Condition.TWIN_IN_REQUEST)
    for number, (about, _, _) in enumerate(pairs):
        if twin is not None and made.states[2 * number + 1] == twin.then:
            yield about
