"""How often somebody may ask: token buckets in memory, and who it is that asks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from ipaddress import IPv4Address, IPv6Address, ip_address

from bulletin_board.web.settings import Network, Rate

_MOST_KEYS = 100_000


class Buckets:
    """One bucket a key; whoever has not come for long, or is the longest ago of very many, has a full one."""

    def __init__(
        self, rate: Rate, clock: Callable[[], float] = time.monotonic, keys: int = _MOST_KEYS
    ) -> None:
        self._rate, self._clock, self._keys = rate, clock, keys
        self._known: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> float:
        """Take a token: 0.0, or in how many seconds there is one."""
        with self._lock:
            wait = self._wait(key)
            if not wait:
                self._spend(key)
            return wait

    def wait(self, key: Hashable) -> float:
        """In how many seconds there is a token; 0.0 now. None is taken."""
        with self._lock:
            return self._wait(key)

    def spend(self, key: Hashable) -> None:
        """Take a token, whether there is one or not."""
        with self._lock:
            self._spend(key)

    def _tokens(self, key: Hashable) -> float:
        tokens, then = self._known.get(key, (float(self._rate.burst), 0.0))
        return min(self._rate.burst, tokens + (self._clock() - then) * self._rate.per_second)

    def _wait(self, key: Hashable) -> float:
        if not self._rate.per_second:
            return 0.0
        return max(0.0, 1.0 - self._tokens(key)) / self._rate.per_second

    def _spend(self, key: Hashable) -> None:
        if not self._rate.per_second:
            return
        self._known[key] = self._tokens(key) - 1.0, self._clock()
        self._known.move_to_end(key)
        if len(self._known) > self._keys:
            self._known.popitem(last=False)


class Quota:
    """How many new ballots one credential may log.

    Only a ballot that was logged counts, and once: what a stranger sends under a credential, be it junk or the
    voter's own old ballot, takes nothing from her.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = Buckets(rate, clock)
        self._newest = -1
        self._lock = threading.Lock()
        self._recent: set[int] = set()

    def wait(self, credential: bytes) -> float:
        """In how many seconds the credential may cast again; 0.0 now."""
        return self._buckets.wait(credential)

    def count(self, credential: bytes, number: int, size_before: int) -> None:
        """Entry `number` is a ballot of this credential. size_before: of the log when it was sent."""
        if number < size_before:
            return
        with self._lock:
            if number in self._recent:
                return
            self._newest = max(self._newest, number)
            self._recent.add(number)
            if len(self._recent) > 10_000:
                self._recent = {known for known in self._recent if known > self._newest - 5_000}
        self._buckets.spend(credential)


Address = IPv4Address | IPv6Address


def client_address(remote: str, forwarded: str, proxies: Collection[Network]) -> Address | None:
    """Who asks: `remote`, or whom the nearest proxy that is not ours has named; None for nobody with an address.

    forwarded: X-Forwarded-For, of which only what our own proxies have added is believed.
    """
    address = _parse(remote)
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    while address and hops and is_in(address, proxies):
        named = _parse(hops.pop())
        if named is None:
            break
        address = named
    return address


def is_in(address: Address | None, networks: Collection[Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def key_of(address: Address | None) -> str:
    """What shares a bucket: an IPv4 address; an IPv6 network of 64 bits, which is one customer's."""
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
