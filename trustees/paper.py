"""A key file on paper: its sealed bytes, in lines that a scanner reads and, as a last resort, people type.

    00: G5XW4 3TOMU … /K7QD     line 0: how many bytes, and SHA-256 (16 bytes) of all of them
    01: 8KTM1 …       /0XH2     25 bytes a line, in the letters and digits of trackers (SPEC 7.4)

Behind the slash is a check of this one line, so that a wrong letter is named by the line in which it stands. What is
on the paper is sealed under the passphrase as the key file is, and worth as much.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence

from crypto.framing import frame, u32
from trustees.errors import KeyFileError
from trustees.sentences import Sentence

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("OIL", "011")
_LINE_BYTES = 25
_HEADER_BYTES = 2 + 16
_CHECK = 4
_LABEL = b"glassballot/v1/paper"
_TITLE = "GLASSBALLOT KEY"
_LINE = re.compile(r"(\d{2,3}):([^:/]*)/([0-9A-Z]{4})")
_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff-]+")
# Of a scanner's "GLASSBALLOT KEY 1/3", without its spaces.
_TITLES = re.compile(r"GLASSBALLOTKEY\d+OF\d+\.")
# 999 lines are numbered with three digits.
_MOST = 24_000

PART_LETTERS = 900
"""Of one QR code, so that a telephone reads it from paper."""


def lines(sealed: bytes) -> list[str]:
    """A key file as lines to be printed. Raises ValueError for what is longer than any key file of an election."""
    if len(sealed) > _MOST:
        raise ValueError("too much for paper")
    header = len(sealed).to_bytes(2, "big") + _digest(sealed)
    parts = [header, *(sealed[start : start + _LINE_BYTES] for start in range(0, len(sealed), _LINE_BYTES))]
    return [_line(number, part) for number, part in enumerate(parts)]


def parts(printed: Sequence[str]) -> list[str]:
    """The same lines as texts for QR codes, in the characters that these hold most densely."""
    found: list[list[str]] = [[]]
    for line in (line.replace(" ", "") for line in printed):
        if sum(map(len, found[-1])) + len(line) > PART_LETTERS:
            found.append([])
        found[-1].append(line)
    return [f"{_TITLE} {i} OF {len(found)}. {' '.join(own)}" for i, own in enumerate(found, 1)]


def read(text: str) -> bytes:
    """The sealed key file that was typed or scanned, its lines in any order. Raises KeyFileError naming the line.

    Forgives case, spaces, digits of other scripts, O for 0, I and L for 1, and lines that are there twice.
    """
    if len(text) > 8 * _MOST:
        raise KeyFileError(Sentence("no paper backup is so long"))
    found = dict(_decoded(text))
    if 0 not in found:
        raise KeyFileError(Sentence("line %(line)s is missing", line="00"))
    size, digest = int.from_bytes(found[0][:2], "big"), found[0][2:]
    due = range(1, 1 + -(-size // _LINE_BYTES))
    for number in due:
        if number not in found:
            raise KeyFileError(Sentence("line %(line)s is missing", line=f"{number:02}"))
    sealed = b"".join(found[number] for number in due)
    if len(sealed) != size or _digest(sealed) != digest or len(found) != len(due) + 1:
        raise KeyFileError(Sentence("every line is right, but they are not all of one paper"))
    return sealed


def _decoded(text: str) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every line."""
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    compact = _TITLES.sub("", _NOISE.sub("", plain).upper())
    end, behind = 0, Sentence("there is something else than lines at the beginning")
    for match in _LINE.finditer(compact):
        if match.start() != end:
            raise KeyFileError(behind)
        number = int(match[1])
        yield number, _bytes(number, match[2].translate(_FORGIVEN), match[3].translate(_FORGIVEN))
        end, behind = match.end(), Sentence("there is something else behind line %(line)s", line=match[1])
    if end != len(compact):
        raise KeyFileError(behind)


def _bytes(number: int, letters: str, check: str) -> bytes:
    wrong = KeyFileError(
        Sentence("line %(line)s is not as it was printed: compare it letter by letter", line=f"{number:02}")
    )
    if any(letter not in _ALPHABET for letter in letters):
        raise wrong
    value = 0
    for letter in letters:
        value = value << 5 | _ALPHABET.index(letter)
    size = len(letters) * 5 // 8
    data = (value >> len(letters) * 5 - size * 8).to_bytes(size, "big")
    if _letters(data) != letters or _check(number, data) != check:
        raise wrong
    if number == 0 and size != _HEADER_BYTES:
        raise wrong
    return data


def _line(number: int, data: bytes) -> str:
    letters = _letters(data)
    groups = " ".join(letters[start : start + 5] for start in range(0, len(letters), 5))
    return f"{number:02}: {groups} /{_check(number, data)}"


def _letters(data: bytes) -> str:
    count = -(-len(data) * 8 // 5)
    bits = int.from_bytes(data, "big") << count * 5 - len(data) * 8
    return "".join(_ALPHABET[bits >> 5 * place & 31] for place in range(count - 1, -1, -1))


def _check(number: int, data: bytes) -> str:
    return _letters(hashlib.sha256(frame(_LABEL, u32(number), data)).digest())[:_CHECK]


def _digest(sealed: bytes) -> bytes:
    return hashlib.sha256(frame(_LABEL, sealed)).digest()[:16]
