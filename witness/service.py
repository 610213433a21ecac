"""One request after the other: check, remember, cosign (C2SP tlog-witness)."""

from __future__ import annotations

from collections.abc import Callable

from crypto.equivocation import Equivocation
from crypto.errors import EncodingError
from crypto.note import Cosigner
from crypto.tlog_witness import AddCheckpoint, encode_signatures
from witness.decision import Refused, check_extends, check_signed
from witness.folder import LogFolder, WitnessFolder


class Witness:
    """Cosigns for the logs of its folder; threads and processes may use it at once. now: POSIX seconds."""

    def __init__(self, folder: WitnessFolder, cosigner: Cosigner, now: Callable[[], int]) -> None:
        self._folder, self._cosigner, self._now = folder, cosigner, now

    def add_checkpoint(self, data: bytes) -> bytes:
        """The lines of the cosignature, once the checkpoint is remembered.

        Raises Refused; FolderError or OSError if the witness cannot remember, and then it does not cosign.
        """
        try:
            request = AddCheckpoint.parse(data)
        except EncodingError as error:
            raise Refused(400, str(error)) from None
        with self._folder.locked():
            log = self._folder.log(request.signed.checkpoint.origin)
            if log is None:
                raise Refused(404, "unknown log")
            check_signed(request, log.key)
            _convict(request, log)
            latest = log.latest
            check_extends(request, latest.checkpoint if latest else None)
            return self._cosign(request, log)

    def latest(self, origin_hash: str) -> bytes | None:
        """What was cosigned last for the log whose origin has this SHA-256, lower-case hex; None for nothing."""
        log = self._folder.log_of(origin_hash)
        latest = log.latest if log else None
        return latest.to_bytes() if latest else None

    def _cosign(self, request: AddCheckpoint, log: LogFolder) -> bytes:
        signature = self._cosigner.sign(request.signed.checkpoint.text, self._now())
        log.keep(request.signed.only([log.key]).with_signatures([signature]))
        return encode_signatures(signature)


def _convict(request: AddCheckpoint, log: LogFolder) -> None:
    """Keep the evidence if the log has signed another root for a size that was cosigned; it is refused anyway."""
    new = request.signed.checkpoint
    known = log.cosigned(new.size) if new.size else None
    if known is not None and known.checkpoint.root != new.root:
        log.convict(Equivocation.of_one_size(known, request.signed.only([log.key])))
