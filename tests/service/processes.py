"""A board, witnesses and trustees as processes of their own, as they would run on machines of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from election.ledger import State
from glassballot.remote import RemoteBoard

PATIENCE_SECONDS = 120.0


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Processes:
    """Commands of glassballot, run in `folder`; those that stay write what they print to NAME.log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *arguments: object) -> str:
        """A command that ends, and ends well; what it printed."""
        command = [sys.executable, "-m", "glassballot", *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, env=_environment(), capture_output=True, text=True)
        assert done.returncode == 0, f"{arguments}: {done.stderr}{done.stdout}"
        return done.stdout

    def start(self, name: str, *arguments: object, module: str = "glassballot") -> None:
        """A process that stays until it is stopped, or has done its work."""
        with open(self.folder / f"{name}.log", "ab") as log:
            command = [sys.executable, "-m", module, *map(str, arguments)]
            self._running[name] = subprocess.Popen(
                command, cwd=self.folder, env=_environment(), stdout=log, stderr=subprocess.STDOUT
            )

    def stop(self, *names: str) -> None:
        """Ask them to end, and wait."""
        for name in names:
            self._running[name].send_signal(signal.SIGTERM)
        for name in names:
            self._running.pop(name).wait(PATIENCE_SECONDS)

    def wait(self, *names: str) -> None:
        """Until they have done their work, well."""
        for name in names:
            assert self._running.pop(name).wait(PATIENCE_SECONDS) == 0, self.printed(name)

    def stop_all(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()

    def printed(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def check_alive(self) -> None:
        for name, process in self._running.items():
            assert process.poll() in (None, 0), f"{name} has ended: {self.printed(name)}"


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "PYTHONPATH": root}


def until(processes: Processes, what: Callable[[], object]) -> None:
    """Wait until it is so, as long as everybody is alive."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        processes.check_alive()
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)


def state_at(url: str) -> State:
    """What the board's log has established."""
    return RemoteBoard(url).replay.state


def write_jobs(folder: Path, voters: Sequence[tuple[Path, str, list[int]]], workers: int) -> list[Path]:
    """The voters dealt out among so many processes."""
    paths = []
    for worker in range(workers):
        own = [(str(card), style, choices) for card, style, choices in voters[worker::workers]]
        paths.append(folder / f"job-{worker}")
        paths[-1].write_text(json.dumps(own))
    return paths
