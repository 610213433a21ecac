"""Reads the fields of a message one after the other; an error names the message and the field."""

from __future__ import annotations

from collections.abc import Iterable

from crypto.dkg.ciphersuite import ENVELOPE_BYTES, POINT_BYTES, SIGNATURE_BYTES
from crypto.dkg.errors import MessageError
from crypto.dkg.schnorr import Signature
from crypto.errors import EncodingError
from crypto.group import Points


class Reader:
    """A place in `data`. Every method raises MessageError, blaming `culprits`."""

    def __init__(self, data: bytes, message: str, culprits: Iterable[int] = ()) -> None:
        self._data = data
        self._offset = 0
        self._message = message
        self._culprits = tuple(culprits)

    def take(self, size: int, field: str) -> bytes:
        """The next `size` bytes."""
        end = self._offset + size
        if end > len(self._data):
            raise self.error(field, f"the message ends after {len(self._data)} bytes, before byte {end}")
        piece, self._offset = self._data[self._offset : end], end
        return piece

    def points(self, n: int, field: str) -> Points:
        """n points, none of them the identity."""
        piece = self.take(n * POINT_BYTES, field)
        try:
            return Points.from_bytes(piece)
        except EncodingError as error:
            raise self.error(field, str(error)) from error

    def signature(self, field: str) -> Signature:
        """A signature, well formed; whether it holds is not looked at."""
        piece = self.take(SIGNATURE_BYTES, field)
        try:
            return Signature.from_bytes(piece)
        except EncodingError as error:
            raise self.error(field, str(error)) from error

    def envelope(self, field: str) -> bytes:
        """The ciphertext of one envelope behind its length."""
        size = int.from_bytes(self.take(8, field), "big")
        if size != ENVELOPE_BYTES:
            raise self.error(field, f"its length is given as {size}, must be {ENVELOPE_BYTES}")
        return self.take(size, field)

    def end(self) -> None:
        """Nothing may follow."""
        if self._offset != len(self._data):
            raise self.error("end", f"{len(self._data) - self._offset} bytes too many")

    def error(self, field: str, reason: str) -> MessageError:
        """The error to raise about a field."""
        return MessageError(f"{self._message}, {field}: {reason}", self._culprits)
