"""The whole service at once: a board, three witnesses, five trustees and 200 voters of 2002, everything over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from glassballot.ballot_files import read_ballot_file
from glassballot.demo.plan import PlannedContest, draft, plan
from glassballot.plain_count import plain_count
from tests.interop.conftest import RecordCheck, record_check
from tests.service.processes import Processes, free_port, state_at, until, write_jobs

__all__ = ["record_check"]

TRUSTEES = [f"trustee-{i}" for i in range(1, 6)]
WITNESSES = [f"witness-{i}" for i in range(1, 4)]
PER_STATION, WORKERS = 50, 4
ORIGIN = "board.example/council"


class Rehearsal:
    """Time moves by starting board and witnesses again with another clock, which they have to survive anyway."""

    def __init__(self, processes: Processes, contest: PlannedContest) -> None:
        self.processes, self.contest, self.folder = processes, contest, processes.folder
        self.start = int(time.time())
        self.begin, self.end = self.start + 86_400, self.start + 172_800
        self.ports = {name: free_port() for name in ["board", *WITNESSES]}
        self.url = f"http://127.0.0.1:{self.ports['board']}"
        self.office = ("--keys", "keys", "--board", self.url)

    def prepare(self) -> None:
        """Keys of everybody; the manifest; the log's first entry."""
        run = self.processes.run
        run("board", "new", "board", "--origin", ORIGIN)
        run("election", "keys", "keys")
        witnesses = [run("witness", "new", name, "--name", f"{name}.example").strip() for name in WITNESSES]
        for trustee in TRUSTEES:
            (self.folder / f"{trustee}.pass").write_text(f"passphrase of {trustee}\n")
            run("trustee", "init", f"{trustee}.key", "--id", trustee, "--passphrase-file", f"{trustee}.pass")
        members = draft([self.contest], begin=self.begin, end=self.end, complaints=1)
        members["witnesses"] = {"faulty": 0, "keys": witnesses, "quorum": 2}
        (self.folder / "draft.json").write_text(json.dumps(members))
        public = [word for trustee in TRUSTEES for word in ("--trustee", f"{trustee}.key.pub")]
        files = ("--draft", "draft.json", "--log", "board/log.pub", "--anchor", "anchor")
        run("election", "manifest", "manifest", *files, "--keys", "keys", *public)
        run("board", "begin", "board", "manifest")
        log = json.loads((self.folder / "manifest").read_text())["log"]["key"]
        for name in WITNESSES:
            run("witness", "log", name, "--vkey", log)
        lines = [f'"{name}.example" = "http://127.0.0.1:{self.ports[name]}"' for name in WITNESSES]
        with open(self.folder / "board/board.toml", "a") as file:
            file.write("\n".join([*lines, ""]))
        self.log_key = log

    def serve(self, clock: int) -> None:
        """Board and witnesses, at this time."""
        offset = ("--clock-offset", clock - int(time.time()))
        for name in WITNESSES:
            self.processes.start(
                name, "witness", "serve", name, "--listen", f"127.0.0.1:{self.ports[name]}", *offset
            )
        self.processes.start(
            "board", "board", "serve", "board", "--listen", f"127.0.0.1:{self.ports['board']}", *offset
        )
        until(self.processes, self._answers)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/checkpoint", timeout=5):
                return True
        except URLError:
            return False

    def restart(self, clock: int) -> None:
        self.processes.stop("board", *WITNESSES)
        self.serve(clock)

    def trustees(self) -> None:
        """Five processes that stay until the result is there."""
        offset = self.end + 10 - int(time.time())
        for trustee in TRUSTEES:
            keys = (
                "--key",
                f"{trustee}.key",
                "--passphrase-file",
                f"{trustee}.pass",
                "--anchor-file",
                "anchor",
            )
            self.processes.start(
                trustee, "trustee", "run", self.url, *keys, "--every", 1, "--clock-offset", offset
            )

    def voters(self) -> list[tuple[Path, str, list[int]]]:
        """Everybody's card and ballot."""
        found = []
        for unit, file in self.contest.files.items():
            cards = self.folder / "cards" / unit
            self.processes.run(
                "election", "credentials", self.url, cards, "--unit", unit, "--count", len(file.ballots)
            )
            self.processes.run(
                "election", "roll", *self.office, "--unit", unit, "--add", cards / f"{unit}.roll"
            )
            made = sorted(cards.glob("*.credential"))
            found += [
                (card, self.contest.id, self.contest.choices(ballot))
                for card, ballot in zip(made, file.ballots, strict=True)
            ]
        return found


@pytest.fixture
def rehearsal(shared: Path, tmp_path: Path) -> Iterator[Rehearsal]:
    files = sorted((shared / "data/french-approval-2002").glob("*.cat"))
    (contest,) = plan([read_ballot_file(path, PER_STATION) for path in files])
    processes = Processes(tmp_path)
    yield Rehearsal(processes, contest)
    processes.stop_all()


def test_rehearsal(rehearsal: Rehearsal, record_check: RecordCheck) -> None:
    processes, url, office = rehearsal.processes, rehearsal.url, rehearsal.office
    rehearsal.prepare()
    rehearsal.serve(rehearsal.start)
    rehearsal.trustees()
    processes.run("election", "ceremony", *office)
    until(processes, lambda: state_at(url).keys)
    voters = rehearsal.voters()
    processes.run("election", "open", *office)
    rehearsal.restart(rehearsal.begin + 1)
    vote(rehearsal, voters)
    checkpoint = keep_checkpoint(rehearsal)
    rehearsal.restart(rehearsal.end + 1)
    processes.run("election", "close", *office)
    until(processes, lambda: len({trustee for trustee, _ in state_at(url).partials}) >= 3)
    processes.run("election", "publish", *office)
    processes.wait(*TRUSTEES)
    done = processes.run("verify", url, "--anchor-file", "anchor", "--since", checkpoint, "--json")
    assert json.loads(done)["verified"] is True
    assert totals(rehearsal) == {
        unit: plain_count(file.path, PER_STATION)[1] for unit, file in rehearsal.contest.files.items()
    }
    read_as_go_does(rehearsal, record_check, checkpoint)


def vote(rehearsal: Rehearsal, voters: list[tuple[Path, str, list[int]]]) -> None:
    """All at the same time, from several processes; everybody's receipt is kept, and one is checked."""
    names = []
    for number, job in enumerate(write_jobs(rehearsal.folder, voters, WORKERS)):
        names.append(f"voters-{number}")
        receipts = rehearsal.folder / names[-1]
        receipts.mkdir()
        rehearsal.processes.start(names[-1], rehearsal.url, job, receipts, module="tests.service.voters")
    rehearsal.processes.wait(*names)
    assert len(list(rehearsal.folder.glob("voters-*/*.receipt"))) == len(voters)
    until(rehearsal.processes, lambda: witnessed(rehearsal))
    receipt = rehearsal.folder / "voters-0/0.receipt"
    answer = rehearsal.processes.run("receipt", "check", rehearsal.url, receipt, "--json")
    assert json.loads(answer)["answer"] == "counted"


def witnessed(rehearsal: Rehearsal) -> bool:
    """The quorum has cosigned the board's checkpoint."""
    with urlopen(f"{rehearsal.url}/checkpoint", timeout=5) as answer:
        text = answer.read().decode()
    return sum(f"{name}.example" in text for name in WITNESSES) >= 2


def keep_checkpoint(rehearsal: Rehearsal) -> Path:
    """What an observer has seen before the board was started again."""
    folder = rehearsal.folder / "seen"
    rehearsal.processes.run("board", "export", "board", folder)
    return folder / "checkpoint"


def totals(rehearsal: Rehearsal) -> dict[str, dict[str, int]]:
    """Unit -> key of the file -> total, as the verified result says."""
    done = rehearsal.processes.run("result", rehearsal.url, "--anchor-file", "anchor", "--format", "json")
    contests: list[dict[str, Any]] = json.loads(done)["contests"]
    return {
        unit["id"]: rehearsal.contest.by_key(unit["totals"])
        for contest in contests
        for unit in contest["units"]
    }


def read_as_go_does(rehearsal: Rehearsal, record_check: RecordCheck, checkpoint: Path) -> None:
    """The live board and an export of it."""
    export = rehearsal.folder / "export"
    rehearsal.processes.run("board", "export", "board", export)
    for base in (rehearsal.url, export):
        done = record_check(base, rehearsal.log_key, checkpoint)
        assert (done.returncode, done.stderr) == (0, "")
