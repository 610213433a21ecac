"""Trackers and pseudonyms, short names to be read aloud and typed in (SPEC 7.4)."""

from __future__ import annotations

import hashlib
import unicodedata

from crypto.errors import EncodingError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("abcdefghijklmnopqrstuvwxyzOIL", "ABCDEFGH1JK1MN0PQRSTUVWXYZ011", "-")

_TRACKER_BYTES = 20
_PSEUDONYM_BYTES = 10


class MistypedError(EncodingError):
    """Something typed that is no whole name.

    strange: the first character that none holds, "" if there is none; length, whole: in letters and digits, how
    many it has and should have.
    """

    def __init__(self, message: str, strange: str, length: int, whole: int) -> None:
        # All arguments go to Exception, so that the error survives the way between two processes.
        super().__init__(message, strange, length, whole)
        self.strange, self.length, self.whole = strange, length, whole

    def __str__(self) -> str:
        return str(self.args[0])


def tracker(body: bytes) -> str:
    """Eight groups of four for the canonical bytes of a ballot's body."""
    return _name(hashlib.sha256(body).digest()[:_TRACKER_BYTES])


def pseudonym(credential: bytes) -> str:
    """Four groups of four for a credential, a point of 32 bytes."""
    return _name(hashlib.sha256(credential).digest()[:_PSEUDONYM_BYTES])


def parse_tracker(typed: str) -> str:
    """The tracker that somebody typed, as `tracker` writes it; MistypedError unless it is a whole one."""
    return _parse(typed, _TRACKER_BYTES, "tracker")


def parse_pseudonym(typed: str) -> str:
    """The pseudonym that somebody typed, as `pseudonym` writes it; MistypedError unless it is a whole one."""
    return _parse(typed, _PSEUDONYM_BYTES, "pseudonym")


def _name(digest: bytes) -> str:
    bits = int.from_bytes(digest, "big")
    top = 8 * len(digest) - 5
    return _grouped("".join(_ALPHABET[bits >> shift & 31] for shift in range(top, -1, -5)))


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _parse(typed: str, size: int, what: str) -> str:
    """Forgives case, O for 0, I and L for 1, digits of other scripts, spaces and dashes; nothing else."""
    digits = (
        str(unicodedata.decimal(character, character)) for character in typed if not character.isspace()
    )
    letters = "".join(digits).translate(_FORGIVEN)
    strange = next((character for character in letters if character not in _ALPHABET), "")
    whole = size * 8 // 5
    if strange:
        raise MistypedError(f"no {what} holds {strange!a}", strange, len(letters), whole)
    if len(letters) != whole:
        message = f"a {what} has {whole} letters and digits, this has {len(letters)}"
        raise MistypedError(message, "", len(letters), whole)
    return _grouped(letters)
