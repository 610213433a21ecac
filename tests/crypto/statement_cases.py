"""One honest example of every sigma statement of the protocol, for tests that hold of all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crypto import statements
from crypto.group import G, Points, Scalars
from crypto.sigma import Linear

CONTEXT = bytes(range(32))


def point(name: str) -> Points:
    """A point nobody knows a logarithm of."""
    return Points.from_uniform(hashlib.sha512(name.encode()).digest())


@dataclass(frozen=True)
class Case:
    """arguments: honest, of the statement's function; w: its secrets; labels: its items in the order of SPEC 2.3."""

    function: Callable[..., Linear]
    w: Scalars
    arguments: dict[str, Any]
    labels: tuple[str, ...]

    def statement(self, **changes: Any) -> Linear:
        return self.function(**self.arguments | changes)


def case(function: Callable[..., Linear], w: Scalars, labels: str, **arguments: Any) -> Case:
    return Case(function, w, {"context": CONTEXT, **arguments}, tuple(labels.split()))


def _complaint() -> Case:
    d = Scalars.random(1)
    E_j, P_j = point("E_j"), point("P_j")
    return case(
        statements.complaint,
        d,
        "session accuser accused P_i E_j P_j Se Sd",
        session=bytes(64),
        accuser=1,
        accused=2,
        P_i=d * G,
        E_j=E_j,
        P_j=P_j,
        Se=d * E_j,
        Sd=d * P_j,
    )


def _decryption(n: int) -> Case:
    s = Scalars.random(1)
    aggregates = Points.concat(point(f"A{t}") for t in range(n))
    return case(
        statements.decryption,
        s,
        "root size contest cells trustee share_key aggregates partials",
        root=b"r" * 32,
        size=77,
        contest="council",
        cells=b"c" * 32,
        trustee="t1",
        share_key=s * G,
        aggregates=aggregates,
        partials=s * aggregates,
    )


def cases() -> dict[str, Case]:
    """Statement -> example, with fresh secrets."""
    x, c, o, d, e = (Scalars.random(1) for _ in range(5))
    return {
        "signature": case(
            statements.signature, x, "kind key message", kind="roll", key=x * G, message=b'{"kind":"roll"}'
        ),
        "cast": case(
            statements.cast,
            Scalars.concat([c, o]),
            "body credential sequence predecessor one_time_key",
            body=b"{}",
            credential=c * G,
            sequence=3,
            predecessor=b"p" * 32,
            one_time_key=o * G,
        ),
        "register": case(statements.register, d, "session index key", session=b"s" * 64, index=2, key=d * G),
        "ephemeral": case(
            statements.ephemeral,
            e,
            "session index msg1 key",
            session=b"s" * 64,
            index=2,
            msg1_hash=b"m" * 64,
            key=e * G,
        ),
        "complaint": _complaint(),
        "decryption": _decryption(5),
        "decryption of one": _decryption(1),
    }


CASES = cases()
