"""What a witness remembers. Nothing is answered before it is on the disk.

    witness.key                     the witness's key, which is not read here
    logs/<SHA-256 of the origin>/
        vkey                        the log's verifier key
        checkpoint                  cosigned last, with the log's signature and ours
        cosigned/<size>             those cosigned before it
        evidence/<size>             the first of this size that contradicts one of them, with that one

Threads and processes may share a folder: whoever reads, decides and writes holds its lock meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crypto.checkpoint import SignedCheckpoint
from crypto.equivocation import Equivocation
from crypto.errors import EncodingError, GlassballotError
from crypto.note import ED25519, NoteKey
from election.record import DurableFolder

_LOGS = "logs"


class FolderError(GlassballotError):
    """A witness's folder that is missing, damaged, or in the way."""


class WitnessFolder:
    """The folder of one witness."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = DurableFolder(path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else decides or writes here before the block is left. FolderError without a folder."""
        if not self.path.is_dir():
            raise FolderError(f"{self.path}: no such folder")
        with self._files.locked():
            yield

    def add_log(self, key: NoteKey) -> None:
        """Witness the log of this key, whose name is its origin; FolderError if another key is known for it."""
        if key.kind != ED25519:
            raise FolderError("a log's key is of signature type 0x01")
        with self.locked():
            known = self.log(key.name)
            if known is not None and known.key != key:
                raise FolderError(f"another key is known for the log {key.name}; a log keeps its key")
            if known is None:
                self._files.write({f"{_LOGS}/{_hash(key.name)}/vkey": f"{key}\n".encode()})

    def log(self, origin: str) -> LogFolder | None:
        """What is remembered about this log, None if it is not witnessed here. Raises FolderError."""
        return self.log_of(_hash(origin))

    def log_of(self, origin_hash: str) -> LogFolder | None:
        """The same by the SHA-256 of the origin in lower-case hex."""
        if not (self.path / _LOGS / origin_hash / "vkey").exists():
            return None
        return LogFolder(self._files, origin_hash)

    def logs(self) -> list[LogFolder]:
        """All that are witnessed, by origin. Raises FolderError."""
        found = (self.path / _LOGS).glob("*/vkey")
        logs = [LogFolder(self._files, vkey.parent.name) for vkey in found]
        return sorted(logs, key=lambda log: log.key.name)


class LogFolder:
    """What is remembered about one log. `keep` and `convict` need the folder's lock."""

    def __init__(self, files: DurableFolder, origin_hash: str) -> None:
        self._files, self._place = files, f"{_LOGS}/{origin_hash}"
        self.key = self._read_key()

    @property
    def latest(self) -> SignedCheckpoint | None:
        """Cosigned last, None if nothing ever was."""
        found = self._checkpoint("checkpoint")
        if found is None and self._path("cosigned").exists():
            raise FolderError(f"{self._path('checkpoint')}: missing, though checkpoints have been cosigned")
        return found

    def cosigned(self, size: int) -> SignedCheckpoint | None:
        """What was cosigned at this size, if anything was."""
        latest = self.latest
        if latest is not None and latest.checkpoint.size == size:
            return latest
        return self._checkpoint(f"cosigned/{size}")

    def keep(self, signed: SignedCheckpoint) -> None:
        """Remember what is about to be cosigned, unless it was before; it is on the disk on return."""
        former, files = self.latest, {}
        if former is not None:
            if former.checkpoint.size == signed.checkpoint.size:
                return
            files[f"{self._place}/cosigned/{former.checkpoint.size}"] = former.to_bytes()
        # The new one goes last: before it is written, nothing of this has happened.
        self._files.write({**files, f"{self._place}/checkpoint": signed.to_bytes()})

    def convict(self, evidence: Equivocation) -> None:
        """Keep evidence against the log: one for every size is enough."""
        name = f"evidence/{evidence.first.checkpoint.size}"
        if not self._path(name).exists():
            self._files.write({f"{self._place}/{name}": evidence.to_bytes()})

    @property
    def evidence(self) -> list[Path]:
        """Files that convict the log."""
        return sorted(self._path("evidence").glob("*"), key=lambda path: (len(path.name), path.name))

    def _read_key(self) -> NoteKey:
        path = self._path("vkey")
        try:
            key = NoteKey.parse(path.read_text(encoding="utf-8").removesuffix("\n"))
        except (EncodingError, UnicodeDecodeError) as error:
            raise FolderError(f"{path}: {error}") from None
        if key.kind != ED25519 or f"{_LOGS}/{_hash(key.name)}" != self._place:
            raise FolderError(f"{path}: not the key of this folder's log")
        return key

    def _checkpoint(self, name: str) -> SignedCheckpoint | None:
        try:
            return SignedCheckpoint.parse(self._path(name).read_bytes())
        except FileNotFoundError:
            return None
        except EncodingError as error:
            raise FolderError(f"{self._path(name)}: {error}") from None

    def _path(self, name: str) -> Path:
        return self._files.path / self._place / name


def _hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()
