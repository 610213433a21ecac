"""A log to be witnessed, honest or not, and a witness without a network."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crypto import merkle
from crypto.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from crypto.merkle import leaf_hash
from crypto.note import Cosigner, NoteSigner
from crypto.signing import SigningKey
from crypto.tlog_witness import AddCheckpoint, parse_signatures
from witness import Refused, Witness, WitnessFolder
from witness.web import Application

ORIGIN = "example.org/log"
NOW = 1_700_000_000


class Log:
    """Trees over the first so many of its entries, all signed with one key."""

    def __init__(self, entries: int = 20, key: SigningKey | None = None, origin: str = ORIGIN) -> None:
        self.signer = NoteSigner(origin, key or SigningKey.generate())
        self.leaves = [leaf_hash(b"entry %d" % i) for i in range(entries)]

    def fork(self, at: int) -> Log:
        """The same log with another entry there."""
        other = Log(len(self.leaves), self.signer.secret, self.signer.name)
        other.leaves = [*self.leaves[:at], leaf_hash(b"another"), *self.leaves[at + 1 :]]
        return other

    def signed(self, size: int) -> SignedCheckpoint:
        checkpoint = Checkpoint(self.signer.name, size, merkle.root(self.leaves[:size]))
        return sign_checkpoint(checkpoint, self.signer)

    def proof(self, old: int, new: int) -> list[bytes]:
        return merkle.consistency_proof(old, new, self._node) if 0 < old <= new else []

    def request(self, old: int, new: int, proof: Sequence[bytes] | None = None) -> bytes:
        """What an honest client sends, or the same with another proof."""
        proof = self.proof(old, new) if proof is None else proof
        return AddCheckpoint(old, tuple(proof), self.signed(new)).to_bytes()

    def _node(self, level: int, index: int) -> bytes:
        return merkle.root(self.leaves[index << level : (index + 1) << level])


class Place:
    """A witness over a folder; now: its clock."""

    def __init__(self, path: Path, *logs: Log) -> None:
        self.path, self.now = path, NOW
        path.mkdir(exist_ok=True)
        self.folder = WitnessFolder(path)
        for log in logs:
            self.folder.add_log(log.signer.key)
        self.cosigner = Cosigner("witness.example", SigningKey.generate())
        self.restart()

    def restart(self) -> None:
        """Nothing is remembered but what is on the disk."""
        self.witness = Witness(WitnessFolder(self.path), self.cosigner, lambda: self.now)

    def ask(self, data: bytes) -> int:
        """The HTTP status; a cosignature is checked."""
        try:
            lines = parse_signatures(self.witness.add_checkpoint(data))
        except Refused as refused:
            return refused.status
        request = AddCheckpoint.parse(data)
        request.signed.with_signatures(lines).only([self.cosigner.key])
        (own,) = lines
        self.cosigner.key.verify(request.signed.checkpoint.text, own.value)
        return 200

    def size(self, log: Log) -> int:
        """What is remembered as cosigned last."""
        known = WitnessFolder(self.path).log(log.signer.name)
        assert known is not None
        return known.latest.checkpoint.size if known.latest else 0

    def http(
        self, method: str, path: str, body: bytes = b"", **environ: Any
    ) -> tuple[str, dict[str, str], bytes]:
        """A request through the WSGI application: status line, headers, body."""
        answered: list[Any] = []
        environment = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **environ,
        }

        def start_response(status: str, headers: list[tuple[str, str]], error: object = None) -> Any:
            answered.extend((status, dict(headers)))

        data = b"".join(Application(self.witness)(environment, start_response))
        return answered[0], answered[1], data
