"""Find my ballot: every answer of the page, by tracker and by receipt, in both languages (ATTACKS 37, 48, 53)."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from booth.standing import standing
from bulletin_board.web import create_app
from bulletin_board.web.pages import stage
from bulletin_board.web.register import Register
from crypto.checkpoint import sign_checkpoint
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from election import entries as e
from election.entries import Clock
from election.manifest import Witnesses
from election.receipt import Receipt
from election.record import RecordReader
from election.standing import Word
from election.tracker import pseudonym, tracker
from tests.board.tools import Place
from tests.web.conftest import Open
from tests.web.finding import HEADINGS, ask, each_language, heading, receipt_of, says, show, vote
from tests.web.tools import Served
from tests.world import BEGIN, END, ORIGIN, World


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


def test_voting_is_open_until_its_time_is_over(
    served: Served, polling_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office may close later; meanwhile nobody is told to vote again."""
    own = receipt_of(served, vote(served, polling_place))
    for now, sentence in ((END - 1, "Voting is still open, until"), (END, "The time for voting is over")):
        monkeypatch.setattr(stage, "utc", lambda now=now: float(now))
        assert sentence in ask(served.client, "en", own.tracker, own.pseudonym).text
