"""Which page is the owner's now, and the way that lies before and behind it."""

from __future__ import annotations

from election.ledger import Phase
from pages.languages import gettext as _
from trustees.app.consent import Task
from trustees.app.desk import Desk
from trustees.app.picture import Picture

_STEPS = ("key", "election", "ceremony", "paper", "voting", "closing", "decryption", "result")
_STEP_OF = {
    "start": "key",
    "new": "key",
    "restore": "key",
    "unlock": "key",
    "handover": "key",
    "board": "election",
    "print": "paper",
    "destroyed": "result",
}


def page_of(desk: Desk) -> str:
    """The template of the one page that is due, without its ending; it follows from what is known."""
    if desk.destroyed:
        return "destroyed"
    if desk.open is None:
        return "unlock" if desk.path else "start"
    if not desk.settings.handed:
        return "handover"
    picture = desk.shown.picture
    if not desk.settings.address or picture is None:
        return "board"
    if not desk.settings.accepted:
        return "election"
    return _page_of_phase(picture, desk.settings.backed)


def _page_of_phase(picture: Picture, backed: bool) -> str:
    if picture.phase in (Phase.EMPTY, Phase.SETUP) and not picture.has_key:
        return "ceremony"
    if picture.phase in (Phase.SETUP, Phase.VOTING):
        return "voting" if backed or not picture.holds_share else "paper"
    if picture.phase is Phase.CLOSED:
        asked = picture.task in (Task.AGREE, Task.CONFIRM)
        return "closing" if asked or (not picture.agreed and picture.holds_share) else "decryption"
    return "result"


def steps(page: str) -> list[tuple[str, str, str]]:
    """State, heading and nothing else of every step, for the macro that shows them."""
    names = {
        "key": _("Key"),
        "election": _("Election"),
        "ceremony": _("Key ceremony"),
        "paper": _("Paper backup"),
        "voting": _("Voting"),
        "closing": _("Closing"),
        "decryption": _("Decryption"),
        "result": _("Result"),
    }
    here = _STEPS.index(_STEP_OF.get(page, page))
    states = ["done"] * here + ["now"] + ["next"] * (len(_STEPS) - here - 1)
    return [(state, names[step], "") for state, step in zip(states, _STEPS, strict=True)]
