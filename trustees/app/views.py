"""Pages and buttons: what a request asks for, and what the desk does about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.exceptions import NotFound

from pages.languages import LANGUAGES
from trustees import keyfile, paper
from trustees.app.consent import Task
from trustees.app.desk import Desk
from trustees.app.keys import key_files, public_of
from trustees.app.steps import page_of, steps
from trustees.public import fingerprint, path_of_public

Form = Mapping[str, str]

# Pages that are asked for by name, and when there is something on them.
EXTRA: Mapping[str, Callable[[Desk], bool]] = {
    "new": lambda desk: desk.open is None,
    "restore": lambda desk: desk.open is None,
    "print": lambda desk: desk.open is not None and bool(desk.open.key_file.secrets.attempts),
}


def _speak(desk: Desk, form: Form) -> None:
    if form["language"] in LANGUAGES:
        desk.speak(form["language"])


def _create(desk: Desk, form: Form) -> None:
    desk.create(form["name"], form["id"], form["passphrase"], form["again"])


def _restore(desk: Desk, form: Form) -> None:
    desk.restore(form["text"], form["name"], form["passphrase"])


BUTTONS: Mapping[str, Callable[[Desk, Form], None]] = {
    "speak": _speak,
    "choose": lambda desk, form: desk.choose(form["file"]),
    "create": _create,
    "restore": _restore,
    "unlock": lambda desk, form: desk.unlock(form["passphrase"]),
    "lock": lambda desk, form: desk.lock(),
    "leave": lambda desk, form: desk.leave(),
    "hand-over": lambda desk, form: desk.hand_over(),
    "connect": lambda desk, form: desk.connect(form["address"], form["anchor"]),
    "disconnect": lambda desk, form: desk.disconnect(),
    "accept": lambda desk, form: desk.accept(form["anchor"]),
    "look": lambda desk, form: desk.look(),
    "ceremony": lambda desk, form: desk.act(Task.CEREMONY),
    "agree": lambda desk, form: desk.act(Task.AGREE, form["root"]),
    "decrypt": lambda desk, form: desk.act(Task.DECRYPT),
    "confirm": lambda desk, form: desk.confirm(form["root"]),
    "carry-on": lambda desk, form: desk.carry_on(True),
    "stop": lambda desk, form: desk.carry_on(False),
    "recover": lambda desk, form: desk.recover(),
    "paper-done": lambda desk, form: desk.keep_paper(),
    "verify": lambda desk, form: desk.verify(),
    "destroy": lambda desk, form: desk.destroy(form["typed"]),
}

# Pages that show what others do meanwhile.
_WAITING = ("ceremony", "voting", "closing", "decryption")

# Pages on which a button stands that is not that of the page that is due.
_PAGE_OF_BUTTON = {"create": "new", "restore": "restore"}

# Typed again by hand where something else was wrong: never sent back.
_SECRET = ("passphrase", "again", "form_key")


def page_for(desk: Desk, button: str) -> str:
    """Where what was typed for a button is mended."""
    return _PAGE_OF_BUTTON.get(button) or page_of(desk)


def typed(form: Form) -> dict[str, Any]:
    """What a form is filled with again."""
    return {name: value for name, value in form.items() if name not in _SECRET}


def public_key(desk: Desk) -> tuple[bytes, str]:
    """The file for the election office, and its name. Raises NotFound where no key is open."""
    if desk.open is None:
        raise NotFound
    return public_of(desk.open.key_file, desk.open.title), path_of_public(desk.open.key_file.path).name


def values(desk: Desk, page: str) -> dict[str, Any]:
    """All that a page shows."""
    own, shown = desk.open, desk.shown
    found: dict[str, Any] = {
        "desk": desk,
        "settings": desk.settings,
        "busy": desk.busy,
        "picture": shown.picture,
        "shown": shown,
        "trustee": own.key_file.secrets.trustee if own else "",
        "name": shown.picture.me.title if shown.picture else own.title if own else {},
        "reload": _reload(desk, page),
        "steps": steps(page),
        "left": keyfile.LEFT_TO_THE_OWNER,
        "typed": {"address": desk.settings.address, "anchor": desk.settings.anchor},
    }
    if own is not None:
        found["fingerprint"] = fingerprint(own.key_file.secrets.identity.public)
        found["public_name"] = path_of_public(own.key_file.path).name
    if page == "start":
        found["files"] = [path.name for path in key_files(desk.folder)]
    if page == "print" and own is not None:
        lines = paper.lines(own.key_file.path.read_bytes())
        found |= {"lines": lines, "parts_of_key": paper.parts(lines), "now": int(time.time())}
    return found


def _reload(desk: Desk, page: str) -> float:
    """After how many seconds a page is worth another look; 0 where somebody may be typing or reading."""
    if desk.busy is not None and not desk.busy.quiet:
        return min(1.0, desk.timing.soon)
    picture = desk.shown.picture
    if picture is None or page not in _WAITING or picture.task in (Task.AGREE, Task.CONFIRM):
        return 0
    return desk.timing.soon if picture.soon or desk.by_itself else desk.timing.every
