"""Find my ballot: by tracker and pseudonym, by receipt, by QR code."""

from __future__ import annotations

from bulletin_board.web.pages.site import Routes

ROUTES: Routes = ()
