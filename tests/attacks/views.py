"""What somebody has kept of a log, and who has cosigned it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crypto import merkle
from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.merkle import leaf_hash
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof
from election.manifest import Witnesses
from election.record import FolderSource, RecordWriter, leaf_of
from tests.world import END, ORIGIN, World
from verifier import Report, Shown, View, verify

COSIGNERS = [Cosigner(name, SigningKey.generate()) for name in ("w1", "w2", "w3")]
WITNESSES = Witnesses(0, tuple(str(own.key) for own in COSIGNERS), 2)
LATER = END + 5_000


def witnessed_world() -> World:
    """An election that names three witnesses, two of whom are a quorum."""
    return World(witnesses=WITNESSES)


def sign(world: World, size: int, root: bytes, *cosigners: Cosigner, time: int = LATER) -> SignedCheckpoint:
    """Any checkpoint that the world's log signs, and these witnesses cosign."""
    checkpoint = Checkpoint(ORIGIN, size, root)
    signed = sign_checkpoint(checkpoint, NoteSigner(ORIGIN, world.log_key))
    return signed.with_signatures([own.sign(checkpoint.text, time) for own in cosigners])


def leaves(world: World) -> list[bytes]:
    return [leaf_hash(leaf_of(content)) for content in world.log.contents]


def kept(world: World, size: int, *cosigners: Cosigner, time: int = LATER, name: str = "old") -> View:
    """The checkpoint that the log had at a size."""
    return View(name, sign(world, size, merkle.root(leaves(world)[:size]), *cosigners, time=time))


def receipt(world: World, index: int, size: int, name: str = "receipt") -> View:
    """Of an entry, under the checkpoint that the log had at a size."""
    row = leaves(world)[:size]

    def node(level: int, number: int) -> bytes:
        return merkle.root(row[number << level : (number + 1) << level])

    hashes = tuple(merkle.inclusion_proof(index, size, node))
    proof = TlogProof(index, hashes, kept(world, size).signed)
    return View.of_receipt(name, Shown(world.context, row[index], proof))


def judged(
    world: World, folder: Path, cosigners: Sequence[Cosigner], *views: View, time: int = LATER
) -> Report:
    """The verifier's report on a world's record, cosigned by these, beside these views."""
    world.write(folder)
    with RecordWriter(folder, ORIGIN, world.log_key).locked() as head:
        head.add_signatures([own.sign(head.checkpoint.text, time) for own in cosigners])
    return verify(FolderSource(folder), anchor=world.context, views=views)
