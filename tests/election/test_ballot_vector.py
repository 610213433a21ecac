"""The prototype's ballot, reproduced byte for byte (vectors/own/ballot-v1.json)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crypto import ballot_argument, sigma, statements
from crypto.group import G, Points, Scalars
from crypto.merkle import leaf_hash
from election.ballot import PreparedBallot, claims, prepare_with, verify_opening
from election.entries import Cast, entry_hash, parse
from election.layout import compile_layout
from election.manifest import Contest, Manifest, Option, Rule, Style, Term
from election.parameters import Parameters
from election.tracker import tracker


@pytest.fixture(scope="module")
def vector(shared: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((shared / "vectors/own/ballot-v1.json").read_text()))


@pytest.fixture(scope="module")
def parameters(vector: dict[str, Any]) -> Parameters:
    options = tuple(Option(name, 1, {"en": name}) for name in "abc")
    rule = Rule(2, 0, tuple(Term(option.id, 1) for option in options))
    contest = Contest("c", 1, options, 1, (rule,), {"en": "c"})
    style = Style(("c",), (0, 0, 0), "s1")
    manifest = SimpleNamespace(styles=(style,), style=lambda _: style, contest=lambda _: contest)
    inputs = vector["inputs"]
    known = Parameters(
        cast(Manifest, manifest),
        bytes.fromhex(inputs["context"]),
        Points.from_bytes(bytes.fromhex(inputs["K"])),
    )
    assert compile_layout(cast(Manifest, manifest), "s1") == known.layouts["s1"]
    return known


@pytest.fixture(scope="module")
def prepared(vector: dict[str, Any], parameters: Parameters) -> PreparedBallot:
    inputs = vector["inputs"]
    o = Scalars.from_ints([inputs["one_time_secret"]])
    return prepare_with(parameters, "s1", inputs["choices"], bytes.fromhex(inputs["seed"]), o)


def test_bases(vector: dict[str, Any]) -> None:
    bases = ballot_argument.bases(2)
    for name, point in {
        "F": bases.F,
        "G0": bases.G[0],
        "G1": bases.G[1],
        "H0": bases.H[0],
        "H1": bases.H[1],
    }.items():
        assert point.to_bytes().hex() == vector["bases"][name]


def test_layout(vector: dict[str, Any], parameters: Parameters) -> None:
    layout = parameters.layouts["s1"]
    assert layout.relation.digest.hex() == vector["layout_digest"]
    assert layout.bits(vector["inputs"]["choices"]) == vector["inputs"]["bits"]


def test_body(vector: dict[str, Any], prepared: PreparedBallot, parameters: Parameters) -> None:
    assert prepared.randomness.root.hex() == vector["root"]
    assert prepared.body.slots.to_bytes().hex() == vector["slots"]
    assert prepared.body.proof.to_bytes().hex() == vector["proof"]
    assert prepared.body.encoded.decode() == vector["body"]
    assert prepared.body.hash.hex() == vector["body_sha256"]
    assert prepared.tracker == tracker(prepared.body.encoded) == vector["tracker"]
    relation = parameters.layouts["s1"].relation
    statement = ballot_argument.Statement(
        parameters.context, parameters.K, relation, "s1", prepared.body.one_time_key, prepared.body.slots
    )
    claim = ballot_argument.claim(statement, prepared.body.proof)
    assert claim.gamma[0].to_bytes().hex() == vector["gamma"]
    assert claim.x.to_bytes().hex() == vector["x"]
    ballot_argument.verify(statement, prepared.body.proof)


def test_cast(vector: dict[str, Any], prepared: PreparedBallot, parameters: Parameters) -> None:
    inputs = vector["inputs"]
    c, predecessor = Scalars.from_ints([inputs["credential_secret"]]), bytes.fromhex(inputs["predecessor"])
    statement = statements.cast(
        parameters.context,
        prepared.body.encoded,
        c * G,
        inputs["sequence"],
        predecessor,
        prepared.body.one_time_key,
    )
    nonces = Scalars.from_ints(inputs["announcement_secrets"])
    proof = sigma.respond(statement, Scalars.concat([c, prepared.o]), nonces)
    entry = Cast(prepared.body, c * G, predecessor, proof, inputs["sequence"])
    assert sigma.claim(statement, proof).c.to_bytes().hex() == vector["cast_challenge"]
    assert entry.to_bytes().decode() == vector["cast_entry"]
    assert entry_hash(entry.to_bytes()).hex() == vector["cast_entry_sha256"]
    assert leaf_hash(entry.to_bytes()).hex() == vector["leaf_hash"]
    assert parse(entry.to_bytes()) == entry
    assert len(claims(parameters, entry)) == 2


def test_challenge(prepared: PreparedBallot, parameters: Parameters) -> None:
    verify_opening(parameters, prepared.challenge())
