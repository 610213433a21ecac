"""The log and its phases: rows 51, 52, 54, 76; all are V2.

Rows 49, 50 and 53 compare several views of a log (V10), as does the comparison of 76 with witness times. The
vectors for row 51 are run in tests/crypto/test_merkle.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.merkle import leaf_hash, node_hash
from crypto.note import ED25519, NoteKey, NoteSigner
from crypto.signing import SigningKey
from election.entries import Clock, Closing
from election.examine import examine
from election.record import RecordReader
from election.record.bundles import encode_bundle
from tests.attacks.cheats import resigned
from tests.attacks.museum import Museum, agreed, closed, finished, opened, voted
from tests.world import BEGIN, DEADLINE, END, ORIGIN, World


def sign_head(world: World, record: Path, size: int, root: bytes, signer: NoteSigner | None = None) -> None:
    """Another checkpoint over the same files, signed by the log itself unless somebody else does."""
    signer = signer or NoteSigner(ORIGIN, world.log_key)
    signed = sign_checkpoint(Checkpoint(ORIGIN, size, root), signer)
    (record / "checkpoint").write_bytes(signed.to_bytes())


def test_row_51_inner_nodes_as_leaves(museum: Museum) -> None:
    """Half as many entries of 64 bytes each, left ‖ right, whose tree the log says has the same root."""
    world = finished()
    if world.state.size % 2:
        world.put(Clock(END + 1))
    record = world.write(museum.new_folder())
    leaves = [leaf_hash(content) for content in world.log.contents]
    pairs = [left + right for left, right in zip(leaves[::2], leaves[1::2], strict=True)]
    nodes = [node_hash(pair[:32], pair[32:]) for pair in pairs]
    n = len(pairs)
    for folder, data in (("0", b"".join(nodes)), ("entries", encode_bundle(pairs))):
        place = record / "tile" / folder / "000.p"
        place.mkdir(exist_ok=True)
        (place / str(n)).write_bytes(data)
    sign_head(world, record, n, world.state.tree.root())
    found = examine(RecordReader.of_folder(record), anchor=world.context)
    assert (found.fatal[0].check, found.fatal[0].entry) == (2, 0)
    assert "is not the one that the tree holds" in found.fatal[0].reason


@pytest.mark.parametrize("change", [-1, 1])
def test_row_51_size_off_by_one(museum: Museum, change: int) -> None:
    """The log signs its true root for another size."""
    world = finished()
    record = world.write(museum.new_folder())
    size = world.state.size + change
    leaves = [leaf_hash(content) for content in world.log.contents]
    leaves = [*leaves, leaves[-1]][:size]
    contents = [*world.log.contents, world.log.contents[-1]][:size]
    (record / f"tile/0/000.p/{size}").write_bytes(b"".join(leaves))
    (record / f"tile/entries/000.p/{size}").write_bytes(encode_bundle(contents))
    sign_head(world, record, size, world.state.tree.root())
    museum.unreadable(record, 2, "its root is not the root over the last tiles of its size")


def test_row_51_entry_other_than_its_leaf(museum: Museum) -> None:
    world = finished()
    record = world.write(museum.new_folder())
    bundle = next((record / "tile/entries/000.p").iterdir())
    contents = [*world.log.contents]
    contents[21], contents[22] = contents[22], contents[21]
    bundle.write_bytes(encode_bundle(contents))
    found = examine(RecordReader.of_folder(record), anchor=world.context)
    (fault,) = found.fatal
    assert (fault.check, fault.entry) == (2, 21)
    assert "entry 21: in tile/entries/000.p" in fault.reason


@pytest.mark.parametrize("change", ["another key", "S + l", "another origin", "unsigned"])
def test_row_54_checkpoint_that_is_not_the_logs(museum: Museum, change: str) -> None:
    world = finished()
    record = world.write(museum.new_folder())
    size, root = world.state.size, world.state.tree.root()
    if change == "another key":
        sign_head(world, record, size, root, NoteSigner(ORIGIN, SigningKey.generate()))
    if change == "another origin":
        signer = NoteSigner("example.org/another", world.log_key)
        signed = sign_checkpoint(Checkpoint(signer.name, size, root), signer)
        (record / "checkpoint").write_bytes(signed.to_bytes())
    signed = SignedCheckpoint.parse((record / "checkpoint").read_bytes())
    if change == "unsigned":
        other = NoteSigner("example.org/somebody", SigningKey.generate())
        signed = replace(signed, signatures=(other.sign(signed.checkpoint.text),))
        (record / "checkpoint").write_bytes(signed.to_bytes())
    if change == "S + l":
        (own,) = signed.signatures
        order = 2**252 + 27742317777372353535851937790883648493
        S = (int.from_bytes(own.value[32:], "little") + order).to_bytes(32, "little")
        signed = replace(signed, signatures=(replace(own, value=own.value[:32] + S),))
        (record / "checkpoint").write_bytes(signed.to_bytes())
    reason = "the checkpoint is not signed by the manifest's log"
    museum.refused(world, 2, None, reason, record=record)


def test_row_54_log_key_of_small_order(museum: Museum) -> None:
    """The manifest pins a key under which anybody can sign; the line is well formed."""
    for encoding in (bytes([1]) + bytes(31), bytes(32), bytes([236]) + bytes([255] * 30) + bytes([127])):
        world = World()
        own = NoteKey(ORIGIN, ED25519, world.log_key.public)
        object.__setattr__(own.public, "_data", encoding)
        world.members["log"] = replace(world.members["log"], key=str(own))
        world.log_key = SigningKey.generate()
        world.start()
        del world.log.contents[1:]
        museum.refused(
            world, 1, 0, "log.key: Ed25519 key: not the canonical encoding of a point of prime order"
        )


def test_row_52_ballot_after_the_end(museum: Museum) -> None:
    world = voted()
    ballot = world.cast(world.voters["south"][2], (0, 0, 1))
    world.put(Clock(END))
    museum.refused(world, 2, world.put(ballot), "a ballot after voting has ended")


def test_row_52_ballot_after_the_closing(museum: Museum) -> None:
    world = voted()
    ballot = world.cast(world.voters["south"][2], (0, 0, 1))
    world.close()
    museum.refused(world, 2, world.put(ballot), "a cast has no place in phase closed")


def test_row_52_challenge_after_the_closing(museum: Museum) -> None:
    world = voted()
    ballot = world.prepare((0, 0, 1))
    world.close()
    museum.refused(world, 2, world.put(ballot.challenge()), "a challenge has no place in phase closed")


def test_row_52_ballot_before_voting_begins(museum: Museum) -> None:
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    world.put(world.opening(), Clock(BEGIN - 1))
    n = world.put(world.cast(world.voters["north"][0], (1, 0, 0)))
    museum.refused(world, 2, n, "a ballot before voting begins")


def test_row_52_ballot_before_the_opening(museum: Museum) -> None:
    world = World()
    world.start()
    world.ceremony()
    world.roll()
    n = world.put(world.cast(world.voters["north"][0], (1, 0, 0)))
    museum.refused(world, 2, n, "a cast has no place in phase setup")


def test_row_52_closed_early(museum: Museum) -> None:
    world = voted()
    museum.refused(world, 2, world.put(world.sign(Closing)), "closed before voting ends at 3000")


def test_row_52_closed_twice(museum: Museum) -> None:
    world = closed()
    museum.refused(world, 2, world.put(world.sign(Closing)), "a closing has no place in phase closed")


def test_row_52_closing_missing(museum: Museum) -> None:
    """Decryptions of a tally that is still growing."""
    world = agreed()
    forged = world.ready("t1")
    early = voted(World(like=world))
    museum.refused(early, 2, early.put(forged), "a ready has no place in phase voting")
    early = voted(World(like=world))
    partial = world.partial("t1")
    museum.refused(early, 2, early.put(partial), "a partial-decryption has no place in phase voting")


def test_row_52_record_that_stops_short(museum: Museum) -> None:
    """No result, no tally, no closing: refused, never passed in silence."""
    for world, phase in ((voted(), "voting"), (agreed(), "closed"), (opened(), "voting")):
        museum.refused(world, 2, None, f"the record has come to phase {phase}, short of stage final")


def test_row_52_tally_over_another_size(museum: Museum) -> None:
    world = agreed()
    true = world.partial("t1")
    n = world.put(resigned(world, true, size=true.size - 1))
    museum.refused(world, 8, n, "over another closing than entry 26")


@pytest.mark.parametrize("time", [END, END - 1, 0])
def test_row_52_times_running_backwards(museum: Museum, time: int) -> None:
    world = closed()
    museum.refused(world, 2, world.put(Clock(time)), f"the clock does not advance: {time}")


@pytest.mark.parametrize("time", [DEADLINE + 1, 2**53 - 1])
def test_row_76_clock_run_away(museum: Museum, time: int) -> None:
    """One such entry would end all voting."""
    world = voted()
    museum.refused(world, 2, world.put(Clock(time)), f"the clock is beyond the last deadline: {time}")


def test_row_76_frozen_clock_does_not_close(museum: Museum) -> None:
    """Polls stay open as long as the log's clock stands still, and nobody can close them."""
    world = voted()
    world.put(Clock(END - 1))
    n = world.put(world.sign(Closing))
    museum.refused(world, 2, n, "closed before voting ends")


@pytest.mark.parametrize("second", ["manifest", "opening", "roll", "key"])
def test_row_52_set_up_again_while_people_vote(museum: Museum, second: str) -> None:
    world = voted()
    entry = {"manifest": 0, "opening": 18, "roll": 16, "key": 15}[second]
    museum.refused(world, 2, world.put(world.log.contents[entry]), f"{second} has no place in phase voting")


def test_row_52_opening_before_the_key(museum: Museum) -> None:
    world = World()
    world.start()
    world.roll()
    museum.refused(
        world, 2, world.put(world.opening()), "voting cannot open before the key ceremony is complete"
    )


def test_row_52_log_that_begins_without_a_manifest(museum: Museum) -> None:
    world = finished()
    context = world.context
    del world.log.contents[0]
    found = museum.examined(world, anchor=context)
    assert (found.faults[0].check, found.faults[0].entry) == (2, 0)
    assert found.faults[0].reason == "a log begins with a manifest, not with a clock"
