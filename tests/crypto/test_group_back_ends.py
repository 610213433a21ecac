"""The two back ends against each other, and which of them is in use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import group, sodium
from crypto.errors import EncodingError
from crypto.group import ORDER


def test_native_is_in_use_where_it_can_be_built() -> None:
    wanted = os.environ.get("GLASSBALLOT_BACKEND")
    if wanted is None and shutil.which("cargo") is None:
        pytest.skip("there is no cargo, and no back end was asked for")
    assert (wanted or "native") == group.BACKEND


@pytest.mark.parametrize(
    ("wanted", "outcome"), [("sodium", "sodium"), ("none", "neither 'native' nor 'sodium'")]
)
def test_the_environment_chooses(wanted: str, outcome: str) -> None:
    command = [sys.executable, "-c", "import crypto.group; print(crypto.group.BACKEND)"]
    environment = os.environ | {"GLASSBALLOT_BACKEND": wanted}
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert outcome in found.stdout + found.stderr
    assert (found.returncode == 0) == (outcome == wanted)


class Machine:
    """One back end with a store of arrays, on which a program runs step by step."""

    def __init__(self, back_end: ModuleType) -> None:
        self.group = back_end
        base = back_end.Points.base()
        uniform = back_end.Points.from_uniform(bytes(range(128)))
        self.scalars = [back_end.Scalars.from_ints(EDGES), back_end.Scalars.from_ints([])]
        self.points = [base, back_end.Points.identity(1), back_end.Points.concat([uniform, base, -uniform])]

    def s(self, k: int) -> Any:
        return self.scalars[k % len(self.scalars)]

    def p(self, k: int) -> Any:
        return self.points[k % len(self.points)]

    def three(self, k: int) -> Any:
        return self.group.Scalars.concat([self.s(k), self.scalars[0]])[:3]

    def run(self, step: tuple[str, int, int, int]) -> object:
        """What a step shows to the outside: bytes, other plain values, or its error."""
        name, a, b, n = step
        try:
            result = STEPS[name](self, a, b, n)
        except (EncodingError, ValueError, IndexError, ZeroDivisionError) as error:
            return type(error), str(error)
        except TypeError as error:
            return type(error)
        if isinstance(result, self.group.Scalars):
            self.scalars.append(result)
        elif isinstance(result, self.group.Points):
            self.points.append(result)
        else:
            return result
        return repr(result), result.to_bytes()


EDGES = [0, 1, -1, 2, 2**252, -(2**64), 2**127 + 1]

STEPS: dict[str, Callable[[Machine, int, int, int], Any]] = {
    "s + s": lambda m, a, b, n: m.s(a) + m.s(b),
    "s - s": lambda m, a, b, n: m.s(a) - m.s(b),
    "s * s": lambda m, a, b, n: m.s(a) * m.s(b),
    "s * n": lambda m, a, b, n: m.s(a) * n,
    "n - s": lambda m, a, b, n: n - m.s(a),
    "n + s": lambda m, a, b, n: n + m.s(a),
    "-s": lambda m, a, b, n: -m.s(a),
    "s == s": lambda m, a, b, n: m.s(a) == m.s(b),
    "s.sum": lambda m, a, b, n: m.s(a).sum(),
    "s.dot": lambda m, a, b, n: m.s(a).dot(m.s(b)),
    "s.powers": lambda m, a, b, n: m.s(a)[b].powers(n % 9 - 1, a),
    "s.invert": lambda m, a, b, n: m.s(a).invert(),
    "s[b]": lambda m, a, b, n: m.s(a)[b],
    "s[b:n]": lambda m, a, b, n: m.s(a)[b:n],
    "s.concat": lambda m, a, b, n: m.group.Scalars.concat([m.s(a)[:3], m.s(b)[:3]]),
    "s.to_ints": lambda m, a, b, n: m.s(a).to_ints(),
    "s.from_bytes": lambda m, a, b, n: m.group.Scalars.from_bytes(m.s(a).to_bytes() + bytes([n % 256]) * 32),
    "s.from_wide": lambda m, a, b, n: m.group.Scalars.from_wide(m.s(a).to_bytes() + m.s(b).to_bytes()),
    "matrix": lambda m, a, b, n: m.group.Matrix(3, [[(0, a), (2, n)], [(b, 1)]]) @ m.three(a),
    "transposed": lambda m, a, b, n: m.group.Matrix(4, [[(b, n)], [], [(1, a), (3, -1)]]).transposed(
        m.three(b)
    ),
    "p + p": lambda m, a, b, n: m.p(a) + m.p(b),
    "p - p": lambda m, a, b, n: m.p(a) - m.p(b),
    "-p": lambda m, a, b, n: -m.p(a),
    "p * s": lambda m, a, b, n: m.p(a) * m.s(b),
    "s * p": lambda m, a, b, n: m.s(a) * m.p(b),
    "n * p": lambda m, a, b, n: n * m.p(a),
    "p.precompute * s": lambda m, a, b, n: m.p(a)[:2].precompute() * m.s(b),
    "p.mul_vartime": lambda m, a, b, n: m.p(a).mul_vartime(m.s(b)),
    "p == p": lambda m, a, b, n: m.p(a) == m.p(b),
    "p.sum": lambda m, a, b, n: m.p(a).sum(),
    "p.dot": lambda m, a, b, n: m.p(a).dot(m.s(b)[: len(m.p(a))]),
    "p.msm_vartime": lambda m, a, b, n: m.p(a).msm_vartime(m.s(b)[: len(m.p(a))]),
    "p[n]": lambda m, a, b, n: m.p(a)[n],
    "p[b:n]": lambda m, a, b, n: m.p(a)[b:n],
    "p.concat": lambda m, a, b, n: m.group.Points.concat([m.p(a)[:3], m.p(b)[:3]]),
    "p.progression": lambda m, a, b, n: m.group.Points.progression(m.p(a), m.p(b)[:1], n % 7 - 1),
    "p.encode_doubles": lambda m, a, b, n: m.p(a).encode_doubles(),
    "p.is_identity": lambda m, a, b, n: m.p(a).is_identity(),
    "p.from_bytes": lambda m, a, b, n: m.group.Points.from_bytes(m.p(a).to_bytes(), identity=bool(b % 2)),
    "p.from_uniform": lambda m, a, b, n: m.group.Points.from_uniform(m.p(a).to_bytes() + m.s(b).to_bytes()),
    "p.from bad bytes": lambda m, a, b, n: m.group.Points.from_bytes(m.p(a).to_bytes() + m.s(b).to_bytes()),
}

_small = st.integers(-1, 8)
_numbers = st.one_of(_small, st.sampled_from([*EDGES, ORDER, ORDER - 1, 2**53, 2**63, 2**300]), st.integers())
_steps = st.tuples(st.sampled_from(sorted(STEPS)), _small, st.integers(-1, 4), _numbers)


@settings(max_examples=400, deadline=None)
@given(st.lists(_steps, min_size=1, max_size=15))
def test_any_program_gives_the_same_bytes(program: list[tuple[str, int, int, int]]) -> None:
    native = pytest.importorskip("crypto._native")
    machines = Machine(native), Machine(sodium)
    for step in program:
        shown = [machine.run(step) for machine in machines]
        assert shown[0] == shown[1], step


@settings(max_examples=300, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_any_32_bytes_decode_alike(data: bytes, even_and_small: bool) -> None:
    native = pytest.importorskip("crypto._native")
    if even_and_small:
        data = bytes([data[0] & 0xFE]) + data[1:31] + bytes([data[31] & 0x7F])
    for kind in ("Points", "Scalars"):
        outcomes: list[object] = []
        for back_end in (native, sodium):
            try:
                outcomes.append(getattr(back_end, kind).from_bytes(data).to_bytes())
            except EncodingError as error:
                outcomes.append(str(error))
        assert outcomes[0] == outcomes[1]
