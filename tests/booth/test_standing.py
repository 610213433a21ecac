"""Every answer that a voter can get (ATTACKS 37, 39, 49, 50, 53, 70)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from booth.standing import Answer, look_up, standing
from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.errors import ProofError
from crypto.group import Scalars
from crypto.merkle import verify_consistency, verify_inclusion
from crypto.note import Cosigner, NoteKey, NoteSigner
from crypto.signing import SigningKey
from election.ballot import PreparedBallot
from election.entries import Cast, Clock
from election.errors import RecordError
from election.faults import Refusal
from election.manifest import Witnesses
from election.receipt import Receipt, check_receipt
from election.record import WITNESSED, RecordReader, RecordWriter
from election.standing import Word
from election.tracker import pseudonym
from tests.booth.home import Home
from tests.world import BEGIN, END, ORIGIN, World


def vote(home: Home, choices: Sequence[int] | PreparedBallot = (1, 0, 1), c: Scalars | None = None) -> Cast:
    """Log the next ballot of a credential, anna's if no other is named."""
    entry = home.world.cast(home.anna.c if c is None else c, choices)
    home.world.put(entry)
    return entry


def fork(home: Home, name: str, contents: Sequence[bytes]) -> RecordReader:
    """Another record that the same log signs."""
    writer = RecordWriter(home.folder / name, ORIGIN, home.world.log_key)
    writer.create()
    writer.append(contents)
    return RecordReader.of_folder(home.folder / name)


def text(answer: Answer) -> str:
    return "\n".join(answer.sentences)


def test_counted(home: Home) -> None:
    reader_entry = vote(home)
    reader = home.publish("later")
    receipt = home.receipt_of(reader_entry, reader)
    answer = standing(receipt, reader)
    assert answer.word is Word.COUNTED
    assert answer.number == receipt.index
    assert f"ballot number 1 of {home.anna.pseudonym}" in text(answer)
    assert "not closed yet" in text(answer)


def test_counted_after_the_result(home: Home) -> None:
    receipt = home.receipt_of(vote(home), home.publish("later"))
    vote(home, c=home.world.voters["south"][0])
    home.world.finish()
    answer = standing(receipt, home.publish("final"))
    assert answer.word is Word.COUNTED
    assert "not closed yet" not in text(answer)


def test_superseded(home: Home) -> None:
    first = home.receipt_of(vote(home), home.publish("one"))
    second = home.receipt_of(vote(home, (0, 1, 0)), home.publish("two"))
    reader = home.publish("later")
    answer = standing(first, reader)
    assert answer.word is Word.SUPERSEDED
    assert "number 2 counts" in text(answer) and "somebody else has your credential" in text(answer)
    assert standing(second, reader).word is Word.COUNTED


def test_first_ballot_counts(tmp_path: Path) -> None:
    world = World(revoting="first")
    world.open()
    home = Home(world, tmp_path)
    first = home.receipt_of(vote(home), home.publish("one"))
    second = home.receipt_of(vote(home, (0, 1, 0)), home.publish("two"))
    reader = home.publish("later")
    assert standing(first, reader).word is Word.COUNTED
    answer = standing(second, reader)
    assert answer.word is Word.SUPERSEDED
    assert "first one, number 1" in text(answer)


def test_challenged(home: Home) -> None:
    entry = home.world.prepare((1, 0, 1)).challenge()
    home.world.put(entry)
    reader = home.publish("later")
    receipt = home.receipt_of(entry, reader)
    for answer in (standing(receipt, reader), look_up(reader, receipt.tracker, home.anna.pseudonym)):
        assert answer.word is Word.CHALLENGED
        assert "Option a (a), Option c (c)" in text(answer)


def test_challenge_after_cast_is_a_broken_record(home: Home) -> None:
    """Her cast body, challenged afterwards: the later of two equal bodies is refused (ATTACKS 73)."""
    ballot = home.world.prepare((1, 0, 1))
    receipt = home.receipt_of(vote(home, ballot), home.publish("later"))
    home.world.put(ballot.challenge())
    with pytest.raises(Refusal, match=f"V6, entry {receipt.index + 1}"):
        standing(receipt, home.publish("challenged"))


def test_void(home: Home) -> None:
    """A false proof in her own receipt: it counts for nothing, and she hears it."""
    one, two = (home.world.cast(home.anna.c, (1, 0, 0)) for _ in range(2))
    false = replace(one, proof=two.proof)
    home.world.put(false)
    reader = home.publish("later")
    index = reader.size - 1
    honest = home.receipt_of(vote(home), home.publish("more"))
    receipt = Receipt(home.world.context, false, replace(honest.proof, index=index))
    proof = replace(receipt.proof, hashes=tuple(reader.inclusion_proof(index)), signed=reader.signed)
    receipt = replace(receipt, proof=proof)
    assert standing(receipt, home.publish("all")).word is Word.VOID
    assert look_up(home.publish("all2"), receipt.tracker, home.anna.pseudonym).word is Word.VOID
    assert standing(honest, home.publish("all3")).word is Word.COUNTED


def test_junk_before_the_ballot(home: Home) -> None:
    """A void entry with her own body, logged by the board before hers: hers counts (ATTACKS 70)."""
    ballot = home.world.prepare((1, 0, 0))
    cast = home.world.cast(home.anna.c, ballot)
    other = home.world.cast(home.anna.c, (0, 1, 0))
    home.world.put(replace(cast, proof=other.proof), cast)
    reader = home.publish("later")
    # The log has the ballot twice, the first time with a false proof; her receipt is for the second.
    receipt = home.receipt_of(cast, reader)
    assert standing(receipt, reader).word is Word.COUNTED
    assert look_up(reader, receipt.tracker, home.anna.pseudonym).word is Word.COUNTED


def test_not_there_in_an_older_copy(home: Home) -> None:
    older = home.publish("older")
    receipt = home.receipt_of(vote(home), home.publish("later"))
    answer = standing(receipt, older)
    assert answer.word is Word.NOT_THERE
    assert "ends after" in text(answer)


def test_not_yet_behind_the_entry(home: Home) -> None:
    """The record holds the ballot but ends before the receipt's checkpoint: nothing contradicts it."""
    entry = vote(home)
    between = home.publish("between")
    vote(home, c=home.world.voters["south"][0])
    receipt = home.receipt_of(entry, home.publish("later"))
    assert receipt.proof.signed.checkpoint.size > between.size
    assert standing(receipt, between).word is Word.COUNTED


@pytest.mark.parametrize("more", [0, 1, 5])
def test_dropped(home: Home, more: int) -> None:
    """The board drops her ballot and goes on: same size or longer, its own signatures contradict each other."""
    before = list(home.world.log.contents)
    receipt = home.receipt_of(vote(home), home.publish("later"))
    clocks = [Clock(BEGIN + 1 + i).to_bytes() for i in range(1 + more)]
    reader = fork(home, "fork", [*before, *clocks])
    answer = standing(receipt, reader)
    assert answer.word is Word.CONTRADICTED
    assert answer.evidence is not None
    check_evidence(home.world, answer.evidence.to_bytes())


def test_dropped_in_a_shorter_record(home: Home) -> None:
    before = list(home.world.log.contents)
    entry = vote(home)
    vote(home, c=home.world.voters["south"][0])
    receipt = home.receipt_of(entry, home.publish("later"))
    answer = standing(receipt, fork(home, "fork", [*before, Clock(BEGIN + 1).to_bytes()]))
    assert answer.word is Word.CONTRADICTED
    assert answer.evidence is not None
    check_evidence(home.world, answer.evidence.to_bytes())


def test_another_manifest_under_the_same_log(home: Home) -> None:
    """The log starts a second history from another manifest: its receipt for the first one convicts it."""
    receipt = home.receipt_of(vote(home), home.publish("later"))
    twin = World(like=home.world, nonce=bytes(32))
    twin.open()
    twin.put(*(Clock(BEGIN + i) for i in range(1, 9)))
    reader = RecordReader.of_folder(twin.write(home.folder / "twin"))
    assert standing(receipt, reader).word is Word.CONTRADICTED


def check_evidence(world: World, data: bytes) -> None:
    """What an observer does with it: both signatures, the ballot's place, and what stands there instead."""
    kept = json.loads(data)
    key = NoteKey.parse(world.state.election.log.key)
    receipt = Receipt.parse(kept["receipt"].encode())
    assert world.state.parameters is not None
    own = check_receipt(receipt, world.state.parameters)
    other = SignedCheckpoint.parse(kept["checkpoint"].encode()).verify(ORIGIN, key)
    proof = [base64.b64decode(value) for value in kept["proof"]]
    if kept["root"]:
        root = base64.b64decode(kept["root"])
        assert root != own.root
        verify_consistency(own.size, other.size, root, other.root, proof)
    else:
        leaf = base64.b64decode(kept["leaf"])
        assert leaf != receipt.leaf_hash
        verify_inclusion(leaf, receipt.index, other.size, proof, other.root)


def test_receipt_of_another_log(home: Home) -> None:
    """Another answer than "the board dropped it" (ATTACKS 53)."""
    receipt = home.receipt_of(vote(home), home.publish("later"))
    stranger = World()
    stranger.open()
    reader = RecordReader.of_folder(stranger.write(home.folder / "stranger"))
    answer = standing(receipt, reader)
    assert answer.word is Word.NOT_OURS
    assert "not evidence" in text(answer)


def test_receipt_with_another_context(home: Home) -> None:
    reader_entry = vote(home)
    reader = home.publish("later")
    receipt = replace(home.receipt_of(reader_entry, reader), context=bytes(32))
    assert standing(receipt, reader).word is Word.NOT_OURS


def test_forged_receipt_of_a_real_ballot(home: Home) -> None:
    entry = vote(home)
    reader = home.publish("later")
    receipt = home.receipt_of(entry, reader)
    checkpoint = Checkpoint(ORIGIN, reader.size, reader.root)
    signed = sign_checkpoint(checkpoint, NoteSigner(ORIGIN, SigningKey.generate()))
    forged = replace(receipt, proof=replace(receipt.proof, signed=signed))
    assert standing(forged, reader).word is Word.NOT_OURS


def test_record_that_the_log_did_not_sign(home: Home) -> None:
    entry = vote(home)
    reader = home.publish("later")
    receipt = home.receipt_of(entry, reader)
    checkpoint = Checkpoint(ORIGIN, reader.size, reader.root)
    signed = sign_checkpoint(checkpoint, NoteSigner(ORIGIN, SigningKey.generate()))
    (home.folder / "later" / "checkpoint").write_bytes(signed.to_bytes())
    with pytest.raises(ProofError):
        standing(receipt, RecordReader.of_folder(home.folder / "later"))


def test_log_without_manifest(home: Home) -> None:
    receipt = home.receipt_of(vote(home), home.publish("later"))
    with pytest.raises(RecordError, match="begins with a manifest"):
        standing(receipt, fork(home, "none", [Clock(1).to_bytes()]))
    with pytest.raises(RecordError, match="empty"):
        standing(receipt, fork(home, "empty", []))
    with pytest.raises(RecordError, match="entry 0"):
        standing(receipt, fork(home, "junk", [b"junk"]))


def test_ballot_after_the_closing(home: Home) -> None:
    entry = home.world.cast(home.anna.c, (1, 0, 0))
    home.world.close()
    home.world.put(entry)
    reader = home.publish("late")
    with pytest.raises(Refusal, match="after the closing"):
        standing(home.receipt_of(entry, reader), reader)


def test_broken_record_is_not_an_answer(home: Home) -> None:
    receipt = home.receipt_of(vote(home), home.publish("later"))
    home.world.put(Clock(1))
    with pytest.raises(Refusal, match="the clock does not advance"):
        standing(receipt, home.publish("broken"))


WITNESSES = [Cosigner(f"witness{i}.example", SigningKey.generate()) for i in range(3)]


def test_witnesses(tmp_path: Path) -> None:
    """Where the manifest names witnesses, one voter's view is not enough."""
    keys = tuple(str(witness.key) for witness in WITNESSES)
    world = World(witnesses=Witnesses(0, keys, 2))
    world.open()
    home = Home(world, tmp_path)
    entry = vote(home)
    reader = home.publish("later")
    receipt = home.receipt_of(entry, reader)
    answer = standing(receipt, reader)
    assert answer.word is Word.UNWITNESSED and "0 of 2" in text(answer)

    def cosigned(*by: Cosigner, time: int = END) -> Receipt:
        signed = receipt.proof.signed
        signed = signed.with_signatures([w.sign(signed.checkpoint.text, time) for w in by])
        return replace(receipt, proof=replace(receipt.proof, signed=signed))

    assert standing(cosigned(WITNESSES[0]), reader).word is Word.UNWITNESSED
    stranger = Cosigner("stranger.example", SigningKey.generate())
    assert standing(cosigned(WITNESSES[0], stranger), reader).word is Word.UNWITNESSED
    twice = cosigned(WITNESSES[0]).proof.signed
    twice = twice.with_signatures([WITNESSES[0].sign(twice.checkpoint.text, END + 1)])
    repeated = replace(receipt, proof=replace(receipt.proof, signed=twice))
    assert standing(repeated, reader).word is Word.UNWITNESSED
    assert standing(cosigned(*WITNESSES[:2]), reader).word is Word.COUNTED
    forged = replace(WITNESSES[1].sign("another text\n", END))
    signed = receipt.proof.signed.with_signatures([forged])
    false = replace(receipt, proof=replace(receipt.proof, signed=signed))
    assert standing(false, reader).word is Word.NOT_OURS


def test_a_witnessed_checkpoint_beside_the_newest(tmp_path: Path) -> None:
    """On a busy board the newest is never cosigned; what the witnesses had seen before is enough for who is in it."""
    keys = tuple(str(witness.key) for witness in WITNESSES)
    world = World(witnesses=Witnesses(0, keys, 2))
    world.open()
    home = Home(world, tmp_path)
    entry = vote(home)
    receipt = home.receipt_of(entry, home.publish("first"))

    def reader(size: int, *by: Cosigner, root: bytes = b"") -> RecordReader:
        folder = world.write(tmp_path / f"witnessed-{size}-{len(by)}-{len(root)}")
        checkpoint = Checkpoint(ORIGIN, size, root or RecordReader.of_folder(folder).root_at(size))
        signed = sign_checkpoint(checkpoint, NoteSigner(ORIGIN, world.log_key))
        signed = signed.with_signatures([own.sign(checkpoint.text, END) for own in by])
        (folder / WITNESSED).write_bytes(signed.to_bytes())
        return RecordReader.of_folder(folder)

    vote(home, (0, 1, 0), world.voters["north"][2])
    after = receipt.index + 1
    assert standing(receipt, reader(after, *WITNESSES[1:])).word is Word.COUNTED
    assert standing(receipt, reader(after - 1, *WITNESSES[1:])).word is Word.UNWITNESSED
    assert standing(receipt, reader(after, WITNESSES[1])).word is Word.UNWITNESSED
    with pytest.raises(ProofError, match="no beginning of this record"):
        standing(receipt, reader(after, *WITNESSES[1:], root=bytes(32)))
    with pytest.raises(ProofError, match="no beginning of this record"):
        standing(receipt, reader(after + 9, *WITNESSES[1:], root=bytes(32)))


def test_look_up_needs_the_pseudonym(home: Home) -> None:
    receipt = home.receipt_of(vote(home), home.publish("later"))
    reader = home.publish("now")
    alone = look_up(reader, receipt.tracker)
    assert alone.word is Word.CAST_BY
    assert text(alone) == (
        f"Cast by {home.anna.pseudonym}, number 1, entry {receipt.index}: yours only if that is on your card."
    )
    assert look_up(reader, receipt.tracker, home.anna.pseudonym).word is Word.COUNTED


def test_clash(home: Home) -> None:
    """One tracker shown to two voters: the second one's pseudonym finds it out (ATTACKS 37)."""
    receipt = home.receipt_of(vote(home), home.publish("later"))
    victim = home.credential(home.world.voters["north"][1])
    answer = look_up(home.publish("now"), receipt.tracker, victim.pseudonym)
    assert answer.word is Word.ANOTHER
    assert home.anna.pseudonym in text(answer) and victim.pseudonym in text(answer)


def test_look_up_superseded(home: Home) -> None:
    first = home.receipt_of(vote(home), home.publish("one"))
    second = vote(home, (0, 1, 0))
    reader = home.publish("later")
    assert look_up(reader, first.tracker, home.anna.pseudonym).word is Word.SUPERSEDED
    tracker = home.receipt_of(second, reader).tracker
    assert look_up(reader, tracker, home.anna.pseudonym).word is Word.COUNTED


def test_look_up_where_the_first_ballot_counts(tmp_path: Path) -> None:
    world = World(revoting="first")
    world.open()
    home = Home(world, tmp_path)
    first, second = vote(home), vote(home, (0, 1, 0))
    reader = home.publish("later")
    trackers = [home.receipt_of(entry, reader).tracker for entry in (first, second)]
    words = [look_up(reader, tracker, home.anna.pseudonym).word for tracker in trackers]
    assert words == [Word.COUNTED, Word.SUPERSEDED]


def test_look_up_finds_nothing(home: Home) -> None:
    receipt = home.receipt_of(vote(home), home.publish("later"))
    assert look_up(home.reader(), receipt.tracker, home.anna.pseudonym).word is Word.NOT_THERE


def test_look_up_in_another_election_than_asked(home: Home) -> None:
    receipt = home.receipt_of(vote(home), home.publish("later"))
    with pytest.raises(Refusal, match="anchor"):
        look_up(home.publish("now"), receipt.tracker, anchor=bytes(32))


def test_pseudonym_is_of_the_credential(home: Home) -> None:
    entry = vote(home)
    assert home.receipt_of(entry, home.publish("later")).pseudonym == pseudonym(entry.credential.to_bytes())
