"""Rows 1 and 5: whatever a statement is about decides its challenge.

Every argument of every sigma statement and of the ballot argument is bent: each byte of byte strings, each number,
each point of a vector, and the order of points. No proof made before holds after it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from crypto import ballot_argument, sigma, statements
from crypto.ballot_argument import Nonces, Proof, Relation, Statement
from crypto.elgamal import Ciphertexts, encrypt
from crypto.errors import GlassballotError, ProofError
from crypto.group import G, Points, Scalars
from crypto.transcript import LABELS, Transcript

d, e, s = Scalars.random(1), Scalars.random(1), Scalars.random(1)
CONTEXT, SESSION, HASH = bytes(range(32)), bytes(range(64)), bytes(range(1, 65))
AGGREGATES = Scalars.random(3) * G

# Name -> arguments and secrets of a true statement.
TRUE: dict[str, tuple[dict[str, Any], Scalars]] = {
    "signature": ({"context": CONTEXT, "kind": "closing", "key": d * G, "message": b'{"kind":"closing"}'}, d),
    "cast": (
        {
            "context": CONTEXT,
            "body": b'{"slots":"AAAA"}',
            "credential": d * G,
            "sequence": 7,
            "predecessor": bytes(32),
            "one_time_key": e * G,
        },
        Scalars.concat([d, e]),
    ),
    "register": ({"context": CONTEXT, "session": SESSION, "index": 2, "key": d * G}, d),
    "ephemeral": ({"context": CONTEXT, "session": SESSION, "index": 2, "msg1_hash": HASH, "key": d * G}, d),
    "complaint": (
        {"context": CONTEXT, "session": SESSION, "accuser": 1, "accused": 2}
        | {"P_i": d * G, "E_j": e * G, "P_j": s * G, "Se": d * (e * G), "Sd": d * (s * G)},
        d,
    ),
    "decryption": (
        {
            "context": CONTEXT,
            "root": bytes(32),
            "size": 9,
            "contest": "council",
            "cells": bytes(32),
            "trustee": "t1",
        }
        | {"share_key": s * G, "aggregates": AGGREGATES, "partials": s * AGGREGATES},
        s,
    ),
}


def bent(value: Any) -> Iterator[Any]:
    """Other values of the same type: every byte, every bit of a number, every point and every two neighbours."""
    if isinstance(value, bytes):
        yield from (value[:i] + bytes([value[i] ^ 1]) + value[i + 1 :] for i in range(len(value)))
        if len(value) not in (32, 64):
            yield from (value + b"\0", value[:-1], b"")
    elif isinstance(value, str):
        yield from (value + "x", value[:-1], value.upper(), "")
    elif isinstance(value, int):
        yield from (value ^ 1 << bit for bit in range(32))
    else:
        unit = [
            Points.concat([Points.identity(i), G, Points.identity(len(value) - i - 1)])
            for i in range(len(value))
        ]
        yield from (value + one for one in unit)
        yield from (value - one for one in unit)
        yield -value
        for i in range(len(value) - 1):
            yield Points.concat([value[:i], value[i + 1], value[i], value[i + 2 :]])


@pytest.mark.parametrize("name", TRUE)
def test_row_05_every_argument_of_a_statement(name: str) -> None:
    """Of all of them: were one left out here, the signature would have it."""
    arguments, secrets = TRUE[name]
    make = getattr(statements, name)
    assert arguments.keys() == inspect.signature(make).parameters.keys()
    proof = sigma.prove(make(**arguments), secrets)
    sigma.verify(make(**arguments), proof)
    for argument, value in arguments.items():
        for other in bent(value):
            with pytest.raises(ProofError):
                sigma.verify(make(**{**arguments, argument: other}), proof)


@pytest.mark.parametrize("name", TRUE)
def test_row_05_every_part_of_a_proof(name: str) -> None:
    arguments, secrets = TRUE[name]
    statement = getattr(statements, name)(**arguments)
    proof = sigma.prove(statement, secrets)
    one = [Scalars.from_ints([int(i == j) for j in range(len(proof.z))]) for i in range(len(proof.z))]
    forged = [replace(proof, z=proof.z + step) for step in one]
    forged += [replace(proof, z=-proof.z), replace(proof, R=-proof.R)]
    forged += [replace(proof, R=R) for R in bent(proof.R)]
    for other in forged:
        with pytest.raises(ProofError):
            sigma.verify(statement, other)


def test_row_05_no_statement_is_forgotten() -> None:
    """What is tested here is all that there is."""
    made = {
        name
        for name, f in inspect.getmembers(statements, inspect.isfunction)
        if f.__module__ == statements.__name__
    }
    assert made == TRUE.keys() == LABELS.keys() - {"ballot"}


def test_row_05_a_proof_of_one_name_is_none_of_another() -> None:
    """register and ephemeral are about alike things, and so are two signatures."""
    arguments, secrets = TRUE["register"]
    statement = statements.register(**arguments)
    own = sigma.prove(statement, secrets)
    for name in LABELS.keys() - {"register"}:
        t = Transcript(name, CONTEXT)
        for label in ("session", "index", "key"):
            if label in LABELS[name]:
                t.absorb(label, arguments[label])
        with pytest.raises(ProofError):
            sigma.verify(replace(statement, transcript=t), own)


RELATION = Relation(3, (((0, 1), (1, 2)), ((2, 1),)), (((0, 1), (2, 1)),), (1,))


def ballot() -> tuple[Statement, Proof]:
    r, K = Scalars.random(2), Scalars.random(1) * G
    nonces = Nonces(Scalars.random(3), Scalars.random(1), Scalars.random(1), Scalars.random(1))
    slots = encrypt(Scalars.from_ints([2, 1]), r, K)
    statement = Statement(CONTEXT, K, RELATION, "s", Scalars.random(1) * G, slots)
    return statement, ballot_argument.prove(statement, Scalars.from_ints([0, 1, 1]), r, nonces)


RELATIONS = [
    replace(RELATION, slots=(((0, 1), (1, 1)), ((2, 1),))),
    replace(RELATION, slots=(((0, 1), (1, 2)), ((1, 1),))),
    replace(RELATION, slots=RELATION.slots[::-1]),
    replace(RELATION, constraints=(((0, 1), (2, 2)),)),
    replace(RELATION, constraints=(((1, 1), (2, 1)),)),
    replace(RELATION, targets=(2,)),
    replace(RELATION, constraints=(), targets=()),
    replace(RELATION, constraints=RELATION.constraints * 2, targets=(1, 1)),
    replace(RELATION, bits=4),
]


def test_row_05_every_part_of_a_ballots_statement() -> None:
    statement, proof = ballot()
    ballot_argument.verify(statement, proof)
    alpha, beta = statement.slots.alpha, statement.slots.beta
    others = {
        "context": list(bent(CONTEXT)),
        "K": list(bent(statement.K)),
        "relation": RELATIONS,
        "style": list(bent("s")),
        "one_time_key": list(bent(statement.one_time_key)),
        "slots": [Ciphertexts(a, beta) for a in bent(alpha)] + [Ciphertexts(alpha, b) for b in bent(beta)],
    }
    assert others.keys() == {field.name for field in fields(Statement)}
    for name, values in others.items():
        for value in values:
            with pytest.raises(GlassballotError):
                ballot_argument.verify(replace(statement, **{name: value}), proof)
    assert len({relation.digest for relation in [RELATION, *RELATIONS]}) == len(RELATIONS) + 1


def test_row_05_every_part_of_a_ballots_proof() -> None:
    statement, proof = ballot()
    n = len(proof.responses)
    forged = [replace(proof, announcements=other) for other in bent(proof.announcements)]
    for i in range(n):
        step = Scalars.from_ints([int(i == j) for j in range(n)])
        forged += [replace(proof, responses=proof.responses + step)]
    forged += [replace(proof, responses=-proof.responses)]
    for other in forged:
        with pytest.raises(ProofError):
            ballot_argument.verify(statement, other)


def test_row_01_every_byte_that_was_absorbed_changes_the_challenge() -> None:
    """Each byte of each transcript, labels and lengths with them."""
    for name, (arguments, _) in TRUE.items():
        whole = bytes(getattr(statements, name)(**arguments).transcript)
        challenges = {challenge_of(whole)}
        for i in range(len(whole)):
            challenges.add(challenge_of(whole[:i] + bytes([whole[i] ^ 0x80]) + whole[i + 1 :]))
        assert len(challenges) == len(whole) + 1


def challenge_of(absorbed: bytes) -> bytes:
    t = Transcript("signature", CONTEXT)
    t._bytes[:] = absorbed
    return t.challenge("c").to_bytes()


def test_row_05_items_do_not_run_into_each_other() -> None:
    """A byte moved from one item to the next makes another transcript."""
    first, _ = TRUE["signature"]
    one = statements.signature(**{**first, "kind": "closingx", "message": b"y"})
    other = statements.signature(**{**first, "kind": "closing", "message": b"xy"})
    assert bytes(one.transcript) != bytes(other.transcript)
