"""Transcripts: the bytes of SPEC 2.1, one label table, and challenges that depend on everything before them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crypto.errors import EncodingError
from crypto.group import ORDER, G, Points, Scalars
from crypto.transcript import LABELS, Absorbable, Domain, Transcript, to_bytes

CONTEXT = bytes(range(32))
LABEL = st.sampled_from(sorted(LABELS["decryption"]))
MESSAGES = st.lists(st.tuples(LABEL, st.binary(max_size=40)), max_size=5)


def absorbed(messages: Sequence[tuple[str, Absorbable]], context: bytes = CONTEXT) -> Transcript:
    t = Transcript("decryption", context)
    for label, data in messages:
        t.absorb(label, data)
    return t


def frame(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "little") + part for part in parts)


def test_every_byte() -> None:
    """absorb and challenge as SPEC 2.1 writes them, with nothing of ours but the group."""
    t = Transcript("cast", CONTEXT)
    t.absorb("sequence", 258)
    c = t.challenge("c")
    before = (
        frame(b"protocol", b"glassballot/v1")
        + frame(b"proof", b"cast")
        + frame(b"context", CONTEXT)
        + frame(b"sequence", b"\x02\x01\x00\x00")
        + frame(b"challenge", b"c")
    )
    number = int.from_bytes(hashlib.sha512(before).digest(), "little") % ORDER
    assert c.to_ints() == [number]
    assert bytes(t) == before + frame(b"is", number.to_bytes(32, "little"))


def test_challenges_follow_from_challenges() -> None:
    """A second one with nothing absorbed in between is another one, since the first is absorbed."""
    t = Transcript("ballot", CONTEXT)
    assert t.challenge("gamma") != t.challenge("gamma")


@given(MESSAGES, MESSAGES)
def test_different_messages_different_bytes(
    one: list[tuple[str, bytes]], other: list[tuple[str, bytes]]
) -> None:
    assume(one != other)
    assert bytes(absorbed(one)) != bytes(absorbed(other))
    assert absorbed(one).challenge("c") != absorbed(other).challenge("c")


@pytest.mark.parametrize("split", [(b"ab", b""), (b"a", b"b"), (b"", b"ab")])
def test_neighbours_do_not_run_together(split: tuple[bytes, bytes]) -> None:
    pairs = [(b"ab", b""), (b"a", b"b"), (b"", b"ab")]
    others = [absorbed([("root", x), ("cells", y)]) for x, y in pairs if (x, y) != split]
    mine = absorbed([("root", split[0]), ("cells", split[1])])
    assert all(bytes(mine) != bytes(other) for other in others)


def test_the_name_of_the_proof_and_the_context_are_absorbed() -> None:
    other = bytes(31) + b"\x01"
    made = [Transcript("register", CONTEXT), Transcript("ephemeral", CONTEXT), Transcript("register", other)]
    assert len({bytes(t) for t in made}) == len({t.challenge("c").to_bytes() for t in made}) == 3


@pytest.mark.parametrize("context", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_context_is_32_bytes(context: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Transcript("cast", context)


def test_labels_out_of_the_table() -> None:
    with pytest.raises(KeyError):
        Transcript("unknown", CONTEXT)
    for name, labels in LABELS.items():
        t = Transcript(name, CONTEXT)
        foreign = next(label for other in LABELS.values() for label in sorted(other - labels))
        for refused in (t.absorb, lambda label, _, t=t: t.challenge(label)):
            with pytest.raises(ValueError, match="not in this proof's table"):
                refused(foreign, b"")
        assert bytes(t) == bytes(Transcript(name, CONTEXT))


def test_no_two_domains_and_no_proof_share_a_prefix() -> None:
    """`…/dkg-deals` and `…/dkg-dealer` are told apart by their frames; none is the label of a transcript."""
    framed = [frame(domain.encode()) for domain in Domain]
    assert not any(a is not b and b.startswith(a) for a in framed for b in framed)
    assert all(domain.startswith("glassballot/v1/") for domain in Domain)


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (b"\x00\xff", b"\x00\xff"),
        ("style-1", b"style-1"),
        ("شورا", "شورا".encode()),
        (0, bytes(4)),
        (2**32 - 1, b"\xff" * 4),
        (Scalars.from_ints([1, 2]), b"\x01" + bytes(31) + b"\x02" + bytes(31)),
        (Points.identity(2), bytes(64)),
        (Points.identity(0), b""),
    ],
)
def test_values(value: Absorbable, encoded: bytes) -> None:
    assert to_bytes(value) == encoded


@pytest.mark.parametrize("value", [-1, 2**32, True, False])
def test_integers_that_are_no_u32(value: int) -> None:
    with pytest.raises(EncodingError, match="no u32"):
        Transcript("cast", CONTEXT).absorb("sequence", value)


def test_a_copy_goes_its_own_way() -> None:
    t = absorbed([("root", b"r")])
    twin = t.copy()
    assert bytes(twin) == bytes(t)
    twin.absorb("share_key", G)
    assert bytes(twin) != bytes(t)
    assert absorbed([("root", b"r")]).challenge("c") == t.challenge("c")
    with pytest.raises(ValueError, match="not in this proof's table"):
        twin.absorb("one_time_key", G)


def test_64_bytes_are_reduced_and_not_32() -> None:
    """ATTACKS 28: a challenge from half the hash would be biased."""
    digest = hashlib.sha512(bytes(Transcript("cast", CONTEXT)) + frame(b"challenge", b"c")).digest()
    c = Transcript("cast", CONTEXT).challenge("c").to_ints()[0]
    assert c == int.from_bytes(digest, "little") % ORDER
    assert c != int.from_bytes(digest[:32], "little") % ORDER
