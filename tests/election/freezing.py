"""Deep copies of a ledger's state that can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from typing import Any

from crypto.group import Points, Scalars
from crypto.merkle import Frontier
from election.ledger import State


def frozen(value: Any) -> Any:
    """Everything that a value holds, down to bytes and numbers."""
    if isinstance(value, (Points, Scalars)):
        return value.to_bytes()
    if isinstance(value, Frontier):
        return value.size, value.root()
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, {own.name: frozen(getattr(value, own.name)) for own in fields(value)}
    if isinstance(value, Mapping):
        return [(frozen(key), frozen(item)) for key, item in value.items()]
    if isinstance(value, Set):
        return sorted(frozen(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [frozen(item) for item in value]
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    assert value is None or isinstance(value, (bytes, str, int)), type(value)
    return value


def frozen_state(state: State, *, tree: bool = True) -> Any:
    """tree: a refused entry stands in the log nevertheless, so the tree may be all that differs."""
    name, members = frozen(state)
    return name, {key: item for key, item in members.items() if tree or key != "tree"}
