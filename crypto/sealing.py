"""Secrets under a passphrase: Argon2id (RFC 9106) and XChaCha20-Poly1305, by way of libsodium.

sealed = "glassballot/sealed/v1\\n" ‖ u32 passes ‖ u32 KiB of memory ‖ salt (16) ‖ nonce (24) ‖ box
The box authenticates everything before it and the purpose, which is not stored: what was sealed as one thing
does not open as another.
"""

from __future__ import annotations

import struct
import unicodedata
from typing import NamedTuple

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as _decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as _encrypt
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumRuntimeError
from nacl.pwhash import argon2id
from nacl.utils import random

from crypto.errors import SealError
from crypto.framing import frame

_MAGIC = b"glassballot/sealed/v1\n"
_HEADER = struct.Struct(f"<{len(_MAGIC)}sII16s24s")
_KEY_SIZE = 32
_TAG_SIZE = 16


class Cost(NamedTuple):
    """What one guess at a passphrase costs; memory in KiB."""

    passes: int
    memory: int


MODERATE = Cost(passes=3, memory=256 * 1024)
_CHEAPEST = Cost(passes=1, memory=8)
_DEAREST = Cost(passes=10, memory=1024 * 1024)


class SealingKey:
    """What a passphrase has become at its cost: it seals and unseals as often as one likes, and costs no more."""

    def __init__(self, passphrase: str, cost: Cost, salt: bytes) -> None:
        """salt: 16 bytes. Raises SealError where the machine lacks the memory."""
        # Keyboards differ in how they compose a letter; the passphrase is the same (RFC 8265 section 4.2.2).
        text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        try:
            self._key = argon2id.kdf(_KEY_SIZE, text, salt, opslimit=cost.passes, memlimit=cost.memory * 1024)
        except SodiumRuntimeError:
            raise SealError(
                f"sealed secret: this machine lacks {cost.memory // 1024} MiB of memory"
            ) from None
        self._parameters = (_MAGIC, *cost, salt)

    @classmethod
    def new(cls, passphrase: str, cost: Cost = MODERATE) -> SealingKey:
        """With a salt of its own; ValueError if the passphrase is empty or the cost is out of bounds."""
        if not passphrase:
            raise ValueError("an empty passphrase seals nothing")
        if not _affordable(cost):
            raise ValueError("such a cost would be refused when the secret is opened")
        return cls(passphrase, cost, random(16))

    @classmethod
    def of(cls, sealed: bytes, passphrase: str) -> SealingKey:
        """The key under which a secret has been sealed, if the passphrase is right. Raises SealError."""
        if not is_sealed(sealed):
            raise SealError("not a sealed secret of version 1")
        _, passes, memory, salt, _ = _HEADER.unpack(sealed[: _HEADER.size])
        if not _affordable(Cost(passes, memory)):
            raise SealError("sealed secret: damaged, its cost is out of bounds")
        return cls(passphrase, Cost(passes, memory), salt)

    def seal(self, secret: bytes, *, purpose: str) -> bytes:
        """Encrypt, under a fresh nonce."""
        nonce = random(24)
        header = _HEADER.pack(*self._parameters, nonce)
        return header + _encrypt(secret, _bound(header, purpose), nonce, self._key)

    def unseal(self, sealed: bytes, *, purpose: str) -> bytes:
        """The secret; SealError for a wrong passphrase, another purpose or a damaged file, which look alike."""
        header, box = sealed[: _HEADER.size], sealed[_HEADER.size :]
        nonce = header[-24:]
        try:
            return _decrypt(box, _bound(header, purpose), nonce, self._key)
        except CryptoError:
            raise SealError(
                "sealed secret: wrong passphrase, or damaged, or sealed as something else"
            ) from None

    def __repr__(self) -> str:
        return "<SealingKey>"


def is_sealed(data: bytes) -> bool:
    """Whether this has the form of a sealed secret; only the passphrase shows whether it is one."""
    return len(data) >= _HEADER.size + _TAG_SIZE and data.startswith(_MAGIC)


def seal(secret: bytes, passphrase: str, *, purpose: str, cost: Cost = MODERATE) -> bytes:
    """Encrypt under a passphrase; ValueError if it is empty or the cost is out of bounds."""
    return SealingKey.new(passphrase, cost).seal(secret, purpose=purpose)


def unseal(sealed: bytes, passphrase: str, *, purpose: str) -> bytes:
    """The secret; SealError for a wrong passphrase, another purpose or a damaged file, which look alike."""
    return SealingKey.of(sealed, passphrase).unseal(sealed, purpose=purpose)


def _affordable(cost: Cost) -> bool:
    return all(low <= n <= high for low, n, high in zip(_CHEAPEST, cost, _DEAREST, strict=True))


def _bound(header: bytes, purpose: str) -> bytes:
    return frame(header, purpose.encode())
