"""C2SP signed-note: the notes of golang.org/x/mod/sumdb/note and of the specification."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import EncodingError, ProofError
from crypto.note import COSIGNATURE, MAX_SIGNATURES, Cosigner, Note, NoteKey, NoteSignature, NoteSigner
from crypto.signing import SigningKey

SIGNER = NoteSigner("example.com/log", SigningKey.from_seed(bytes(32)))
TEXT = "one\n\ntwo\n"


@pytest.fixture(scope="module")
def golang(shared: Path) -> Any:
    return json.loads((shared / "vectors/tlog/signed-note.json").read_text())


def signed(*signatures: NoteSignature, text: str = TEXT) -> bytes:
    return Note(text, signatures).to_bytes()


def test_golang_notes(golang: Any) -> None:
    for case in golang["valid"]:
        note = Note.parse(case["note"].encode())
        note.verify([NoteKey.parse(golang["keys"][name]) for name in case["vkeys"]])
        assert note.to_bytes() == case["note"].encode()
    for case in golang["no_verifiable_signature"]:
        with pytest.raises(ProofError, match="not signed by any key"):
            Note.parse(case["note"].encode()).verify([])


def test_golang_invalid_signature(golang: Any) -> None:
    """A line of the known name and key ID whose 72 bytes are no Ed25519 signature."""
    for case in golang["invalid_signature_from_known_key"]:
        keys = [NoteKey.parse(golang["keys"][name]) for name in case["vkeys"]]
        with pytest.raises(ProofError, match="PeterNeumann"):
            Note.parse(case["note"].encode()).verify(keys)


def test_golang_malformed_notes(golang: Any) -> None:
    """The last one has 101 signatures: our limit is that of golang.org/x/mod."""
    assert len(golang["malformed"]) == 8
    for case in golang["malformed"]:
        with pytest.raises(EncodingError):
            Note.parse(base64.b64decode(case["b64"]))


def test_golang_signing_key_makes_the_same_note(golang: Any) -> None:
    seed = base64.b64decode(golang["keys"]["peter_skey_TEST_ONLY"].split("+", 4)[4])[1:]
    signer = NoteSigner("PeterNeumann", SigningKey.from_seed(seed))
    assert str(signer.key) == golang["keys"]["peter_vkey"]
    expected = golang["valid"][0]["note"].encode()
    text = Note.parse(expected).text
    assert Note(text, (signer.sign(text),)).to_bytes() == expected


def test_verifier_keys(golang: Any, shared: Path) -> None:
    for name in ("peter_vkey", "enoch_vkey", "c2sp_vkey"):
        assert str(NoteKey.parse(golang["keys"][name])) == golang["keys"][name]
    for text in golang["bad_vkeys"]:
        with pytest.raises(EncodingError):
            NoteKey.parse(text)
    ml_dsa = json.loads((shared / "vectors/tlog/mldsa44-cosignature.json").read_text())["vkey"]
    with pytest.raises(EncodingError, match="verifier key"):
        NoteKey.parse(ml_dsa)


@pytest.mark.parametrize(
    "change",
    [
        lambda vkey: vkey.upper(),
        lambda vkey: vkey + "\n",
        lambda vkey: " " + vkey,
        lambda vkey: "other" + vkey,
        lambda vkey: vkey.replace("+", "++", 1),
        lambda vkey: vkey[:-1],
        lambda vkey: vkey + "=",
    ],
)
def test_changed_verifier_keys_are_refused(change: Any) -> None:
    with pytest.raises(EncodingError):
        NoteKey.parse(change(str(SIGNER.key)))


def test_verifier_key_of_small_order_is_refused() -> None:
    """ATTACKS 54. The key ID is right, the key is the point of order 4 with y = 0."""
    material = b"\x01" + bytes(32)
    key_id = hashlib.sha256(b"example.com/log\n" + material).hexdigest()[:8]
    with pytest.raises(EncodingError, match="prime order"):
        NoteKey.parse(f"example.com/log+{key_id}+{base64.b64encode(material).decode()}")


def test_lines_by_unknown_keys_are_kept_and_ignored() -> None:
    """Also those that share the name or the key ID, but not both, with a known key."""
    good = SIGNER.sign(TEXT)
    strangers = (
        NoteSignature("example.com/log", b"abcd", b"x"),
        NoteSignature("example.com/other", good.key_id, b"y" * 5000),
        NoteSignature("oid/1.2.3", b"\0\0\0\0", b"z" * 2428),
    )
    data = signed(*strangers, good)
    note = Note.parse(data)
    note.verify([SIGNER.key])
    assert note.signatures == (*strangers, good)
    assert note.to_bytes() == data


def test_a_known_key_s_false_signature_spoils_the_note() -> None:
    other = Cosigner("witness", SigningKey.generate())
    false = NoteSignature("witness", other.key.key_id, other.sign("another\n", 7).value)
    note = Note.parse(signed(SIGNER.sign(TEXT), false))
    note.verify([SIGNER.key])
    with pytest.raises(ProofError, match="witness"):
        note.verify([SIGNER.key, other.key])


def test_text_is_split_at_the_last_empty_line() -> None:
    assert Note.parse(signed(SIGNER.sign("a\n\n\n\nb\n"), text="a\n\n\n\nb\n")).text == "a\n\n\n\nb\n"
    assert Note.parse(signed(SIGNER.sign("\n"), text="\n")).text == "\n"


GOOD = str(SIGNER.sign("text\n"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        f"text\n\n{GOOD}".encode(),
        f"text\n{GOOD}\n".encode(),
        f"text\n\n{GOOD}\n\n".encode(),
        f"text\r\n\n{GOOD}\n".encode(),
        f"text\n\n{GOOD}\r\n".encode(),
        f"text\n\n {GOOD}\n".encode(),
        f"text\n\n{GOOD} \n".encode(),
        f"text\n\n{GOOD.replace('—', '-')}\n".encode(),
        f"text\n\n{GOOD.replace('.com', '+com')}\n".encode(),
        f"text\n\n{GOOD.replace('.com', chr(0xA0))}\n".encode(),
        f"text\n\n{GOOD.replace('.com', chr(0x2003))}\n".encode(),
        f"text\n\n{GOOD.replace(' example.com/log', ' ')}\n".encode(),
        "text\n\n— name \n".encode(),
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        "text\n\n— name AAAAAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name AAAA\u0660AAA\n".encode(),
        f"te\0xt\n\n{GOOD}\n".encode(),
        b"te\xffxt\n\n" + GOOD.encode() + b"\n",
        b"te\xed\xa0\x80xt\n\n" + GOOD.encode() + b"\n",
        b"x" * 600_000 + f"\n\n{GOOD}\n".encode(),
    ],
)
def test_malformed_notes(data: bytes) -> None:
    with pytest.raises(EncodingError):
        Note.parse(data)


def test_as_many_signatures_as_allowed() -> None:
    line = SIGNER.sign(TEXT)
    Note.parse(signed(*[line] * MAX_SIGNATURES)).verify([SIGNER.key])
    with pytest.raises(EncodingError, match="more than 100"):
        Note.parse(signed(*[line] * (MAX_SIGNATURES + 1)))


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda t: signed(SIGNER.sign(t + "\n"), text=t + "\n"))
)
def test_what_parses_has_one_encoding(data: bytes) -> None:
    try:
        note = Note.parse(data)
    except EncodingError:
        return
    assert note.to_bytes() == data


def test_a_note_signature_is_no_cosignature_and_the_other_way_round() -> None:
    secret = SigningKey.generate()
    log, witness = NoteSigner("name", secret), Cosigner("name", secret)
    assert log.key.key_id != witness.key.key_id
    assert witness.key.kind == COSIGNATURE
    for key, value in ((log.key, witness.sign(TEXT, 1).value), (witness.key, log.sign(TEXT).value)):
        with pytest.raises(ProofError):
            key.verify(TEXT, value)


def test_names_are_checked_when_keys_are_made() -> None:
    for name in ("", "a b", "a+b", "a\u2028b", "a\x01b"):
        with pytest.raises(EncodingError):
            NoteKey(name, 1, SIGNER.key.public)
    with pytest.raises(EncodingError, match="0x05"):
        NoteKey("name", 5, SIGNER.key.public)
