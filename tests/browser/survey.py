"""Looks at all pages of a phase, one after the other in the same window."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.paths import paths, visit
from tests.browser.serve import Stand


def survey(page: Page, served: tuple[Stand, str], language: str, look: Callable[[], list[str]]) -> None:
    """Fails with the list of pages and of what `look` says is wrong with each."""
    own, address = served
    wrong = []
    for path in paths(own):
        visit(page, f"{address}/{language}", own, path)
        wrong += [f"{path}: {complaint}" for complaint in look()]
    assert not wrong, "\n".join(wrong)
