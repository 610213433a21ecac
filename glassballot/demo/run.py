"""The demonstration, step by step: every part is played by the code that plays it in a real election."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from booth.credential import make_credentials
from bulletin_board.folder import FolderBoard
from crypto.group import G, Scalars
from crypto.note import NoteSigner
from crypto.signing import SigningKey
from election.entries import parse
from election.manifest import Trustee
from election.manifest_check import check_manifest
from glassballot import drafts, keyring, office
from glassballot.console import UsageError, clock, many, write_new
from glassballot.demo.ballots import Voter, make_entries
from glassballot.demo.plan import PlannedContest, draft

TRUSTEES = [f"trustee-{i}" for i in range(1, 6)]
AGREEING, DECRYPTING = TRUSTEES[:4], TRUSTEES[:3]
ORIGIN = "demo.glassballot.invalid/election"
DAY, COMPLAINTS = 86_400, 3_600
# One voter in so many challenges a ballot first; one in so many votes twice.
CHALLENGE_EVERY, REVOTE_EVERY = 40, 25
CREDENTIALS_KEPT = 3

Say = Callable[[str], None]
Report = Callable[[str, int, int], None]


class DemoError(UsageError):
    """A part of the demonstration that did not do what it should."""


def check_plan(contests: Sequence[PlannedContest]) -> None:
    """Whether an election can be held at all, before anybody makes a key for it. Raises ManifestError."""
    stand_ins = [Trustee(id, Scalars.random(1) * G, {"en": id}).to_json() for id in TRUSTEES]
    log = NoteSigner(ORIGIN, SigningKey.generate()).key
    members = draft(contests, begin=1, end=2, complaints=COMPLAINTS)
    check_manifest(drafts.sign(members, Scalars.random(1), log, stand_ins))


class Demo:
    """A folder with record/, anchor and keys/. The clock is moved over the days that nobody wants to wait."""

    def __init__(self, folder: Path, contests: Sequence[PlannedContest], say: Say, report: Report) -> None:
        self.contests, self.say, self.report = contests, say, report
        self.record, self.keys, self.anchor = folder / "record", folder / "keys", folder / "anchor"
        self.begin = int(time.time()) + DAY
        self.end = self.begin + 7 * DAY
        self.offset = 0

    def run(self) -> None:
        """From the first key to the verified result."""
        self.found()
        self.hold_ceremony()
        self.open()
        self.vote()
        self.close()
        self.decrypt()
        self.publish()
        self.verify()

    def board(self) -> FolderBoard:
        return office.open_board(self.record, self.log, clock(self.offset))

    def found(self) -> None:
        """The office makes its keys, the trustees theirs; the manifest begins the record."""
        self.log: NoteSigner = keyring.make_log(self.keys / "log.key", ORIGIN)
        self.office: Scalars = keyring.make_office(self.keys / "office.key")
        for trustee in TRUSTEES:
            write_new(self._passphrase(trustee), f"passphrase of {trustee}\n".encode(), "file", private=True)
        self._trustees("trustees make their keys", TRUSTEES, "init")
        public = [drafts.read_json(self._key(t).with_suffix(".key.pub"), "trustee file") for t in TRUSTEES]
        members = draft(self.contests, begin=self.begin, end=self.end, complaints=COMPLAINTS)
        manifest = drafts.sign(members, self.office, self.log.key, public)
        check_manifest(manifest)
        board = FolderBoard.create(self.record, manifest, self.log.secret, clock(self.offset))
        self.context = board.replay.state.context
        write_new(self.anchor, f"{self.context.hex()}\n".encode(), "anchor")
        self.say(f"The office has published the manifest. Its hash is the anchor: {self.context.hex()}")

    def hold_ceremony(self) -> None:
        """Five trustees, each a process of its own, make a key that none of them knows."""
        board = self.board()
        board.append(office.start_ceremony(board.replay, self.office, self.begin))
        self._trustees("trustees make the election key", TRUSTEES, "step")
        if board.replay.state.keys is None:
            raise DemoError("the key ceremony did not come to its end")
        self.say("Five trustees have made the election key together; any three of them can decrypt.")

    def open(self) -> None:
        """Credentials, the roll, the opening; some credentials are kept, to try the voter's commands with."""
        board, self.credentials = self.board(), dict[str, list[Scalars]]()
        for contest in self.contests:
            for unit, file in contest.files.items():
                made = make_credentials(self.context, unit, len(file.ballots))
                self.credentials[unit] = [credential.c for credential in made]
                for number, credential in enumerate(made[:CREDENTIALS_KEPT], 1):
                    path = self.keys / "voters" / f"{unit}-{number}.credential"
                    write_new(path, credential.to_bytes(), "credential", private=True)
                added = [credential.C for credential in made]
                board.append(office.roll_entries(self.context, self.office, unit, added))
        board.append([office.opening(board.replay.state, self.office)])
        voters = sum(map(len, self.credentials.values()))
        self.say(f"{many(voters, 'voter is', 'voters are')} on the roll, and voting is open.")

    def vote(self) -> None:
        """Everybody votes; some challenge a ballot first, some vote twice."""
        self.offset = self.begin - int(time.time())
        board, voters = self.board(), self._voters()
        casts = len(voters) + sum(voter.first is not None for voter in voters)
        self.report("ballots", 0, casts)
        for chunk in make_entries(self.record, voters):
            board.append([parse(content) for content in chunk])
            self.report("ballots", board.replay.state.casts, casts)
        state = board.replay.state
        counted = len(state.counted())
        self.say(
            f"{many(counted, 'voter has', 'voters have')} voted; "
            f"{many(state.challenges, 'ballot was', 'ballots were')} challenged and opened first; "
            f"{many(state.casts - counted, 'voter', 'voters')} voted twice."
        )

    def _voters(self) -> list[Voter]:
        voters = []
        for contest in self.contests:
            for unit, file in contest.files.items():
                for i, (c, ballot) in enumerate(zip(self.credentials[unit], file.ballots, strict=True)):
                    # Whoever votes twice casts somebody else's ballot first.
                    other = file.ballots[(i + 1) % len(file.ballots)]
                    first = tuple(contest.choices(other)) if i % REVOTE_EVERY == 1 else None
                    challenge = i % CHALLENGE_EVERY == 0
                    choices = tuple(contest.choices(ballot))
                    voters.append(Voter(contest.id, c.to_bytes(), choices, challenge, first))
        return voters

    def close(self) -> None:
        """After the end; four of five trustees agree on what was closed."""
        self.offset = self.end - int(time.time()) + 1
        board = self.board()
        board.append([office.closing(board.replay.state, self.office)])
        self._trustees("trustees check the closing", AGREEING, "step", "--once")
        agreed = len(board.replay.state.ready)
        self.say(
            f"Voting is closed, and {agreed} of {len(TRUSTEES)} trustees have agreed on what was closed."
        )

    def decrypt(self) -> None:
        """Two key files are moved away; the other three trustees decrypt."""
        away = self.keys / "away"
        away.mkdir()
        for trustee in TRUSTEES[3:]:
            for path in self.keys.glob(f"*{trustee}*"):
                path.rename(away / path.name)
        self.offset += COMPLAINTS
        self._trustees("trustees decrypt", DECRYPTING, "step", "--once")
        self.say(f"Two key files were moved to {away}; the other three trustees have decrypted the totals.")

    def publish(self) -> None:
        """The office combines what is on the record."""
        board = self.board()
        result = office.result(
            board.replay, self.office, lambda done, total: self.report("totals", done, total)
        )
        board.append([result])
        self.say("The result is published.")

    def verify(self) -> None:
        """The standalone verifier, in a process of its own, with the anchor."""
        self.report("verification", 0, 1)
        verifier = self._start("verify", str(self.record), "--anchor-file", str(self.anchor))
        self.say(f"\n{self._finish(verifier).rstrip()}")

    def _key(self, trustee: str) -> Path:
        return self.keys / f"{trustee}.key"

    def _passphrase(self, trustee: str) -> Path:
        return self.keys / f"{trustee}.passphrase"

    def _trustees(self, doing: str, trustees: Sequence[str], command: str, *options: str) -> None:
        """Run a command of the trustee tool for each of them, all at the same time."""
        self.report(doing, 0, len(trustees))
        running = [
            self._start("trustee", *self._arguments(trustee, command), *options) for trustee in trustees
        ]
        with ThreadPoolExecutor(len(running)) as pool:
            try:
                waiting = [pool.submit(self._finish, process) for process in running]
                for number, finished in enumerate(as_completed(waiting), 1):
                    finished.result()
                    self.report(doing, number, len(trustees))
            except BaseException:
                # The others would wait for the one that failed.
                for process in running:
                    process.kill()
                raise

    def _arguments(self, trustee: str, command: str) -> list[str]:
        secret = ["--passphrase-file", str(self._passphrase(trustee))]
        key = str(self._key(trustee))
        if command == "init":
            return ["init", key, "--id", trustee, "--title", f"en={trustee}", *secret]
        log = ["--log-key", str(self.keys / "log.key"), "--clock-offset", str(self.offset)]
        return ["step", str(self.record), "--key", key, *log, *secret]

    @staticmethod
    def _start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "glassballot", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def _finish(process: subprocess.Popen[str]) -> str:
        out, err = process.communicate()
        if process.returncode:
            command = " ".join(str(part) for part in process.args[3:5])  # type: ignore[index]
            reason = (err.strip() or out.strip()).removeprefix("glassballot: ")
            raise DemoError(f"glassballot {command} failed: {reason}")
        return out
