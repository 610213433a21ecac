"""COCKTAIL-DKG: the official vectors for COCKTAIL(Ristretto255, SHA-512), from C2SP/CCTV."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest

from crypto.dkg import (
    CIPHERSUITE_ID,
    CeremonyTranscript,
    DealerSecrets,
    Dealing,
    Dealings,
    EnvelopeError,
    Fault,
    MessageError,
    Session,
    Signature,
    certify,
    check_certificate,
    check_certification,
    deal,
    open_envelope,
    receive,
    recover,
    shared_secrets,
)
from crypto.dkg.ciphersuite import hash_to_scalar
from crypto.dkg.dealing import bundle, possession_message
from crypto.dkg.envelope import decrypt, encrypt
from crypto.dkg.schnorr import sign
from crypto.group import G, Points, Scalars

BASIC = ["2-OF-3", "3-OF-5", "7-OF-14"]
PAYLOADS = "2-OF-3 with payloads"


class Vector:
    """One ceremony of the file, its randomness derived as the specification's appendix B says."""

    def __init__(self, file: dict[str, Any], data: dict[str, Any]) -> None:
        self.data = data
        self.n, self.t = data["n"], data["t"]
        self.prefix = bytes.fromhex(file["seed"]) + file["ciphersuite"].encode()
        self.prefix += self.t.to_bytes(4, "little") + self.n.to_bytes(4, "little")
        self.d = Scalars.concat(self.scalar(f"static_secret_key_{i}") for i in range(1, self.n + 1))
        self.session = Session.create(bytes.fromhex(data["session_tag"]), self.t, self.d * G)
        self.extension = bytes.fromhex(data["extension"])

    def scalar(self, label: str, counter: bytes = b"") -> Scalars:
        return Scalars.from_wide(sha512(self.prefix + label.encode() + counter).digest())

    def secrets(self, i: int) -> DealerSecrets:
        """Participant i's stream, SHA-512 with a counter: first the coefficients, then the ephemeral key."""
        stream = [self.scalar(f"round1_participant_{i}", k.to_bytes(8, "little")) for k in range(self.t + 1)]
        return DealerSecrets(Scalars.concat(stream[:-1]), stream[-1])

    def dealings(self) -> Dealings:
        dealings = [deal(self.session, i, self.d[i - 1], self.secrets(i)) for i in self.session.indices]
        return Dealings(self.session, tuple(dealings))

    def signatures(self) -> list[Signature]:
        signatures = (bytes.fromhex(entry["signature"]) for entry in self.data["round3"]["signatures"])
        return [Signature.from_bytes(signature) for signature in signatures]


@pytest.fixture(scope="module")
def vectors(shared: Path) -> dict[str, Vector]:
    file = json.loads((shared / "vectors" / "cctv" / "cocktail-dkg-ristretto255-sha512.json").read_text())
    assert file["ciphersuite"].encode() == CIPHERSUITE_ID
    *basic, payloads = (Vector(file, data) for data in file["vectors"])
    assert [f"{v.t}-OF-{v.n}" for v in basic] == BASIC
    return dict(zip([*BASIC, PAYLOADS], [*basic, payloads], strict=True))


@pytest.fixture(params=BASIC, scope="module")
def vector(request: pytest.FixtureRequest, vectors: dict[str, Vector]) -> Vector:
    return vectors[request.param]


@pytest.fixture(params=[*BASIC, PAYLOADS], scope="module")
def any_vector(request: pytest.FixtureRequest, vectors: dict[str, Vector]) -> Vector:
    return vectors[request.param]


def test_setup(any_vector: Vector) -> None:
    config = any_vector.data["config"]
    assert [d.to_bytes().hex() for d in any_vector.d] == config["static_secret_keys"]
    assert [P.to_bytes().hex() for P in any_vector.session.static_keys] == config["static_public_keys"]
    assert any_vector.session.context.hex() == any_vector.data["context"]


def test_round_1(vector: Vector) -> None:
    for dealer, expected in zip(vector.session.indices, vector.data["round1"], strict=True):
        dealing = deal(vector.session, dealer, vector.d[dealer - 1], vector.secrets(dealer))
        assert dealer == expected["participant_id"]
        assert dealing.E.to_bytes().hex() == expected["ephemeral_public_key"]
        assert [C.to_bytes().hex() for C in dealing.C] == expected["vss_commitment"]
        assert dealing.possession.to_bytes().hex() == expected["pop"]
        assert [c.hex() for c in dealing.envelopes] == expected["encrypted_shares"]
        assert Dealing.from_bytes(dealing.to_bytes(), vector.session, dealer) == dealing


def test_proofs_of_possession_with_their_intermediate_values(any_vector: Vector) -> None:
    """C2SP cocktail-dkg, "Schnorr Sign Algorithm": nonce, commitment, challenge, signature."""
    for dealer, expected in zip(any_vector.session.indices, any_vector.data["round1"], strict=True):
        middle = {name: bytes.fromhex(value) for name, value in expected["pop_intermediate"].items()}
        a = any_vector.secrets(dealer).a
        C = Points.from_bytes(bytes.fromhex("".join(expected["vss_commitment"])))
        E = Points.from_bytes(bytes.fromhex(expected["ephemeral_public_key"]))
        message = possession_message(any_vector.session, C, E)
        k, c = hash_to_scalar(middle["nonce_input"]), hash_to_scalar(middle["challenge_input"])
        assert message == middle["message"]
        assert middle["nonce_input"].endswith(a[0].to_bytes() + message)
        assert k.to_bytes() == middle["nonce"]
        assert (k * G).to_bytes() == middle["nonce_commitment"]
        assert middle["challenge_input"].endswith((k * G).to_bytes() + C[0].to_bytes() + message)
        assert c.to_bytes() == middle["challenge"]
        assert sign(a[0], message) == Signature(k * G, k + c * a[0])
        assert sign(a[0], message).to_bytes().hex() == expected["pop"]


def test_round_2(vector: Vector) -> None:
    dealings = vector.dealings()
    for i, expected in zip(vector.session.indices, vector.data["round2"], strict=True):
        share = receive(dealings, i, vector.d[i - 1])
        assert share.index == expected["participant_id"]
        assert share.x.to_bytes().hex() == expected["secret_share"]
        assert share.keys.S[i - 1].to_bytes().hex() == expected["verification_share"]
        assert share.keys.K.to_bytes().hex() == vector.data["group_public_key"]


def test_round_3(vector: Vector) -> None:
    dealings = vector.dealings()
    transcript = dealings.transcript(vector.extension)
    assert sha512(transcript.to_bytes()).hexdigest() == vector.data["round3"]["transcript_hash"]
    assert CeremonyTranscript.from_bytes(transcript.to_bytes()) == transcript
    check_certificate(transcript, vector.signatures())
    for i, expected in zip(vector.session.indices, vector.signatures(), strict=True):
        share = receive(dealings, i, vector.d[i - 1])
        assert certify(dealings, share, vector.d[i - 1], vector.extension, fresh=b"") == expected
        check_certification(transcript, i, certify(dealings, share, vector.d[i - 1], vector.extension))


def test_recovery(vectors: dict[str, Vector]) -> None:
    vector = vectors["2-OF-3"]
    expected = vector.data["recovery"]
    i = expected["participant_id"]
    dealings = vector.dealings()
    envelopes = bundle(map(bytes.fromhex, expected["ciphertexts"]))
    assert envelopes == dealings.bundle(i)
    share = recover(dealings.transcript(b"").to_bytes(), vector.signatures(), envelopes, vector.d[i - 1])
    assert share.x.to_bytes().hex() == expected["recovered_secret_share"]
    assert share.keys.S[i - 1].to_bytes().hex() == expected["recovered_verification_share"]


def test_recovery_of_everybody(vector: Vector) -> None:
    dealings = vector.dealings()
    transcript = dealings.transcript(vector.extension).to_bytes()
    for i in vector.session.indices:
        share = recover(transcript, vector.signatures(), dealings.bundle(i), vector.d[i - 1])
        assert share.index == i
        assert share.x.to_bytes().hex() == vector.data["round2"][i - 1]["secret_share"]


def test_payloads_are_read_but_not_taken(vectors: dict[str, Vector]) -> None:
    """The vector whose envelopes carry payloads: its cryptography holds, its envelopes are refused."""
    vector = vectors[PAYLOADS]
    session, round1 = vector.session, vector.data["round1"]
    payloads = [bytes.fromhex(payload) for payload in vector.data["payloads"]]
    sizes = [len(payload).to_bytes(8, "little") for payload in payloads]
    extension = vector.n.to_bytes(8, "little") + b"".join(s + p for s, p in zip(sizes, payloads, strict=True))
    assert sha512(extension).digest() == vector.extension
    plain = vector.dealings()
    transcript = plain.transcript(vector.extension)
    assert sha512(transcript.to_bytes()).hexdigest() == vector.data["round3"]["transcript_hash"]
    check_certificate(transcript, vector.signatures())
    assert plain.keys.K.to_bytes().hex() == vector.data["group_public_key"]
    for j, dealing in zip(session.indices, plain.dealings, strict=True):
        envelopes = tuple(bytes.fromhex(c) for c in round1[j - 1]["encrypted_shares"])
        dealt = replace(dealing, envelopes=envelopes)
        for i, ciphertext in zip(session.indices, envelopes, strict=True):
            envelope = dealt.envelope(session, j, i)
            shared = shared_secrets(envelope, vector.d[i - 1])
            share = open_envelope(plain.envelopes(i)[j - 1], shared)
            assert decrypt(envelope, shared) == share.to_bytes() + payloads[j - 1]
            assert encrypt(session, j, i, dealing.E, shared, share.to_bytes() + payloads[j - 1]) == ciphertext
            with pytest.raises(EnvelopeError) as refused:
                open_envelope(envelope, shared)
            assert refused.value.faults == {j: Fault.SCALAR}
        with pytest.raises(MessageError, match="envelope 1: its length is given as 112, must be 48"):
            Dealing.from_bytes(dealt.to_bytes(), session, j)
