"""Arrays of ristretto255 scalars and points over libsodium: second opinion on crypto/native, and fallback.

Every value is kept as its canonical 32 bytes, so that libsodium does all the arithmetic; Python integers
occur only where integers come in or go out. Secrets are handled in constant time as far as libsodium does
(Python objects are neither constant time to build nor ever wiped). Slow beside the native back end, and
meant to be read beside RFC 9496.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from hmac import compare_digest
from itertools import repeat
from typing import overload

from rbcl import crypto_core_ristretto255_add as point_add
from rbcl import crypto_core_ristretto255_from_hash as point_from_hash
from rbcl import crypto_core_ristretto255_is_valid_point as is_valid_point
from rbcl import crypto_core_ristretto255_scalar_add as scalar_add
from rbcl import crypto_core_ristretto255_scalar_invert as scalar_invert
from rbcl import crypto_core_ristretto255_scalar_mul as scalar_mul
from rbcl import crypto_core_ristretto255_scalar_negate as scalar_negate
from rbcl import crypto_core_ristretto255_scalar_random as scalar_random
from rbcl import crypto_core_ristretto255_scalar_reduce as scalar_reduce
from rbcl import crypto_core_ristretto255_scalar_sub as scalar_sub
from rbcl import crypto_core_ristretto255_sub as point_sub

# These two return the identity (32 zero bytes) where the variants without the suffix would raise.
from rbcl import crypto_scalarmult_ristretto255_allow_scalar_zero as point_mul
from rbcl import crypto_scalarmult_ristretto255_base_allow_scalar_zero as base_mul

from crypto.errors import EncodingError
from crypto.sodium_array import Array, array_length, broadcast, pairs, read_row, require, single, split

ORDER = 2**252 + 27742317777372353535851937790883648493
_FIELD_PRIME = 2**255 - 19
_ZERO = bytes(32)  # the scalar 0, and the encoding of the identity
_ONE = (1).to_bytes(32, "little")


class Scalars(Array):
    """An immutable array of integers modulo the group order; one scalar is an array of length 1."""

    __slots__ = ()

    @classmethod
    def from_bytes(cls, data: bytes) -> Scalars:
        """n scalars of 32 bytes, little-endian and below the order; else EncodingError (RFC 9496 4.4)."""
        items = split(data, 32, "scalars")
        for index, item in enumerate(items):
            if int.from_bytes(item, "little") >= ORDER:
                raise EncodingError(f"scalar {index} is not below the group order")
        return cls._of(items)

    @classmethod
    def from_ints(cls, values: Iterable[int]) -> Scalars:
        """Integers of any size and sign, reduced modulo the order."""
        return cls._of(map(_scalar, values))

    @classmethod
    def from_wide(cls, data: bytes) -> Scalars:
        """n times 64 uniform bytes, each read as a little-endian integer and reduced (RFC 9496 4.4)."""
        return cls._of(map(scalar_reduce, split(data, 64, "wide scalars")))

    @classmethod
    def random(cls, n: int) -> Scalars:
        """n uniform scalars from the operating system's generator."""
        return cls._of(scalar_random() for _ in range(array_length(n)))

    def __add__(self, other: Scalars | int) -> Scalars:
        return self._arithmetic(scalar_add, other)

    __radd__ = __add__

    def __sub__(self, other: Scalars | int) -> Scalars:
        return self._arithmetic(scalar_sub, other)

    def __rsub__(self, other: int) -> Scalars:
        return (-self)._arithmetic(scalar_add, other)

    @overload
    def __mul__(self, other: Scalars | int) -> Scalars: ...
    @overload
    def __mul__(self, other: Points) -> Points: ...
    def __mul__(self, other: Scalars | Points | int) -> Scalars | Points:
        if isinstance(other, Points):
            return other * self
        return self._arithmetic(scalar_mul, other)

    def __rmul__(self, other: int) -> Scalars:
        return self._arithmetic(scalar_mul, other)

    def __neg__(self) -> Scalars:
        return self._map(scalar_negate)

    def sum(self) -> Scalars:
        """The sum of all elements; 0 for none."""
        return self._of((reduce(scalar_add, self._items, _ZERO),))

    def dot(self, other: Scalars) -> Scalars:
        """The inner product; ValueError unless the lengths are equal."""
        require(other, Scalars)
        products = (scalar_mul(a, b) for a, b in pairs(self._items, other._items))
        return self._of((reduce(scalar_add, products, _ZERO),))

    def powers(self, n: int, start: int = 0) -> Scalars:
        """x^start, …, x^(start+n-1) of an array that holds the one scalar x. Variable time in n and start."""
        length, first = array_length(n), array_length(start)
        x, powers = single(self._items), []
        power = _power_vartime(x, first)
        for _ in range(length):
            powers.append(power)
            power = scalar_mul(power, x)
        return self._of(powers)

    def invert(self) -> Scalars:
        """Elementwise inverses; ZeroDivisionError names the index of a zero."""
        for index, item in enumerate(self._items):
            if compare_digest(item, _ZERO):
                raise ZeroDivisionError(f"scalar {index} is zero and has no inverse")
        return self._map(scalar_invert)

    def to_ints(self) -> list[int]:
        """The values as integers 0 … order-1."""
        return [int.from_bytes(item, "little") for item in self._items]

    def _arithmetic(self, operation: Callable[[bytes, bytes], bytes], other: object) -> Scalars:
        scalars = _scalars(other)
        return NotImplemented if scalars is None else self._zip(operation, scalars)


class Points(Array):
    """An immutable array of elements of the ristretto255 group; one point is an array of length 1."""

    __slots__ = ()

    @classmethod
    def from_bytes(cls, data: bytes, *, identity: bool = False) -> Points:
        """n points of 32 bytes, strictly decoded (RFC 9496 4.3.1); EncodingError names the first bad one.

        The identity is refused unless `identity` allows it.
        """
        items = split(data, 32, "points")
        for index, item in enumerate(items):
            # Checked before libsodium, which adds and multiplies what it cannot decode as if it were 0.
            if int.from_bytes(item, "little") >= _FIELD_PRIME or not is_valid_point(item):
                raise EncodingError(f"point {index} is not a canonical ristretto255 encoding")
            if item == _ZERO and not identity:
                raise EncodingError(f"point {index} is the identity")
        return cls._of(items)

    @classmethod
    def from_uniform(cls, data: bytes) -> Points:
        """n times 64 uniform bytes, each mapped to a point nobody knows a logarithm of (RFC 9496 4.3.4)."""
        return cls._of(map(point_from_hash, split(data, 64, "uniform points")))

    @classmethod
    def identity(cls, n: int) -> Points:
        """n times the identity."""
        return cls._of(repeat(_ZERO, array_length(n)))

    @classmethod
    def base(cls) -> Points:
        """The base point G of RFC 9496, as an array of length 1."""
        return cls._of((_BASE,))

    @classmethod
    def progression(cls, start: Points, step: Points, n: int) -> Points:
        """start + i*step for i = 0 … n-1."""
        require(start, Points)
        require(step, Points)
        length, points = array_length(n), []
        point, difference = single(start._items), single(step._items)
        for _ in range(length):
            points.append(point)
            point = point_add(point, difference)
        return cls._of(points)

    def __add__(self, other: Points) -> Points:
        return self._zip(point_add, other) if isinstance(other, Points) else NotImplemented

    def __sub__(self, other: Points) -> Points:
        return self._zip(point_sub, other) if isinstance(other, Points) else NotImplemented

    def __neg__(self) -> Points:
        return self._map(lambda item: bytes(point_sub(_ZERO, item)))

    def __mul__(self, other: Scalars | int) -> Points:
        scalars = _scalars(other)
        if scalars is None:
            return NotImplemented
        if self._items == (_BASE,):
            return self._of(map(base_mul, scalars._items))
        return self._of(point_mul(s, p) for s, p in broadcast(scalars._items, self._items))

    __rmul__ = __mul__

    def mul_vartime(self, scalars: Scalars | int) -> Points:
        """Elementwise multiplication, allowed to take variable time: public scalars only."""
        product = self.__mul__(scalars)
        if product is NotImplemented:
            raise TypeError(f"expected Scalars or int, got {type(scalars).__name__}")
        return product

    def precompute(self) -> Points:
        """The same points, prepared for being multiplied often (no difference in this back end)."""
        return self

    def sum(self) -> Points:
        """The sum of all elements; the identity for none."""
        return self._of((reduce(point_add, self._items, _ZERO),))

    def dot(self, scalars: Scalars) -> Points:
        """The sum of s_i*P_i, constant time in the scalars; ValueError unless the lengths are equal."""
        require(scalars, Scalars)
        products = (point_mul(s, p) for s, p in pairs(scalars._items, self._items))
        return self._of((reduce(point_add, products, _ZERO),))

    def msm_vartime(self, scalars: Scalars) -> Points:
        """The sum of s_i*P_i, allowed to take variable time: public scalars only."""
        return self.dot(scalars)

    def encode_doubles(self) -> bytes:
        """The canonical encodings of 2*P_i, which the native back end makes cheaply by the batch."""
        return b"".join(point_add(item, item) for item in self._items)

    def is_identity(self) -> list[bool]:
        """Which elements are the identity."""
        return [compare_digest(item, _ZERO) for item in self._items]


class Matrix:
    """A public sparse matrix of integers: each row lists its (column, coefficient) pairs, columns rising."""

    __slots__ = ("_entries", "columns", "rows")

    def __init__(self, columns: int, rows: Sequence[Sequence[tuple[int, int]]]) -> None:
        """ValueError unless the columns of each row rise, below `columns`, and 0 < |coefficient| < 2^53."""
        self.columns = array_length(columns)
        checked = (read_row(index, row, self.columns) for index, row in enumerate(rows))
        self._entries = tuple(tuple((column, _scalar(c)) for column, c in row) for row in checked)
        self.rows = len(self._entries)

    def __matmul__(self, scalars: Scalars) -> Scalars:
        """The product with a column vector of length `columns`: `rows` scalars."""
        require(scalars, Scalars)
        _check_length(scalars, self.columns)
        items = scalars._items
        return Scalars._of(
            reduce(scalar_add, (scalar_mul(c, items[column]) for column, c in row), _ZERO)
            for row in self._entries
        )

    def transposed(self, scalars: Scalars) -> Scalars:
        """The product of the transposed matrix with a vector of length `rows`: `columns` scalars."""
        require(scalars, Scalars)
        _check_length(scalars, self.rows)
        sums = [_ZERO] * self.columns
        for item, row in zip(scalars._items, self._entries, strict=True):
            for column, c in row:
                sums[column] = scalar_add(sums[column], scalar_mul(c, item))
        return Scalars._of(sums)

    def __repr__(self) -> str:
        return f"<Matrix {self.rows} x {self.columns}>"


_BASE = bytes(base_mul(_ONE))


def _check_length(scalars: Scalars, length: int) -> None:
    if len(scalars) != length:
        raise ValueError(f"expected {length} scalars, got {len(scalars)}")


def _scalar(value: int) -> bytes:
    require(value, int)
    return (value % ORDER).to_bytes(32, "little")


def _scalars(value: object) -> Scalars | None:
    """Scalars as they are, an integer as one scalar, anything else as None."""
    if isinstance(value, Scalars):
        return value
    return Scalars.from_ints([value]) if isinstance(value, int) else None


def _power_vartime(x: bytes, exponent: int) -> bytes:
    power = _ONE
    for bit in bin(exponent)[2:]:
        power = scalar_mul(power, power)
        power = scalar_mul(power, x) if bit == "1" else power
    return power
