"""Asks a board's page of ballots, and reads its answer."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from election.entries import Cast, Challenge
from election.receipt import Receipt, find_receipt
from tests.board.tools import Place
from tests.web.tools import Served

HEADINGS = {
    "en": {
        "counted": "Counted",
        "so far": "Counted so far",
        "superseded": "Replaced by a later one",
        "first": "Not the one that counts",
        "challenged": "Opened as a test",
        "void": "Without effect",
        "not there": "Not on this board",
        "contradicted": "This board contradicts its own receipt",
        "not ours": "Not a receipt of this election",
        "unwitnessed": "In the log, but not yet confirmed",
        "cast by": "In the log. Is it yours?",
        "another": "Not yours",
    },
    "fa": {
        "counted": "شمرده شد",
        "so far": "تا این لحظه شمرده شده است",
        "superseded": "رأی بعدی جای آن را گرفت",
        "first": "رأیی که شمرده می‌شود این نیست",
        "challenged": "برای آزمون باز شد",
        "void": "بی‌اثر",
        "not there": "روی این تابلو نیست",
        "contradicted": "تابلو رسید خودش را نقض می‌کند",
        "not ours": "رسیدِ این انتخابات نیست",
        "unwitnessed": "در دفتر ثبت هست، اما هنوز تأیید نشده است",
        "cast by": "در دفتر ثبت هست. آیا از آنِ شماست؟",
        "another": "از آنِ شما نیست",
    },
}
each_language = pytest.mark.parametrize("language", ["en", "fa"])


def vote(served: Served, place: Place, choices: tuple[int, ...] = (1, 0, 0), voter: int = 0) -> Cast:
    entry = place.world.cast(place.world.voters["north"][voter], choices)
    served.logged(entry)
    place.world.put(entry)
    return entry


def receipt_of(served: Served, entry: Cast | Challenge) -> Receipt:
    reader = served.board.reader
    found = find_receipt(reader, reader.entry(0).hash, entry)
    assert found is not None
    return found


def heading(page: TestResponse) -> str:
    """Of the answer."""
    found = re.search(r'<div class="notice[^>]*>.*?<h2>(.*?)</h2>', page.text, re.S)
    assert found, page.text
    return unescape(found[1])


def ask(client: FlaskClient, language: str, own: str, pseudonym: str | None = None) -> TestResponse:
    query = {"tracker": own} | ({} if pseudonym is None else {"pseudonym": pseudonym})
    return client.get(f"/{language}/find/ballot", query_string=query)


def show(client: FlaskClient, language: str, receipt: Receipt | bytes) -> TestResponse:
    """Upload a file. The form is written here: the client's own leaves large ones open behind it."""
    data = receipt.to_bytes() if isinstance(receipt, Receipt) else receipt
    head = b'--edge\r\nContent-Disposition: form-data; name="receipt"; filename="my.receipt"\r\n\r\n'
    form = head + data + b"\r\n--edge--\r\n"
    return client.post(
        f"/{language}/find/receipt", data=form, content_type="multipart/form-data; boundary=edge"
    )


def says(page: TestResponse, language: str, key: str) -> None:
    assert page.status_code == 200, page.text
    assert heading(page) == HEADINGS[language][key]
