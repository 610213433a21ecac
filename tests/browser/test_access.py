"""axe finds nothing serious on any page, in light and in dark."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.browser.conftest import Open, Serve
from tests.browser.looking import inaccessible
from tests.browser.survey import survey
from tests.browser.town import PHASES


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(("language", "width", "scheme"), [("fa", 360, "light"), ("en", 1280, "dark")])
def test_axe(
    board: Serve,
    open_page: Open,
    phase: str,
    language: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = open_page(width, color_scheme=scheme)
    survey(page, board(phase), language, lambda: inaccessible(page))
