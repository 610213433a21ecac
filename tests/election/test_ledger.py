"""The ledger as a state machine: what is refused, or void, leaves no trace; what is taken twice is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.group import G, Points
from crypto.merkle import leaf_hash, root
from election import entries as e
from election.faults import Refusal
from election.ledger import Logged, Phase, State, apply
from election.record import LogEntry, leaf_of
from election.replay import logged
from tests.attacks.cheats import Draft
from tests.attacks.museum import VOTES, closed, opened, voted
from tests.election.freezing import frozen_state
from tests.world import World


def entries_of(world: World) -> list[Logged]:
    contents = enumerate(world.log.contents)
    return [logged(LogEntry(i, leaf_of(content), content)) for i, content in contents]


def folded(entries: Sequence[Logged]) -> State:
    state = State()
    for entry in entries:
        apply(state, entry)
    return state


@pytest.fixture(scope="module")
def whole() -> list[Logged]:
    """An election from the manifest to the result, with an entry of every kind but a complaint."""
    world = opened()
    world.put(world.prepare((1, 0, 1)).challenge())
    world.vote(VOTES)
    world.vote({"north": [(0, 1, 1)]})
    world.finish()
    assert world.state.phase is Phase.FINAL
    return entries_of(world)


def test_every_kind_of_entry_occurs(whole: list[Logged]) -> None:
    assert {entry.entry.kind for entry in whole} == e.KINDS.keys() - {"complaint"}
    assert frozen_state(folded(whole)) == frozen_state(folded(whole))


def test_nothing_is_taken_twice_and_nothing_refused_leaves_a_trace(whole: list[Logged]) -> None:
    """At every point of the log every entry is tried: those of the past are refused, and change nothing."""
    refusals = 0
    for size in range(len(whole) + 1):
        state = folded(whole[:size])
        before = frozen_state(state)
        for entry in whole:
            try:
                apply(state, replace(entry, number=size))
            except Refusal as refusal:
                refusals += 1
                assert refusal.fault.entry == size and not refusal.fault.void
                assert frozen_state(state) == before, entry
            else:
                assert entry.number >= size, f"{entry.entry.kind} {entry.number} taken again at {size}"
                state = folded(whole[:size])
    assert refusals > 800


PHASES = {
    Phase.EMPTY: "manifest",
    Phase.SETUP: "ceremony-start register commit deal certify complaint key roll opening clock",
    Phase.VOTING: "cast challenge closing clock",
    Phase.CLOSED: "ready partial-decryption result clock",
    Phase.FINAL: "",
}


def test_phases(whole: list[Logged]) -> None:
    """An entry out of its phase is refused at V2, whatever else may be wrong with it (SPEC 4.1)."""
    for size in range(len(whole) + 1):
        state = folded(whole[:size])
        for entry in whole:
            if entry.entry.kind not in PHASES[state.phase].split():
                with pytest.raises(Refusal, match=f"V2, entry {entry.number}: .*(phase|begins with)"):
                    apply(state, entry)


def false() -> str:
    return "it is false"


@pytest.mark.parametrize("kind", ["cast", "challenge", "partial-decryption"])
def test_a_void_entry_changes_nothing(whole: list[Logged], kind: str) -> None:
    """No sequence number, body, one-time key or announcement: the true one may come afterwards."""
    for entry in (entry for entry in whole if entry.entry.kind == kind):
        state = folded(whole[: entry.number])
        before = frozen_state(state)
        for _ in range(2):
            with pytest.raises(Refusal, match="it is false") as caught:
                apply(state, entry, false)
            assert caught.value.fault.void
            assert frozen_state(state) == before
        apply(state, entry)
        assert frozen_state(state) != before


@pytest.mark.parametrize("kind", ["cast", "challenge", "partial-decryption"])
def test_what_is_fatal_is_not_void(whole: list[Logged], kind: str) -> None:
    """An entry that the state refuses is not asked for its proofs at all."""

    def asked() -> str:
        raise AssertionError("the proofs of an entry that is refused anyway")

    entry = next(entry for entry in whole if entry.entry.kind == kind)
    state = folded(whole[: entry.number + 1])
    with pytest.raises(Refusal) as caught:
        apply(state, entry, asked)
    assert not caught.value.fault.void


def test_a_void_entry_in_a_replay(whole: list[Logged]) -> None:
    """It stands in the tree, and nowhere else."""
    world = voted()
    before = frozen_state(world.state, tree=False)
    size = world.state.size
    forged = Draft.of(world, (1, 1, 1, 0, 0)).cast(world, world.voters["south"][2])
    assert world.refusal(forged).fault.void
    world.put(forged)
    assert frozen_state(world.state, tree=False) == before
    assert world.state.size == size + 1


def test_context_is_the_hash_of_the_manifest_with_its_signature() -> None:
    one, other = World(), World()
    other.office, other.members = one.office, one.members
    for world in (one, other):
        world.start()
        assert world.context == hashlib.sha256(world.log.contents[0]).digest()
    assert one.context != other.context  # signed twice, with fresh nonces


def test_roll_hash() -> None:
    """SHA-256 of the entry hashes of all roll entries, in log order; an unchanged roll has another history."""
    world = World()
    world.start()
    world.ceremony()
    assert world.state.roll_hash == hashlib.sha256().digest()
    world.roll()
    rolls = [content for content in world.log.contents if b'"kind":"roll"' in content]
    hashes = b"".join(hashlib.sha256(content).digest() for content in rolls)
    assert len(rolls) == 2 and world.state.roll_hash == hashlib.sha256(hashes).digest()
    before, voters = world.state.roll_hash, len(world.state.roll)
    one = world.voters["north"][0] * G
    nobody = Points.identity(0)
    world.put(
        world.sign(e.Roll, add=nobody, remove=one, unit="north"),
        world.sign(e.Roll, add=one, remove=nobody, unit="north"),
    )
    assert len(world.state.roll) == voters and world.state.roll_hash != before


def test_closing_root() -> None:
    """Of the tree whose last entry is the closing, void entries included."""
    world = voted()
    world.put(Draft.of(world, (1, 1, 1, 0, 0)).cast(world, world.voters["south"][2]))
    world.close()
    leaves = [leaf_hash(content) for content in world.log.contents]
    assert world.state.closing is not None
    assert (world.state.closing.root, world.state.closing.size) == (root(leaves), len(leaves))
    for trustee in world.state.trustees:
        world.put(world.ready(trustee))
    assert world.state.closing.root == root(leaves)


@given(st.integers(1, 64), st.data())
def test_quorum_of_ready(n: int, data: st.DataObject) -> None:
    """ceil((n + k) / 2): two quorums share k trustees, and one fewer would not do."""
    k = data.draw(st.integers(1, n))
    quorum = quorum_of(n, k)
    assert 2 * quorum - n >= k > 2 * (quorum - 1) - n
    assert quorum <= n


def quorum_of(n: int, k: int) -> int:
    class Known(State):
        """A completed ceremony of n, of whom k decrypt."""

        @property
        def trustees(self) -> tuple[str, ...]:
            return ("t",) * n

    world = World()
    world.start()
    election = world.state.election
    return Known(manifest=replace(election, ceremony=replace(election.ceremony, threshold=k))).quorum


def test_the_quorum_of_the_protocols_example() -> None:
    assert quorum_of(5, 3) == 4


def test_ready_and_decrypted_once_each() -> None:
    world = closed()
    early = world.refusal(world.partial("t1"))
    assert early.fault.check == 8 and "0 of 3 trustees had agreed" in early.fault.reason
    for trustee in world.state.trustees:
        world.put(world.ready(trustee))
        again = world.refusal(world.ready(trustee))
        assert again.fault.check == 8 and "ready already" in again.fault.reason
    world.put(world.partial("t1"))
    again = world.refusal(world.partial("t1"))
    assert (again.fault.check, again.fault.void) == (8, False)
    assert "has decrypted council already" in again.fault.reason
    assert world.state.partials.keys() == {("t1", "council")}
