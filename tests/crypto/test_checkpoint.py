"""C2SP tlog-checkpoint and tlog-cosignature: tessera's log byte for byte, cosignatures, malformed heads."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from crypto.checkpoint import Checkpoint, Cosignature, SignedCheckpoint, parse_decimal, sign_checkpoint
from crypto.errors import EncodingError, ProofError
from crypto.merkle import leaf_hash, root
from crypto.note import Cosigner, Note, NoteKey, NoteSignature, NoteSigner
from crypto.signing import SigningKey

LOG = NoteSigner("example.com/log", SigningKey.from_seed(bytes(32)))
WITNESS = Cosigner("example.com/witness", SigningKey.from_seed(bytes([1]) * 32))
HEAD = Checkpoint("example.com/log", 3, bytes(range(32)))


@pytest.fixture(scope="module")
def tessera(shared: Path) -> Any:
    return json.loads((shared / "vectors/tlog/tessera-testlog.json").read_text())


def test_tessera_checkpoints_byte_for_byte(tessera: Any) -> None:
    key = NoteKey.parse(tessera["vkey"])
    seed = base64.b64decode(tessera["skey_TEST_ONLY"].split("+", 4)[4])[1:]
    signer = NoteSigner(key.name, SigningKey.from_seed(seed))
    assert signer.key == key
    hashes = [leaf_hash(entry.encode()) for entry in tessera["entries_utf8"]]
    for size in range(16):
        data = base64.b64decode(tessera["files_base64"][f"checkpoint.{size}"])
        ours = Checkpoint(key.name, size, root(hashes[:size]))
        assert sign_checkpoint(ours, signer).to_bytes() == data
        assert SignedCheckpoint.parse(data).verify(key.name, key) == ours


def test_the_log_s_signatures_in_a_witness_transcript(shared: Path) -> None:
    transcript = json.loads((shared / "vectors/tlog/witness-add-checkpoint.json").read_text())
    key = NoteKey.parse(transcript["log_vkey"])
    verdicts = []
    for step in transcript["steps"]:
        data = step["body"].partition("\n\n")[2].encode()
        try:
            SignedCheckpoint.parse(data).verify(key.name, key)
            verdicts.append("valid")
        except (EncodingError, ProofError) as error:
            verdicts.append(type(error).__name__)
    # Step 2 has base64 with stray bits at its end, step 3 is of another log.
    assert verdicts == ["valid", "EncodingError", "ProofError", *["valid"] * 6]


def test_another_log_another_key_another_head_are_refused() -> None:
    signed = sign_checkpoint(HEAD, LOG)
    assert signed.verify("example.com/log", LOG.key) == HEAD
    with pytest.raises(ProofError, match=r"not of 'example\.com/log2'"):
        signed.verify("example.com/log2", LOG.key)
    with pytest.raises(ProofError, match="not signed by any key"):
        signed.verify("example.com/log", NoteSigner("example.com/log", SigningKey.generate()).key)
    with pytest.raises(ProofError, match="type 0x01"):
        signed.verify("example.com/log", WITNESS.key)
    for other in (
        Checkpoint(HEAD.origin, 4, HEAD.root),
        Checkpoint(HEAD.origin, 3, bytes(32)),
        Checkpoint(HEAD.origin, 3, HEAD.root, ("more",)),
    ):
        with pytest.raises(ProofError, match="not made by this key"):
            SignedCheckpoint(other, signed.signatures).verify("example.com/log", LOG.key)


def test_cosignatures() -> None:
    late = Cosigner("example.com/late", SigningKey.generate())
    signed = sign_checkpoint(HEAD, LOG).with_signatures(
        [WITNESS.sign(HEAD.text, 1679315147), late.sign(HEAD.text, 0)]
    )
    signed = SignedCheckpoint.parse(signed.to_bytes())
    assert signed.verify(HEAD.origin, LOG.key) == HEAD
    assert signed.cosignatures([WITNESS.key]) == [Cosignature(WITNESS.key, 1679315147)]
    assert [c.time for c in signed.cosignatures([late.key, WITNESS.key])] == [1679315147, 0]
    assert sign_checkpoint(HEAD, LOG).cosignatures([WITNESS.key]) == []
    with pytest.raises(ValueError, match="type 0x04"):
        signed.cosignatures([LOG.key])


def test_the_message_that_a_witness_signs() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    value = WITNESS.sign(text, 1679315147).value
    assert value[:8] == (1679315147).to_bytes(8, "big")
    WITNESS.secret.public.verify(f"cosignature/v1\ntime 1679315147\n{text}".encode(), value[8:])


def test_cosignatures_over_something_else_are_refused() -> None:
    good = WITNESS.sign(HEAD.text, 100)
    changed_time = NoteSignature(good.name, good.key_id, (101).to_bytes(8, "big") + good.value[8:])
    negative_time = NoteSignature(good.name, good.key_id, b"\xff" * 8 + good.value[8:])
    cut = NoteSignature(good.name, good.key_id, good.value[:-1])
    other_head = WITNESS.sign(Checkpoint(HEAD.origin, 4, HEAD.root).text, 100)
    for bad in (changed_time, negative_time, cut, other_head):
        signed = sign_checkpoint(HEAD, LOG).with_signatures([good, bad])
        with pytest.raises(ProofError, match="witness"):
            signed.cosignatures([WITNESS.key])
        assert signed.verify(HEAD.origin, LOG.key) == HEAD


def test_no_cosignature_at_an_impossible_time() -> None:
    for time in (-1, 2**63):
        with pytest.raises(ValueError, match="time"):
            WITNESS.sign(HEAD.text, time)


def test_signature_types_that_we_do_not_know_are_ignored(shared: Path, tessera: Any) -> None:
    """ML-DSA-44 cosignatures are a later step; their lines are carried along."""
    vector = json.loads((shared / "vectors/tlog/mldsa44-cosignature.json").read_text())
    key = NoteKey.parse(tessera["vkey"])
    plain = base64.b64decode(tessera["files_base64"]["checkpoint.15"])
    line = vector["signature_line"].rstrip("\n")
    data = plain + f"{line}\n".encode()
    signed = SignedCheckpoint.parse(data)
    assert signed.verify(key.name, key).text == vector["checkpoint_text"]
    assert signed.cosignatures([WITNESS.key]) == []
    assert signed.to_bytes() == data
    with pytest.raises(ProofError, match="not signed by any key"):
        SignedCheckpoint.parse(Note(signed.checkpoint.text, signed.signatures[1:]).to_bytes()).verify(
            key.name, key
        )


def test_signature_lines_are_added_once() -> None:
    line = WITNESS.sign(HEAD.text, 5)
    signed = sign_checkpoint(HEAD, LOG).with_signatures([line, line]).with_signatures([line])
    assert len(signed.signatures) == 2


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"\n3\n{ROOT}\n",
        "origin\n3\n",
        f"origin\n3\n{ROOT}",
        f"origin\n3\n{ROOT}\n\n",
        f"origin\n3\n{ROOT}\n\nextension\n",
        f"origin\n03\n{ROOT}\n",
        f"origin\n+3\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n٣\n{ROOT}\n",
        f"origin\n \n{ROOT}\n",
        f"origin\n\n{ROOT}\n",
        f"origin\n9223372036854775808\n{ROOT}\n",
        f"origin\n{'9' * 5000}\n{ROOT}\n",
        f"origin\n3\n{ROOT[:-4]}\n",
        f"origin\n3\n{ROOT[:-2]}B=\n",
        f"origin\n3\n{base64.b64encode(bytes(33)).decode()}\n",
    ],
)
def test_malformed_checkpoints(text: str) -> None:
    with pytest.raises(EncodingError):
        Checkpoint.parse(text)


def test_checkpoint_text_and_extensions() -> None:
    text = f"origin\n9223372036854775807\n{ROOT}\nextension 1\nextension 2\n"
    checkpoint = Checkpoint.parse(text)
    assert checkpoint.extensions == ("extension 1", "extension 2")
    assert checkpoint.text == text
    assert Checkpoint.parse(f"origin\n0\n{ROOT}\n").size == 0


def test_checkpoints_that_have_no_text_are_not_made() -> None:
    for origin, size, value in (("", 1, 32), ("a\nb", 1, 32), ("a", -1, 32), ("a", 2**63, 32), ("a", 1, 31)):
        with pytest.raises(EncodingError):
            Checkpoint(origin, size, bytes(value))


def test_parse_decimal() -> None:
    assert [parse_decimal(text, "it") for text in ("0", "7", "10")] == [0, 7, 10]
    with pytest.raises(EncodingError, match=r"^it: "):
        parse_decimal("1_0", "it")
