"""C2SP tlog-proof: receipts that are checked without the log."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.errors import EncodingError, ProofError
from crypto.merkle import inclusion_proof, leaf_hash, root
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof

LOG = NoteSigner("example.com/log", SigningKey.from_seed(bytes(32)))
HASHES = [leaf_hash(bytes([i])) for i in range(7)]
SIGNED = sign_checkpoint(Checkpoint("example.com/log", 7, root(HASHES)), LOG)


def proof_of(index: int, extra: bytes = b"") -> TlogProof:
    def node(level: int, place: int) -> bytes:
        return root(HASHES[place << level : (place + 1) << level])

    return TlogProof(index, tuple(inclusion_proof(index, 7, node)), SIGNED, extra)


@pytest.mark.parametrize("index", range(7))
@pytest.mark.parametrize("extra", [b"", b"\0anything\n"])
def test_there_and_back(index: int, extra: bytes) -> None:
    proof = proof_of(index, extra)
    again = TlogProof.parse(proof.to_bytes())
    assert again == proof
    assert again.verify(HASHES[index], "example.com/log", LOG.key) == SIGNED.checkpoint


def test_the_format_of_the_specification() -> None:
    lines = proof_of(6, b"extra").to_bytes().decode().split("\n")
    hashes = [base64.b64encode(value).decode() for value in proof_of(6).hashes]
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZXh0cmE=", "index 6"]
    assert lines[3:7] == [*hashes, "", "example.com/log"]
    single = TlogProof(0, (), sign_checkpoint(Checkpoint("example.com/log", 1, HASHES[0]), LOG))
    assert single.to_bytes().startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nexample.com/log\n1\n")
    TlogProof.parse(single.to_bytes()).verify(HASHES[0], "example.com/log", LOG.key)


def test_another_leaf_index_log_or_key_is_refused() -> None:
    """ATTACKS 53."""
    proof = proof_of(2)
    stranger = NoteSigner("example.com/log", SigningKey.generate()).key
    for wrong, leaf, origin, key in (
        (proof, HASHES[3], "example.com/log", LOG.key),
        (replace(proof, index=3), HASHES[2], "example.com/log", LOG.key),
        (replace(proof, index=7), HASHES[2], "example.com/log", LOG.key),
        (replace(proof, hashes=proof.hashes[:-1]), HASHES[2], "example.com/log", LOG.key),
        (proof, HASHES[2], "example.com/other", LOG.key),
        (proof, HASHES[2], "example.com/log", stranger),
    ):
        with pytest.raises(ProofError):
            wrong.verify(leaf, origin, key)


def test_extra_data_is_not_authenticated_and_does_not_matter() -> None:
    assert proof_of(1, b"a").verify(HASHES[1], "example.com/log", LOG.key).size == 7


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 2\n", ""),
        ("index 2\n", "index 02\n"),
        ("index 2\n", "index -2\n"),
        ("index 2\n", "index  2\n"),
        ("index 2\n", "index 2\nindex 2\n"),
        ("index 2\n", "index 2\nextra AAAA\n"),
        ("index 2\n", "index 2\nAAAA\n"),
        ("index 2\n", "extra\nindex 2\n"),
        ("index 2\n", "extra \nindex 2\n"),
        ("index 2\n", "extra AAAB=\nindex 2\n"),
        ("index 2\n", "extra AAAA\nextra AAAA\nindex 2\n"),
        ("index 2\n", "index 2\r\n"),
        ("index 2\n", "index 2\n" + 64 * f"{'A' * 43}=\n"),
        ("\n\nexample.com", "\nexample.com"),
        ("\n\nexample.com", "\n\n\nexample.com"),
        ("\n\nexample.com", "\né\n\nexample.com"),
    ],
)
def test_malformed_proofs(old: str, new: str) -> None:
    text = proof_of(2).to_bytes().decode()
    assert old in text
    with pytest.raises(EncodingError):
        TlogProof.parse(text.replace(old, new, 1).encode())


def test_anything_added_or_cut_off_is_refused() -> None:
    data = proof_of(2).to_bytes()
    for wrong in (data + b"\n", data + b"x", data[:-1], b"\n" + data, b"", b"x" * (9 << 20)):
        with pytest.raises(EncodingError):
            TlogProof.parse(wrong)
