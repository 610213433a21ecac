"""A witness that is shown two roots of one size refuses, and what it keeps convicts the log (ATTACKS 49)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.equivocation import Equivocation
from crypto.errors import EncodingError, ProofError
from crypto.note import NoteKey
from tests.witness.tools import Log, Place


def convictions(place: Place, log: Log) -> list[Equivocation]:
    known = place.folder.log(log.signer.name)
    assert known is not None
    return [Equivocation.parse(path.read_bytes()) for path in known.evidence]


def test_two_roots_of_the_size_cosigned_last(place: Place, log: Log) -> None:
    assert place.ask(log.request(0, 8)) == 200
    assert place.ask(log.fork(3).request(8, 8)) == 422
    (found,) = convictions(place, log)
    found.verify(log.signer.key)
    assert found.first.checkpoint == log.signed(8).checkpoint
    assert found.second.checkpoint == log.fork(3).signed(8).checkpoint
    (own,) = found.first.cosignatures([place.cosigner.key])
    assert own.time == place.now


@pytest.mark.parametrize(("old", "status"), [(0, 409), (3, 409), (20, 400)])
def test_a_wrong_old_size_does_not_hide_it(place: Place, log: Log, old: int, status: int) -> None:
    """The protocol's answer is about the old size; the evidence is kept all the same."""
    place.ask(log.request(0, 8))
    assert place.ask(log.fork(3).request(old, 8, [])) == status
    (found,) = convictions(place, log)
    found.verify(log.signer.key)


def test_a_size_cosigned_earlier(place: Place, log: Log) -> None:
    for old, new in ((0, 5), (5, 8), (8, 13)):
        place.ask(log.request(old, new))
    assert place.ask(log.fork(3).request(0, 5)) == 409
    assert place.ask(log.fork(3).request(0, 8)) == 409
    assert [found.first.checkpoint.size for found in convictions(place, log)] == [5, 8]
    for found in convictions(place, log):
        found.verify(log.signer.key)


def test_one_piece_of_evidence_a_size_is_enough(place: Place, log: Log) -> None:
    place.ask(log.request(0, 8))
    for at in (3, 3, 4, 5):
        place.ask(log.fork(at).request(8, 8))
    (found,) = convictions(place, log)
    assert found.second.checkpoint == log.fork(3).signed(8).checkpoint


def test_it_goes_on_with_the_log_that_it_knows(place: Place, log: Log) -> None:
    place.ask(log.request(0, 8))
    place.ask(log.fork(3).request(8, 8))
    place.restart()
    assert place.ask(log.fork(3).request(8, 13)) == 422
    assert place.ask(log.request(8, 13)) == 200
    assert len(convictions(place, log)) == 1


def test_nobody_but_the_log_can_make_evidence(place: Place, log: Log) -> None:
    place.ask(log.request(0, 8))
    forger = Log().fork(3)
    assert place.ask(forger.request(8, 8)) == 403
    assert convictions(place, log) == []


def test_the_same_root_again_is_no_evidence(place: Place, log: Log) -> None:
    place.ask(log.request(0, 8))
    place.ask(log.request(8, 8))
    place.ask(log.request(0, 8))
    assert convictions(place, log) == []


def evidence(log: Log, first: int = 8, second: int = 13) -> Equivocation:
    """A log that forked at entry 3, seen at two sizes."""
    fork = log.fork(3)
    proof = tuple(fork.proof(first, second))
    return Equivocation(log.signed(first), fork.signed(second), fork.signed(first).checkpoint.root, proof)


@pytest.mark.parametrize(("first", "second"), [(8, 8), (8, 13), (5, 20), (4, 5)])
def test_two_sizes_convict_as_well(log: Log, first: int, second: int) -> None:
    found = evidence(log, first, second)
    assert Equivocation.parse(found.to_bytes()) == found
    found.verify(log.signer.key)


def test_what_convicts_nobody(log: Log) -> None:
    found, key = evidence(log), log.signer.key
    both_true = Equivocation(
        log.signed(8), log.signed(13), log.signed(8).checkpoint.root, tuple(log.proof(8, 13))
    )
    for wrong in (
        both_true,
        replace(found, root=bytes(32)),
        replace(found, proof=found.proof[:-1]),
        replace(found, first=found.second, second=found.first),
        replace(found, first=Log().signed(8)),
        replace(found, second=Log().signed(13)),
        replace(found, first=Log(origin="example.org/other", key=log.signer.secret).signed(8)),
    ):
        with pytest.raises(ProofError):
            wrong.verify(key)
    with pytest.raises(ProofError):
        found.verify(NoteKey(key.name, key.kind, Log().signer.key.public))


def test_the_file_has_one_form(log: Log) -> None:
    data = evidence(log).to_bytes()
    for wrong in (
        b"",
        data[:-1],
        data + b"\n",
        data.replace(b"/v1", b"/v2"),
        data.replace(b"root ", b"root  "),
        data.replace(b"root ", b""),
        data.replace(b"\n\n", b"\n", 1),
        data.replace(b"\n", b"\r\n"),
        data[data.index(b"\n\n") + 2 :],
        data + data,
    ):
        with pytest.raises(EncodingError):
            Equivocation.parse(wrong)
