"""Codecs between canonical JSON values and Python values: an entry's class declares its members with these.

Strict in both directions: an unknown or missing member, another type, a length or value out of range is an
EncodingError that names the place (SPEC 1.5, 4.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from crypto import ballot_argument, sigma
from crypto.elgamal import Ciphertexts
from crypto.errors import EncodingError
from crypto.group import Points
from election.canonical import b64decode, b64encode
from election.texts import check_identifier, check_text

MAX_INTEGER = 2**53 - 1


@dataclass(frozen=True)
class Codec:
    """decode(JSON value, place) -> value, raising EncodingError; encode(value) -> JSON value."""

    decode: Callable[[Any, str], Any]
    encode: Callable[[Any], Any]


def members(**codecs: Codec) -> Mapping[str, Codec]:
    """The schema of a record: member name -> codec."""
    return codecs


class Record:
    """A frozen dataclass whose members are exactly those of `schema`."""

    schema: ClassVar[Mapping[str, Codec]]

    @classmethod
    def from_json(cls, value: Any, place: str) -> Self:
        """Raises EncodingError, naming the place."""
        if not isinstance(value, dict):
            raise EncodingError(f"{place}: an object was due here")
        if value.keys() != cls.schema.keys():
            odd = sorted(value.keys() ^ cls.schema.keys())[0]
            word = "unknown" if odd in value else "missing"
            raise EncodingError(f"{place}: {word} member {odd[:64]!r}")
        return cls(**{name: c.decode(value[name], f"{place}.{name}") for name, c in cls.schema.items()})

    def to_json(self) -> dict[str, Any]:
        return {name: codec.encode(getattr(self, name)) for name, codec in self.schema.items()}


def integer(low: int = 0, high: int = MAX_INTEGER) -> Codec:
    def decode(value: Any, place: str) -> int:
        if type(value) is not int or not low <= value <= high:
            raise EncodingError(f"{place}: an integer from {low} to {high} was due here")
        return value

    return Codec(decode, lambda value: value)


def string(check: Callable[[str, str], object]) -> Codec:
    def decode(value: Any, place: str) -> str:
        if type(value) is not str:
            raise EncodingError(f"{place}: a string was due here")
        check(value, place)
        return value

    return Codec(decode, lambda value: value)


IDENTIFIER = string(check_identifier)
TEXT = string(check_text)
STRING = string(lambda value, place: value)


def optional_identifier(value: str, place: str) -> None:
    """An identifier, or the empty string where there is none."""
    if value:
        check_identifier(value, place)


def word(*allowed: str) -> Codec:
    """One of these strings."""

    def check(value: str, place: str) -> None:
        if value not in allowed:
            raise EncodingError(f"{place}: {' or '.join(allowed)} was due here")

    return string(check)


def binary(parse: Callable[[bytes], Any], render: Callable[[Any], bytes]) -> Codec:
    """A byte string as unpadded base64url; parse raises EncodingError."""

    def decode(value: Any, place: str) -> Any:
        if type(value) is not str:
            raise EncodingError(f"{place}: a base64url string was due here")
        try:
            return parse(b64decode(value, place))
        except EncodingError as error:
            text = str(error)
            raise EncodingError(text if text.startswith(place) else f"{place}: {text}") from None

    return Codec(decode, lambda value: b64encode(render(value)))


def raw(size: int) -> Codec:
    """Exactly so many bytes."""

    def parse(data: bytes) -> bytes:
        if len(data) != size:
            raise EncodingError(f"{size} bytes were due here, not {len(data)}")
        return data

    return binary(parse, bytes)


def _any_bytes(data: bytes) -> bytes:
    return data


BYTES = binary(_any_bytes, bytes)


def _one_point(data: bytes) -> Points:
    if len(data) != 32:
        raise EncodingError(f"a point is 32 bytes, not {len(data)}")
    return Points.from_bytes(data)


POINT = binary(_one_point, Points.to_bytes)
POINTS = binary(Points.from_bytes, Points.to_bytes)
PARTIALS = binary(lambda data: Points.from_bytes(data, identity=True), Points.to_bytes)
SLOTS = binary(Ciphertexts.from_bytes, Ciphertexts.to_bytes)
AGGREGATES = binary(lambda data: Ciphertexts.from_bytes(data, aggregate=True), Ciphertexts.to_bytes)
BALLOT_PROOF = binary(ballot_argument.Proof.from_bytes, ballot_argument.Proof.to_bytes)


def sigma_proof(rows: int, secrets: int) -> Codec:
    """A sigma proof of a statement with so many rows and secrets."""
    return binary(lambda data: sigma.Proof.from_bytes(data, rows, secrets), sigma.Proof.to_bytes)


SIGNATURE = sigma_proof(1, 1)


def array(item: Codec) -> Codec:
    """A JSON array, as a tuple."""

    def decode(value: Any, place: str) -> tuple[Any, ...]:
        if type(value) is not list:
            raise EncodingError(f"{place}: an array was due here")
        return tuple(item.decode(element, f"{place}[{i}]") for i, element in enumerate(value))

    return Codec(decode, lambda values: [item.encode(value) for value in values])


def mapping(check_name: Callable[[str, str], object], item: Codec) -> Codec:
    """A JSON object whose member names are data."""

    def decode(value: Any, place: str) -> dict[str, Any]:
        if type(value) is not dict:
            raise EncodingError(f"{place}: an object was due here")
        for name in value:
            check_name(name, place)
        return {name: item.decode(element, f"{place}.{name}") for name, element in value.items()}

    return Codec(decode, lambda values: {name: item.encode(value) for name, value in values.items()})


def nested(cls: type[Record]) -> Codec:
    """An object with members of its own."""
    return Codec(cls.from_json, lambda value: value.to_json())
