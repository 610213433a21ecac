"""A trustee in front of the page: reads it, fills its forms, presses its buttons, and nothing else."""

from __future__ import annotations

import json
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from election import manifest as m
from election.record import RecordReader
from tests.trustees.place import PASSPHRASE, Place
from tests.trustees.tools import CHEAP
from trustees.app.desk import Desk
from trustees.app.guard import Guard
from trustees.app.jobs import Timing
from trustees.app.opened import Read, Submit
from trustees.app.site import Site

PORT = 4711
HOME = f"http://127.0.0.1:{PORT}"
BOARD = "https://board.example.org"
NEVER = Timing(every=1e9, soon=1e9, idle=1e9, tick=0.01)


class Forms(HTMLParser):
    """action -> the values that its fields have, of every form of a page; of several the first."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._now: dict[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._now = self.found.setdefault(own["action"].rpartition("/do/")[2], {})
        elif tag in ("input", "textarea") and self._now is not None and "name" in own:
            self._now[own["name"]] = own.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._now = None


class Trustee:
    """One browser at one page. text: of the page that is open."""

    def __init__(
        self, folder: Path, place: Place | None = None, *, language: str = "en", **desk: Any
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.place, self.ended = folder, place, False
        given = {"cost": CHEAP, "timing": NEVER, "language": language, **desk}
        self.desk = Desk(folder, self._connect, self._now, **given)
        self.guard = Guard(PORT)
        self.site = Site(self.desk, self.guard, self._end)
        self.client = Client(self.site)
        self.token = self.guard.token
        assert self.request("GET", f"/enter/{self.token}").status_code == 200
        self.text = ""
        self.look()

    def _connect(self, address: str) -> tuple[Read, Submit]:
        assert self.place is not None and address == BOARD
        record, board = self.place.record, self.place.board
        return (lambda: RecordReader.of_folder(record)), board.append

    def _now(self) -> int:
        return self.place.now if self.place else 0

    def _end(self) -> None:
        self.ended = True

    def request(self, method: str, path: str, **options: Any) -> TestResponse:
        environ = {"REMOTE_ADDR": "127.0.0.1", **options.pop("environ", {})}
        return self.client.open(path, method=method, base_url=HOME, environ_base=environ, **options)

    def post(self, button: str, fields: dict[str, str], **headers: str) -> TestResponse:
        sent = {"Origin": HOME, **headers}
        return self.request("POST", f"/{self.guard.room}/do/{button}", data=fields, headers=sent)

    def look(self, page: str = "") -> str:
        """Open a page; wait until the tool has done what it is at."""
        for _ in range(2000):
            if self.desk.busy is None:
                break
            time.sleep(0.01)
        else:
            raise AssertionError("the tool never comes to an end")
        answer = self.request("GET", f"/{self.guard.room}/{page}")
        assert answer.status_code == 200, answer.text
        self.text = answer.text
        return self.text

    @property
    def buttons(self) -> set[str]:
        """What may be done on this page, but for what may be done on every one."""
        return set(Forms(self.text).found) - {"speak", "lock", "end", "look"}

    def press(self, button: str, status: int = 303, **typed: str) -> str:
        """A button that is there, with its fields filled in; the page that comes then."""
        forms = Forms(self.text).found
        assert button in forms, f"no button {button} here, but {sorted(forms)}: {self.text}"
        assert typed.keys() <= forms[button].keys()
        answer = self.post(button, forms[button] | typed)
        assert answer.status_code == status, answer.text
        self.text = answer.text
        return self.look() if status == 303 else self.text

    def look_again(self) -> str:
        """What is there meanwhile: by the button, or as the tool looks by itself where there is none."""
        self.look()
        if "look" in Forms(self.text).found:
            return self.press("look")
        self.desk.look()
        return self.look()

    def make_key(self, name: str, id: str, passphrase: str = PASSPHRASE) -> m.Trustee:
        """A new key, and what its public file says."""
        self.look("new")
        self.press("create", name=name, id=id, passphrase=passphrase, again=passphrase)
        answer = self.request("GET", f"/{self.guard.room}/public-key")
        self.press("hand-over")
        return m.Trustee.from_json(json.loads(answer.data), "public key")

    def find_election(self) -> None:
        assert self.place is not None
        self.press("connect", address=BOARD, anchor=self.place.context.hex())
        self.press("accept")

    def close(self) -> None:
        self.desk.close()


NAMES = {"t1": "Anna Berg", "t2": "بابک رستمی", "t3": "Chen Wei", "t4": "دلارام ایرانی", "t5": "Elif Şahin"}


class Town(Place):
    """An election whose five trustees have made their keys on their pages; any three of them decrypt."""

    def __init__(self, folder: Path, **members: Any) -> None:
        self.pages = {id: Trustee(folder / id) for id in NAMES}
        self.public = {id: page.make_key(NAMES[id], id) for id, page in self.pages.items()}
        super().__init__(folder, n=5, k=3, **members)
        for page in self.pages.values():
            page.place = self

    def _trustee(self, id: str) -> m.Trustee:
        return self.public[id]

    def key(self, id: str) -> Path:
        return self.folder / id / f"{id}.key"

    def close_pages(self) -> None:
        for page in self.pages.values():
            page.close()
