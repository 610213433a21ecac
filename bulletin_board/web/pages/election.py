"""The election: what is voted on, by whom and when; how far it is; how many have voted."""

from __future__ import annotations

from flask import Response

from bulletin_board.web.pages.site import Routes, Site


def overview(site: Site) -> Response:
    with site.register.current() as seen:
        voted, voters, size = len(seen.firsts), len(seen.state.roll), seen.reader.size
    return site.render("election.html", voted=voted, voters=voters, size=size)


ROUTES: Routes = (("/", "election", overview, ["GET"]),)
