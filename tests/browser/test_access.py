"""axe finds nothing serious on any page, in light and in dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open, Serve
from tests.browser.looking import inaccessible
from tests.browser.survey import survey
from tests.browser.town import PHASES


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(("language", "width"), [("fa", 360), ("en", 1280)])
def test_axe(board: Serve, open_page: Open, phase: str, language: str, width: int) -> None:
    page = open_page(width)

    def look() -> list[str]:
        page.emulate_media(color_scheme="light")
        wrong = inaccessible(page)
        page.emulate_media(color_scheme="dark")
        return wrong + [f"dark: {what}" for what in inaccessible(page, "color-contrast")]

    survey(page, board(phase), language, look)
