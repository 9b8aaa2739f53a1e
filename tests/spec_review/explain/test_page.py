"""`spec-review explain`: a contract as one page for people, looked at in a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from openapi_documents import load, parse
from spec_review.explain.command import page
from tests.spec_review.commands import spec_review
from tests.spec_review.documents import OPENAPI, V2

CONSENTS = Path(__file__).parents[2] / "mock_server/resources/consents.yaml"


class Tags(HTMLParser):
    """Collects the tags of a page, and checks that each is closed."""

    VOID = ("meta", "link", "img", "br", "hr", "input", "path", "rect")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html() -> str:
    return page(load(V2))


def test_the_page_refers_to_nothing_outside_of_itself(html: str) -> None:
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert not {tag for tag, _ in tags.found} & {"script", "link", "img", "iframe", "object"}
    targets = {attributes["href"] for _, attributes in tags.found if "href" in attributes}
    ids = {attributes["id"] for _, attributes in tags.found if "id" in attributes}
    assert {target[1:] for target in targets if target and target.startswith("#")} <= ids
    assert "url(http" not in html
    assert "@import" not in html


def test_each_lifecycle_has_its_drawing_its_rows_and_its_examples(html: str) -> None:
    for name in ("partner-client", "revenue-claim", "client-with-claims"):
        section = html.split(f'id="lifecycle-{name}"')[1].split("</section>", maxsplit=1)[0]
        assert section.count("<svg") == 2
        for state in ("Completed", "Duplicate", "Conflict", "Failed"):
            assert f">{state}</text>" in section
        assert len(re.findall(r'<td class="if"', section)) == 6
        assert "Worked examples" in section


def test_the_worked_examples_are_played_by_the_contract_as_it_is_written() -> None:
    text = V2.read_text(encoding="utf-8")
    edited = page(parse(text.replace("then: Conflict", "then: Failed"), "edited.yaml"))
    section = edited.split('id="lifecycle-partner-client"')[1].split("</section>")[0]
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", section, re.S)
    told = {
        (before.strip(), request): re.findall(r">(\w+)</span>", states)
        for before, request, states in rows
    }
    assert told["", "A, A\u2032"] == ["Failed", "Failed"]
    assert told["[A]", "A\u2032"] == ["Duplicate"]


def test_rules_and_silences_stand_there_with_what_they_rest_on(html: str) -> None:
    assert 'id="rule-same-sign"' in html
    assert "self.currency == partner.currency" in html
    silence = html.split('id="silence-S14"')[1].split("</article>", maxsplit=1)[0]
    assert "It might have been: Conflict" in silence


def test_what_a_contract_says_cannot_break_the_page() -> None:
    text = V2.read_text(encoding="utf-8").replace(
        "title: Partner Client Service", "title: '<script>alert(1)</script>'"
    )
    written = page(parse(text.replace("Share clients", "<img src=x>"), "<b>.yaml"))
    assert "<script>" not in written
    assert "<img" not in written
    assert "<b>.yaml" not in written


@pytest.mark.parametrize("name", sorted(path.name for path in OPENAPI.glob("*-v?.yaml")))
def test_every_contract_of_ours_has_a_page(name: str) -> None:
    tags = Tags()
    tags.feed(page(load(OPENAPI / name)))
    assert tags.open == []


def test_a_contract_whose_lifecycles_are_broken_still_has_a_page() -> None:
    text = V2.read_text(encoding="utf-8").replace("when: invalid", "when: invlid")
    assert "the text &#39;invlid&#39; is not known here" in page(parse(text, "broken.yaml"))


def test_the_command_writes_the_page_and_says_so(tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    result = spec_review("explain", V2, "-o", target)
    assert result.exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    missing = spec_review("explain", tmp_path / "none.yaml")
    assert (missing.exit_code, "there is no such file" in missing.output) == (2, True)
    nowhere = spec_review("explain", V2, "-o", tmp_path / "a" / "b")
    assert (nowhere.exit_code, "cannot be written" in nowhere.output) == (2, True)


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "contract.html"
    target.write_text(html, encoding="utf-8")
    return target


def opened(browser: Browser, written: Path, width: int, scheme: Any) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    shown = context.new_page()
    shown.goto(written.as_uri())
    return shown


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_every_screen_and_is_legible_in_light_and_dark(
    browser: Browser, written: Path, width: int, scheme: str
) -> None:
    shown = opened(browser, written, width, scheme)
    noise: list[str] = []
    shown.on("console", lambda message: noise.append(message.text))
    shown.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    visible = shown.evaluate(
        "[...document.querySelectorAll('svg.states')].filter(s => s.getBoundingClientRect().width)"
        ".map(s => s.classList.contains('narrow'))"
    )
    assert visible == [width <= 640] * 3
    smallest = shown.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.states text')].map("
        "t => t.getBoundingClientRect().height).filter(Boolean))"
    )
    assert smallest >= 11
    assert contrast(shown, "body") >= 7
    assert contrast(shown, ".hint") >= 4.5
    assert contrast(shown, ".chip.saved") >= 4.5
    assert contrast(shown, ".must") >= 4.5
    assert noise == []
    shown.context.close()


@pytest.mark.timeout(600)
def test_the_words_of_a_drawing_stay_inside_of_it_and_apart(
    browser: Browser, written: Path
) -> None:
    for width in (360, 1280):
        shown = opened(browser, written, width, "light")
        outside = shown.evaluate(
            """[...document.querySelectorAll('svg.states')].filter(
                 s => s.getBoundingClientRect().width).flatMap(s => {
                 const frame = s.getBoundingClientRect();
                 const texts = [...s.querySelectorAll('text')].map(
                     t => t.getBoundingClientRect());
                 const out = texts.filter(t => t.left < frame.left || t.right > frame.right + 1
                     || t.top < frame.top - 1 || t.bottom > frame.bottom + 1);
                 const over = texts.filter((a, i) => texts.some((b, j) => i < j
                     && a.left < b.right - 1 && b.left < a.right - 1
                     && a.top < b.bottom - 5 && b.top < a.bottom - 5));
                 return [...out, ...over].map(r => JSON.stringify(r)) })"""
        )
        assert outside == []
        shown.context.close()


def contrast(shown: Page, selector: str) -> float:
    """The contrast of a text with what is behind it, as WCAG counts it."""
    colours = shown.evaluate(
        """selector => {
             const part = document.querySelector(selector);
             let behind = part;
             while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)')
               behind = behind.parentElement;
             return [getComputedStyle(part).color,
                     getComputedStyle(behind || document.body).backgroundColor] }""",
        selector,
    )
    first, second = sorted((luminance(colour) for colour in colours), reverse=True)
    return (first + 0.05) / (second + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour as the browser writes it."""
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_life_has_its_drawing_and_what_moves_it() -> None:
    text = page(load(str(CONSENTS)))
    tags = Tags()
    tags.feed(text)

    assert tags.open == []
    assert "1: AwaitingAuthorisation to Authorised" in text
    assert "by the event authorise" in text
    assert "1 day later" in text
    assert "createPayment is refused with 400 unless it is Authorised" in text
    assert "consent-authorised tells that it is Consumed" in text
