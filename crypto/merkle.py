"""Merkle trees of RFC 6962 section 2.1: hashes, roots, inclusion and consistency proofs.

MTH(D[a:b]) is the root over entries a … b-1. All hashes are SHA-256, 32 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from crypto.errors import ProofError

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""(level, index) -> MTH(D[index·2^level : (index+1)·2^level]), the root of a perfect subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """MTH over leaves, or over perfect subtrees of one size, that are given by their hashes."""
    row = list(hashes)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        pairs = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[2 * len(pairs) :]
    return row[0]


class Frontier:
    """The roots of the perfect subtrees that make up a tree, largest first: O(log n) to append or hash."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        peak = leaf
        full = self.size
        while full & 1:
            peak = node_hash(self._peaks.pop(), peak)
            full >>= 1
        self._peaks.append(peak)
        self.size += 1

    def root(self) -> bytes:
        """MTH of everything appended so far."""
        return _join(self._peaks) if self._peaks else EMPTY_ROOT

    def copy(self) -> Frontier:
        twin = Frontier()
        twin.size, twin._peaks = self.size, self._peaks.copy()
        return twin


def root_at(size: int, node: Node) -> bytes:
    """MTH(D[0:size]) out of the perfect subtrees of a tree at least that large."""
    return _range_hash(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[0:size]) of RFC 9162 2.1.3.1, the leaf's sibling first; ValueError if index >= size."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of size {size}")
    path = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(first, middle, node))
            first = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[0:new]) of RFC 9162 2.1.4.1, empty for equal sizes; ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof leads from size {old} to size {new}")
    path = []
    first, end = 0, new
    while old < end:
        middle = first + _split(end - first)
        if old <= middle:
            path.append(_range_hash(middle, end, node))
            end = middle
        else:
            path.append(_range_hash(first, middle, node))
            first = middle
    if first > 0:
        path.append(_range_hash(first, end, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """The leaf hash stands at `index` in the tree of that size and root; else ProofError.

    RFC 9162 section 2.1.3.2.
    """
    _check_lengths("inclusion proof", (leaf, *proof))
    if not 0 <= index < size:
        raise ProofError(f"inclusion proof: no entry {index} in a tree of size {size}")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            raise ProofError("inclusion proof: too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _skip_right_edge(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("inclusion proof: too short")
    if r != root:
        raise ProofError("inclusion proof: leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """The tree of size `old` is a prefix of the tree of size `new`; else ProofError.

    RFC 9162 section 2.1.4.2. Size 0 is refused: the RFC has no proof for it, and who knows no older tree has
    nothing to check.
    """
    _check_lengths("consistency proof", proof)
    if not 0 < old <= new:
        raise ProofError(f"consistency proof: none leads from size {old} to size {new}")
    if old == new:
        if proof or old_root != new_root:
            raise ProofError("consistency proof: two roots of one size")
        return
    if not proof:
        raise ProofError("consistency proof: empty")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ProofError("consistency proof: too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _skip_right_edge(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("consistency proof: too short")
    if fr != old_root:
        raise ProofError("consistency proof: leads to another old root")
    if sr != new_root:
        raise ProofError("consistency proof: leads to another new root")


def _skip_right_edge(fn: int, sn: int) -> tuple[int, int]:
    """Shift while the node has no sibling: "until either LSB(fn) is set or fn is 0"."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _check_lengths(what: str, hashes: Sequence[bytes]) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofError(f"{what}: a hash that is not {HASH_SIZE} bytes")


def _split(size: int) -> int:
    """k of RFC 6962: the largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1


def _perfect_subtrees(first: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, index) of the perfect subtrees that make up D[first:end], largest first."""
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _range_hash(first: int, end: int, node: Node) -> bytes:
    return _join([node(level, index) for level, index in _perfect_subtrees(first, end)])


def _join(peaks: Sequence[bytes]) -> bytes:
    right = peaks[-1]
    for left in reversed(peaks[:-1]):
        right = node_hash(left, right)
    return right
