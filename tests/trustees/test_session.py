"""Key files at work on a record folder, killed wherever it hurts (SPEC 8.5; ATTACKS 29, 41, 60)."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bulletin_board.folder import FolderBoard
from crypto.errors import ProofError
from crypto.signing import SigningKey
from election.announcement import announce
from election.entries import Clock, Closing, Result
from election.entry import Entry
from election.faults import Refusal
from election.ledger import Phase
from election.record import RecordReader, RecordWriter
from tests.trustees.place import TOTALS, KilledError, Place
from tests.world import COMPLAINTS, END, ORIGIN
from trustees.errors import DutyError, KeyFileError, UnconfirmedError
from trustees.journal import path_beside
from trustees.keyfile import is_destroyed
from trustees.owed import Owed


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def kinds(done: Sequence[Owed]) -> list[str]:
    return [entry.kind for owed in done for entry in owed.entries]


def run_and_kill(place: Place, *ids: str) -> int:
    """Everything that is owed, each process killed before it posts, the next one after; how often."""
    killed, going = 0, True

    def before(entries: Sequence[Entry]) -> None:
        raise KilledError

    def after(entries: Sequence[Entry]) -> None:
        place.board.append(entries)
        raise KilledError

    while going:
        going = False
        for id in ids:
            for submit in (before, after):
                try:
                    place.step(id, submit)
                except KilledError:
                    going, killed = True, killed + 1
    return killed


def test_a_whole_election_killed_before_and_after_every_posting(place: Place) -> None:
    ceremony = run_and_kill(place, *place.ids)
    assert place.state.keys is not None
    place.vote()
    place.close()
    agreeing = run_and_kill(place, *place.ids)
    place.now += COMPLAINTS
    decrypting = run_and_kill(place, "t3", "t1")
    # Four steps of three, and the key; three agree; two decrypt.
    assert (ceremony, agreeing, decrypting) == (2 * (4 * 3 + 1), 2 * 3, 2 * 2)
    assert place.publish() == TOTALS
    for id in place.ids:
        assert place.step(id)[-1].says.startswith("The result is published.")


def test_one_of_two_needed_key_files_cannot_decrypt(place: Place) -> None:
    place.run()
    place.vote()
    place.close()
    place.run()
    place.now += COMPLAINTS
    for id in ("t2", "t3"):
        place.key(id).unlink()
    assert kinds(place.step("t1")) == ["partial-decryption"]
    assert place.step("t1")[-1].says == "Waiting for t2 and t3 to decrypt their part, 1 of them at least."
    with pytest.raises(KeyFileError, match="No such file"):
        place.step("t2")
    with pytest.raises(Refusal, match="V8"):
        place.publish()


def test_it_examines_the_ballots_itself(place: Place) -> None:
    """Whoever has the log's key logs a ballot whose proof is false: it has no effect on anybody (V5, void)."""
    place.run()
    place.vote()
    good, other = (place.world.prepare(choices) for choices in ([1, 0, 0], [0, 1, 0]))
    false = replace(good, body=replace(good.body, proof=other.body.proof))
    place.forge(false.cast(place.world.voters["south"][2], 1, bytes(32)))
    place.forge(Clock(END), place.sign(Closing))
    place.now = END
    assert kinds(place.step("t1")) == ["ready"]


def test_a_record_that_does_not_pass_gets_nothing(place: Place) -> None:
    place.run()
    place.vote()
    place.close()
    number = place.forge(b"{}")
    with pytest.raises(Refusal, match=f"V0, entry {number}"):
        place.step("t1")
    assert place.secrets("t1").agreed is None


def test_what_is_wrong_with_the_record_is_named_during_the_ceremony_too(place: Place) -> None:
    number = place.forge(b"{}")
    with pytest.raises(Refusal, match=f"V0, entry {number}"):
        place.step("t1")


def test_voting_is_none_of_its_business(place: Place) -> None:
    place.run()
    place.vote()
    assert place.step("t1")[-1].says == "Waiting for voting to end and for the election office to close it."


def test_somebody_quicker_is_no_error(place: Place) -> None:
    place.run_until("key")

    def late(entries: Sequence[Entry]) -> None:
        place.board.append(entries)
        place.board.append(entries)

    done = place.step("t2", late)
    assert kinds(done) == [] and place.state.keys is not None


def test_what_the_log_refuses_is_said(place: Place) -> None:
    def refusing(entries: Sequence[Entry]) -> None:
        raise Refusal(2, "the log is closed for today")

    with pytest.raises(Refusal, match="closed for today"):
        place.step("t1", refusing)


def test_a_second_root_after_a_restart(place: Place) -> None:
    """The board shows t1 all ballots and later, to the same trustee, one less."""
    place.run()
    place.vote()
    less = [entry.content for entry in RecordReader.of_folder(place.record).entries()][:-1]
    place.close()
    place.step("t1")
    show_instead(place, *less, Clock(END), place.sign(Closing))
    with pytest.raises(DutyError, match="you have agreed to another closing"):
        place.step("t1")
    assert kinds(place.step("t2")) == ["ready"]


def show_instead(place: Place, *entries: Entry | bytes) -> None:
    """Another record in the place of the first."""
    shutil.rmtree(place.record)
    RecordWriter(place.record, ORIGIN, place.world.log_key).create()
    place.forge(*entries)
    place.board = FolderBoard(place.record, ORIGIN, place.world.log_key, lambda: place.now)


def test_a_log_that_takes_entries_back_is_noticed(place: Place) -> None:
    place.run_until("commit")
    contents = [entry.content for entry in RecordReader.of_folder(place.record).entries()]
    for instead in (contents[:-1], [*contents[:-1], Clock(1_001), contents[-1]]):
        with place.open("t1") as key_file:
            session = place.session(key_file)
            session.look()
            show_instead(place, *instead)
            with pytest.raises(DutyError, match="takes back entries"):
                session.look()
            show_instead(place, *contents)


def test_another_election_than_the_anchor_names(place: Place) -> None:
    with pytest.raises(DutyError, match="another election than the anchor names"):
        place.step("t1", anchor=bytes(32))
    assert place.secrets("t1").context is None
    place.step("t1", anchor=place.context)
    assert place.secrets("t1").context == place.context


def test_a_restored_key_file_asks_before_it_agrees(place: Place) -> None:
    place.run()
    shutil.copy(place.key("t1"), place.folder / "backup")
    place.vote()
    place.close()
    place.step("t1")
    shutil.copy(place.folder / "backup", place.key("t1"))
    with pytest.raises(UnconfirmedError) as asked:
        place.step("t1")
    place.step("t1", confirmed=asked.value.closing.root)
    assert place.secrets("t1").agreed is not None
    place.step("t1")


def test_a_key_file_without_its_journal_asks(place: Place) -> None:
    place.run()
    path_beside(place.key("t1")).unlink()
    place.vote()
    place.close()
    with pytest.raises(UnconfirmedError) as asked:
        place.step("t1")
    assert kinds(place.step("t1", confirmed=asked.value.closing.root)) == ["ready"]
    assert kinds(place.step("t2")) == ["ready"]


def test_recovers_its_share_from_the_record(place: Place) -> None:
    place.run_until("deal")
    shutil.copy(place.key("t2"), place.folder / "backup")
    place.run()
    right = place.secrets("t2").attempts[-1].share
    assert right is not None
    shutil.copy(place.folder / "backup", place.key("t2"))
    with pytest.raises(DutyError, match="'glassballot trustee recover' brings it back"):
        place.step("t2")
    with place.open("t2") as key_file:
        session = place.session(key_file)
        assert session.recover()
        assert not session.recover()
    assert place.secrets("t2").attempts[-1].share == right
    place.step("t2")


def test_destroys_its_key_once_the_result_is_final(place: Place) -> None:
    place.run()
    place.vote()
    place.close()
    place.run()
    place.now += COMPLAINTS
    place.run()
    with place.open("t1") as key_file, pytest.raises(Refusal, match="short of stage final"):
        place.session(key_file).destroy()
    place.publish()
    assert place.state.phase is Phase.FINAL
    with place.open("t1") as key_file:
        place.session(key_file).destroy()
    assert is_destroyed(place.key("t1"))
    with pytest.raises(KeyFileError, match="has been destroyed"):
        place.step("t1")


def test_keeps_its_key_where_the_result_is_false(place: Place) -> None:
    place.run()
    place.vote()
    place.close()
    place.run()
    place.now += COMPLAINTS
    place.run()
    place.forge(false_result(place))
    with place.open("t1") as key_file, pytest.raises(Refusal, match="V9"):
        place.session(key_file).destroy()
    assert not is_destroyed(place.key("t1"))


def false_result(place: Place) -> Entry:
    """The office adds a vote."""
    replay = place.board.replay
    assert replay.tally is not None
    true = announce(replay.tally, replay.numbered_partials, place.world.office).contests[0]
    first, *rest = true.totals
    false = replace(true, totals=((first[0] + 1, *first[1:]), *rest))
    result: Entry = place.sign(Result, contests=(false,))
    return result


def test_a_record_that_another_log_has_signed(place: Place) -> None:
    place.run_until("commit")
    contents = [entry.content for entry in RecordReader.of_folder(place.record).entries()]
    shutil.rmtree(place.record)
    writer = RecordWriter(place.record, ORIGIN, SigningKey.generate())
    writer.create()
    writer.append(contents)
    with place.open("t1") as key_file, pytest.raises(ProofError, match="not signed by"):
        place.session(key_file).look()
