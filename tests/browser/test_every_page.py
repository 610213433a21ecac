"""Every page, in every phase and language: nothing sticks out, is turned round, left in English, or needs a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from pages.languages import LANGUAGES
from tests.browser.conftest import Open, Serve
from tests.browser.looking import out_of_reach, resize, too_wide, untranslated, words, wrong_direction
from tests.browser.paths import paths, visit
from tests.browser.survey import survey
from tests.browser.town import PHASES

NAMES = [
    "Glassballot",
    "glassballot",
    "English",
    "JSON",
    "HTML",
    "CSV",
    "SHA-256",
    "Ed25519",
    "https://",
    "Rust",
]
"""Words that no language translates."""

everywhere = pytest.mark.parametrize("phase", PHASES)
spoken = pytest.mark.parametrize("language", LANGUAGES)


def squeezed(page: Page) -> list[str]:
    """On a phone, a desk, a desk magnified twice, and as narrow as WCAG 1.4.10 has it: all text, and no more width."""
    whole = words(page)
    wrong = too_wide(page)
    for width, height in ((640, 400), (360, 640), (320, 256)):
        resize(page, width, height)
        wrong += [f"{width}: {what}" for what in too_wide(page)]
        if words(page) != whole:
            wrong.append(f"{width}: another text than on a desk")
    resize(page, 1280, 800)
    return wrong


@everywhere
@spoken
def test_looks(board: Serve, open_page: Open, phase: str, language: str) -> None:
    """Without scripts, so that nothing hides in them what the page would be otherwise."""
    page = open_page(java_script_enabled=False)

    def look() -> list[str]:
        wrong = squeezed(page) + wrong_direction(page, language, LANGUAGES[language].direction)
        wrong += [] if page.locator("main h1").count() == 1 else ["not one heading"]
        return wrong + (untranslated(page, NAMES) if language == "fa" else [])

    survey(page, board(phase), language, look)


@pytest.mark.parametrize(("phase", "language"), [("voting", "fa"), ("final", "en")])
def test_tab_comes_everywhere(board: Serve, open_page: Open, phase: str, language: str) -> None:
    page = open_page()
    survey(page, board(phase), language, lambda: out_of_reach(page))


@spoken
def test_the_first_tab_skips_to_the_content(board: Serve, open_page: Open, language: str) -> None:
    page = open_page(360, 640)
    page.goto(f"{board('voting')[1]}/{language}/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    box = skip.bounding_box()
    assert skip.get_attribute("class") == "skip" and box and box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_scripts_only_add(board: Serve, open_page: Open) -> None:
    """Every link and heading that a page has with scripts it has without them."""
    own, address = board("voting")
    plain, scripted = open_page(java_script_enabled=False), open_page()
    script = "[...document.querySelectorAll('a[href], h1, h2, h3')].map((e) => e.getAttribute('href') ?? e.textContent)"
    for path in paths(own):
        found = []
        for page in (plain, scripted):
            visit(page, f"{address}/en", own, path)
            found.append(set(page.evaluate(script)))
        assert found[1] <= found[0], path
