"""Signed notes and their keys (C2SP signed-note; C2SP tlog-cosignature, the Ed25519 kind).

A note is text ‖ "\\n" ‖ signature lines. Lines by keys that a reader does not know are kept and say nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from crypto.errors import EncodingError, ProofError
from crypto.signing import KEY_SIZE, SIGNATURE_SIZE, PublicKey, SigningKey

ED25519 = 0x01
COSIGNATURE = 0x04

MAX_NOTE_SIZE = 512 * 1024
MAX_SIGNATURES = 100
MAX_TIME = 2**63 - 1

_TIME_SIZE = 8
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", re.ASCII)


@dataclass(frozen=True)
class NoteKey:
    """A verifier key: `kind` is the signature type, ED25519 or COSIGNATURE."""

    name: str
    kind: int
    public: PublicKey

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE):
            raise EncodingError(f"verifier key: signature type {self.kind:#04x} is not supported")

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """The key of `name+hex(key ID)+base64(type ‖ key)`; EncodingError unless it is exactly that."""
        match = _VKEY.fullmatch(text)
        if not match:
            raise EncodingError("verifier key: not of the form name+keyid+base64")
        material = decode_base64(match[3], "verifier key")
        if len(material) != 1 + KEY_SIZE:
            raise EncodingError(f"verifier key: {len(material)} bytes where {1 + KEY_SIZE} belong")
        key = cls(match[1], material[0], PublicKey(material[1:]))
        if key.key_id.hex() != match[2]:
            raise EncodingError("verifier key: the key ID is not the one of this name and key")
        return key

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ type ‖ key), its first 4 bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._material()).digest()[:4]

    def verify(self, text: str, value: bytes) -> None:
        """Raises ProofError unless `value`, without the key ID, is this key's signature of the note text."""
        if self.kind == ED25519:
            self.public.verify(text.encode(), value)
        else:
            self.public.verify(_cosigned(text, cosignature_time(value)), value[_TIME_SIZE:])

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self._material())}"

    def _material(self) -> bytes:
        return bytes([self.kind]) + self.public.to_bytes()


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who claims to have signed, and the signature."""

    name: str
    key_id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> NoteSignature:
        """Out of a line without its newline; EncodingError if malformed."""
        mark, name, encoded = [*line.split(" ", 2), "", ""][:3]
        if mark != "—":
            raise EncodingError("note: a signature line that does not begin with an em dash")
        _check_name(name)
        data = decode_base64(encoded, "note signature")
        if len(data) < 5:
            raise EncodingError("note signature: too short")
        return cls(name, data[:4], data[4:])

    def __str__(self) -> str:
        return f"— {self.name} {encode_base64(self.key_id + self.value)}"


@dataclass(frozen=True)
class Note:
    """A note: text that ends in a newline, and its signatures, none of them verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Strict: parse and to_bytes are inverse to each other. Raises EncodingError."""
        if len(data) > MAX_NOTE_SIZE:
            raise EncodingError(f"note: longer than {MAX_NOTE_SIZE} bytes")
        try:
            whole = data.decode()
        except UnicodeDecodeError:
            raise EncodingError("note: not UTF-8") from None
        if any(character < " " and character != "\n" for character in whole):
            raise EncodingError("note: a control character")
        text, separator, lines = whole.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise EncodingError("note: no signature lines after an empty line")
        if lines.count("\n") > MAX_SIGNATURES:
            raise EncodingError(f"note: more than {MAX_SIGNATURES} signatures")
        return cls(text + "\n", tuple(map(NoteSignature.parse, lines[:-1].split("\n"))))

    def to_bytes(self) -> bytes:
        lines = "".join(f"{signature}\n" for signature in self.signatures)
        return f"{self.text}\n{lines}".encode()

    def verified(self, keys: Iterable[NoteKey]) -> list[tuple[NoteKey, NoteSignature]]:
        """The signatures by these keys; others are ignored, but one that does not hold is a ProofError."""
        known = {(key.name, key.key_id): key for key in keys}
        found = [(known[s.name, s.key_id], s) for s in self.signatures if (s.name, s.key_id) in known]
        for key, signature in found:
            try:
                key.verify(self.text, signature.value)
            except ProofError as error:
                raise ProofError(f"note signed by {key.name}: {error}") from None
        return found

    def verify(self, keys: Iterable[NoteKey]) -> None:
        """Raises ProofError unless at least one of these keys has signed, and none of them wrongly."""
        if not self.verified(keys):
            raise ProofError("note: not signed by any key that is known here")


@dataclass(frozen=True)
class NoteSigner:
    """Signs note texts under a name, as a log does."""

    name: str
    secret: SigningKey

    @property
    def key(self) -> NoteKey:
        return NoteKey(self.name, ED25519, self.secret.public)

    def sign(self, text: str) -> NoteSignature:
        return NoteSignature(self.name, self.key.key_id, self.secret.sign(text.encode()))


@dataclass(frozen=True)
class Cosigner:
    """Cosigns checkpoints under a name, as a witness does."""

    name: str
    secret: SigningKey

    @property
    def key(self) -> NoteKey:
        return NoteKey(self.name, COSIGNATURE, self.secret.public)

    def sign(self, text: str, time: int) -> NoteSignature:
        """Args: time: POSIX seconds, ValueError outside 0 … 2^63 - 1."""
        if not 0 <= time <= MAX_TIME:
            raise ValueError("no time for a cosignature")
        value = time.to_bytes(_TIME_SIZE, "big") + self.secret.sign(_cosigned(text, time))
        return NoteSignature(self.name, self.key.key_id, value)


def cosignature_time(value: bytes) -> int:
    """POSIX seconds out of a cosignature `u64 time ‖ signature`; ProofError if it is none."""
    if len(value) != _TIME_SIZE + SIGNATURE_SIZE:
        raise ProofError(f"cosignature: {len(value)} bytes where {_TIME_SIZE + SIGNATURE_SIZE} belong")
    time = int.from_bytes(value[:_TIME_SIZE], "big")
    if time > MAX_TIME:
        raise ProofError("cosignature: a time beyond 2^63 - 1")
    return time


def encode_base64(data: bytes) -> str:
    """RFC 4648 section 4, padded."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str, what: str) -> bytes:
    """Strict: only the one encoding of the bytes is accepted. EncodingError that begins with `what`."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise EncodingError(f"{what}: not base64") from None
    if encode_base64(data) != text:
        raise EncodingError(f"{what}: base64 that is not canonical")
    return data


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() or c < " " or "\ud800" <= c <= "\udfff" for c in name):
        raise EncodingError(
            "note: a key name that is empty, no UTF-8, or has a space, plus or control character"
        )
