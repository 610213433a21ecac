"""How to check: for voters, observers and auditors; and what cannot be checked."""

from __future__ import annotations

from typing import Any

from flask import Response

from bulletin_board.web.pages.site import Routes, Site
from election.faults import CHECKS
from election.manifest import Manifest
from pages.checks import meanings

_ADDRESS = "https://ADDRESS"


def voters(site: Site) -> Response:
    return _page(site, "check.html")


def observers(site: Site) -> Response:
    with site.register.current() as seen:
        size, root = seen.reader.size, seen.reader.root.hex()
    return _page(site, "check_observers.html", size=size, root=root)


def auditors(site: Site) -> Response:
    meaning = meanings()
    checks = [(number, title, meaning[number]) for number, title in CHECKS.items()]
    return _page(site, "check_auditors.html", checks=checks)


def _page(site: Site, template: str, **values: Any) -> Response:
    address = site.settings.address or _ADDRESS
    return site.render(template, address=address, witnesses=_witnesses(site.manifest), **values)


def _witnesses(manifest: Manifest) -> list[str]:
    """Their names, isolated from the text around them: a verifier key is written name+id+key (C2SP signed-note)."""
    return [f"\u2068{key.partition('+')[0]}\u2069" for key in manifest.witnesses.keys]


ROUTES: Routes = (
    ("/check", "check", voters, ["GET"]),
    ("/check/observers", "check_observers", observers, ["GET"]),
    ("/check/auditors", "check_auditors", auditors, ["GET"]),
)
