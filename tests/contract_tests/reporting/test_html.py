"""The page of a verdict, rendered and then looked at in a real browser."""

from __future__ import annotations

import copy
import itertools
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from contract_tests.reporting.html import render

WIDTHS = (360, 768, 1000, 1600)
SCHEMES = ("light", "dark")
NAME = "partner-client-service-v2"

CURL = [
    "TOKEN=$(curl -s http://127.0.0.1:8080/oauth2/token -d grant_type=client_credentials "
    '-d client_id="$CLIENT_ID" -d client_secret="$CLIENT_SECRET" | jq -r .access_token)',
    'curl -s http://127.0.0.1:8080/api/v2/Clients -H "Authorization: Bearer $TOKEN" '
    "-H 'Content-Type: application/json' -d '"
    '[{"partner_client_id": "ct1a2b3c-0-1", "client_start_date": "2024-01-01T00:00:00Z", '
    '"entity_type": "LLP"}]\'',
    'curl -s http://127.0.0.1:8080/api/v2/Clients/Status/$ID -H "Authorization: Bearer $TOKEN"',
]


def row(ident: str, name: str, count: int, **more: Any) -> dict[str, Any]:
    """Return a row of a coverage table."""
    why = None if count else "no request led to it"
    return {"contract": NAME, "id": ident, "name": name, "count": count, "why": why, **more}


def finding(rule: str, sentence: str, **more: Any) -> dict[str, Any]:
    """Return a finding."""
    return {
        "rule": rule,
        "sentence": sentence,
        "source": "docs/sources.md#identical-to-saved",
        "contracts": [NAME],
        "operations": ["createPartnerClients"],
        "suites": ["cases", "lifecycle"],
        "sent": '[{"partner_client_id": "ct1a2b3c-0-1", "entity_type": "LLP"}]',
        "expected": ["Duplicate"],
        "came": "Completed",
        "curl": CURL,
        "requests": 3,
        "seed": 1,
        "repeat": "contract-tests run --base-url http://127.0.0.1:8080 --seed 1 --only lifecycle",
        "times": 4,
        **more,
    }


def silence(ident: str, did: str | None, as_chosen: bool | None) -> dict[str, Any]:
    """Return a row of the silences table."""
    return {
        "contract": NAME,
        "id": ident,
        "question": "What of an item with the key of a saved record and other data?",
        "choice": "Duplicate, by its key alone.",
        "alternatives": ["Conflict", "an update, Completed", "a new version, Completed"],
        "basis": "docs/sources.md#s14",
        "did": did,
        "as_chosen": as_chosen,
        "why": None if did else "no request of a partner can show it, or none did in this run",
    }


BROKEN: dict[str, Any] = {
    "format": 1,
    "verdict": "broken",
    "sentence": f"{NAME} does not hold: 2 rules are broken.",
    "started": "2026-11-22T00:39:12+00:00",
    "seconds": 41.2,
    "target": {
        "base_url": "http://127.0.0.1:8080",
        "partners": ["partner-a", "partner-b"],
        "control": True,
        "requests": 12345,
        "max_requests": 20000,
    },
    "contracts": [
        {
            "name": NAME,
            "title": "Partner Client Service",
            "version": "2",
            "path": "openapi/partner-client-service-v2.yaml",
        }
    ],
    "mode": "documented",
    "effort": "standard",
    "seed": 1,
    "only": ["cases", "operations", "lifecycle", "rules", "access", "bodies", "silences"],
    "run": "ct1a2b3c4d5e",
    "notes": ["stopped by --max-requests after 20000 requests"],
    "findings": [
        finding(
            "outcome.twin-saved", "An identical record of this partner was saved earlier: Duplicate"
        ),
        finding(
            "body.malformed",
            "A body that is no JSON is refused with 400",
            sent='[{"a": "<script>alert(1)</script>' + "x" * 4000 + '"',
            expected=["400 with application/problem+json", "413 when it is too large"],
            came="500 <html><body><h1>Internal Server Error</h1></body></html>",
            curl=[*CURL, "curl -s " + "y" * 900],
            suites=["bodies"],
            times=1,
        ),
    ],
    "coverage": {
        "operations": [
            row("createPartnerClients", "POST /api/v2/Clients", 1200),
            row("getPartnerClientsStatus", "GET /api/v2/Clients/Status/{status_check_id}", 4321),
            row("getRevenueClaimsStatus", "GET /api/v2/RevenueClaims/Status/{status_check_id}", 0),
        ],
        "states": [row(f"partner-client.{s}", s, 7) for s in ("Pending", "Completed", "Failed")],
        "outcomes": [
            row("partner-client.1", "1 rival-in-request -> Conflict", 12),
            row("partner-client.4", "4 twin-saved -> Duplicate", 0),
        ],
        "rules": [
            row(
                "rule.whole-period",
                "start_time and end_time must be the first and the last millisecond of one month",
                21,
                inside=12,
                outside=9,
            ),
            row("rule.agreed-currency", "currency must be the agreed one", 0, inside=0, outside=0),
        ],
        "constraints": [
            row(f"schema.member{n}.maxLength", f"member{n}.maxLength", n, inside=n, outside=0)
            for n in range(30)
        ],
        "silences": [row("S14", "a saved rival", 3)],
    },
    "silences": [
        silence("S3", "400 (4 times)", True),
        silence("S14", "Conflict (3 times)", False),
        silence("S30", "the first answer again", None),
        silence("S41", None, None),
    ],
    "suites": [
        {"name": "cases", "tests": 3, "failed": 1, "skipped": 0, "seconds": 2.5, "skips": {}},
        {
            "name": "lifecycle",
            "tests": 6,
            "failed": 0,
            "skipped": 1,
            "seconds": 25.11,
            "skips": {"no valid item is known": 1},
        },
    ],
    "ledger": {"file": "ledger.jsonl", "submissions": 1420, "items": 47110, "records": 1},
}


def holding() -> dict[str, Any]:
    """Return the report of a run without findings, where everything was reached."""
    report = copy.deepcopy(BROKEN)
    report |= {"verdict": "holds", "findings": [], "notes": []}
    report["sentence"] = f"{NAME} holds: 412 checks, 12345 requests, mode documented."
    for rows in report["coverage"].values():
        for one in rows:
            one["count"] = one["count"] or 3
    return report


def unjudged() -> dict[str, Any]:
    """Return the least report: nothing could be judged."""
    return {
        "format": 1,
        "verdict": "not judged",
        "sentence": "Could not judge: there was nothing to judge in these suites.",
        "started": "2026-11-22T00:39:12+00:00",
        "seconds": 0.1,
        "target": {"base_url": "http://127.0.0.1:9", "partners": [], "control": False,
                   "requests": 0, "max_requests": None},
        "contracts": [],
        "mode": "strict",
        "effort": "quick",
        "seed": 3,
        "only": [],
        "run": "ct0",
        "notes": [],
        "findings": [],
        "coverage": {},
        "silences": [],
        "suites": [],
        "ledger": {"file": None, "submissions": 0, "items": 0, "records": 0},
    }  # fmt: skip


REPORTS = {"broken": BROKEN, "holds": holding(), "not-judged": unjudged()}


# --- without a browser


class Links(HTMLParser):
    """Collects what a page would load, and its ids and the anchors that lead to them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.anchors: list[str] = []
        self.headings: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"link", "img", "iframe", "object"} or given.get("src"):
            self.loads.append(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        href = given.get("href")
        if href is not None:
            (self.anchors if href.startswith("#") else self.loads).append(href)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_loads_nothing_from_elsewhere(name: str) -> None:
    links = Links(render(REPORTS[name]))
    assert links.loads == []
    assert "url(" not in render(REPORTS[name])
    assert "@import" not in render(REPORTS[name])


@pytest.mark.parametrize("name", REPORTS)
def test_every_link_leads_to_a_place_of_the_page(name: str) -> None:
    links = Links(render(REPORTS[name]))
    assert len(links.ids) == len(set(links.ids))
    present = {f"coverage-{kind}" for kind in REPORTS[name]["coverage"]}
    for anchor in links.anchors:
        place = anchor[1:]
        assert place in links.ids or (place.startswith("coverage-") and place not in present)


@pytest.mark.parametrize("name", REPORTS)
def test_no_level_of_headings_is_left_out(name: str) -> None:
    levels = Links(render(REPORTS[name])).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_what_a_server_sent_is_text_and_never_markup() -> None:
    page = render(BROKEN)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "&lt;h1&gt;Internal Server Error" in page


def test_what_a_report_leaves_out_the_page_leaves_out() -> None:
    assert "Not judged" in render({"verdict": "not judged", "sentence": "It was closed."})


# --- in a browser


def opened(browser: Browser, path: Path, width: int, scheme: str) -> Page:
    """Return the page as a reader with this screen sees it, with every part unfolded."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    return page


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Path]:
    """Write each report as a file."""
    paths = {}
    for name, report in REPORTS.items():
        paths[name] = tmp_path / f"{name}.html"
        paths[name].write_text(render(report), encoding="utf-8")
    return paths


# The least contrast of any visible text with what is painted behind it, and that text.
CONTRAST = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] > 0) throw new Error("half transparent: " + at.outerHTML.slice(0, 80));
    }
    return [255, 255, 255];
  };
  let worst = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    if (["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const [a, b] = [parse(getComputedStyle(element).color), behind(element)].map(light);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, walker.currentNode.textContent.trim().slice(0, 60)];
  }
  return worst;
}"""


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_over_the_side_of_the_screen(
    browser: Browser, written: dict[str, Path], name: str, width: int
) -> None:
    page = opened(browser, written[name], width, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """width => [...document.querySelectorAll('body *')]
          .filter(one => one.getClientRects().length && !one.matches('.hidden, .skip'))
          .filter(one => one.getBoundingClientRect().right > width + 0.5)
          .map(one => one.outerHTML.slice(0, 100))""",
        width,
    )
    assert wide == []
    page.context.close()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_stands_out_in_light_and_dark(
    browser: Browser, written: dict[str, Path], name: str, scheme: str
) -> None:
    for width in (360, 1600):
        page = opened(browser, written[name], width, scheme)
        ratio, text = page.evaluate(CONTRAST)
        assert ratio >= 4.5, (text, ratio)
        page.context.close()


def test_light_and_dark_are_two_pages(browser: Browser, written: dict[str, Path]) -> None:
    seen = set()
    for scheme in SCHEMES:
        page = opened(browser, written["broken"], 1600, scheme)
        seen.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.context.close()
    assert len(seen) == 2


def test_a_reader_finds_verdict_findings_coverage_silences_and_ledger(
    browser: Browser, written: dict[str, Path]
) -> None:
    page = opened(browser, written["broken"], 1600, "light")
    text = page.inner_text("body")
    for told in (
        BROKEN["sentence"],
        "outcome.twin-saved",
        "docs/sources.md#identical-to-saved",
        "413 when it is too large",
        "POST /api/v2/Clients",
        "12 inside, 9 outside",
        "no request led to it",
        "Conflict (3 times)",
        "no request of a partner can show it",
        "1\u2009420 submissions with 47\u2009110 items; 1 record was saved",
        "ledger.jsonl",
        "stopped by --max-requests",
        "12\u2009345 of 20\u2009000",
    ):
        assert told in text
    marks = page.locator(".silences tbody .mark").all_inner_texts()
    assert marks == ["differs", "as chosen", "seen"]
    page.context.close()


def test_the_copy_button_copies_the_lines_as_they_are(
    browser: Browser, written: dict[str, Path]
) -> None:
    page = opened(browser, written["broken"], 360, "light")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-from=curl-1]")
    page.wait_for_function("document.querySelector('[data-from=curl-1]').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(CURL)
    page.context.close()


def test_the_page_raises_no_error_and_asks_the_network_for_nothing(
    browser: Browser, written: dict[str, Path]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    troubles: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written["broken"].as_uri())
    page.click("[data-from=repeat-1]")
    assert troubles == []
    assert asked == [written["broken"].as_uri()]
    context.close()
