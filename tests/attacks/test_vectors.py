"""Row 6: every vector and list of every entry one longer, one shorter and empty, signed again where it was signed.

The manifest's lists are in test_manifests.py and test_rules.py, those inside a dealing in test_ceremony_dealings.py.
"""

from __future__ import annotations

from typing import Any

import pytest

from crypto.errors import EncodingError
from election import canonical
from election.entries import parse
from election.entry import Signed
from tests.attacks.cheats import resigned
from tests.attacks.museum import Museum, check_lines
from tests.attacks.samples import Path, altered, at, fields, nodes, sample, samples, world
from tests.world import World

FATAL, VOID = False, True
# Vector or list -> the check that refuses another length, and VOID where the entry is merely without effect. Another
# roll may be a good one by itself: then the opening after it names a different one.
CHECKS: dict[tuple[str, Path], tuple[int, bool]] = {
    ("ceremony-start", ("trustees",)): (3, FATAL),
    ("key", ("shares",)): (3, FATAL),
    ("roll", ("add",)): (4, FATAL),
    ("roll", ("remove",)): (4, FATAL),
    ("cast", ("body", "slots")): (5, FATAL),
    ("cast", ("body", "proof")): (5, FATAL),
    ("challenge", ("body", "slots")): (5, FATAL),
    ("challenge", ("body", "proof")): (5, FATAL),
    ("challenge", ("choices",)): (5, VOID),
    ("partial-decryption", ("partials",)): (8, VOID),
    ("result", ("contests",)): (9, FATAL),
    ("result", ("contests", 0, "aggregates")): (7, FATAL),
    ("result", ("contests", 0, "ballots")): (9, FATAL),
    ("result", ("contests", 0, "cells")): (9, FATAL),
    ("result", ("contests", 0, "cells", 0)): (9, FATAL),
    ("result", ("contests", 0, "totals")): (9, FATAL),
    ("result", ("contests", 0, "totals", 0)): (9, FATAL),
}
CHANGES = ("longer", "shorter", "empty")


def other_length(kind: str, path: Path, change: str) -> bytes:
    """The sample with a vector of another length; not yet signed again."""
    value = at(sample(kind), path)
    if isinstance(value, list):
        return altered(
            kind, path, {"longer": [*value, value[-1]], "shorter": value[:-1], "empty": []}[change]
        )
    data = canonical.b64decode(value)
    size = 64 if path[-1] in ("slots", "aggregates") else 32
    bent = {"longer": data + data[-size:], "shorter": data[:-size], "empty": b""}[change]
    return altered(kind, path, canonical.b64encode(bent))


def test_row_06_no_vector_is_forgotten() -> None:
    """All that can have several lengths, as the schema has it; proofs of a fixed shape are refused at V0."""
    lists = {
        (kind, path) for kind in samples() for path, node in nodes(sample(kind)) if isinstance(node, list)
    }
    vectors = {(field.kind, field.path) for field in fields() if parses_with_more(field.kind, field.path)}
    found = {(kind, first_of(path)) for kind, path in lists | vectors if kind != "manifest"}
    assert found == CHECKS.keys()


def first_of(path: Path) -> Path:
    """The first of the items of a list stands for all of them."""
    return tuple(0 if isinstance(step, int) else step for step in path)


def parses_with_more(kind: str, path: Path) -> bool:
    if path == ("msg1",):
        return False
    try:
        parse(other_length(kind, path, "longer"))
    except EncodingError:
        return False
    return True


def test_row_06_proofs_of_a_fixed_shape() -> None:
    """Signatures and other sigma proofs: no other length is one."""
    for field in fields():
        if len(field.elements) > 1 and (field.kind, first_of(field.path)) not in CHECKS:
            for change in CHANGES:
                with pytest.raises(EncodingError):
                    parse(other_length(field.kind, field.path, change))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("kind", "path"), CHECKS, ids=lambda value: str(value))
def test_row_06_another_length(museum: Museum, kind: str, path: Path, change: str) -> None:
    made = world()
    n = made.log.contents.index(samples()[kind].to_bytes())
    forged = World(like=made)
    forged.static, forged.shares = made.static, made.shares
    forged.put(*made.log.contents[:n])
    check, void = CHECKS[kind, path]
    content = other_length(kind, path, change)
    try:
        entry: Any = parse(content)
    except EncodingError:
        check, void, entry = 0, FATAL, None
    forged.put(resigned(forged, entry) if isinstance(entry, Signed) else content)
    forged.put(*made.log.contents[n + 1 :])
    found = museum.examined(forged, anchor=made.context)
    first = found.faults[0]
    assert (first.check, first.void) == (check, void)
    assert first.entry in ((n, n + 1) if kind == "roll" else (n,))
    check_lines(found)
