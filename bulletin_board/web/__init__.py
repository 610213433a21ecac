"""The board over HTTP: files of the record, append, look-ups. `create_app` makes the application of an open Board."""

from bulletin_board.web.app import create_app, create_mirror
from bulletin_board.web.pages.settings import PageSettings
from bulletin_board.web.settings import Settings

__all__ = ["PageSettings", "Settings", "create_app", "create_mirror"]
