"""Nothing is agreed to that the quorum of the manifest's witnesses has not cosigned (SPEC 8.4; ATTACKS 60, 69)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto.checkpoint import Checkpoint
from crypto.errors import ProofError
from crypto.note import Cosigner
from crypto.signing import SigningKey
from election import manifest as m
from election.entries import Clock
from election.record import FolderSource, RecordWriter
from tests.election.record_tools import no_fsync
from tests.trustees.place import TOTALS, Place
from tests.trustees.tools import DECRYPTING, Trustees, closed, post
from tests.world import COMPLAINTS, END, ORIGIN
from trustees import duties
from trustees.errors import DutyError, UnconfirmedError
from verifier import verify

VOTES = {"north": [[1, 0, 0], [1, 1, 0], [0, 0, 1]], "south": [[0, 1, 1], [1, 0, 0]]}
COSIGNERS = [Cosigner(name, SigningKey.generate()) for name in ("w1", "w2", "w3")]
WITNESSES = m.Witnesses(0, tuple(str(own.key) for own in COSIGNERS), 2)
WAITING = "Waiting for {} to cosign the closing, until their quorum has."


def election(agreement: str) -> Trustees:
    return closed(VOTES, agreement=(agreement,), witnesses=WITNESSES)


@pytest.mark.parametrize("agreement", ["ready", "witnesses"])
def test_nothing_is_agreed_to_before_the_quorum(agreement: str) -> None:
    trustees = election(agreement)
    for so_far, missing in (([], "w1, w2 and w3"), (COSIGNERS[:1], "w2 and w3")):
        trustees.witnesses = so_far
        waiting = trustees.act("t1")
        assert (waiting.entries, waiting.says, waiting.soon) == ((), WAITING.format(missing), True)
        assert trustees.kept["t1"].agreed is None, "another closing may yet turn out to be the one"


def test_a_witness_counts_once_and_a_stranger_never() -> None:
    trustees = election("ready")
    trustees.witnesses = [COSIGNERS[0], COSIGNERS[0], Cosigner("w2", SigningKey.generate())]
    assert trustees.look("t1").says == WAITING.format("w2 and w3")


def test_ready_once_the_quorum_has_cosigned() -> None:
    trustees = election("ready")
    trustees.witnesses = COSIGNERS[1:]
    for id in ("t1", "t2", "t3", "t4"):
        assert [entry.kind for entry in trustees.act(id).entries] == ["ready"]
    trustees.witnesses = []
    assert trustees.look("t1", DECRYPTING).entries, "the trustees have agreed, whatever is cosigned later"
    assert trustees.look("t5", DECRYPTING).says == WAITING.format("w1, w2 and w3")


def test_witnesses_agree_in_place_of_trustees() -> None:
    trustees = election("witnesses")
    trustees.witnesses = COSIGNERS[:2]
    waiting = trustees.act("t1")
    assert "Voters have time for complaints" in waiting.says and not waiting.entries
    agreed, closing = trustees.kept["t1"].agreed, trustees.world.state.closing
    assert agreed is not None and closing is not None and agreed.root == closing.root
    for id in ("t2", "t3"):
        trustees.act(id)
    kinds = [entry.kind for id in ("t1", "t2", "t3") for entry in trustees.act(id, DECRYPTING).entries]
    assert kinds == ["partial-decryption"] * 3


def test_every_decryption_needs_the_quorum_where_witnesses_agree() -> None:
    trustees = election("witnesses")
    trustees.witnesses = COSIGNERS[:2]
    trustees.act("t1")
    post(trustees.world, Clock(END + 1))
    trustees.witnesses = COSIGNERS[:1]
    assert trustees.look("t1", DECRYPTING).says == WAITING.format("w2 and w3")


def test_witnesses_do_not_make_a_second_root_good() -> None:
    trustees = election("witnesses")
    trustees.witnesses = COSIGNERS
    trustees.act("t1")
    agreed = trustees.kept["t1"].agreed
    assert agreed is not None
    trustees.kept["t1"] = replace(trustees.kept["t1"], agreed=replace(agreed, root=bytes(32)))
    with pytest.raises(DutyError, match="you have agreed to another closing"):
        trustees.look("t1", DECRYPTING)


def test_what_may_be_a_copy_asks_all_the_same() -> None:
    trustees = election("witnesses")
    trustees.witnesses = COSIGNERS
    trustees.kept["t1"] = replace(trustees.kept["t1"], restored=1)
    with pytest.raises(UnconfirmedError):
        trustees.look("t1")


def test_a_false_cosignature_is_refused() -> None:
    trustees = election("ready")
    signed = trustees.signed()
    false = COSIGNERS[0].sign("another text\n", END)
    world = trustees.world
    with pytest.raises(ProofError, match="note signed by w1"):
        duties.owed(
            world.state,
            trustees.kept["t1"],
            END,
            tally=world.replay.tally,
            signed=signed.with_signatures([false]),
        )


@pytest.mark.parametrize("agreement", ["ready", "witnesses"])
def test_a_trustees_tool_reads_the_cosignatures_off_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreement: str
) -> None:
    """A whole election whose record is cosigned each time that it has grown, once its witnesses are awake."""
    monkeypatch.setattr("os.fsync", no_fsync)
    place = Place(tmp_path, agreement=(agreement,), witnesses=WITNESSES)
    place.run()
    place.vote()
    place.close()
    for id in place.ids:
        (waiting,) = place.step(id)
        assert waiting.says == WAITING.format("w1, w2 and w3")
        assert place.secrets(id).agreed is None

    def cosign() -> None:
        with RecordWriter(place.record, ORIGIN, place.world.log_key).locked() as head:
            head.add_signatures([own.sign(head.checkpoint.text, place.now) for own in COSIGNERS[:2]])

    for now in (END, END, END + COMPLAINTS, END + COMPLAINTS):
        place.now = now
        for id in place.ids:
            cosign()
            place.step(id)
    assert place.publish() == TOTALS
    cosign()
    report = verify(FolderSource(place.record), anchor=place.context)
    assert [line.status for line in report.checks] == ["passed"] * 11
    assert len(place.state.ready) == (3 if agreement == "ready" else 0)


def test_the_checkpoint_must_be_that_of_the_state() -> None:
    """One over more or other entries than were examined says nothing about these."""
    trustees = election("ready")
    world, signed = trustees.world, trustees.signed()
    longer = replace(signed, checkpoint=replace(signed.checkpoint, size=signed.checkpoint.size + 1))
    other = replace(signed, checkpoint=Checkpoint("log", signed.checkpoint.size, bytes(32)))
    for wrong in (None, longer, other):
        with pytest.raises(ValueError, match="in the checkpoint of this state"):
            duties.owed(world.state, trustees.kept["t1"], END, tally=world.replay.tally, signed=wrong)
