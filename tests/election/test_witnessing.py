"""Quorums and times of the manifest's witnesses, and the same policy for other people's tools."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.errors import ProofError
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from election.manifest import Manifest, Witnesses
from election.witnessing import Witnessed, quorum_last_time, quorum_time, tlog_policy, witnessed
from tests.world import ORIGIN, World

COSIGNERS = [Cosigner(f"w{i}", SigningKey.generate()) for i in range(1, 6)]
LOG = NoteSigner(ORIGIN, SigningKey.generate())


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """Five witnesses, of whom one may be corrupt: four of them agree."""
    world = World(witnesses=Witnesses(1, tuple(str(own.key) for own in COSIGNERS), 4))
    world.start()
    return world.state.election


def signed(size: int, *times: tuple[Cosigner, int]) -> SignedCheckpoint:
    checkpoint = Checkpoint(ORIGIN, size, bytes(32))
    lines = [own.sign(checkpoint.text, time) for own, time in times]
    return sign_checkpoint(checkpoint, LOG).with_signatures(lines)


def test_a_quorum_counts_keys_not_lines(manifest: Manifest) -> None:
    w1, w2, w3, w4, _ = COSIGNERS
    stranger = Cosigner("w4", SigningKey.generate())
    seen = witnessed(signed(5, (w1, 1), (w1, 2), (w2, 3), (w3, 4), (stranger, 5)), manifest)
    assert (seen.reached, seen.missing, seen.so_far) == (False, ["w4", "w5"], "3 of 4 witnesses")
    seen = witnessed(signed(5, (w1, 2), (w1, 1), (w2, 3), (w3, 4), (w4, 5)), manifest)
    assert seen.reached and seen.times[w1.key] == 1


def test_a_false_line_of_a_witness_spoils_it(manifest: Manifest) -> None:
    other = signed(6, (COSIGNERS[0], 1)).signatures[1]
    with pytest.raises(ProofError, match="note signed by w1"):
        witnessed(signed(5, (COSIGNERS[1], 1)).with_signatures([other]), manifest)


def test_without_witnesses_nothing_is_missing() -> None:
    world = World()
    world.start()
    seen = witnessed(signed(5), world.state.election)
    assert seen.reached and not seen.missing
    assert quorum_time([seen], 0) is None


def views(manifest: Manifest, *times: Sequence[int]) -> list[Witnessed]:
    """One view each, its times by witness; -1 for none."""
    pairs = [[(own, t) for own, t in zip(COSIGNERS, row, strict=False) if t >= 0] for row in times]
    return [witnessed(signed(5 + n, *row), manifest) for n, row in enumerate(pairs)]


@pytest.mark.parametrize(
    ("times", "first", "last"),
    [
        ([[10, 20, 30, 40]], 40, 10),
        ([[10, 20, 30]], None, None),
        ([[0, 20, 30, 40, 50]], 40, 20),
        ([[10, 20], [-1, -1, 30, 40]], 40, 10),
        ([[10, 20, 30, 40], [50, 60, 70, 80]], 40, 50),
        ([[50, 60, 70, 80], [10, 20, 30, 40]], 40, 50),
        ([], None, None),
    ],
)
def test_when_the_quorum_had_cosigned(
    manifest: Manifest, times: list[list[int]], first: int | None, last: int | None
) -> None:
    seen = views(manifest, *times)
    assert (quorum_time(seen, 4), quorum_last_time(seen, 4)) == (first, last)


def test_the_policy_of_c2sp(manifest: Manifest) -> None:
    lines = tlog_policy(manifest).splitlines()
    assert lines[0] == f"log {manifest.log.key}"
    assert lines[1:6] == [f"witness witness-{i} {own.key}" for i, own in enumerate(COSIGNERS, 1)]
    assert lines[6:] == [
        "group witnesses 4 witness-1 witness-2 witness-3 witness-4 witness-5",
        "quorum witnesses",
    ]
    world = World()
    world.start()
    assert tlog_policy(world.state.election) == f"log {world.state.election.log.key}\nquorum none\n"
