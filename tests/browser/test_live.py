"""The first page goes on by itself: a ballot that is cast shows, folds stay open, a stopped board is named."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serve import Stand, stand
from tests.browser.town import BLANK
from tests.web.tools import serve


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[tuple[Stand, str]]:
    with stand("voting", tmp_path) as own, serve(own.app) as address:
        yield own, address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """With a clock that the test puts forward."""
    context = browser.new_context()
    own = context.new_page()
    own.clock.install()
    yield own
    context.close()


def cast(own: Stand, address: str, place: int) -> None:
    """Somebody at the third station who has not voted before."""
    world = own.town.world
    entry = world.cast(world.voters["station-3"][place], BLANK)
    world.put(entry)
    request = urllib.request.Request(
        f"{address}/append", entry.to_bytes(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_a_ballot_that_is_cast_shows(page: Page, voting: tuple[Stand, str]) -> None:
    own, address = voting
    page.goto(f"{address}/en/")
    figure, fold = page.locator("[data-part=voted]"), page.locator("[data-part=curve] details")
    expect(figure).to_have_text("30")
    fold.locator("summary").click()
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    cast(own, address, 5)
    page.clock.run_for(11_000)
    expect(figure).to_have_text("31")
    expect(page.locator("[data-part=share]")).to_contain_text("31 of 40")
    expect(fold).to_have_attribute("open", "")


def test_pause_stops_it_and_going_on_shows_what_was_missed(page: Page, voting: tuple[Stand, str]) -> None:
    own, address = voting
    page.goto(f"{address}/fa/")
    figure, pause = page.locator("[data-part=voted]"), page.locator("[data-live-pause]")
    pause.click()
    cast(own, address, 6)
    page.clock.run_for(30_000)
    expect(figure).to_have_text("۳۰")
    pause.click()
    expect(figure).to_have_text("۳۱")


def test_a_board_that_does_not_answer_is_named(page: Page, voting: tuple[Stand, str]) -> None:
    _, address = voting
    page.goto(f"{address}/en/")
    lost = page.locator("[data-live-lost]")
    expect(lost).to_be_hidden()
    page.route("**/*live=1", lambda route: route.abort())
    page.clock.run_for(11_000)
    expect(lost).to_be_visible()
    page.unroute("**/*live=1")
    page.clock.run_for(11_000)
    expect(lost).to_be_hidden()


def test_without_javascript_it_says_when_it_was_made(browser: Browser, voting: tuple[Stand, str]) -> None:
    _, address = voting
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/")
    expect(page.locator("[data-part=asof]")).to_contain_text("As of the last entry")
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()
    expect(page.locator("[data-live-pause]")).to_be_hidden()
    context.close()
