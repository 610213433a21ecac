"""What scalars, points and matrices of crypto/sodium.py share: immutable arrays of 32-byte values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from hmac import compare_digest
from itertools import repeat
from typing import Self, SupportsIndex, TypeVar

from crypto.errors import EncodingError

T = TypeVar("T")
U = TypeVar("U")


class Array:
    """An immutable sequence of 32-byte values, compared in constant time."""

    __slots__ = ("_items",)
    __hash__ = None  # type: ignore[assignment]
    _items: tuple[bytes, ...]

    @classmethod
    def _of(cls, items: Iterable[bytes]) -> Self:
        array = cls.__new__(cls)
        array._items = tuple(items)
        return array

    @classmethod
    def concat(cls, parts: Iterable[Self]) -> Self:
        """The arrays of `parts`, one after another."""
        arrays = list(parts)
        for part in arrays:
            require(part, cls)
        return cls._of(item for part in arrays for item in part._items)

    def to_bytes(self) -> bytes:
        """The canonical encodings, 32 bytes each."""
        return b"".join(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: SupportsIndex | slice) -> Self:
        if isinstance(index, slice):
            return self._of(self._items[index])
        try:
            return self._of((self._items[index],))
        except IndexError:
            raise IndexError(f"index {operator.index(index)} in an array of length {len(self)}") from None

    def __iter__(self) -> Iterator[Self]:
        return (self._of((item,)) for item in self._items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return compare_digest(self.to_bytes(), other.to_bytes())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} x {len(self)}>"

    def _map(self, operation: Callable[[bytes], bytes]) -> Self:
        return self._of(map(operation, self._items))

    def _zip(self, operation: Callable[[bytes, bytes], bytes], other: Array) -> Self:
        return self._of(operation(a, b) for a, b in broadcast(self._items, other._items))


def require(value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")


def split(data: bytes, size: int, what: str) -> tuple[bytes, ...]:
    """Encodings of `size` bytes cut apart; EncodingError if the length is no multiple."""
    require(data, bytes)
    if len(data) % size:
        raise EncodingError(f"{what}: {len(data)} bytes are no multiple of {size}")
    return tuple(data[i : i + size] for i in range(0, len(data), size))


def array_length(n: SupportsIndex) -> int:
    length = operator.index(n)
    if not 0 <= length < 2**24:
        raise ValueError("a length must be at least 0 and below 2^24")
    return length


def broadcast(a: Sequence[T], b: Sequence[U]) -> Iterable[tuple[T, U]]:
    """Pairs of elements; an array of length 1 is repeated to the length of the other."""
    if len(a) == 1:
        return zip(repeat(a[0], len(b)), b, strict=True)
    if len(b) == 1:
        return zip(a, repeat(b[0], len(a)), strict=True)
    return pairs(a, b)


def pairs(a: Sequence[T], b: Sequence[U]) -> Iterable[tuple[T, U]]:
    if len(a) != len(b):
        raise ValueError(f"arrays of lengths {len(a)} and {len(b)} do not fit together")
    return zip(a, b, strict=True)


def single(a: Sequence[T]) -> T:
    if len(a) != 1:
        raise ValueError(f"expected an array of length 1, got length {len(a)}")
    return a[0]


def read_row(index: int, row: Sequence[tuple[int, int]], columns: int) -> list[tuple[int, int]]:
    """A row of a sparse matrix: columns rising and below `columns`, 0 < |coefficient| < 2^53."""
    entries: list[tuple[int, int]] = []
    for column, coefficient in row:
        if not 0 < abs(operator.index(coefficient)) < 2**53:
            raise ValueError(f"row {index}: a coefficient must be non-zero and below 2^53 in size")
        if not 0 <= operator.index(column) < columns:
            raise ValueError(f"row {index}: a column is out of range")
        if entries and entries[-1][0] >= column:
            raise ValueError(f"row {index}: columns must rise")
        entries.append((operator.index(column), operator.index(coefficient)))
    return entries
