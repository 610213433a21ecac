"""Cosignatures that come when the log has grown meanwhile: the checkpoint that they are for is kept and served."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bulletin_board.board import Board
from bulletin_board.cosigning import Cosigning
from bulletin_board.publish import export
from bulletin_board.restoring import restore
from crypto.checkpoint import SignedCheckpoint
from crypto.errors import ProofError
from crypto.note import Cosigner
from crypto.tlog_witness import AddCheckpoint, encode_signatures
from election.cosigning import Address, Collector
from election.examine import follow
from election.record import WITNESSED, MissingFileError, RecordReader
from election.witnessing import cosigned, covered
from tests.attacks.views import COSIGNERS, witnessed_world
from tests.board.tools import Place, put, roll

NOW = 5_000


@pytest.fixture
def place(database: str) -> Place:
    """A board in set-up whose manifest names three witnesses, two of them a quorum."""
    world = witnessed_world()
    world.start()
    return Place(database, world)


def sign(board: Board, to: SignedCheckpoint, *cosigners: Cosigner, time: int = NOW) -> bool:
    return board.add_signatures([own.sign(to.checkpoint.text, time) for own in cosigners], to)


def sizes(board: Board) -> tuple[int, int]:
    """Of the log, and of what the quorum has cosigned of it by all that the board serves."""
    reader = board.reader
    return reader.size, covered(cosigned(reader, board.manifest))


def test_a_busy_board(place: Place) -> None:
    """Between the question and the answers there is always another entry."""
    with place.running() as board:

        def post(url: str, body: bytes) -> tuple[int, bytes]:
            put(board, roll(place.world))
            text = AddCheckpoint.parse(body).signed.checkpoint.text
            own = next(own for own in COSIGNERS if url.startswith(f"http://{own.name}/"))
            return 200, encode_signatures(own.sign(text, NOW))

        addresses = [Address(own.key, f"http://{own.name}") for own in COSIGNERS]
        rounds = Cosigning(board, Collector(addresses, post, lambda: NOW), every=3600)
        rounds.close()
        size, before = sizes(board)
        assert before < size
        rounds.ask()
        after = sizes(board)
        assert before < after[1] < after[0]
        assert len(cosigned(board.reader, board.manifest)[0].times) == 0


def test_it_outlives_the_board(place: Place, tmp_path: Path) -> None:
    with place.running() as board:
        old = board.reader.signed
        put(board, roll(place.world))
        assert sign(board, old, *COSIGNERS[:2])
    with place.running(folder=tmp_path / "public") as board:
        assert sizes(board) == (3, 1)
        put(board, roll(place.world))
        assert sizes(board) == (4, 1)
        export(board.store, tmp_path / "export")
    for folder in ("public", "export"):
        copy = RecordReader.of_folder(tmp_path / folder)
        assert covered(cosigned(copy, follow(copy).state.election)) == 1
    database = f"sqlite:///{tmp_path}/restored.db"
    restore(database, tmp_path / "export", board.signer, lambda *_: None)
    restored = Board(database, place.world.log_key, lambda: NOW)
    assert sizes(restored) == (4, 1)
    restored.close()


def test_too_few_or_too_old_are_not_kept(place: Place) -> None:
    with place.running() as board:
        first = board.reader.signed
        put(board, roll(place.world))
        second = board.reader.signed
        put(board, roll(place.world))
        assert not sign(board, first, COSIGNERS[0])
        assert not sign(board, first, COSIGNERS[0], Cosigner("stranger", COSIGNERS[1].secret))
        with pytest.raises(MissingFileError):
            board.store.read(WITNESSED, 1 << 20)
        assert sign(board, second, *COSIGNERS[1:])
        assert not sign(board, first, *COSIGNERS)
        assert sizes(board) == (4, 3)


def test_the_newest_is_witnessed_too(place: Place) -> None:
    with place.running() as board:
        assert sign(board, board.reader.signed, COSIGNERS[0])
        assert sizes(board) == (1, 0)
        assert sign(board, board.reader.signed, COSIGNERS[1])
        assert board.reader.witnessed == board.reader.signed
        put(board, roll(place.world))
        assert sizes(board) == (3, 1)


def test_a_false_cosignature_spoils_nothing(place: Place) -> None:
    with place.running() as board:
        newest = board.reader.signed
        false = [COSIGNERS[0].sign("another text\n", NOW), COSIGNERS[1].sign(newest.checkpoint.text, NOW)]
        with pytest.raises(ProofError):
            board.add_signatures(false, newest)
        assert board.reader.signed == newest and board.reader.witnessed is None


def test_one_line_a_witness_however_often_it_is_asked(place: Place) -> None:
    """While one witness is away, the others are asked again and again, and sign with a new time each time."""
    with place.running() as board:
        for time in range(NOW, NOW + 200):
            sign(board, board.reader.signed, *COSIGNERS[:2], time=time)
        assert len(board.reader.signed.signatures) == 3
        assert set(cosigned(board.reader, board.manifest)[0].times.values()) == {NOW}


def test_many_at_once(place: Place) -> None:
    with place.running() as board:
        seen = []
        for _ in range(4):
            seen.append(board.reader.signed)
            put(board, roll(place.world))
        threads = [threading.Thread(target=sign, args=(board, one, *COSIGNERS)) for one in seen * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sizes(board)[1] == max(one.checkpoint.size for one in seen)
