"""How to check: for voters, observers and auditors; and what cannot be checked."""

from __future__ import annotations

from bulletin_board.web.pages.site import Routes

ROUTES: Routes = ()
