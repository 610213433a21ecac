"""Every sigma statement of the protocol, one function each (SPEC 2.3, in the order of its table)."""

from __future__ import annotations

from crypto.group import G, Points, msm_vartime
from crypto.sigma import Linear, statement
from crypto.transcript import Absorbable, Transcript


def signature(context: bytes, kind: str, key: Points, message: bytes) -> Linear:
    """key = x·G, over an entry without its `sig`: Schnorr's signature."""
    return statement("signature", context, {"kind": kind, "key": key, "message": message}, key, ((G,),))


def cast(
    context: bytes, body: bytes, credential: Points, sequence: int, predecessor: bytes, one_time_key: Points
) -> Linear:
    """C = c·G and O = o·G, two secrets at once: nobody can cast somebody else's body."""
    return statement(
        "cast",
        context,
        {
            "body": body,
            "credential": credential,
            "sequence": sequence,
            "predecessor": predecessor,
            "one_time_key": one_time_key,
        },
        Points.concat([credential, one_time_key]),
        ((G, None), (None, G)),
    )


def register(context: bytes, session: bytes, index: int, key: Points) -> Linear:
    """P = d·G: possession of a static key, for one session and index."""
    return statement("register", context, {"session": session, "index": index, "key": key}, key, ((G,),))


def ephemeral(context: bytes, session: bytes, index: int, msg1_hash: bytes, key: Points) -> Linear:
    """E = e·G: possession of the ephemeral key that a deal's envelopes were sealed with."""
    return statement(
        "ephemeral",
        context,
        {"session": session, "index": index, "msg1": msg1_hash, "key": key},
        key,
        ((G,),),
    )


def complaint(
    context: bytes,
    session: bytes,
    accuser: int,
    accused: int,
    P_i: Points,
    E_j: Points,
    P_j: Points,
    Se: Points,
    Sd: Points,
) -> Linear:
    """P_i = d·G, Se = d·E_j, Sd = d·P_j: the revealed Diffie–Hellman values are the envelope's."""
    items: dict[str, Absorbable] = {"session": session, "accuser": accuser, "accused": accused}
    items |= {"P_i": P_i, "E_j": E_j, "P_j": P_j, "Se": Se, "Sd": Sd}
    images = Points.concat([P_i, Se, Sd])
    return statement("complaint", context, items, images, ((G,), (E_j,), (P_j,)))


def decryption(
    context: bytes,
    root: bytes,
    size: int,
    contest: str,
    cells: bytes,
    trustee: str,
    share_key: Points,
    aggregates: Points,
    partials: Points,
) -> Linear:
    """S = s·G and M_t = s·A_t for every t, batched over powers of ρ (SPEC 2.3).

    aggregates, partials: T ≥ 1 points each, by cell, then slot; cells: SHA-256 of the canonical cells.
    """
    if not len(aggregates) == len(partials) >= 1:
        raise ValueError("as many partial decryptions as aggregates, and at least one")
    t = Transcript("decryption", context)
    t.absorb("root", root)
    t.absorb("size", size)
    t.absorb("contest", contest)
    t.absorb("cells", cells)
    t.absorb("trustee", trustee)
    t.absorb("share_key", share_key)
    t.absorb("aggregates", aggregates)
    t.absorb("partials", partials)
    rho = t.challenge("rho").powers(len(aggregates))
    A, M = msm_vartime(rho, aggregates), msm_vartime(rho, partials)
    return Linear(t, Points.concat([share_key, M]), ((G,), (A,)))
