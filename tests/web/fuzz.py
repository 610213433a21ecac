"""Fuzzing of a served board: python -m tests.web.fuzz [MINUTES]. Any answer of 5xx ends it, and is shown."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bulletin_board.web import Settings, create_app
from bulletin_board.web.settings import Rate
from election import entries as e
from tests.board.tools import Place, roll
from tests.web.mutations import Mutator
from tests.web.tools import Served
from tests.world import World

_FREE = Rate(0.0, 1)
UNLIMITED = Settings(append=_FREE, questions=_FREE, reads=_FREE, reports=_FREE, credential=_FREE)


@contextmanager
def polling_board(folder: Path) -> Iterator[tuple[Served, list[bytes]]]:
    """A board that takes ballots, and one entry of every kind at least that could be sent to it."""
    world = World()
    world.open()
    place = Place(f"sqlite:///{folder}/board.db", world)
    with place.running() as board:
        place.open_voting(board)
        app = create_app(board, UNLIMITED)
        voters = world.voters["north"]
        ballots = [world.cast(c, (1, 0, 0)).to_bytes() for c in voters]
        more = [world.prepare((0, 1, 0)).challenge(), roll(world), world.sign(e.Closing), e.Clock(2_500)]
        seeds = [*world.log.contents, *ballots, *(entry.to_bytes() for entry in more)]
        yield Served(board, app, app.test_client()), seeds


def bombard(served: Served, mutate: Callable[[], bytes], going: Callable[[int], bool]) -> Counter[int]:
    """Append what a mutator gives; how often each status was the answer. AssertionError for one above 499."""
    statuses: Counter[int] = Counter()
    number = 0
    while going(number):
        content = mutate()
        answer = served.append(content)
        statuses[answer.status_code] += 1
        number += 1
        assert answer.status_code < 500, (answer.status_code, answer.text, content[:2000])
        if answer.status_code != 200:
            assert set(answer.get_json()) == {"check", "reason"} and "Traceback" not in answer.text
    return statuses


def main() -> None:
    logging.disable(logging.INFO)
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = time.time_ns()
    end = time.monotonic() + minutes * 60
    print(f"Seed {seed}, {minutes:g} minutes", flush=True)
    with tempfile.TemporaryDirectory() as folder, polling_board(Path(folder)) as (served, seeds):
        statuses = bombard(served, Mutator(seeds, seed), lambda _: time.monotonic() < end)
    print("No answer above 499:", dict(sorted(statuses.items())))


if __name__ == "__main__":
    main()
