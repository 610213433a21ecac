"""A board over a record folder: what it admits, what it refuses whole, and who else may be writing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bulletin_board.folder import FolderBoard
from crypto.elgamal import Ciphertexts
from crypto.errors import ProofError
from crypto.group import Points, Scalars
from crypto.merkle import leaf_hash
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from election import manifest as m
from election.entries import Cast, Clock, Roll, entry_hash, parse
from election.entry import Entry
from election.errors import RecordError
from election.examine import Stage, examine
from election.faults import Refusal
from election.ledger import Phase
from election.record import RecordReader, RecordWriter
from tests.attacks.cheats import Draft
from tests.world import BEGIN, DEADLINE, END, ORIGIN, World, approval

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world() -> World:
    """An election in which voting has begun, at the very second."""
    made = World()
    made.open()
    return made


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Path:
    return world.write(tmp_path / "record")


def board_of(world: World, folder: Path, now: int = BEGIN) -> FolderBoard:
    return FolderBoard(folder, ORIGIN, world.log_key, lambda: now)


def files(folder: Path) -> dict[str, bytes]:
    """Everything that is published."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".writer" not in path.parts
    }


def refused(
    board: FolderBoard, folder: Path, entries: list[Entry], check: int, number: int, reason: str
) -> None:
    """Nothing of the batch is written, and the board goes on from what there is."""
    before = files(folder)
    with pytest.raises(Refusal, match=reason) as caught:
        board.append(entries)
    assert (caught.value.fault.check, caught.value.fault.entry) == (check, number)
    assert files(folder) == before
    assert board.replay.state.size == board.reader.size


def voters(world: World) -> list[Scalars]:
    return [c for unit in world.voters.values() for c in unit]


def test_a_new_record(tmp_path: Path) -> None:
    world = World()
    manifest = m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members)
    board = FolderBoard.create(tmp_path / "record", manifest, world.log_key, lambda: 1_000)
    assert board.reader.size == 1
    assert board.reader.entry(0).content == manifest.to_bytes()
    assert board.replay.state.phase is Phase.SETUP
    with pytest.raises(RecordError, match="a new log needs an empty folder"):
        FolderBoard.create(tmp_path / "record", manifest, world.log_key, lambda: 1_000)


def test_a_crash_before_the_manifest(tmp_path: Path) -> None:
    world = World()
    manifest = m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members)
    RecordWriter(tmp_path / "record", ORIGIN, world.log_key).create()
    assert FolderBoard.create(tmp_path / "record", manifest, world.log_key, lambda: 1_000).reader.size == 1


def test_a_record_that_cannot_begin(tmp_path: Path) -> None:
    world = World()
    manifest = m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members)
    with pytest.raises(RecordError, match="another key than the log's"):
        FolderBoard.create(tmp_path / "a", manifest, SigningKey.generate(), lambda: 1_000)
    with pytest.raises(Refusal, match="V1, entry 0: group"):
        FolderBoard.create(
            tmp_path / "b",
            m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members | {"group": "P-256"}),
            world.log_key,
            lambda: 1_000,
        )
    assert not (tmp_path / "a").exists() and not (tmp_path / "b").exists()


def test_what_it_acknowledges_stands_under_a_signed_checkpoint(world: World, folder: Path) -> None:
    size = world.state.size
    casts: list[Entry] = [world.cast(c, (1, 0, 0)) for c in voters(world)]
    done = board_of(world, folder).append(casts)
    assert [one.number for one in done] == list(range(size, size + len(casts)))
    key = NoteSigner(ORIGIN, world.log_key).key
    for one, entry in zip(done, casts, strict=True):
        checkpoint = one.proof.verify(leaf_hash(entry.to_bytes()), ORIGIN, key)
        assert checkpoint.size == size + len(casts)
    assert examine(RecordReader.of_folder(folder), Stage.OPEN, anchor=world.context).faults == []


def test_only_the_logs_key_appends(world: World, folder: Path) -> None:
    with pytest.raises(ProofError):
        FolderBoard(folder, ORIGIN, SigningKey.generate(), lambda: BEGIN).append([])


def test_a_batch_is_refused_whole(world: World, folder: Path) -> None:
    """The first two casts are fine; the third is the first voter's again, under the old number."""
    first, second = voters(world)[:2]
    n = world.state.size
    batch: list[Entry] = [world.cast(first, (1, 0, 0)), world.cast(second, (0, 1, 0))]
    again = world.cast(first, (0, 0, 1))
    board = board_of(world, folder)
    refused(board, folder, [*batch, again], 6, n + 2, "sequence number 1 where 2 is due")
    assert [one.number for one in board.append(batch)] == [n, n + 1]


def test_a_false_proof_is_refused_before_it_becomes_a_void_entry(world: World, folder: Path) -> None:
    draft = Draft.of(world, (1, 1, 1, 0, 0))
    forged, honest = draft.cast(world, voters(world)[0]), world.cast(voters(world)[1], (1, 0, 0))
    board = board_of(world, folder)
    refused(board, folder, [honest, forged], 5, world.state.size + 1, "is false")
    assert len(board.append([honest])) == 1


def test_a_false_ballot_in_the_batch_that_opens_the_election(tmp_path: Path) -> None:
    """When the batch begins there is no key by which its proofs could be checked."""
    world = World()
    world.start()
    folder = world.write(tmp_path / "record")
    setup = world.state.size
    world.ceremony()
    world.roll()
    world.put(world.opening(), Clock(BEGIN))
    rest = [parse(content) for content in world.log.contents[setup:]]
    forged = Draft.of(world, (1, 1, 1, 0, 0)).cast(world, voters(world)[0])
    board = FolderBoard(folder, ORIGIN, world.log_key, lambda: 1_000)
    refused(board, folder, [*rest, forged], 5, world.state.size, "is false")
    # All but the forged one: the clock entry among them is acknowledged like the others.
    assert len(board.append(rest)) == len(rest)


def test_false_openings_and_decryptions(world: World, folder: Path) -> None:
    n, board = world.state.size, board_of(world, folder)
    challenge = world.prepare((1, 0, 0)).challenge()
    refused(board, folder, [replace(challenge, choices=(0, 1, 0))], 5, n, "does not reproduce the body")
    refused(board, folder, [replace(challenge, choices=(1, 1, 1))], 5, n, "no valid choices")
    assert board.append([challenge])


def test_entries_that_nobody_could_read(world: World, folder: Path) -> None:
    """What is made in Python need not have an encoding that is accepted: alpha the identity, a long number."""
    good = world.cast(voters(world)[0], (1, 0, 0))
    alpha = Points.concat([Points.identity(1), good.body.slots.alpha[1:]])
    slots = Ciphertexts(alpha, good.body.slots.beta)
    board, n = board_of(world, folder), world.state.size
    refused(board, folder, [replace(good, body=replace(good.body, slots=slots))], 0, n, "is the identity")
    refused(board, folder, [replace(good, sequence=2**60)], 0, n, "an integer")
    refused(board, folder, [replace(good, predecessor=bytes(31))], 0, n, "predecessor")


def test_an_entry_that_is_too_large_leaves_the_board_as_it_was(world: World, folder: Path) -> None:
    """It is refused by the log, not by the ledger, when the entry before it has been taken in already."""
    good = world.cast(voters(world)[0], (1, 0, 0))
    board = board_of(world, folder)
    before = files(folder)
    with pytest.raises((RecordError, Refusal), match="4194304"):
        board.append([good, replace(world.prepare((0, 0, 0)).challenge(), choices=(2**53 - 1,) * 300_000)])
    assert files(folder) == before
    assert board.append([good])


def test_a_disk_that_fails_leaves_the_board_as_it_was(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = board_of(world, folder)
    cast = world.cast(voters(world)[0], (1, 0, 0))

    def full(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("election.durable.os.replace", full)
        with pytest.raises(OSError, match="no space left"):
            board.append([cast])
    assert board.replay.state.size == world.state.size
    assert [one.number for one in board.append([cast])] == [world.state.size]


def test_nothing_stands_behind_the_closing_in_its_batch(world: World, folder: Path) -> None:
    """A partial decryption would be judged by a tally that is not written yet."""
    world.vote({"north": [(1, 0, 0), (0, 1, 0)]})
    n = world.state.size
    board_of(world, folder).append([parse(content) for content in world.log.contents[n - 2 :]])
    world.close()
    world.decrypt()
    clock, *late = [parse(content) for content in world.log.contents[n:]]
    assert clock == Clock(END)
    board = board_of(world, folder, END)
    refused(board, folder, late, 2, n + 2, "in one batch with the closing")
    assert board.append(late[:1])
    assert len(board.append(late[1:])) == len(late) - 1


@pytest.mark.parametrize(
    ("before", "now", "due"),
    [
        (None, 1_000, 1_000),
        (1_000, 1_001, 1_001),
        (1_000, 1_000, None),
        (1_000, 900, None),  # a computer whose clock was put back
        (1_000, DEADLINE, DEADLINE),
        (1_000, DEADLINE + 1, DEADLINE),
        (DEADLINE, DEADLINE + 1, None),
    ],
)
def test_clock_entries(tmp_path: Path, before: int | None, now: int, due: int | None) -> None:
    """Before a batch, where the clock has moved; never above the last deadline."""
    world = World()
    world.put(m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members))
    if before:
        world.put(Clock(before))
    folder = world.write(tmp_path / "record")
    add = Points.concat(c * Points.base() for c in world.voters["north"])
    entry = world.sign(Roll, add=add, remove=Points.identity(0), unit="north")
    board = board_of(world, folder, now)
    (done,) = board.append([entry])
    written = [parse(board.reader.entry(i).content) for i in range(world.state.size, board.reader.size)]
    assert [one.time for one in written if isinstance(one, Clock)] == ([] if due is None else [due])
    assert done.number == board.reader.size - 1


def test_a_log_that_slept_through_the_end_takes_no_ballots_afterwards(world: World, folder: Path) -> None:
    """Its last clock entry is from before the end; its first batch comes after the last deadline."""
    cast = world.cast(voters(world)[0], (1, 0, 0))
    board = board_of(world, folder, DEADLINE + 1)
    refused(board, folder, [cast], 2, world.state.size + 1, "after voting has ended")


def test_time_comes_before_voting_begins_and_ends(world: World, folder: Path) -> None:
    cast = world.cast(voters(world)[0], (1, 0, 0))
    refused(board_of(world, folder, END), folder, [cast], 2, world.state.size + 1, "after voting has ended")
    assert board_of(world, folder, END - 1).append([cast])


def test_entries_of_other_processes_are_taken_in(world: World, folder: Path) -> None:
    """Two boards over one folder: each sees what the other has written, also where both had read before."""
    one, other = board_of(world, folder), board_of(world, folder)
    first, second = voters(world)[:2]
    assert one.replay.state.size == other.replay.state.size == world.state.size
    one.append([world.cast(first, (1, 0, 0))])
    with pytest.raises(Refusal, match="sequence number 1 where 2 is due"):
        other.append([world.cast(first, (0, 1, 0))])
    (done,) = other.append([world.cast(second, (0, 1, 0))])
    assert done.number == world.state.size + 1
    assert one.replay.state.casts == 2


def start(world: World, folder: Path, name: str, entries: list[Cast]) -> subprocess.Popen[str]:
    key, lines = folder.parent / f"{name}.key", folder.parent / f"{name}.entries"
    key.write_bytes(world.log_key.secret_bytes())
    lines.write_bytes(b"".join(entry.to_bytes() + b"\n" for entry in entries))
    command = [sys.executable, "-m", "tests.bulletin_board.appending", str(folder), str(key), str(lines)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_take_turns(tmp_path: Path) -> None:
    """All ballots of both are there, each voter's in her order; the record passes."""
    world = World(contests=(approval(cell=100),), voters={"north": 2, "south": 2})
    world.open()
    folder = world.write(tmp_path / "record")
    made = {unit: chain(world, unit, 12) for unit in world.voters}
    with (
        start(world, folder, "north", made["north"]) as one,
        start(world, folder, "south", made["south"]) as other,
    ):
        numbers = [[int(line) for line in process.stdout or ()] for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    for own in numbers:
        assert all(earlier < later for earlier, later in pairwise(own))
    assert sorted(numbers[0] + numbers[1]) == list(range(world.state.size, world.state.size + 24))
    found = examine(RecordReader.of_folder(folder), Stage.OPEN, anchor=world.context)
    assert found.faults == [] and found.state.casts == 24


def chain(world: World, unit: str, n: int) -> list[Cast]:
    """One voter's ballots, each after the one before."""
    c = world.voters[unit][0]
    made: list[Cast] = []
    predecessor = bytes(32)
    for sequence in range(1, n + 1):
        made.append(world.prepare((1, 0, 0)).cast(c, sequence, predecessor))
        predecessor = entry_hash(made[-1].to_bytes())
    return made


def test_from_the_manifest_to_the_result(tmp_path: Path) -> None:
    """A whole election appended entry by entry, as the office, trustees and voters would."""
    world = World()
    world.open()
    world.vote({"north": [(1, 0, 0), (1, 1, 0)], "south": [(0, 0, 1)]})
    world.finish()
    first, *rest = [parse(content) for content in world.log.contents]
    assert isinstance(first, m.Manifest)
    now = [0]
    board = FolderBoard.create(tmp_path / "record", first, world.log_key, lambda: now[0])
    for entry in rest:
        if isinstance(entry, Clock):
            now[0] = entry.time  # the board writes it itself
        else:
            board.append([entry])
    assert [one.content for one in board.reader.entries()] == world.log.contents
    assert examine(board.reader, anchor=world.context).faults == []
