"""Durable acknowledgements a second over HTTP: a served board in a process of its own, clients in this one.

python -m benchmarks.board_http [--ballots N]. SQLite, 16-option ballots, proofs checked on the way in. Clients and
board share the machine's cores, so that this is less than a board alone would do.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

import urllib3

from benchmarks.board import CLIENTS, OPTIONS
from benchmarks.timing import sent_by_clients
from bulletin_board.config import Config
from bulletin_board.web import Settings, create_app, serving
from bulletin_board.web.settings import Rate
from tests.board.tools import Place
from tests.world import World, approval

_FREE = Rate(0.0, 1)


def over_http(ballots: int) -> dict[str, float]:
    """ballots: how many the most clients cast."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "benchmarks.board_http",
            "--serve",
            folder,
            "--ballots",
            str(ballots),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            waiting = iter((Path(folder) / "ballots").read_bytes().splitlines())
            try:
                for clients, part in CLIENTS.items():
                    own = list(islice(waiting, int(ballots * part)))
                    figures[f"over HTTP, {clients:2} clients: acknowledged a second"] = _rate(
                        url, own, clients
                    )
            finally:
                server.kill()
    return figures


def _rate(url: str, casts: list[bytes], clients: int) -> float:
    """Acknowledgements a second."""
    pool = urllib3.PoolManager(maxsize=clients, block=True, retries=False)
    refused: list[bytes] = []

    def send(content: bytes) -> None:
        answer = pool.request("POST", f"{url}/append", body=content)
        if answer.status != 200:
            refused.append(answer.data)

    rate = sent_by_clients(send, casts, clients)
    assert not refused, refused[0]
    return rate


def serve(folder: Path, ballots: int) -> None:
    """Make the ballots, open voting, say where the board listens, and serve until told to stop."""
    voters = sum(int(ballots * part) for part in CLIENTS.values())
    contest = approval(names=OPTIONS, at_most=len(OPTIONS), cell=2 * voters)
    world = World(contests=[contest], voters={"north": voters})
    world.open()
    choices = ([i >> bit & 1 for bit in range(len(OPTIONS))] for i in range(voters))
    casts = [world.cast(c, own).to_bytes() for c, own in zip(world.voters["north"], choices, strict=True)]
    (folder / "ballots").write_bytes(b"\n".join(casts))
    place = Place(f"sqlite:///{folder}/board.db", world)
    with place.running() as board:
        place.open_voting(board)
        settings = Settings(
            append=_FREE, questions=_FREE, reads=_FREE, credential=_FREE, appends=max(CLIENTS)
        )
        config = Config(folder, "", folder / "key", listen="127.0.0.1:0", threads=max(CLIENTS))
        app = create_app(board, settings)
        serving.run(app, config.listen, config.threads, settings.body, lambda url: print(url, flush=True))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ballots", type=int, default=2000)
    arguments.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.serve:
        serve(given.serve, given.ballots)
        return
    for name, value in over_http(given.ballots).items():
        print(f"{name:<58} {value:>12,.2f}")


if __name__ == "__main__":
    main()
