"""Find my ballot in the browser: the six receipts, and a proof whose every step can fail."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from booth.standing import standing
from election.receipt import find_receipt
from election.record import RecordReader
from election.record.http import HttpSource
from election.record.transport import Transport
from election.standing import Word
from tests.browser.conftest import Open, Serve, Served
from tests.browser.finding import failing, receipt_in, results, type_in, upload


@pytest.fixture
def voting(board: Serve) -> Served:
    """An honest board in the middle of voting, and its address."""
    return board("voting")


@pytest.fixture
def cheat(board: Serve) -> Served:
    """A board that has dropped a ballot."""
    return board("voting", cheat=True)


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


ANSWERS = {
    ("counted", "en"): "Counted so far",
    ("counted", "fa"): "تا این لحظه شمرده شده است",
    ("superseded", "en"): "Replaced by a later one",
    ("superseded", "fa"): "رأی بعدی جای آن را گرفت",
    ("challenged", "en"): "Opened as a test",
    ("challenged", "fa"): "برای آزمون باز شد",
}
OTHER_ANSWERS = {
    ("unknown", "en"): "Not on this board",
    ("unknown", "fa"): "روی این تابلو نیست",
    ("forged", "en"): "Not a receipt of this election",
    ("forged", "fa"): "رسیدِ این انتخابات نیست",
    ("dropped", "en"): "This board contradicts its own receipt",
    ("dropped", "fa"): "تابلو رسید خودش را نقض می‌کند",
}
each_language = pytest.mark.parametrize("language", ["en", "fa"])


@pytest.mark.parametrize(("name", "language"), ANSWERS)
def test_receipts_that_the_board_keeps(voting: Served, page: Page, name: str, language: str) -> None:
    """By the file, and by what is on paper; every step of the proof holds, and shows its hashes."""
    own, address = voting
    receipt = receipt_in(own, name)
    upload(page, address, language, own.receipts[name])
    assert page.inner_text(".answer h2") == ANSWERS[name, language]
    whose = [] if name == "challenged" else ["pseudonym"]
    common = ["leaf", "tracker", *whose, "inclusion", "signature"]
    assert results(page) == dict.fromkeys([*common, "later", "signature-now"], "good")
    page.click("#proof summary")
    assert page.inner_text('[data-step="leaf"] [data-value="leaf"]') == receipt.leaf_hash.hex()
    root = receipt.proof.signed.checkpoint.root.hex()
    assert page.inner_text('[data-step="inclusion"] [data-value="computed"]') == root
    assert page.locator('[data-checked="good"]:visible').count() == 2  # body, and the sentence
    type_in(page, address, language, receipt)
    page.wait_for_selector("body[data-checked]")
    assert page.inner_text(".answer h2") == ANSWERS[name, language]
    assert results(page) == dict.fromkeys(common, "good")


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Not on this board"), ("fa", "روی این تابلو نیست")], ids=["en", "fa"]
)
def test_an_unknown_tracker(voting: Served, page: Page, language: str, heading: str) -> None:
    page.goto(f"{voting[1]}/{language}/find/ballot?tracker={'7' * 32}")
    assert page.inner_text(".answer h2") == OTHER_ANSWERS["unknown", language]
    assert page.locator("#proof").count() == 0


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Not a receipt of this election"), ("fa", "رسیدِ این انتخابات نیست")],
    ids=["en", "fa"],
)
def test_a_forged_receipt(voting: Served, page: Page, language: str, heading: str) -> None:
    own, address = voting
    upload(page, address, language, own.receipts["forged"])
    assert page.inner_text(".answer h2") == OTHER_ANSWERS["forged", language]
    assert failing(page) == ["signature"]
    assert page.get_attribute("#proof", "open") is not None
    assert page.locator('[data-step="signature"] [data-outcome="bad"]').is_visible()


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "This board contradicts its own receipt"), ("fa", "تابلو رسید خودش را نقض می‌کند")],
    ids=["en", "fa"],
)
def test_a_dropped_ballot(cheat: Served, page: Page, language: str, heading: str) -> None:
    """The browser sees both signatures and the contradiction; the evidence is what the voter's own tool keeps."""
    own, address = cheat
    upload(page, address, language, own.receipts["dropped"])
    assert page.inner_text(".answer h2") == OTHER_ANSWERS["dropped", language]
    assert failing(page) == ["later"]
    assert {results(page)[name] for name in ("inclusion", "signature", "signature-now")} == {"good"}
    with page.expect_download() as found:
        page.click("a[download]")
    data = Path(found.value.path()).read_bytes()
    answer = standing(receipt_in(own, "dropped"), RecordReader(HttpSource(Transport(address))))
    assert answer.word is Word.CONTRADICTED and answer.evidence is not None
    assert data == answer.evidence.to_bytes()


def test_a_dropped_ballot_in_a_shorter_log(cheat: Served, page: Page, tmp_path: Path) -> None:
    """The receipt is of a longer log than the board now has: another entry stands in the ballot's place."""
    own, address = cheat
    honest = RecordReader.of_folder(own.town.world.write(tmp_path / "honest"))
    receipt = find_receipt(honest, own.town.world.context, own.town.ballot(own.town.dropped))
    assert receipt is not None
    (tmp_path / "receipt").write_bytes(receipt.to_bytes())
    upload(page, address, "fa", tmp_path / "receipt")
    assert page.inner_text(".answer h2") == OTHER_ANSWERS["dropped", "fa"]
    assert failing(page) == ["later"]
    assert page.locator('[data-step="later"] [data-value="computed"]').count() == 1


DETECTOR = (
    "globalThis.BarcodeDetector = class {"
    "  static async getSupportedFormats() { return ['qr_code']; }"
    "  async detect() { return [{rawValue: %s}]; } };"
)
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def photograph(page: Page, address: str, held: str) -> None:
    page.add_init_script(DETECTOR % json.dumps(held))
    page.goto(f"{address}/en/find")
    page.wait_for_selector("#code")
    page.set_input_files("#code", {"name": "code.png", "mimeType": "image/png", "buffer": _PIXEL})


def test_a_photographed_code(voting: Served, page: Page) -> None:
    """Whatever host it names: the names are taken to this board."""
    own, address = voting
    receipt = receipt_in(own, "counted")
    query = f"tracker={receipt.tracker}&pseudonym={receipt.pseudonym}"
    photograph(page, address, f"https://elsewhere.example/fa/find/ballot?{query}")
    page.wait_for_selector(".answer")
    assert page.url.startswith(f"{address}/en/find/ballot")
    assert page.inner_text(".answer h2") == "Counted so far"


@pytest.mark.parametrize("held", ["https://elsewhere.example/x?tracker=1", "javascript:alert(1)", "7K3M"])
def test_a_code_that_is_no_receipts(voting: Served, page: Page, held: str) -> None:
    photograph(page, voting[1], held)
    page.wait_for_selector('[data-state="none"]:visible')
    assert page.url == f"{voting[1]}/en/find"


def test_with_the_keyboard_alone(voting: Served, page: Page) -> None:
    own, address = voting
    receipt = receipt_in(own, "counted")
    page.goto(f"{address}/en/find")
    page.focus("#tracker")
    page.keyboard.type(receipt.tracker)
    page.keyboard.press("Tab")
    page.keyboard.type(receipt.pseudonym)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")
    assert page.inner_text(".answer h2") == "Counted so far"


def test_two_clicks_from_the_door(voting: Served, page: Page) -> None:
    """A voter with nothing but a printed receipt and the address."""
    own, address = voting
    receipt = receipt_in(own, "counted")
    page.goto(address)
    page.click("nav a[href$='/find']")
    page.fill("#tracker", receipt.tracker)
    page.fill("#pseudonym", receipt.pseudonym)
    page.click("form[method=get] button")
    assert page.inner_text(".answer h2") in ("Counted so far", "تا این لحظه شمرده شده است")
