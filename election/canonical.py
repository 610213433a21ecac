"""The one JSON parser and encoder: RFC 8785 without fractions, true, false and null (SPEC 1.5).

Every value has exactly one encoding, and `decode` accepts nothing else, so equal hashes mean equal values.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any, NoReturn

from crypto.errors import EncodingError

Value = str | int | list["Value"] | dict[str, "Value"]

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32
MAX_BYTES = 4 * 1024 * 1024

_HEX32 = re.compile(r"[0-9a-f]{64}")
_MAX_DIGITS = len(str(MAX_INTEGER))


class _Refusal(Exception):
    """Why a value has no encoding; `path` grows from the inside out while the walk unwinds."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self.path: list[str] = []

    def at(self, step: str) -> _Refusal:
        self.path.append(step)
        return self

    def __str__(self) -> str:
        place = "".join(reversed(self.path)).removeprefix(".") or "the value"
        return f"{place}: {self.reason}"


def encode(value: object) -> bytes:
    """The canonical bytes of a value made of dict, list or tuple, str and int.

    EncodingError, with the place, for everything else: bool, None, float, integers beyond ±(2^53 - 1), keys
    that are not strings, lone surrogates, nesting deeper than MAX_DEPTH.
    """
    try:
        return _encoder.encode(_ordered(value, 0)).encode()
    except _Refusal as refusal:
        raise EncodingError(str(refusal)) from None
    except UnicodeEncodeError:
        raise EncodingError("a text holds a lone surrogate") from None


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Value:
    """The value whose canonical encoding is `data`; EncodingError, with the reason, if there is none."""
    value: Value = load(data, max_bytes=max_bytes)
    again = encode(value)
    if again != data:
        raise EncodingError(f"not canonical: first difference at byte {_first_difference(again, data)}")
    return value


def load(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """What JSON says that need not be canonical: in any layout, with true, false and null.

    EncodingError for fractions, NaN, -0, integers beyond ±(2^53 - 1), one key twice, and what is no JSON in UTF-8.
    """
    if len(data) > max_bytes:
        raise EncodingError(f"{len(data)} bytes where at most {max_bytes} are allowed")
    if data.startswith(b"\xef\xbb\xbf"):
        raise EncodingError("a byte order mark at the beginning")
    try:
        return _decoder.decode(data.decode())
    except UnicodeDecodeError as error:
        raise EncodingError(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise EncodingError(f"not JSON at character {error.pos}") from None
    except RecursionError:
        raise EncodingError(f"nested more than {MAX_DEPTH} deep") from None


def b64encode(data: bytes) -> str:
    """Unpadded base64url (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64decode(text: object, place: str = "a byte string", *, length: int | None = None) -> bytes:
    """Bytes out of their one base64url text, exactly `length` if given; else EncodingError at `place`."""
    if not isinstance(text, str):
        raise EncodingError(f"{place}: not a base64url text")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise EncodingError(f"{place}: not base64url") from None
    # Encoding again finds padding, foreign characters and stray bits at the end all at once.
    if b64encode(data) != text:
        raise EncodingError(f"{place}: not the unpadded base64url of any bytes")
    if length is not None and len(data) != length:
        raise EncodingError(f"{place}: {len(data)} bytes where {length} belong")
    return data


def hex32encode(data: bytes) -> str:
    """32 bytes as 64 lower-case hexadecimal digits."""
    if len(data) != 32:
        raise EncodingError(f"{len(data)} bytes where 32 belong")
    return data.hex()


def hex32decode(text: object, place: str = "a hash") -> bytes:
    """32 bytes out of exactly 64 lower-case hexadecimal digits; else EncodingError at `place`."""
    if not isinstance(text, str) or not _HEX32.fullmatch(text):
        raise EncodingError(f"{place}: not 64 lower-case hexadecimal digits")
    return bytes.fromhex(text)


def _ordered(value: object, depth: int) -> object:
    """The same value, keys in the order of RFC 8785 section 3.2.3; _Refusal if it has no encoding."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        if -MAX_INTEGER <= value <= MAX_INTEGER:
            return value
        raise _Refusal("an integer beyond ±(2^53 - 1)")
    if depth == MAX_DEPTH:
        raise _Refusal(f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        return _ordered_members(value, depth + 1)
    if isinstance(value, (list, tuple)):
        return _ordered_items(value, depth + 1)
    raise _Refusal(_REFUSED_TYPES.get(type(value), f"a {type(value).__name__} has no encoding"))


def _ordered_members(members: dict[str, object], depth: int) -> dict[str, object]:
    ordered = {}
    for key in sorted(members, key=_utf16):
        try:
            ordered[key] = _ordered(members[key], depth)
        except _Refusal as refusal:
            raise refusal.at("." + ascii(key[:64])[1:-1]) from None
    return ordered


def _ordered_items(items: list[object] | tuple[object, ...], depth: int) -> list[object]:
    ordered: list[object] = []
    for item in items:
        try:
            ordered.append(_ordered(item, depth))
        except _Refusal as refusal:
            raise refusal.at(f"[{len(ordered)}]") from None
    return ordered


def _utf16(key: str) -> bytes:
    if not isinstance(key, str):
        raise _Refusal("a key that is not a string")
    return key.encode("utf-16-be")


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise EncodingError("an object has one key twice")
    return members


def _integer(digits: str) -> int:
    # The length comes first: int() takes quadratic time, and refuses 4300 digits in its own words.
    if len(digits.removeprefix("-")) > _MAX_DIGITS:
        raise EncodingError("an integer beyond ±(2^53 - 1)")
    if digits == "-0":
        raise EncodingError("the number -0")
    return int(digits)


def _no_integer(token: str) -> NoReturn:
    raise EncodingError(f"a number that is not an integer: {token[:32]}")


def _first_difference(left: bytes, right: bytes) -> int:
    same, different = 0, min(len(left), len(right)) + 1
    while different - same > 1:
        middle = (same + different) // 2
        if left[:middle] == right[:middle]:
            same = middle
        else:
            different = middle
    return same


_REFUSED_TYPES: dict[type, str] = {
    bool: "true and false are refused",
    type(None): "null is refused",
    float: "a number that is not an integer",
}
_encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_integer, parse_constant=_no_integer
)
