"""Finds ballots in a browser, and reads what it has checked."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from election.receipt import Receipt
from tests.browser.serve import Stand


def upload(page: Page, address: str, language: str, receipt: Path) -> None:
    page.goto(f"{address}/{language}/find")
    page.set_input_files("#receipt", receipt)
    page.click("form[method=post] button")
    page.wait_for_selector("body[data-checked]")


def type_in(page: Page, address: str, language: str, own: Receipt) -> None:
    page.goto(f"{address}/{language}/find")
    page.fill("#tracker", own.tracker.lower().replace("-", " "))
    page.fill("#pseudonym", own.pseudonym)
    page.click("form[method=get] button")


def results(page: Page) -> dict[str, str]:
    """Step -> what the browser has found."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-step]')].map(s => [s.dataset.step, s.dataset.result]))"
    )
    return found


def failing(page: Page) -> list[str]:
    return [step for step, result in results(page).items() if result == "bad"]


def receipt_in(own: Stand, name: str) -> Receipt:
    return Receipt.parse(own.receipts[name].read_bytes())
