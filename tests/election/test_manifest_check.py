"""V1, refusal by refusal, each with its place (SPEC 5.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.group import G, Scalars
from crypto.note import Cosigner, NoteKey, NoteSigner
from crypto.signing import SigningKey
from election import manifest as m
from election.errors import ManifestError
from election.layout import compile_layout
from election.manifest_check import (
    MAX_BITS,
    MAX_EXACT,
    MAX_PACKING,
    MAX_TOTAL,
    MAX_TRUSTEES,
    check_manifest,
    look_alikes,
)
from tests.world import BEGIN, COMPLAINTS, DEADLINE, END, ORIGIN, World, approval, option, rule

WORLD = World()


def signed(world: World = WORLD, **members: Any) -> m.Manifest:
    """The standard election, in which voters approve at most two of a, b, c, with other members."""
    return m.Manifest.sign(m.MANIFEST_CONTEXT, world.office, **world.members | members)


def refused(place: str, reason: str, world: World = WORLD, **members: Any) -> None:
    with pytest.raises(ManifestError, match=re.escape(reason)) as caught:
        check_manifest(signed(world, **members))
    assert caught.value.place == place


def contest(**changes: Any) -> tuple[m.Contest, ...]:
    return (replace(approval(), **changes),)


def style(*contests: str, example: Sequence[int] = (0, 0, 0), id: str = "s") -> m.Style:
    return m.Style(contests, tuple(example), id)


def unit(id: str, parent: str = "", style: str = "s") -> m.Unit:
    return m.Unit(id, parent, style, {"en": id})


def test_the_standard_election_is_fine() -> None:
    check_manifest(signed())


@pytest.mark.parametrize(
    ("place", "members"),
    [
        ("protocol", {"protocol": "glassballot/v2"}),
        ("group", {"group": "edwards25519"}),
        ("ceremony.suite", {"ceremony": m.Ceremony(2, 0, "FROST(Ristretto255, SHA-512)", 2)}),
    ],
)
def test_suite(place: str, members: dict[str, Any]) -> None:
    refused(place, "this version knows only", **members)


def test_times() -> None:
    refused("voting", "it ends before it begins", voting=m.Voting(END, BEGIN))
    refused("voting", "it ends before it begins", voting=m.Voting(BEGIN, BEGIN))
    refused("deadline", "before voting and complaints end", deadline=END + COMPLAINTS - 1)
    refused("deadline", "before voting and complaints end", complaint_seconds=DEADLINE - END + 1)
    check_manifest(signed(deadline=END + COMPLAINTS))


@pytest.mark.parametrize(
    ("place", "members"),
    [
        ("title", {"title": {}}),
        ("contests.council", {"contests": contest(title={})}),
        ("contests.council.b", {"contests": contest(options=(option("a"), m.Option("b", 1, {})))}),
        ("units.north", {"units": (m.Unit("north", "", "s", {}),)}),
        ("trustees.t1", {"trustees": (replace(WORLD.members["trustees"][0], title={}),)}),
    ],
)
def test_titles(place: str, members: dict[str, Any]) -> None:
    refused(place, "a title in at least one language is missing", **members)


def trustees(n: int) -> tuple[m.Trustee, ...]:
    return tuple(m.Trustee(f"t{i}", Scalars.from_ints([i + 2]) * G, {"en": "t"}) for i in range(n))


@pytest.mark.parametrize(
    ("n", "k", "least", "single", "place", "reason"),
    [
        (0, 1, 1, 1, "trustees", "there must be 1 to 64"),
        (MAX_TRUSTEES + 1, 2, 2, 0, "trustees", "there must be 1 to 64"),
        (3, 0, 1, 1, "ceremony.threshold", "0 of 3 is no threshold"),
        (3, 4, 4, 0, "ceremony.threshold", "4 of 3 is no threshold"),
        (3, 1, 1, 0, "ceremony.threshold", "1 needs single_trustee set"),
        (3, 2, 1, 0, "ceremony.min_trustees", "it must be from the threshold 2 to 3"),
        (3, 2, 4, 0, "ceremony.min_trustees", "it must be from the threshold 2 to 3"),
    ],
)
def test_trustees(n: int, k: int, least: int, single: int, place: str, reason: str) -> None:
    ceremony = m.Ceremony(least, single, m.CEREMONY, k)
    refused(place, reason, trustees=trustees(n), ceremony=ceremony)


def test_as_many_trustees_as_may_be_and_as_few() -> None:
    check_manifest(signed(trustees=trustees(MAX_TRUSTEES)))
    check_manifest(signed(trustees=trustees(1), ceremony=m.Ceremony(1, 1, m.CEREMONY, 1)))


def test_ids_of_trustees_and_stations() -> None:
    first, second, third = trustees(3)
    refused("trustees", "trustee t0 occurs twice", trustees=(first, replace(second, id="t0"), third))
    station = m.Station("hall", 7 * G, "north")
    refused("stations", "station hall occurs twice", stations=(station, replace(station, key=8 * G)))
    refused("stations.hall", "there is no unit west", stations=(replace(station, unit="west"),))
    check_manifest(signed(stations=(station, m.Station("school", 8 * G, "south"))))


def test_keys() -> None:
    first, second, third = trustees(3)
    office = signed().office_key
    hall = m.Station("hall", 7 * G, "north")
    for stations, own in [
        ((), (first, replace(second, key=first.key), third)),
        ((), (first, replace(second, key=office), third)),
        ((hall, replace(hall, id="school")), trustees(3)),
        ((replace(hall, key=third.key),), trustees(3)),
        ((replace(hall, key=office),), trustees(3)),
    ]:
        refused("trustees", "occurs twice", stations=stations, trustees=own)
    refused("trustees", "the base point is nobody's key", trustees=(replace(first, key=G), second))
    refused("trustees", "the base point is nobody's key", stations=(replace(hall, key=1 * G),))


def test_log() -> None:
    key = m.Log(str(NoteSigner(ORIGIN, WORLD.log_key).key), "example.org/other")
    refused("log.origin", f"the log's key is named '{ORIGIN}'", log=key)
    refused("log.key", "verifier key", log=m.Log("example.org/council+00000000+AAAA", ORIGIN))
    witness = str(Cosigner(ORIGIN, SigningKey.generate()).key)
    refused("log.key", "a key of signature type 0x01", log=m.Log(witness, ORIGIN))


def witnesses(n: int) -> tuple[str, ...]:
    return tuple(str(Cosigner(f"w{i}", SigningKey.generate()).key) for i in range(n))


@pytest.mark.parametrize(
    ("agreement", "n", "quorum", "faulty", "place", "reason"),
    [
        ((), 0, 0, 0, "agreement", "exactly one rule"),
        (("ready", "witnesses"), 3, 2, 0, "agreement", "exactly one rule"),
        (("ready", "ready"), 0, 0, 0, "agreement", "exactly one rule"),
        (("witnesses",), 0, 0, 0, "agreement", "where there are none"),
        (("ready",), 0, 0, 1, "witnesses", "a quorum of no witnesses"),
        (("ready",), 0, 1, 0, "witnesses", "a quorum of no witnesses"),
        (("witnesses",), 4, 2, 0, "witnesses.quorum", "2 of 4 with 0 faulty"),
        (("witnesses",), 4, 3, 2, "witnesses.quorum", "3 of 4 with 2 faulty"),
        (("witnesses",), 3, 4, 0, "witnesses.quorum", "4 of 3 with 0 faulty"),
        (("witnesses",), 1, 1, 1, "witnesses.quorum", "1 of 1 with 1 faulty"),
        (("ready",), 3, 0, 0, "witnesses.quorum", "0 of 3 with 0 faulty"),
    ],
)
def test_agreement(
    agreement: tuple[str, ...], n: int, quorum: int, faulty: int, place: str, reason: str
) -> None:
    refused(place, reason, agreement=agreement, witnesses=m.Witnesses(faulty, witnesses(n), quorum))


@given(w=st.integers(1, 9), q=st.integers(0, 10), f=st.integers(0, 9))
def test_two_quorums_share_an_honest_witness(w: int, q: int, f: int) -> None:
    """q > (w + f)/2: 2q - w of them are in both, more than are faulty."""
    good = f < q <= w and 2 * q - w > f
    known = m.Witnesses(f, WITNESSES[:w], q)
    try:
        check_manifest(signed(agreement=("witnesses",), witnesses=known))
    except ManifestError as error:
        assert not good and error.place == "witnesses.quorum"
    else:
        assert good


WITNESSES = witnesses(9)


def test_witness_keys() -> None:
    one = witnesses(1)[0]
    refused("witnesses.keys", "occurs twice", witnesses=m.Witnesses(0, (one, one), 2))
    log = str(NoteSigner(ORIGIN, WORLD.log_key).key)
    refused(
        "witnesses.keys[1]",
        "a key of signature type 0x04",
        witnesses=m.Witnesses(0, (one, log), 2),
    )


def test_the_log_is_nobodys_witness() -> None:
    disguised = str(Cosigner("witness", WORLD.log_key).key)
    assert NoteKey.parse(disguised).public == WORLD.log_key.public
    refused("witnesses.keys", "occurs twice", witnesses=m.Witnesses(0, (*witnesses(2), disguised), 2))


def test_contests() -> None:
    refused("contests", "an election without contests", contests=(), styles=(style("council"),))
    refused("contests", "contest council occurs twice", contests=contest() * 2)
    refused("contests.council", "a contest without options", contests=contest(options=()))
    refused("contests.council", "option a occurs twice", contests=contest(options=(option("a"),) * 2))
    refused(
        "contests.council.b", "largest value is 0", contests=contest(options=(option("a"), option("b", 0)))
    )
    refused("contests.board", "it is on no ballot", contests=(approval(), approval("board")))


def packed(n: int, packing: int, cell: int, largest: int = 1) -> dict[str, Any]:
    options = tuple(option(f"o{i}", largest) for i in range(n))
    return {
        "contests": (m.Contest("council", cell, options, packing, (), {"en": "council"}),),
        "styles": (style("council", example=[0] * n),),
    }


def test_packing() -> None:
    place = "contests.council.packing"
    refused(place, "more options a slot than there are", **packed(3, 4, 10))
    refused(place, "above 2^40", **packed(3, 3, 2**14))
    refused(place, "above 2^40", **packed(1, 1, 2**39, 3))
    check_manifest(signed(**packed(1, 1, 2**40)))
    check_manifest(signed(**packed(3, 3, 2**13)))


def test_packing_of_very_many_options_is_refused_without_computing_their_powers() -> None:
    """Base 2^53 to the 5,000th would be a number of 33 kB, and a contest has room for many."""
    refused("contests.council.packing", f"at most {MAX_PACKING}", **packed(5000, 5000, 2**53 - 1))
    # No packing above 41 could pass: the smallest base is 2.
    assert 2 ** (MAX_PACKING - 1) <= MAX_TOTAL < 2**MAX_PACKING


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (rule(3, 2, a=1), "at least 3 and at most 2 is impossible"),
        (m.Rule(1, 0, (m.Term("a", 1), m.Term("a", 1))), "option a occurs twice"),
        (rule(0, 1, d=1), "there is no option d"),
        (rule(0, 1, a=1, b=0), "option b times 0"),
        (rule(0, 1), "a rule about nothing"),
    ],
)
def test_rules(made: m.Rule, reason: str) -> None:
    """The place counts rules from 1."""
    refused("contests.council.rules[2]", reason, contests=contest(rules=(rule(0, 2, a=1), made)))


SUMS = st.integers(-(2**53) + 1, 2**53 - 1)


@given(
    low=SUMS,
    high=SUMS,
    times=st.lists(st.integers(-9, 9).filter(bool) | SUMS.filter(bool), min_size=1, max_size=3),
    maxima=st.lists(st.integers(1, 5), min_size=3, max_size=3),
)
def test_bound_of_a_rule_is_that_of_its_compiled_constraint(
    low: int, high: int, times: list[int], maxima: list[int]
) -> None:
    """Refused exactly where sum |C| + |t| over the bits, slack included, reaches 2^53 (SPEC 5.2)."""
    low, high = sorted((low, high))
    terms = tuple(m.Term(id, n) for id, n in zip("abc", times, strict=False))
    options = tuple(option(id, most) for id, most in zip("abc", maxima, strict=True))
    contests = (m.Contest("council", 1, options, 1, (m.Rule(high, low, terms),), {"en": "council"}),)
    manifest = signed(contests=contests)
    relation = compile_layout(manifest, "s").relation
    total = sum(abs(c) for _, c in relation.constraints[0]) + abs(relation.targets[0])
    try:
        check_manifest(manifest)
    except ManifestError as error:
        assert (error.place == "contests.council.rules[1]") == (total >= MAX_EXACT)
        # The example, nothing for anybody, may break a rule that is fine in itself.
        assert total >= MAX_EXACT or error.place == "styles.s.example"
    else:
        assert total < MAX_EXACT and low <= 0 <= high


def test_bound_of_a_rule_at_its_edge() -> None:
    """Times, slack and target: 1 + high + high, and one more."""
    high = 2**52 - 1
    check_manifest(signed(contests=contest(rules=(rule(0, high, a=1),))))
    beyond = contest(rules=(rule(0, high, a=2),))
    refused("contests.council.rules[1]", "its sums could exceed 2^53", contests=beyond)


def test_styles() -> None:
    refused("styles", "style s occurs twice", styles=(style("council"),) * 2)
    refused("styles.s", "a ballot without contests", styles=(style(),))
    refused("styles.s", "there is no contest board", styles=(style("board"),))
    two = (approval(), approval("board"))
    for ids in [("board", "council"), ("council", "council", "board")]:
        refused(
            "styles.s", "in manifest order, each once", contests=two, styles=(style(*ids, example=[0] * 6),)
        )
    refused("styles.t", "no unit votes with it", styles=(style("council"), style("council", id="t")))


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        ((0, 0), "has 3 options, not 2"),
        ((0, 0, 0, 0), "has 3 options, not 4"),
        ((0, 2, 0), "council.b: a whole number from 0 to 1"),
        ((1, 1, 1), "council: rule 1 wants 0 … 2, these choices give 3"),
    ],
)
def test_examples(example: Sequence[int], reason: str) -> None:
    refused("styles.s.example", reason, styles=(style("council", example=example),))


def test_a_style_that_nobody_can_keep_has_no_example() -> None:
    impossible = contest(rules=(rule(1, 1, a=2),))
    for example in [(0, 0, 0), (1, 0, 0)]:
        refused(
            "styles.s.example",
            "rule 1 wants 1 … 1",
            contests=impossible,
            styles=(style("council", example=example),),
        )


def test_sizes() -> None:
    refused("styles.s", f"{MAX_BITS + 1} bits", **packed(MAX_BITS + 1, 1, 1))
    refused("styles.s", "8200 bits", **packed(4100, 1, 1, 2))
    slack = contest(options=tuple(option(f"o{i}") for i in range(MAX_BITS)), rules=(rule(0, 1, o0=1),))
    refused(
        "styles.s",
        f"{MAX_BITS + 1} bits",
        contests=slack,
        styles=(style("council", example=[0] * MAX_BITS),),
    )


def test_largest_ballot() -> None:
    check_manifest(signed(**packed(MAX_BITS, 1, 1)))


@pytest.mark.parametrize(
    ("units", "place", "reason"),
    [
        ((), "units", "an election without units"),
        ((unit("a"), unit("a")), "units", "unit a occurs twice"),
        ((unit("a", "a"),), "units.a", "its parent a must stand before it"),
        ((unit("a", "b"), unit("b", style="")), "units.a", "its parent b must stand before it"),
        ((unit("a", "nowhere"),), "units.a", "its parent nowhere must stand before it"),
        ((unit("a"), unit("b", "a")), "units.a", "no voters and no style"),
        ((unit("a", style=""),), "units.a", "there is no style ''"),
        ((unit("a", style="t"),), "units.a", "there is no style 't'"),
    ],
)
def test_units(units: tuple[m.Unit, ...], place: str, reason: str) -> None:
    refused(place, reason, units=units)


def test_many_units() -> None:
    """As many as Tehran had polling stations, in a tree."""
    leaves = tuple(unit(f"u{i}", f"d{i % 22}") for i in range(3797))
    check_manifest(signed(units=(*(unit(f"d{i}", style="") for i in range(22)), *leaves)))


def forged(change: Callable[[m.Manifest], m.Manifest]) -> None:
    with pytest.raises(ManifestError, match="not signed by the office") as caught:
        check_manifest(change(signed()))
    assert caught.value.place == "sig"


def test_signature() -> None:
    forged(lambda known: replace(known, title={"en": "Other"}))
    forged(lambda known: replace(known, nonce=bytes(32)))
    forged(lambda known: replace(known, office_key=5 * G))
    forged(lambda known: replace(known, sig=replace(known.sig, z=known.sig.z + 1)))
    forged(lambda known: m.Manifest.sign(b"other context".ljust(32), WORLD.office, **WORLD.members))


def test_look_alikes() -> None:
    """A warning for each pair, in each language."""
    options = (
        m.Option("a", 1, {"en": "Ali Kabiri", "fa": "علی کبیری"}),
        m.Option("b", 1, {"en": "Ali  kabiri", "fa": "علي كبيري"}),
        m.Option("c", 1, {"en": "Ali Kabir"}),
    )
    assert look_alikes(signed(contests=contest(options=options))) == [
        "contests.council: a and b read alike (en)",
        "contests.council: a and b read alike (fa)",
    ]
    assert look_alikes(signed()) == []
