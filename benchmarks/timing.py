"""Two pieces of work measured in turns, so that whatever else the machine does falls on both."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence


def side_by_side(
    works: Sequence[Callable[[], object]], *, rounds: int = 7, least: float = 0.05
) -> list[float]:
    """Median seconds of CPU per call of each work, run in turns; `least`: seconds a turn should take."""
    repeats = [max(1, int(least / max(_cpu(work, 1), 1e-7))) for work in works]
    turns = [[_cpu(work, n) for work, n in zip(works, repeats, strict=True)] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*turns, strict=True)]


def _cpu(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def sent_by_clients(send: Callable[[bytes], object], contents: Sequence[bytes], clients: int) -> float:
    """Contents a second; each client, a thread, waits for one answer before it sends the next."""
    waiting: Iterator[bytes] = iter(contents)
    lock = threading.Lock()

    def client() -> None:
        while True:
            with lock:
                content = next(waiting, None)
            if content is None:
                return
            send(content)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(contents) / (time.perf_counter() - start)
