"""The results, their downloads, and the reports of those who have verified them."""

from __future__ import annotations

from bulletin_board.web.pages.site import Routes

ROUTES: Routes = ()
