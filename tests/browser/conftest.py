"""A real browser, boards in every phase, and pages in which nothing may go wrong unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.board.tools import missing
from tests.browser.chromium import executable, launched
from tests.browser.looking import OBSERVE
from tests.browser.serve import Stand, stand
from tests.web.tools import serve

Served = tuple[Stand, str]
Serve = Callable[..., Served]
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if executable() is None:
        missing("needs the browser chromium: sudo apt-get install chromium")
    with sync_playwright() as playwright, launched(playwright) as found:
        yield found


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """phase -> the board of an election in it, and its address; each is made once."""
    with ExitStack() as stack:

        @cache
        def served(phase: str, cheat: bool = False) -> Served:
            own = stack.enter_context(stand(phase, tmp_path_factory.mktemp(phase), cheat=cheat))
            return own, stack.enter_context(serve(own.app))

        yield served


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Makes a page: width and height in CSS pixels; what Browser.new_context takes.

    At the end no script may have failed, the policy may have had nothing to stop, and nothing may have been asked of
    another place than the page's own.
    """
    wrong: list[str] = []
    with ExitStack() as stack:

        def opened(width: int = 1280, height: int = 800, **options: Any) -> Page:
            context = browser.new_context(viewport=ViewportSize(width=width, height=height), **options)
            stack.callback(context.close)
            context.add_init_script(OBSERVE)
            page = context.new_page()
            _listen(page, wrong)
            return page

        yield opened
    assert not wrong, "\n".join(wrong)


def _listen(page: Page, wrong: list[str]) -> None:
    """What fails by itself; an answer that is an error on purpose fails nothing."""
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            wrong.append(f"{page.url}: {said.text}")
            if said.type == "error" and "the server responded with a status of 4" not in said.text
            else None
        ),
    )
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else wrong.append(f"{page.url} asks {asked.url}")
        ),
    )
