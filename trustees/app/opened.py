"""An open key file at work: what is done with the board in the worker's thread, and what pages show of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from crypto.errors import EncodingError
from election.entry import Entry
from election.examine import CheckLine, Progress
from election.ledger import Phase
from election.manifest import Title
from election.record import RecordReader
from election.results import ContestSummary, final_result, summarize
from trustees.app.consent import Task, task_of
from trustees.app.picture import Picture, picture_of
from trustees.app.trouble import Trouble, trouble_of
from trustees.errors import UnconfirmedError
from trustees.keyfile import KeyFile
from trustees.owed import Owed
from trustees.sentences import Sentence
from trustees.session import Session

Read = Callable[[], RecordReader]
Submit = Callable[[Sequence[Entry]], object]

Connect = Callable[[str], tuple[Read, Submit]]
"""A board's address -> its record as it is now, and how entries get there. Raises EncodingError for no address."""

_UNCONFIRMED = Sentence("This key looks like a copy. Before it agrees to a closing, ask another trustee.")


@dataclass
class Busy:
    """What the tool is doing; quiet: it began by itself; done of total: entries that were examined."""

    what: Sentence
    quiet: bool = False
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Verified:
    """The whole record, examined up to its result."""

    checks: tuple[CheckLine, ...]
    results: tuple[ContestSummary, ...]


@dataclass(frozen=True)
class Shown:
    """All that pages show of the work. done: what the last action has done; verified: at the end."""

    picture: Picture | None = None
    trouble: Trouble | None = None
    done: tuple[Sentence, ...] = ()
    verified: Verified | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it is worth another look before anybody asks for one."""
        stopped = self.trouble is not None and self.trouble.kind == "bad"
        return self.picture is not None and self.picture.phase is not Phase.FINAL and not stopped


@dataclass
class Opened:
    """title: the owner's name; confirmed: the closing root as another trustee told it, 32 bytes."""

    key_file: KeyFile
    title: Title
    confirmed: bytes | None = None
    busy: Busy | None = None
    shown: Shown = field(default_factory=Shown)
    closed: bool = False
    _board: tuple[Session, Submit] | None = None
    _at_work: Session | None = None

    def attach(self, connect: Connect, now: Callable[[], int], address: str, anchor: str) -> None:
        """To this board. anchor: hexadecimal. Raises EncodingError for no address."""
        try:
            read, submit = connect(address)
            known = bytes.fromhex(anchor)
        except ValueError as error:
            raise EncodingError(str(error)) from None
        session = Session(self.key_file, read, now, anchor=known, progress=self._progress)
        self._board, self.shown = (session, submit), Shown()

    def detach(self) -> None:
        """From its board, of which nothing is shown any more."""
        self._board, self.shown = None, Shown()

    def look(self) -> None:
        """What is owed, with nothing kept and nothing sent: the election is not known to be the right one yet."""
        session, _ = self._attached()
        self._see(session, lambda: [session.look()])

    def round(
        self, allowed: frozenset[Task], root: str = "", still: Callable[[], bool] = lambda: True
    ) -> None:
        """Do what is owed and allowed, see what is owed then. A closing is agreed to by its root only, hexadecimal.

        still: whether it is allowed, asked before each step.
        """
        session, submit = self._attached()
        kept = self.key_file

        def may(owed: Owed) -> bool:
            task = task_of(owed, kept.secrets)
            if task is Task.AGREE:
                agreed = owed.secrets.agreed
                return task in allowed and agreed is not None and agreed.root.hex() == root
            return task is Task.NOTHING or (task in allowed and still())

        before = () if allowed else self.shown.done
        self._see(session, lambda: list(session.step(submit, may)), before)

    def recover(self) -> None:
        self._attached()[0].recover()
        self.round(frozenset())

    def verify(self) -> None:
        found = self._attached()[0].verify()
        results = summarize(found.state.election, final_result(found.replay))
        verified = Verified(tuple(found.checks), tuple(results))
        self._show(verified=verified, trouble=None)

    def destroy(self) -> None:
        self._attached()[0].destroy()

    def close(self) -> None:
        """The key file is free for others, and nothing is done with it any more."""
        if not self.closed:
            self.closed = True
            self.key_file.close()

    def fail(self, error: Exception) -> None:
        """Nothing is offered any more that was offered before."""
        picture = self.shown.picture and replace(self.shown.picture, task=Task.NOTHING)
        self._show(picture=picture, trouble=trouble_of(error), done=())

    def _see(
        self, session: Session, work: Callable[[], list[Owed]], before: tuple[Sentence, ...] = ()
    ) -> None:
        """Do this, and make the picture of what then is. before: what was done, if this does nothing."""
        session.confirmed = self.confirmed
        done: tuple[Sentence, ...] = ()
        try:
            *posted, owed = work()
            done = tuple(one.says for one in posted)
            task, says, soon = task_of(owed, self.key_file.secrets), owed.says, owed.soon
        except UnconfirmedError:
            task, says, soon = Task.CONFIRM, _UNCONFIRMED, False
        picture = picture_of(session.state, session.examined, self.key_file.secrets, task, says, soon)
        self._show(picture=picture, trouble=None, done=done or before)

    def _show(self, **changed: Any) -> None:
        """What the work has come to, unless the owner has gone to another board meanwhile."""
        if self._board is not None and self._at_work is self._board[0]:
            self.shown = replace(self.shown, **changed)

    def _attached(self) -> tuple[Session, Submit]:
        assert self._board is not None
        self._at_work = self._board[0]
        return self._board

    @contextmanager
    def _progress(self) -> Iterator[Progress]:
        def report(task: str, done: int, total: int) -> None:
            if self.busy is not None:
                self.busy.done, self.busy.total = done, total

        yield report
