"""How to check: for voters, observers and auditors; and what cannot be checked."""

from __future__ import annotations

from typing import Any

from flask import Response

from bulletin_board.web.pages.site import Routes, Site
from election.faults import CHECKS
from election.manifest import Manifest
from pages.languages import gettext

_ADDRESS = "https://ADDRESS"


def voters(site: Site) -> Response:
    return _page(site, "check.html")


def observers(site: Site) -> Response:
    with site.register.current() as seen:
        size, root = seen.reader.size, seen.reader.root.hex()
    return _page(site, "check_observers.html", size=size, root=root)


def auditors(site: Site) -> Response:
    checks = [(number, title, _meanings()[number]) for number, title in CHECKS.items()]
    return _page(site, "check_auditors.html", checks=checks)


def _page(site: Site, template: str, **values: Any) -> Response:
    address = site.settings.address or _ADDRESS
    return site.render(template, address=address, witnesses=_witnesses(site.manifest), **values)


def _witnesses(manifest: Manifest) -> list[str]:
    """Their names, isolated from the text around them: a verifier key is written name+id+key (C2SP signed-note)."""
    return [f"\u2068{key.partition('+')[0]}\u2069" for key in manifest.witnesses.keys]


def _meanings() -> dict[int, str]:
    """What V0 … V10 have shown when they pass, in the language of the page."""
    return {
        0: gettext("Every entry is written in the only way allowed, and no file is missing or damaged."),
        1: gettext(
            "Rules, units, times and trustees make sense and are exactly those of the anchor you gave."
        ),
        2: gettext(
            "The log is one unbroken whole, signed by the board, and everything happened in its time."
        ),
        3: gettext("The trustees made the key together as agreed; nobody could choose it or hold it alone."),
        4: gettext(
            "The roll stayed as it was from the opening on, and every ballot was cast by somebody on it."
        ),
        5: gettext(
            "Every ballot is proven to keep the rules, without being opened; tests hold what they say."
        ),
        6: gettext("No ballot is a copy of another, and no voter has more than one that counts."),
        7: gettext("The encrypted sums are those of exactly the counted ballots: none missing, none added."),
        8: gettext(
            "Enough trustees agreed on one closing, and enough of them have proven that they decrypted well."
        ),
        9: gettext("The announced numbers are what these sums decrypt to."),
        10: gettext("The witnesses, and whatever you have kept yourself, have seen this same log."),
    }


ROUTES: Routes = (
    ("/check", "check", voters, ["GET"]),
    ("/check/observers", "check_observers", observers, ["GET"]),
    ("/check/auditors", "check_auditors", auditors, ["GET"]),
)
