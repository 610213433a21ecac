"""The group: arrays of ristretto255 scalars and points (RFC 9496), in the faster back end that there is.

`Scalars` and `Points` are immutable arrays with elementwise arithmetic; a single value is an array of length
1, and an array of length 1 is repeated to the length of its partner, any other difference of lengths being a
ValueError. Operations are constant time in their scalars, except those whose name ends in `vartime`. Values
enter only by strict decoding (SPEC 1.1), so whatever holds a `Points` holds elements of the group.

Two back ends have the same classes and give the same bytes: `native` (the Rust crate in crypto/native) and
`sodium` (libsodium). GLASSBALLOT_BACKEND=native or =sodium demands one of them; without it native is taken
where it was built.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

_MODULES = {"native": "crypto._native", "sodium": "crypto.sodium"}


def _choose_back_end() -> str:
    wanted = os.environ.get("GLASSBALLOT_BACKEND", "")
    if wanted in _MODULES:
        return wanted
    if wanted:
        raise ImportError(f"GLASSBALLOT_BACKEND is {wanted!r}, which is neither 'native' nor 'sodium'")
    return "native" if find_spec(_MODULES["native"]) else "sodium"


BACKEND = _choose_back_end()

if TYPE_CHECKING:
    from crypto.sodium import Matrix, Points, Scalars
else:
    _back_end = import_module(_MODULES[BACKEND])
    Matrix, Points, Scalars = _back_end.Matrix, _back_end.Points, _back_end.Scalars

__all__ = ["BACKEND", "ORDER", "G", "Matrix", "Points", "Scalars", "dot", "hash_to_group", "msm_vartime"]

ORDER = 2**252 + 27742317777372353535851937790883648493
G = Points.base()

_Array = TypeVar("_Array", Scalars, Points)


def dot(scalars: Scalars, values: _Array) -> _Array:
    """The inner product of scalars with scalars or points, constant time; ValueError unless equally long."""
    return values.dot(scalars)


def msm_vartime(scalars: Scalars, points: Points) -> Points:
    """The multiscalar multiplication sum of s_i*P_i, in variable time: public scalars only."""
    return points.msm_vartime(scalars)


def hash_to_group(uniform: bytes) -> Points:
    """64 uniform bytes (the output of a hash) to a point nobody knows a logarithm of (RFC 9496 4.3.4)."""
    return Points.from_uniform(uniform)
