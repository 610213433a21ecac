"""The ballots as they arrive, by unit; each entry of the log with its page."""

from __future__ import annotations

from bulletin_board.web.pages.site import Routes

ROUTES: Routes = ()
