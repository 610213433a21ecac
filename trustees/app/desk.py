"""What the trustee's page works on: one key file, one board, one thing at a time in a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from crypto.errors import EncodingError
from crypto.sealing import MODERATE, Cost
from trustees.app import keys
from trustees.app.consent import Task
from trustees.app.jobs import USUAL, Jobs, Timing, wait_until_closed
from trustees.app.keys import Invalid
from trustees.app.opened import Busy, Connect, Opened, Shown
from trustees.app.settings import Settings
from trustees.errors import KeyFileError
from trustees.keyfile import KeyFile
from trustees.sentences import Sentence

_LOOKING = Sentence("The tool looks at the board.")
_BY_ITSELF = frozenset({Task.CEREMONY, Task.DECRYPT})


class Desk:
    """folder: of key files; now: UTC seconds; cost: of a new key's passphrase; language: of a new owner.

    Buttons are methods; they raise Invalid for what was typed, and leave to the worker whatever takes time.
    """

    def __init__(
        self,
        folder: Path,
        connect: Connect,
        now: Callable[[], int],
        *,
        language: str = "",
        cost: Cost = MODERATE,
        timing: Timing = USUAL,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self.settings = folder, Settings(language=language)
        self.by_itself = self.locked = self.destroyed = False
        self.path: Path | None = None
        self._connect, self._now, self._cost = connect, now, cost
        self.timing, self._monotonic = timing, monotonic
        self._open: Opened | None = None
        self._lock, self._touched = threading.RLock(), monotonic()
        self._jobs = Jobs(self._tick, timing.tick, monotonic)

    @property
    def open(self) -> Opened | None:
        """The key file in use, unless the passphrase is due."""
        return None if self.locked or self._open is None or self._open.closed else self._open

    @property
    def shown(self) -> Shown:
        return self.open.shown if self.open else Shown()

    @property
    def busy(self) -> Busy | None:
        return self.open.busy if self.open else None

    def touch(self) -> None:
        """Somebody is there."""
        self.lock_if_idle()
        self._touched = self._monotonic()

    def lock_if_idle(self) -> None:
        """If nobody was there for long. Asked with every page too: the worker may be busy for hours."""
        at_work = self.open is None or (self.by_itself and self.shown.goes_on)
        if not at_work and self._monotonic() - self._touched > self.timing.idle:
            self.lock()

    def speak(self, language: str) -> None:
        self._remember(language=language)

    # The key

    def choose(self, name: str) -> None:
        """A key file of the folder, to be unlocked."""
        self.path = next((path for path in keys.key_files(self.folder) if path.name == name), None)

    def create(self, name: str, id: str, passphrase: str, again: str) -> None:
        keys.check_passphrase(passphrase, again)
        language = self.settings.language or "en"
        self._use(keys.create(self.folder, name, id, language, passphrase, self._cost))

    def restore(self, text: str, name: str, passphrase: str) -> None:
        self._use(keys.restore(self.folder, text, name, passphrase))
        self._remember(handed=True, backed=True)

    def unlock(self, passphrase: str) -> None:
        if self.path is None or not wait_until_closed(self._open):
            raise Invalid(
                "passphrase", Sentence("The tool is still finishing. Please try again in a moment.")
            )
        try:
            self._use(KeyFile.open(self.path, passphrase))
        except KeyFileError as error:
            if "another process" in str(error):
                raise Invalid(
                    "passphrase", Sentence("Another program is using this key. End it first.")
                ) from None
            raise keys.wrong_passphrase() from None

    def lock(self) -> None:
        """The passphrase is due again."""
        self.locked, self.by_itself = True, False
        self._jobs.shut(self._open)

    def leave(self) -> None:
        """Back to the choice of keys."""
        self.lock()
        self.path, self.destroyed = None, False

    def close(self) -> None:
        self._jobs.shut(self._open)
        self._jobs.close()

    # The board

    def hand_over(self) -> None:
        self._remember(handed=True)

    def connect(self, address: str, anchor: str) -> None:
        address, anchor = address.strip(), keys.hash_of(anchor, "anchor")
        if self._open is None:
            return
        self.by_itself = False
        try:
            self._open.attach(self._connect, self._now, address, anchor)
        except EncodingError:
            raise Invalid("address", Sentence("This is not the address of a board.")) from None
        self._remember(address=address, anchor=anchor, accepted=False)
        self.look()

    def disconnect(self) -> None:
        """Another address or anchor is to be typed."""
        self.by_itself = False
        if self._open is not None:
            self._open.detach()
        self._remember(address="", anchor="", accepted=False)

    def accept(self, context: str) -> None:
        """context: of the election that the owner saw, hexadecimal."""
        if context == self.settings.anchor:
            self._remember(accepted=True)
        self.look()

    def keep_paper(self) -> None:
        self._remember(backed=True)

    # The work

    def look(self) -> None:
        self._start(_LOOKING, self._look)

    def act(self, task: Task, root: str = "") -> None:
        """Do what is owed, if it is this. root: of the closing that the owner saw, where there is one to agree to."""
        self._do(Sentence("The tool does your part."), lambda own: own.round(frozenset({task}), root))

    def confirm(self, root: str) -> None:
        """The closing root as another trustee told it."""
        told, picture = keys.hash_of(root, "root"), self.shown.picture
        if self._open is None or picture is None or told != picture.root:
            raise Invalid(
                "root",
                Sentence(
                    "This is not the closing root of the record that this computer sees. Compare it once more. If it "
                    "stays different, do not go on: tell the other trustees and the election office."
                ),
            )
        self._open.confirmed = bytes.fromhex(told)
        self.look()

    def carry_on(self, on: bool) -> None:
        self.by_itself = on
        self._start(_LOOKING, self._look)

    def recover(self) -> None:
        self._start(Sentence("The tool computes your share from the board."), Opened.recover)

    def verify(self) -> None:
        self._do(Sentence("The tool checks the whole record."), Opened.verify)

    def destroy(self, typed: str) -> None:
        own = self.open
        if own is None or typed.strip() != own.key_file.secrets.trustee:
            raise Invalid("typed", Sentence("Please type your short name exactly as it stands there."))

        def work(own: Opened) -> None:
            own.destroy()
            self.destroyed = own is self._open
            own.close()

        self._do(Sentence("The tool checks the record once more, and destroys the key."), work)

    def _look(self, own: Opened) -> None:
        if not self.settings.accepted:
            own.look()
        else:
            own.round(_BY_ITSELF if self.by_itself else frozenset(), still=lambda: self.by_itself)

    def _remember(self, **values: Any) -> None:
        with self._lock:
            self.settings = replace(self.settings, **values)
            if self.open is not None:
                self.settings.save(self.open.key_file.path)

    def _use(self, key_file: KeyFile) -> None:
        with self._lock:
            language, before = self.settings.language, self._open
            self._open = Opened(key_file, keys.title_of(key_file))
            self.path, self.locked, self.destroyed, self.by_itself = key_file.path, False, False, False
            saved = Settings.load(key_file.path)
            self.settings = replace(saved, language=language or saved.language)
            self._touched = self._monotonic()
        self._jobs.shut(before)
        if self.settings.address:
            try:
                self._open.attach(self._connect, self._now, self.settings.address, self.settings.anchor)
            except EncodingError:
                self.disconnect()
            else:
                self.look()

    def _do(self, what: Sentence, work: Callable[[Opened], None]) -> None:
        """For the election that the owner has accepted and no other, which would bind the key to itself."""
        wanted = self.settings.election
        if wanted is not None:
            self._start(what, lambda own: work(own) if self.settings.election == wanted else None)

    def _start(self, what: Sentence, work: Callable[[Opened], None], *, quiet: bool = False) -> None:
        if self.open is not None:
            self._jobs.start(self.open, what, work, quiet=quiet)

    def _tick(self) -> None:
        """While there is nothing to do: look again when it is time, lock when nobody is there any more."""
        self.lock_if_idle()
        soon = self.by_itself or (self.shown.picture is not None and self.shown.picture.soon)
        pause = self.timing.soon if soon else self.timing.every
        if self.settings.accepted and self.shown.goes_on and self._monotonic() - self._jobs.done_at > pause:
            self._start(_LOOKING, self._look, quiet=True)
