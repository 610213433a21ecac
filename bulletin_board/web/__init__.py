"""The board over HTTP: files of the record, append, look-ups. `create_app` makes the application of an open Board."""

from bulletin_board.web.app import create_app
from bulletin_board.web.settings import Settings

__all__ = ["Settings", "create_app"]
