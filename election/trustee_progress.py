"""How far every trustee is, as the log shows it to everybody."""

from __future__ import annotations

from collections.abc import Collection

from election.ledger import State


def done_by(state: State, trustee: str) -> list[str]:
    """What a trustee has done, in the words that its owner reads; [] for nothing yet."""
    attempt = state.attempt
    if trustee in state.culprits:
        return [f"been found at fault: {state.culprits[trustee]}"]
    steps: list[tuple[str, Collection[str]]] = [
        ("registered", attempt.keys if attempt else ()),
        ("committed", attempt.commits if attempt else ()),
        ("dealt", attempt.deals if attempt else ()),
        ("confirmed", attempt.certificates if attempt else ()),
        ("agreed to the closing", state.ready),
    ]
    decrypted = [f"decrypted {contest}" for who, contest in state.partials if who == trustee]
    return [word for word, who in steps if trustee in who] + decrypted
