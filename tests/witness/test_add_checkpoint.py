"""C2SP tlog-witness, add-checkpoint: the transcript of another implementation, and every MUST of the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.merkle import EMPTY_ROOT
from crypto.note import Cosigner, NoteKey, NoteSigner, cosignature_time
from crypto.signing import SigningKey
from crypto.tlog_witness import AddCheckpoint, parse_signatures
from tests.witness.tools import NOW, Log, Place
from witness import FolderError, Refused, WitnessFolder


def refusal(place: Place, data: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        place.witness.add_checkpoint(data)
    return refused.value


def test_transcript_of_litewitness(shared: Path, tmp_path: Path) -> None:
    """Where it is older, the specification counts: another origin is 404, base64 that is not canonical 400."""
    transcript = json.loads((shared / "vectors/tlog/witness-add-checkpoint.json").read_text())
    place = Place(tmp_path / "witness")
    place.folder.add_log(NoteKey.parse(transcript["log_vkey"]))
    statuses = [place.http("POST", "/add-checkpoint", step["body"].encode()) for step in transcript["steps"]]
    due = [step["status"] for step in transcript["steps"]]
    assert due[1:3] == [403, 403]
    due[1:3] = [400, 404]
    assert [int(status[:3]) for status, _, _ in statuses] == due
    assert [body for status, _, body in statuses if status.startswith("409")] == [b"3\n", b"5\n"]


def test_grows_with_its_log(place: Place, log: Log) -> None:
    for old, new in ((0, 1), (1, 2), (2, 3), (3, 8), (8, 8), (8, 20)):
        assert place.ask(log.request(old, new)) == 200
        assert place.size(log) == new


def test_every_pair_of_sizes(tmp_path: Path) -> None:
    log = Log(9)
    for old in (1, 3, 4, 6, 7, 8):
        for new in range(old, 10):
            place = Place(tmp_path / f"{old}-{new}", log)
            assert place.ask(log.request(0, old)) == 200
            assert place.ask(log.request(old, new)) == 200


def test_the_cosignature_carries_the_time(place: Place, log: Log) -> None:
    (line,) = parse_signatures(place.witness.add_checkpoint(log.request(0, 5)))
    assert cosignature_time(line.value) == NOW
    place.now += 7
    (again,) = parse_signatures(place.witness.add_checkpoint(log.request(5, 5)))
    assert cosignature_time(again.value) == NOW + 7


def test_unknown_origin_is_404_whatever_else_is_wrong(place: Place) -> None:
    assert place.ask(Log(5, origin="example.org/other").request(3, 5, [bytes(32)] * 9)) == 404


def test_another_key_of_the_same_name_is_403(place: Place, log: Log) -> None:
    assert refusal(place, Log().request(0, 5)).status == 403
    unsigned = log.signed(5)
    by_a_witness = Cosigner(log.signer.name, log.signer.secret).sign(unsigned.checkpoint.text, NOW)
    for signatures in ((by_a_witness,), (Log().signed(5).signatures[0],)):
        request = AddCheckpoint(0, (), SignedCheckpoint(unsigned.checkpoint, signatures))
        assert refusal(place, request.to_bytes()).status == 403


def test_one_false_line_of_the_log_spoils_the_note(place: Place, log: Log) -> None:
    """Signed-note: a line by a known key that does not verify makes the note malformed."""
    good, other = log.signed(5), log.signed(6)
    both = good.with_signatures(other.signatures)
    assert place.ask(AddCheckpoint(0, (), both).to_bytes()) == 403


def test_lines_of_unknown_keys_are_ignored_and_not_kept(place: Place, log: Log) -> None:
    stranger = NoteSigner("stranger", SigningKey.generate()).sign("something else\n")
    assert place.ask(AddCheckpoint(0, (), log.signed(5).with_signatures([stranger])).to_bytes()) == 200
    known = place.folder.log(log.signer.name)
    assert known is not None and known.latest is not None
    assert [line.name for line in known.latest.signatures] == [log.signer.name, "witness.example"]


def test_old_size_above_the_new_one_is_400(place: Place, log: Log) -> None:
    place.ask(log.request(0, 8))
    assert refusal(place, log.request(8, 5)).status == 400
    assert place.size(log) == 8


@pytest.mark.parametrize("old", [0, 4, 6])
def test_another_old_size_is_409_with_the_right_one(place: Place, log: Log, old: int) -> None:
    place.ask(log.request(0, 5))
    refused = refusal(place, log.request(old, 8))
    assert (refused.status, refused.size) == (409, 5)


def test_409_before_the_proof_is_looked_at(place: Place, log: Log) -> None:
    assert refusal(place, log.request(3, 5, [bytes(32)])).size == 0


def test_a_proof_from_nothing_is_422(place: Place, log: Log) -> None:
    assert place.ask(log.request(0, 5, [bytes(32)])) == 422


@pytest.mark.parametrize("mutation", ["short", "long", "changed", "empty", "swapped"])
def test_a_false_proof_is_422(place: Place, log: Log, mutation: str) -> None:
    place.ask(log.request(0, 6))
    proof = log.proof(6, 13)
    changed = {
        "short": proof[:-1],
        "long": [*proof, bytes(32)],
        "changed": [bytes(32), *proof[1:]],
        "empty": [],
        "swapped": proof[::-1],
    }[mutation]
    assert place.ask(log.request(6, 13, changed)) == 422
    assert place.size(log) == 6
    assert place.ask(log.request(6, 13)) == 200


def test_the_same_size_needs_no_proof(place: Place, log: Log) -> None:
    place.ask(log.request(0, 6))
    assert place.ask(log.request(6, 6, [bytes(32)])) == 422
    assert place.ask(log.request(6, 6)) == 200


def test_an_empty_tree(place: Place, log: Log) -> None:
    def empty(root: bytes) -> bytes:
        checkpoint = Checkpoint(log.signer.name, 0, root)
        return AddCheckpoint(0, (), sign_checkpoint(checkpoint, log.signer)).to_bytes()

    assert place.ask(empty(bytes(32))) == 422
    assert place.ask(empty(EMPTY_ROOT)) == 200
    assert place.ask(empty(bytes(32))) == 422
    assert place.ask(log.request(0, 3)) == 200
    assert place.ask(empty(EMPTY_ROOT)) == 409


def test_logs_do_not_mix(place: Place, log: Log) -> None:
    other = Log(origin="example.org/other")
    place.folder.add_log(other.signer.key)
    assert place.ask(log.request(0, 6)) == 200
    assert place.ask(other.request(0, 4)) == 200
    assert (place.size(log), place.size(other)) == (6, 4)


def test_a_log_keeps_its_key(place: Place, log: Log) -> None:
    place.folder.add_log(log.signer.key)
    with pytest.raises(FolderError, match="another key is known"):
        place.folder.add_log(Log().signer.key)
    with pytest.raises(FolderError, match="0x01"):
        place.folder.add_log(place.cosigner.key)
    assert [known.key for known in WitnessFolder(place.path).logs()] == [log.signer.key]
