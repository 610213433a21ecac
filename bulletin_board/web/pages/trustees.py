"""The trustees: the key ceremony as it happens, the closing, the decryption."""

from __future__ import annotations

from bulletin_board.web.pages.site import Routes

ROUTES: Routes = ()
