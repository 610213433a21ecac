"""Identifiers and texts that people read: what is refused, and what looks alike (SPEC 1.6)."""

from __future__ import annotations

import re
import unicodedata

from crypto.errors import EncodingError

MAX_TEXT_LENGTH = 1000

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

# First and last code point of everything that is invisible, turns the writing direction, or is no character.
# U+200C and U+200D, the joiners, are allowed: Persian cannot be written without them.
REFUSED_RANGES: tuple[tuple[int, int], ...] = (
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0x061C, 0x061C),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x2029),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),
    (0xFDD0, 0xFDEF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
)
_REFUSED = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in REFUSED_RANGES) + "]")

# Arabic yeh, alef maksura and kaf become the Persian letters; tatweel and the joiners, hardly seen, go.
_SAME_SHAPE = str.maketrans("\u064a\u0649\u0643", "\u06cc\u06cc\u06a9", "\u0640\u200c\u200d")


def check_identifier(text: object, place: str) -> str:
    """`text` itself if it matches `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`; EncodingError at `place` otherwise."""
    if not isinstance(text, str) or not _IDENTIFIER.fullmatch(text):
        raise EncodingError(f"{place}: not an identifier of 1 to 64 letters, digits, '.', '_' and '-'")
    return text


def check_text(text: object, place: str, *, max_length: int = MAX_TEXT_LENGTH) -> str:
    """`text` itself, never normalised, if it has 1 to `max_length` code points, none of them refused.

    EncodingError at `place` otherwise.
    """
    if not isinstance(text, str):
        raise EncodingError(f"{place}: not a text")
    if not text or text.isspace():
        raise EncodingError(f"{place}: an empty text")
    if len(text) > max_length:
        raise EncodingError(f"{place}: {len(text)} characters where at most {max_length} are allowed")
    if found := _REFUSED.search(text):
        raise EncodingError(
            f"{place}: U+{ord(found[0]):04X} at character {found.start()} is refused in texts"
        )
    return text


def look_alike_key(text: str) -> str:
    """Equal for two texts that a reader may take for the same one; for warnings only, never for identity."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    joined = " ".join(folded.translate(_SAME_SHAPE).split())
    return "".join(str(unicodedata.decimal(character, character)) for character in joined)


def printable(text: str) -> str:
    """The text with escapes for what controls a terminal or the writing direction; the joiners stay."""
    return "".join(c if c.isprintable() or c in "\u200c\u200d" else ascii(c)[1:-1] for c in text)
