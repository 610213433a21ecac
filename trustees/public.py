"""The public part of a trustee's key: the file for the election office, and what is read out of it by telephone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from crypto.group import Points
from election import canonical
from election.manifest import Title, Trustee
from trustees.secrets import Secrets

_DIGITS = 32


def path_of_public(key_file: Path) -> Path:
    """Where the public part of a key file lies."""
    return key_file.with_name(key_file.name + ".pub")


def public_file(secrets: Secrets, title: Title) -> bytes:
    """What the manifest is to say of this trustee."""
    trustee = Trustee(secrets.trustee, secrets.identity.public, title)
    return canonical.encode(trustee.to_json()) + b"\n"


def fingerprint(key: Points) -> str:
    """32 hexadecimal digits of SHA-256 of the key, a point: nobody finds another key that has the same."""
    return in_groups(hashlib.sha256(key.to_bytes()).hexdigest()[:_DIGITS])


def in_groups(text: str) -> str:
    """In groups of four."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
