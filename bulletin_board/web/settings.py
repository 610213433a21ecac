"""What an administrator decides about the board's HTTP door; the defaults suit a small election."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from bulletin_board.errors import BoardError
from election.record import MAX_ENTRY

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Rate:
    """A bucket that holds `burst` tokens and gets `per_second` back, a token a request; per_second 0: no limit."""

    per_second: float
    burst: int


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


@dataclass(frozen=True)
class Settings:
    """body: bytes of a request; appends: how many may wait for the sequencer at a time; timeout: seconds they wait.

    Rates of one address: append, questions (look-ups, lists of entries), reads, reports (uploads). credential: ballots
    of one credential. proxies: whose X-Forwarded-For is believed. metrics_for: who may read /metrics.
    """

    body: int = MAX_ENTRY
    appends: int = 40
    timeout: float = 30.0
    append: Rate = Rate(50.0, 1000)
    questions: Rate = Rate(5.0, 50)
    reads: Rate = Rate(200.0, 4000)
    reports: Rate = Rate(1 / 300, 20)
    credential: Rate = Rate(1 / 60, 10)
    proxies: tuple[Network, ...] = ()
    metrics_for: tuple[Network, ...] = _networks("127.0.0.0/8", "::1/128")

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> Settings:
        """Out of a table of a configuration file. Raises BoardError, naming the member."""
        known = {field.name: field for field in fields(cls)}
        found: dict[str, Any] = {}
        for name, value in members.items():
            if name not in known:
                raise BoardError(f"limits.{name}: there is no such setting")
            try:
                found[name] = _decoded(getattr(cls, name), value)
            except (TypeError, ValueError) as error:
                raise BoardError(f"limits.{name}: {error}") from None
        return cls(**found)


def _decoded(default: Any, value: Any) -> Any:
    """A value of the kind that the default is of."""
    if isinstance(default, Rate):
        return _rate(value)
    if isinstance(default, tuple):
        return _networks(*value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError("a number above 0 was due here")
    return type(default)(value)


def _rate(value: Any) -> Rate:
    if not isinstance(value, dict) or value.keys() != {"per_second", "burst"}:
        raise ValueError("per_second and burst were due here")
    per_second, burst = value["per_second"], value["burst"]
    if not isinstance(per_second, int | float) or not isinstance(burst, int) or per_second < 0 or burst < 1:
        raise ValueError("per_second is 0 or more, burst a whole number above 0")
    return Rate(float(per_second), burst)
