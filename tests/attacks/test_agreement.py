"""What trustees agree on before they decrypt: rows 60 and 69; all are V8.

What a trustee's own tool refuses (T in row 60) is shown in tests/trustees/, manifests (row 69) in test_manifests.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from election.entries import Cast, Clock, parse
from election.examine import examine
from election.manifest import Witnesses
from election.record import WITNESSED, RecordReader, RecordWriter
from tests.attacks.cheats import resigned, tally_of
from tests.attacks.museum import Museum, agreed, closed
from tests.world import END, ORIGIN, World


def test_row_60_decrypted_before_the_closing_quorum(museum: Museum) -> None:
    world = closed()
    world.put(world.ready("t1"), world.ready("t2"))
    n = world.put(world.partial("t1"))
    museum.refused(world, 8, n, "decrypted when 2 of 3 trustees had agreed on the closing")


def split_view(world: World) -> World:
    """What the board shows to other trustees: the same election up to its closing, one ballot less."""
    twin = World(like=world)
    twin.shares = world.shares
    assert world.state.closing is not None
    shown = world.log.contents[: world.state.closing.size]
    twin.put(*shown[:24], *shown[25:])
    assert twin.state.closing is not None and twin.state.closing.root != world.state.closing.root
    return twin


def test_row_60_ready_for_another_closing(museum: Museum) -> None:
    world = closed()
    n = world.put(split_view(world).ready("t1"))
    museum.refused(world, 8, n, "over another closing than entry 26")


def test_row_60_decryption_for_another_closing(museum: Museum) -> None:
    world = agreed()
    n = world.put(split_view(world).partial("t1"))
    museum.refused(world, 8, n, "over another closing than entry 26")


def test_row_60_shares_for_both_closings_would_show_the_ballot() -> None:
    """Why all of that matters: two tallies that differ in one ballot, subtracted."""
    world = closed()
    other = split_view(world)
    both = tally_of(world).aggregates, tally_of(other).aggregates
    ballot = parse(world.log.contents[24])
    assert isinstance(ballot, Cast)
    assert both[0].alpha[3:] - both[1].alpha[3:] == ballot.body.slots.alpha


def test_row_60_ready_for_another_size(museum: Museum) -> None:
    world = closed()
    n = world.put(resigned(world, world.ready("t1"), size=26))
    museum.refused(world, 8, n, "over another closing than entry 26")


def test_row_69_ready_over_a_later_root(museum: Museum) -> None:
    """The tree has grown by a clock entry since: the closing root is that of the closing, no later one."""
    world = closed()
    world.put(Clock(END + 1))
    later = resigned(world, world.ready("t1"), root=world.state.tree.root(), size=world.state.size)
    museum.refused(world, 8, world.put(later), "over another closing than entry 26")


def witnessed(*names: str) -> tuple[World, list[Cosigner]]:
    """An election whose closing witnesses agree on, two of three."""
    cosigners = [Cosigner(name, SigningKey.generate()) for name in names]
    keys = tuple(str(own.key) for own in cosigners)
    world = World(agreement=("witnesses",), witnesses=Witnesses(0, keys, 2))
    return world, cosigners


def cosigned(world: World, folder: Path, cosigners: Sequence[Cosigner]) -> Path:
    world.write(folder)
    with RecordWriter(folder, ORIGIN, world.log_key).locked() as head:
        head.add_signatures([own.sign(head.checkpoint.text, END + 9) for own in cosigners])
    return folder


def test_row_69_decrypted_under_the_other_rule(museum: Museum) -> None:
    """All trustees are ready, but the manifest says that witnesses agree, and too few have."""
    world, cosigners = witnessed("w1", "w2", "w3")
    agreed(world)
    first = world.put(world.partial("t1"))
    world.put(world.partial("t2"))
    world.put(world.announcement())
    for some in ([], cosigners[:1], [cosigners[0], cosigners[0]], [Cosigner("w1", SigningKey.generate())]):
        record = cosigned(world, museum.folder / f"{len(list(museum.folder.iterdir()))}", some)
        reason = (
            f"decrypted when {len({own.key for own in some} & {own.key for own in cosigners})} of 2 witnesses"
        )
        museum.refused(world, 8, first, reason, record=record)
    record = cosigned(world, museum.folder / "good", cosigners[1:])
    assert museum.examined(world, record=record).faults == []


def test_row_69_the_closing_is_cosigned_and_the_log_grows(museum: Museum) -> None:
    """A checkpoint beside the newest is enough where it covers the closing, and is no help where it does not."""
    world, cosigners = witnessed("w1", "w2", "w3")
    closed(world)
    closing = world.state.closing
    assert closing is not None
    first = world.put(world.partial("t1"))
    record = cosigned(world, museum.folder / "grown", cosigners[:1])
    reader, signer = RecordReader.of_folder(record), NoteSigner(ORIGIN, world.log_key)
    for size, agrees in ((closing.size - 1, False), (closing.size, True)):
        checkpoint = Checkpoint(ORIGIN, size, reader.root_at(size))
        lines = [own.sign(checkpoint.text, END + 9) for own in cosigners[:2]]
        signed = sign_checkpoint(checkpoint, signer).with_signatures(lines)
        (record / WITNESSED).write_bytes(signed.to_bytes())
        own = [fault for fault in examine(RecordReader.of_folder(record)).faults if fault.check == 8]
        assert [fault.entry for fault in own] == ([] if agrees else [first])


def test_row_69_witnesses_do_not_stand_in_for_trustees(museum: Museum) -> None:
    """The other way round: trustees must be ready, and cosignatures are no help."""
    cosigners = [Cosigner(name, SigningKey.generate()) for name in ("w1", "w2", "w3")]
    world = closed(World(witnesses=Witnesses(0, tuple(str(own.key) for own in cosigners), 2)))
    n = world.put(world.partial("t1"))
    record = cosigned(world, museum.folder / "cosigned", cosigners)
    museum.refused(world, 8, n, "decrypted when 0 of 3 trustees had agreed", record=record)
