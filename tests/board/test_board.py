"""The board takes what the ledger takes, once, in order, and says so with receipts that hold."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bulletin_board import waiting
from bulletin_board.admission import Acknowledged, Incoming
from bulletin_board.board import create_board
from bulletin_board.errors import BoardError, ClosedError, QueueFullError, RetryableError, StoppedError
from crypto.errors import EncodingError
from crypto.merkle import leaf_hash
from crypto.signing import SigningKey
from election import entries as e
from election.examine import Stage, examine
from election.faults import Refusal
from election.record import MissingFileError, RecordReader
from tests.board.tools import BLOB_ROLL, Place, manifest_of, outcomes, put, roll
from tests.world import END, World

VOTES = {"north": [(1, 0, 0), (1, 1, 0), (0, 0, 0)], "south": [(0, 1, 0), (0, 0, 1)]}


def test_a_whole_election(database: str) -> None:
    world = World()
    world.open()
    world.vote(VOTES)
    world.vote({"north": [(0, 1, 1)]})
    world.finish()
    place = Place(database, world)
    with place.running() as board:
        place.open_voting(board)
        assert [entry.content for entry in board.reader.entries()] == world.log.contents
        found = examine(board.reader, Stage.FINAL, anchor=world.context)
        assert found.faults == []
        with pytest.raises(ClosedError):
            board.submit(roll(world).to_bytes())


def test_everything_is_there_after_a_restart(place: Place) -> None:
    with place.running() as board:
        receipts = [put(board, roll(place.world)) for _ in range(3)]
        large = put(board, roll(place.world, BLOB_ROLL))
        before = board.reader.signed.checkpoint
    with place.running() as board:
        assert [board.reader.entry(r.number).hash for r in receipts] == [r.hash for r in receipts]
        assert len(board.reader.entry(large.number).content) > 65_535
        assert board.reader.root_at(before.size) == before.root
        assert put(board, roll(place.world)).number == large.number + 1
        assert board.receipt(1).index == 1


def test_full_tiles(place: Place) -> None:
    with place.running() as board:
        answers = [board.sequencer.submit(Incoming.of(roll(place.world))) for _ in range(600)]
        assert [answer.result(60).number for answer in answers] == list(range(2, 602))
        for answer in answers[::50]:
            receipt = answer.result()
            leaf = leaf_hash(board.reader.entry(receipt.number).leaf)
            receipt.proof.verify(leaf, board.signer.name, board.signer.key)
        whole = board.store.read("tile/0/000", 1 << 20)
        for width in (1, 255):
            assert board.store.read(f"tile/0/000.p/{width}", 1 << 20) == whole[: 32 * width]
        with pytest.raises(MissingFileError):
            board.store.read("tile/0/002.p/255", 1 << 20)
        assert board.reader.recompute_root() == board.reader.root


def test_the_same_bytes_get_the_same_number(place: Place) -> None:
    content = roll(place.world).to_bytes()
    with place.running() as board:
        first = outcomes(board, [content] * 8)
        assert {r.number for r in first if isinstance(r, Acknowledged)} == {2}
        put(board, roll(place.world))
        assert board.submit(content).number == 2
    with place.running() as board:
        assert board.submit(content).number == 2
        assert board.reader.size == 4


def test_two_casts_under_one_credential(polling_place: Place) -> None:
    world = polling_place.world
    c = world.voters["north"][0]
    casts = [world.cast(c, choices).to_bytes() for choices in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)]]
    with polling_place.running() as board:
        results = outcomes(board, casts)
    refusals = [r for r in results if isinstance(r, Refusal)]
    assert len(refusals) == 3 and all(r.fault.check == 6 for r in refusals)
    (logged,) = (r for r in results if isinstance(r, Acknowledged))
    with polling_place.running() as board:
        entry = e.parse(board.reader.entry(logged.number).content)
        assert isinstance(entry, e.Cast) and entry.sequence == 1
        assert board.state is not None and board.state.casts == 1


def test_one_false_ballot_does_not_hold_up_the_others(polling_place: Place) -> None:
    world = polling_place.world
    voters = [*world.voters["north"], *world.voters["south"]]
    casts = [world.cast(c, (1, 0, 0)) for c in voters]
    stolen = e.Cast(casts[0].body, casts[1].credential, casts[1].predecessor, casts[1].proof, 1)
    with polling_place.running() as board:
        results = outcomes(board, [stolen.to_bytes(), *(cast.to_bytes() for cast in casts)])
        assert isinstance(results[0], Refusal)
        assert all(isinstance(r, Acknowledged) for r in results[1:])
        assert examine(board.reader, Stage.OPEN).faults == []


def test_a_stranger_is_refused(polling_place: Place) -> None:
    world = polling_place.world
    stranger = World(like=world)
    stranger.voters["north"] = World().voters["north"]
    stranger.open()
    with polling_place.running() as board, pytest.raises(Refusal, match="not on the roll"):
        board.submit(stranger.cast(stranger.voters["north"][0], (1, 0, 0)).to_bytes())


def test_what_is_no_entry_is_refused(place: Place) -> None:
    with place.running() as board:
        for content in (b"", b"{}", roll(place.world).to_bytes()[:-1], b'{"blob":"00","size":1}'):
            with pytest.raises(EncodingError):
                board.submit(content)
        with pytest.raises(Refusal, match="what time it is"):
            board.submit(e.Clock(1_500).to_bytes())
        assert board.reader.size == 1


def test_after_the_end(polling_place: Place) -> None:
    world = polling_place.world
    cast = world.cast(world.voters["north"][0], (1, 0, 0))
    late = world.cast(world.voters["north"][1], (1, 0, 0))
    with polling_place.running() as board:
        receipt = put(board, cast)
        polling_place.now = END
        with pytest.raises(ClosedError):
            put(board, late)
        put(board, world.sign(e.Closing))
        with pytest.raises(ClosedError):
            put(board, late)
        # Whoever did not get the first answer still gets it.
        assert put(board, cast).number == receipt.number


def test_too_many_wait(place: Place) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def reach(point: str) -> None:
        if point == "begin":
            reached.set()
            assert go_on.wait(30)

    with place.running(reach=reach, capacity=2) as board:
        entries = [roll(place.world) for _ in range(2)]
        answers = [board.sequencer.submit(Incoming.of(entry)) for entry in entries]
        assert reached.wait(30)
        with pytest.raises(QueueFullError) as caught:
            board.submit(roll(place.world).to_bytes())
        assert caught.value.retry_after > 0
        with pytest.raises(RetryableError):
            board.submit(entries[0].to_bytes(), timeout=0.01)
        go_on.set()
        assert {answer.result(30).number for answer in answers} == {2, 3}
        put(board, roll(place.world))


def test_too_much_waits(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_BYTES", -1)
    with place.running() as board, pytest.raises(QueueFullError):
        board.submit(roll(place.world).to_bytes())


def test_a_closed_board_takes_nothing(place: Place) -> None:
    board = place.board()
    board.close()
    with pytest.raises(StoppedError):
        board.submit(roll(place.world).to_bytes())


def test_two_boards_in_one_database(place: Place) -> None:
    with pytest.raises(BoardError, match="has a log already"):
        create_board(place.database, manifest_of(place.world), place.world.log_key)


def test_another_key(place: Place) -> None:
    with pytest.raises(BoardError, match="another key"):
        place.world.log_key = SigningKey.generate()
        place.board()


def test_static_files_are_the_same_record(database: str, setup_world: World, tmp_path: Path) -> None:
    place = Place(database, setup_world, tmp_path / "record")
    with place.running() as board:
        for size in (1, BLOB_ROLL, 1):
            put(board, roll(setup_world, size))
        database_has = [entry.content for entry in board.reader.entries()]
    files = RecordReader.of_folder(tmp_path / "record")
    assert [entry.content for entry in files.entries()] == database_has
