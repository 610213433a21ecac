"""Manifests that make no sense, or not the sense that was published: rows 12, 13, 23, 32, 46, 56, 69, 75.

All are V1, but for members and values that the schema does not know (V0). Rules (62, 66) are in test_rules.py,
titles (78) in test_titles.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from crypto import ballot_argument
from crypto.group import G, Points
from crypto.note import Cosigner
from crypto.signing import SigningKey
from election import canonical
from election import manifest as m
from election.entries import Clock
from election.ledger.setup import least_cell_bound
from tests.attacks.manifests import contest, manifest, refused
from tests.attacks.museum import Museum, finished, opened
from tests.world import BEGIN, World, approval


def ceremony(**changes: Any) -> m.Ceremony:
    return replace(m.Ceremony(2, 0, m.CEREMONY, 2), **changes)


@pytest.mark.parametrize("group", ["P-256", "ristretto255 ", "Ristretto255", "edwards25519", "ModP-2048"])
def test_row_12_another_group(museum: Museum, group: str) -> None:
    refused(museum, "group: this version knows only ristretto255", group=group)


def test_row_12_another_version(museum: Museum) -> None:
    refused(museum, "protocol: this version knows only glassballot/v1", protocol="glassballot/v2")


@pytest.mark.parametrize("suite", ["COCKTAIL(Ed25519, SHA-512)", "ElGamal-256", "Pedersen"])
def test_row_32_another_suite(museum: Museum, suite: str) -> None:
    refused(museum, "ceremony.suite: this version knows only COCKTAIL", ceremony=ceremony(suite=suite))


@pytest.mark.parametrize("name", ["base", "generator", "F", "commitment_key"])
def test_rows_12_and_13_a_base_read_from_a_record(museum: Museum, name: str) -> None:
    """There is no room for one."""
    world = World()
    members = {"kind": "manifest", **manifest(world).to_json(), name: canonical.b64encode(G.to_bytes())}
    n = world.put(canonical.encode(members))
    museum.refused(world, 0, n, f"manifest: unknown member {name!r}")


def test_row_13_bases_equal_their_derivation() -> None:
    """From their names and nothing else, so that nobody knows a relation between them."""

    def derived(name: str) -> bytes:
        return Points.from_uniform(hashlib.sha512(f"glassballot/v1/base/{name}".encode()).digest()).to_bytes()

    found = ballot_argument.bases(40)
    assert found.F.to_bytes() == derived("F")
    assert found.G.to_bytes() == b"".join(derived(f"G/{n}") for n in range(40))
    assert found.H.to_bytes() == b"".join(derived(f"H/{n}") for n in range(40))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"threshold": 0, "min_trustees": 1}, "ceremony.threshold: 0 of 3 is no threshold"),
        ({"threshold": 4, "min_trustees": 4}, "ceremony.threshold: 4 of 3 is no threshold"),
        ({"threshold": 1, "min_trustees": 1}, "ceremony.threshold: 1 needs single_trustee set"),
        ({"min_trustees": 1}, "ceremony.min_trustees: it must be from the threshold 2 to 3"),
        ({"min_trustees": 4}, "ceremony.min_trustees: it must be from the threshold 2 to 3"),
        ({"threshold": 3, "min_trustees": 2}, "ceremony.min_trustees: it must be from the threshold 3 to 3"),
    ],
    ids=["k = 0", "k > n", "k = 1", "too few left", "more than there are", "swapped"],
)
def test_row_23_threshold_confusion(museum: Museum, changes: dict[str, Any], reason: str) -> None:
    refused(museum, reason, ceremony=ceremony(**changes))


def test_row_23_a_single_trustee_only_with_the_flag(museum: Museum) -> None:
    world = World(trustees=1, threshold=1)
    assert world.members["ceremony"].single_trustee == 1
    opened(world)
    world.vote({"north": [(1, 0, 0)], "south": [(0, 1, 0)]})
    world.finish()
    assert museum.examined(world).faults == []


def test_row_56_title_changed_after_the_office_signed(museum: Museum) -> None:
    world = World()
    content = manifest(world).to_bytes()
    n = world.put(content.replace(b'"title":{"en":"Option a"}', b'"title":{"en":"Option A"}'))
    museum.refused(world, 1, n, "sig: not signed by the office")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": {"en": "Another council"}},
        {"contests": contest(options=approval().options[::-1])},
        {"nonce": bytes(32)},
        {"units": (m.Unit("south", "", "s", {"en": "North"}), m.Unit("north", "", "s", {"en": "South"}))},
    ],
    ids=["title", "options reordered", "nonce", "names exchanged"],
)
def test_row_56_manifest_other_than_the_published_one(museum: Museum, changes: dict[str, Any]) -> None:
    """A whole election under it, for which everybody signs; the anchor is what the office published."""
    true = World()
    true.start()
    forged = World(like=true)
    forged.members = {**true.members, **changes}
    finished(forged)
    assert forged.context != true.context
    museum.refused(forged, 1, 0, f"the anchor {true.context.hex()}", anchor=true.context)


def test_row_56_stray_member(museum: Museum) -> None:
    world = World()
    value = manifest(world).to_json()
    value["contests"][0]["options"][1]["party"] = "ours"
    n = world.put(canonical.encode({"kind": "manifest", **value}))
    museum.refused(world, 0, n, "manifest.contests[0].options[1]: unknown member 'party'")


def vkeys(n: int) -> tuple[str, ...]:
    return tuple(str(Cosigner(f"w{i}", SigningKey.generate()).key) for i in range(n))


@pytest.mark.parametrize(
    ("agreement", "n", "quorum", "faulty", "reason"),
    [
        (("ready", "witnesses"), 3, 2, 0, "agreement: exactly one rule must be named"),
        ((), 3, 2, 0, "agreement: exactly one rule must be named"),
        (("ready", "ready"), 0, 0, 0, "agreement: exactly one rule must be named"),
        (("witnesses",), 0, 0, 0, "agreement: witnesses cannot agree where there are none"),
        (("witnesses",), 4, 2, 0, "witnesses.quorum: 2 of 4 with 0 faulty"),
        (("witnesses",), 3, 2, 1, "witnesses.quorum: 2 of 3 with 1 faulty"),
        (("witnesses",), 3, 4, 0, "witnesses.quorum: 4 of 3 with 0 faulty"),
        (("ready",), 3, 0, 0, "witnesses.quorum: 0 of 3 with 0 faulty"),
        (("ready",), 0, 1, 0, "witnesses: a quorum of no witnesses"),
    ],
    ids=["both", "none", "twice", "no witnesses", "half", "faulty", "too many", "no quorum", "nobody"],
)
def test_row_69_mixed_agreement(
    museum: Museum, agreement: tuple[str, ...], n: int, quorum: int, faulty: int, reason: str
) -> None:
    refused(museum, reason, agreement=agreement, witnesses=m.Witnesses(faulty, vkeys(n), quorum))


def test_row_69_one_witness_twice(museum: Museum) -> None:
    (key,) = vkeys(1)
    refused(museum, "witnesses.keys: the key", witnesses=m.Witnesses(0, (key, key), 2))


def test_row_18_one_key_for_two_trustees(museum: Museum) -> None:
    world = World()
    first, second, third = world.members["trustees"]
    refused(museum, "trustees: the key", world, trustees=(first, replace(second, key=first.key), third))
    world = World()
    own = world.members["trustees"]
    refused(museum, "trustees: the key", world, trustees=(replace(own[0], key=world.office * G), *own[1:]))
    refused(museum, "trustees: the base point is nobody's key", trustees=(replace(own[0], key=G), *own[1:]))


@pytest.mark.parametrize(("minimum", "cell"), [(1, 3), (3, 5), (10, 8)])
def test_row_75_opening_with_too_small_a_bound(museum: Museum, minimum: int, cell: int) -> None:
    """A cell could outgrow the packing base: six voters in the north, three in the south."""
    bound = min(9, max(6, 2 * (minimum - 1)) + minimum - 1)
    world = World(
        contests=contest(max_cell_ballots=cell), voters={"north": 6, "south": 3}, min_unit_ballots=minimum
    )
    world.start()
    world.ceremony()
    world.roll()
    m = world.state.election
    assert least_cell_bound(m, m.contests[0], {"north": 6, "south": 3}) == bound
    n = world.put(world.opening())
    museum.refused(
        world, 1, n, f"contests.council: a cell may hold {bound} ballots, max_cell_ballots is {cell}"
    )
    enough = World(
        contests=contest(max_cell_ballots=bound), voters={"north": 6, "south": 3}, min_unit_ballots=minimum
    )
    enough.open()
    assert enough.state.clock == BEGIN and enough.put(Clock(BEGIN + 1))


def test_row_46_no_minimum_at_all(museum: Museum) -> None:
    world = World()
    content = manifest(world).to_bytes()
    n = world.put(content.replace(b'"min_unit_ballots":1', b'"min_unit_ballots":0'))
    museum.refused(world, 0, n, "manifest.min_unit_ballots: an integer from 1")
