"""The proof on the page of a ballot: each step fails where it has to, and nothing is claimed that was not checked."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from crypto.note import NoteSigner
from crypto.signing import SigningKey
from tests.browser.conftest import Open, Serve, Served
from tests.browser.finding import failing, results, upload
from tests.world import ORIGIN

Data = dict[str, Any]


@pytest.fixture
def voting(board: Serve) -> Served:
    """An honest board in the middle of voting, and its address."""
    return board("voting")


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


def bent(text: str) -> str:
    """Base64 with another first byte."""
    data = bytearray(base64.b64decode(text))
    data[0] ^= 1
    return base64.b64encode(bytes(data)).decode()


def _first(data: Data, *names: str) -> None:
    inner = data
    for name in names[:-1]:
        inner = inner[name]
    value = inner[names[-1]]
    inner[names[-1]] = [bent(value[0]), *value[1:]] if isinstance(value, list) else bent(value)


def _line(data: Data, place: list[str], number: int, change: Callable[[str], str]) -> None:
    inner = data
    for name in place[:-1]:
        inner = inner[name]
    lines = inner[place[-1]].split("\n")
    lines[number] = change(lines[number])
    inner[place[-1]] = "\n".join(lines)


def _signature(line: str) -> str:
    mark, name, value = line.split(" ")
    data = bytearray(base64.b64decode(value))
    data[-1] ^= 1
    return f"{mark} {name} {base64.b64encode(bytes(data)).decode()}"


_ANOTHER_KEY = str(NoteSigner(ORIGIN, SigningKey.generate()).key)
TAMPERINGS: dict[str, tuple[Callable[[Data], object], str]] = {
    "entry": (lambda d: _first(d, "entry"), "leaf"),
    "leaf": (lambda d: _first(d, "leaf"), "leaf"),
    "tracker": (lambda d: d.update(tracker="7" * 4 + d["tracker"][4:]), "tracker"),
    "pseudonym": (lambda d: d.update(pseudonym="7" * 4 + d["pseudonym"][4:]), "pseudonym"),
    "index": (lambda d: d.update(index=d["index"] - 1), "inclusion"),
    "index beyond": (lambda d: d.update(index=10**9), "inclusion"),
    "path": (lambda d: _first(d, "path"), "inclusion"),
    "longer path": (lambda d: d["path"].append(d["path"][0]), "inclusion"),
    "shorter path": (lambda d: d["path"].pop(), "inclusion"),
    "root": (lambda d: _line(d, ["checkpoint"], 2, bent), "inclusion"),
    "size": (lambda d: _line(d, ["checkpoint"], 1, lambda n: str(int(n) + 99)), "inclusion"),
    "origin": (lambda d: _line(d, ["checkpoint"], 0, lambda n: n + "x"), "signature"),
    "signature": (lambda d: _line(d, ["checkpoint"], 4, _signature), "signature"),
    "signed nothing": (lambda d: _line(d, ["checkpoint"], 4, lambda _: ""), "signature"),
    "key": (lambda d: d.update(key=_ANOTHER_KEY), "signature"),
    "later hashes": (lambda d: _first(d, "later", "hashes"), "later"),
    "fewer later hashes": (lambda d: d["later"]["hashes"].pop(), "later"),
    "later root": (lambda d: _line(d, ["later", "checkpoint"], 2, bent), "later"),
    "later size": (lambda d: _line(d, ["later", "checkpoint"], 1, lambda _: "5"), "later"),
    "later signature": (lambda d: _line(d, ["later", "checkpoint"], 4, _signature), "signature-now"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_step_fails_where_the_data_are_bent(voting: Served, page: Page, name: str) -> None:
    own, address = voting
    change, step = TAMPERINGS[name]

    def bend(route: Route) -> None:
        # What a browser uploads is not shown to its tests: the board is asked here once more.
        with own.receipts["superseded"].open("rb") as file:
            answer = own.app.test_client().post("/en/find/receipt", data={"receipt": (file, "my.receipt")})
        found = re.search(r'<pre id="proof-data" hidden>(.*?)</pre>', answer.text, re.S)
        assert found
        data = json.loads(unescape(found[1]))
        change(data)
        text = answer.text.replace(found[1], escape(json.dumps(data)))
        route.fulfill(
            body=text, headers=dict(answer.headers.items()) | {"Content-Length": str(len(text.encode()))}
        )

    page.route("**/find/receipt", bend)
    upload(page, address, "en", own.receipts["superseded"])
    assert failing(page)[:1] == [step]
    assert page.evaluate("document.body.dataset.checked") == "bad"
    assert page.locator('p [data-checked="bad"], [data-checked="bad"]').first.is_visible()
    assert page.get_attribute("#proof", "open") is not None


def test_a_browser_without_ed25519_says_so(voting: Served, page: Page) -> None:
    page.add_init_script(
        "const real = SubtleCrypto.prototype.importKey;"
        "SubtleCrypto.prototype.importKey = function (format, key, name, ...rest) {"
        "  if (name.name === 'Ed25519') throw new DOMException('no', 'NotSupportedError');"
        "  return real.call(this, format, key, name, ...rest); };"
    )
    own, address = voting
    upload(page, address, "fa", own.receipts["counted"])
    found = results(page)
    assert found["signature"] == found["signature-now"] == "unable"
    assert {found[name] for name in found if not name.startswith("signature")} == {"good"}
    assert page.evaluate("document.body.dataset.checked") == "some"


def test_a_browser_without_web_crypto_says_so(voting: Served, page: Page) -> None:
    """As over http elsewhere than on localhost."""
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})")
    own, address = voting
    upload(page, address, "en", own.receipts["counted"])
    page.click("#proof summary")
    assert "https://" in page.inner_text("[data-none]")
    assert page.locator("[data-outcome]:visible").count() == 0
    assert page.evaluate("document.body.dataset.checked") == "none"


def test_without_javascript(voting: Served, open_page: Open) -> None:
    own, address = voting
    page = open_page(java_script_enabled=False)
    page.goto(f"{address}/en/find")
    page.set_input_files("#receipt", own.receipts["counted"])
    page.click("form[method=post] button")
    assert page.inner_text(".answer h2") == "Counted so far"
    page.click("#proof summary")
    assert "JavaScript is switched off" in page.inner_text("noscript")
    assert page.locator("[data-outcome]:visible, [data-checked]:visible").count() == 0
