"""Small discrete logarithms: the t behind t*G when t is known to be a count (SPEC 10.3).

Shanks's baby-step giant-step method, with one table of baby steps for all targets. Points are compared by
the encodings of their doubles, which cost a fraction of their own encodings when made in batches (no
inverse square root); doubling is injective because the order of the group is odd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isqrt

from crypto.errors import ProofError
from crypto.group import G, Points

MAX_BOUND = 2**40

_MAX_BABY_STEPS = 2**20  # a table of some 200 MB
_BLOCK = 2**15  # giant steps made at a time, over all targets


def discrete_log_vartime(
    targets: Points, bound: int, *, progress: Callable[[int, int], None] | None = None
) -> list[int]:
    """For each target the t with t*G = target and 0 <= t <= bound, in variable time.

    About sqrt(n*bound) steps for the table and as many for the n targets together, as long as the table stays
    below 2^20 entries. `progress` is called with the giant steps done for each target and the most there may
    be. Raises ProofError naming the first target that has no such t; ValueError unless 0 <= bound <= 2^40.
    """
    if not 0 <= bound <= MAX_BOUND:
        raise ValueError(f"the bound of a discrete logarithm must be 0 … 2^40, not {bound}")
    if len(targets) == 0:
        return []
    table = _BabySteps(min(isqrt(len(targets) * bound) + 1, bound + 1, _MAX_BABY_STEPS))
    logarithms = _giant_steps(targets, bound, table, progress or (lambda done, most: None))
    for index in range(len(targets)):
        if logarithms.get(index, bound + 1) > bound:
            raise ProofError(f"target {index} is not t*G for any t from 0 to {bound}")
    return [logarithms[index] for index in range(len(targets))]


def _giant_steps(
    targets: Points, bound: int, table: _BabySteps, progress: Callable[[int, int], None]
) -> dict[int, int]:
    """Logarithms by the index of the target: if target - i*m*G is j*G in the table, then t = i*m + j."""
    m, most, done = table.size, bound // table.size + 1, 0
    steps = Points.progression(Points.identity(1), G * -m, min(most, _BLOCK))
    pending, logarithms = dict(enumerate(targets)), dict[int, int]()
    while pending and done < most:
        width = min(most - done, max(1, _BLOCK // len(pending)))
        walked = G * (m * done)
        block = Points.concat(steps[:width] + (target - walked) for target in pending.values())
        for index, offset in zip(list(pending), table.find(block.encode_doubles(), width), strict=True):
            if offset is not None:
                logarithms[index] = m * done + offset
                del pending[index]
        done += width
        progress(done, most)
    return logarithms


class _BabySteps:
    """0*G … (m-1)*G, found again by the encodings of their doubles."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._doubles = Points.progression(Points.identity(1), G, size).encode_doubles()
        # No two keys of the first 2^20 multiples of G are equal (a test looks), so none is lost here.
        self._index = {key: j for j, key in enumerate(_keys(self._doubles))}

    def find(self, doubles: bytes, width: int) -> Iterator[int | None]:
        """For each run of `width` giant steps i the i*m + j of the first that is in the table, or None."""
        keys = _keys(doubles)
        for start in range(0, len(keys), width):
            run = keys[start : start + width]
            hit = not self._index.keys().isdisjoint(run)
            yield self._offset(run, doubles[32 * start : 32 * (start + width)]) if hit else None

    def _offset(self, run: list[int], doubles: bytes) -> int | None:
        for i, key in enumerate(run):
            j = self._index.get(key)
            if j is not None and doubles[32 * i : 32 * i + 32] == self._doubles[32 * j : 32 * j + 32]:
                return i * self.size + j
        return None


def _keys(encodings: bytes) -> list[int]:
    """The second 64 bits of each encoding, as an integer: enough to find it by, and quick to cut out."""
    return memoryview(encodings).cast("Q")[1::4].tolist()
