"""Find my ballot: every answer of the page, by tracker and by receipt, in both languages (ATTACKS 37, 48, 53)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booth.standing import standing
from bulletin_board.web import Settings, create_app
from bulletin_board.web.logs import JsonFormatter
from bulletin_board.web.register import Register
from crypto.checkpoint import sign_checkpoint
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from election import entries as e
from election.entries import Cast, Challenge, Clock
from election.manifest import Witnesses
from election.receipt import MAX_FILE, Receipt, find_receipt
from election.record import RecordReader
from election.standing import Word
from election.tracker import pseudonym, tracker
from tests.board.tools import Place
from tests.web.conftest import Open
from tests.web.tools import Served
from tests.world import BEGIN, END, ORIGIN, World

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


@pytest.fixture
def served(at: Open, polling_place: Place) -> Served:
    served = at(polling_place)
    polling_place.open_voting(served.board)
    return served


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


@each_language
def test_counted(served: Served, polling_place: Place, language: str) -> None:
    own = receipt_of(served, vote(served, polling_place))
    for page in (
        ask(served.client, language, own.tracker, own.pseudonym),
        show(served.client, language, own),
    ):
        says(page, language, "so far")
    polling_place.now = END
    served.logged(polling_place.world.sign(e.Closing))
    for page in (
        ask(served.client, language, own.tracker, own.pseudonym),
        show(served.client, language, own),
    ):
        says(page, language, "counted")


@each_language
def test_superseded(served: Served, polling_place: Place, language: str) -> None:
    first = receipt_of(served, vote(served, polling_place))
    second = receipt_of(served, vote(served, polling_place, (0, 1, 0)))
    for page in (
        ask(served.client, language, first.tracker, first.pseudonym),
        show(served.client, language, first),
    ):
        says(page, language, "superseded")
        assert 'class="alarm"' in page.text
    says(show(served.client, language, second), language, "so far")


@each_language
def test_where_the_first_ballot_counts(at: Open, tmp_path: Path, language: str) -> None:
    world = World(revoting="first")
    world.open()
    place = Place(f"sqlite:///{tmp_path}/first.db", world)
    served = at(place)
    place.open_voting(served.board)
    first, second = (receipt_of(served, vote(served, place, choices)) for choices in ((1, 0, 0), (0, 1, 0)))
    says(show(served.client, language, first), language, "so far")
    page = show(served.client, language, second)
    says(page, language, "first")
    assert 'class="alarm"' in page.text


@each_language
def test_challenged(served: Served, polling_place: Place, language: str) -> None:
    """What was in it, by the titles of the options."""
    opened = polling_place.world.prepare((1, 0, 1)).challenge()
    served.logged(opened)
    own = receipt_of(served, opened)
    for page in (ask(served.client, language, own.tracker), show(served.client, language, own)):
        says(page, language, "challenged")
        held = re.search(r'<dl class="held">.*?</dl>', page.text, re.S)
        assert held and re.findall(r"Option \w", held[0]) == ["Option a", "Option c"]


@each_language
def test_a_tracker_alone_is_never_counted(served: Served, polling_place: Place, language: str) -> None:
    own = receipt_of(served, vote(served, polling_place))
    for page in (ask(served.client, language, own.tracker), ask(served.client, language, own.tracker, " ")):
        says(page, language, "cast by")
        assert own.pseudonym in page.text.replace("<wbr>", "")
        answer = page.text.partition('<details id="proof"')[0]
        for key in ("counted", "so far"):
            assert HEADINGS[language][key] not in answer
        assert "is the one that counts" not in answer


@each_language
def test_another_voters(served: Served, polling_place: Place, language: str) -> None:
    own = receipt_of(served, vote(served, polling_place))
    other = receipt_of(served, vote(served, polling_place, voter=1))
    says(ask(served.client, language, own.tracker, other.pseudonym), language, "another")


@each_language
def test_void(served: Served, polling_place: Place, language: str) -> None:
    """A ballot of a log in which an examination has found something false."""
    own = receipt_of(served, vote(served, polling_place))
    register = Register(lambda: served.board.reader, {own.index: "a <reason>"})
    client = create_app(served.board, register=register).test_client()
    for page in (ask(client, language, own.tracker, own.pseudonym), show(client, language, own)):
        says(page, language, "void")
        assert "a &lt;reason&gt;" in page.text


@each_language
def test_not_there(served: Served, polling_place: Place, language: str) -> None:
    page = ask(served.client, language, "0000 " * 8, "0" * 16)
    says(page, language, "not there")
    assert "proof-data" not in page.text


@each_language
def test_dropped(at: Open, served: Served, polling_place: Place, tmp_path: Path, language: str) -> None:
    """The board goes on without her ballot: its own signatures convict it, and the page gives the evidence."""
    before = len(polling_place.world.log.contents)
    own = receipt_of(served, vote(served, polling_place))
    cheat = Place(f"sqlite:///{tmp_path}/cheat.db", polling_place.world)
    other = at(cheat)
    del polling_place.world.log.contents[before:]
    cheat.open_voting(other.board)
    older = show(other.client, language, own)
    says(older, language, "not there")
    cheat.now = BEGIN + 60
    other.logged(polling_place.world.cast(polling_place.world.voters["south"][0], (0, 1, 0)))
    page = show(other.client, language, own)
    says(page, language, "contradicted")
    link = re.search(r'href="data:application/json;base64,([^"]+)" download="[\w.]+"', page.text)
    assert link
    kept = base64.b64decode(unescape(link[1]))
    answer = standing(own, RecordReader(other.board.store))
    assert answer.word is Word.CONTRADICTED and answer.evidence is not None
    assert kept == answer.evidence.to_bytes()
    assert json.loads(kept)["receipt"].encode() == own.to_bytes()


def forged(own: Receipt, origin: str = ORIGIN) -> Receipt:
    """The same, signed by somebody who is not the log."""
    signer = NoteSigner(origin, SigningKey.generate())
    signed = sign_checkpoint(replace(own.proof.signed.checkpoint, origin=origin), signer)
    return replace(own, proof=replace(own.proof, signed=signed))


@each_language
def test_forged(served: Served, polling_place: Place, language: str) -> None:
    own = receipt_of(served, vote(served, polling_place))
    stranger = World()
    stranger.open()
    elsewhere = replace(own, context=bytes(32))
    for false in (forged(own), forged(own, "other.example"), elsewhere):
        page = show(served.client, language, false)
        says(page, language, "not ours")
        assert "download=" not in page.text


@each_language
def test_unwitnessed(at: Open, tmp_path: Path, language: str) -> None:
    """One witness of two is not enough; the page says how many there are."""
    witnesses = [Cosigner(f"witness{i}.example", SigningKey.generate()) for i in range(2)]
    world = World(witnesses=Witnesses(0, tuple(str(one.key) for one in witnesses), 2))
    world.open()
    place = Place(f"sqlite:///{tmp_path}/watched.db", world)
    served = at(place)
    place.open_voting(served.board)
    own = receipt_of(served, vote(served, place))
    text = own.proof.signed.checkpoint.text

    def seen_by(*by: Cosigner) -> Receipt:
        signed = own.proof.signed.with_signatures([one.sign(text, END) for one in by])
        return replace(own, proof=replace(own.proof, signed=signed))

    says(show(served.client, language, seen_by(witnesses[0])), language, "unwitnessed")
    says(show(served.client, language, seen_by(*witnesses)), language, "so far")
    page = ask(served.client, language, own.tracker, own.pseudonym)
    says(page, language, "so far")
    assert 'class="alarm"' in page.text and ("Only 0 of the 2" in page.text or "۲ شاهدی" in page.text)


def test_the_same_words_as_the_voters_tool(served: Served, polling_place: Place) -> None:
    first, second = vote(served, polling_place), vote(served, polling_place, (0, 1, 0))
    opened = polling_place.world.prepare((0, 0, 1)).challenge()
    served.logged(opened)
    receipts = [receipt_of(served, entry) for entry in (first, second, opened)]
    receipts.append(forged(receipts[1]))
    words = [standing(own, RecordReader(served.board.store)).word for own in receipts]
    assert words == [Word.SUPERSEDED, Word.COUNTED, Word.CHALLENGED, Word.NOT_OURS]
    kinds = [HEADINGS["en"][key] for key in ("superseded", "so far", "challenged", "not ours")]
    assert [heading(show(served.client, "en", own)) for own in receipts] == kinds


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


def test_a_proof_is_what_a_browser_needs(served: Served, polling_place: Place) -> None:
    entry = vote(served, polling_place)
    own = receipt_of(served, entry)
    served.logged(polling_place.world.cast(polling_place.world.voters["south"][0], (0, 1, 0)))

    def proof(page: TestResponse) -> dict[str, object]:
        found = re.search(r'<pre id="proof-data" hidden>(.*?)</pre>', page.text, re.S)
        assert found
        data: dict[str, object] = json.loads(unescape(found[1]))
        assert base64.b64decode(str(data["entry"])) == entry.to_bytes()
        assert (data["tracker"], data["pseudonym"]) == (
            tracker(entry.body.encoded),
            pseudonym(entry.credential.to_bytes()),
        )
        return data

    by_receipt = proof(show(served.client, "en", own))
    assert by_receipt["checkpoint"] == own.proof.signed.to_bytes().decode()
    assert by_receipt["later"] is not None
    by_tracker = proof(ask(served.client, "en", own.tracker, own.pseudonym))
    assert by_tracker["checkpoint"] == served.board.reader.signed.to_bytes().decode()
    assert by_tracker["later"] is None


def test_clock_of_the_log(served: Served, polling_place: Place) -> None:
    """When a ballot came, by the last clock entry before it."""
    own = receipt_of(served, vote(served, polling_place))
    clocks = [
        found.time
        for raw in served.board.reader.entries(0, own.index)
        if isinstance(found := e.parse(raw.content), Clock)
    ]
    assert (
        f'<time datetime="1970-01-01T00:{clocks[-1] // 60:02}:{clocks[-1] % 60:02}Z">'
        in show(served.client, "en", own).text
    )
