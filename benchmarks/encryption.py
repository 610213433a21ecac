"""A ballot of 16 options: encrypted and proven, against the multiplications that it is made of."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from benchmarks.timing import side_by_side
from crypto.group import G, Scalars
from election.ballot import claims, prepare
from election.manifest import Contest, Manifest, Option, Style
from election.parameters import Parameters

OPTIONS = 16


def encryption() -> dict[str, float]:
    """Milliseconds, and ratios."""
    options = tuple(Option(f"o{i}", 1, {"en": "option"}) for i in range(OPTIONS))
    contest = Contest("c", 1000, options, 1, (), {"en": "contest"})
    style = Style(("c",), (0,) * OPTIONS, "s")
    manifest = SimpleNamespace(styles=(style,), style=lambda _: style, contest=lambda _: contest)
    K = (Scalars.random(1) * G).precompute()
    parameters = Parameters(cast(Manifest, manifest), bytes(32), K)
    choices = [1, 0] * (OPTIONS // 2)
    c, r = Scalars.random(1), Scalars.random(OPTIONS)
    ballot = prepare(parameters, "s", choices).cast(c, 1, bytes(32))

    def curve() -> object:
        return r * G, r * G + r * K

    def whole() -> object:
        return prepare(parameters, "s", choices).cast(c, 1, bytes(32)).to_bytes()

    def form() -> object:
        return claims(parameters, ballot)

    alone, cast_time, claim_time = side_by_side([curve, whole, form])
    return {
        "encrypt, prove and cast a ballot of 16 options, ms": 1000 * cast_time,
        "  of that, its 16 ciphertexts alone, ms": 1000 * alone,
        "  ratio, whole to ciphertexts": cast_time / alone,
        "form the equations of a cast ballot, ms": 1000 * claim_time,
    }
