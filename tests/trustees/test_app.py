"""A whole election through the pages of five trustees: one stopped in the middle, one back from paper."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from election.entries import CeremonyStart
from election.errors import UnreachableError
from election.ledger import Phase
from election.record import RecordReader
from tests.trustees.browsing import BOARD, NAMES, Town, Trustee
from tests.trustees.place import PASSPHRASE, TOTALS
from tests.world import BEGIN, COMPLAINTS, END
from trustees import messages
from trustees.owed import Owed


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(tmp_path)
    yield found
    found.close_pages()


def heading(page: str) -> str:
    found = re.search("<h1>(.*?)</h1>", page, re.S)
    assert found
    return html.unescape(re.sub("<[^>]+>", "", found[1])).strip()


def restarted(town: Town, id: str) -> Trustee:
    """The program of this trustee ended, and started again over the same folder."""
    town.pages[id].close()
    page = town.pages[id] = Trustee(town.folder / id, town, language="")
    page.press("choose", file=f"{id}.key")
    page.press("unlock", passphrase=PASSPHRASE)
    return page


def ceremony(town: Town) -> None:
    """In rounds: whoever has a button presses it."""
    going = True
    while going:
        going = False
        for page in town.pages.values():
            page.look_again()
            if "ceremony" in page.buttons:
                going = True
                page.press("ceremony")


def test_a_whole_election(town: Town) -> None:
    pages = town.pages
    for page in pages.values():
        page.find_election()
        assert heading(page.text) == "Make the election key together"
    pages["t1"].press("ceremony")
    assert "You register for the key ceremony." in pages["t1"].text
    restarted(town, "t1")
    assert heading(pages["t1"].text) == "Make the election key together"
    ceremony(town)
    assert town.state.keys is not None

    for page in pages.values():
        page.look()
        assert heading(page.text) == "Your share is there: put a copy on paper"
    printed = pages["t5"].look("print")
    lines = re.findall(r"\d\d: [0-9A-Z ]+ /[0-9A-Z]{4}", printed)
    for page in pages.values():
        page.look()
        page.press("paper-done")
        assert "Waiting for voting to begin" in heading(page.text)

    # The computer of t5 breaks, and the key comes back from paper on another one.
    pages["t5"].close()
    town.vote()
    back = pages["t5"] = Trustee(town.folder / "new-computer", town)
    back.look("restore")
    back.press("restore", text="\n".join(lines).lower(), name="from-paper", passphrase=PASSPHRASE)
    back.find_election()
    assert heading(back.text) == "People are voting"

    town.close()
    for id in ("t1", "t2", "t3"):
        pages[id].press("look")
        assert heading(pages[id].text) == "Voting is closed: do you agree?"
        for number in range(8):
            assert f"V{number}" in pages[id].text
        pages[id].press("agree")
    assert town.state.ready == {"t1", "t2", "t3"}

    back.press("look")
    assert "agree" not in back.buttons
    closing = town.state.closing
    assert closing is not None
    assert closing.root.hex()[-4:] not in re.findall(r"\b[0-9a-f]{4}\b", back.text)
    wrong = back.press("confirm", 422, root="ab" * 32)
    assert "This is not the closing root of the record" in wrong
    back.press("confirm", root=closing.root.hex())
    back.press("agree")
    assert "t5" in town.state.ready

    town.now = END + COMPLAINTS
    for id in ("t5", "t1", "t2"):
        pages[id].press("look")
        assert heading(pages[id].text) == "Decrypt the totals together"
        pages[id].press("decrypt")
    pages["t3"].press("look")
    assert "Enough trustees have decrypted" in pages["t3"].text and not pages["t3"].buttons
    assert town.publish() == TOTALS and town.state.phase is Phase.FINAL

    page = pages["t1"]
    page.press("look")
    assert page.buttons == {"verify"}
    page.press("verify")
    assert "The whole record has passed" in page.text and "V9" in page.text
    page.press("destroy", 422, typed="t2")
    page.press("destroy", typed="t1")
    assert heading(page.text) == "Your key is destroyed"
    assert "snapshots and backups" in page.text
    assert PASSPHRASE not in "".join(p.text for p in pages.values())


def test_carries_on_by_itself_but_agrees_to_nothing(town: Town) -> None:
    for page in town.pages.values():
        page.find_election()
        page.press("carry-on")
    for _ in range(6):
        for page in town.pages.values():
            page.look_again()
    assert town.state.keys is not None
    for page in town.pages.values():
        page.press("paper-done")
    town.vote()
    town.close()
    for page in town.pages.values():
        page.press("look")
        assert page.buttons == {"agree", "stop"}
    assert not town.state.ready


def rounds(town: Town, *ids: str, until: str) -> None:
    """These trustees at their buttons until the first owes this kind of entry."""
    going = True
    while going:
        going = False
        for id in ids:
            page = town.pages[id]
            page.look_again()
            own = page.desk.open
            assert own is not None
            if "ceremony" in page.buttons and owed(town, id).entries[0].kind != until:
                going = True
                page.press("ceremony")


def owed(town: Town, id: str) -> Owed:
    own = town.pages[id].desk.open
    assert own is not None
    return town.session(own.key_file).look()


def test_who_has_cheated_is_said_in_plain_words(town: Town) -> None:
    for page in town.pages.values():
        page.find_election()
    rounds(town, *town.pages, until="certify")
    attempt = town.state.attempt
    assert attempt is not None
    liar, victim, *_ = (id for id in town.pages if id not in attempt.certificates)
    own = town.pages[liar].desk.open
    assert own is not None
    mine = own.key_file.secrets.attempt(attempt.session_id)
    assert mine is not None
    town.board.append([messages.complain(town.state, attempt, own.key_file.secrets, mine, victim)])
    honest = town.pages[victim]
    honest.look_again()
    assert f"The log proves that <bdi>{NAMES[liar]}</bdi> has cheated." in honest.text
    assert "ceremony" not in honest.buttons and "a false complaint" in honest.text
    town.pages[liar].look_again()
    assert "The log shows that your key has cheated" in town.pages[liar].text
    others = tuple(id for id in town.pages if id != liar)
    town.by_office(CeremonyStart, attempt=2, deadline=BEGIN, trustees=others)
    rounds(town, *others, until="")
    assert town.state.keys is not None and town.state.trustees == others
    town.pages[liar].look_again()
    assert "You have no share of the election key" in town.pages[liar].text


def test_a_share_that_is_not_on_the_paper_is_computed_again(town: Town) -> None:
    """Printed after t5 registered, before the shares were sent."""
    for page in town.pages.values():
        page.find_election()
    rounds(town, *town.pages, until="commit")
    lines = re.findall(r"\d\d: [0-9A-Z ]+ /[0-9A-Z]{4}", town.pages["t5"].look("print"))
    rounds(town, *town.pages, until="")
    assert town.state.keys is not None
    town.pages["t5"].close()
    back = town.pages["t5"] = Trustee(town.folder / "new-computer", town)
    back.look("restore")
    back.press("restore", text=" ".join(lines), name="t5", passphrase=PASSPHRASE)
    back.press("connect", address=BOARD, anchor=town.context.hex())
    assert "Your share of the key is not in this key file" in back.text
    back.press("recover")
    back.press("accept")
    assert heading(back.text) == "Waiting for voting to begin"
    assert "Your share is there, and it is right" in back.text


def test_a_board_that_does_not_answer_loses_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    page = town.pages["t1"]
    page.find_election()

    def silence(*_: object) -> None:
        raise UnreachableError("https://board.example.org: no answer")

    with monkeypatch.context() as patch:
        patch.setattr(RecordReader, "of_folder", silence)
        page.look_again()
        assert "The board does not answer" in page.text and "ceremony" not in page.buttons
    page.look_again()
    page.press("ceremony")
    assert "You register for the key ceremony." in page.text


def test_a_record_that_does_not_pass_stops_the_trustee(town: Town) -> None:
    for page in town.pages.values():
        page.find_election()
    ceremony(town)
    town.vote()
    town.forge(b'{"kind":"nonsense"}')
    town.now = END
    page = town.pages["t1"]
    page.press("paper-done")
    page.look_again()
    assert "Stop: the record did not pass the check" in page.text and not page.buttons


def test_the_page_speaks_persian(tmp_path: Path, town: Town) -> None:
    page = town.pages["t1"]
    page.press("speak", language="fa")
    assert 'dir="rtl"' in page.text and heading(page.text) == "کدام انتخابات؟"
    assert restarted(town, "t1").desk.settings.language == "fa"


def test_another_anchor_is_another_election(town: Town) -> None:
    page = town.pages["t1"]
    page.press("connect", address=BOARD, anchor="00" * 32)
    assert "Stop: the tool does not go on" in page.text and "accept" not in page.buttons
    assert "anchor" in page.press("connect", 422, address=BOARD, anchor="short")
    page.find_election()
    assert heading(page.text) == "Make the election key together"


def test_a_key_that_the_manifest_does_not_name(town: Town) -> None:
    stranger = Trustee(town.folder / "stranger", town)
    stranger.make_key("Anna Berg", "t1")
    stranger.press("connect", address=BOARD, anchor=town.context.hex())
    assert "gives trustee" in stranger.text and "accept" not in stranger.buttons
    stranger.close()
