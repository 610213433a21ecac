"""Durable acknowledgements a second: 16-option ballots, proofs checked on the way in, SQLite and PostgreSQL.

python -m benchmarks.board [--json] [--ballots N]. Clients are threads that wait for one receipt before they send the
next ballot. Beside it, in the same run: what the disk and the arithmetic alone would allow.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from benchmarks.timing import sent_by_clients, side_by_side
from bulletin_board.admission import Acknowledged
from crypto import batch
from election.ballot import claims
from election.entries import Cast, parse
from tests.board.postgres import MissingError, PostgresServer
from tests.board.tools import Place
from tests.world import World, approval

CLIENTS = {1: 1 / 16, 8: 1 / 4, 64: 1.0}
"""Clients -> which part of the ballots they cast; one client takes its time."""
OPTIONS = "abcdefghijklmnop"
SYNCED = 8 * 1024
CPU = "ballots parsed and checked a second of CPU"


def board(ballots: int) -> dict[str, float]:
    """ballots: how many 64 clients cast."""
    voters = sum(int(ballots * part) for part in CLIENTS.values())
    world = World(contests=[approval(names=OPTIONS, at_most=16, cell=2 * voters)], voters={"north": voters})
    world.open()
    casts = [world.cast(c, _choices(i)).to_bytes() for i, c in enumerate(world.voters["north"])]
    figures = _alone(world, casts)
    with tempfile.TemporaryDirectory() as folder:
        figures |= _database("sqlite", f"sqlite:///{folder}/board.db", world, casts, figures[CPU])
        try:
            with PostgresServer() as server:
                url = server.create("board")
                figures |= _database("postgresql", url, world, casts, figures[CPU])
        except MissingError as error:
            print(error, file=sys.stderr)
    return figures


def _database(name: str, url: str, world: World, casts: list[bytes], cpu: float) -> dict[str, float]:
    """One board from its opening on, with more and more clients."""
    commits: list[str] = []

    def reach(point: str) -> None:
        if point == "committed":
            commits.append(point)

    figures: dict[str, float] = {}
    place, waiting = Place(url, world), iter(casts)
    with place.running(reach=reach) as running, tempfile.TemporaryDirectory() as folder:
        place.open_voting(running)
        for clients, part in CLIENTS.items():
            own = list(islice(waiting, int(len(casts) * part / sum(CLIENTS.values()))))
            commits.clear()
            before = syncs_a_second(Path(folder))
            acknowledged = _rate(running.submit, own, clients)
            syncs = (before + syncs_a_second(Path(folder))) / 2
            what = f"{name}, {clients:2} clients: "
            figures |= {
                f"{what}acknowledged a second": acknowledged,
                f"{what}  ballots in a transaction": len(own) / len(commits),
                f"{what}  ratio to parsing and proofs alone": acknowledged / cpu,
                f"{what}  ratio to fdatasync of 8 KiB alone": acknowledged / syncs,
                f"{what}  fdatasync of 8 KiB a second": syncs,
            }
    return figures


def _rate(submit: Callable[[bytes], Acknowledged], casts: list[bytes], clients: int) -> float:
    """Acknowledgements a second."""
    numbers: list[int] = []
    rate = sent_by_clients(lambda content: numbers.append(submit(content).number), casts, clients)
    assert len(set(numbers)) == len(casts), "not every ballot was acknowledged"
    return rate


def syncs_a_second(folder: Path, times: int = 100) -> float:
    """What the disk allows whoever waits for it once an entry."""
    descriptor = os.open(folder / "sync", os.O_RDWR | os.O_CREAT)
    start = time.perf_counter()
    for i in range(times):
        os.pwrite(descriptor, bytes(SYNCED), i * SYNCED)
        os.fdatasync(descriptor)
    seconds = time.perf_counter() - start
    os.close(descriptor)
    return times / seconds


def _alone(world: World, casts: list[bytes]) -> dict[str, float]:
    """Parsing and the proofs of 64 ballots at once, a second and core."""
    some, parameters = casts[:64], world.state.parameters
    assert parameters is not None
    entries = [entry for entry in map(parse, some) if isinstance(entry, Cast)]

    def proofs() -> object:
        return batch.find_bad([p for e in entries for p in claims(parameters, e)], parameters.basis)

    parsing, checking = side_by_side([lambda: [parse(c) for c in some], proofs], rounds=5)
    return {
        "bytes a ballot": float(len(some[0])),
        "ballots parsed a second of CPU": len(some) / parsing,
        "ballots' proofs checked a second of CPU": len(some) / checking,
        CPU: len(some) / (parsing + checking),
    }


def _choices(i: int) -> list[int]:
    return [i >> bit & 1 for bit in range(len(OPTIONS))]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--ballots", type=int, default=2000)
    given = arguments.parse_args()
    figures = board(given.ballots)
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<58} {value:>12,.2f}")


if __name__ == "__main__":
    main()
