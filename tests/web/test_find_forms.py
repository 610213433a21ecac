"""Find my ballot: what is typed and sent in, forgiven or explained; how often, and what is kept (ATTACKS 48)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from bulletin_board.web import Settings
from bulletin_board.web.logs import JsonFormatter
from election.receipt import MAX_FILE
from tests.board.tools import Place
from tests.web.conftest import Open
from tests.web.finding import ask, each_language, receipt_of, says, show, vote
from tests.web.tools import Served

MISTYPED = {
    "": ("Please type the tracker", "لطفاً کد رهگیری"),
    "7K3M": ("this has 4", "این ۴ تا"),
    "7" * 16: ("as a pseudonym has", "مانند نام مستعار"),
    "7" * 48: ("tracker and pseudonym together?", "با هم نوشته‌اید"),
    "7K3M-U": ("“U” never occurs", "«U» هرگز"),
    "<script>": ("“&lt;” never occurs", "«&lt;» هرگز"),
    "7\x00": ("cannot be printed", "دیده نمی‌شود"),
    "9" * 500: ("this has 200", "این ۲۰۰ تا"),
}


@pytest.mark.parametrize("typed", MISTYPED, ids=range(len(MISTYPED)))
@each_language
def test_what_is_mistyped_is_kept_and_explained(at: Open, place: Place, typed: str, language: str) -> None:
    page = ask(at(place).client, language, typed, "1234-567")
    assert page.status_code == 400
    assert MISTYPED[typed][language == "fa"] in page.text
    assert 'id="tracker-wrong"' in page.text and 'aria-describedby="tracker-hint tracker-wrong"' in page.text
    assert ("this has 7." if language == "en" else "این ۷ تا دارد.") in page.text
    assert "<script>" not in re.sub(r"<script type=.module. src", "", page.text)
    kept = re.search(r'<textarea[^>]*id="pseudonym"[^>]*>(.*?)</textarea>', page.text, re.S)
    assert kept and kept[1] == "1234-567"


def test_what_is_forgiven(served: Served, polling_place: Place) -> None:
    """Digits of other scripts, dashes and marks that come with copying, O for 0, case."""
    own = receipt_of(served, vote(served, polling_place))
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    spellings: list[Callable[[str], str]] = [
        lambda text: text.translate(persian),
        lambda text: text.lower().replace("-", " ").replace("0", "o").replace("1", "l"),
        lambda text: f"\u2066{text.replace('-', '–')}\u2069\n",
        lambda text: text.replace("-", "\u2011"),
    ]
    for spelling in spellings:
        page = ask(served.client, "fa", spelling(own.tracker), spelling(own.pseudonym))
        says(page, "fa", "so far")


@pytest.mark.parametrize("damage", ["nothing", "junk", "cut", "entry", "long"])
@each_language
def test_a_file_that_is_no_receipt(served: Served, polling_place: Place, damage: str, language: str) -> None:
    own = receipt_of(served, vote(served, polling_place))
    data = {
        "nothing": b"",
        "junk": b"\xff<script>",
        "cut": own.to_bytes()[:300],
        "entry": own.entry.to_bytes(),
        "long": b"1" * (MAX_FILE + 1),
    }[damage]
    page = show(served.client, language, data)
    assert page.status_code == (413 if damage == "long" else 400)
    assert 'id="receipt-wrong"' in page.text and "<script>" not in page.text


def test_a_form_without_a_file(served: Served) -> None:
    for data in ({}, {"receipt": "text"}, {str(i): "x" for i in range(9)}):
        assert served.client.post("/en/find/receipt", data=data).status_code in (400, 413)


def test_addresses_without_a_question_lead_to_the_form(at: Open, place: Place) -> None:
    client = at(place).client
    for path in ("/en/find/ballot", "/en/find/receipt"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/en/find")


def test_before_voting(at: Open, place: Place) -> None:
    client = at(place).client
    assert "Voting has not begun" in client.get("/en/find").text
    says(ask(client, "en", "0" * 32), "en", "not there")


def test_the_form_knows_what_was_logged_since_anybody_asked(at: Open, polling_place: Place) -> None:
    served = at(polling_place)
    assert "Voting has not begun" in served.client.get("/en/find").text
    polling_place.open_voting(served.board)
    assert "Voting has not begun" not in served.client.get("/en/find").text


def test_nothing_of_it_is_kept(
    served: Served, polling_place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """Not by caches, not by other sites, not in the log (ATTACKS 48)."""
    own = receipt_of(served, vote(served, polling_place))
    caplog.clear()
    for page in (
        ask(served.client, "fa", own.tracker, own.pseudonym),
        ask(served.client, "fa", own.tracker, "7"),
        show(served.client, "fa", own),
        show(served.client, "fa", b"junk"),
    ):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    text = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert "/find/ballot" in text
    for private in (own.tracker, own.pseudonym, own.tracker[:9], "127.0.0.1", "junk"):
        assert private not in text


def test_questions_have_a_rate(at: Open, place: Place) -> None:
    settings = Settings.of({"questions": {"per_second": 0.01, "burst": 2}})
    client = at(place, settings).client
    assert [ask(client, "en", "0" * 32).status_code for _ in range(3)] == [200, 200, 429]
    refused = show(client, "fa", b"junk")
    assert refused.status_code == 429 and 'lang="fa"' in refused.text
    assert client.get("/en/find").status_code == 200


def test_a_question_to_the_form_is_led_to_its_answer(client: FlaskClient) -> None:
    answer = client.get("/fa/find?tracker=7K3M&pseudonym=%2F%2Fevil")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/fa/find/ballot?tracker=7K3M&pseudonym=%2F%2Fevil",
    )
