"""A city's election whose five trustees sit at their own pages in Chromium; the board is reached over HTTP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from bulletin_board.board import Board
from bulletin_board.web import create_app
from crypto.group import G, Points
from election import canonical
from election import entries as e
from election import manifest as m
from election.entry import Entry
from election.examine import follow
from election.ledger import State
from glassballot import office
from glassballot.trustee_app import connect
from tests.board.tools import Place
from tests.browser.serve import UNLIMITED
from tests.browser.town import BEGIN, CREATED, END
from tests.browser.words import CITY, COUNCIL, PARK, STATIONS, TITLE, YES_NO
from tests.trustees.place import PASSPHRASE
from tests.trustees.tools import CHEAP
from tests.web.tools import serve
from tests.world import World, rule
from trustees.app.desk import Desk
from trustees.app.guard import Guard
from trustees.app.jobs import Timing
from trustees.app.site import Site

NAMES = {
    "anna": "Anna Berg",
    "babak": "بابک رستمی",
    "chen": "Chen Wei",
    "delaram": "دلارام ایرانی",
    "elif": "Elif Şahin",
}
LANGUAGE = {"anna": "en", "babak": "fa", "chen": "en", "delaram": "fa", "elif": "en"}
COMPLAINTS = 2 * 86_400
QUICK = Timing(every=0.4, soon=0.2, idle=1e9, tick=0.05)
_VOTERS = {"station-1": 7, "station-2": 6, "station-3": 5}
_OPTIONS = [("c1", "مریم رستمی", "Maryam Rostami"), ("c2", "بهرام کاظمی‌نیا", "Bahram Kazeminia")]
_OPTIONS += [("c3", "دکتر شیرین آذرپناه", "Dr Shirin Azarpanah")]


def _contest(id: str, title: m.Title, options: Sequence[tuple[str, m.Title]], at_most: int) -> m.Contest:
    limit = rule(0, at_most, **{id: 1 for id, _ in options})
    return m.Contest(id, 100, tuple(m.Option(id, 1, text) for id, text in options), 1, (limit,), title)


def _world() -> World:
    council = _contest("council", COUNCIL, [(id, {"fa": fa, "en": en}) for id, fa, en in _OPTIONS], 2)
    leaves = (m.Unit(id, "city", "s", title) for id, title in STATIONS)
    return World(
        contests=(council, _contest("park", PARK, YES_NO, 1)),
        voters=_VOTERS,
        trustees=5,
        threshold=3,
        complaint_seconds=COMPLAINTS,
        deadline=END + 30 * 86_400,
        min_unit_ballots=5,
        title=TITLE,
        units=(m.Unit("city", "", "", CITY), *leaves),
        voting=m.Voting(BEGIN, END),
    )


@dataclass
class Town:
    """The office's and the voters' side of it. now: UTC seconds, for the board and for every page."""

    world: World
    place: Place
    board: Board
    url: str

    @property
    def state(self) -> State:
        return follow(self.board.reader).state

    @property
    def anchor(self) -> str:
        return self.state.context.hex()

    def by_office(self, kind: type[Any], **members: Any) -> None:
        self.submit(kind.sign(self.state.context, self.world.office, **members))

    def submit(self, entry: Entry) -> None:
        self.board.submit(entry.to_bytes())

    def start_ceremony(self) -> None:
        self.by_office(e.CeremonyStart, attempt=1, deadline=BEGIN, trustees=tuple(NAMES))

    def vote(self) -> None:
        for unit, secrets in self.world.voters.items():
            add = Points.concat(c * G for c in secrets)
            self.by_office(e.Roll, add=add, remove=Points.identity(0), unit=unit)
        state = self.state
        self.by_office(e.Opening, roll=state.roll_hash, voters=len(state.roll))
        self.place.now = BEGIN
        self.world.replay = follow(self.board.reader)
        for secrets in self.world.voters.values():
            for i, c in enumerate(secrets):
                self.submit(self.world.cast(c, [i % 2, 1, 0, 1, 0] if i % 3 else [0, 0, 1, 0, 1]))

    def close(self) -> None:
        self.place.now = END
        self.by_office(e.Closing)

    def publish(self) -> None:
        self.submit(office.result(follow(self.board.reader), self.world.office))


@contextmanager
def town(folder: Path, public: Sequence[m.Trustee]) -> Iterator[Town]:
    """The board is up, and the office has published the manifest with these trustees."""
    world = _world()
    world.members["trustees"] = tuple(public)
    world.start()
    place = Place(f"sqlite:///{folder}/board.db", world)
    place.now = CREATED
    with place.running() as board, serve(create_app(board, UNLIMITED)) as url:
        yield Town(world, place, board, url)


class Clock:
    """Of a page, before there is a town and after."""

    town: Town | None = None

    def __call__(self) -> int:
        return self.town.place.now if self.town else CREATED


@contextmanager
def program(folder: Path, clock: Clock) -> Iterator[str]:
    """A trustee's program, running in this process; the address that lets one browser in."""
    folder.mkdir(exist_ok=True)
    desk = Desk(folder, connect, clock, cost=CHEAP, timing=QUICK)
    sites: list[Site] = []
    with serve(lambda environ, start: sites[0](environ, start)) as address:
        guard = Guard(int(address.rpartition(":")[2]))
        sites.append(Site(desk, guard, lambda: None))
        try:
            yield f"{address}/enter/{guard.token}"
        finally:
            desk.close()


class Program:
    """The command itself, as a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, now: int) -> str:
        """The address that lets one browser in."""
        command = [
            sys.executable,
            "-m",
            "glassballot",
            "trustee",
            "app",
            "--no-browser",
            "--folder",
            str(self.folder),
        ]
        offset = ["--clock-offset", str(now - int(time.time()))]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen([*command, *offset], stdout=log, stderr=log, env=environment)
        deadline = time.monotonic() + 60
        while not (found := re.search(r"http://\S+", self.log.read_text())):
            assert time.monotonic() < deadline and self._process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        return found[0]

    def wait(self) -> str:
        """Until it has ended, well; what it printed."""
        assert self._process is not None and self._process.wait(30) == 0
        return self.log.read_text()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Sitting:
    """One trustee in front of one browser."""

    def __init__(self, browser: Browser, id: str, address: str, **options: Any) -> None:
        self.id, self.wrong = id, list[str]()
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self._opened(address)

    def _opened(self, address: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.goto(address)
        return page

    def again(self, address: str) -> None:
        """The program was started once more."""
        self.page.close()
        # Nobody answered while it was away.
        self.wrong.clear()
        self.page = self._opened(address)
        self.press("speak", language=LANGUAGE[self.id])

    def press(self, button: str, **typed: str) -> None:
        """A button, with the keyboard alone, its fields filled in before."""
        if button == "speak":
            form = self.page.locator(f'form:has(input[value="{typed.pop("language")}"])').first
        else:
            form = self.page.locator(f'form[action$="/do/{button}"]').first
        for name, value in typed.items():
            form.locator(f'[name="{name}"]').fill(value)
        form.locator("button").focus()
        self.page.keyboard.press("Enter")

    def wait_for(self, button: str) -> None:
        """Until the page offers this, by looking again itself."""
        expect(self.page.locator(f'form[action$="/do/{button}"]').first).to_be_visible(timeout=60_000)

    def make_key(self) -> m.Trustee:
        page = self.page
        self.press("speak", language=LANGUAGE[self.id])
        page.locator('a[href$="/new"]').first.click()
        self.press("create", name=NAMES[self.id], id=self.id, passphrase=PASSPHRASE, again=PASSPHRASE)
        self.wait_for("hand-over")
        with page.expect_download() as found:
            page.locator("a[download]").click()
        data = Path(found.value.path()).read_bytes()
        spelled = page.locator(".spelled").inner_text().split()
        assert len(spelled) == 8 and all(re.fullmatch("[0-9a-f]{4}", group) for group in spelled)
        self.press("hand-over")
        return m.Trustee.from_json(canonical.decode(data.removesuffix(b"\n")), "public key")

    def find_election(self, own: Town) -> None:
        self.press("connect", address=own.url, anchor=own.anchor)
        self.wait_for("accept")
        self.press("accept")

    def close(self) -> None:
        self.context.close()
        # What was typed wrongly on purpose, or asked for twice, is answered with an error.
        wrong = [text for text in self.wrong if "the server responded with a status of 4" not in text]
        assert not wrong, wrong


@contextmanager
def sittings(
    browser: Browser, folder: Path, clock: Clock, ids: Sequence[str]
) -> Iterator[dict[str, Sitting]]:
    """These trustees at their pages, of which one has a browser without scripts."""
    with ExitStack() as stack:
        found = {}
        for id in ids:
            address = stack.enter_context(program(folder / id, clock))
            found[id] = Sitting(browser, id, address, java_script_enabled=id != "chen")
            stack.callback(found[id].close)
        yield found
