"""Entries that are almost right: what a fuzzer sends to the append path."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

ODD: Sequence[Any] = (
    None, True, 0, -1, 1.5, 2**53, 2**64, 10**400, "", "\u0000", "\ud800", "A" * 43, "A" * 42 + "=", "/" * 43,
    [], {}, [[]], {"kind": "cast"}, "-" * 70_000,
)  # fmt: skip


class Mutator:
    """Bends valid entries, the same way for the same seed."""

    def __init__(self, entries: Sequence[bytes], seed: int) -> None:
        self._entries, self._random = list(entries), random.Random(seed)
        self._ways: list[Callable[[bytes], bytes]] = [
            self._flip, self._cut, self._splice, self._insert, self._reorder,
            self._odd_member, self._odd_member, self._stray_member, self._swap_member, self._deep,
        ]  # fmt: skip

    def __call__(self) -> bytes:
        content = self._random.choice(self._entries)
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            content = self._random.choice(self._ways)(content)
        return content

    def _flip(self, content: bytes) -> bytes:
        if not content:
            return b"\x00"
        data = bytearray(content)
        data[self._random.randrange(len(data))] ^= 1 << self._random.randrange(8)
        return bytes(data)

    def _cut(self, content: bytes) -> bytes:
        return content[: self._random.randrange(len(content) + 1)]

    def _splice(self, content: bytes) -> bytes:
        other = self._random.choice(self._entries)
        return content[: len(content) // 2] + other[self._random.randrange(len(other)) :]

    def _insert(self, content: bytes) -> bytes:
        place = self._random.randrange(len(content) + 1)
        piece = self._random.choice(
            (b"\x00", b"\xff", b" ", b"\\u0000", b'"a":1,', b"1e400", b"NaN", b"[" * 500)
        )
        return content[:place] + piece + content[place:]

    def _reorder(self, content: bytes) -> bytes:
        value = _parsed(content)
        if not isinstance(value, dict):
            return content
        members = list(value.items())
        self._random.shuffle(members)
        return json.dumps(dict(members)).encode()

    def _odd_member(self, content: bytes) -> bytes:
        value = _parsed(content)
        holder = value
        while isinstance(holder, dict) and holder:
            name = self._random.choice(list(holder))
            if isinstance(holder[name], dict) and self._random.random() < 0.7:
                holder = holder[name]
                continue
            holder[name] = self._random.choice(ODD)
            break
        return _encoded(value, content)

    def _stray_member(self, content: bytes) -> bytes:
        value = _parsed(content)
        if isinstance(value, dict):
            value[self._random.choice(("blob", "size", "zzz", "", "a" * 5000))] = self._random.choice(ODD)
        return _encoded(value, content)

    def _swap_member(self, content: bytes) -> bytes:
        value, other = _parsed(content), _parsed(self._random.choice(self._entries))
        if isinstance(value, dict) and isinstance(other, dict):
            value[self._random.choice(list(value) or ["x"])] = self._random.choice(list(other.values()))
        return _encoded(value, content)

    def _deep(self, content: bytes) -> bytes:
        depth = self._random.choice((2, 17, 1000, 60_000))
        return b"[" * depth + content + b"]" * depth


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _encoded(value: Any, otherwise: bytes) -> bytes:
    if value is None:
        return otherwise
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
