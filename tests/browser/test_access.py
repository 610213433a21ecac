"""axe finds nothing serious on any page, in light and in dark."""

from __future__ import annotations

import pytest

from pages.languages import LANGUAGES
from tests.browser.conftest import Open, Serve
from tests.browser.looking import inaccessible, resize
from tests.browser.survey import survey
from tests.browser.town import PHASES


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe(board: Serve, open_page: Open, phase: str, language: str) -> None:
    page = open_page()

    def look() -> list[str]:
        page.emulate_media(color_scheme="light")
        resize(page, 1280, 800)
        wrong = inaccessible(page)
        resize(page, 360, 640)
        wrong += inaccessible(page)
        page.emulate_media(color_scheme="dark")
        return wrong + [f"dark: {what}" for what in inaccessible(page, "color-contrast")]

    survey(page, board(phase), language, look)
