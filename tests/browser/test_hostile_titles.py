"""Titles that a manifest may have, and some that it may not, on a page: inert, isolated, and within the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from bulletin_board.web.pages import site
from tests.browser.conftest import Open, Serve
from tests.browser.looking import too_wide

TITLES = {
    "script": "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">",
    "attribute": "\"'><svg/onload=document.title='run'>{{ 7 * 7 }} %(n)s",
    "right to left override": "Yes \u202eoN",
    "long word": "ب" * 10_000,
    "long name": "Anna " * 2_000,
}
PATHS = (
    "/",
    "/contests/council",
    "/units/city",
    "/ballots/station-1",
    "/trustees",
    "/results",
    "/results/council",
)

FEW = ("/contests/park", "/results/park")
"""Where a word without end stands often enough: to break it takes a browser long."""

_LOOSE = """(text) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), loose = [];
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(text);
    const isolated = walk.currentNode.parentElement.closest("bdi") || walk.currentNode.data[at - 1] === "\\u2068";
    if (at >= 0 && !isolated) loose.push(walk.currentNode.parentElement.outerHTML.slice(0, 200));
  }
  return loose;
}"""


def looked_at(page: Page, text: str) -> list[str]:
    wrong = too_wide(page)
    if page.title() == "run":
        wrong.append("a script in a title has run")
    if page.locator("main script:not([src]), main img[onerror], main svg[onload]").count():
        wrong.append("a title has become markup")
    if text.strip() not in page.evaluate("document.body.textContent"):
        wrong.append("the title is not shown as it is")
    return wrong + [f"not kept apart: {what}" for what in page.evaluate(_LOOSE, text)]


@pytest.mark.parametrize("kind", TITLES)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_titles_do_nothing(
    board: Serve, open_page: Open, monkeypatch: pytest.MonkeyPatch, kind: str, language: str
) -> None:
    """All titles of the election at once; those that V1 would refuse are put into the pages behind it."""
    monkeypatch.setattr(site, "title_in", lambda titles, language: TITLES[kind])
    page, (_, address) = open_page(360, 640), board("final")
    wrong = []
    for path in FEW if kind == "long word" else PATHS:
        page.goto(f"{address}/{language}{path}")
        wrong += [f"{path}: {what}" for what in looked_at(page, TITLES[kind])]
    assert not wrong, "\n".join(wrong)
