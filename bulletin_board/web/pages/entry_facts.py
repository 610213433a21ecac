"""What there is to say about an entry of each kind, and who vouches for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bulletin_board.web.pages.site import title
from election.canonical import b64decode
from election.manifest import Manifest
from pages.languages import gettext as _

_POINT = 32
_OFFICE = ("manifest", "ceremony-start", "roll", "opening", "closing", "result")


@dataclass(frozen=True)
class Fact:
    """form: how the value is shown: name, code, number or moment."""

    label: str
    form: str
    value: str | int


def facts(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    """Of an entry's JSON, in the language of the page; [] where its kind says all."""
    make = _FACTS.get(value["kind"])
    return make(manifest, value) if make else []


def signer(manifest: Manifest, value: dict[str, Any]) -> str:
    """Whose signature or proof an entry carries, in the language of the page."""
    kind = value["kind"]
    if kind in _OFFICE:
        return _("The election office")
    if "trustee" in value:
        return _("The trustee %(name)s", name=_trustee(manifest, value["trustee"]))
    if kind == "cast":
        return _("The voter, with her credential")
    if kind == "clock":
        return _("Nobody: the board says what time it is")
    return _("Nobody: whoever reads it can check it")


def _manifest(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [
        Fact(_("Title"), "name", title(manifest.title)),
        Fact(_("Contests"), "number", len(manifest.contests)),
        Fact(_("Units"), "number", len(manifest.units)),
        Fact(_("Trustees"), "number", len(manifest.trustees)),
        Fact(_("Trustees needed to decrypt"), "number", manifest.ceremony.threshold),
        Fact(_("Voting begins"), "moment", manifest.voting.begin),
        Fact(_("Voting ends"), "moment", manifest.voting.end),
    ]


def _ceremony_start(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    names = [_trustee(manifest, id) for id in value["trustees"]]
    return [
        _attempt(value),
        Fact(_("Deadline"), "moment", value["deadline"]),
        *(Fact(_("Trustee"), "name", name) for name in names),
    ]


def _of_attempt(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [_attempt(value)]


def _complaint(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [_attempt(value), Fact(_("Accused"), "name", _trustee(manifest, value["accused"]))]


def _key(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    key = b64decode(value["key"]).hex()
    shares = len(b64decode(value["shares"])) // _POINT
    return [_attempt(value), Fact(_("Election key"), "code", key), Fact(_("Shares"), "number", shares)]


def _roll(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    added, removed = (len(b64decode(value[name])) // _POINT for name in ("add", "remove"))
    unit = manifest.by_id["units"].get(value["unit"])
    return [
        Fact(_("Unit"), "name", title(unit.title) if unit else value["unit"]),
        Fact(_("Voters added"), "number", added),
        Fact(_("Voters removed"), "number", removed),
    ]


def _opening(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [
        Fact(_("Voters on the roll"), "number", value["voters"]),
        Fact(_("Hash of the roll"), "code", b64decode(value["roll"]).hex()),
    ]


def _clock(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [Fact(_("Time"), "moment", value["time"])]


def _closed_at(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [
        Fact(_("Entries up to the closing"), "number", value["size"]),
        Fact(_("Root of the closing"), "code", b64decode(value["root"]).hex()),
    ]


def _partial(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    contest = manifest.by_id["contests"].get(value["contest"])
    name = title(contest.title) if contest else value["contest"]
    return [Fact(_("Contest"), "name", name), *_closed_at(manifest, value)]


def _result(manifest: Manifest, value: dict[str, Any]) -> list[Fact]:
    return [Fact(_("Contests"), "number", len(value["contests"]))]


def _attempt(value: dict[str, Any]) -> Fact:
    return Fact(_("Attempt at the key ceremony"), "number", value["attempt"])


def _trustee(manifest: Manifest, id: str) -> str:
    found = manifest.by_id["trustees"].get(id)
    return title(found.title) if found else id


_FACTS: dict[str, Callable[[Manifest, dict[str, Any]], list[Fact]]] = {
    "manifest": _manifest,
    "ceremony-start": _ceremony_start,
    **dict.fromkeys(("register", "commit", "deal", "certify"), _of_attempt),
    "complaint": _complaint,
    "key": _key,
    "roll": _roll,
    "opening": _opening,
    "clock": _clock,
    "ready": _closed_at,
    "partial-decryption": _partial,
    "result": _result,
}
