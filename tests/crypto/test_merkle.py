"""RFC 6962 hashing and RFC 9162 proofs, against a naive recursion and the vectors of two other code bases.

Left out of transparency-dev/merkle: subtreeconsistency/ and subtreeinclusion/, proofs about subtrees that do
not begin at entry 0; nothing here makes or reads them. Its consistency/additional/
sizes-are-equal-zero-and-proof-is-empty.json is that library's policy and not the RFC's, which knows no proof
from an empty tree; refusing size 0 altogether, as we do, agrees with it.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import merkle
from crypto.errors import ProofError
from crypto.merkle import (
    EMPTY_ROOT,
    Frontier,
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(i).encode()) for i in range(70)]


def mth(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else EMPTY_ROOT
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return node_hash(mth(hashes[:k]), mth(hashes[k:]))


def path(m: int, hashes: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(hashes) == 1:
        return []
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word."""
    if m == len(hashes):
        return [] if whole else [mth(hashes)]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


def nodes(hashes: list[bytes]) -> Node:
    def node(level: int, index: int) -> bytes:
        part = hashes[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "asked for a subtree that is not perfect"
        return mth(part)

    return node


def vectors(shared: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = shared / "vectors/tlog/transparency-dev-merkle/testdata" / kind
    return [
        (str(file.relative_to(folder)), json.loads(file.read_text()))
        for file in sorted(folder.rglob("*.json"))
    ]


def unbase64(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


def test_ct_python_hashes_and_roots(shared: Path) -> None:
    ct = json.loads((shared / "vectors/tlog/ct-python-merkle.json").read_text())
    assert EMPTY_ROOT.hex() == ct["empty_root"]
    for case in ct["leaf_hashes"]:
        assert leaf_hash(bytes.fromhex(case["data_hex"])).hex() == case["hash"]
    for case in ct["node_hashes"]:
        assert (
            node_hash(bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"])).hex() == case["hash"]
        )
    frontier, hashes = Frontier(), []
    for data, expected in zip(ct["leaves_hex"], ct["root_hash_at_size_1_to_8"], strict=True):
        hashes.append(leaf_hash(bytes.fromhex(data)))
        frontier.append(hashes[-1])
        assert frontier.root().hex() == merkle.root(hashes).hex() == expected
    for case in ct["consistency"]:
        proof = consistency_proof(case["size1"], case["size2"], nodes(hashes))
        assert [value.hex() for value in proof] == case["proof"]


def test_ct_python_proofs(shared: Path) -> None:
    ct = json.loads((shared / "vectors/tlog/ct-python-merkle.json").read_text())
    for case in ct["consistency"]:
        roots = bytes.fromhex(case["root1"]), bytes.fromhex(case["root2"])
        verify_consistency(case["size1"], case["size2"], *roots, list(map(bytes.fromhex, case["proof"])))
    for case in ct["inclusion"]:
        leaf = leaf_hash(bytes.fromhex(case["leaf_data_hex"]))
        assert leaf.hex() == case["leaf_hash"]
        proof = list(map(bytes.fromhex, case["proof"]))
        verify_inclusion(leaf, case["leaf_index"], case["tree_size"], proof, bytes.fromhex(case["root"]))


def test_transparency_dev_inclusion(shared: Path) -> None:
    cases = vectors(shared, "inclusion")
    assert len(cases) == 98
    for name, case in cases:
        arguments = (
            case["leafIdx"],
            case["treeSize"],
            unbase64(case["proof"]),
            base64.b64decode(case["root"]),
        )
        check(name, case, verify_inclusion, base64.b64decode(case["leafHash"]), *arguments)


def test_transparency_dev_consistency(shared: Path) -> None:
    cases = vectors(shared, "consistency")
    assert len(cases) == 98
    for name, case in cases:
        roots = base64.b64decode(case["root1"]), base64.b64decode(case["root2"])
        check(name, case, verify_consistency, case["size1"], case["size2"], *roots, unbase64(case["proof"]))


def check(name: str, case: dict[str, Any], verify: Any, *arguments: Any) -> None:
    if not case["wantErr"]:
        verify(*arguments)
        return
    try:
        verify(*arguments)
    except ProofError:
        return
    pytest.fail(f"{name} was accepted: {case['desc']}")


@given(st.integers(0, 300))
def test_frontier_agrees_with_the_recursion(size: int) -> None:
    hashes = [leaf_hash(i.to_bytes(2, "big")) for i in range(size)]
    frontier = Frontier()
    for value in hashes:
        frontier.append(value)
    assert frontier.size == size
    assert frontier.root() == merkle.root(hashes) == root_at(size, nodes(hashes)) == mth(hashes)


def test_a_copied_frontier_goes_its_own_way() -> None:
    frontier = Frontier()
    frontier.append(LEAVES[0])
    twin = frontier.copy()
    twin.append(LEAVES[1])
    assert (frontier.size, frontier.root()) == (1, LEAVES[0])
    assert (twin.size, twin.root()) == (2, mth(LEAVES[:2]))


@pytest.mark.parametrize("size", [*range(1, 18), 31, 32, 33, 64, 70])
def test_proofs_agree_with_the_recursion_and_verify(size: int) -> None:
    tree = LEAVES[:size]
    for index in range(size):
        proof = inclusion_proof(index, size, nodes(tree))
        assert proof == path(index, tree)
        verify_inclusion(tree[index], index, size, proof, mth(tree))
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, nodes(tree))
        assert proof == subproof(old, tree, True)
        verify_consistency(old, size, mth(tree[:old]), mth(tree), proof)


@given(st.data())
def test_changed_proofs_are_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    index = data.draw(st.integers(0, size - 1))
    tree = LEAVES[:size]
    proof = inclusion_proof(index, size, nodes(tree))
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    for forged in (
        [*proof[:place], flipped, *proof[place + 1 :]],
        [*proof[:place], *proof[place + 1 :]],
        [*proof[:place], proof[place], *proof[place:]],
        [*proof, mth(tree)],
    ):
        with pytest.raises(ProofError):
            verify_inclusion(tree[index], index, size, forged, mth(tree))


@given(st.integers(1, 70), st.integers(-2, 72), st.integers(-2, 72))
def test_another_index_or_a_smaller_size_is_refused(size: int, index: int, claimed: int) -> None:
    """A larger size may have the same path: what binds the size is the signed checkpoint."""
    tree = LEAVES[:size]
    proof = inclusion_proof(size - 1, size, nodes(tree))
    if index != size - 1:
        with pytest.raises(ProofError):
            verify_inclusion(tree[-1], index, size, proof, mth(tree))
    if claimed < size:
        with pytest.raises(ProofError):
            verify_inclusion(tree[-1], size - 1, claimed, proof, mth(tree))


def test_inner_node_as_leaf_is_refused() -> None:
    """ATTACKS 51: the entry left ‖ right, 64 bytes, has another hash than the node above left and right."""
    left, right = LEAVES[:2]
    forged_entry = left + right
    assert leaf_hash(forged_entry) != node_hash(left, right)
    with pytest.raises(ProofError, match="another root"):
        verify_inclusion(leaf_hash(forged_entry), 0, 1, [], node_hash(left, right))


def test_no_proof_of_hashes_of_another_length() -> None:
    with pytest.raises(ProofError, match="not 32 bytes"):
        verify_inclusion(LEAVES[0], 0, 2, [LEAVES[1][:31]], mth(LEAVES[:2]))
    with pytest.raises(ProofError, match="not 32 bytes"):
        verify_consistency(1, 2, LEAVES[0], mth(LEAVES[:2]), [LEAVES[1] + b"\0"])


def test_proofs_that_cannot_exist_are_not_made() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="no entry"):
            inclusion_proof(index, size, nodes(LEAVES))
    for old, new in ((0, 3), (4, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no consistency proof"):
            consistency_proof(old, new, nodes(LEAVES))
