"""Receipts: what the log signed, and nothing else (ATTACKS 45, 53)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.errors import EncodingError, GlassballotError, ProofError
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from crypto.tlog_proof import TlogProof
from election import canonical
from election.entries import Cast
from election.receipt import NotOurReceipt, Receipt, check_receipt, find_receipt
from tests.booth.home import Home
from tests.world import ORIGIN, World, approval, option, rule


@pytest.fixture
def receipt(home: Home) -> Receipt:
    entry = home.world.cast(home.anna.c, (1, 0, 1))
    home.world.put(entry)
    return home.receipt_of(entry, home.publish("later"))


def check(world: World, receipt: Receipt) -> Checkpoint:
    assert world.state.parameters is not None
    return check_receipt(receipt, world.state.parameters)


def resigned(receipt: Receipt, origin: str, key: SigningKey, size: int | None = None) -> Receipt:
    """The same receipt under a checkpoint that somebody else signed."""
    old = receipt.proof.signed.checkpoint
    new = Checkpoint(origin, old.size if size is None else size, old.root)
    signed = sign_checkpoint(new, NoteSigner(origin, key))
    return replace(receipt, proof=replace(receipt.proof, signed=signed))


def test_round_trip(home: Home, receipt: Receipt) -> None:
    again = Receipt.parse(receipt.to_bytes())
    assert again == receipt
    assert again.pseudonym == home.anna.pseudonym
    assert check(home.world, again).size == len(home.world.log.contents)


def test_changed_anywhere(home: Home, receipt: Receipt) -> None:
    """Every byte counts: a receipt with another one is refused, and not by a crash."""
    data = receipt.to_bytes()
    for place in range(len(data)):
        for byte in {data[place] ^ 1, ord("A")} - {data[place]}:
            changed = data[:place] + bytes([byte]) + data[place + 1 :]
            with pytest.raises((EncodingError, ProofError)):
                check(home.world, Receipt.parse(changed))


def test_truncated_anywhere(receipt: Receipt) -> None:
    data = receipt.to_bytes()[:-1]
    for length in range(0, len(data), 7):
        with pytest.raises(GlassballotError):
            Receipt.parse(data[:length])


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"format":"glassballot/receipt/v2"}', b"[" * 100_000]
)
def test_not_a_receipt(data: bytes) -> None:
    with pytest.raises(EncodingError):
        Receipt.parse(data)


@pytest.mark.parametrize(
    "members",
    [
        {"tracker": "0000-0000-0000-0000-0000-0000-0000-0000"},
        {"pseudonym": ""},
        {"proof": 1},
        {"entry": {}},
        {"entry": "cast"},
        {"entry": {"kind": "clock", "time": 1}},
        {"context": "00"},
        {"more": "1"},
    ],
)
def test_odd_members(receipt: Receipt, members: dict[str, object]) -> None:
    value = canonical.decode(receipt.to_bytes()[:-1])
    assert isinstance(value, dict)
    with pytest.raises(EncodingError):
        Receipt.parse(canonical.encode({**value, **members}))


def test_missing_member(receipt: Receipt) -> None:
    value = canonical.decode(receipt.to_bytes()[:-1])
    assert isinstance(value, dict)
    del value["tracker"]
    with pytest.raises(EncodingError, match="missing member 'tracker'"):
        Receipt.parse(canonical.encode(value))


def test_other_key(home: Home, receipt: Receipt) -> None:
    with pytest.raises(NotOurReceipt):
        check(home.world, resigned(receipt, ORIGIN, SigningKey.generate()))


def test_other_origin(home: Home, receipt: Receipt) -> None:
    with pytest.raises(NotOurReceipt, match="of the log"):
        check(home.world, resigned(receipt, "example.org/other", home.world.log_key))


@pytest.mark.parametrize("difference", [-1, 1])
def test_other_size(home: Home, receipt: Receipt, difference: int) -> None:
    """As if the log had signed its root for another size: a size that the proof's length cannot have."""
    size = receipt.index + 1 if difference < 0 else 4 * receipt.proof.signed.checkpoint.size
    with pytest.raises(NotOurReceipt):
        check(home.world, resigned(receipt, ORIGIN, home.world.log_key, size + difference))


def test_other_index(home: Home, receipt: Receipt) -> None:
    moved = replace(receipt, proof=replace(receipt.proof, index=receipt.index - 1))
    with pytest.raises(NotOurReceipt):
        check(home.world, moved)


def test_other_leaf(home: Home, receipt: Receipt) -> None:
    """Somebody else's ballot in a receipt of hers."""
    other = replace(receipt, entry=home.world.cast(home.world.voters["south"][0], (1, 0, 1)))
    with pytest.raises(NotOurReceipt):
        check(home.world, other)


def test_other_election_of_the_same_log(home: Home, receipt: Receipt) -> None:
    twin = World(like=home.world, nonce=bytes(32))
    twin.open()
    with pytest.raises(NotOurReceipt, match="of the election"):
        check(twin, receipt)


def test_logged_but_false(home: Home) -> None:
    """The log signs whatever it has; whether the ballot's proofs hold is checked all the same."""
    world = home.world
    first, second = (world.cast(home.anna.c, (1, 0, 0)) for _ in range(2))
    false = Cast(first.body, first.credential, first.predecessor, second.proof, first.sequence)
    world.put(false)
    receipt = find_receipt(home.publish("later"), world.context, false)
    assert receipt is not None
    with pytest.raises(ProofError, match="proof is false") as caught:
        check(world, receipt)
    assert not isinstance(caught.value, NotOurReceipt)


def test_ballot_of_another_style_or_credential_in_the_receipt(home: Home, receipt: Receipt) -> None:
    """Even a log that signs a doctored entry does not make it a ballot: the receipt is recomputed (ATTACKS 45)."""
    world = home.world
    assert isinstance(receipt.entry, Cast)
    doctored = replace(receipt.entry, credential=world.voters["south"][1] * receipt.entry.credential)
    world.put(doctored)
    found = find_receipt(home.publish("doctored"), world.context, doctored)
    assert found is not None
    with pytest.raises(ProofError):
        check(world, found)


def test_found_only_where_it_is(home: Home, receipt: Receipt) -> None:
    reader = home.publish("again")
    assert find_receipt(reader, home.world.context, receipt.entry) == receipt
    assert find_receipt(reader, home.world.context, receipt.entry, receipt.index) == receipt
    assert find_receipt(reader, home.world.context, receipt.entry, receipt.index + 1) is None
    assert find_receipt(reader, home.world.context, receipt.entry, reader.size + 9) is None
    assert find_receipt(home.reader(), home.world.context, receipt.entry) is None


def test_unknown_signatures_and_extra_data_change_nothing(home: Home, receipt: Receipt) -> None:
    """C2SP: a reader ignores signatures of keys that it does not know, and extra data proves nothing."""
    stranger = NoteSigner("stranger.example", SigningKey.generate())
    signature = stranger.sign(receipt.proof.signed.checkpoint.text)
    proof = TlogProof(
        receipt.index, receipt.proof.hashes, receipt.proof.signed.with_signatures([signature]), b"extra"
    )
    check(home.world, replace(receipt, proof=proof))


def test_blob(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A ballot that the log carries as a blob has a receipt over its stub."""
    names = [f"o{i}" for i in range(520)]
    contest = replace(
        approval(), options=tuple(map(option, names)), rules=(rule(0, 2, **dict.fromkeys(names, 1)),)
    )
    world = World(contests=(contest,))
    world.open()
    home = Home(world, tmp_path_factory.mktemp("blob"))
    entry = world.cast(home.anna.c, [1] + [0] * 519)
    assert len(entry.to_bytes()) > 65_535
    world.put(entry)
    receipt = home.receipt_of(entry, home.publish("later"))
    check(world, Receipt.parse(receipt.to_bytes()))
