"""Having a checkpoint cosigned by several witnesses, some of them slow, dead, behind, ahead or lying."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from crypto.note import Cosigner
from crypto.signing import SigningKey
from crypto.tlog_witness import AddCheckpoint, encode_signatures
from election.cosigning import Address, AheadError, Collector, CosigningError, Post, ask, http_post
from tests.witness.tools import NOW, Log, Place
from witness import Refused


class Network:
    """Witnesses by their URLs; asked: (URL, old size) of every request."""

    def __init__(self, folder: Path, log: Log, count: int = 3) -> None:
        self.log = log
        self.places = {f"http://w{i}": Place(folder / f"w{i}", log) for i in range(1, count + 1)}
        for i, place in enumerate(self.places.values(), 1):
            place.cosigner = Cosigner(f"w{i}", place.cosigner.secret)
            place.restart()
        self.asked: list[tuple[str, int]] = []
        self.instead: dict[str, Callable[[bytes], tuple[int, bytes]]] = {}

    @property
    def addresses(self) -> list[Address]:
        return [Address(place.cosigner.key, url) for url, place in self.places.items()]

    def post(self, url: str, body: bytes) -> tuple[int, bytes]:
        base = url.removesuffix("/add-checkpoint")
        self.asked.append((base, AddCheckpoint.parse(body).old))
        if base in self.instead:
            return self.instead[base](body)
        try:
            return 200, self.places[base].witness.add_checkpoint(body)
        except Refused as refused:
            return refused.status, f"{refused.size}\n".encode() if refused.size is not None else b"no\n"

    def collector(self) -> Collector:
        return Collector(self.addresses, self.post, lambda: NOW)

    def ask(self, size: int, post: Post | None = None, known: int = 0) -> None:
        """Of the first witness."""
        prove = self.prove(size)
        ask(self.log.signed(size), self.addresses[0], prove, post or self.post, now=lambda: NOW, known=known)

    def prove(self, size: int) -> Callable[[int], list[bytes]]:
        return lambda old: self.log.proof(old, size)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path, Log())


def names(collector: Collector, network: Network, size: int) -> list[str]:
    found = collector.collect(network.log.signed(size), network.prove(size))
    assert not found.failures
    return [line.name for line in found.signatures]


def test_all_cosign_and_are_remembered(network: Network) -> None:
    collector = network.collector()
    for size in (5, 8, 8, 13):
        network.asked.clear()
        assert names(collector, network, size) == ["w1", "w2", "w3"]
        assert len(network.asked) == 3, "what they have cosigned last is known, so they are asked once"


def test_who_knows_nothing_follows_the_size_that_is_named(network: Network) -> None:
    names(network.collector(), network, 8)
    network.asked.clear()
    network.ask(13)
    assert network.asked == [("http://w1", 0), ("http://w1", 8)]
    network.ask(13)
    assert network.asked[2:] == [("http://w1", 0), ("http://w1", 13)]


def test_a_witness_that_is_ahead(network: Network) -> None:
    """Whoever asks has been restored from an old backup, and must not sign anything new (LOG 5)."""
    names(network.collector(), network, 13)
    with pytest.raises(AheadError) as ahead:
        network.ask(8)
    assert (ahead.value.size, ahead.value.own) == (13, 8)
    found = network.collector().collect(network.log.signed(8), network.prove(8))
    assert (found.ahead, found.signatures) == (13, ())


def test_a_collector_that_goes_back_is_told(network: Network) -> None:
    collector = network.collector()
    names(collector, network, 13)
    assert collector.collect(network.log.signed(8), network.prove(8)).ahead == 13


def test_one_that_keeps_silent_is_not_waited_for(network: Network) -> None:
    release = Event()

    def silent(body: bytes) -> tuple[int, bytes]:
        release.wait(30)
        return 500, b""

    network.instead["http://w2"] = silent
    found = network.collector().collect(network.log.signed(8), network.prove(8), seconds=0.3)
    release.set()
    assert [line.name for line in found.signatures] == ["w1", "w3"]
    assert str(found.failures["w2"]) == "no answer in time"


def test_enough_is_enough(network: Network) -> None:
    release = Event()

    def late(body: bytes) -> tuple[int, bytes]:
        release.wait(30)
        return 500, b""

    network.instead["http://w2"] = late
    found = network.collector().collect(network.log.signed(8), network.prove(8), seconds=30, enough=2)
    release.set()
    assert [line.name for line in found.signatures] == ["w1", "w3"]


def no_connection(body: bytes) -> tuple[int, bytes]:
    raise OSError("no connection")


def by(
    name: str, key: SigningKey, text: str | None = None, time: int = NOW
) -> Callable[[bytes], tuple[int, bytes]]:
    def answer(body: bytes) -> tuple[int, bytes]:
        own = text or AddCheckpoint.parse(body).signed.checkpoint.text
        return 200, encode_signatures(Cosigner(name, key).sign(own, time))

    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (no_connection, "no answer: no connection"),
        (lambda body: (500, b""), "it answers 500"),
        (lambda body: (302, b""), "it answers 302"),
        (lambda body: (422, b"two roots\n"), "it answers 422: two roots"),
        (lambda body: (200, b""), "does not hold: signatures"),
        (lambda body: (200, b"\xff\n"), "does not hold: signatures"),
        (lambda body: (409, b"x\n"), "409 without a size"),
        (lambda body: (409, b"\xff\n"), "409 without a size"),
        (lambda body: (409, b"05\n"), "409 without a size"),
        (lambda body: (409, b"3\n"), "asked by others at the same time"),
        (lambda body: (409, b"9223372036854775807\n"), "it has cosigned 9223372036854775807 entries"),
        (by("stranger", SigningKey.generate()), "no cosignature of its key"),
        (by("w1", SigningKey.generate()), "no cosignature of its key"),
    ],
)
def test_answers_that_are_no_cosignature(
    network: Network, answer: Callable[[bytes], tuple[int, bytes]], reason: str
) -> None:
    network.instead["http://w1"] = answer
    with pytest.raises(CosigningError, match=reason):
        network.ask(8)
    found = network.collector().collect(network.log.signed(8), network.prove(8))
    assert [line.name for line in found.signatures] == ["w2", "w3"]
    assert list(found.failures) == ["w1"]


def test_a_cosignature_of_something_else(network: Network) -> None:
    key = network.places["http://w1"].cosigner.secret
    network.instead["http://w1"] = by("w1", key, text="another\n0\n")
    with pytest.raises(CosigningError, match="does not hold: Ed25519"):
        network.ask(8)


@pytest.mark.parametrize("off", [601, -601, -NOW])
def test_a_time_that_would_convict_us_later(network: Network, off: int) -> None:
    network.places["http://w1"].now = NOW + off
    with pytest.raises(CosigningError, match="its clock differs"):
        network.ask(8)
    network.places["http://w2"].now = NOW - 600
    found = network.collector().collect(network.log.signed(8), network.prove(8))
    assert [line.name for line in found.signatures] == ["w2", "w3"]


def test_lines_of_strangers_are_ignored(network: Network) -> None:
    own, other = network.places["http://w1"].cosigner, Cosigner("stranger", SigningKey.generate())
    text = network.log.signed(8).checkpoint.text
    lines = encode_signatures(other.sign(text, NOW), own.sign(text, NOW))
    signed = network.log.signed(8)
    line = ask(
        signed, network.addresses[0], network.prove(8), lambda url, body: (200, lines), now=lambda: NOW
    )
    assert line.name == "w1"


@contextmanager
def deaf_server() -> Iterator[str]:
    """A port at which nobody answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_over_http_to_nobody() -> None:
    with deaf_server() as url, pytest.raises(OSError, match="Timeout"):
        http_post(0.1)(url + "/add-checkpoint", b"")
    with pytest.raises(OSError):
        http_post(1)("http://127.0.0.1:1/add-checkpoint", b"")
    with pytest.raises(OSError):
        http_post(1)("no address", b"")
