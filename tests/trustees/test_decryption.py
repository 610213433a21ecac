"""After the closing: one root, agreed by enough, then the sums and nothing else (SPEC 8.4; ATTACKS 41, 60)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.elgamal import Ciphertexts
from election import manifest as m
from election.entries import PartialDecryption
from election.tally import combine, solve, verify_partial
from tests.trustees.tools import DECRYPTING, Trustees, closed, five, replayed, vote_and_close
from tests.world import COMPLAINTS, END, approval
from trustees import duties
from trustees.errors import DutyError, UnconfirmedError

VOTES = {"north": [[1, 0, 0], [1, 1, 0], [0, 0, 1]], "south": [[0, 1, 1], [1, 0, 0]]}
ROOT = bytes(range(32))


@pytest.fixture(scope="module")
def original() -> Trustees:
    return closed(VOTES)


@pytest.fixture
def trustees(original: Trustees) -> Trustees:
    """The election up to its closing, for this test alone."""
    copy = Trustees(replayed(original.world))
    copy.kept = dict(original.kept)
    return copy


def agree(trustees: Trustees, *ids: str) -> None:
    for id in ids or ("t1", "t2", "t3", "t4"):
        trustees.act(id)


def totals(trustees: Trustees, contest: str = "council") -> dict[str, tuple[int, ...]]:
    """Totals by the first unit of each cell, out of the partial decryptions on the log."""
    replay = trustees.world.replay
    assert replay.tally is not None
    own = replay.tally.contests[contest]
    result = solve(own, combine(own.aggregates, replay.numbered_partials[contest]))
    return {cell.units[0]: found for cell, found in zip(own.cells, result.totals, strict=True)}


def test_four_agree_and_three_decrypt_the_right_totals(trustees: Trustees) -> None:
    agree(trustees)
    last = trustees.run("t1", "t2", "t4", now=DECRYPTING)
    assert totals(trustees) == {"north": (2, 1, 1), "south": (1, 1, 1)}
    enough = "Enough trustees have decrypted. The election office can publish the result."
    assert {owed.says for owed in last.values()} == {enough}


def test_says_what_it_waits_for(trustees: Trustees) -> None:
    assert trustees.act("t1").says.startswith("You have checked the whole record, and agree to its closing.")
    waiting = trustees.act("t1")
    assert waiting.says == "Waiting for t2, t3, t4 and t5 to agree to the closing, 3 of them at least."
    assert waiting.soon
    agree(trustees, "t2", "t3", "t4")
    waiting = trustees.act("t1")
    assert "Nothing is decrypted before 1970-01-01 00:51:40 UTC" in waiting.says and not waiting.soon
    assert "You decrypt your part of the totals of council" in trustees.act("t1", DECRYPTING).says
    assert "to decrypt their part, 2 of them at least" in trustees.act("t1", DECRYPTING).says


def test_time_for_complaints_is_by_its_own_clock_from_when_it_saw_the_closing(trustees: Trustees) -> None:
    late = END + 500
    agree(trustees, "t1", "t2", "t3")
    trustees.act("t4", late)
    assert not trustees.look("t4", late + COMPLAINTS - 1).entries
    assert trustees.look("t4", late + COMPLAINTS).entries
    assert trustees.look("t1", END + COMPLAINTS).entries


def test_a_clock_that_runs_behind_does_not_shorten_it(trustees: Trustees) -> None:
    for id in ("t1", "t2", "t3", "t4"):
        trustees.act(id, END - 1000)
    assert not trustees.look("t1", END + COMPLAINTS - 1).entries
    assert trustees.look("t1", END + COMPLAINTS).entries


def test_nothing_is_decrypted_before_enough_agree(trustees: Trustees) -> None:
    agree(trustees, "t1", "t2", "t3")
    assert not trustees.look("t1", DECRYPTING).entries
    agree(trustees, "t5")
    assert trustees.look("t1", DECRYPTING).entries


def test_the_fifth_still_agrees_and_then_decrypts(trustees: Trustees) -> None:
    agree(trustees)
    assert [entry.kind for entry in trustees.act("t5", DECRYPTING).entries] == ["ready"]
    assert not trustees.look("t5", DECRYPTING).entries, "its time for complaints begins now"
    assert trustees.look("t5", DECRYPTING + COMPLAINTS).entries


def second_closing(trustees: Trustees) -> None:
    """The log as the board shows it to somebody else: one ballot less."""
    trustees.world = replayed(trustees.world, until="cast")
    trustees.world.vote({"north": VOTES["north"][:2], "south": VOTES["south"]})
    trustees.world.close()


def test_a_second_root_is_refused_even_after_a_restart(trustees: Trustees) -> None:
    agree(trustees)
    second_closing(trustees)
    for id in ("t1", "t4"):
        with pytest.raises(DutyError, match="you have agreed to another closing"):
            trustees.look(id, DECRYPTING)
    assert [entry.kind for entry in trustees.look("t5").entries] == ["ready"]


def test_agreement_is_kept_before_ready_leaves(trustees: Trustees) -> None:
    """Killed between the two: the key file knows the root, and another one is refused."""
    owed = trustees.look("t1")
    assert owed.secrets.agreed is not None and owed.entries[0].kind == "ready"
    trustees.keep("t1", owed)
    second_closing(trustees)
    with pytest.raises(DutyError, match="you have agreed to another closing"):
        trustees.look("t1")


def test_what_may_be_a_copy_asks_for_the_root(trustees: Trustees) -> None:
    trustees.kept["t1"] = replace(trustees.kept["t1"], restored=1)
    closing = trustees.world.state.closing
    assert closing is not None
    with pytest.raises(UnconfirmedError, match=closing.root.hex()) as asked:
        trustees.look("t1")
    assert asked.value.closing == closing
    with pytest.raises(DutyError, match="not the one that you were told"):
        trustees.look("t1", confirmed=ROOT)
    trustees.act("t1", confirmed=closing.root)
    agree(trustees, "t2", "t3", "t4")
    trustees.act("t1", DECRYPTING)
    assert ("t1", "council") in trustees.world.state.partials


def test_a_copy_from_before_its_own_ready_asks_too(trustees: Trustees) -> None:
    """The log gives the copy away where its journal does not."""
    before = trustees.kept["t1"]
    trustees.act("t1")
    trustees.kept["t1"] = before
    with pytest.raises(UnconfirmedError):
        trustees.look("t1")


def test_a_root_that_was_told_is_compared_without_being_asked(trustees: Trustees) -> None:
    with pytest.raises(DutyError, match="not the one that you were told"):
        trustees.look("t1", confirmed=ROOT)


def test_without_its_share_it_signs_nothing(trustees: Trustees) -> None:
    for own in trustees.kept["t1"].attempts:
        trustees.kept["t1"] = trustees.kept["t1"].with_attempt(replace(own, share=None))
    with pytest.raises(DutyError, match="lacks your share"):
        trustees.look("t1")


def test_decrypts_its_own_sums_and_nonces_differ(trustees: Trustees) -> None:
    """A backup restored twice makes two proofs with two announcements (ATTACKS 29)."""
    agree(trustees)
    first, second = (trustees.look("t2", DECRYPTING).entries[0] for _ in range(2))
    assert isinstance(first, PartialDecryption) and isinstance(second, PartialDecryption)
    assert first.partials == second.partials and first.proof.R != second.proof.R
    tally, keys = trustees.world.replay.tally, trustees.world.state.keys
    assert tally is not None and keys is not None
    verify_partial(tally, first, keys.S[1])


def test_a_tally_must_be_given(trustees: Trustees) -> None:
    with pytest.raises(ValueError, match="without an examination"):
        duties.owed(trustees.world.state, trustees.kept["t1"], END)


def test_withheld_contests_and_small_cells_are_not_decrypted() -> None:
    """board has too few ballots anywhere; council only where its two units are one cell."""
    contests = (approval("council"), approval("board"))
    styles = (m.Style(("council",), (0,) * 3, "s"), m.Style(("council", "board"), (0,) * 6, "both"))
    trustees = five(
        contests=contests,
        min_unit_ballots=3,
        styles=styles,
        units=(m.Unit("north", "", "s", {"en": "north"}), m.Unit("south", "", "both", {"en": "south"})),
    )
    trustees.run()
    world = trustees.world
    vote_and_close(world, {"north": [[1, 0, 0], [1, 1, 0]], "south": [[0, 1, 1, 1, 0, 0]] * 2})
    agree(trustees)
    entries = trustees.look("t1", DECRYPTING).entries
    assert [entry.contest for entry in entries if isinstance(entry, PartialDecryption)] == ["council"]
    tally = world.replay.tally
    assert tally is not None and tally.contests["board"].aggregates == Ciphertexts.zero(0)
    assert [cell.units for cell in tally.contests["council"].cells] == [("north", "south")]
    trustees.run(now=DECRYPTING)
    assert totals(trustees) == {"north": (2, 3, 2)}


def test_the_excluded_trustee_owes_nothing(trustees: Trustees) -> None:
    state = trustees.world.state
    assert state.attempt is not None
    start = replace(state.attempt.start, trustees=state.attempt.trustees[:4])
    state.attempt.start = start
    assert trustees.look("t5").says == "You have no share of the election key. Your part is over."
