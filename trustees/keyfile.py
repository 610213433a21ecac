"""The key file of a trustee: its Secrets under a passphrase (SPEC 8.5).

Sealed as crypto/sealing.py says; the content is the canonical JSON of Secrets. No crash and no second
process loses a version that was kept, no other key ever overwrites it, and a copy is known as one
(trustees/journal.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from crypto.errors import EncodingError, SealError
from crypto.sealing import MODERATE, Cost, SealingKey, is_sealed
from election import durable
from trustees.errors import KeyFileError
from trustees.journal import Journal, path_beside
from trustees.secrets import Secrets
from trustees.sentences import Sentence

PURPOSE = "glassballot/v1/trustee-key"
MAX_SIZE = 1024 * 1024
DESTROYED = b"glassballot/destroyed/v1\nThis was the key file of a trustee. Its owner has destroyed it.\n"


class KeyFile:
    """An open key file; `secrets` is what the disk holds. Close it, or use it in a `with` block."""

    def __init__(self, path: Path, key: SealingKey, journal: Journal, secrets: Secrets) -> None:
        self.path = path
        self.secrets = secrets
        self._key, self._journal = key, journal

    @classmethod
    def create(cls, path: Path, passphrase: str, trustee: str, *, cost: Cost = MODERATE) -> Self:
        """A new identity in a new file. Raises KeyFileError where anything is in the way, OSError."""
        secrets = Secrets.generate(trustee)
        if path.exists() or path_beside(path).exists():
            raise KeyFileError(f"{path}: there is a key file or its journal already; nothing is overwritten")
        key = SealingKey.new(passphrase, cost)
        sealed = key.seal(secrets.to_bytes(), purpose=PURPOSE)
        journal = Journal(path)
        try:
            journal.announce(_digest(sealed))
            durable.create(path, sealed)
            journal.confirm(_digest(sealed))
        except BaseException:
            journal.close()
            raise
        return cls(path, key, journal, secrets)

    @classmethod
    def restore(cls, path: Path, sealed: bytes, passphrase: str) -> Self:
        """A copy in a new file, known as one, if the passphrase opens it. Raises KeyFileError, OSError."""
        if path.exists() or path_beside(path).exists():
            raise KeyFileError(f"{path}: there is a key file or its journal already; nothing is overwritten")
        if not is_sealed(sealed):
            raise KeyFileError("this is not a key file of a trustee")
        _unseal(path, sealed, passphrase)
        durable.create(path, sealed)
        return cls.open(path, passphrase)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Self:
        """Raises KeyFileError, with the reason in one line; a wrong passphrase looks like a damaged file."""
        path = _behind_links(path)
        _read(path)
        journal = Journal(path)
        try:
            # Only now does nobody else replace it.
            sealed = _read(path)
            key, secrets = _unseal(path, sealed, passphrase)
        except BaseException:
            journal.close()
            raise
        if journal.is_sound(_digest(sealed)):
            journal.confirm(_digest(sealed))
        else:
            secrets = replace(secrets, restored=1)
        return cls(path, key, journal, secrets)

    def keep(self, secrets: Secrets) -> None:
        """Make these the secrets; they are on the disk when this returns."""
        if secrets == self.secrets:
            return
        sealed = self._key.seal(secrets.to_bytes(), purpose=PURPOSE)
        self._journal.announce(_digest(sealed))
        durable.replace(self.path, sealed)
        self._journal.confirm(_digest(sealed))
        self.secrets = secrets

    def destroy(self) -> None:
        """Overwrite the key file where it lies; what that cannot reach is listed in `LEFT_TO_THE_OWNER`."""
        durable.overwrite(self.path, DESTROYED)
        durable.remove(durable.path_of_new(self.path))
        durable.remove(self._journal.path)

    def close(self) -> None:
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<KeyFile {self.path}>"


LEFT_TO_THE_OWNER = (
    Sentence("paper backups of the key or of the passphrase"),
    Sentence("copies of the key file on other disks, memory sticks, computers, and in the cloud"),
    Sentence("snapshots and backups that your computer made by itself"),
    Sentence(
        "this disk: it may hold earlier versions of the file and, if it is a solid-state disk or a memory stick, "
        "even what was overwritten, where no program reaches them; encrypting or destroying the whole disk helps"
    ),
)


def is_destroyed(path: Path) -> bool:
    """Whether the tool has destroyed this key file. Raises KeyFileError if it cannot be read."""
    return _read_raw(path).startswith(DESTROYED)


def _read(path: Path) -> bytes:
    data = _read_raw(path)
    if data.startswith(DESTROYED):
        raise KeyFileError(f"{path}: this key file has been destroyed")
    if not is_sealed(data):
        raise KeyFileError(f"{path}: not a key file of a trustee")
    return data


def _read_raw(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror or error}") from None
    if len(data) > MAX_SIZE:
        raise KeyFileError(f"{path}: no key file is so large")
    return data


def _unseal(path: Path, sealed: bytes, passphrase: str) -> tuple[SealingKey, Secrets]:
    try:
        key = SealingKey.of(sealed, passphrase)
        return key, Secrets.from_bytes(key.unseal(sealed, purpose=PURPOSE))
    except SealError as error:
        raise KeyFileError(f"{path}: {error}") from None
    except EncodingError as error:
        raise KeyFileError(f"{path}: damaged, {error}") from None


def _behind_links(path: Path) -> Path:
    """A link stays a link when the file behind it is replaced."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise KeyFileError(f"{path}: {error}") from None


def _digest(sealed: bytes) -> bytes:
    return hashlib.sha256(sealed).digest()
