"""What only the native back end does: work in pieces on many threads, with Python's lock released."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crypto import sodium
from crypto.errors import EncodingError

native = pytest.importorskip("crypto._native")

UNIFORM = bytes(range(64))
LARGE = 3_000  # beyond every length from which work is spread


@pytest.fixture(scope="module")
def points() -> Any:
    return native.Points.progression(native.Points.from_uniform(UNIFORM), native.Points.base(), LARGE)


@pytest.fixture(scope="module")
def expected() -> sodium.Points:
    return sodium.Points.progression(sodium.Points.from_uniform(UNIFORM), sodium.Points.base(), LARGE)


def test_pieces_meet_without_a_seam(points: Any, expected: sodium.Points) -> None:
    data = expected.to_bytes()
    assert points.to_bytes() == data
    assert native.Points.from_bytes(data) == points
    assert points.encode_doubles() == expected.encode_doubles() == (points + points).to_bytes()
    assert points.sum().to_bytes() == expected.sum().to_bytes()
    assert (points[1:] - points[:-1]) == native.Points.progression(
        points[0] * 0, points[0] * 0, LARGE - 1
    ) + (native.Points.base())


def test_sums_of_products_over_many_pieces(points: Any) -> None:
    scalars = native.Scalars.from_ints([7]).powers(LARGE)
    products = scalars[:700] * points[:700]
    for n in (1, 25, 60, 189, 190, 300, 700):
        total = products[:n].sum()
        assert points[:n].dot(scalars[:n]) == points[:n].msm_vartime(scalars[:n]) == total
    assert points.dot(scalars) == points.msm_vartime(scalars)
    some = sodium.Points.from_bytes(points[:60].to_bytes())
    assert some.dot(sodium.Scalars.from_ints([7]).powers(60)).to_bytes() == products[:60].sum().to_bytes()


def test_the_first_bad_element_is_named(points: Any) -> None:
    data = bytearray(points.to_bytes())
    for index in (LARGE - 1, 2_000, 17):
        data[32 * index : 32 * index + 32] = bytes(32)
        with pytest.raises(EncodingError, match=f"point {index} is the identity"):
            native.Points.from_bytes(bytes(data))
        data[32 * index + 31] = 0xFF
        with pytest.raises(EncodingError, match=f"point {index} is not a canonical"):
            native.Points.from_bytes(bytes(data))


def test_threads_may_share_an_array(points: Any) -> None:
    shared = points + points
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: (shared.to_bytes(), (points + shared).sum().to_bytes()), range(16)))
    assert len(set(results)) == 1


FORK = """
import os, signal
from crypto._native import Points, Scalars
def work():
    return (Scalars.from_ints(range(300)) * Points.from_uniform(bytes(range(64)))).to_bytes()
before = work()
child = os.fork()
if child == 0:
    signal.alarm(30)
    os._exit(work() != before)
raise SystemExit(os.waitpid(child, 0)[1])
"""


def test_a_forked_process_has_threads_of_its_own() -> None:
    assert subprocess.run([sys.executable, "-c", FORK], check=False).returncode == 0
